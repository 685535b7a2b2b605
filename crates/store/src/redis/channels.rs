//! A user's channels, and how far which channel has been read.

use std::cmp::Reverse;

use async_trait::async_trait;
use chinwag_protocol::{SessionUuid, UserUuid};
use uuid::Uuid;

use super::accounts::people;
use super::changes::mark_own;
use super::details::{StoredDetails, first_level, membership, parse};
use super::directs::Read;
use super::feed::Request;
use super::history::{self, Element};
use super::link::unreadable;
use super::records::News;
use super::scripts::{INBOX, MARK_READ};
use super::{RedisStore, Shared, activity};
use crate::{
    ActivityPage, ActivityQuery, Attempt, Channel, ChannelDetails, Channels, FoundChannel,
    INBOX_LIMIT, InboxEntry, Kind, Membership, Result, User, Wanted, channel_name,
};

const READ: &str = "read the inbox";

#[async_trait]
impl Channels for RedisStore {
    async fn find_channel(&self, user: UserUuid, named: Uuid, make: bool) -> Result<FoundChannel> {
        self.find(user, UserUuid(named), make).await
    }

    async fn inbox(&self, user: &User, wanted: Wanted) -> Result<Vec<InboxEntry>> {
        inbox(&self.shared, user, wanted).await
    }

    async fn activity(&self, query: ActivityQuery) -> Result<ActivityPage> {
        activity::read(&self.shared, query).await
    }

    async fn mark_read(
        &self,
        user: UserUuid,
        session: SessionUuid,
        channel: &Channel,
        seq: u64,
    ) -> Attempt<u64> {
        mark_read(&self.shared, user, session, channel, seq).await
    }
}

impl RedisStore {
    /// A channel, which the node follows for its user: what comes to it is heard in the order in which it
    /// was sent, and a direct one from its first message on.
    async fn find(&self, user: UserUuid, recipient: UserUuid, make: bool) -> Result<FoundChannel> {
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

/// An entry, with the moment by which it is sorted, in microseconds.
type Sorted = (i64, InboxEntry);

async fn inbox(shared: &Shared, user: &User, wanted: Wanted) -> Result<Vec<InboxEntry>> {
    let mut script = INBOX.arg(user.uuid.to_string());
    script.arg(INBOX_LIMIT).arg(u8::from(wanted == Wanted::All));
    let answer: Vec<Vec<u8>> = shared.link.run(READ, &script).await?;
    let answer: Vec<_> = answer.into_iter().map(history::text).collect();
    let Some((sender, rows)) = answer.split_first_chunk::<2>() else {
        return Err(unreadable(READ, "a channel"));
    };
    let (rows, _) = rows.as_chunks::<14>();
    let rows: Vec<_> = rows.iter().filter_map(inbox_row).collect();
    // Who wrote the last messages of General and of direct channels is named here: no further round trip.
    shared.names.remember(user);
    let others = rows.iter().filter_map(|row| row.channel.recipient().cloned());
    for named in people(sender).chain(others).filter(|named| !named.name.is_empty()) {
        shared.names.remember(&named);
    }
    let mut entries = entries(shared, user, rows).await?;
    entries.sort_by_key(|(moment, _)| Reverse(*moment));
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

async fn entries(shared: &Shared, user: &User, rows: Vec<InboxRow<'_>>) -> Result<Vec<Sorted>> {
    let with_last = rows.iter().filter(|row| row.total > 0);
    let elements = with_last
        .map(|row| Element::read(&row.channel, row.total, row.last, row.answered))
        .collect();
    let mut last = history::decode(shared, elements).await?;
    mark_own(shared, user.uuid, last.iter_mut()).await?;
    let mut last = last.into_iter();
    let entry = |row: InboxRow<'_>| {
        let InboxRow { channel, total, rev, read, membership, details, .. } = row;
        let unread = total.saturating_sub(read);
        let (mentions, first_mention) = (row.mentions, row.first_mention);
        let last_message = if total > 0 { last.next() } else { None };
        let moment = match (&channel.kind, &last_message) {
            (Kind::General, _) => i64::MAX,
            (Kind::Members, Some(last)) => last.created_at.as_microsecond(),
            _ => row.moment,
        };
        let entry = InboxEntry {
            channel,
            total,
            unread,
            mentions,
            first_mention,
            rev,
            last_message,
            membership,
            details,
        };
        (moment, entry)
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// A channel as the script tells of it.
struct InboxRow<'a> {
    channel: Channel,
    total: u64,
    rev: u64,
    read: u64,
    last: &'a str,
    /// What the last message shows of the one that it answers.
    answered: &'a str,
    mentions: u64,
    first_mention: Option<u64>,
    /// When the last message was stored, or the user became a member, in microseconds.
    moment: i64,
    membership: Membership,
    details: Option<ChannelDetails>,
}

/// `None` for what this program does not write.
fn inbox_row(
    [
        channel,
        other,
        name,
        total,
        read,
        last,
        moment,
        preferences,
        owner,
        details,
        rev,
        answered,
        mentions,
        first,
    ]: &[String; 14],
) -> Option<InboxRow<'_>> {
    let details = parse::<StoredDetails>(READ, details).ok();
    let (channel, level) = if channel == "public" {
        (Channel::GENERAL, first_level("general"))
    } else if other.is_empty() {
        (Channel::of_members(channel.parse().ok()?), details.as_ref()?.first_level())
    } else {
        let other = User { uuid: other.parse().ok()?, name: name.as_str().into() };
        (Channel::direct(channel.parse().ok()?, other), first_level("direct"))
    };
    Some(InboxRow {
        channel,
        total: total.parse().ok()?,
        rev: rev.parse().ok()?,
        read: read.parse().ok()?,
        last,
        answered,
        mentions: mentions.parse().ok()?,
        first_mention: first.parse().ok(),
        moment: moment.parse().unwrap_or_default(),
        membership: membership(owner, preferences, level),
        details: details.map(ChannelDetails::from),
    })
}

async fn mark_read(
    shared: &Shared,
    user: UserUuid,
    session: SessionUuid,
    channel: &Channel,
    seq: u64,
) -> Attempt<u64> {
    const MARK: u64 = 9_999_999_999_999_999;
    let news = News::Read { user, session, address: channel.address(), seq: MARK };
    let envelope = news.envelope();
    let (before, after) = envelope.split_once(&MARK.to_string()).unwrap_or_default();
    let mut script = MARK_READ.arg(channel_name(channel.uuid));
    let of_members = u8::from(channel.kind == Kind::Members);
    script.arg(user.to_string()).arg(seq.min(1 << 53)).arg(of_members).arg(before).arg(after);
    script.arg(shared.link.prefix());
    shared.link.attempt("mark a channel as read", &script).await
}
