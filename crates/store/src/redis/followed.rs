//! All channels and messages, for a follower, and the stream that says where something moved.
//!
//! It reads with plain commands, page by page: each is short, so that others need not wait long.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use async_trait::async_trait;
use chinwag_protocol::{ChannelUuid, UserUuid};
use jiff::Timestamp;
use redis::{Value, from_redis_value};
use tokio::time::sleep;

use super::feed::{hash_of, list_of};
use super::history::{parse, text};
use super::link::unreadable;
use super::{RedisStore, Shared};
use crate::{
    ChannelReaders, Followed, FollowedChannel, FollowedMessage, Moved, Result, channel_name,
};

const ACTION: &str = "follow what is stored";

/// The stream to which each script that stores or changes a message adds its channel.
const STREAM: &str = "changes";

/// How often it is read.
const PERIOD: Duration = Duration::from_millis(250);

/// How many of its entries, keys or channels are read at once.
const PAGE: usize = 1_000;

/// The place before all entries.
const BEGINNING: &str = "0-0";

/// An entry of the stream: its id, and its fields with their values.
type Entry = (String, Vec<String>);

/// How far the stream was read; `None` at first, and where entries were missed.
#[derive(Default)]
pub(super) struct Position(tokio::sync::Mutex<Option<String>>);

#[async_trait]
impl Followed for RedisStore {
    async fn moved(&self) -> Result<Moved> {
        let mut position = self.position.0.lock().await;
        loop {
            let Some(last) = position.as_deref() else {
                *position = Some(newest(&self.shared).await?);
                return Ok(Moved::Anywhere);
            };
            let mut entries = read(&self.shared, last).await?;
            // The entry that was read last begins, unless it has gone: then others may have, too.
            if last != BEGINNING {
                if entries.first().is_none_or(|(id, _)| id != last) {
                    *position = None;
                    continue;
                }
                entries.remove(0);
            }
            if let Some((newest, _)) = entries.last() {
                let newest = newest.clone();
                let moved: HashSet<_> =
                    entries.iter().filter_map(|(_, fields)| named(fields.get(1)?)).collect();
                let moved = channels(&self.shared, &moved.into_iter().collect::<Vec<_>>()).await?;
                *position = Some(newest);
                return Ok(Moved::In(moved));
            }
            sleep(PERIOD).await;
        }
    }

    async fn followed_channels(&self) -> Result<Vec<FollowedChannel>> {
        let (mut found, mut cursor) = (BTreeSet::new(), "0".to_owned());
        loop {
            let mut commands = redis::pipe();
            commands.cmd("SCAN").arg(&cursor).arg("MATCH").arg("channelMessages:*");
            commands.arg("COUNT").arg(PAGE);
            let ((next, keys),): ((String, Vec<String>),) =
                self.shared.link.send(ACTION, &commands).await?;
            let name = |key: &String| named(key.strip_prefix("channelMessages:")?);
            found.extend(keys.iter().filter_map(name));
            if next == "0" {
                break;
            }
            cursor = next;
        }
        let found: Vec<_> = found.into_iter().collect();
        let mut all = Vec::new();
        for page in found.chunks(PAGE) {
            all.extend(channels(&self.shared, page).await?);
        }
        Ok(all)
    }

    async fn followed_messages(
        &self,
        channel: ChannelUuid,
        after: u64,
        limit: u64,
    ) -> Result<Vec<FollowedMessage>> {
        let mut commands = redis::pipe();
        // Counted from 0, this is the first one behind it.
        let last = after.saturating_add(limit).saturating_sub(1);
        commands.cmd("LRANGE").arg(list_of(channel)).arg(after).arg(last);
        let (page,): (Vec<Vec<u8>>,) = self.shared.link.send(ACTION, &commands).await?;
        let first = after.saturating_add(1);
        Ok((first..).zip(page).map(|(seq, element)| message(seq, &text(element))).collect())
    }

    async fn followed_changes(
        &self,
        channel: ChannelUuid,
        after: u64,
        limit: u64,
    ) -> Result<Vec<FollowedMessage>> {
        let name = channel_name(channel);
        let mut commands = redis::pipe();
        commands.cmd("ZRANGEBYSCORE").arg(format!("channelChanges:{name}"));
        commands.arg(format!("({after}")).arg("+inf").arg("WITHSCORES");
        commands.arg("LIMIT").arg(0).arg(limit);
        let (places,): (Vec<(u64, u64)>,) = self.shared.link.send(ACTION, &commands).await?;
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let mut commands = redis::pipe();
        for (seq, _) in &places {
            commands.cmd("LINDEX").arg(list_of(channel)).arg(seq.saturating_sub(1));
        }
        let elements: Vec<Option<Vec<u8>>> = self.shared.link.send(ACTION, &commands).await?;
        let message = |((seq, rev), element): ((u64, u64), Option<Vec<u8>>)| {
            // It may have changed once more since. Up to that change this page is no answer.
            FollowedMessage { rev, ..message(seq, &element.map(text).unwrap_or_default()) }
        };
        Ok(places.into_iter().zip(elements).map(message).collect())
    }
}

/// The id of the newest entry.
async fn newest(shared: &Shared) -> Result<String> {
    let mut commands = redis::pipe();
    commands.cmd("XREVRANGE").arg(STREAM).arg("+").arg("-").arg("COUNT").arg(1);
    let (entries,): (Vec<Entry>,) = shared.link.send(ACTION, &commands).await?;
    let newest = entries.into_iter().next().map(|(id, _)| id);
    Ok(newest.unwrap_or_else(|| BEGINNING.to_owned()))
}

/// Entries from this one on.
async fn read(shared: &Shared, from: &str) -> Result<Vec<Entry>> {
    let mut commands = redis::pipe();
    commands.cmd("XRANGE").arg(STREAM).arg(from).arg("+").arg("COUNT").arg(PAGE + 1);
    let (entries,) = shared.link.send(ACTION, &commands).await?;
    Ok(entries)
}

/// The channel of this name in Redis.
fn named(name: &str) -> Option<ChannelUuid> {
    if name == "public" { Some(ChannelUuid::GENERAL) } else { name.parse().ok() }
}

async fn channels(shared: &Shared, uuids: &[ChannelUuid]) -> Result<Vec<FollowedChannel>> {
    if uuids.is_empty() {
        return Ok(Vec::new());
    }
    let mut commands = redis::pipe();
    for uuid in uuids {
        // The rev first: what it counts is seen in the messages that are read later.
        commands.cmd("HMGET").arg(hash_of(*uuid)).arg(&["kind", "rev", "private", "low", "high"]);
        commands.cmd("LLEN").arg(list_of(*uuid));
    }
    let answers: Vec<Value> = shared.link.send(ACTION, &commands).await?;
    let (answers, _) = answers.as_chunks();
    uuids.iter().zip(answers).map(|(uuid, answer)| channel(*uuid, answer)).collect()
}

fn channel(uuid: ChannelUuid, [fields, total]: &[Value; 2]) -> Result<FollowedChannel> {
    let wrong = || unreadable(ACTION, "a channel");
    let fields: Vec<Option<String>> = from_redis_value(fields.clone()).map_err(|_| wrong())?;
    let total = from_redis_value(total.clone()).map_err(|_| wrong())?;
    let Some([kind, rev, private, low, high]) = fields.as_array() else { return Err(wrong()) };
    let user = |field: &Option<String>| field.as_deref()?.parse::<UserUuid>().ok();
    let readers = match user(low).zip(user(high)) {
        Some((low, high)) => ChannelReaders::Users([low, high]),
        None if uuid.is_general() => ChannelReaders::Everybody,
        None if kind.as_deref() == Some("named") && private.as_deref() != Some("1") => {
            ChannelReaders::Everybody
        }
        None => ChannelReaders::Members,
    };
    let rev = rev.as_deref().and_then(|rev| rev.parse().ok()).unwrap_or_default();
    Ok(FollowedChannel { uuid, readers, total, rev })
}

fn message(seq: u64, element: &str) -> FollowedMessage {
    let Some((stored, _)) = parse(element) else {
        let (sender, created_at) = (UserUuid::default(), Timestamp::UNIX_EPOCH);
        return FollowedMessage {
            seq,
            rev: 0,
            sender,
            created_at,
            text: None,
            files: Box::default(),
        };
    };
    FollowedMessage {
        seq,
        rev: stored.rev,
        sender: stored.sender,
        created_at: stored.created_at,
        text: stored.deleted_at.is_none().then_some(stored.text),
        files: stored.files,
    }
}
