//! This node's sessions, told to Redis as absolute counts, so that telling twice does no harm.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chinwag_protocol::UserUuid;
use jiff::Timestamp;
use redis::{RedisResult, Value, from_redis_value};
use tokio::sync::oneshot;
use tokio::time::{interval, sleep, timeout};

use super::Shared;
use super::link::{PATIENCE, is_wrong_type, unavailable};
use super::queue::{Queue, Taker, queue};
use super::records::News;
use super::schema::NODE_MARK;
use super::scripts::{BURY, PRESENCE, REFRESH};
use crate::{Result, Unavailable, User};

const ACTION: &str = "tell who is online";

/// How many changes one pipeline takes.
const BATCH: usize = 256;

/// How often a failed batch is tried again.
const RETRY: Duration = Duration::from_millis(250);

/// How often a node says that it lives, and looks for nodes that don't.
const HEARTBEAT: Duration = Duration::from_secs(8);

/// How long a node counts as alive after its last word, in seconds.
const NODE_LIFETIME: u64 = 30;

/// How often the users' `userStatus`, which lasts 60 s, is set anew.
const REFRESH_PERIOD: Duration = Duration::from_secs(20);

/// Counts the sessions of this node.
pub(super) struct Presence {
    local: Mutex<Local>,
    changes: Queue<Change>,
}

#[derive(Default)]
struct Local {
    sessions: u64,
    users: HashMap<UserUuid, Counts>,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    sessions: i64,
    in_general: i64,
}

/// A user whose counts have changed, and what to announce with it: Pub/Sub channels and news.
pub(super) struct Change {
    user: User,
    news: Vec<(String, String)>,
    done: Option<oneshot::Sender<Result<u64>>>,
}

impl Presence {
    pub(super) fn new() -> (Self, Taker<Change>) {
        let (changes, taker) = queue();
        (Self { local: Mutex::default(), changes }, taker)
    }

    /// Asked before sessions are counted anew.
    ///
    /// # Errors
    /// When too many changes wait for Redis.
    pub(super) fn room(&self, action: &'static str) -> Result<()> {
        self.changes.room(action)
    }

    fn lock(&self) -> MutexGuard<'_, Local> {
        self.local.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts sessions of a user, and of them those in General, up or down.
    pub(super) fn count(&self, user: UserUuid, sessions: i64, in_general: i64) {
        let mut local = self.lock();
        local.sessions = local.sessions.saturating_add_signed(sessions);
        let counts = local.users.entry(user).or_default();
        counts.sessions += sessions;
        counts.in_general += in_general;
    }

    /// Tells Redis, in the order of the calls, and as soon as it is there.
    pub(super) fn tell(
        &self,
        user: &User,
        news: Vec<(String, String)>,
        done: Option<oneshot::Sender<Result<u64>>>,
    ) {
        let mut local = self.lock();
        if local.users.get(&user.uuid).is_some_and(|counts| counts.sessions <= 0) {
            local.users.remove(&user.uuid);
        }
        let change = Change { user: user.clone(), news, done };
        // The task ends with the store: then there is nobody left to tell.
        self.changes.push(change);
    }

    /// Like [`Self::tell`]; returns the number of sessions on the whole system.
    pub(super) async fn told(
        &self,
        action: &'static str,
        user: &User,
        news: Vec<(String, String)>,
    ) -> Result<u64> {
        let (done, answer) = oneshot::channel();
        self.tell(user, news, Some(done));
        let late = || Unavailable { action, reason: "Redis did not answer in time".to_owned() };
        timeout(PATIENCE, answer).await.map_err(|_| late())?.map_err(|_| late())?
    }

    /// Returns when all that was to be told before has been told.
    pub(super) async fn flush(&self) {
        let nobody = User { uuid: UserUuid::default(), name: "".into() };
        let (done, told) = oneshot::channel();
        let change = Change { user: nobody, news: Vec::new(), done: Some(done) };
        if self.changes.push(change) {
            // An error means that the task is gone, with all that it had.
            let _ = told.await;
        }
    }

    fn users(&self) -> Vec<UserUuid> {
        self.lock().users.keys().copied().collect()
    }
}

/// Tells Redis of changes until the store goes.
pub(super) async fn tell_changes(shared: Arc<Shared>, mut changes: Taker<Change>) {
    let mut batch = Vec::with_capacity(BATCH);
    while changes.take_many(&mut batch, BATCH).await > 0 {
        while !batch.is_empty() {
            batch = tell(&shared, batch).await;
            if !batch.is_empty() {
                sleep(RETRY).await;
            }
        }
    }
}

/// Tells the changes, each by itself, and returns those to be told again.
async fn tell(shared: &Shared, mut batch: Vec<Change>) -> Vec<Change> {
    let mut calls = redis::pipe();
    for change in &mut batch {
        // The caller was told that it failed: others must not hear of it.
        if change.done.as_ref().is_some_and(oneshot::Sender::is_closed) {
            change.news.clear();
        }
        if change.is_flush() {
            continue;
        }
        let (counts, all) = {
            let local = shared.presence.lock();
            (local.users.get(&change.user.uuid).copied().unwrap_or_default(), local.sessions)
        };
        let sessions = (counts.sessions, counts.in_general);
        let all = i64::try_from(all).unwrap_or(i64::MAX);
        add(shared, &mut calls, &shared.node, &change.user, sessions, all, &change.news);
    }
    let mut answers = match call(shared, ACTION, &mut calls).await {
        Ok(answers) => answers.into_iter(),
        Err(error) => {
            tracing::debug!(%error, "presence waits for Redis");
            return batch;
        }
    };
    let mut again = Vec::new();
    for change in batch {
        if change.is_flush() && !again.is_empty() {
            again.push(change);
            continue;
        }
        let total = if change.is_flush() { Some(Ok(0)) } else { answers.next() };
        match total {
            Some(Ok(total)) => change.settle(Ok(u64::try_from(total).unwrap_or_default())),
            Some(Err(error)) if is_of_data(&error) => {
                tracing::warn!(%error, "a user's presence in Redis is unreadable");
                change.settle(Err(unavailable(ACTION, &error)));
            }
            Some(Err(_)) | None => again.push(change),
        }
    }
    again
}

impl Change {
    /// Whether it only waits for the others and changes nothing.
    fn is_flush(&self) -> bool {
        self.user.uuid == UserUuid::default()
    }

    fn settle(self, outcome: Result<u64>) {
        if let Some(done) = self.done {
            // The asker may have gone.
            let _ = done.send(outcome);
        }
    }
}

/// Whether trying again can't help: the key of a user holds something else.
fn is_of_data(error: &redis::RedisError) -> bool {
    is_wrong_type(error) || error.code() == Some("ERR")
}

/// Runs the script's calls, and returns their answers.
async fn call(
    shared: &Shared,
    action: &'static str,
    calls: &mut redis::Pipeline,
) -> Result<Vec<RedisResult<i64>>> {
    if calls.is_empty() {
        return Ok(Vec::new());
    }
    let answers = shared.link.send_calls(action, &PRESENCE, calls).await?;
    let read = |answer: RedisResult<Value>| from_redis_value(answer?).map_err(Into::into);
    Ok(answers.into_iter().map(read).collect())
}

fn add(
    shared: &Shared,
    calls: &mut redis::Pipeline,
    node: &str,
    user: &User,
    (sessions, in_general): (i64, i64),
    all: i64,
    news: &[(String, String)],
) {
    let call = PRESENCE.call(calls);
    call.arg(user.uuid.to_string())
        .arg(node)
        .arg(sessions.max(0))
        .arg(in_general.max(0))
        .arg(all)
        .arg(Timestamp::now().to_string())
        .arg(News::WentOffline { user: user.into() }.json());
    for (channel, news) in news {
        call.arg(channel).arg(news);
    }
    call.arg(shared.link.prefix());
}

/// Keeps this node and its users alive in Redis, and buries nodes that died.
pub(super) async fn live(shared: Arc<Shared>) {
    let (mut heartbeat, mut refresh) = (interval(HEARTBEAT), interval(REFRESH_PERIOD));
    loop {
        let lived = tokio::select! {
            _ = heartbeat.tick() => beat(&shared).await,
            _ = refresh.tick() => refresh_users(&shared).await,
        };
        if let Err(error) = lived {
            tracing::warn!(%error, "presence waits for Redis");
        }
    }
}

async fn beat(shared: &Shared) -> Result<()> {
    let action = "tell that this node lives";
    let mut commands = redis::pipe();
    commands.cmd("SADD").arg("nodes").arg(&shared.node).ignore();
    let lives = format!("{}{NODE_MARK}", Timestamp::now());
    commands.cmd("SET").arg(format!("node:{}", shared.node)).arg(lives);
    commands.arg("EX").arg(NODE_LIFETIME).arg("GET");
    commands.cmd("SMEMBERS").arg("nodes");
    let (before, nodes): (Option<String>, Vec<String>) =
        shared.link.send(action, &commands).await?;
    if before.is_none() {
        // Another node may have buried this one, or Redis may have lost its data.
        for users in shared.presence.users().chunks(BATCH) {
            for user in shared.names.users(&shared.link, users).await?.values() {
                shared.presence.tell(user, Vec::new(), None);
            }
        }
    }
    for node in nodes.iter().filter(|node| **node != shared.node) {
        bury_if_dead(shared, node).await?;
    }
    Ok(())
}

async fn bury_if_dead(shared: &Shared, node: &str) -> Result<()> {
    let action = "look for nodes that died";
    let mut commands = redis::pipe();
    commands.cmd("EXISTS").arg(format!("node:{node}"));
    let (alive,): (bool,) = shared.link.send(action, &commands).await?;
    if alive {
        return Ok(());
    }
    tracing::info!(node, "a node has died: its users go offline");
    let mut commands = redis::pipe();
    commands.cmd("HKEYS").arg(format!("nodeUsers:{node}"));
    let (users,): (Vec<String>,) = shared.link.send(action, &commands).await?;
    for users in users.chunks(BATCH) {
        let users: Vec<_> = users.iter().filter_map(|user| user.parse().ok()).collect();
        let mut calls = redis::pipe();
        for user in shared.names.users(&shared.link, &users).await?.values() {
            add(shared, &mut calls, node, user, (0, 0), -1, &[]);
        }
        for answer in call(shared, action, &mut calls).await? {
            match answer {
                // It has woken up, and tells of all its users anew.
                Ok(-1) => return Ok(()),
                Err(error) if !is_of_data(&error) => return Err(unavailable(action, &error)),
                _ => {}
            }
        }
    }
    let _: bool = shared.link.run(action, &BURY.arg(node)).await?;
    Ok(())
}

async fn refresh_users(shared: &Shared) -> Result<()> {
    for users in shared.presence.users().chunks(500) {
        let mut script = REFRESH.arg(Timestamp::now().to_string());
        for user in users {
            script.arg(user.to_string());
        }
        let _: u64 = shared.link.run("refresh who is online", &script).await?;
    }
    Ok(())
}
