//! `signUp`: a new user, who is signed in at once.

use std::rc::Rc;

use chinwag_protocol::incoming::SignUp;
use chinwag_protocol::outgoing::Registration;
use chinwag_protocol::{ChannelUuid, ErrorCode, RequestId, UserUuid};
use chinwag_store::{
    Account, Creation, Denied, KeyDigest, Link, LinkKind, MembersAdd, NewAccount, Role, Standing,
    User,
};
use jiff::Timestamp;

use super::sign_in::{self, Entering};
use crate::connection::Connection;
use crate::core::Core;
use crate::link_secret::LinkSecret;
use crate::names::Name;
use crate::passwords;
use crate::refused::{Outcome, Refused};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    new: SignUp,
) -> Outcome {
    core.app.limits.sign_in_from(connection.address)?;
    let link = find_link(core, new.link.as_deref()).await?;
    let is_claim = link.as_ref().is_some_and(|link| link.kind == LinkKind::Claim);
    match core.app.config.registration {
        Registration::Open => {}
        Registration::Invite if link.is_some() => {}
        Registration::Closed if is_claim => {}
        Registration::Invite => {
            return Err(refused(
                "To sign up here you need an invite link: ask somebody who is in.",
            ));
        }
        Registration::Closed => {
            return Err(refused("Nobody can sign up here; ask the people who run this chat."));
        }
    }
    let name = Name::new(&new.username).map_err(refused)?;
    check_password(&new.password)?;
    // Asked before the expensive hash; `create` decides, should somebody be quicker.
    if core.app.store.account(&name.folded).await?.is_some() {
        return Err(taken());
    }
    let digest = new.link.as_deref().map(LinkSecret::digest_of);
    let mut account = create(core, name, new.password, digest).await?.ok_or_else(taken)?;
    if is_claim {
        account.standing.role = Role::Admin;
    }
    if let Some(link) = link {
        become_member(core, &account, link).await;
    }
    let key = sign_in::new_key(core, connection, &account, new.device.as_deref()).await?;
    sign_in::enter(core, connection, id, Entering::new(account, key)).await?;
    core.app.metrics.sign_ups.increment(1);
    Ok(())
}

/// The link by which a new user comes, if one is given.
async fn find_link(core: &Core, secret: Option<&str>) -> Result<Option<Link>, Refused> {
    let Some(secret) = secret else { return Ok(None) };
    let link = core.app.store.link(LinkSecret::digest_of(secret)).await?;
    let lets_in = |link: &Link| {
        link.kind == LinkKind::Invite || (link.kind == LinkKind::Claim && link.user.is_none())
    };
    link.filter(lets_in).map(Some).ok_or_else(|| Denied::LinkEnded.into())
}

/// Adds the new user to the channels of an invite, as far as these are there still.
async fn become_member(core: &Core, account: &Account, link: Link) {
    let user = account.user.uuid;
    for channel in link.channels {
        let add = |asker| MembersAdd {
            asker,
            channel: ChannelUuid(channel),
            users: vec![user],
            owner: None,
            at: Timestamp::now(),
        };
        let by = link.by.unwrap_or(user);
        if core.app.store.add_members(add(user)).await.is_err()
            && let Err(error) = core.app.store.add_members(add(by)).await
        {
            tracing::debug!(%error, "an invite's channel was left out");
        }
    }
}

/// Whether everybody may sign up.
pub fn is_open(core: &Core) -> bool {
    core.app.config.registration == Registration::Open
}

/// Makes a user; `None` if the name is taken, refused if it only looks like a taken one.
pub async fn create(
    core: &Core,
    name: Name,
    password: String,
    link: Option<KeyDigest>,
) -> Result<Option<Account>, Refused> {
    let password_hash = core.app.passwords.hash(password).await?;
    let user = User { uuid: UserUuid::random(), name: name.shown.into() };
    let account = Account {
        user: user.clone(),
        password_hash: password_hash.clone(),
        standing: Standing::default(),
    };
    let new = NewAccount {
        user,
        folded_name: name.folded,
        password_hash,
        link: link.map(|link| (link, Timestamp::now())),
    };
    match core.app.store.create_account(new).await? {
        Creation::Created => Ok(Some(account)),
        Creation::NameTaken => Ok(None),
        Creation::LinkEnded => Err(Denied::LinkEnded.into()),
        Creation::LooksTaken => {
            Err(refused("This name looks like one that is taken; choose another."))
        }
    }
}

/// Whether this may be a password.
pub fn check_password(password: &str) -> Result<(), Refused> {
    if password.is_empty() || password.len() > passwords::MAX_BYTES {
        return Err(refused("A password has 1 to 256 bytes."));
    }
    Ok(())
}

fn taken() -> Refused {
    refused("This name is taken; choose another.")
}

fn refused(sentence: &'static str) -> Refused {
    Refused::new(ErrorCode::SignUpRefused, sentence)
}
