//! Follows the Pub/Sub channels of Redis: one connection, and for whom which channels are subscribed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chinwag_protocol::{ChannelUuid, UserUuid};
use futures_util::StreamExt;
use redis::aio::PubSubSink;
use redis::{Client, RedisResult, Value, from_redis_value};
use tokio::sync::oneshot;
use tokio::time::{interval, sleep, timeout};

use super::directs::Opening;
use super::link::{CONNECT_TIMEOUT, Link, TIMEOUT, is_wrong_type, unavailable, unreachable};
use super::queue::Taker;
use super::records::News;
use super::watched::{Reached, Reason, Watched};
use super::{Shared, history};
use crate::{Address, Channel, Event, Result, Unavailable, channel_name};

const ACTION: &str = "follow Redis";

/// How many channels one SUBSCRIBE names, and of how many users or channels Redis is asked at once.
pub(super) const AT_ONCE: usize = 1_000;

/// How often the connection is tried, and how long it has to answer.
const PING: Duration = Duration::from_secs(1);
const PONG: Duration = Duration::from_secs(2);

/// How long to wait before connecting again.
const AGAIN: Duration = Duration::from_millis(100);

/// For whom the node follows which channels.
pub(super) enum Request {
    /// A session of the user begins.
    Watch(UserUuid, oneshot::Sender<()>),
    /// The user has found a direct channel, and may write to it.
    Open(Opening, oneshot::Sender<()>),
    /// A session of the user has ended.
    Unwatch(UserUuid),
    /// Somebody is about to be told of changes to messages up to this `Seq` of the channel.
    Tell(ChannelUuid, u64, oneshot::Sender<()>),
}

pub(super) struct FeedTask {
    pub(super) shared: Arc<Shared>,
    client: Client,
    requests: Taker<Request>,
    /// Those who wait for their subscriptions.
    waiting: Vec<(UserUuid, oneshot::Sender<()>)>,
    opening: Vec<(Opening, oneshot::Sender<()>)>,
    telling: Vec<(ChannelUuid, u64, oneshot::Sender<()>)>,
    pub(super) watched: Watched,
    /// The number of the last change of a channel that was told.
    pub(super) last_change: String,
    /// What was found after a cut and is not told yet.
    pub(super) unheard: Vec<Event>,
}

impl FeedTask {
    pub(super) fn new(shared: Arc<Shared>, client: Client, requests: Taker<Request>) -> Self {
        Self {
            shared,
            client,
            requests,
            waiting: Vec::new(),
            opening: Vec::new(),
            telling: Vec::new(),
            watched: Watched::default(),
            last_change: String::new(),
            unheard: Vec::new(),
        }
    }

    /// Runs until the store goes, also over broken connections.
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
        self.subscribe(&mut sink, &self.all_names()).await?;
        if first.is_none() {
            // Redis may have been set back: what was read from it before is not believed over it.
            self.shared.names.forget();
            self.shared.channels.doubt();
        }
        self.catch_up(&mut sink).await?;
        if first.is_none() {
            self.shared.tell(vec![Event::Interrupted]);
            tracing::info!("the feed follows Redis again");
        }
        self.shared.listening.store(true, Ordering::Relaxed);
        *self.shared.feed_error() = None;
        self.follow_waiting(&mut sink).await?;
        self.tell_waiting().await?;
        if let Some(first) = first.take() {
            // The opener of the store may have given up.
            let _ = first.send(());
        }
        let mut ping = interval(PING);
        loop {
            tokio::select! {
                message = stream.next() => match message {
                    Some(message) => self.take(message, &mut stream, &mut sink).await?,
                    None => return Err(Unavailable { action: ACTION, reason: "the connection ended".to_owned() }),
                },
                request = self.requests.take() => match request {
                    Some(request) => self.serve(request, &mut sink).await?,
                    None => return Ok(()),
                },
                () = self.shared.doubts.raised() => {
                    self.catch_up(&mut sink).await?;
                    self.shared.tell(vec![Event::Interrupted]);
                }
                _ = ping.tick() => {
                    timeout(PONG, sink.ping::<Value>()).await.map_err(|_| late())?.map_err(failed)?;
                }
            }
        }
    }

    /// The Pub/Sub channels that this node has to be subscribed to.
    fn all_names(&self) -> Vec<String> {
        let mut names = vec!["public".to_owned(), "feed".to_owned()];
        names.push(format!("node:{}", self.shared.node));
        names.extend(self.watched.users().map(feed_of));
        let channels = self.watched.channels().filter(|channel| !channel.is_general());
        names.extend(channels.map(channel_name));
        names
    }

    /// Subscribes to names as they are in this database.
    pub(super) async fn subscribe(&self, sink: &mut PubSubSink, names: &[String]) -> Result<()> {
        for names in names.chunks(AT_ONCE) {
            let names: Vec<_> = names.iter().map(|name| self.shared.link.published(name)).collect();
            let subscribed = timeout(TIMEOUT, sink.subscribe(names)).await;
            subscribed.map_err(|_| late())?.map_err(|error| unavailable(ACTION, &error))?;
        }
        Ok(())
    }

    pub(super) async fn unsubscribe(&self, sink: &mut PubSubSink, names: &[String]) -> Result<()> {
        for names in names.chunks(AT_ONCE) {
            let names: Vec<_> = names.iter().map(|name| self.shared.link.published(name)).collect();
            let ended = timeout(TIMEOUT, sink.unsubscribe(names)).await;
            ended.map_err(|_| late())?.map_err(|error| unavailable(ACTION, &error))?;
        }
        Ok(())
    }

    /// Takes all requests that wait.
    async fn serve(&mut self, request: Request, sink: &mut PubSubSink) -> Result<()> {
        let (mut users, mut channels) = (Vec::new(), Vec::new());
        let mut next = Some(request);
        while let Some(request) = next {
            match request {
                Request::Watch(user, done) => self.waiting.push((user, done)),
                Request::Open(opening, done) => self.opening.push((opening, done)),
                Request::Tell(channel, seq, done) => self.telling.push((channel, seq, done)),
                Request::Unwatch(user) => {
                    if let Some(gone) = self.unwatch(user) {
                        users.push(user);
                        channels.extend(gone);
                    }
                }
            }
            next = self.requests.take_now();
        }
        self.follow_waiting(sink).await?;
        self.tell_waiting().await?;
        // Some may have come back.
        users.retain(|user| !self.watched.contains(*user));
        channels.retain(|channel| !self.watched.follows(*channel));
        let names = users.into_iter().map(feed_of).chain(channels.into_iter().map(channel_name));
        self.unsubscribe(sink, &names.collect::<Vec<_>>()).await
    }

    /// Tells the messages that those wait for who have read changes to them: the state of a message that was not
    /// told would come before the message.
    async fn tell_waiting(&mut self) -> Result<()> {
        while let Some((channel, seq, _)) = self.telling.last() {
            let (channel, seq) = (*channel, *seq);
            if self.watched.channel(channel).is_some_and(|tracked| tracked.last.seq < seq) {
                self.tell_on(channel).await?;
            }
            if let Some((.., waits)) = self.telling.pop() {
                // A caller that gave up needs nothing.
                let _ = waits.send(());
            }
        }
        Ok(())
    }

    /// Follows the channels of those who wait. It costs what is new to the node: the channels of
    /// users who were not here, as far as they are not followed for others.
    async fn follow_waiting(&mut self, sink: &mut PubSubSink) -> Result<()> {
        let users = self.waiting.iter().map(|(user, _)| *user);
        let fresh: HashSet<_> = users.filter(|user| !self.watched.contains(*user)).collect();
        let fresh: Vec<_> = fresh.into_iter().collect();
        let feeds: Vec<_> = fresh.iter().map(|user| feed_of(*user)).collect();
        // First: a channel that becomes a user's behind the list is told by the user's feed.
        self.subscribe(sink, &feeds).await?;
        let listed = self.channels_of(&fresh).await?;
        let here = |user| self.watched.contains(user) || fresh.contains(&user);
        let left = self.opening.extract_if(.., |(opening, _)| !here(opening.user));
        // For nobody here nothing has to be followed.
        let mut done: Vec<_> = left.map(|(_, waits)| waits).collect();
        let opened = self.opening.iter().map(|(opening, _)| opening.channel.uuid);
        let channels = listed.iter().map(|(_, channel)| *channel).chain(opened);
        let new = self.subscribe_new(sink, channels).await?;
        // Behind the subscription: what is published from here on is told.
        let reached = self.reached(&new).await?;
        let last = |channel| reached.get(&channel).copied().unwrap_or_default();
        for (user, waits) in self.waiting.drain(..) {
            self.watched.add(user);
            done.push(waits);
        }
        for (user, channel) in listed {
            self.watched.follow(user, channel, Reason::Member, last(channel));
        }
        for (opening, waits) in self.opening.drain(..) {
            let channel = opening.channel.uuid;
            self.watched.follow(opening.user, channel, Reason::Opened, last(channel));
            self.shared.channels.remember(opening);
            done.push(waits);
        }
        for waits in done {
            // A caller that gave up says so with an Unwatch.
            let _ = waits.send(());
        }
        Ok(())
    }

    /// Subscribes to those of the channels that the node does not follow yet, and returns them.
    pub(super) async fn subscribe_new(
        &self,
        sink: &mut PubSubSink,
        channels: impl Iterator<Item = ChannelUuid>,
    ) -> Result<Vec<ChannelUuid>> {
        let new: HashSet<_> = channels.filter(|channel| !self.watched.follows(*channel)).collect();
        let new: Vec<_> = new.into_iter().collect();
        let names: Vec<_> = new.iter().map(|channel| channel_name(*channel)).collect();
        self.subscribe(sink, &names).await?;
        Ok(new)
    }

    /// Returns the channels to leave if this was the user's last session.
    fn unwatch(&mut self, user: UserUuid) -> Option<Vec<ChannelUuid>> {
        let gave_up =
            |(waits, done): &(UserUuid, oneshot::Sender<()>)| *waits == user && done.is_closed();
        if let Some(at) = self.waiting.iter().position(gave_up) {
            self.waiting.swap_remove(at);
            return None;
        }
        let gone = self.watched.remove(user)?;
        self.shared.channels.leave(user);
        Some(gone)
    }

    /// The channels of these users, in as few round trips as may be.
    pub(super) async fn channels_of(
        &self,
        users: &[UserUuid],
    ) -> Result<Vec<(UserUuid, ChannelUuid)>> {
        let action = "find a user's channels";
        let mut found = Vec::new();
        for users in users.chunks(AT_ONCE) {
            let mut commands = redis::pipe();
            for user in users {
                commands.cmd("ZRANGE").arg(format!("userChannels:{user}")).arg(0).arg(-1);
            }
            let answers: Vec<RedisResult<Value>> =
                self.shared.link.send(action, commands.ignore_errors()).await?;
            for (user, answer) in users.iter().zip(answers) {
                let channels: Vec<Vec<u8>> = read(action, answer)?.unwrap_or_default();
                found
                    .extend(channels.into_iter().filter_map(|member| Some((*user, uuid(member)?))));
            }
        }
        Ok(found)
    }

    /// How far each of these channels has come. What is no list has no messages.
    pub(super) async fn reached(
        &self,
        channels: &[ChannelUuid],
    ) -> Result<HashMap<ChannelUuid, Reached>> {
        let action = "count a channel's messages";
        let mut reached = HashMap::new();
        for channels in channels.chunks(AT_ONCE) {
            let mut commands = redis::pipe();
            for channel in channels {
                commands.cmd("LLEN").arg(list_of(*channel));
                commands.cmd("HMGET").arg(hash_of(*channel)).arg("rev").arg("edition");
            }
            let answers: Vec<RedisResult<Value>> =
                self.shared.link.send(action, commands.ignore_errors()).await?;
            let mut answers = answers.into_iter();
            for channel in channels {
                let (Some(seq), Some(counts)) = (answers.next(), answers.next()) else { break };
                reached.insert(*channel, reached_by(action, seq, counts)?);
            }
        }
        Ok(reached)
    }
}

/// A member of `userChannels:<user>`; `None` for what this program does not write.
fn uuid(member: Vec<u8>) -> Option<ChannelUuid> {
    history::text(member).parse().ok()
}

/// How far a channel has come, by the length of its list and by `rev` and `edition` of its hash.
pub(super) fn reached_by(
    action: &'static str,
    seq: RedisResult<Value>,
    counts: RedisResult<Value>,
) -> Result<Reached> {
    let seq = read(action, seq)?.unwrap_or_default();
    let (rev, edition): (Option<u64>, Option<u64>) = read(action, counts)?.unwrap_or_default();
    Ok(Reached { seq, rev: rev.unwrap_or_default(), edition: edition.unwrap_or_default() })
}

/// `None` where the key holds something else.
pub(super) fn read<T: redis::FromRedisValue>(
    action: &'static str,
    answer: RedisResult<Value>,
) -> Result<Option<T>> {
    match answer {
        Ok(value) => Ok(from_redis_value(value).ok()),
        Err(error) if is_wrong_type(&error) => Ok(None),
        Err(error) => Err(unavailable(action, &error)),
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
    let envelope = news.envelope();
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

/// The hash of what a channel is, with its `rev`.
pub(super) fn hash_of(channel: ChannelUuid) -> String {
    format!("channel:{}", channel_name(channel))
}
