//! The connection for commands, shared by all of a node's sessions.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{
    Client, ErrorKind, FromRedisValue, Pipeline, RedisError, RedisResult, ScriptInvocation,
    ServerErrorKind, Value,
};

use super::scripts::Scripted;
use crate::{Attempt, Denied, Failure, Result, Unavailable};

/// How long an answer may take. A node is to live again within 3 s.
pub(super) const TIMEOUT: Duration = Duration::from_secs(2);

/// How long a request may wait for a crowd's turn: ten thousand may sign in at once.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// How long a connection attempt may take.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// Sends commands; reconnects by itself.
#[derive(Clone)]
pub(super) struct Link {
    client: Client,
    /// What the names of this database's Pub/Sub channels begin with.
    prefix: Arc<str>,
    connection: Arc<Mutex<Numbered>>,
}

/// The connection that is in use, and how many there were before it.
#[derive(Clone)]
struct Numbered {
    number: u64,
    manager: ConnectionManager,
}

impl Link {
    /// Connects once.
    pub(super) async fn open(client: Client) -> Result<Self> {
        Self::connect(client.clone()).await.map_err(|error| unreachable(&client, &error))
    }

    /// The same, with the error as the client has it.
    pub(super) async fn connect(client: Client) -> RedisResult<Self> {
        let manager = ConnectionManager::new_with_config(client.clone(), config()).await?;
        let prefix = match client.get_connection_info().redis_settings().db() {
            0 => String::new(),
            database => format!("db{database}:"),
        };
        let prefix = prefix.into();
        Ok(Self {
            client,
            prefix,
            connection: Arc::new(Mutex::new(Numbered { number: 0, manager })),
        })
    }

    /// What the names of this database's Pub/Sub channels begin with, since Pub/Sub knows no databases:
    /// nothing in database 0, which has the names of the first server.
    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The name of a Pub/Sub channel in this database.
    pub(super) fn published(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Runs a script.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        action: &'static str,
        script: &ScriptInvocation<'_>,
    ) -> Result<T> {
        self.invoke(script).await.map_err(|error| unavailable(action, &error))
    }

    /// Runs a script that may deny it.
    pub(super) async fn attempt<T: FromRedisValue>(
        &self,
        action: &'static str,
        script: &ScriptInvocation<'_>,
    ) -> Attempt<T> {
        self.invoke(script).await.map_err(|error| failure(action, &error))
    }

    /// The same, with the error as the client has it.
    pub(super) async fn invoke<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> RedisResult<T> {
        let Numbered { number, mut manager } = self.lock().clone();
        let answer = script.invoke_async(&mut manager).await;
        self.replace_if_dead(number, &answer);
        answer
    }

    /// Sends several commands at once.
    pub(super) async fn send<T: FromRedisValue>(
        &self,
        action: &'static str,
        commands: &Pipeline,
    ) -> Result<T> {
        let Numbered { number, mut manager } = self.lock().clone();
        let answer = commands.query_async(&mut manager).await;
        self.replace_if_dead(number, &answer);
        answer.map_err(|error| unavailable(action, &error))
    }

    /// Sends several calls of one script at once. A Redis that has lost its scripts, as each does
    /// when it starts, is given this one.
    pub(super) async fn send_calls(
        &self,
        action: &'static str,
        script: &Scripted,
        calls: &mut Pipeline,
    ) -> Result<Vec<RedisResult<Value>>> {
        calls.ignore_errors();
        let answers = self.send::<Vec<RedisResult<Value>>>(action, calls).await?;
        if answers.is_empty() || !answers.iter().all(is_unknown_script) {
            return Ok(answers);
        }
        let mut load = redis::pipe();
        load.cmd("SCRIPT").arg("LOAD").arg(script.text()).ignore();
        let () = self.send(action, &load).await?;
        self.send(action, calls).await
    }

    fn lock(&self) -> MutexGuard<'_, Numbered> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that gave no answer in time may be dead without knowing it, so that the next
    /// command gets another.
    fn replace_if_dead<T>(&self, number: u64, answer: &RedisResult<T>) {
        if !answer.as_ref().is_err_and(RedisError::is_timeout) {
            return;
        }
        let mut connection = self.lock();
        if connection.number == number {
            let fresh = ConnectionManager::new_lazy_with_config(self.client.clone(), config());
            // The client was good enough for the first one.
            if let Ok(manager) = fresh {
                *connection = Numbered { number: number + 1, manager };
            }
        }
    }
}

/// Without retries: requests fail at once while Redis is away.
fn config() -> ConnectionManagerConfig {
    ConnectionManagerConfig::new()
        .set_connection_timeout(Some(CONNECT_TIMEOUT))
        .set_response_timeout(Some(TIMEOUT))
        .set_number_of_retries(0)
}

fn is_unknown_script(answer: &RedisResult<Value>) -> bool {
    let kind = answer.as_ref().err().map(RedisError::kind);
    kind == Some(ErrorKind::Server(ServerErrorKind::NoScript))
}

/// Whether a key holds another type than this program writes.
pub(super) fn is_wrong_type(error: &RedisError) -> bool {
    error.code() == Some("WRONGTYPE")
}

/// Redis can't be reached at the client's address, which is no secret.
pub(super) fn unreachable(client: &Client, error: &RedisError) -> Unavailable {
    let address = client.get_connection_info().addr();
    let error = error.to_string();
    let advice = advice(&error).map(|advice| format!(" ({advice})")).unwrap_or_default();
    Unavailable { action: "reach Redis", reason: format!("{address}: {error}{advice}") }
}

const FOREIGN: &str = "name the certificates of its authority by REDIS_TLS_CA";

/// What to do about the errors of TLS that are met most, by the names that rustls gives them.
fn advice(error: &str) -> Option<&'static str> {
    let advices = [
        ("UnknownIssuer", FOREIGN),
        ("BadSignature", FOREIGN),
        (
            "CaUsedAsEndEntity",
            "a certificate of an authority can't be a server's: issue one with it",
        ),
        ("NotValidForName", "its certificate is for another host than REDIS_URL names"),
        ("Expired", "its certificate has expired"),
        (
            "InvalidContentType",
            "it does not speak TLS on this port: try redis:// instead of rediss://",
        ),
    ];
    advices.into_iter().find_map(|(name, advice)| error.contains(name).then_some(advice))
}

pub(super) fn unavailable(action: &'static str, error: &RedisError) -> Unavailable {
    Unavailable { action, reason: error.to_string() }
}

/// The same, or what a script has denied.
pub(super) fn failure(action: &'static str, error: &RedisError) -> Failure {
    match denied(error) {
        Some(denied) => denied.into(),
        None => unavailable(action, error).into(),
    }
}

/// What a script says by `DENIED` and a word.
fn denied(error: &RedisError) -> Option<Denied> {
    if error.code() != Some("DENIED") {
        return None;
    }
    let words = [
        ("NotFound", Denied::NotFound),
        ("NoUser", Denied::NoUser),
        ("NotMember", Denied::NotMember),
        ("NotOwner", Denied::NotOwner),
        ("Archived", Denied::Archived),
        ("Fixed", Denied::Fixed),
        ("LastOwner", Denied::LastOwner),
        ("NameTaken", Denied::NameTaken),
        ("GroupSize", Denied::GroupSize),
        ("TooManyChannels", Denied::TooManyChannels),
        ("NothingToAnswer", Denied::NothingToAnswer),
        ("NoMessage", Denied::NoMessage),
        ("Deleted", Denied::Deleted),
        ("NoText", Denied::NoText),
        ("NotAuthor", Denied::NotAuthor),
        ("TooLate", Denied::TooLate),
        ("TooManyEmoji", Denied::TooManyEmoji),
        ("TooManyPins", Denied::TooManyPins),
        ("NotAdmin", Denied::NotAdmin),
        ("OnlyAdmins", Denied::OnlyAdmins),
        ("LastAdmin", Denied::LastAdmin),
        ("LinkEnded", Denied::LinkEnded),
        ("Deactivated", Denied::Deactivated),
        ("Closed", Denied::Closed),
        ("FileNotReady", Denied::FileNotReady),
        ("TooManyUploads", Denied::TooManyUploads),
        ("FileQuota", Denied::FileQuota),
        ("FileSpace", Denied::FileSpace),
        ("UserNameTaken", Denied::UserNameTaken),
        ("NoHook", Denied::NoHook),
        ("TooManyHooks", Denied::TooManyHooks),
        ("TooManyBlocks", Denied::TooManyBlocks),
        ("NoReport", Denied::NoReport),
    ];
    let word = error.detail()?.split_whitespace().next()?;
    words.into_iter().find_map(|(name, denied)| (name == word).then_some(denied))
}

/// Something in Redis that is not what this program writes.
pub(super) fn unreadable(action: &'static str, what: &str) -> Unavailable {
    Unavailable { action, reason: format!("{what} in Redis is not as documented") }
}
