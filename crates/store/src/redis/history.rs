//! Messages out of Redis's lists.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use chinwag_protocol::{ChannelUuid, UserUuid};

use super::Shared;
use super::feed::list_of;
use super::link::unreadable;
use super::records::StoredMessage;
use super::scripts::HISTORY;
use crate::{
    Attempt, Channel, Failure, HistoryPage, Kind, Message, MessagesPage, Page, Result, User,
    channel_name,
};

const ACTION: &str = "read the history";

/// How many unreadable elements are remembered as warned of; further ones are not logged.
const WARNINGS: usize = 1_000;

/// An element of a channel's list.
pub(super) struct Element<'a> {
    /// The channel, from the side of the user who reads it.
    pub channel: &'a Channel,
    /// Its place in the list, from 1.
    pub seq: u64,
    /// What stands there.
    pub json: String,
}

/// The unreadable elements that were warned of.
#[derive(Default)]
pub(super) struct Warned(Mutex<HashSet<(ChannelUuid, u64)>>);

impl Warned {
    fn warn(&self, channel: ChannelUuid, seq: u64) {
        let mut warned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.len() < WARNINGS && warned.insert((channel, seq)) {
            let list = list_of(channel);
            tracing::warn!(list, seq, "an element is unreadable or by an unknown user");
        }
    }
}

/// The `Seq` of a channel's last message.
pub(super) async fn total(shared: &Shared, channel: ChannelUuid) -> Result<u64> {
    let mut commands = redis::pipe();
    commands.cmd("LLEN").arg(list_of(channel));
    let (total,) = shared.link.send(ACTION, &commands).await?;
    Ok(total)
}

/// A page of a channel, whoever reads it. An element that can't be read is [`Message::unreadable`].
pub(super) async fn messages(
    shared: &Shared,
    channel: &Channel,
    page: HistoryPage,
) -> Result<MessagesPage> {
    match messages_for(shared, channel, None, page).await {
        Ok(page) => Ok(page),
        Err(Failure::Unavailable(error)) => Err(error),
        Err(Failure::Denied(_)) => Err(unreadable(ACTION, "a channel")),
    }
}

/// The same, of a group or a named channel that the user has to be able to read.
pub(super) async fn messages_for(
    shared: &Shared,
    channel: &Channel,
    user: Option<UserUuid>,
    page: HistoryPage,
) -> Attempt<MessagesPage> {
    let (direction, seq) = match page.page {
        Page::Last => ("last", 0),
        Page::Before(seq) => ("before", seq),
        Page::After(seq) => ("after", seq),
    };
    // Beyond this, Lua's numbers are not exact; no list is as long.
    let seq = seq.min(1 << 53);
    let mut script = HISTORY.arg(channel_name(channel.uuid));
    script.arg(direction).arg(seq).arg(page.limit);
    script.arg(user.map(|user| user.to_string()).unwrap_or_default());
    let answer = shared.link.attempt::<Vec<Vec<u8>>>(ACTION, &script).await?;
    let mut answer = answer.into_iter().map(text);
    let mut number = || answer.next()?.parse::<u64>().ok();
    let (Some(total), Some(first)) = (number(), number()) else {
        return Err(unreadable(ACTION, "a list's length").into());
    };
    let elements = (first..).zip(answer).map(|(seq, json)| Element { channel, seq, json });
    let mut messages = decode(shared, elements.collect()).await?;
    if !matches!(page.page, Page::After(_)) {
        messages.reverse();
    }
    Ok(MessagesPage { total, rev: 0, messages })
}

/// An element's bytes as text. Those that are none are not JSON either.
pub(super) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

/// Reads list elements, one message for each.
pub(super) async fn decode(shared: &Shared, elements: Vec<Element<'_>>) -> Result<Vec<Message>> {
    let stored: Vec<_> = elements.iter().map(|element| parse(&element.json)).collect();
    let users = elements.iter().zip(&stored).flat_map(|(element, stored)| {
        let sender = stored.as_ref().map(|(stored, _)| stored.sender);
        let recipient = stored.as_ref().and_then(|(_, recipient)| *recipient);
        // A group or a named channel is its own recipient, and no user.
        let is_user = |recipient: &UserUuid| recipient.0 != element.channel.uuid.0;
        [sender, recipient.filter(is_user)]
    });
    let users: Vec<_> = users.flatten().collect();
    let users = shared.names.users(&shared.link, &users).await?;
    let messages = elements.iter().zip(stored).map(|(Element { channel, seq, .. }, stored)| {
        stored.and_then(|stored| named(channel.uuid, *seq, &users, stored)).unwrap_or_else(|| {
            shared.warned.warn(channel.uuid, *seq);
            Message::unreadable(channel, *seq)
        })
    });
    Ok(messages.collect())
}

/// A stored message, and whom it was written to.
pub(super) fn parse(json: &str) -> Option<(StoredMessage, Option<UserUuid>)> {
    let stored: StoredMessage = serde_json::from_str(json).ok()?;
    let recipient =
        if stored.recipient.is_empty() { None } else { Some(stored.recipient.parse().ok()?) };
    Some((stored, recipient))
}

fn named(
    channel: ChannelUuid,
    seq: u64,
    users: &HashMap<UserUuid, User>,
    (stored, recipient): (StoredMessage, Option<UserUuid>),
) -> Option<Message> {
    let kind = match recipient {
        // A message without a recipient is General's, and no other.
        None => Some(Kind::General).filter(|_| channel.is_general())?,
        Some(_) if channel.is_general() => return None,
        Some(recipient) if recipient.0 == channel.0 => Kind::Members,
        Some(recipient) => Kind::Direct(users.get(&recipient)?.clone()),
    };
    Some(Message {
        uuid: stored.uuid,
        channel: Channel { uuid: channel, kind },
        seq,
        sender: users.get(&stored.sender)?.clone(),
        text: stored.text,
        created_at: stored.created_at,
        reply_to: None,
        state: None,
    })
}
