//! Private channels, and how far which channel has been read.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chinwag_protocol::{ChannelUuid, SessionUuid, UserUuid};

use super::Shared;
use super::history;
use super::link::unreadable;
use super::records::News;
use super::scripts::{CHANNEL, INBOX, MARK_READ};
use crate::{Channel, INBOX_LIMIT, InboxEntry, Result, User, channel_name};

/// How many private channels are remembered.
const CHANNELS: usize = 100_000;

/// The private channels that were asked for, by the user who asked and the other one.
#[derive(Default)]
pub(super) struct Channels(Mutex<HashMap<(UserUuid, UserUuid), Channel>>);

impl Channels {
    pub(super) async fn find(
        &self,
        shared: &Shared,
        user: UserUuid,
        recipient: UserUuid,
    ) -> Result<Option<Channel>> {
        if let Some(channel) = self.remembered(user, recipient) {
            return Ok(Some(channel));
        }
        let action = "find a channel";
        let mut script = CHANNEL.arg(user.to_string());
        script.arg(recipient.to_string()).arg(ChannelUuid::random().to_string());
        let answer: Vec<String> = shared.link.run(action, &script).await?;
        let [name, uuid] = &answer[..] else { return Ok(None) };
        let uuid = uuid.parse().map_err(|_| unreadable(action, "a channel"))?;
        let other = User { uuid: recipient, name: name.as_str().into() };
        let channel = Channel { uuid, recipient: Some(other) };
        self.remember((user, recipient), &channel);
        Ok(Some(channel))
    }

    fn remember(&self, pair: (UserUuid, UserUuid), channel: &Channel) {
        let mut channels = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if channels.len() >= CHANNELS {
            channels.clear();
        }
        channels.insert(pair, channel.clone());
    }

    fn remembered(&self, user: UserUuid, recipient: UserUuid) -> Option<Channel> {
        let channels = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        channels.get(&(user, recipient)).cloned()
    }
}

pub(super) async fn inbox(shared: &Shared, user: &User) -> Result<Vec<InboxEntry>> {
    let mut script = INBOX.arg(user.uuid.to_string());
    script.arg(INBOX_LIMIT);
    let rows: Vec<InboxRow> = shared.link.run("read the inbox", &script).await?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        entries.push(inbox_entry(shared, row).await?);
    }
    Ok(entries)
}

/// Channel, other user, their name, total, read mark, last message.
type InboxRow = (String, String, String, u64, u64, String);

async fn inbox_entry(shared: &Shared, row: InboxRow) -> Result<InboxEntry> {
    let action = "read the inbox";
    let (channel, other, name, total, read, last) = row;
    let channel = if other.is_empty() {
        Channel::GENERAL
    } else {
        let uuid = channel.parse().map_err(|_| unreadable(action, "a channel"))?;
        let other = other.parse().map_err(|_| unreadable(action, "a user"))?;
        Channel { uuid, recipient: Some(User { uuid: other, name: name.into() }) }
    };
    let rows: Vec<_> =
        Some((total, last)).filter(|(_, last)| !last.is_empty()).into_iter().collect();
    let last_message = history::decode(shared, channel.uuid, &rows).await?.pop();
    Ok(InboxEntry { channel, total, unread: total.saturating_sub(read), last_message })
}

pub(super) async fn mark_read(
    shared: &Shared,
    user: UserUuid,
    session: SessionUuid,
    channel: &Channel,
    seq: u64,
) -> Result<u64> {
    const MARK: u64 = 9_999_999_999_999_999;
    let news = News::Read { user, session, recipient: channel.recipient_uuid(), seq: MARK };
    let envelope = format!(r#"{{"news":{}}}"#, news.json());
    let (before, after) = envelope.split_once(&MARK.to_string()).unwrap_or_default();
    let mut script = MARK_READ.arg(channel_name(channel.uuid));
    script.arg(user.to_string()).arg(seq.min(1 << 53)).arg(before).arg(after);
    shared.link.run("mark a channel as read", &script).await
}
