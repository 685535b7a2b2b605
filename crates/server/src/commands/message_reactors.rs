//! `messageReactors`: who reacted to a message with an emoji.

use std::rc::Rc;

use chinwag_protocol::incoming::ReactorsPage;
use chinwag_protocol::outgoing::Users;
use chinwag_protocol::{Body, RequestId};
use chinwag_store::{Denied, ReactorsQuery};

use super::{message_change, recipient};
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::Outcome;
use crate::{reply, wire};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    asked: ReactorsPage,
) -> Outcome {
    let asker = recipient::user(connection)?;
    let emoji = message_change::emoji(&asked.emoji)?;
    let channel = recipient::existing_channel(core, connection, &asked.at.recipient).await?;
    let query = ReactorsQuery {
        asker,
        channel: channel.ok_or(Denied::NoMessage)?,
        seq: asked.at.seq,
        emoji,
        offset: asked.offset.unwrap_or_default(),
        limit: asked.wanted(),
    };
    let found = core.app.store.reactors(query).await?;
    let users: Vec<_> = found.users.iter().map(wire::status).collect();
    let reactors = Users { total: found.total, received: users.len() as u64, users };
    connection.send(reply::to(id, Body::MessageReactors(reactors)));
    Ok(())
}
