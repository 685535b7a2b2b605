//! `channelRead`: how far a channel has been read.

use std::rc::Rc;

use chinwag_protocol::incoming::ReadMark;
use chinwag_protocol::outgoing::{Read, Recipient};
use chinwag_protocol::{Body, RequestId};

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::Outcome;
use crate::reply;

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    mark: ReadMark,
) -> Outcome {
    let user = recipient::user(connection)?.uuid;
    let channel = recipient::existing_channel(core, connection, &mark.recipient).await?;
    let seq = match &channel {
        Some(channel) => core.app.store.mark_read(user, connection.uuid, channel, mark.seq).await?,
        None => 0,
    };
    // What names no user was refused.
    let channel = Recipient { recipient: mark.recipient.parse().ok() };
    let channel_read = Read { channel, seq };
    connection.send(reply::to(id, Body::ChannelRead(channel_read)));
    Ok(())
}
