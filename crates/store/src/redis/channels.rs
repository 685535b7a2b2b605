//! Private channels, and how far which channel has been read.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chinwag_protocol::{ChannelUuid, SessionUuid, UserUuid};

use super::Shared;
use super::accounts::people;
use super::history::{self, Element};
use super::link::unreadable;
use super::records::News;
use super::scripts::{CHANNEL, INBOX, MARK_READ};
use crate::{
    Channel, FoundChannel, INBOX_LIMIT, InboxEntry, Membership, Result, User, channel_name,
};

/// How many private channels are remembered.
const CHANNELS: usize = 100_000;

/// The private channels that were asked for, by the user who asked and the other one.
#[derive(Default)]
pub(super) struct KnownChannels(Mutex<Known>);

#[derive(Default)]
struct Known {
    channels: HashMap<(UserUuid, UserUuid), (u64, Channel)>,
    /// Counts the cuts: what was read before the last one may have gone from Redis.
    cuts: u64,
}

/// A channel that was read before.
enum Remembered {
    /// Since the last cut.
    Sure(Channel),
    /// Before the last cut.
    Doubtful(ChannelUuid),
}

impl KnownChannels {
    /// The channel of the two, made where `make` says so.
    pub(super) async fn find(
        &self,
        shared: &Shared,
        user: UserUuid,
        recipient: UserUuid,
        make: bool,
    ) -> Result<FoundChannel> {
        let remembered = match self.remembered(user, recipient) {
            Some(Remembered::Sure(channel)) => return Ok(FoundChannel::Channel(channel)),
            Some(Remembered::Doubtful(uuid)) => Some(uuid),
            None => None,
        };
        let action = "find a channel";
        // One that Redis has lost is made again: sessions may have joined it.
        let fresh = remembered.or_else(|| make.then(ChannelUuid::random));
        let fresh = fresh.map(|fresh| fresh.to_string()).unwrap_or_default();
        let mut script = CHANNEL.arg(user.to_string());
        script.arg(recipient.to_string()).arg(fresh);
        let cuts = self.lock().cuts;
        let answer: Vec<String> = shared.link.run(action, &script).await?;
        let [name, uuid] = &answer[..] else { return Ok(FoundChannel::Nothing) };
        if uuid.is_empty() {
            return Ok(FoundChannel::NoChannel);
        }
        let uuid = uuid.parse().map_err(|_| unreadable(action, "a channel"))?;
        if remembered.is_some_and(|remembered| remembered != uuid) {
            shared.doubts.raise(true);
        }
        let other = User { uuid: recipient, name: name.as_str().into() };
        let channel = Channel::direct(uuid, other);
        self.remember((user, recipient), cuts, &channel);
        Ok(FoundChannel::Channel(channel))
    }

    /// After a cut: Redis is asked again for each channel.
    pub(super) fn doubt(&self) {
        self.lock().cuts += 1;
    }

    /// Forgets all channels.
    pub(super) fn forget(&self) {
        let mut known = self.lock();
        known.cuts += 1;
        known.channels.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, pair: (UserUuid, UserUuid), cuts: u64, channel: &Channel) {
        let mut known = self.lock();
        if known.channels.len() >= CHANNELS {
            known.channels.clear();
        }
        known.channels.insert(pair, (cuts, channel.clone()));
    }

    fn remembered(&self, user: UserUuid, recipient: UserUuid) -> Option<Remembered> {
        let known = self.lock();
        let (cuts, channel) = known.channels.get(&(user, recipient))?;
        let is_sure = *cuts == known.cuts;
        Some(if is_sure {
            Remembered::Sure(channel.clone())
        } else {
            Remembered::Doubtful(channel.uuid)
        })
    }
}

pub(super) async fn inbox(shared: &Shared, user: &User) -> Result<Vec<InboxEntry>> {
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

pub(super) async fn mark_read(
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
