//! `channelChanges`: the messages of a channel that have changed, as they are now.

use std::rc::Rc;

use chinwag_protocol::incoming::ChangesPage;
use chinwag_protocol::outgoing::{Changes, Recipient};
use chinwag_protocol::{Body, RequestId};
use chinwag_store::{self as store, Message};

use super::{history, recipient};
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::Outcome;
use crate::{reply, wire};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    asked: ChangesPage,
) -> Outcome {
    let user = recipient::user(connection)?;
    let channel = recipient::existing_channel(core, connection, &asked.recipient).await?;
    let (after, wanted) = (asked.after, asked.wanted());
    let found = match &channel {
        Some(channel) => core.app.store.changes(channel, &user, after, wanted).await?,
        None => store::ChangesPage { rev: 0, messages: Vec::new() },
    };
    let messages = &found.messages[..history::fitting(&found.messages)];
    let is_cut = messages.len() < found.messages.len();
    let rev = if is_cut { messages.last().map_or(found.rev, Message::rev) } else { found.rev };
    let channel_changes = Changes {
        // What names no user was refused.
        channel: Recipient { recipient: asked.recipient.parse().ok() },
        after,
        rev,
        messages: messages.iter().map(wire::past_message).collect(),
    };
    connection.send(reply::to(id, Body::ChannelChanges(channel_changes)));
    Ok(())
}
