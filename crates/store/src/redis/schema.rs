//! The version of the keys, and how those of version 0.1 are brought up to date.

use std::time::{Duration, Instant};

use redis::{Pipeline, Value, from_redis_value};
use tokio::time::sleep;

use super::link::{Link, unavailable};
use super::scripts::CONVERT;
use crate::{Result, Unavailable};

const ACTION: &str = "bring the keys in Redis up to date";

/// The version of the keys. Chinwag 0.1 noted none.
const VERSION: u64 = 2;

/// Where it is noted.
const KEY: &str = "schema";

/// What the string of a living node ends with. That of a node of version 0.1 does not.
pub(super) const NODE_MARK: &str = " schema 2";

/// How many keys are asked for at once.
const PAGE: usize = 1_000;

/// How often progress is logged, and how long to wait before asking again for nodes of version 0.1.
const SECOND: Duration = Duration::from_secs(1);

/// Brings the keys up to date as a node starts. Waits while nodes of version 0.1 live on this Redis.
///
/// # Errors
/// When the keys are of a version that this program does not know.
pub(super) async fn open(link: &Link) -> Result<()> {
    let mut has_waited = false;
    while !is_known(link, ACTION).await? && lives_before(link).await? {
        if !has_waited {
            tracing::warn!(
                "servers of Chinwag 0.1 run on this Redis: stop them, so that its keys can be brought up to date"
            );
            has_waited = true;
        }
        sleep(SECOND).await;
    }
    update(link).await
}

/// Brings the keys up to date, if they are of version 0.1. It may be cut off at any point, and done by
/// several nodes at once: each key is brought up to date in one step, again if need be.
pub(super) async fn update(link: &Link) -> Result<()> {
    if is_known(link, ACTION).await? {
        return Ok(());
    }
    let mut commands = redis::pipe();
    commands.cmd("DBSIZE");
    let (total,): (u64,) = link.send(ACTION, &commands).await?;
    let began = Instant::now();
    let (mut cursor, mut seen, mut told) = ("0".to_owned(), 0, began);
    loop {
        let mut commands = redis::pipe();
        commands.cmd("SCAN").arg(&cursor).arg("COUNT").arg(PAGE);
        let ((next, keys),): ((String, Vec<Vec<u8>>),) = link.send(ACTION, &commands).await?;
        seen += keys.len();
        convert(link, keys).await?;
        if next == "0" {
            break;
        }
        if told.elapsed() >= SECOND {
            tracing::info!("bringing the keys in Redis up to date: {seen} of {total}");
            told = Instant::now();
        }
        cursor = next;
    }
    let mut commands = redis::pipe();
    commands.atomic();
    note(&mut commands);
    let () = link.send(ACTION, &commands).await?;
    if began.elapsed() >= SECOND {
        tracing::info!("brought the keys in Redis up to date in {} s", began.elapsed().as_secs());
    }
    Ok(())
}

/// Notes that all keys are up to date.
pub(super) fn note(commands: &mut Pipeline) {
    commands.cmd("HSET").arg("channel:public").arg("kind").arg("general").ignore();
    commands.cmd("SET").arg(KEY).arg(VERSION).ignore();
}

/// Whether the keys are up to date; `false` if they are of version 0.1.
///
/// # Errors
/// When they are of a version that this program does not know.
pub(super) async fn is_known(link: &Link, action: &'static str) -> Result<bool> {
    let mut commands = redis::pipe();
    commands.cmd("GET").arg(KEY);
    let (noted,): (Option<String>,) = link.send(action, &commands).await?;
    match noted {
        None => Ok(false),
        Some(noted) if noted == VERSION.to_string() => Ok(true),
        Some(other) => {
            let reason = format!(
                "the keys in this Redis are of version {other}, and this program knows version {VERSION}: use a newer Chinwag"
            );
            Err(Unavailable { action, reason })
        }
    }
}

async fn convert(link: &Link, keys: Vec<Vec<u8>>) -> Result<()> {
    let mut calls = redis::pipe();
    let of_channels = |key: &Vec<u8>| {
        key.starts_with(b"userChannels:") || key.starts_with(b"channelSenderRecipient:")
    };
    for key in keys.into_iter().filter(of_channels) {
        CONVERT.call(&mut calls).arg(key);
    }
    if calls.is_empty() {
        return Ok(());
    }
    for answer in link.send_calls(ACTION, &CONVERT, &mut calls).await? {
        answer.map_err(|error| unavailable(ACTION, &error))?;
    }
    Ok(())
}

/// Whether a node of version 0.1 lives.
async fn lives_before(link: &Link) -> Result<bool> {
    let mut commands = redis::pipe();
    commands.cmd("SMEMBERS").arg("nodes");
    let (nodes,): (Vec<String>,) = link.send(ACTION, &commands).await?;
    let mut commands = redis::pipe();
    for node in &nodes {
        commands.cmd("GET").arg(format!("node:{node}"));
    }
    if nodes.is_empty() {
        return Ok(false);
    }
    let living: Vec<Value> = link.send(ACTION, &commands).await?;
    let mut living = living.into_iter().filter_map(|node| from_redis_value::<String>(node).ok());
    Ok(living.any(|node| !node.ends_with(NODE_MARK)))
}
