//! Private channels, and how far which channel has been read.

use super::accounts::people;
use super::directs::Read;
use super::feed::Request;
use super::history::{self, Element};
use super::link::unreadable;
use super::records::News;
use super::scripts::{INBOX, MARK_READ};
use super::{RedisStore, Shared};
use crate::{
    Attempt, Channel, Channels, FoundChannel, INBOX_LIMIT, InboxEntry, Membership, Result, User,
    Wanted, channel_name,
};
use async_trait::async_trait;
use chinwag_protocol::{SessionUuid, UserUuid};
use uuid::Uuid;

#[async_trait]
impl Channels for RedisStore {
    async fn find_channel(&self, user: UserUuid, named: Uuid, make: bool) -> Result<FoundChannel> {
        self.direct(user, UserUuid(named), make).await
    }

    async fn inbox(&self, user: &User, _wanted: Wanted) -> Result<Vec<InboxEntry>> {
        inbox(&self.shared, user).await
    }

    async fn mark_read(
        &self,
        user: UserUuid,
        session: SessionUuid,
        channel: &Channel,
        seq: u64,
    ) -> Attempt<u64> {
        Ok(mark_read(&self.shared, user, session, channel, seq).await?)
    }
}

impl RedisStore {
    /// A direct channel, which the node follows for its user: what comes to it is heard in the order
    /// in which it was sent, from its first message on.
    async fn direct(
        &self,
        user: UserUuid,
        recipient: UserUuid,
        make: bool,
    ) -> Result<FoundChannel> {
        match self.shared.channels.read(&self.shared, user, recipient, make).await? {
            Read::Known(channel) => Ok(FoundChannel::Channel(channel)),
            Read::None(nothing) => Ok(nothing),
            Read::Fresh(opening) => {
                let channel = opening.channel.clone();
                let action = "open a channel";
                self.watches.room(action)?;
                self.followed(action, |done| Request::Open(opening, done)).await?;
                Ok(FoundChannel::Channel(channel))
            }
        }
    }
}

async fn inbox(shared: &Shared, user: &User) -> Result<Vec<InboxEntry>> {
    let mut script = INBOX.arg(user.uuid.to_string());
    script.arg(INBOX_LIMIT);
    let answer: Vec<Vec<u8>> = shared.link.run("read the inbox", &script).await?;
    let answer: Vec<_> = answer.into_iter().map(history::text).collect();
    let Some((sender, rows)) = answer.split_first_chunk::<2>() else {
        return Err(unreadable("read the inbox", "a channel"));
    };
    let (rows, _) = rows.as_chunks::<6>();
    let rows: Vec<_> = rows.iter().filter_map(inbox_row).collect();
    // Whoever wrote the last messages is named here: no further round trip.
    shared.names.remember(user);
    let others = rows.iter().filter_map(|row| row.channel.recipient().cloned());
    for named in people(sender).chain(others).filter(|named| !named.name.is_empty()) {
        shared.names.remember(&named);
    }
    let elements = rows.iter().filter(|row| row.total > 0).map(|row| Element {
        channel: &row.channel,
        seq: row.total,
        json: row.last.to_owned(),
    });
    let mut last = history::decode(shared, elements.collect()).await?.into_iter();
    let entry = |row: &InboxRow<'_>| InboxEntry {
        channel: row.channel.clone(),
        total: row.total,
        unread: row.total.saturating_sub(row.read),
        last_message: if row.total > 0 { last.next() } else { None },
        membership: Membership::default(),
        details: None,
    };
    Ok(rows.iter().map(entry).collect())
}

/// A channel as the script tells of it.
struct InboxRow<'a> {
    channel: Channel,
    total: u64,
    read: u64,
    last: &'a str,
}

/// `None` for what this program does not write.
fn inbox_row([channel, other, name, total, read, last]: &[String; 6]) -> Option<InboxRow<'_>> {
    let channel = if channel == "public" {
        Channel::GENERAL
    } else {
        let other = User { uuid: other.parse().ok()?, name: name.as_str().into() };
        Channel::direct(channel.parse().ok()?, other)
    };
    Some(InboxRow { channel, total: total.parse().ok()?, read: read.parse().ok()?, last })
}

async fn mark_read(
    shared: &Shared,
    user: UserUuid,
    session: SessionUuid,
    channel: &Channel,
    seq: u64,
) -> Result<u64> {
    const MARK: u64 = 9_999_999_999_999_999;
    let news = News::Read { user, session, address: channel.address(), seq: MARK };
    let envelope = format!(r#"{{"news":{}}}"#, news.json());
    let (before, after) = envelope.split_once(&MARK.to_string()).unwrap_or_default();
    let mut script = MARK_READ.arg(channel_name(channel.uuid));
    script.arg(user.to_string()).arg(seq.min(1 << 53)).arg(before).arg(after);
    script.arg(shared.link.prefix());
    shared.link.run("mark a channel as read", &script).await
}
