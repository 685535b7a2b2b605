//! `channelCreate`: a named channel, or a group.

use std::rc::Rc;

use chinwag_protocol::incoming::NewChannel;
use chinwag_protocol::{Body, ErrorCode, RequestId};
use chinwag_store::{self as store, ChannelName, Membership};
use jiff::Timestamp;

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::names::Name;
use crate::refused::{Outcome, Refused};
use crate::{reply, wire};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    new: NewChannel,
) -> Outcome {
    let made_by = recipient::user(connection)?;
    let name = new.name.as_deref().map(name).transpose()?;
    let mut users = new.users.unwrap_or_default();
    users.sort_unstable();
    users.dedup();
    users.retain(|user| *user != made_by.uuid);
    let asker = made_by.uuid;
    let request = store::NewChannel {
        made_by,
        name,
        topic: new.topic.as_deref().map_or("", str::trim).into(),
        private: new.private == Some(true),
        users,
        client_uuid: new.client_uuid,
        created_at: Timestamp::now(),
        by_admins: !core.app.config.channel_creation,
    };
    let made = core.app.store.create_channel(request).await?;
    let (details, membership) = core.app.store.channel(asker, made.uuid).await?;
    answer(connection, id, &details, membership.as_ref());
    Ok(())
}

fn answer(
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    details: &store::ChannelDetails,
    membership: Option<&Membership>,
) {
    let channel = wire::channel_for(details, membership);
    connection.send(reply::to(id, Body::ChannelCreate(channel)));
}

/// A name as typed, as a channel may have it.
pub fn name(typed: &str) -> Result<ChannelName, Refused> {
    let refused = |sentence: &'static str| Refused::new(ErrorCode::ChannelNotAcceptable, sentence);
    let typed = typed.trim();
    let typed = typed.strip_prefix('#').unwrap_or(typed);
    if typed.trim().parse::<uuid::Uuid>().is_ok() {
        return Err(refused("A channel's name is no UUID."));
    }
    let Name { shown, folded } = Name::new(typed).map_err(refused)?;
    Ok(ChannelName { shown: shown.into(), folded })
}
