//! `channelMessages`: a page of a channel's history.

use std::rc::Rc;

use chinwag_protocol::incoming::HistoryPage;
use chinwag_protocol::outgoing::{History, Recipient};
use chinwag_protocol::{Body, ErrorCode, RequestId};
use chinwag_store::{self as store, Filter, Message, MessagesPage};

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::{Outcome, Refused};
use crate::{reply, wire};

/// The most text in one reply, in bytes as it stands in the reply's JSON. The first message always
/// comes.
pub const MAX_TEXT: usize = 256 * 1024;

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    asked: HistoryPage,
) -> Outcome {
    let user = recipient::user(connection)?;
    let page = page(&asked)?;
    let channel = recipient::existing_channel(core, connection, &asked.recipient).await?;
    let found = match &channel {
        Some(channel) => core.app.store.messages(channel, &user, page).await?,
        None => MessagesPage { total: 0, rev: 0, messages: Vec::new() },
    };
    let messages = &found.messages[..fitting(&found.messages)];
    let channel_messages = History {
        // What names no user was refused.
        channel: Recipient { recipient: asked.recipient.parse().ok() },
        total: found.total,
        received: messages.len() as u64,
        rev: found.rev,
        messages: messages.iter().map(wire::past_message).collect(),
    };
    connection.send(reply::to(id, Body::ChannelMessages(channel_messages)));
    Ok(())
}

/// How many of the messages fit into one reply.
pub fn fitting<'a>(messages: impl IntoIterator<Item = &'a Message>) -> usize {
    let mut text = 0;
    let fits = |(at, message): &(usize, &Message)| {
        text += wire::length_in_json(&message.text);
        *at == 0 || text <= MAX_TEXT
    };
    messages.into_iter().enumerate().take_while(fits).count()
}

fn page(asked: &HistoryPage) -> Result<store::HistoryPage, Refused> {
    let refused = |sentence| Refused::new(ErrorCode::ChannelRefused, sentence);
    if asked.limit.is_some_and(|limit| limit <= 0) {
        return Err(refused("The limit is a number from 1 to 100."));
    }
    let limit = asked.wanted();
    // A Seq below 0 means the same as 0: before the first message.
    let seq = |seq: i64| u64::try_from(seq).unwrap_or_default();
    let page = match (asked.before, asked.after) {
        (None, None) => store::Page::Last,
        (Some(before), None) => store::Page::Before(seq(before)),
        (None, Some(after)) => store::Page::After(seq(after)),
        (Some(_), Some(_)) => return Err(refused("Ask with \"before\" or \"after\", not both.")),
    };
    let filter = match (asked.root, asked.pinned) {
        (None, None | Some(false)) => Filter::All,
        (Some(root), None | Some(false)) => Filter::Thread(root),
        (None, Some(true)) => Filter::Pinned,
        (Some(_), Some(true)) => return Err(refused("Ask with \"root\" or \"pinned\", not both.")),
    };
    Ok(store::HistoryPage { page, limit, filter })
}
