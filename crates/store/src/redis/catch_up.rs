//! Catching up after a cut: what was published meanwhile, and whether Redis holds less than before.

use std::collections::{HashMap, HashSet};

use chinwag_protocol::{ChannelUuid, MessageUuid, UserUuid};
use redis::{RedisResult, Value, from_redis_value};

use super::feed::{FeedTask, list_of};
use super::link::{is_wrong_type, unavailable};
use super::scripts::TOTALS;
use super::watched::Talk;
use super::{epoch, history};
use crate::{Channel, Event, HistoryPage, Message, Page, Result};

/// Of how many users the private channels are looked up at once, and how many channels are checked.
const AT_ONCE: usize = 500;

/// How many missed messages are read at once.
const MISSED: u64 = 500;

/// What is found after a cut.
#[derive(Default)]
struct Found {
    missed: Vec<Message>,
    /// Where each channel has to go on: the `Seq` up to which everything counts as told.
    lasts: Vec<(ChannelUuid, u64, Option<MessageUuid>)>,
}

impl FeedTask {
    /// Tells what was published while nobody listened. Where Redis holds less than this node has
    /// told, or has another epoch, all sessions have to read again ([`Event::Reset`]).
    pub(super) async fn catch_up(&mut self) -> Result<()> {
        let mut is_set_back = self.shared.doubts.take_lost();
        // Read first: a loss that another node has noticed comes with a newer epoch.
        let stored = epoch::read(&self.shared.link).await?;
        let seen: Vec<_> = self.watched.channels().collect();
        let lost = self.set_back(&seen).await?;
        is_set_back |= !lost.is_empty();
        let found = self.find_missed(&lost).await?;
        self.shared.read_online().await?;
        let known = self.shared.epoch();
        let epoch = if epoch::is_newer(&stored, &known) {
            stored
        } else if is_set_back || *stored != *known {
            tracing::warn!("Redis was set back: everybody has to read again");
            epoch::replace(&self.shared.link, &stored, &known).await?
        } else {
            stored
        };
        self.tell_found(found);
        if *epoch != *known {
            self.shared.names.forget();
            self.shared.channels.forget();
            self.shared.set_epoch(epoch.into());
            self.shared.tell(vec![Event::Reset]);
        }
        Ok(())
    }

    /// Reads what was missed. Nothing counts as told before all of it is read.
    async fn find_missed(&mut self, lost: &HashMap<ChannelUuid, u64>) -> Result<Found> {
        let mut found = Found::default();
        let general = history::total(&self.shared, ChannelUuid::GENERAL).await?;
        let from = self.watched.general(general).last;
        self.find_in(ChannelUuid::GENERAL, from, general, lost, &mut found).await?;
        let users: Vec<_> = self.watched.users().collect();
        // A channel comes with each of its users that are here.
        let mut read = HashSet::new();
        for Talk { channel, users, total } in self.totals(&users).await? {
            if !read.insert(channel) {
                continue;
            }
            // One that was not seen has come meanwhile.
            let from = self.watched.see(channel, users, 0).map_or(total, |tracked| tracked.last);
            self.find_in(channel, from, total, lost, &mut found).await?;
        }
        let seen: HashSet<_> = found.lasts.iter().map(|(channel, ..)| *channel).collect();
        let gone = lost.iter().filter(|(channel, _)| !seen.contains(channel));
        let gone: Vec<_> = gone.map(|(channel, total)| (*channel, *total, None)).collect();
        found.lasts.extend(gone);
        Ok(found)
    }

    async fn find_in(
        &self,
        channel: ChannelUuid,
        from: u64,
        to: u64,
        lost: &HashMap<ChannelUuid, u64>,
        found: &mut Found,
    ) -> Result<()> {
        let is_lost = lost.contains_key(&channel);
        let from = if is_lost { to.saturating_sub(MISSED) } else { from };
        let missed = self.read_missed(channel, from, to).await?;
        if let Some(newest) = missed.last() {
            found.lasts.push((channel, newest.seq, Some(newest.uuid)));
        } else if is_lost {
            found.lasts.push((channel, to, None));
        }
        // Of a history that is another one, those who have to read again are told only what they wait for.
        found.missed.extend(missed.into_iter().filter(|message| {
            !is_left_out(message) && (!is_lost || self.shared.pending.contains(message.uuid))
        }));
        Ok(())
    }

    fn tell_found(&mut self, mut found: Found) {
        for (channel, last, uuid) in found.lasts {
            if let Some(tracked) = self.watched.channel(channel) {
                (tracked.last, tracked.uuid) = (last, uuid);
            }
        }
        in_order_of_sending(&mut found.missed);
        let told = found.missed.into_iter().map(|message| self.told(message));
        self.shared.tell(told.collect());
    }

    /// The messages with a `Seq` greater than `from`, up to `to`.
    pub(super) async fn read_missed(
        &self,
        channel: ChannelUuid,
        from: u64,
        to: u64,
    ) -> Result<Vec<Message>> {
        let of = Channel::of_members(channel);
        let (mut missed, mut last) = (Vec::new(), from);
        while last < to {
            let page = HistoryPage { page: Page::After(last), limit: MISSED.min(to - last) };
            let page = history::messages(&self.shared, &of, page).await?.messages;
            let Some(newest) = page.last() else { break };
            last = newest.seq;
            missed.extend(page);
        }
        Ok(missed)
    }

    /// Which of these channels hold less than this node has told, or another message where it has told
    /// one, and how many messages they hold.
    pub(super) async fn set_back(
        &mut self,
        channels: &[ChannelUuid],
    ) -> Result<HashMap<ChannelUuid, u64>> {
        let mut set_back = HashMap::new();
        for channels in channels.chunks(AT_ONCE) {
            let mut told = Vec::with_capacity(channels.len());
            let mut commands = redis::pipe();
            commands.ignore_errors();
            for &channel in channels {
                let Some(tracked) = self.watched.channel(channel) else { continue };
                if tracked.last > 0 {
                    told.push((channel, tracked.last, tracked.uuid));
                    let list = list_of(channel);
                    commands.cmd("LLEN").arg(&list);
                    commands.cmd("LINDEX").arg(&list).arg(tracked.last - 1);
                }
            }
            if told.is_empty() {
                continue;
            }
            let answers: Vec<RedisResult<Value>> =
                self.shared.link.send("compare a channel", &commands).await?;
            let (answers, _) = answers.as_chunks::<2>();
            for ((channel, last, uuid), [total, element]) in told.into_iter().zip(answers) {
                let total: u64 = read(total)?.unwrap_or_default();
                let element: Vec<u8> = read(element)?.unwrap_or_default();
                let is_another = uuid.is_some_and(|uuid| !is_of(uuid, channel, last, element));
                if total < last || is_another {
                    set_back.insert(channel, total);
                }
            }
        }
        Ok(set_back)
    }

    /// The private channels of these users, in as few round trips as may be.
    pub(super) async fn totals(&self, users: &[UserUuid]) -> Result<Vec<Talk>> {
        let action = "find a user's channels";
        let mut talks = Vec::new();
        for users in users.chunks(AT_ONCE) {
            let mut calls = redis::pipe();
            for user in users {
                TOTALS.call(&mut calls).arg(user.to_string());
            }
            let answers = self.shared.link.send_calls(action, &TOTALS, &mut calls).await?;
            for (user, answer) in users.iter().zip(answers) {
                let rows = answer.and_then(|answer| Ok(from_redis_value(answer)?));
                let rows: Vec<(Vec<u8>, Vec<u8>, u64)> =
                    rows.map_err(|error| unavailable(action, &error))?;
                talks.extend(rows.into_iter().filter_map(|row| talk(*user, row)));
            }
        }
        Ok(talks)
    }
}

/// Whether a private channel's events leave the message out: without a sender a frame would not say
/// in which channel it is. Its readers see the hole and ask for the page.
pub(super) fn is_left_out(message: &Message) -> bool {
    message.is_unreadable() && !message.channel.uuid.is_general()
}

/// `None` for what this program does not write.
fn talk(user: UserUuid, (channel, other, total): (Vec<u8>, Vec<u8>, u64)) -> Option<Talk> {
    let users = [user, history::text(other).parse().ok()?];
    Some(Talk { channel: history::text(channel).parse().ok()?, users, total })
}

/// Whether the element holds the message with this UUID, or is the one that it stands for.
fn is_of(uuid: MessageUuid, channel: ChannelUuid, seq: u64, element: Vec<u8>) -> bool {
    let stored = history::parse(&history::text(element));
    let channel = Channel::of_members(channel);
    stored.is_some_and(|(stored, _)| stored.uuid == uuid)
        || Message::unreadable(&channel, seq).uuid == uuid
}

/// `None` where the key holds something else.
fn read<T: redis::FromRedisValue>(answer: &RedisResult<Value>) -> Result<Option<T>> {
    match answer {
        Ok(value) => Ok(from_redis_value(value.clone()).ok()),
        Err(error) if is_wrong_type(error) => Ok(None),
        Err(error) => Err(unavailable("compare a channel", error)),
    }
}

/// Sorts by time as far as each channel's own order allows: the sends of one connection come back
/// in their order, whichever channels they went to.
fn in_order_of_sending(messages: &mut [Message]) {
    let mut latest = HashMap::new();
    messages.sort_by_cached_key(|message| {
        let latest = latest.entry(message.channel.uuid).or_insert(message.created_at);
        *latest = message.created_at.max(*latest);
        *latest
    });
}
