//! Notifies of messages 3 s after they were stored, off their path.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chinwag_protocol::{ChannelUuid, UserUuid};
use chinwag_store::{
    ChannelDetails, Failure, Filter, HistoryPage, Kind, Message, NotifySettings, Page, RingQuery,
    Ringable, Subscription,
};
use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, sleep_until};

use super::bell::{Rung, Waiting};
use super::devices::{Admitted, Held, Released};
use super::notice::{self, About, Notice, Urgency};
use super::outcome::Outcome;
use super::{Posted, Push};
use crate::ring::{Member, Ring, ring};

/// How long after it was stored a message is looked at: who reads it meanwhile, on any device, is not notified.
const DELAY: Duration = Duration::from_secs(3);

/// The time between two looks. What is due then is looked at together, a channel at a time.
const PAUSE: Duration = Duration::from_millis(100);

/// How many messages one look takes at the most.
const MOST: usize = 8_192;

/// How many channels are looked at at once.
const CHANNELS: usize = 16;

/// How many messages of a channel are looked at together. Each mentions 50 users at the most.
const TOGETHER: usize = 64;

/// How often a notification is sent again that a push service wants later.
const ATTEMPTS: u32 = 3;

impl Push {
    /// Notifies of messages as they become due, for ever.
    pub async fn ring(self: Arc<Self>, mut waiting: Waiting) {
        let places = Arc::new(Semaphore::new(CHANNELS));
        let mut next = waiting.0.recv().await;
        while let Some(first) = next {
            sleep_until(first.0 + DELAY).await;
            let due;
            (due, next) = take_due(first, &mut waiting);
            for messages in self.wanted(due).await {
                // The semaphore is never closed.
                let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
                let push = Arc::clone(&self);
                tokio::spawn(async move {
                    push.tell_failure(push.ring_channel(messages).await);
                    drop(place);
                });
            }
            sleep(PAUSE).await;
            if next.is_none() {
                next = waiting.0.recv().await;
            }
        }
    }

    /// The messages by their channels; none, if nobody has a subscription.
    async fn wanted(&self, due: Vec<Arc<Message>>) -> Vec<Vec<Arc<Message>>> {
        let wanted = self.store.has_subscriptions().await;
        let is_wanted = *wanted.as_ref().unwrap_or(&false);
        self.tell_failure(wanted.map_err(Failure::from));
        if !is_wanted {
            return Vec::new();
        }
        let mut channels: HashMap<ChannelUuid, Vec<Arc<Message>>> = HashMap::new();
        for message in due {
            channels.entry(message.channel.uuid).or_default().push(message);
        }
        channels.into_values().collect()
    }

    /// Logs the first failure of several. The messages are there all the same.
    fn tell_failure<T>(&self, result: Result<T, Failure>) {
        match result {
            Err(Failure::Unavailable(error)) => {
                if !self.fails.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, "failed to find who is notified of messages");
                }
            }
            // The sender can't read the channel any more, or it has ended.
            Err(Failure::Denied(_)) => {}
            Ok(_) => self.fails.store(false, Ordering::Relaxed),
        }
    }

    /// Notifies of messages of one channel.
    async fn ring_channel(self: &Arc<Self>, messages: Vec<Arc<Message>>) -> Result<(), Failure> {
        for messages in messages.chunks(TOGETHER) {
            self.ring_together(messages).await?;
        }
        Ok(())
    }

    async fn ring_together(self: &Arc<Self>, messages: &[Arc<Message>]) -> Result<(), Failure> {
        let messages = self.present(messages).await?;
        let Some(first) = messages.first() else { return Ok(()) };
        let mut query = query(&messages);
        let mut details = None;
        let mut seen = HashSet::new();
        loop {
            let page = self.store.ringable(query.clone()).await?;
            if details.is_none() && !page.members.is_empty() {
                details = self.details(first).await?;
            }
            let users = page.members.iter().map(|member| member.user).collect();
            let settings = self.store.notify_settings(users).await?;
            for (member, settings) in page.members.iter().zip(&settings) {
                if seen.insert(member.user) {
                    self.ring_member(&messages, member, settings, details.as_ref()).await;
                }
            }
            query.after = page.next;
            if query.after.is_none() {
                return Ok(());
            }
        }
    }

    /// The messages as they are now, without deleted ones.
    async fn present(&self, messages: &[Arc<Message>]) -> Result<Vec<Message>, Failure> {
        let (Some(first), Some(last)) = (messages.first(), messages.last()) else {
            return Ok(Vec::new());
        };
        let wanted: HashSet<_> = messages.iter().map(|message| message.uuid).collect();
        let mut present = Vec::new();
        let mut after = first.seq.saturating_sub(1);
        while after < last.seq {
            let limit = (last.seq - after).min(TOGETHER as u64);
            let page = HistoryPage { page: Page::After(after), limit, filter: Filter::All };
            let found = self.store.messages(&first.channel, &first.sender, page).await?.messages;
            let Some(reached) = found.last().map(|message| message.seq) else { break };
            after = reached;
            let is_there =
                |message: &Message| wanted.contains(&message.uuid) && !message.is_deleted();
            present.extend(found.into_iter().filter(is_there));
        }
        Ok(present)
    }

    /// What General, a group or a named channel is called.
    async fn details(&self, message: &Message) -> Result<Option<ChannelDetails>, Failure> {
        if matches!(message.channel.kind, Kind::Direct(_)) {
            return Ok(None);
        }
        let channel = self.store.channel(message.sender.uuid, message.channel.uuid).await?;
        Ok(Some(channel.0))
    }

    async fn ring_member(
        self: &Arc<Self>,
        messages: &[Message],
        member: &Ringable,
        settings: &NotifySettings,
        details: Option<&ChannelDetails>,
    ) {
        let now = Timestamp::now();
        let about = About { url: &self.url, details, full: !settings.hides_content };
        let described = Member {
            user: member.user,
            level: member.level,
            muted_until: member.muted_until,
            read: member.read,
            blocks_sender: false,
            settings,
        };
        for message in messages {
            let blocks_sender = member.blocks.contains(&message.sender.uuid);
            let described = Member { blocks_sender, ..described.clone() };
            let Some(why) = ring(message, &described, now) else { continue };
            let urgency = match why {
                Ring::Personal => Urgency::High,
                Ring::Usual => Urgency::Normal,
            };
            let payload = notice::payload(&about, message, member.user);
            for subscription in &member.subscriptions {
                let notice = Notice {
                    topic: notice::topic(subscription, message.channel.uuid.0.as_bytes()),
                    subscription: subscription.clone(),
                    payload: Arc::clone(&payload),
                    urgency,
                    count: 1,
                    attempts: 0,
                };
                self.send(notice).await;
            }
        }
    }

    /// Sends a notification, unless its device got too many.
    async fn send(self: &Arc<Self>, notice: Notice) {
        let endpoint = Arc::clone(&notice.subscription.endpoint);
        match self.devices.admit(&endpoint, notice, Instant::now()) {
            Admitted::Now(notice) => self.deliver(notice).await,
            Admitted::Until(until) => self.release_at(endpoint, until),
            Admitted::InLine | Admitted::Held => {}
        }
    }

    /// Posts a notification as soon as there is a place, and then what stands in line behind it.
    async fn deliver(self: &Arc<Self>, notice: Notice) {
        // The semaphore is never closed.
        let Ok(place) = Arc::clone(&self.places).acquire_owned().await else { return };
        let push = Arc::clone(self);
        tokio::spawn(async move {
            let endpoint = Arc::clone(&notice.subscription.endpoint);
            let mut next = Some(notice);
            while let Some(notice) = next {
                let posted = push.post(&notice).await;
                push.settle(notice, &posted).await;
                next = push.devices.next(&endpoint);
            }
            drop(place);
        });
    }

    /// Does what the answer of a push service asks for.
    async fn settle(self: &Arc<Self>, notice: Notice, posted: &Posted) {
        match self.note(posted) {
            Outcome::Taken => {}
            Outcome::Gone => {
                self.devices.forget(&notice.subscription.endpoint);
                self.end(&notice.subscription).await;
            }
            Outcome::Later(wait) if notice.attempts < ATTEMPTS => {
                let (now, endpoint) = (Instant::now(), Arc::clone(&notice.subscription.endpoint));
                let last = Notice { attempts: notice.attempts + 1, ..notice };
                let held = Held { count: last.count, last };
                if let Some(until) = self.devices.close(&endpoint, held, now + wait, now) {
                    self.release_at(endpoint, until);
                }
            }
            Outcome::Later(_) | Outcome::Refused => {
                tracing::debug!("failed to notify: {}", super::outcome::in_words(posted));
            }
        }
    }

    /// Sends what was held for a device, once it is time.
    fn release_at(self: &Arc<Self>, endpoint: Arc<str>, mut until: Instant) {
        let push = Arc::clone(self);
        tokio::spawn(async move {
            let held = loop {
                sleep_until(until).await;
                match push.devices.release(&endpoint, Instant::now()) {
                    Some(Released::Until(later)) => until = later,
                    Some(Released::Now(held)) => break held,
                    None => return,
                }
            };
            match push.release(held).await {
                Some(notice) => push.deliver(notice).await,
                None => push.devices.forget(&endpoint),
            }
        });
    }

    /// The one notification for those that were held, if the subscription is still there.
    async fn release(&self, held: Held<Notice>) -> Option<Notice> {
        let Held { count, last } = held;
        let Subscription { user, endpoint, .. } = &last.subscription;
        let there = self.store.subscriptions(*user).await.ok()?;
        let subscription = there.into_iter().find(|one| one.endpoint == *endpoint)?;
        if count == 1 {
            return Some(Notice { subscription, ..last });
        }
        Some(Notice {
            topic: notice::topic(&subscription, b"more"),
            subscription,
            payload: notice::summary(&self.url, count),
            urgency: Urgency::Normal,
            count,
            attempts: last.attempts,
        })
    }
}

/// The messages that are due with the first one, and the next one that isn't.
fn take_due(first: Rung, waiting: &mut Waiting) -> (Vec<Arc<Message>>, Option<Rung>) {
    let (now, mut due) = (Instant::now(), vec![first.1]);
    while due.len() < MOST {
        match waiting.0.try_recv() {
            Ok((at, message)) if at + DELAY <= now => due.push(message),
            Ok(later) => return (due, Some(later)),
            Err(_) => return (due, None),
        }
    }
    (due, None)
}

/// Whom these messages of one channel may concern besides those who are told of all.
fn query(messages: &[Message]) -> RingQuery {
    let mut users: HashSet<UserUuid> = HashSet::new();
    for message in messages {
        if let Kind::Direct(recipient) = &message.channel.kind {
            users.extend([recipient.uuid, message.sender.uuid]);
        }
        users.extend(message.reply_to.iter().map(|reply| reply.sender.uuid));
        let mentions = message.mentions.iter().flat_map(|mentions| &mentions.users);
        users.extend(mentions.map(|user| user.uuid));
    }
    let mut senders: Vec<_> = messages.iter().map(|message| message.sender.uuid).collect();
    senders.sort_unstable();
    senders.dedup();
    let is_of_all =
        |message: &Message| message.mentions.as_ref().is_some_and(|mentions| mentions.all);
    RingQuery {
        channel: messages.first().map(|message| message.channel.uuid).unwrap_or_default(),
        users: users.into_iter().collect(),
        all: messages.iter().any(is_of_all),
        senders,
        after: None,
    }
}
