//! A folder that is being filled from an export.

use std::path::Path;

use async_trait::async_trait;
use chinwag_protocol::{ChannelUuid, UserUuid};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::create;
use super::data_dir::DataDir;
use super::sent;
use super::statements::channels::{self, Stored};
use super::statements::rows::{key, nanoseconds, number_at, number_in, saturated};
use super::statements::{accounts, blocks, files, members, mentions, messages, notify, reactions};
use crate::transfer::{
    ChannelKind, ChannelRecord, Item, MemberRecord, MessageRecord, Progress, Target, UserRecord,
};
use crate::{ActivityKind, Result, Unavailable, User};

const ACTION: &str = "import into the embedded store";

/// Lists the newest of what concerns each user, which came channel by channel, by its time.
const LIST_ACTIVITY: &str = "
    CREATE TABLE IF NOT EXISTS import_activity (
        user BLOB, at INTEGER, kind INTEGER, message INTEGER, who BLOB);
    INSERT INTO activity
        SELECT user, row_number() OVER (PARTITION BY user ORDER BY at, message), kind, message, '', who, at
        FROM import_activity;
    DELETE FROM activity WHERE place <=
        (SELECT max(place) - 500 FROM activity newest WHERE newest.user = activity.user);
    DROP TABLE import_activity;
";

/// A folder that is being filled. It is claimed, so that no server starts on it.
pub struct EmbeddedTarget {
    db: Connection,
    progress: Option<Progress>,
    finished: Option<Progress>,
    _dir: DataDir,
}

impl EmbeddedTarget {
    /// Claims the folder, which must be empty or hold an import, finished or not.
    ///
    /// # Errors
    /// When it can't be written, is in use, or holds something else.
    pub fn open(dir: &Path) -> Result<Self> {
        let mut dir = DataDir::claim(dir)?;
        let db = dir.open_writer(ACTION)?;
        let progress = unfinished(&db).map_err(failed)?;
        let finished = noted(&db, "imported").map_err(failed)?;
        let holds_users = db.prepare("SELECT 1 FROM users").and_then(|mut any| any.exists([]));
        if progress.is_none() && finished.is_none() && holds_users.map_err(failed)? {
            return Err(holds_a_chat());
        }
        Ok(Self { db, progress, finished, _dir: dir })
    }

    fn store(&mut self, items: Vec<Item>, progress: &Progress) -> rusqlite::Result<()> {
        let transaction = self.db.unchecked_transaction()?;
        transaction.execute_batch(
            "CREATE TABLE IF NOT EXISTS import (id INTEGER PRIMARY KEY, lines INTEGER, digest TEXT);
             CREATE TABLE IF NOT EXISTS import_activity (
                 user BLOB, at INTEGER, kind INTEGER, message INTEGER, who BLOB)",
        )?;
        for item in items {
            match item {
                Item::User { user, folded_name, .. } => add_user(&transaction, user, &folded_name)?,
                Item::Channel { channel, folded_name } => {
                    add_channel(&transaction, &channel, folded_name)?;
                }
                Item::Member(channel, member) => add_member(&transaction, &channel, &member)?,
                Item::Message(channel, message) => {
                    add_message(&transaction, &channel, &message)?;
                }
            }
        }
        transaction.execute(
            "INSERT OR REPLACE INTO import VALUES (1, ?, ?)",
            params![progress.lines.cast_signed(), progress.digest],
        )?;
        transaction.commit()
    }
}

#[async_trait]
impl Target for EmbeddedTarget {
    fn progress(&self) -> Option<&Progress> {
        self.progress.as_ref()
    }

    fn finished(&self) -> Option<&Progress> {
        self.finished.as_ref()
    }

    async fn write(&mut self, items: Vec<Item>, progress: &Progress) -> Result<()> {
        self.store(items, progress).map_err(failed)
    }

    async fn finish(&mut self) -> Result<()> {
        let transaction = self.db.unchecked_transaction().map_err(failed)?;
        create::note_groups(&transaction).map_err(failed)?;
        transaction.execute_batch(LIST_ACTIVITY).map_err(failed)?;
        transaction.execute_batch("ALTER TABLE import RENAME TO imported").map_err(failed)?;
        transaction.commit().map_err(failed)
    }

    fn refusal(&self) -> Unavailable {
        holds_a_chat()
    }
}

fn holds_a_chat() -> Unavailable {
    let reason = "DATA_DIR holds a chat already: import into an empty one".to_owned();
    Unavailable { action: ACTION, reason }
}

/// How far an import has come that was not finished.
pub(super) fn unfinished(db: &Connection) -> rusqlite::Result<Option<Progress>> {
    noted(db, "import")
}

fn noted(db: &Connection, table: &str) -> rusqlite::Result<Option<Progress>> {
    let mut known = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?")?;
    if !known.exists([table])? {
        return Ok(None);
    }
    let row = db
        .prepare(&format!("SELECT lines, digest FROM {table}"))?
        .query_row([], |row| Ok(Progress { lines: number_at(row, 0)?, digest: row.get(1)? }));
    row.optional()
}

fn add_user(db: &Connection, record: UserRecord, folded_name: &str) -> rusqlite::Result<()> {
    let user = User { uuid: record.uuid, name: record.username };
    accounts::insert_user(db, &user, folded_name, &record.password)?;
    accounts::add_looks(db, &user)?;
    for (digest, used_at) in record.access_keys {
        let device = record.devices.get(&digest).map_or("", String::as_str);
        db.prepare_cached(
            "INSERT INTO access_keys (user, digest, used_at, device) VALUES (?, unhex(?), ?, ?)",
        )?
        .execute(params![user.uuid.0.as_bytes(), digest, used_at, device])?;
    }
    notify::set(db, user.uuid, &record.notify)?;
    accounts::set_role(db, user.uuid, record.role)?;
    if record.deactivated {
        accounts::deactivate(db, user.uuid, Some(Timestamp::now()))?;
    }
    record.blocked.iter().try_for_each(|blocked| blocks::insert(db, user.uuid, *blocked))?;
    members::set_read_mark(db, user.uuid, ChannelUuid::GENERAL, record.read)
}

fn add_channel(
    db: &Connection,
    channel: &ChannelRecord,
    folded_name: Option<String>,
) -> rusqlite::Result<()> {
    let uuid = uuid_of(channel);
    if let (ChannelKind::General, Some(details)) = (channel.kind(), &channel.details) {
        return create::set_general(db, details);
    }
    if let Some(details) = &channel.details {
        return create::insert_record(db, uuid, details, folded_name);
    }
    let Some([low, high]) = channel.users else { return Ok(()) };
    channels::insert(db, uuid, Stored::Direct([low, high]))?;
    for (user, seq) in [low, high].into_iter().zip(channel.read.unwrap_or_default()) {
        members::set_read_mark(db, user, uuid, seq)?;
    }
    Ok(())
}

fn add_member(
    db: &Connection,
    channel: &ChannelRecord,
    member: &MemberRecord,
) -> rusqlite::Result<()> {
    let uuid = uuid_of(channel);
    if let Some(since) = member.since {
        members::insert_named(db, member.user, uuid, member.owner, since)?;
    }
    members::set_read_mark(db, member.user, uuid, member.read)?;
    members::set_preferences(db, member.user, uuid, &member.preferences)
}

fn add_message(
    db: &Connection,
    channel: &ChannelRecord,
    message: &MessageRecord,
) -> rusqlite::Result<()> {
    let number = channels::numbered(db, uuid_of(channel))?;
    let id = key(number, message.seq);
    let state = message.state.as_deref();
    db.prepare_cached(
        "INSERT INTO messages (id, uuid, sender, text, created_at, client_uuid, reply_to, root, rev, edited_at,
             deleted_at, pinned_at, replies, mentions, mention_all, files, written_as)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        id,
        message.uuid.0.as_bytes(),
        message.sender.0.as_bytes(),
        message.message,
        nanoseconds(message.created_at),
        message.client_uuid,
        message.reply_to.map(saturated),
        message.root.map(saturated),
        state.map(|state| saturated(state.rev)),
        state.and_then(|state| state.edited_at).map(nanoseconds),
        state.and_then(|state| state.deleted_at).map(nanoseconds),
        state.and_then(|state| state.pinned_at).map(nanoseconds),
        state.map(|state| saturated(state.replies)),
        mentions::column(message.mentions.iter().copied()),
        message.mention_all.then_some(true),
        files::column(&message.files),
        message.written_as,
    ])?;
    for file in &message.files {
        files::import(db, (uuid_of(channel), message.sender), file, id)?;
    }
    concern(db, channel, message, id)?;
    if let Some(state) = state {
        channels::raise_rev(db, uuid_of(channel), state.rev)?;
        for (emoji, users) in &state.reactions {
            users.iter().try_for_each(|user| reactions::insert(db, id, emoji, *user))?;
        }
    }
    let age = Timestamp::now().duration_since(message.created_at).as_secs();
    if let Some(client_uuid) = message.client_uuid.as_ref().filter(|_| age < sent::LIFETIME) {
        // Nobody has changed the sides of a store that is being filled.
        db.prepare_cached("INSERT OR REPLACE INTO sent_0 VALUES (?, ?, ?, ?)")?
            .execute(params![number, message.sender.0.as_bytes(), client_uuid, id])?;
    }
    if let Some(pair) = channel.users.filter(|_| message.seq == channel.messages) {
        channels::note_talk(db, pair, message.created_at)?;
    }
    Ok(())
}

/// Counts an unread message for those whom it concerns, and notes it for them.
fn concern(
    db: &Connection,
    channel: &ChannelRecord,
    message: &MessageRecord,
    id: i64,
) -> rusqlite::Result<()> {
    if message.mention_all {
        mentions::count_for_all(db, id)?;
    }
    let uuid = uuid_of(channel);
    let answered = match message.reply_to {
        Some(seq) => {
            messages::answered(db, key(number_in(id), seq))?.map(|reply| reply.sender.uuid)
        }
        None => None,
    };
    let is_there = message.state.as_ref().is_none_or(|state| state.deleted_at.is_none());
    let named = message.mentions.iter().map(|user| (*user, ActivityKind::Mention));
    let mut concerned: Vec<_> = named.collect();
    let is_new = |author: &UserUuid| !message.mentions.contains(author);
    concerned.extend(answered.filter(is_new).map(|author| (author, ActivityKind::Reply)));
    for (user, kind) in concerned {
        let is_member = members::membership(db, user, uuid)?.is_some();
        if user == message.sender || !is_there || !is_member {
            continue;
        }
        if !message.mention_all && members::noted_mark(db, user, uuid)? < message.seq {
            mentions::count(db, id, &[user])?;
        }
        db.prepare_cached("INSERT INTO import_activity VALUES (?, ?, ?, ?, ?)")?.execute(
            params![
                user.0.as_bytes(),
                nanoseconds(message.created_at),
                kind as i64,
                id,
                message.sender.0.as_bytes()
            ],
        )?;
    }
    Ok(())
}

pub(super) fn uuid_of(channel: &ChannelRecord) -> ChannelUuid {
    channel.uuid.parse().unwrap_or(ChannelUuid::GENERAL)
}

#[expect(clippy::needless_pass_by_value, reason = "it stands where an error is mapped")]
fn failed(error: rusqlite::Error) -> Unavailable {
    Unavailable { action: ACTION, reason: error.to_string() }
}
