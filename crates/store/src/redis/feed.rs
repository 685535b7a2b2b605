//! What other nodes and this one publish, in order: one Pub/Sub connection, and catching up after a cut.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chinwag_protocol::{ChannelUuid, UserUuid};
use futures_util::{FutureExt, StreamExt};
use redis::aio::{PubSubSink, PubSubStream};
use redis::{Client, Msg};
use tokio::sync::oneshot;
use tokio::time::{interval, sleep, timeout};

use super::Shared;
use super::catch_up::is_left_out;
use super::link::{CONNECT_TIMEOUT, Link, TIMEOUT, unavailable, unreachable};
use super::queue::Taker;
use super::records::{Envelope, LiveMessage, News};
use super::watched::{Talk, Tracked, Watched};
use crate::{Address, Channel, Event, Message, Result, Unavailable, channel_name};

const ACTION: &str = "follow Redis";

/// How many published messages are taken together.
const BATCH: usize = 1_024;

/// How many channels one SUBSCRIBE names.
const SUBSCRIPTIONS: usize = 1_000;

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
    pub(super) shared: Arc<Shared>,
    client: Client,
    requests: Taker<Request>,
    /// Those who wait for their first subscription.
    waiting: Vec<(UserUuid, oneshot::Sender<()>)>,
    pub(super) watched: Watched,
}

impl FeedTask {
    pub(super) fn new(shared: Arc<Shared>, client: Client, requests: Taker<Request>) -> Self {
        Self { shared, client, requests, waiting: Vec::new(), watched: Watched::default() }
    }

    /// Runs until the store goes, whatever happens to the connection.
    pub(super) async fn run(mut self, mut first: Option<oneshot::Sender<()>>) {
        loop {
            let Err(error) = self.listen(&mut first).await else { return };
            self.shared.listening.store(false, Ordering::Relaxed);
            if *self.shared.feed_error() != Some(error.to_string()) {
                tracing::warn!(%error, "the feed lost Redis and connects again");
                *self.shared.feed_error() = Some(error.to_string());
            }
            sleep(AGAIN).await;
        }
    }

    async fn listen(&mut self, first: &mut Option<oneshot::Sender<()>>) -> Result<()> {
        let failed = |error| unavailable(ACTION, &error);
        let connected = timeout(CONNECT_TIMEOUT, self.client.get_async_pubsub()).await;
        let connected = connected.map_err(|_| late())?;
        let connected = connected.map_err(|error| unreachable(&self.client, &error))?;
        let (mut sink, mut stream) = connected.split();
        let node = format!("node:{}", self.shared.node);
        let mut names = vec!["public".to_owned(), "feed".to_owned(), node];
        names.extend(self.watched.users().map(feed_of));
        self.subscribe(&mut sink, &names).await?;
        if first.is_none() {
            // Redis may have been set back: what was read from it before is not believed over it.
            self.shared.names.forget();
            self.shared.channels.doubt();
        }
        self.catch_up().await?;
        if first.is_none() {
            self.shared.tell(vec![Event::Interrupted]);
            tracing::info!("the feed follows Redis again");
        }
        self.shared.listening.store(true, Ordering::Relaxed);
        *self.shared.feed_error() = None;
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
                    None => return Err(Unavailable { action: ACTION, reason: "the connection ended".to_owned() }),
                },
                request = self.requests.take() => match request {
                    Some(request) => self.serve(request, &mut sink).await?,
                    None => return Ok(()),
                },
                () = self.shared.doubts.raised() => {
                    self.catch_up().await?;
                    self.shared.tell(vec![Event::Interrupted]);
                }
                _ = ping.tick() => {
                    timeout(PONG, sink.ping::<redis::Value>()).await.map_err(|_| late())?.map_err(failed)?;
                }
            }
        }
    }

    /// Subscribes to names as they are in this database.
    async fn subscribe(&self, sink: &mut PubSubSink, names: &[String]) -> Result<()> {
        let names: Vec<_> = names.iter().map(|name| self.shared.link.published(name)).collect();
        for names in names.chunks(SUBSCRIPTIONS) {
            timeout(TIMEOUT, sink.subscribe(names))
                .await
                .map_err(|_| late())?
                .map_err(|error| unavailable(ACTION, &error))?;
        }
        Ok(())
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
            next = self.requests.take_now();
        }
        self.watch_waiting(sink).await?;
        gone.retain(|user| !self.watched.contains(*user));
        if !gone.is_empty() {
            let names: Vec<_> =
                gone.into_iter().map(|user| self.shared.link.published(&feed_of(user))).collect();
            timeout(TIMEOUT, sink.unsubscribe(&names[..]))
                .await
                .map_err(|_| late())?
                .map_err(|error| unavailable(ACTION, &error))?;
        }
        Ok(())
    }

    async fn watch_waiting(&mut self, sink: &mut PubSubSink) -> Result<()> {
        let fresh: Vec<_> = self
            .waiting
            .iter()
            .map(|(user, _)| *user)
            .filter(|user| !self.watched.contains(*user))
            .collect();
        let names: Vec<_> = fresh.iter().map(|user| feed_of(*user)).collect();
        self.subscribe(sink, &names).await?;
        let talks = self.totals(&fresh).await?;
        // A channel that is not seen although its other user is here long since has just got its first
        // messages, which are still to come.
        let new_to_other = |watched: &Watched, talk: &Talk| {
            talk.users.iter().any(|user| !fresh.contains(user) && watched.contains(*user))
        };
        let lasts: Vec<_> = talks
            .iter()
            .map(|talk| if new_to_other(&self.watched, talk) { 0 } else { talk.total })
            .collect();
        for (user, done) in self.waiting.drain(..) {
            self.watched.add(user);
            // Whoever gave up says so with an Unwatch.
            let _ = done.send(());
        }
        for (Talk { channel, users, .. }, last) in talks.into_iter().zip(lasts) {
            self.watched.see(channel, users, last);
        }
        Ok(())
    }

    /// Returns the user if this was the last session.
    fn unwatch(&mut self, user: UserUuid) -> Option<UserUuid> {
        let gave_up =
            |(waits, done): &(UserUuid, oneshot::Sender<()>)| *waits == user && done.is_closed();
        if let Some(at) = self.waiting.iter().position(gave_up) {
            self.waiting.swap_remove(at);
            return None;
        }
        self.watched.remove(user).then_some(user)
    }

    async fn take(&mut self, first: Msg, stream: &mut PubSubStream) -> Result<()> {
        let (mut events, mut next, mut count) = (Vec::new(), Some(first), 0);
        let mut doubtful = HashSet::new();
        let mut taken = Ok(());
        while let Some(message) = next
            && taken.is_ok()
        {
            taken = self.read(&message, &mut events, &mut doubtful).await;
            count += 1;
            next = if count < BATCH { stream.next().now_or_never().flatten() } else { None };
        }
        // What counts as told is told, even if the connection broke meanwhile.
        self.shared.tell(events);
        taken?;
        let doubtful: Vec<_> = doubtful.into_iter().collect();
        if !self.set_back(&doubtful).await?.is_empty() {
            self.catch_up().await?;
        }
        Ok(())
    }

    async fn read(
        &mut self,
        message: &Msg,
        events: &mut Vec<Event>,
        doubtful: &mut HashSet<ChannelUuid>,
    ) -> Result<()> {
        let payload = message.get_payload_bytes();
        let Some(channel) = message.get_channel_name().strip_prefix(self.shared.link.prefix())
        else {
            return Ok(());
        };
        if payload.starts_with(b"{\"Seq\":") {
            return match serde_json::from_slice::<LiveMessage>(payload) {
                // A Seq counts from 1; somebody else may have published another.
                Ok(live) if live.seq == 0 => Ok(()),
                Ok(live) => self.message(live, events, doubtful).await,
                Err(error) => Self::ignore(&error),
            };
        }
        match serde_json::from_slice::<Envelope>(payload) {
            Ok(Envelope { news: News::EpochChanged { epoch }, .. }) => {
                if *epoch != *self.shared.epoch() {
                    self.shared.doubts.raise(false);
                }
                Ok(())
            }
            Ok(envelope) => {
                self.news(channel, envelope, events);
                Ok(())
            }
            Err(error) => Self::ignore(&error),
        }
    }

    /// Neither the channel, which may be a private one, nor what the parser quotes belongs into a log.
    #[expect(clippy::unnecessary_wraps, reason = "it stands where a result is due")]
    fn ignore(error: &serde_json::Error) -> Result<()> {
        let (kind, column) = (error.classify(), error.column());
        tracing::warn!(?kind, column, "ignored a malformed Pub/Sub message");
        Ok(())
    }

    async fn message(
        &mut self,
        mut live: LiveMessage,
        events: &mut Vec<Event>,
        doubtful: &mut HashSet<ChannelUuid>,
    ) -> Result<()> {
        if let Some(send) = live.repeated.take() {
            if let Some(ticket) = self.shared.pending.take(send) {
                events.push(Event::Repeated { message: Arc::new(live.into_message()), ticket });
            }
            return Ok(());
        }
        let message = live.into_message();
        let (channel, seq) = (message.channel.uuid, message.seq);
        let Some(tracked) = self.tracked(&message) else {
            // Its users have left this node; the connection that sent it may still wait.
            if self.shared.pending.contains(message.uuid) {
                events.push(self.told(message));
            }
            return Ok(());
        };
        let last = tracked.last;
        if seq <= last {
            // A second copy, or one that was read after a cut; else Redis holds less than before.
            if tracked.uuid != Some(message.uuid) {
                doubtful.insert(channel);
            }
            return Ok(());
        }
        if seq > last + 1 {
            for missed in self.read_missed(channel, last, seq - 1).await? {
                self.note_told(&missed);
                events.extend((!is_left_out(&missed)).then(|| self.told(missed)));
            }
        }
        if self.watched.channel(channel).is_none_or(|tracked| tracked.last + 1 != seq) {
            tracing::warn!("ignored a published message that is not stored in its channel");
            return Ok(());
        }
        self.note_told(&message);
        events.push(self.told(message));
        Ok(())
    }

    fn tracked(&mut self, message: &Message) -> Option<&Tracked> {
        let channel = message.channel.uuid;
        if channel.is_general() {
            return Some(self.watched.general(message.seq - 1));
        }
        if self.watched.channel(channel).is_none() {
            let recipient = message.channel.recipient()?;
            return self
                .watched
                .see(channel, [message.sender.uuid, recipient.uuid], 0)
                .map(|tracked| &*tracked);
        }
        self.watched.channel(channel).map(|tracked| &*tracked)
    }

    /// Notes that everything up to this message counts as told.
    pub(super) fn note_told(&mut self, message: &Message) {
        if let Some(tracked) = self.watched.channel(message.channel.uuid) {
            (tracked.last, tracked.uuid) = (message.seq, Some(message.uuid));
        }
    }

    pub(super) fn told(&self, message: Message) -> Event {
        let ticket = self.shared.pending.take(message.uuid);
        Event::Message { message: Arc::new(message), ticket }
    }

    fn news(&self, channel: &str, envelope: Envelope, events: &mut Vec<Event>) {
        let Envelope { sessions, news } = envelope;
        // A node that watches both users of a private channel hears of it twice.
        let second = news.actor().is_some_and(|actor| {
            let of_other = channel.starts_with("userFeed:") && channel != feed_of(actor);
            of_other && self.watched.contains(actor)
        });
        if second {
            return;
        }
        let event = news.into_event(sessions);
        self.shared.note(&event);
        events.push(event);
    }
}

fn late() -> Unavailable {
    Unavailable { action: ACTION, reason: "no answer in time".to_owned() }
}

/// The Pub/Sub channel for what concerns one user.
pub(super) fn feed_of(user: UserUuid) -> String {
    format!("userFeed:{user}")
}

/// Publishes news that change nothing in Redis.
pub(super) fn publish(link: &Link, commands: &mut redis::Pipeline, to: &[String], news: &News) {
    let envelope = format!(r#"{{"news":{}}}"#, news.json());
    for channel in to {
        commands.cmd("PUBLISH").arg(link.published(channel)).arg(&envelope).ignore();
    }
}

/// Where news of a channel go.
pub(super) fn audience(channel: &Channel, user: UserUuid) -> Vec<String> {
    match channel.address() {
        Address::General => vec!["feed".to_owned()],
        Address::Direct(other) if other == user => vec![feed_of(user)],
        Address::Direct(other) => vec![feed_of(user), feed_of(other)],
        Address::Channel(channel) => vec![channel_name(channel)],
    }
}

/// The list that holds a channel's messages.
pub(super) fn list_of(channel: ChannelUuid) -> String {
    format!("channelMessages:{}", channel_name(channel))
}
