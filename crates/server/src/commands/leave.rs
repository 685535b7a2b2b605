//! `channelLeave`: out of the joined channel.

use std::rc::Rc;

use chinwag_protocol::incoming::ChannelRef;
use chinwag_protocol::{ErrorCode, Outgoing, RequestId};

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::{Outcome, Refused};
use crate::{feed, wire};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    leave: ChannelRef,
) -> Outcome {
    let user = recipient::user(connection)?;
    let channel = recipient::channel(core, connection, &leave.recipient).await?;
    let joined = connection
        .session
        .borrow()
        .as_ref()
        .is_some_and(|session| session.has_joined(channel.uuid));
    if !joined {
        let sentence = "You have not joined this channel.";
        return Err(Refused::new(ErrorCode::ChannelRefused, sentence));
    }
    core.app.store.leave(&user, connection.uuid, &channel).await?;
    if let Some(session) = connection.session.borrow_mut().as_mut() {
        session.joined = None;
    }
    core.hub.borrow_mut().update(connection);
    let left = feed::left(&channel, user.uuid, connection.uuid);
    connection.send(wire::text(&Outgoing { id, ..left }));
    Ok(())
}
