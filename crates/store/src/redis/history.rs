//! Messages out of Redis's lists.

use std::collections::HashMap;

use chinwag_protocol::{ChannelUuid, UserUuid};

use super::Shared;
use super::feed::list_of;
use super::link::unreadable;
use super::records::StoredMessage;
use super::scripts::HISTORY;
use crate::{HistoryPage, Message, Messages, Page, Result, User, channel_name};

const ACTION: &str = "read the history";

/// The `Seq` of a channel's last message.
pub(super) async fn total(shared: &Shared, channel: ChannelUuid) -> Result<u64> {
    let mut commands = redis::pipe();
    commands.cmd("LLEN").arg(list_of(channel));
    let (total,) = shared.link.send(ACTION, &commands).await?;
    Ok(total)
}

/// The messages after a `Seq`.
pub(super) async fn after(
    shared: &Shared,
    channel: ChannelUuid,
    seq: u64,
    limit: u64,
) -> Result<Vec<Message>> {
    let page = HistoryPage { page: Page::After(seq), limit };
    Ok(messages(shared, channel, page).await?.messages)
}

/// A page of a channel.
pub(super) async fn messages(
    shared: &Shared,
    channel: ChannelUuid,
    page: HistoryPage,
) -> Result<Messages> {
    let (direction, seq) = match page.page {
        Page::Last => ("last", 0),
        Page::Before(seq) => ("before", seq),
        Page::After(seq) => ("after", seq),
    };
    // Beyond this, Lua's numbers are not exact; no list is as long.
    let seq = seq.min(1 << 53);
    let mut script = HISTORY.arg(channel_name(channel));
    script.arg(direction).arg(seq).arg(page.limit);
    let mut answer = shared.link.run::<Vec<String>>(ACTION, &script).await?.into_iter();
    let mut number = || answer.next()?.parse::<u64>().ok();
    let (Some(total), Some(first)) = (number(), number()) else {
        return Err(unreadable(ACTION, "a list's length"));
    };
    let rows: Vec<_> = (first..).zip(answer).collect();
    let mut messages = decode(shared, channel, &rows).await?;
    if !matches!(page.page, Page::After(_)) {
        messages.reverse();
    }
    Ok(Messages { total, messages })
}

/// Reads list elements, each with its `Seq`.
pub(super) async fn decode(
    shared: &Shared,
    channel: ChannelUuid,
    rows: &[(u64, String)],
) -> Result<Vec<Message>> {
    let stored: Option<Vec<(u64, StoredMessage, Option<UserUuid>)>> =
        rows.iter().map(parse).collect();
    let stored = stored.ok_or_else(|| unreadable(ACTION, "a message"))?;
    let users: Vec<_> = stored
        .iter()
        .flat_map(|(_, stored, recipient)| [Some(stored.sender), *recipient])
        .flatten()
        .collect();
    let users = shared.names.users(&shared.link, &users).await?;
    let named = stored
        .into_iter()
        .map(|(seq, stored, recipient)| named(channel, &users, seq, stored, recipient));
    named.collect::<Option<_>>().ok_or_else(|| unreadable(ACTION, "a message's user"))
}

pub(super) fn parse((seq, json): &(u64, String)) -> Option<(u64, StoredMessage, Option<UserUuid>)> {
    let stored: StoredMessage = serde_json::from_str(json).ok()?;
    let recipient =
        if stored.recipient.is_empty() { None } else { Some(stored.recipient.parse().ok()?) };
    Some((*seq, stored, recipient))
}

fn named(
    channel: ChannelUuid,
    users: &HashMap<UserUuid, User>,
    seq: u64,
    stored: StoredMessage,
    recipient: Option<UserUuid>,
) -> Option<Message> {
    let recipient = match recipient {
        Some(recipient) => Some(users.get(&recipient)?.clone()),
        None => None,
    };
    Some(Message {
        uuid: stored.uuid,
        channel,
        seq,
        sender: users.get(&stored.sender)?.clone(),
        recipient,
        text: stored.text,
        created_at: stored.created_at,
    })
}
