//! Catching up after a cut: what was published meanwhile, and whether Redis holds less than before.

use std::collections::HashMap;
use std::mem::take;
use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, MessageUuid};
use redis::aio::PubSubSink;
use redis::{RedisResult, Value};

use super::details::{StoredDetails, parse};
use super::feed::{FeedTask, hash_of, list_of, reached_by, read};
use super::live::changed;
use super::scripts::CHANNEL_DETAILS;
use super::watched::Reached;
use super::{epoch, history, schema};
use crate::{Channel, Event, HistoryPage, Message, MessagesPage, Page, Result, channel_name};

/// How many channels are compared at once.
const AT_ONCE: usize = 500;

/// How many missed messages are read at once.
const MISSED: u64 = 500;

/// A channel of the node, compared with Redis.
pub(super) struct Compared {
    /// What Redis holds.
    reached: Reached,
    /// Whether that is less than this node has told, or something else.
    pub is_lost: bool,
}

/// What is found after a cut.
#[derive(Default)]
struct Found {
    /// Channels that were edited, or whose members were changed.
    edited: Vec<ChannelUuid>,
    missed: Vec<Message>,
    /// In the order of each channel.
    changed: Vec<Event>,
    /// Where each channel has to go on: up to where everything counts as told.
    lasts: Vec<(ChannelUuid, Reached, Option<MessageUuid>)>,
}

impl FeedTask {
    /// Tells what was published while nobody listened. Where Redis holds less than this node has
    /// told, or has another epoch, all sessions have to read again ([`Event::Reset`]).
    pub(super) async fn catch_up(&mut self, sink: &mut PubSubSink) -> Result<()> {
        let is_lost = self.shared.doubts.take_lost();
        let done = self.catch_up_with(is_lost, sink).await;
        if done.is_err() && is_lost {
            self.shared.doubts.raise(true);
        }
        done
    }

    async fn catch_up_with(&mut self, mut is_set_back: bool, sink: &mut PubSubSink) -> Result<()> {
        // Read first: a loss that another node has noticed comes with a newer epoch.
        let stored = epoch::read(&self.shared.link).await?;
        // It may have been set back to where version 0.1 left it.
        schema::update(&self.shared.link).await?;
        self.follow_new(sink).await?;
        let followed: Vec<_> = self.watched.channels().collect();
        let compared = self.compare(&followed).await?;
        is_set_back |= compared.values().any(|compared| compared.is_lost);
        let found = self.find_missed(compared).await?;
        let edited = self.read_edited(&found.edited).await?;
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
        let unheard = take(&mut self.unheard);
        self.shared.tell(unheard);
        self.shared.tell(edited);
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
    async fn find_missed(&mut self, compared: HashMap<ChannelUuid, Compared>) -> Result<Found> {
        let mut found = Found::default();
        for (channel, compared) in compared {
            self.find_in(channel, compared, &mut found).await?;
        }
        Ok(found)
    }

    async fn find_in(
        &mut self,
        channel: ChannelUuid,
        Compared { reached, is_lost }: Compared,
        found: &mut Found,
    ) -> Result<()> {
        let Some(tracked) = self.watched.channel(channel) else { return Ok(()) };
        let (told, mut last, mut uuid) = (tracked.last, tracked.last, tracked.uuid);
        let (mut from, mut to) = (told.seq, reached.seq);
        if reached.edition != told.edition {
            last.edition = reached.edition;
            found.edited.push(channel);
        }
        if is_lost {
            (from, last, uuid) = (to.saturating_sub(MISSED), reached, None);
        } else if reached.rev > told.rev {
            let changes = self.read_changes(channel, told.rev).await?;
            // One that came and changed meanwhile is told first.
            to = to.max(changes.total);
            last.rev = changes.rev;
            found.changed.extend(changed(told.rev, changes.messages));
        }
        let missed = self.read_missed(channel, from, to).await?;
        if let Some(newest) = missed.last() {
            (last.seq, uuid) = (newest.seq, Some(newest.uuid));
        }
        found.lasts.push((channel, last, uuid));
        // Of a history that is another one, those who have to read again are told only what they wait for.
        found.missed.extend(missed.into_iter().filter(|message| {
            !is_left_out(message) && (!is_lost || self.shared.pending.contains(message.uuid))
        }));
        Ok(())
    }

    /// The news of channels that were edited, or whose members were changed, while nobody listened: they are told as
    /// they are now.
    async fn read_edited(&self, channels: &[ChannelUuid]) -> Result<Vec<Event>> {
        let (action, mut events) = ("read a channel", Vec::new());
        for channels in channels.chunks(AT_ONCE) {
            let mut calls = redis::pipe();
            for channel in channels {
                CHANNEL_DETAILS.call(&mut calls).arg(channel_name(*channel));
            }
            for answer in self.shared.link.send_calls(action, &CHANNEL_DETAILS, &mut calls).await? {
                let details: String = read(action, answer)?.unwrap_or_default();
                if !details.is_empty() {
                    let details: StoredDetails = parse(action, &details)?;
                    let details = Arc::new(details.into());
                    events.push(Event::Channel { details, new_members: Vec::new() });
                }
            }
        }
        Ok(events)
    }

    fn tell_found(&mut self, mut found: Found) {
        for (channel, last, uuid) in found.lasts {
            if let Some(tracked) = self.watched.channel(channel) {
                (tracked.last, tracked.uuid) = (last, uuid);
            }
        }
        in_order_of_sending(&mut found.missed);
        let told = found.missed.into_iter().map(|message| self.told(message));
        let told = told.chain(found.changed).collect();
        self.shared.tell(told);
    }

    /// The messages that have changed since this `Rev`, with what their channel had reached when the last of
    /// them were read.
    pub(super) async fn read_changes(
        &self,
        channel: ChannelUuid,
        after: u64,
    ) -> Result<MessagesPage> {
        let (of, mut messages) = (Channel::of_members(channel), Vec::new());
        let mut after = after;
        loop {
            let page = history::changes(&self.shared, &of, after, MISSED).await?;
            let is_last = (page.messages.len() as u64) < MISSED;
            messages.extend(page.messages);
            if is_last {
                return Ok(MessagesPage { messages, ..page });
            }
            after = page.rev;
        }
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
            let page = HistoryPage::of_all(Page::After(last), MISSED.min(to - last));
            let page = history::messages(&self.shared, &of, page).await?.messages;
            let Some(newest) = page.last() else { break };
            last = newest.seq;
            missed.extend(page);
        }
        Ok(missed)
    }

    /// Compares those of these channels that the node follows with Redis.
    pub(super) async fn compare(
        &mut self,
        channels: &[ChannelUuid],
    ) -> Result<HashMap<ChannelUuid, Compared>> {
        let action = "compare a channel";
        let mut compared = HashMap::new();
        for channels in channels.chunks(AT_ONCE) {
            let mut told = Vec::with_capacity(channels.len());
            let mut commands = redis::pipe();
            for &channel in channels {
                let Some(tracked) = self.watched.channel(channel) else { continue };
                told.push((channel, tracked.last, tracked.uuid));
                let list = list_of(channel);
                commands.cmd("LLEN").arg(&list);
                commands.cmd("LINDEX").arg(&list).arg(tracked.last.seq.saturating_sub(1));
                commands.cmd("HMGET").arg(hash_of(channel)).arg("rev").arg("edition");
            }
            if told.is_empty() {
                continue;
            }
            let answers: Vec<RedisResult<Value>> =
                self.shared.link.send(action, commands.ignore_errors()).await?;
            let mut answers = answers.into_iter();
            for (channel, last, uuid) in told {
                let (Some(total), Some(element), Some(counts)) =
                    (answers.next(), answers.next(), answers.next())
                else {
                    break;
                };
                let reached = reached_by(action, total, counts)?;
                let element: Vec<u8> = read(action, element)?.unwrap_or_default();
                let is_another = uuid.is_some_and(|uuid| !is_of(uuid, channel, last.seq, element));
                let is_lost = reached.seq < last.seq || reached.rev < last.rev || is_another;
                compared.insert(channel, Compared { reached, is_lost });
            }
        }
        Ok(compared)
    }
}

/// Whether a private channel's events leave the message out: without a sender a frame would not say
/// in which channel it is. Its readers see the hole and ask for the page.
pub(super) fn is_left_out(message: &Message) -> bool {
    message.is_unreadable() && !message.channel.uuid.is_general()
}

/// Whether the element holds the message with this UUID, or is the one that it stands for.
fn is_of(uuid: MessageUuid, channel: ChannelUuid, seq: u64, element: Vec<u8>) -> bool {
    let stored = history::parse(&history::text(element));
    let channel = Channel::of_members(channel);
    stored.is_some_and(|(stored, _)| stored.uuid == uuid)
        || Message::unreadable(&channel, seq).uuid == uuid
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
