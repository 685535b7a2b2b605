//! `linkCreate`, `links` and `linkRevoke`: links that invite, reset a password or sign in another device.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use chinwag_protocol::incoming::{self, NewLinkKind, UuidRef};
use chinwag_protocol::outgoing::{LinkChecked, Links, Named};
use chinwag_protocol::{Body, ChannelUuid, ErrorCode, RequestId, UserUuid};
use chinwag_store::{Denied, Failure, Link, LinkKind};
use jiff::Timestamp;
use uuid::Uuid;

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::link_secret::LinkSecret;
use crate::refused::{Outcome, Refused};
use crate::{reply, wire};

const DAY: u64 = 24 * 60 * 60;

/// How long a link to reset a password lasts, in seconds: 4 hours.
pub const RESET: u64 = 4 * 60 * 60;

pub async fn create(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    new: incoming::NewLink,
) -> Outcome {
    let asker = recipient::user(connection)?.uuid;
    let not_of_bots = "Bots make no links, and have no password.";
    if asker.is_bot() || new.user.is_some_and(UserUuid::is_bot) {
        return Err(Refused::new(ErrorCode::NotAllowed, not_of_bots));
    }
    for channel in &new.channels {
        core.app.store.channel(asker, ChannelUuid(*channel)).await?;
    }
    let (kind, user, uses, seconds) = match new.kind {
        NewLinkKind::Invite => {
            let (uses, seconds) = (new.uses.unwrap_or(1), new.expires.unwrap_or(7 * DAY));
            (LinkKind::Invite, None, uses, seconds)
        }
        NewLinkKind::Reset => {
            let missing = || Refused::new(ErrorCode::UnknownUser, "A reset needs a \"userUUID\".");
            (LinkKind::Reset, Some(new.user.ok_or_else(missing)?), 1, RESET)
        }
        NewLinkKind::Device => (LinkKind::Device, Some(asker), 1, 600),
    };
    let channels = if kind == LinkKind::Invite { new.channels } else { Vec::new() };
    let link = Link { channels, ..link(kind, Some(asker), user, uses, seconds) };
    let secret = LinkSecret::generate().map_err(anyhow::Error::from)?;
    core.app.store.add_link(link.clone(), secret.digest).await?;
    let mut view = shown(core, vec![link]).await?;
    let mut made = view.pop().ok_or_else(Refused::unavailable)?;
    made.url = Some(secret.url(&core.app.public_url()));
    connection.send(reply::to(id, Body::LinkCreate(made)));
    Ok(())
}

pub async fn check(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    secret: incoming::LinkSecret,
) -> Outcome {
    core.app.limits.sign_in_from(connection.address)?;
    let found = core.app.store.link(LinkSecret::digest_of(&secret.link)).await?;
    let link = found.ok_or(Denied::LinkEnded)?;
    let link = shown(core, vec![link]).await?.pop().ok_or_else(Refused::unavailable)?;
    let checked = LinkChecked { kind: link.kind, user: link.user };
    connection.send(reply::to(id, Body::LinkCheck(checked)));
    Ok(())
}

/// A link that begins now.
pub fn link(
    kind: LinkKind,
    by: Option<UserUuid>,
    user: Option<UserUuid>,
    uses: u64,
    seconds: u64,
) -> Link {
    let second = Timestamp::now().as_second();
    let at = Timestamp::from_second(second).unwrap_or_default();
    let expires_at = at.checked_add(Duration::from_secs(seconds)).unwrap_or(Timestamp::MAX);
    Link { uuid: Uuid::new_v4(), kind, by, user, channels: Vec::new(), uses, at, expires_at }
}

pub async fn list(core: &Rc<Core>, connection: &Rc<Connection>, id: Option<RequestId>) -> Outcome {
    let asker = recipient::user(connection)?.uuid;
    let mut links = core.app.store.links(asker).await?;
    let readable = readable(core, asker, &links).await?;
    for link in &mut links {
        link.channels.retain(|channel| readable.contains(channel));
    }
    let links = Links { links: shown(core, links).await? };
    connection.send(reply::to(id, Body::Links(links)));
    Ok(())
}

pub async fn revoke(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    UuidRef { uuid }: UuidRef,
) -> Outcome {
    let asker = recipient::user(connection)?.uuid;
    core.app.store.revoke_link(asker, uuid).await?;
    connection.send(reply::to(id, Body::LinkRevoke(Named { uuid })));
    Ok(())
}

/// Those of the channels of these links that the user can read.
async fn readable(core: &Core, user: UserUuid, links: &[Link]) -> Result<BTreeSet<Uuid>, Refused> {
    let mut readable: BTreeSet<_> = links.iter().flat_map(|link| &link.channels).copied().collect();
    for channel in readable.clone() {
        match core.app.store.channel(user, ChannelUuid(channel)).await {
            Ok(_) => {}
            Err(Failure::Denied(_)) => drop(readable.remove(&channel)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(readable)
}

/// Links with the names of their users.
async fn shown(
    core: &Core,
    links: Vec<Link>,
) -> Result<Vec<chinwag_protocol::outgoing::Link>, Refused> {
    let mut users: Vec<_> = links.iter().flat_map(|link| [link.by, link.user]).flatten().collect();
    users.sort_unstable();
    users.dedup();
    let users = core.app.store.known_users(users).await?;
    Ok(links.into_iter().map(|link| wire::link(link, &users)).collect())
}
