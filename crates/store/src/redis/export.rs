//! All that lasts, as lines. Nodes may run meanwhile: what is written after a channel's turn is left out.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, FileUuid, UserUuid};

use super::client;
use super::feed::list_of;
use super::link::{Link, unavailable, unreadable};
use super::notify;
use super::records::{StoredMessage, StoredUser};
use super::schema;
use crate::transfer::{
    ChannelKind, ChannelRecord, Counts, MessageRecord, Record, Sink, UserRecord, VERSION,
};
use crate::{Result, Role, Unavailable, channel_name};

pub(super) const ACTION: &str = "export from Redis";

/// How much is read at once.
pub(super) const PAGE: usize = 500;

/// Users by UUID, with name and password hash. They are kept in memory meanwhile.
type Users = BTreeMap<UserUuid, (Arc<str>, String)>;

/// Hands over everything that was there when this began, and what came to a channel before its turn.
///
/// # Errors
/// When Redis does not answer, holds what is not as documented, or the sink fails.
pub async fn export(url: &str, roots: Option<Vec<u8>>, sink: Sink<'_>) -> Result<Counts> {
    let source = Source::open(url, roots).await?;
    let mut export = Export { source, sink, counts: Counts::default() };
    export.put(Record::Chinwag { version: VERSION })?;
    // Counted before the users are read: then all who wrote them are there.
    let general = export.source.total(ChannelUuid::GENERAL).await?;
    let before: Vec<_> = export.source.users().await?.into_keys().collect();
    let of_members = export.source.totals_of_members(&before).await?;
    let users = export.users().await?;
    export.channel(ChannelUuid::GENERAL, None, general, &users).await?;
    export.private_channels(&users).await?;
    export.channels_of_members(&users, of_members).await?;
    let end = export.counts;
    export.put(Record::End { end })?;
    Ok(end)
}

/// How many users and messages there are to export.
///
/// # Errors
/// When Redis does not answer or holds what is not as documented.
pub async fn size(url: &str, roots: Option<Vec<u8>>) -> Result<u64> {
    let source = Source::open(url, roots).await?;
    let users: Vec<_> = source.users().await?.into_keys().collect();
    let mut size = users.len() as u64 + source.total(ChannelUuid::GENERAL).await?;
    size += source.totals_of_members(&users).await?.values().sum::<u64>();
    for page in users.chunks(PAGE) {
        for talks in source.talks(page, &users).await?.chunks(PAGE) {
            let mut commands = redis::pipe();
            for (_, channel) in talks {
                commands.cmd("LLEN").arg(list_of(*channel));
            }
            size += source.link.send::<Vec<u64>>(ACTION, &commands).await?.iter().sum::<u64>();
        }
    }
    Ok(size)
}

/// The files that messages hold, with whether each has a preview.
///
/// # Errors
/// When Redis does not answer or holds what is not as documented.
pub async fn held_files(url: &str, roots: Option<Vec<u8>>) -> Result<Vec<(FileUuid, bool)>> {
    let source = Source::open(url, roots).await?;
    let (mut found, mut cursor) = (BTreeMap::new(), "0".to_owned());
    loop {
        let mut commands = redis::pipe();
        commands.cmd("SCAN").arg(&cursor).arg("MATCH").arg("file:*").arg("COUNT").arg(PAGE);
        let ((next, keys),): ((String, Vec<String>),) = source.link.send(ACTION, &commands).await?;
        let mut commands = redis::pipe();
        for key in &keys {
            commands.cmd("HMGET").arg(key).arg("state").arg("preview");
        }
        let states: Vec<(Option<String>, Option<String>)> =
            if keys.is_empty() { Vec::new() } else { source.link.send(ACTION, &commands).await? };
        for (key, (state, preview)) in keys.iter().zip(states) {
            let uuid = key.strip_prefix("file:").and_then(|uuid| uuid.parse::<FileUuid>().ok());
            if let Some(uuid) = uuid.filter(|_| state.as_deref() == Some("bound")) {
                found.insert(uuid, preview.is_some());
            }
        }
        if next == "0" {
            return Ok(found.into_iter().collect());
        }
        cursor = next;
    }
}

pub(super) struct Export<'a> {
    pub(super) source: Source,
    sink: Sink<'a>,
    pub(super) counts: Counts,
}

impl Export<'_> {
    pub(super) fn put(&mut self, record: Record) -> Result<()> {
        let failed =
            |error: std::io::Error| Unavailable { action: ACTION, reason: error.to_string() };
        (self.sink)(record).map_err(failed)
    }

    /// Returns their UUIDs, sorted.
    async fn users(&mut self) -> Result<Vec<UserUuid>> {
        let users = self.source.users().await?;
        let users: Vec<_> = users.into_iter().collect();
        for page in users.chunks(PAGE) {
            let mut commands = redis::pipe();
            for (uuid, _) in page {
                commands.cmd("HGET").arg("channelRead:public").arg(uuid.to_string());
                commands.cmd("HGETALL").arg(format!("access_key:{uuid}"));
                commands.cmd("HMGET").arg(format!("user:{uuid}"));
                commands.arg("notify").arg("role").arg("deactivatedAt");
                commands.cmd("SMEMBERS").arg(format!("userBlocks:{uuid}"));
                commands.cmd("HGETALL").arg(format!("accessKeyDevices:{uuid}"));
            }
            let answers: Vec<redis::Value> = self.source.link.send(ACTION, &commands).await?;
            for ((uuid, (username, password)), more) in page.iter().zip(answers.chunks(5)) {
                let [read, keys, chosen, blocked, devices] = more else { continue };
                let (notify, role, deactivated_at) =
                    value::<(Option<String>, Option<String>, Option<String>)>(chosen)?;
                let blocked = value::<BTreeSet<String>>(blocked)?;
                let access_keys: BTreeMap<String, i64> = value(keys)?;
                let mut devices: BTreeMap<String, String> = value(devices)?;
                devices.retain(|key, _| access_keys.contains_key(key));
                let user = UserRecord {
                    uuid: *uuid,
                    username: Arc::clone(username),
                    password: password.clone(),
                    access_keys,
                    devices,
                    read: value::<Option<u64>>(read)?.unwrap_or_default(),
                    notify: notify::read(ACTION, notify)?,
                    role: if role.as_deref() == Some("admin") { Role::Admin } else { Role::Member },
                    deactivated: deactivated_at.is_some(),
                    blocked: blocked.iter().filter_map(|user| user.parse().ok()).collect(),
                };
                self.put(Record::User { user })?;
                self.counts.users += 1;
            }
        }
        Ok(users.into_iter().map(|(uuid, _)| uuid).collect())
    }

    async fn private_channels(&mut self, users: &[UserUuid]) -> Result<()> {
        for page in users.chunks(PAGE) {
            for (pair, channel) in self.source.talks(page, users).await? {
                let total = self.source.total(channel).await?;
                self.channel(channel, Some(pair), total, users).await?;
            }
        }
        Ok(())
    }

    async fn channel(
        &mut self,
        channel: ChannelUuid,
        users: Option<[UserUuid; 2]>,
        messages: u64,
        all: &[UserUuid],
    ) -> Result<()> {
        let read = match users {
            Some(users) => Some(self.source.read_marks(channel, users, messages).await?),
            None => None,
        };
        let kind = if users.is_some() { ChannelKind::Direct } else { ChannelKind::General };
        let details = if channel.is_general() { self.source.general().await? } else { None };
        let uuid = channel_name(channel);
        self.put(Record::Channel {
            channel: ChannelRecord { uuid, kind: Some(kind), users, read, details, messages },
        })?;
        self.counts.channels += 1;
        self.members(channel, kind, all, messages).await?;
        self.messages(channel, messages).await
    }

    /// The messages up to this `Seq`.
    pub(super) async fn messages(&mut self, channel: ChannelUuid, last: u64) -> Result<()> {
        let mut client_uuids = self.source.client_uuids(channel).await?;
        let mut seq = 1;
        while seq <= last {
            let from = usize::try_from(seq - 1).unwrap_or(usize::MAX);
            let page = self.source.range(&list_of(channel), from).await?;
            if page.is_empty() {
                return Err(unreadable(ACTION, "a channel"));
            }
            let next = seq + page.len() as u64;
            for (json, seq) in page.into_iter().zip(seq..=last) {
                let stored: StoredMessage =
                    serde_json::from_str(&json).map_err(|_| unreadable_element(channel, seq))?;
                let client_uuid = client_uuids.remove(&seq);
                let message = self.source.record(channel, seq, stored, client_uuid).await?;
                self.message(message)?;
            }
            seq = next;
        }
        Ok(())
    }

    fn message(&mut self, message: MessageRecord) -> Result<()> {
        self.counts.messages += 1;
        self.put(Record::Message { message })
    }
}

/// The Redis that is read.
pub(super) struct Source {
    pub(super) link: Link,
}

impl Source {
    async fn open(url: &str, roots: Option<Vec<u8>>) -> Result<Self> {
        let client = client::of(url, roots).map_err(|error| unavailable(ACTION, &error))?;
        let link = Link::open(client).await?;
        schema::is_known(&link, ACTION).await?;
        Ok(Self { link })
    }

    pub(super) async fn total(&self, channel: ChannelUuid) -> Result<u64> {
        let mut commands = redis::pipe();
        commands.cmd("LLEN").arg(list_of(channel));
        let (total,) = self.link.send(ACTION, &commands).await?;
        Ok(total)
    }

    async fn users(&self) -> Result<Users> {
        let mut users = Users::new();
        for from in (0..).step_by(PAGE) {
            let page = self.range("users", from).await?;
            let full = page.len() == PAGE;
            for json in page {
                let user: StoredUser =
                    serde_json::from_str(&json).map_err(|_| unreadable(ACTION, "a user"))?;
                users.insert(user.uuid, (user.username, user.password));
            }
            if !full {
                break;
            }
        }
        Ok(users)
    }

    async fn range(&self, list: &str, from: usize) -> Result<Vec<String>> {
        let mut commands = redis::pipe();
        commands.cmd("LRANGE").arg(list).arg(from).arg(from + PAGE - 1);
        let (page,) = self.link.send(ACTION, &commands).await?;
        Ok(page)
    }

    /// The private channels of which these are the smaller users, and `known` both, sorted by the two.
    async fn talks(
        &self,
        of: &[UserUuid],
        known: &[UserUuid],
    ) -> Result<Vec<([UserUuid; 2], ChannelUuid)>> {
        let mut commands = redis::pipe();
        for user in of {
            commands.cmd("ZRANGE").arg(format!("userChannels:{user}")).arg(0).arg(-1);
        }
        let answers: Vec<Vec<String>> = self.link.send(ACTION, &commands).await?;
        let mut talks = BTreeMap::new();
        let mut channels = Vec::new();
        for (low, member) in
            of.iter().zip(&answers).flat_map(|(low, of)| of.iter().map(move |m| (low, m)))
        {
            // Of version 0.1 each member names the other user, too.
            match member.split_once(':') {
                Some((channel, high)) => {
                    let high = high.parse().ok();
                    talks.extend(high.map(|high| ([*low, high], channel.to_owned())));
                }
                None => channels.push(member),
            }
        }
        for channels in channels.chunks(PAGE) {
            let mut commands = redis::pipe();
            for channel in channels {
                commands.cmd("HMGET").arg(format!("channel:{channel}")).arg("low").arg("high");
            }
            let users: Vec<(Option<String>, Option<String>)> =
                self.link.send(ACTION, &commands).await?;
            for (channel, (low, high)) in channels.iter().zip(users) {
                let parse = |user: Option<String>| user?.parse::<UserUuid>().ok();
                let users = parse(low).zip(parse(high));
                talks.extend(users.map(|(low, high)| ([low, high], (*channel).clone())));
            }
        }
        // Each channel stands with both of its users; later users are left out.
        talks.retain(|[low, high], _| {
            low <= high && of.binary_search(low).is_ok() && known.binary_search(high).is_ok()
        });
        Ok(talks
            .into_iter()
            .filter_map(|(users, channel)| Some((users, channel.parse().ok()?)))
            .collect())
    }

    async fn read_marks(
        &self,
        channel: ChannelUuid,
        users: [UserUuid; 2],
        total: u64,
    ) -> Result<[u64; 2]> {
        let mut commands = redis::pipe();
        for user in users {
            commands.cmd("HGET").arg(format!("channelRead:{channel}")).arg(user.to_string());
        }
        let marks: [Option<u64>; 2] =
            self.link.send::<(Option<u64>, Option<u64>)>(ACTION, &commands).await?.into();
        Ok(marks.map(|mark| mark.unwrap_or_default().min(total)))
    }

    /// The `clientUUID` that Redis remembers of messages, by their `Seq`.
    async fn client_uuids(&self, channel: ChannelUuid) -> Result<HashMap<u64, String>> {
        let key = format!("messageClient:{}", channel_name(channel));
        let mut found = self.client_uuids_in(&format!("{key}:before")).await?;
        found.extend(self.client_uuids_in(&key).await?);
        Ok(found)
    }

    async fn client_uuids_in(&self, key: &str) -> Result<HashMap<u64, String>> {
        let (mut found, mut cursor) = (HashMap::new(), "0".to_owned());
        loop {
            let mut commands = redis::pipe();
            commands.cmd("HSCAN").arg(key).arg(&cursor).arg("COUNT").arg(PAGE);
            let ((next, page),): ((String, Vec<(String, u64)>),) =
                self.link.send(ACTION, &commands).await?;
            let client = |(field, seq): (String, u64)| {
                let (_, client) = field.split_once(':')?;
                Some((seq, client.to_owned()))
            };
            found.extend(page.into_iter().filter_map(client));
            if next == "0" {
                return Ok(found);
            }
            cursor = next;
        }
    }
}

/// No other store could take it: its index is named, so that it can be put right by `LSET`.
fn unreadable_element(channel: ChannelUuid, seq: u64) -> Unavailable {
    unreadable(ACTION, &format!("index {} of {}", seq - 1, list_of(channel)))
}

fn value<T: redis::FromRedisValue>(value: &redis::Value) -> Result<T> {
    redis::from_redis_value(value.clone()).map_err(|_| unreadable(ACTION, "a value"))
}
