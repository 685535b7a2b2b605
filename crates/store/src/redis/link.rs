//! The connection for commands, shared by all of a node's sessions.

use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, FromRedisValue, Pipeline, RedisError, ScriptInvocation};

use crate::{Result, Unavailable};

/// How long an answer may take.
pub(super) const TIMEOUT: Duration = Duration::from_secs(5);

/// How long a connection attempt may take.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Sends commands; reconnects by itself.
#[derive(Clone)]
pub(super) struct Link(ConnectionManager);

impl Link {
    pub(super) async fn open(client: Client) -> Result<Self> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_response_timeout(Some(TIMEOUT))
            .set_number_of_retries(1)
            .set_max_delay(Duration::from_millis(500));
        let manager = ConnectionManager::new_with_config(client, config).await;
        manager.map(Self).map_err(|error| unavailable("reach Redis", &error))
    }

    /// Runs a script.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        action: &'static str,
        script: &ScriptInvocation<'_>,
    ) -> Result<T> {
        let mut connection = self.0.clone();
        script.invoke_async(&mut connection).await.map_err(|error| unavailable(action, &error))
    }

    /// Sends several commands at once.
    pub(super) async fn send<T: FromRedisValue>(
        &self,
        action: &'static str,
        commands: &Pipeline,
    ) -> Result<T> {
        let mut connection = self.0.clone();
        commands.query_async(&mut connection).await.map_err(|error| unavailable(action, &error))
    }
}

pub(super) fn unavailable(action: &'static str, error: &RedisError) -> Unavailable {
    Unavailable { action, reason: error.to_string() }
}

/// Something in Redis that is not what this program writes.
pub(super) fn unreadable(action: &'static str, what: &str) -> Unavailable {
    Unavailable { action, reason: format!("{what} in Redis is not as documented") }
}
