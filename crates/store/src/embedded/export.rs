//! All that lasts, as lines, of one moment.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use chinwag_protocol::{ChannelUuid, FileUuid, MessageUuid, UserUuid};
use rusqlite::{Connection, Row, params};

use super::data_dir::existing;
use super::schema;
use super::statements::members::{membership, noted_mark};
use super::statements::messages::last_moved_seq;
use super::statements::rows::{
    key, number_at, number_in, optional_timestamp_at, seq_in, text_at, timestamp_at, uuid_at,
};
use super::statements::{accounts, blocks, channels, files, mentions, notify, reactions};
use crate::transfer::{
    ChannelKind, ChannelRecord, Counts, DetailsRecord, MemberRecord, MessageRecord, Record, Sink,
    StateRecord, UserRecord, VERSION,
};
use crate::{Membership, Result, Standing, Unavailable, channel_name};

/// Hands over everything that was durable when this began. A server may run on the folder meanwhile,
/// and is not held up.
///
/// # Errors
/// When the folder has no store, or the sink fails.
pub fn export(dir: &Path, sink: Sink) -> Result<Counts> {
    read(dir, |snapshot| {
        let recent = recent(snapshot)?;
        let mut export = Export { db: snapshot, sink, counts: Counts::default(), recent };
        export.put(Record::Chinwag { version: VERSION })?;
        export.users()?;
        export.channel(ChannelUuid::GENERAL, None)?;
        export.direct_channels()?;
        export.channels_of_members()?;
        let end = export.counts;
        export.put(Record::End { end })?;
        Ok(end)
    })
}

/// How many users and messages there are to export.
///
/// # Errors
/// When the folder has no store.
pub fn size(dir: &Path) -> Result<u64> {
    // Looking up each channel's end spares reading all messages. A few may count twice, being moved.
    let size = "SELECT (SELECT count(*) FROM users)
         + (SELECT count(*) FROM recent_0) + (SELECT count(*) FROM recent_1)
         + (SELECT ifnull(sum((SELECT ifnull(max(id) & 0xffffffffff, 0) FROM messages
                               WHERE id > c.number << 40 AND id < (c.number + 1) << 40)), 0) FROM channels c)";
    read(dir, |snapshot| snapshot.query_row(size, [], |row| number_at(row, 0)))
}

/// The files that messages hold, with whether each has a preview.
///
/// # Errors
/// When the folder has no store.
pub fn held_files(dir: &Path) -> Result<Vec<(FileUuid, bool)>> {
    read(dir, files::held)
}

fn read<T>(dir: &Path, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
    let action = "export the embedded store";
    let failed = |reason: String| Unavailable { action, reason };
    let database = existing(dir).map_err(failed)?;
    let done = schema::open_reader(&database).and_then(|db| read(&*db.unchecked_transaction()?));
    done.map_err(|error| failed(error.to_string()))
}

struct Export<'a> {
    db: &'a Connection,
    sink: Sink<'a>,
    counts: Counts,
    /// Messages that are not in the table `messages` yet, by the channel's number in the order of `Seq`.
    recent: HashMap<i64, Vec<MessageRecord>>,
}

impl Export<'_> {
    fn put(&mut self, record: Record) -> rusqlite::Result<()> {
        (self.sink)(record).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
    }

    fn users(&mut self) -> rusqlite::Result<()> {
        let db = self.db;
        let mut users = db.prepare("SELECT uuid, name, password_hash FROM users ORDER BY uuid")?;
        let mut rows = users.query([])?;
        while let Some(row) = rows.next()? {
            let uuid = UserUuid(uuid_at(row, 0)?);
            let (username, password) = (text_at(row, 1)?, row.get(2)?);
            let access_keys = access_keys(db, uuid)?;
            let read = self.read_mark(uuid, ChannelUuid::GENERAL)?;
            let notify = notify::settings(db, uuid)?;
            let Standing { role, deactivated, .. } = accounts::standing(db, uuid)?;
            let mut blocked: Vec<_> =
                blocks::of(db, uuid)?.into_iter().map(|user| user.uuid).collect();
            blocked.sort_unstable();
            let user = UserRecord {
                uuid,
                username,
                password,
                access_keys,
                devices: devices(db, uuid)?,
                read,
                notify,
                role,
                deactivated,
                blocked,
            };
            self.put(Record::User { user })?;
            self.counts.users += 1;
        }
        Ok(())
    }

    fn direct_channels(&mut self) -> rusqlite::Result<()> {
        let mut channels =
            self.db.prepare("SELECT channel, low, high FROM directs ORDER BY low, high")?;
        let mut rows = channels.query([])?;
        while let Some(row) = rows.next()? {
            let users = [UserUuid(uuid_at(row, 1)?), UserUuid(uuid_at(row, 2)?)];
            self.channel(ChannelUuid(uuid_at(row, 0)?), Some(users))?;
        }
        Ok(())
    }

    /// How many messages the channel has.
    fn total(&self, channel: ChannelUuid) -> rusqlite::Result<u64> {
        let number = channels::number(self.db, channel)?.unwrap_or_default();
        let last_recent = self.recent.get(&number).and_then(|recent| Some(recent.last()?.seq));
        last_recent.map_or_else(|| last_moved_seq(self.db, channel), Ok)
    }

    /// A channel without messages is not worth a line, General excepted.
    fn channel(
        &mut self,
        channel: ChannelUuid,
        users: Option<[UserUuid; 2]>,
    ) -> rusqlite::Result<()> {
        let number = channels::number(self.db, channel)?.unwrap_or_default();
        let messages = self.total(channel)?;
        if messages == 0 && users.is_some() {
            return Ok(());
        }
        let read = match users {
            Some([low, high]) => {
                Some([self.read_mark(low, channel)?, self.read_mark(high, channel)?])
            }
            None => None,
        };
        let kind = Some(if users.is_some() { ChannelKind::Direct } else { ChannelKind::General });
        let general = channels::details(self.db, channel)?;
        let details = general.and_then(|it| DetailsRecord::of_general(it.topic, it.owners_post));
        let uuid = channel_name(channel);
        self.put(Record::Channel {
            channel: ChannelRecord { uuid, kind, users, read, details, messages },
        })?;
        self.counts.channels += 1;
        self.members(channel)?;
        self.messages(number, messages)
    }

    fn channels_of_members(&mut self) -> rusqlite::Result<()> {
        let mut found =
            self.db.prepare("SELECT uuid, kind FROM channels WHERE kind >= 2 ORDER BY uuid")?;
        let mut rows = found.query([])?;
        while let Some(row) = rows.next()? {
            let channel = ChannelUuid(uuid_at(row, 0)?);
            let is_named = row.get::<_, i64>(1)? == channels::NAMED;
            let Some(details) = channels::details(self.db, channel)? else { continue };
            let messages = self.total(channel)?;
            let record = ChannelRecord {
                uuid: channel_name(channel),
                kind: Some(if is_named { ChannelKind::Named } else { ChannelKind::Group }),
                users: None,
                read: None,
                details: Some(DetailsRecord {
                    name: details.name,
                    topic: details.topic,
                    private: details.private,
                    owners_post: details.owners_post,
                    archived: details.archived,
                    created_at: details.created_at,
                }),
                messages,
            };
            self.put(Record::Channel { channel: record })?;
            self.counts.channels += 1;
            self.members(channel)?;
            self.messages(channels::number(self.db, channel)?.unwrap_or_default(), messages)?;
        }
        Ok(())
    }

    /// Of General and direct channels those alone who have chosen something.
    fn members(&mut self, channel: ChannelUuid) -> rusqlite::Result<()> {
        let db = self.db;
        let mut found = db.prepare_cached(
            "SELECT user, since, folded_name IS NOT NULL FROM members WHERE channel = ?1 AND
                 (folded_name IS NOT NULL OR level <> ?2 OR muted_until IS NOT NULL OR pinned
                  OR section <> '' OR unread_from IS NOT NULL) ORDER BY user",
        )?;
        let level = i64::from(channel.is_general());
        let mut rows = found.query(params![channel.0.as_bytes(), level])?;
        while let Some(row) = rows.next()? {
            let user = UserUuid(uuid_at(row, 0)?);
            let since = row.get::<_, bool>(2)?.then(|| timestamp_at(row, 1)).transpose()?;
            let Some(membership) = membership(db, user, channel)? else { continue };
            let Membership { owner, preferences } = membership;
            let read = self.read_mark(user, channel)?;
            self.put(Record::Member {
                member: MemberRecord { user, read, owner, since, preferences },
            })?;
        }
        Ok(())
    }

    /// Writers have read up to there, which is noted when the message is moved.
    fn read_mark(&self, user: UserUuid, channel: ChannelUuid) -> rusqlite::Result<u64> {
        let number = channels::number(self.db, channel)?.unwrap_or_default();
        let mut recent = self.recent.get(&number).into_iter().flatten().rev();
        let written = recent.find(|message| message.sender == user).map_or(0, |last| last.seq);
        Ok(noted_mark(self.db, user, channel)?.max(written))
    }

    /// The messages up to this `Seq`.
    fn messages(&mut self, number: i64, last: u64) -> rusqlite::Result<()> {
        let mut messages = self.db.prepare_cached(
            "SELECT id, uuid, sender, text, created_at, client_uuid, reply_to, root, mentions, mention_all,
                 written_as, files, rev,
                 edited_at, deleted_at, pinned_at, replies FROM messages
             WHERE id > ? AND id <= ? ORDER BY id",
        )?;
        let mut rows = messages.query([key(number, 0), key(number, last)])?;
        let mut next = 1;
        while let Some(row) = rows.next()? {
            let mut message = message_record(row)?;
            message.state = self.state(row)?.map(Box::new);
            next = message.seq + 1;
            self.message(message)?;
        }
        // Those that were moved may stand in both places.
        let recent = self.recent.remove(&number).unwrap_or_default();
        recent
            .into_iter()
            .filter(|message| (next..=last).contains(&message.seq))
            .try_for_each(|message| self.message(message))
    }

    /// What has changed of the message in this row of the table `messages`.
    fn state(&self, row: &Row) -> rusqlite::Result<Option<StateRecord>> {
        let Some(rev) = row.get::<_, Option<i64>>(12)? else { return Ok(None) };
        let id: i64 = row.get(0)?;
        let everybody = (0, u64::MAX);
        let reactions =
            reactions::of(self.db, id, UserUuid::default())?.into_iter().map(|reaction| {
                let (_, users) = reactions::page(self.db, id, &reaction.emoji, everybody)?;
                Ok((reaction.emoji, users.into_iter().map(|user| user.uuid).collect()))
            });
        Ok(Some(StateRecord {
            rev: rev.cast_unsigned(),
            edited_at: optional_timestamp_at(row, 13)?,
            deleted_at: optional_timestamp_at(row, 14)?,
            pinned_at: optional_timestamp_at(row, 15)?,
            replies: row.get::<_, Option<i64>>(16)?.map_or(0, i64::cast_unsigned),
            reactions: reactions.collect::<rusqlite::Result<_>>()?,
        }))
    }

    fn message(&mut self, message: MessageRecord) -> rusqlite::Result<()> {
        self.counts.messages += 1;
        self.put(Record::Message { message })
    }
}

fn recent(db: &Connection) -> rusqlite::Result<HashMap<i64, Vec<MessageRecord>>> {
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    let mut messages = db.prepare(
        "SELECT id, uuid, sender, text, created_at, client_uuid, reply_to, root, mentions, mention_all, written_as, files
         FROM (SELECT * FROM recent_0 UNION ALL SELECT * FROM recent_1) ORDER BY id",
    )?;
    let mut rows = messages.query([])?;
    while let Some(row) = rows.next()? {
        found.entry(number_in(row.get(0)?)).or_default().push(message_record(row)?);
    }
    Ok(found)
}

fn message_record(row: &Row) -> rusqlite::Result<MessageRecord> {
    Ok(MessageRecord {
        seq: seq_in(row.get(0)?),
        uuid: MessageUuid(uuid_at(row, 1)?),
        sender: UserUuid(uuid_at(row, 2)?),
        written_as: row.get(10)?,
        files: files::at(row, 11)?,
        message: text_at(row, 3)?,
        created_at: timestamp_at(row, 4)?,
        client_uuid: row.get(5)?,
        reply_to: row.get::<_, Option<i64>>(6)?.map(i64::cast_unsigned),
        root: row.get::<_, Option<i64>>(7)?.map(i64::cast_unsigned),
        mentions: mentions::in_column(row.get_ref(8)?.as_blob_or_null()?.unwrap_or_default())
            .collect(),
        mention_all: row.get::<_, Option<bool>>(9)? == Some(true),
        state: None,
    })
}

fn access_keys(db: &Connection, user: UserUuid) -> rusqlite::Result<BTreeMap<String, i64>> {
    db.prepare_cached("SELECT lower(hex(digest)), used_at FROM access_keys WHERE user = ?")?
        .query_map(params![user.0.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

fn devices(db: &Connection, user: UserUuid) -> rusqlite::Result<BTreeMap<String, String>> {
    db.prepare_cached(
        "SELECT lower(hex(digest)), device FROM access_keys WHERE user = ? AND device <> ''",
    )?
    .query_map(params![user.0.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?
    .collect()
}
