//! This node's sessions, told to Redis as absolute counts, so that telling twice does no harm.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chinwag_protocol::UserUuid;
use jiff::Timestamp;
use redis::Value;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{interval, sleep, timeout};

use super::Shared;
use super::link::TIMEOUT;
use super::records::News;
use super::scripts::{PRESENCE, PRESENCE_TEXT, REFRESH};
use crate::{Result, Unavailable, User};

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
    changes: mpsc::UnboundedSender<Change>,
}

#[derive(Default)]
struct Local {
    sessions: u64,
    users: HashMap<UserUuid, Counts>,
}

#[derive(Clone, Default)]
struct Counts {
    folded_name: String,
    sessions: i64,
    in_general: i64,
}

/// A user whose counts have changed, and what to announce with it: Pub/Sub channels and news.
pub(super) struct Change {
    user: User,
    folded_name: String,
    news: Vec<(String, String)>,
    done: Option<oneshot::Sender<u64>>,
}

impl Presence {
    pub(super) fn new() -> (Self, mpsc::UnboundedReceiver<Change>) {
        // Bounded by the sessions, each of which waits for its change.
        let (changes, receiver) = mpsc::unbounded_channel();
        (Self { local: Mutex::default(), changes }, receiver)
    }

    fn lock(&self) -> MutexGuard<'_, Local> {
        self.local.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts sessions of a user, and of them those in General, up or down.
    pub(super) fn count(
        &self,
        user: UserUuid,
        folded_name: Option<&str>,
        sessions: i64,
        in_general: i64,
    ) {
        let mut local = self.lock();
        local.sessions = local.sessions.saturating_add_signed(sessions);
        let counts = local.users.entry(user).or_default();
        if let Some(folded_name) = folded_name {
            folded_name.clone_into(&mut counts.folded_name);
        }
        counts.sessions += sessions;
        counts.in_general += in_general;
    }

    /// Tells Redis, in the order of the calls, and as soon as it is there.
    pub(super) fn tell(
        &self,
        user: &User,
        news: Vec<(String, String)>,
        done: Option<oneshot::Sender<u64>>,
    ) {
        let mut local = self.lock();
        let counts = local.users.get(&user.uuid).cloned().unwrap_or_default();
        if counts.sessions <= 0 {
            local.users.remove(&user.uuid);
        }
        let change = Change { user: user.clone(), folded_name: counts.folded_name, news, done };
        // The task ends with the store: then there is nobody left to tell.
        let _ = self.changes.send(change);
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
        timeout(TIMEOUT, answer).await.map_err(|_| late())?.map_err(|_| late())
    }

    /// Returns when all that was to be told before has been told.
    pub(super) async fn flush(&self) {
        let nobody = User { uuid: UserUuid::default(), name: "".into() };
        let (done, told) = oneshot::channel();
        let change =
            Change { user: nobody, folded_name: String::new(), news: Vec::new(), done: Some(done) };
        if self.changes.send(change).is_ok() {
            // An error means that the task is gone, with all that it had.
            let _ = told.await;
        }
    }

    fn users(&self) -> Vec<UserUuid> {
        self.lock().users.keys().copied().collect()
    }
}

/// Tells Redis of changes until the store goes.
pub(super) async fn tell_changes(
    shared: Arc<Shared>,
    mut changes: mpsc::UnboundedReceiver<Change>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while changes.recv_many(&mut batch, BATCH).await > 0 {
        let totals = loop {
            match tell(&shared, &batch).await {
                Ok(totals) => break totals,
                Err(error) => {
                    tracing::debug!(%error, "presence waits for Redis");
                    sleep(RETRY).await;
                    for change in &mut batch {
                        // Whoever waited was told that it failed: others must not hear of it.
                        if change.done.as_ref().is_some_and(oneshot::Sender::is_closed) {
                            change.news.clear();
                        }
                    }
                }
            }
        };
        for (change, total) in batch.drain(..).zip(totals) {
            if let Some(done) = change.done {
                // Whoever asked may have gone.
                let _ = done.send(total);
            }
        }
    }
}

async fn tell(shared: &Shared, batch: &[Change]) -> Result<Vec<u64>> {
    let mut commands = redis::pipe();
    commands.cmd("SCRIPT").arg("LOAD").arg(PRESENCE_TEXT).ignore();
    for change in batch {
        if change.user.uuid == UserUuid::default() {
            commands.cmd("ECHO").arg(0);
            continue;
        }
        let (counts, all) = {
            let local = shared.presence.lock();
            (local.users.get(&change.user.uuid).cloned().unwrap_or_default(), local.sessions)
        };
        let sessions = (counts.sessions, counts.in_general);
        let all = i64::try_from(all).unwrap_or(i64::MAX);
        add(
            &mut commands,
            &shared.node,
            &change.user,
            &change.folded_name,
            sessions,
            all,
            &change.news,
        );
    }
    shared.link.send("tell who is online", &commands).await
}

fn add(
    commands: &mut redis::Pipeline,
    node: &str,
    user: &User,
    folded_name: &str,
    (sessions, in_general): (i64, i64),
    all: i64,
    news: &[(String, String)],
) {
    let command = commands.cmd("EVALSHA").arg(PRESENCE.get_hash()).arg(0);
    command
        .arg(user.uuid.to_string())
        .arg(node)
        .arg(sessions.max(0))
        .arg(in_general.max(0))
        .arg(all)
        .arg(folded_name)
        .arg(Timestamp::now().to_string())
        .arg(News::WentOffline { user: user.into() }.json());
    for (channel, news) in news {
        command.arg(channel).arg(news);
    }
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
    commands.cmd("SET").arg(format!("node:{}", shared.node)).arg(Timestamp::now().to_string());
    commands.arg("EX").arg(NODE_LIFETIME).arg("GET");
    commands.cmd("SMEMBERS").arg("nodes");
    let (before, nodes): (Option<String>, Vec<String>) =
        shared.link.send(action, &commands).await?;
    if before.is_none() {
        // Another node may have buried this one, or Redis may have lost its data.
        for user in shared.presence.users() {
            if let Some(user) = shared.names.user(&shared.link, user).await? {
                shared.presence.tell(&user, Vec::new(), None);
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
        let mut commands = redis::pipe();
        commands.cmd("SCRIPT").arg("LOAD").arg(PRESENCE_TEXT).ignore();
        for user in users.iter().filter_map(|user| user.parse().ok()) {
            let Some(user) = shared.names.user(&shared.link, user).await? else { continue };
            let folded_name = shared.names.folded(&shared.link, user.uuid).await?;
            add(&mut commands, node, &user, &folded_name.unwrap_or_default(), (0, 0), -1, &[]);
        }
        let _: Value = shared.link.send(action, &commands).await?;
    }
    let mut commands = redis::pipe();
    commands.cmd("HDEL").arg("nodeSessions").arg(node).ignore();
    commands.cmd("SREM").arg("nodes").arg(node).ignore();
    shared.link.send(action, &commands).await
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
