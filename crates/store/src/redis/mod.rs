//! The store of many nodes: the seed's keys in one Redis, changed by scripts, announced by Pub/Sub.

mod access_keys;
mod accounts;
mod activity;
mod appends;
mod catch_up;
mod changes;
mod channels;
mod client;
mod details;
mod directs;
mod doubts;
mod epoch;
mod export;
mod export_changes;
mod export_channels;
mod feed;
mod files;
mod followed;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod history;
mod hooks;
mod import;
mod import_channels;
mod link;
mod links;
mod live;
mod looks;
mod members;
mod memberships;
mod messages;
mod moderation;
mod names;
mod notify;
mod presence;
mod queue;
mod reach;
mod records;
mod schema;
mod scripts;
mod seed;
mod sessions;
mod settings;
mod space;
mod subscriptions;
mod watched;

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chinwag_protocol::{SessionUuid, UserUuid};
use redis::RedisResult;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::newest::Newest;
use crate::{Event, Feed, Result, Space, Store, Unavailable, vital};
use appends::{Appends, Pending};
use directs::KnownChannels;
use doubts::Doubts;
pub use export::{export, held_files, size};
use feed::{FeedTask, Request};
use followed::Position;
use history::Warned;
pub use import::RedisTarget;
use link::{Link, PATIENCE, unavailable};
pub use links::{add_links, edit_user, known_users};
use names::Names;
use presence::Presence;
use queue::Queue;
use scripts::READY;
pub use seed::{Seed, SeedChannel, SeedMessage, SeedUser, read_seed};

const STORE: &str = "store on Redis";

/// A node's view of the Redis that it shares with others.
pub struct RedisStore {
    shared: Arc<Shared>,
    appends: Appends,
    watches: Queue<Request>,
    newest: Newest,
    position: Position,
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
    channels: KnownChannels,
    doubts: Doubts,
    epoch: Mutex<Arc<str>>,
    warned: Warned,
    /// Who is online anywhere, as far as this node has heard.
    online: Mutex<HashSet<UserUuid>>,
    /// Whether the feed is connected.
    listening: AtomicBool,
    /// Why it is not.
    feed_error: Mutex<Option<String>>,
}

impl Shared {
    fn tell(&self, events: Vec<Event>) {
        if !events.is_empty() {
            (self.feed.lock().unwrap_or_else(PoisonError::into_inner))(events);
        }
    }

    fn online(&self) -> MutexGuard<'_, HashSet<UserUuid>> {
        self.online.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn epoch(&self) -> Arc<str> {
        Arc::clone(&self.epoch.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn set_epoch(&self, epoch: Arc<str>) {
        *self.epoch.lock().unwrap_or_else(PoisonError::into_inner) = epoch;
    }

    fn feed_error(&self) -> MutexGuard<'_, Option<String>> {
        self.feed_error.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, event: &Event) {
        let mut online = self.online();
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
        let (members,): (Vec<Vec<u8>>,) = self.link.send("find who is online", &commands).await?;
        let uuid = |member| history::text(member).rsplit('\0').next()?.parse().ok();
        *self.online() = members.into_iter().filter_map(uuid).collect();
        Ok(())
    }
}

impl RedisStore {
    /// Connects to the Redis at the URL, `redis://[:password@]host[:port][/database]`. Waits while it
    /// can't be reached or loads its data.
    ///
    /// # Errors
    /// When Redis refuses what a node needs.
    pub async fn open(url: &str, feed: Feed) -> Result<Arc<Self>> {
        Self::open_trusting(url, None, feed).await
    }

    /// The same; over `rediss://` it trusts whom these certificates in PEM vouch for, in place of
    /// whom the system trusts. With `#insecure` behind the URL it trusts everybody.
    ///
    /// # Errors
    /// When Redis refuses what a node needs, or is not to be trusted.
    pub async fn open_trusting(url: &str, roots: Option<Vec<u8>>, feed: Feed) -> Result<Arc<Self>> {
        let action = "open the Redis store";
        let client = client::of(url, roots).map_err(|error| unavailable(action, &error))?;
        let node = SessionUuid::random().to_string();
        let link = reach::reach(&client, &node).await?;
        settings::check(&link).await?;
        if import::unfinished(&link, action).await?.is_some() {
            let reason =
                "an import into it was not finished: run `chinwag import` with the same file again";
            return Err(Unavailable { action, reason: reason.to_owned() });
        }
        schema::open(&link).await?;
        looks::add_missing(&link).await?;
        let epoch = epoch::open(&link).await?;
        let (presence, changes) = Presence::new();
        let shared = Arc::new(Shared {
            link,
            node,
            feed: Mutex::new(feed),
            pending: Pending::default(),
            presence,
            names: Names::default(),
            channels: KnownChannels::default(),
            doubts: Doubts::default(),
            epoch: Mutex::new(epoch),
            warned: Warned::default(),
            online: Mutex::default(),
            listening: AtomicBool::new(false),
            feed_error: Mutex::default(),
        });
        let (watches, requests) = queue::queue();
        let (first, listening) = oneshot::channel();
        let feed = FeedTask::new(Arc::clone(&shared), client, requests);
        vital::task("the feed from Redis", feed.run(Some(first)));
        let changes = presence::tell_changes(Arc::clone(&shared), changes);
        vital::task("the presence of this node", changes);
        vital::task("the heartbeat of this node", presence::live(Arc::clone(&shared)));
        let late = |()| {
            let why = shared.feed_error().clone();
            let reason = why.unwrap_or_else(|| "Redis did not answer in time".to_owned());
            Unavailable { action, reason }
        };
        timeout(PATIENCE, listening).await.map_err(|_| late(()))?.map_err(|_| late(()))?;
        let appends = Appends::start(&shared);
        let (newest, position) = (Newest::default(), Position::default());
        Ok(Arc::new(Self { shared, appends, watches, newest, position }))
    }
}

/// Runs a script that writes and publishes.
async fn do_what_storing_needs(link: &Link, node: &str) -> RedisResult<()> {
    let mut script = READY.arg(node);
    let _: bool = link.invoke(script.arg(link.prefix())).await?;
    Ok(())
}

#[async_trait]
impl Store for RedisStore {
    fn epoch(&self) -> Arc<str> {
        self.shared.epoch()
    }

    async fn ready(&self) -> Result<()> {
        if !self.shared.listening.load(Ordering::Relaxed) {
            let why = self.shared.feed_error().clone();
            let reason = why.unwrap_or_else(|| "the feed is not connected".to_owned());
            return Err(Unavailable { action: STORE, reason });
        }
        let done = do_what_storing_needs(&self.shared.link, &self.shared.node).await;
        done.map_err(|error| unavailable(STORE, &error))
    }

    async fn space(&self) -> Result<Space> {
        space::read(&self.shared.link).await
    }

    async fn close(&self) {
        let settled = async {
            while !self.shared.pending.is_empty() {
                sleep(Duration::from_millis(5)).await;
            }
            self.shared.presence.flush().await;
        };
        // What is still open after this was refused, or is left to the other nodes to bury.
        let _ = timeout(PATIENCE, settled).await;
        let mut commands = redis::pipe();
        commands.cmd("SREM").arg("nodes").arg(&self.shared.node).ignore();
        commands.cmd("DEL").arg(format!("node:{}", self.shared.node)).ignore();
        let _: Result<()> = self.shared.link.send("leave Redis", &commands).await;
    }
}
