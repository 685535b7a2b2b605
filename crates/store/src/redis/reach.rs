//! Reaches Redis at a node's start: waits while Redis is away or loads its data.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use redis::{Client, ErrorKind, RedisError, ServerErrorKind};
use tokio::time::sleep;

use super::link::{Link, unavailable, unreachable};
use super::{STORE, do_what_storing_needs};
use crate::Result;

/// How long to wait before the next attempt.
const AGAIN: Duration = Duration::from_millis(500);

/// Connects, then stores and publishes once, so that a missing password or right is named at the start.
/// It tries again until Redis is ready, and logs each new reason to wait.
///
/// # Errors
/// When Redis refuses, or is not to be trusted: waiting would not help.
pub(super) async fn reach(client: &Client, node: &str) -> Result<Link> {
    let address = client.get_connection_info().addr();
    let mut waited_for = None;
    loop {
        let error = match attempt(client, node).await {
            Ok(link) => {
                if waited_for.is_some() {
                    tracing::info!("Redis at {address} is ready");
                }
                return Ok(link);
            }
            Err(Failure::Connecting(error)) if !passes(&error) => {
                return Err(unreachable(client, &error));
            }
            Err(Failure::Storing(error)) if !passes(&error) => {
                return Err(unavailable(STORE, &error));
            }
            Err(Failure::Connecting(error) | Failure::Storing(error)) => error.to_string(),
        };
        if waited_for.as_ref() != Some(&error) {
            tracing::warn!("waiting for Redis at {address}: {error}");
            waited_for = Some(error);
        }
        sleep(AGAIN).await;
    }
}

enum Failure {
    Connecting(RedisError),
    Storing(RedisError),
}

async fn attempt(client: &Client, node: &str) -> std::result::Result<Link, Failure> {
    let link = Link::connect(client.clone()).await.map_err(Failure::Connecting)?;
    do_what_storing_needs(&link, node).await.map_err(Failure::Storing)?;
    Ok(link)
}

/// Whether the reason may go away without anybody changing a setting of Redis or of this node.
fn passes(error: &RedisError) -> bool {
    use ServerErrorKind::{BusyLoading, MasterDown, TryAgain};
    match error.kind() {
        ErrorKind::Io => !is_distrust(error),
        ErrorKind::Server(kind) => matches!(kind, BusyLoading | MasterDown | TryAgain),
        _ => false,
    }
}

/// Whether TLS failed: the certificate is not trusted, or Redis does not speak TLS on this port.
fn is_distrust(error: &RedisError) -> bool {
    let Some(source) = error.source() else { return false };
    let source = source.downcast_ref::<Arc<dyn Error + Send + Sync>>();
    let io = source.and_then(|source| source.downcast_ref::<io::Error>());
    io.is_none_or(|error| error.kind() == io::ErrorKind::InvalidData)
}
