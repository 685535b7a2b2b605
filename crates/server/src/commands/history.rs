//! `channelMessages`: a page of a channel's history.

use std::ops::Range;
use std::rc::Rc;

use chinwag_protocol::incoming::HistoryPage;
use chinwag_protocol::outgoing::{History, Recipient};
use chinwag_protocol::{Body, ErrorCode, RequestId};
use chinwag_store::{self as store, Channel, Filter, Message, MessagesPage, User};

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
    let (found, fitting) = match (asked.around, &channel) {
        (Some(seq), Some(channel)) => around(core, channel, &user, (found, page), seq).await?,
        (Some(_), None) => return Err(no_such_message()),
        (None, _) => {
            let fitting = 0..fitting(&found.messages);
            (found, fitting)
        }
    };
    let messages = &found.messages[fitting];
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

/// The page around a message, and the part of it that fits into one reply. `page` was read first.
async fn around(
    core: &Rc<Core>,
    channel: &Channel,
    user: &User,
    (mut found, page): (MessagesPage, store::HistoryPage),
    seq: u64,
) -> Result<(MessagesPage, Range<usize>), Refused> {
    if seq == 0 || seq > found.total {
        return Err(no_such_message());
    }
    let is_whole = found.messages.len() as u64 >= page.limit;
    if !is_whole && found.messages.first().is_some_and(|first| first.seq > 1) {
        // It is near the end: what is missing there stands before.
        let after = store::Page::After(found.total.saturating_sub(page.limit));
        let page = store::HistoryPage { page: after, ..page };
        found = core.app.store.messages(channel, user, page).await?;
    }
    let at = found.messages.iter().position(|message| message.seq == seq);
    let fitting = fitting_around(&found.messages, at.ok_or_else(no_such_message)?);
    Ok((found, fitting))
}

/// Those of the messages that fit into one reply: the one at this place, and its neighbours in turn.
fn fitting_around(messages: &[Message], at: usize) -> Range<usize> {
    let (mut fitting, mut text) = (at..at + 1, wire::length_in_json(&messages[at].text));
    loop {
        let (before, behind) = (fitting.start.checked_sub(1), messages.get(fitting.end));
        let length = |message: &Message| wire::length_in_json(&message.text);
        let mut has_grown = false;
        if let Some(behind) = behind.filter(|message| text + length(message) <= MAX_TEXT) {
            text += length(behind);
            fitting.end += 1;
            has_grown = true;
        }
        let before = before.filter(|before| text + length(&messages[*before]) <= MAX_TEXT);
        if let Some(before) = before {
            text += length(&messages[before]);
            fitting.start = before;
            has_grown = true;
        }
        if !has_grown {
            return fitting;
        }
    }
}

fn no_such_message() -> Refused {
    Refused::new(ErrorCode::ChannelRefused, "There is no message with this \"Seq\" in the channel.")
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
    let is_filtered =
        asked.root.is_some() || asked.pinned == Some(true) || asked.files == Some(true);
    let page = match (asked.before, asked.after, asked.around) {
        (None, None, None) => store::Page::Last,
        (Some(before), None, None) => store::Page::Before(seq(before)),
        (None, Some(after), None) => store::Page::After(seq(after)),
        (None, None, Some(around)) if !is_filtered => {
            store::Page::After(around.saturating_sub(limit / 2 + 1))
        }
        (Some(_), Some(_), None) => {
            return Err(refused("Ask with \"before\" or \"after\", not both."));
        }
        (_, _, Some(_)) => return Err(refused("Ask with \"around\" alone.")),
    };
    let filter = match (asked.root, asked.pinned == Some(true), asked.files == Some(true)) {
        (None, false, false) => Filter::All,
        (Some(root), false, false) => Filter::Thread(root),
        (None, true, false) => Filter::Pinned,
        (None, false, true) => Filter::Files,
        _ => return Err(refused("Ask with one of \"root\", \"pinned\" and \"files\".")),
    };
    Ok(store::HistoryPage { page, limit, filter })
}
