//! What other nodes and this one publish, in order: one Pub/Sub connection, and catching up after a cut.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chinwag_protocol::{ChannelUuid, UserUuid};
use futures_util::{FutureExt, StreamExt};
use redis::aio::{PubSubSink, PubSubStream};
use redis::{Client, Msg, from_redis_value};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{interval, sleep, timeout};

use super::Shared;
use super::history;
use super::link::{CONNECT_TIMEOUT, TIMEOUT, unavailable};
use super::records::{Envelope, LiveMessage, News};
use super::scripts::TOTALS;
use crate::{Channel, Event, HistoryPage, Message, Page, Result, Unavailable, channel_name};

/// How many published messages are taken together.
const BATCH: usize = 1_024;

/// How many channels one SUBSCRIBE names.
const SUBSCRIPTIONS: usize = 1_000;

/// Of how many users the private channels are looked up at once.
const TOTALS_AT_ONCE: usize = 500;

/// How many missed messages are read at once.
const MISSED: u64 = 500;

/// How often the connection is tried, and how long it has to answer.
const PING: Duration = Duration::from_secs(1);
const PONG: Duration = Duration::from_secs(2);

/// How long to wait before connecting again.
const AGAIN: Duration = Duration::from_millis(100);

/// Which users' private channels the node sees.
pub(super) enum Request {
    Watch(UserUuid, oneshot::Sender<()>),
    Unwatch(UserUuid),
}

pub(super) struct FeedTask {
    shared: Arc<Shared>,
    client: Client,
    requests: mpsc::UnboundedReceiver<Request>,
    /// Sessions of each user on this node.
    watched: HashMap<UserUuid, u32>,
    /// Those who wait for their first subscription.
    waiting: Vec<(UserUuid, oneshot::Sender<()>)>,
    channels: HashMap<ChannelUuid, Tracked>,
}

/// A channel that the node sees.
struct Tracked {
    /// The `Seq` of the last message that was told.
    last: u64,
    users: Option<[UserUuid; 2]>,
}

/// A private channel with a message, and how many it has.
struct Talk {
    channel: ChannelUuid,
    users: [UserUuid; 2],
    total: u64,
}

impl Talk {
    /// `None` for what this program does not write.
    fn parse(user: UserUuid, (channel, other, total): (Vec<u8>, Vec<u8>, u64)) -> Option<Self> {
        let users = [user, history::text(other).parse().ok()?];
        Some(Self { channel: history::text(channel).parse().ok()?, users, total })
    }
}

impl FeedTask {
    pub(super) fn new(
        shared: Arc<Shared>,
        client: Client,
        requests: mpsc::UnboundedReceiver<Request>,
    ) -> Self {
        Self {
            shared,
            client,
            requests,
            watched: HashMap::new(),
            waiting: Vec::new(),
            channels: HashMap::new(),
        }
    }

    /// Runs until the store goes, whatever happens to the connection.
    pub(super) async fn run(mut self, mut first: Option<oneshot::Sender<()>>) {
        loop {
            let Err(error) = self.listen(&mut first).await else { return };
            self.shared.listening.store(false, Ordering::Relaxed);
            tracing::warn!(%error, "the feed lost Redis and connects again");
            sleep(AGAIN).await;
        }
    }

    async fn listen(&mut self, first: &mut Option<oneshot::Sender<()>>) -> Result<()> {
        let late =
            |_| Unavailable { action: "follow Redis", reason: "no answer in time".to_owned() };
        let failed = |error| unavailable("follow Redis", &error);
        let connected = timeout(CONNECT_TIMEOUT, self.client.get_async_pubsub()).await;
        let (mut sink, mut stream) = connected.map_err(late)?.map_err(failed)?.split();
        let node = format!("node:{}", self.shared.node);
        let mut names = vec!["public".to_owned(), "feed".to_owned(), node];
        names.extend(self.watched.keys().map(|user| feed_of(*user)));
        subscribe(&mut sink, &names).await?;
        self.catch_up().await?;
        if first.is_none() {
            self.shared.tell(vec![Event::Interrupted]);
        }
        self.shared.listening.store(true, Ordering::Relaxed);
        self.watch_waiting(&mut sink).await?;
        if let Some(first) = first.take() {
            // Whoever opened the store may have given up.
            let _ = first.send(());
        }
        let mut ping = interval(PING);
        loop {
            tokio::select! {
                message = stream.next() => match message {
                    Some(message) => self.take(message, &mut stream).await?,
                    None => return Err(Unavailable { action: "follow Redis", reason: "the connection ended".to_owned() }),
                },
                request = self.requests.recv() => match request {
                    Some(request) => self.serve(request, &mut sink).await?,
                    None => return Ok(()),
                },
                _ = ping.tick() => {
                    timeout(PONG, sink.ping::<redis::Value>()).await.map_err(late)?.map_err(failed)?;
                }
            }
        }
    }

    /// Takes all requests that wait.
    async fn serve(&mut self, request: Request, sink: &mut PubSubSink) -> Result<()> {
        let mut gone = Vec::new();
        let mut next = Some(request);
        while let Some(request) = next {
            match request {
                Request::Watch(user, done) => self.waiting.push((user, done)),
                Request::Unwatch(user) => gone.extend(self.unwatch(user)),
            }
            next = self.requests.try_recv().ok();
        }
        self.watch_waiting(sink).await?;
        gone.retain(|user| !self.watched.contains_key(user));
        if !gone.is_empty() {
            let names: Vec<_> = gone.into_iter().map(feed_of).collect();
            timeout(TIMEOUT, sink.unsubscribe(&names[..]))
                .await
                .map_err(|_| Unavailable {
                    action: "follow Redis",
                    reason: "no answer in time".to_owned(),
                })?
                .map_err(|error| unavailable("follow Redis", &error))?;
        }
        Ok(())
    }

    async fn watch_waiting(&mut self, sink: &mut PubSubSink) -> Result<()> {
        let fresh: Vec<_> = self
            .waiting
            .iter()
            .map(|(user, _)| *user)
            .filter(|user| !self.watched.contains_key(user))
            .collect();
        let names: Vec<_> = fresh.iter().map(|user| feed_of(*user)).collect();
        subscribe(sink, &names).await?;
        for Talk { channel, users, total } in self.totals(&fresh).await? {
            self.channels.entry(channel).or_insert(Tracked { last: total, users: Some(users) });
        }
        for (user, done) in self.waiting.drain(..) {
            *self.watched.entry(user).or_default() += 1;
            // Whoever gave up says so with an Unwatch.
            let _ = done.send(());
        }
        Ok(())
    }

    /// Returns the user if this was the last session.
    fn unwatch(&mut self, user: UserUuid) -> Option<UserUuid> {
        if let Some(at) =
            self.waiting.iter().position(|(waits, done)| *waits == user && done.is_closed())
        {
            self.waiting.swap_remove(at);
            return None;
        }
        let sessions = self.watched.get_mut(&user)?;
        *sessions -= 1;
        if *sessions > 0 {
            return None;
        }
        self.watched.remove(&user);
        let watched = &self.watched;
        self.channels.retain(|_, tracked| {
            tracked.users.is_none_or(|users| users.iter().any(|user| watched.contains_key(user)))
        });
        Some(user)
    }

    /// The private channels of these users, in as few round trips as may be.
    async fn totals(&self, users: &[UserUuid]) -> Result<Vec<Talk>> {
        let action = "find a user's channels";
        let mut talks = Vec::new();
        for users in users.chunks(TOTALS_AT_ONCE) {
            let mut calls = redis::pipe();
            for user in users {
                TOTALS.call(&mut calls).arg(user.to_string());
            }
            let answers = self.shared.link.send_calls(action, &TOTALS, &mut calls).await?;
            for (user, answer) in users.iter().zip(answers) {
                let rows = answer.and_then(|answer| Ok(from_redis_value(answer)?));
                let rows: Vec<(Vec<u8>, Vec<u8>, u64)> =
                    rows.map_err(|error| unavailable(action, &error))?;
                talks.extend(rows.into_iter().filter_map(|row| Talk::parse(*user, row)));
            }
        }
        Ok(talks)
    }

    /// Tells what was published while nobody listened.
    async fn catch_up(&mut self) -> Result<()> {
        let general: u64 = history::total(&self.shared, ChannelUuid::GENERAL).await?;
        let mut missed = Vec::new();
        let known = self.channels.entry(ChannelUuid::GENERAL);
        let from = known.or_insert(Tracked { last: general, users: None }).last;
        self.read_missed(ChannelUuid::GENERAL, from, general, &mut missed).await?;
        let watched: Vec<_> = self.watched.keys().copied().collect();
        for Talk { channel, users, total } in self.totals(&watched).await? {
            let known = self.channels.entry(channel);
            let from = known.or_insert(Tracked { last: 0, users: Some(users) }).last;
            self.read_missed(channel, from, total, &mut missed).await?;
        }
        self.shared.read_online().await?;
        in_order_of_sending(&mut missed);
        self.shared.tell(missed.into_iter().map(|message| self.told(message)).collect());
        Ok(())
    }

    async fn read_missed(
        &mut self,
        channel: ChannelUuid,
        from: u64,
        to: u64,
        missed: &mut Vec<Message>,
    ) -> Result<()> {
        let mut last = from;
        let of = Channel { uuid: channel, recipient: None };
        while last < to {
            let page = HistoryPage { page: Page::After(last), limit: MISSED.min(to - last) };
            let page = history::messages(&self.shared, &of, page).await?.messages;
            let Some(newest) = page.last() else { break };
            last = newest.seq;
            // Without a sender a frame would not say in which private channel it is: its readers see
            // the hole and ask for the page.
            missed.extend(
                page.into_iter().filter(|message| channel.is_general() || !message.is_unreadable()),
            );
        }
        if let Some(tracked) = self.channels.get_mut(&channel) {
            tracked.last = tracked.last.max(last);
        }
        Ok(())
    }

    async fn take(&mut self, first: Msg, stream: &mut PubSubStream) -> Result<()> {
        let (mut events, mut next, mut count) = (Vec::new(), Some(first), 0);
        while let Some(message) = next {
            self.read(&message, &mut events).await?;
            count += 1;
            next = if count < BATCH { stream.next().now_or_never().flatten() } else { None };
        }
        self.shared.tell(events);
        Ok(())
    }

    async fn read(&mut self, message: &Msg, events: &mut Vec<Event>) -> Result<()> {
        let (channel, payload) = (message.get_channel_name(), message.get_payload_bytes());
        if payload.starts_with(b"{\"Seq\":") {
            return match serde_json::from_slice::<LiveMessage>(payload) {
                // A Seq counts from 1; somebody else may have published another.
                Ok(live) if live.seq == 0 => Ok(()),
                Ok(live) => self.message(live, events).await,
                Err(error) => Self::ignore(&error),
            };
        }
        match serde_json::from_slice::<Envelope>(payload) {
            Ok(envelope) => self.news(channel, envelope, events),
            Err(error) => Self::ignore(&error)?,
        }
        Ok(())
    }

    /// Neither the channel, which may be a private one, nor what the parser quotes belongs into a log.
    #[expect(clippy::unnecessary_wraps, reason = "it stands where a result is due")]
    fn ignore(error: &serde_json::Error) -> Result<()> {
        let (kind, column) = (error.classify(), error.column());
        tracing::warn!(?kind, column, "somebody published what is no news");
        Ok(())
    }

    async fn message(&mut self, mut live: LiveMessage, events: &mut Vec<Event>) -> Result<()> {
        if let Some(send) = live.repeated.take() {
            if let Some(ticket) = self.shared.pending.take(send) {
                events.push(Event::Repeated { message: Arc::new(live.into_message()), ticket });
            }
            return Ok(());
        }
        let message = live.into_message();
        let users =
            message.recipient.as_ref().map(|recipient| [message.sender.uuid, recipient.uuid]);
        let tracked = self.channels.entry(message.channel);
        let last = tracked.or_insert(Tracked { last: message.seq - 1, users }).last;
        if message.seq <= last {
            return Ok(());
        }
        if message.seq > last + 1 {
            let mut missed = Vec::new();
            self.read_missed(message.channel, last, message.seq - 1, &mut missed).await?;
            events.extend(missed.into_iter().map(|message| self.told(message)));
        }
        let tracked = self.channels.get_mut(&message.channel);
        let Some(tracked) = tracked.filter(|tracked| tracked.last + 1 == message.seq) else {
            tracing::warn!("somebody published a message that is not in its channel");
            return Ok(());
        };
        tracked.last = message.seq;
        events.push(self.told(message));
        Ok(())
    }

    fn told(&self, message: Message) -> Event {
        let ticket = self.shared.pending.take(message.uuid);
        Event::Message { message: Arc::new(message), ticket }
    }

    fn news(&self, channel: &str, envelope: Envelope, events: &mut Vec<Event>) {
        let Envelope { sessions, news } = envelope;
        // A node that watches both users of a private channel hears of it twice.
        let second = news.actor().is_some_and(|actor| {
            let of_other = channel.starts_with("userFeed:") && channel != feed_of(actor);
            of_other && self.watched.contains_key(&actor)
        });
        if second {
            return;
        }
        let event = news.into_event(sessions);
        self.shared.note(&event);
        events.push(event);
    }
}

/// Sorts by time as far as each channel's own order allows: the sends of one connection come back
/// in their order, whichever channels they went to.
fn in_order_of_sending(messages: &mut [Message]) {
    let mut latest = HashMap::new();
    messages.sort_by_cached_key(|message| {
        let latest = latest.entry(message.channel).or_insert(message.created_at);
        *latest = message.created_at.max(*latest);
        *latest
    });
}

async fn subscribe(sink: &mut PubSubSink, names: &[String]) -> Result<()> {
    for names in names.chunks(SUBSCRIPTIONS) {
        timeout(TIMEOUT, sink.subscribe(names))
            .await
            .map_err(|_| Unavailable {
                action: "follow Redis",
                reason: "no answer in time".to_owned(),
            })?
            .map_err(|error| unavailable("follow Redis", &error))?;
    }
    Ok(())
}

/// The Pub/Sub channel for what concerns one user.
pub(super) fn feed_of(user: UserUuid) -> String {
    format!("userFeed:{user}")
}

/// Publishes news that change nothing in Redis.
pub(super) fn publish(commands: &mut redis::Pipeline, to: &[String], news: &News) {
    let envelope = format!(r#"{{"news":{}}}"#, news.json());
    for channel in to {
        commands.cmd("PUBLISH").arg(channel).arg(&envelope).ignore();
    }
}

/// Where news of a channel go.
pub(super) fn audience(channel: &Channel, user: UserUuid) -> Vec<String> {
    match channel.recipient_uuid() {
        None => vec!["feed".to_owned()],
        Some(other) if other == user => vec![feed_of(user)],
        Some(other) => vec![feed_of(user), feed_of(other)],
    }
}

/// The list that holds a channel's messages.
pub(super) fn list_of(channel: ChannelUuid) -> String {
    format!("channelMessages:{}", channel_name(channel))
}
