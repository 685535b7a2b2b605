//! The store of many nodes: the seed's keys in one Redis, changed by scripts, announced by Pub/Sub.

mod appends;
mod feed;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod history;
mod link;
mod looks;
mod names;
mod presence;
mod records;
mod scripts;
mod settings;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chinwag_protocol::{ChannelUuid, SessionUuid, UserUuid};
use jiff::Timestamp;
use redis::Client;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

use crate::look::looks;
use crate::{
    Account, Append, Channel, Creation, Event, Feed, HistoryPage, INBOX_LIMIT, InboxEntry,
    JOIN_MESSAGES, Join, JoinedChannel, KEY_LIFETIME, KeyDigest, MEMBERS_LIMIT, Messages,
    NewAccount, Page, Result, Store, Unavailable, User, UserStatus, UsersPage, UsersQuery,
    channel_name,
};
use appends::{Appends, Pending};
use feed::{FeedTask, Request, audience, publish};
use link::{Link, TIMEOUT, unavailable, unreadable};
use names::Names;
use presence::Presence;
use records::{News, StoredUser};

/// How many private channels are remembered.
const CHANNELS: usize = 100_000;

/// A node's view of the Redis that it shares with others.
pub struct RedisStore {
    shared: Arc<Shared>,
    appends: Appends,
    watches: mpsc::UnboundedSender<Request>,
    channels: Mutex<HashMap<(UserUuid, UserUuid), Channel>>,
}

/// What the store's tasks share.
struct Shared {
    link: Link,
    /// This node's name, a new one at each start.
    node: String,
    feed: Mutex<Feed>,
    pending: Pending,
    presence: Presence,
    names: Names,
    /// Who is online anywhere, as far as this node has heard.
    online: Mutex<HashSet<UserUuid>>,
    /// Whether the feed is connected.
    listening: AtomicBool,
}

impl Shared {
    fn tell(&self, events: Vec<Event>) {
        if !events.is_empty() {
            (self.feed.lock().unwrap_or_else(PoisonError::into_inner))(events);
        }
    }

    fn note(&self, event: &Event) {
        let mut online = self.online.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::SessionStarted { user, .. } => {
                online.insert(user.uuid);
            }
            Event::WentOffline { user, .. } => {
                online.remove(&user.uuid);
            }
            _ => {}
        }
    }

    async fn read_online(&self) -> Result<()> {
        let mut commands = redis::pipe();
        commands.cmd("ZRANGE").arg("usersOnline").arg(0).arg(-1);
        let (members,): (Vec<String>,) = self.link.send("find who is online", &commands).await?;
        let uuid = |member: &String| member.rsplit('\0').next()?.parse().ok();
        *self.online.lock().unwrap_or_else(PoisonError::into_inner) =
            members.iter().filter_map(uuid).collect();
        Ok(())
    }
}

impl RedisStore {
    /// Connects to the Redis at the URL, `redis://[:password@]host[:port][/database]`.
    ///
    /// # Errors
    /// When it can't be reached.
    pub async fn open(url: &str, feed: Feed) -> Result<Arc<Self>> {
        let action = "open the Redis store";
        let client = Client::open(url).map_err(|error| unavailable(action, &error))?;
        let link = Link::open(client.clone()).await?;
        settings::check(&link).await?;
        looks::add_missing(&link).await?;
        let (presence, changes) = Presence::new();
        let shared = Arc::new(Shared {
            link,
            node: SessionUuid::random().to_string(),
            feed: Mutex::new(feed),
            pending: Pending::default(),
            presence,
            names: Names::default(),
            online: Mutex::default(),
            listening: AtomicBool::new(false),
        });
        let (watches, requests) = mpsc::unbounded_channel();
        let (first, listening) = oneshot::channel();
        tokio::spawn(FeedTask::new(Arc::clone(&shared), client, requests).run(Some(first)));
        tokio::spawn(presence::tell_changes(Arc::clone(&shared), changes));
        tokio::spawn(presence::live(Arc::clone(&shared)));
        let late = |()| Unavailable { action, reason: "Redis did not answer in time".to_owned() };
        timeout(TIMEOUT, listening).await.map_err(|_| late(()))?.map_err(|_| late(()))?;
        let appends = Appends::start(&shared);
        Ok(Arc::new(Self { shared, appends, watches, channels: Mutex::default() }))
    }

    async fn watch(&self, user: UserUuid) -> Result<()> {
        let (done, watched) = oneshot::channel();
        // The task lives as long as the store.
        let _ = self.watches.send(Request::Watch(user, done));
        let late = || Unavailable {
            action: "start a session",
            reason: "Redis did not answer in time".to_owned(),
        };
        timeout(TIMEOUT, watched).await.map_err(|_| late())?.map_err(|_| late())
    }

    fn unwatch(&self, user: UserUuid) {
        let _ = self.watches.send(Request::Unwatch(user));
    }

    async fn members(&self, user: &User, channel: &Channel) -> Result<(Vec<UserStatus>, u64)> {
        let Some(recipient) = &channel.recipient else { return self.general_members().await };
        let mut members = vec![UserStatus { user: user.clone(), online: true }];
        if recipient.uuid != user.uuid {
            members.push(UserStatus {
                user: recipient.clone(),
                online: self.is_online(recipient.uuid),
            });
        }
        members.sort_by(|a, b| b.online.cmp(&a.online).then_with(|| a.user.name.cmp(&b.user.name)));
        let mut commands = redis::pipe();
        let now = Timestamp::now().to_string();
        for member in &members {
            let key = format!("channelUsers:{}", channel.uuid);
            commands.cmd("HSET").arg(key).arg(member.user.uuid.to_string()).arg(&now).ignore();
        }
        let () = self.shared.link.send("join a channel", &commands).await?;
        let total = members.len() as u64;
        Ok((members, total))
    }

    async fn general_members(&self) -> Result<(Vec<UserStatus>, u64)> {
        let action = "read a channel's members";
        let answer: Vec<String> =
            self.shared.link.run(action, &scripts::MEMBERS.arg(MEMBERS_LIMIT)).await?;
        let (total, rest) = answer.split_first().ok_or_else(|| unreadable(action, "a member"))?;
        let total = total.parse().map_err(|_| unreadable(action, "a number"))?;
        Ok((people(rest).map(|user| UserStatus { user, online: true }).collect(), total))
    }

    fn remember(&self, user: UserUuid, channel: &Channel) {
        let Some(recipient) = channel.recipient_uuid() else { return };
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        if channels.len() >= CHANNELS {
            channels.clear();
        }
        channels.insert((user, recipient), channel.clone());
    }

    fn remembered(&self, user: UserUuid, recipient: UserUuid) -> Option<Channel> {
        let channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        channels.get(&(user, recipient)).cloned()
    }
}

/// Users from pairs of UUID and name.
fn people(pairs: &[String]) -> impl Iterator<Item = User> {
    let (pairs, _) = pairs.as_chunks::<2>();
    pairs.iter().filter_map(|[uuid, name]| {
        Some(User { uuid: uuid.parse().ok()?, name: name.as_str().into() })
    })
}

/// News with the Pub/Sub channels that they go to.
fn addressed(to: Vec<String>, news: &News) -> impl Iterator<Item = (String, String)> + use<> {
    let json = news.json();
    to.into_iter().map(move |channel| (channel, json.clone()))
}

fn hex(digest: KeyDigest) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    digest.0.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn in_general(channel: &Channel) -> i64 {
    i64::from(channel.uuid.is_general())
}

#[async_trait]
impl Store for RedisStore {
    async fn account(&self, folded_name: &str) -> Result<Option<Account>> {
        let action = "find an account";
        let json: Option<String> =
            self.shared.link.run(action, &scripts::ACCOUNT.arg(folded_name)).await?;
        let Some(json) = json else { return Ok(None) };
        let stored: StoredUser =
            serde_json::from_str(&json).map_err(|_| unreadable(action, "a user"))?;
        let user = User { uuid: stored.uuid, name: stored.username };
        Ok(Some(Account { user, password_hash: stored.password }))
    }

    async fn create_account(&self, account: NewAccount) -> Result<Creation> {
        let NewAccount { user, folded_name, password_hash } = account;
        let json = StoredUser::new(&user, password_hash).json();
        let mut script = scripts::CREATE_ACCOUNT.arg(user.uuid.to_string());
        script.arg(&*user.name).arg(folded_name).arg(json).arg(looks(&user.name));
        let answer: u8 = self.shared.link.run("create an account", &script).await?;
        Ok(match answer {
            0 => Creation::NameTaken,
            1 => Creation::Created,
            _ => Creation::LooksTaken,
        })
    }

    async fn users(&self, query: UsersQuery) -> Result<UsersPage> {
        let action = "list users";
        let mut script = scripts::USERS.arg(query.folded_prefix);
        script.arg(query.offset.min(1 << 53)).arg(query.limit);
        let answer: Vec<String> = self.shared.link.run(action, &script).await?;
        let [total, online, rest @ ..] = &answer[..] else {
            return Err(unreadable(action, "a user"));
        };
        let number = |text: &str| text.parse::<u64>().map_err(|_| unreadable(action, "a number"));
        let (total, online) = (number(total)?, number(online)?);
        let users = (0..)
            .zip(people(rest))
            .map(|(at, user)| UserStatus { user, online: at < online })
            .collect();
        Ok(UsersPage { total, users })
    }

    async fn add_access_key(&self, user: UserUuid, digest: KeyDigest) -> Result<()> {
        let mut commands = redis::pipe();
        let now = Timestamp::now().as_second();
        commands.cmd("HSET").arg(format!("access_key:{user}")).arg(hex(digest)).arg(now).ignore();
        self.shared.link.send("add an access key", &commands).await
    }

    async fn use_access_key(&self, user: UserUuid, digest: KeyDigest) -> Result<Option<User>> {
        let mut script = scripts::ACCESS_KEY.arg(user.to_string());
        script.arg(hex(digest)).arg(Timestamp::now().as_second()).arg(KEY_LIFETIME);
        let name: Option<String> = self.shared.link.run("use an access key", &script).await?;
        Ok(name.map(|name| User { uuid: user, name: name.into() }))
    }

    async fn revoke_access_key(
        &self,
        user: UserUuid,
        digest: KeyDigest,
        session: SessionUuid,
    ) -> Result<()> {
        let mut commands = redis::pipe();
        commands.atomic();
        commands.cmd("HDEL").arg(format!("access_key:{user}")).arg(hex(digest)).ignore();
        publish(
            &mut commands,
            &["feed".to_owned()],
            &News::KeyRevoked { user, digest: digest.0, session },
        );
        self.shared.link.send("end an access key", &commands).await
    }

    async fn revoke_all_access_keys(&self, user: UserUuid, session: SessionUuid) -> Result<()> {
        let mut commands = redis::pipe();
        commands.atomic();
        commands.cmd("DEL").arg(format!("access_key:{user}")).ignore();
        let news = News::KeysRevoked { user, kept: None, session };
        publish(&mut commands, &["feed".to_owned()], &news);
        self.shared.link.send("end all access keys", &commands).await
    }

    async fn change_password(
        &self,
        user: &User,
        password_hash: String,
        kept: KeyDigest,
        session: SessionUuid,
    ) -> Result<()> {
        let action = "change a password";
        let news = News::KeysRevoked { user: user.uuid, kept: Some(kept.0), session };
        let envelope = format!(r#"{{"news":{}}}"#, news.json());
        let json = StoredUser::new(user, password_hash).json();
        let mut script = scripts::CHANGE_PASSWORD.arg(user.uuid.to_string());
        script.arg(json).arg(hex(kept)).arg(envelope);
        let found: bool = self.shared.link.run(action, &script).await?;
        found.then_some(()).ok_or_else(|| unreadable(action, "a user"))
    }

    async fn session_started(&self, user: &User, session: SessionUuid) -> Result<u64> {
        let action = "start a session";
        let folded_name = self.shared.names.folded(&self.shared.link, user.uuid).await?;
        let folded_name = folded_name.ok_or_else(|| unreadable(action, "a user"))?;
        if let Err(error) = self.watch(user.uuid).await {
            self.unwatch(user.uuid);
            return Err(error);
        }
        self.shared.presence.count(user.uuid, Some(&folded_name), 1, 0);
        let news = News::SessionStarted { user: user.into(), session };
        let news = addressed(vec!["feed".to_owned()], &news).collect();
        let started = self.shared.presence.told(action, user, news).await;
        if started.is_err() {
            self.session_ended(user, session, None);
        }
        started
    }

    fn session_ended(&self, user: &User, session: SessionUuid, joined: Option<Channel>) {
        let left_general = joined.as_ref().map_or(0, in_general);
        self.shared.presence.count(user.uuid, None, -1, -left_general);
        let news = joined
            .iter()
            .flat_map(|left| addressed(audience(left, user.uuid), &News::left(left, user, session)))
            .collect();
        self.shared.presence.tell(user, news, None);
        self.unwatch(user.uuid);
    }

    fn is_online(&self, user: UserUuid) -> bool {
        self.shared.online.lock().unwrap_or_else(PoisonError::into_inner).contains(&user)
    }

    fn online_users(&self) -> u64 {
        self.shared.online.lock().unwrap_or_else(PoisonError::into_inner).len() as u64
    }

    async fn private_channel(
        &self,
        user: UserUuid,
        recipient: UserUuid,
    ) -> Result<Option<Channel>> {
        if let Some(channel) = self.remembered(user, recipient) {
            return Ok(Some(channel));
        }
        let action = "find a channel";
        let mut script = scripts::CHANNEL.arg(user.to_string());
        script.arg(recipient.to_string()).arg(ChannelUuid::random().to_string());
        let answer: Vec<String> = self.shared.link.run(action, &script).await?;
        let [name, uuid] = &answer[..] else { return Ok(None) };
        let uuid = uuid.parse().map_err(|_| unreadable(action, "a channel"))?;
        let recipient = User { uuid: recipient, name: name.as_str().into() };
        let channel = Channel { uuid, recipient: Some(recipient) };
        self.remember(user, &channel);
        Ok(Some(channel))
    }

    async fn join(&self, join: Join) -> Result<JoinedChannel> {
        let Join { user, session, channel, leaving } = join;
        let newest = HistoryPage { page: Page::Last, limit: JOIN_MESSAGES };
        let history = self.messages(&channel, &user, newest).await?;
        let moved = in_general(&channel) - leaving.as_ref().map_or(0, in_general);
        let mut news: Vec<_> = leaving
            .iter()
            .filter(|left| left.uuid != channel.uuid)
            .flat_map(|left| {
                addressed(audience(left, user.uuid), &News::left(left, &user, session))
            })
            .collect();
        news.extend(addressed(
            audience(&channel, user.uuid),
            &News::joined(&channel, &user, session),
        ));
        self.shared.presence.count(user.uuid, None, 0, moved);
        let sessions = match self.shared.presence.told("join a channel", &user, news).await {
            Ok(sessions) => sessions,
            Err(error) => {
                self.shared.presence.count(user.uuid, None, 0, -moved);
                self.shared.presence.tell(&user, Vec::new(), None);
                return Err(error);
            }
        };
        let (members, members_total) = self.members(&user, &channel).await?;
        Ok(JoinedChannel { history, members, members_total, sessions })
    }

    async fn leave(&self, user: &User, session: SessionUuid, channel: &Channel) -> Result<u64> {
        self.shared.presence.count(user.uuid, None, 0, -in_general(channel));
        let news =
            addressed(audience(channel, user.uuid), &News::left(channel, user, session)).collect();
        let left = self.shared.presence.told("leave a channel", user, news).await;
        if left.is_err() {
            self.shared.presence.count(user.uuid, None, 0, in_general(channel));
            self.shared.presence.tell(user, Vec::new(), None);
        }
        left
    }

    fn append(&self, append: Append) -> Result<()> {
        self.appends.append(&self.shared, append)
    }

    async fn messages(
        &self,
        channel: &Channel,
        _user: &User,
        page: HistoryPage,
    ) -> Result<Messages> {
        history::messages(&self.shared, channel.uuid, page).await
    }

    async fn inbox(&self, user: &User) -> Result<Vec<InboxEntry>> {
        let action = "read the inbox";
        let mut script = scripts::INBOX.arg(user.uuid.to_string());
        script.arg(INBOX_LIMIT);
        let rows: Vec<(String, String, String, u64, u64, String)> =
            self.shared.link.run(action, &script).await?;
        let mut entries = Vec::with_capacity(rows.len());
        for (channel, other, name, total, read, last) in rows {
            let channel = if other.is_empty() {
                Channel::GENERAL
            } else {
                let uuid = channel.parse().map_err(|_| unreadable(action, "a channel"))?;
                let other = other.parse().map_err(|_| unreadable(action, "a user"))?;
                Channel { uuid, recipient: Some(User { uuid: other, name: name.into() }) }
            };
            let rows: Vec<_> =
                Some((total, last)).filter(|(_, last)| !last.is_empty()).into_iter().collect();
            let last_message = history::decode(&self.shared, channel.uuid, &rows).await?.pop();
            entries.push(InboxEntry {
                channel,
                total,
                unread: total.saturating_sub(read),
                last_message,
            });
        }
        Ok(entries)
    }

    async fn mark_read(
        &self,
        user: UserUuid,
        session: SessionUuid,
        channel: &Channel,
        seq: u64,
    ) -> Result<u64> {
        const MARK: u64 = 9_999_999_999_999_999;
        let news = News::Read { user, session, recipient: channel.recipient_uuid(), seq: MARK };
        let envelope = format!(r#"{{"news":{}}}"#, news.json());
        let (before, after) = envelope.split_once(&MARK.to_string()).unwrap_or_default();
        let mut script = scripts::MARK_READ.arg(channel_name(channel.uuid));
        script.arg(user.to_string()).arg(seq.min(1 << 53)).arg(before).arg(after);
        self.shared.link.run("mark a channel as read", &script).await
    }

    fn typing(&self, user: UserUuid, session: SessionUuid, channel: &Channel) {
        let news = News::Typing {
            user,
            session,
            channel: channel.uuid,
            recipient: channel.recipient_uuid(),
        };
        let mut commands = redis::pipe();
        publish(&mut commands, &audience(channel, user), &news);
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move {
            // Typing is lost when Redis is away; nobody misses it.
            let _: Result<()> = shared.link.send("tell of typing", &commands).await;
        });
    }

    async fn ready(&self) -> Result<()> {
        let action = "reach Redis";
        if !self.shared.listening.load(Ordering::Relaxed) {
            return Err(Unavailable { action, reason: "the feed is not connected".to_owned() });
        }
        let mut commands = redis::pipe();
        commands.cmd("PING").ignore();
        let late = |_| Unavailable { action, reason: "Redis did not answer in time".to_owned() };
        timeout(Duration::from_secs(2), self.shared.link.send(action, &commands))
            .await
            .map_err(late)?
    }

    async fn close(&self) {
        let settled = async {
            while !self.shared.pending.is_empty() {
                sleep(Duration::from_millis(5)).await;
            }
            self.shared.presence.flush().await;
        };
        // What is still open after this was refused, or is left to the other nodes to bury.
        let _ = timeout(TIMEOUT, settled).await;
        let mut commands = redis::pipe();
        commands.cmd("SREM").arg("nodes").arg(&self.shared.node).ignore();
        commands.cmd("DEL").arg(format!("node:{}", self.shared.node)).ignore();
        let _: Result<()> = self.shared.link.send("leave Redis", &commands).await;
    }
}
