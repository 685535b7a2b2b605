//! From the tables where messages are written first to their places, a few with each transaction.
//!
//! A channel's messages stand together, so that a page of history is read at once. To write each
//! message there takes a page of 4 KiB a message where many channels are busy. A transaction
//! therefore puts its messages into one of two tables, one behind the other. When that is full the
//! other one is filled, and meanwhile its messages are moved, channel by channel.

use std::collections::HashMap;
use std::mem::take;
use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, UserUuid};
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::recent::Recent;
use super::sent;
use super::sent::Sent;
use super::statements::rows::{key, nanoseconds, number_in, saturated};
use super::statements::{channels, files, members, mentions, reports};
use crate::{Append, Message};

/// How many messages fill a table, or how many bytes of text.
pub(super) const MESSAGES: usize = 4_096;
const BYTES: usize = 4 * 1024 * 1024;

/// How many messages a transaction moves: so many for each that it adds, and at least so many.
const MOVES_EACH: usize = 2;
const MOVES: usize = 128;

/// Moves everything when the store is opened. A part of it may be in its place already.
const MOVE_ALL: &str = "
    INSERT INTO messages (id, uuid, sender, text, created_at, client_uuid, reply_to, root, mentions, mention_all,
            files, written_as)
        SELECT id, uuid, sender, text, created_at, client_uuid, reply_to, root, mentions, mention_all, files, written_as
        FROM (SELECT * FROM recent_0 UNION ALL SELECT * FROM recent_1) WHERE true
        ORDER BY id
        ON CONFLICT (id) DO NOTHING;
    INSERT OR REPLACE INTO sent_0
        SELECT id >> 40, sender, client_uuid, id
        FROM (SELECT * FROM recent_0 UNION ALL SELECT * FROM recent_1)
        WHERE client_uuid IS NOT NULL AND NOT (SELECT second FROM sent_filling);
    INSERT OR REPLACE INTO sent_1
        SELECT id >> 40, sender, client_uuid, id
        FROM (SELECT * FROM recent_0 UNION ALL SELECT * FROM recent_1)
        WHERE client_uuid IS NOT NULL AND (SELECT second FROM sent_filling);
    UPDATE members SET read_seq = max(read_seq, own.seq)
        FROM (SELECT m.sender, c.uuid, max(m.id) & 0xffffffffff AS seq
              FROM (SELECT * FROM recent_0 UNION ALL SELECT * FROM recent_1) m
                  JOIN channels c ON c.number = m.id >> 40 GROUP BY m.sender, c.uuid) own
        WHERE members.user = own.sender AND members.channel = own.uuid;
    DELETE FROM recent_0;
    DELETE FROM recent_1;
";

/// Deletes the rows of one channel.
const DELETE_ROWS: [&str; 2] = [
    "DELETE FROM recent_0 WHERE id > ? AND id < ?",
    "DELETE FROM recent_1 WHERE id > ? AND id < ?",
];

/// A message with its key, the `clientUUID` of its sender, and its channel's `rev` at its time.
struct Entry {
    id: i64,
    message: Arc<Message>,
    client_uuid: Option<String>,
    rev: u64,
}

/// By what a repetition is known.
type ClientKey = (ChannelUuid, UserUuid, String);

/// Writes messages and moves them. Only the writing thread has one.
pub(super) struct Mover {
    recent: Arc<Recent>,
    /// The table that is being filled, 0 or 1; the other one is being emptied.
    table: usize,
    filling: Vec<Entry>,
    bytes: usize,
    /// What is still to be moved: messages of one channel each, at most as many as one transaction moves.
    pieces: Vec<Vec<Entry>>,
    /// The channels that may have rows in the tables, with their numbers. A message that was moved stands in
    /// its table until that is emptied.
    rows: [HashMap<ChannelUuid, i64>; 2],
    /// The messages of both tables that have a `clientUUID`.
    by_client: [HashMap<ClientKey, Arc<Message>>; 2],
    /// What the transaction that is under way has added and moved.
    added: Vec<Entry>,
    moved: Vec<Vec<Entry>>,
    /// Whether it has emptied the table that isn't being filled.
    emptied: bool,
    home: Home,
    sent: Sent,
    /// In which hour old reports were deleted last.
    swept: Option<i64>,
}

/// What the transaction that is under way has brought home, by where it was.
#[derive(Default)]
struct Home {
    pieces: Vec<Vec<Entry>>,
    filling: Vec<Entry>,
    added: Vec<Entry>,
    /// The channels whose rows it has deleted, by table.
    rows: [Vec<(ChannelUuid, i64)>; 2],
}

impl Mover {
    pub(super) fn new(recent: Arc<Recent>) -> Self {
        Self {
            recent,
            table: 0,
            filling: Vec::new(),
            bytes: 0,
            pieces: Vec::new(),
            rows: Default::default(),
            by_client: Default::default(),
            added: Vec::new(),
            moved: Vec::new(),
            emptied: false,
            home: Home::default(),
            sent: Sent::default(),
            swept: None,
        }
    }

    /// Begins a transaction of so many messages by moving earlier ones.
    pub(super) fn begin(&mut self, db: &Connection, messages: usize) -> rusqlite::Result<()> {
        self.sent.forget(db)?;
        let now = Timestamp::now();
        let hour = channels::hour(now);
        if self.swept != Some(hour) && self.sent.clock.is_steady() {
            reports::delete_old(db, now)?;
            self.swept = Some(hour);
        }
        if self.pieces.is_empty() && (self.filling.len() >= MESSAGES || self.bytes >= BYTES) {
            self.change_tables();
        }
        if self.pieces.is_empty() {
            return Ok(());
        }
        let mut quota = MOVES.max(messages * MOVES_EACH);
        while let Some(piece) = self.pieces.pop_if(|_| quota > 0) {
            quota = quota.saturating_sub(piece.len());
            let moved = move_entries(db, piece.iter(), &mut self.sent);
            self.moved.push(piece);
            moved?;
        }
        if self.pieces.is_empty() {
            db.prepare_cached(["DELETE FROM recent_1", "DELETE FROM recent_0"][self.table])?
                .execute([])?;
            self.emptied = true;
        }
        Ok(())
    }

    fn change_tables(&mut self) {
        self.table = 1 - self.table;
        self.bytes = 0;
        let mut channels: HashMap<ChannelUuid, Vec<Entry>> = HashMap::new();
        for entry in take(&mut self.filling) {
            let piece = channels.entry(entry.message.channel.uuid).or_default();
            piece.push(entry);
            if piece.len() == MOVES {
                self.pieces.push(take(piece));
            }
        }
        let rest = channels.into_values().filter(|piece| !piece.is_empty());
        self.pieces.extend(rest);
        // The last is moved first: of a channel's messages the oldest, and neighbours together.
        self.pieces.sort_by_key(|piece| piece.first().map(|first| first.id));
        self.pieces.reverse();
    }

    /// Writes a message by its key, durable with the transaction. `rev` is its channel's.
    pub(super) fn add(
        &mut self,
        db: &Connection,
        (id, rev): (i64, u64),
        message: Arc<Message>,
        client_uuid: Option<String>,
    ) -> rusqlite::Result<()> {
        const INTO: [&str; 2] = [
            "INSERT INTO recent_0 (id, uuid, sender, text, created_at, client_uuid, reply_to, root,
                 mentions, mention_all, files, written_as) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            "INSERT INTO recent_1 (id, uuid, sender, text, created_at, client_uuid, reply_to, root,
                 mentions, mention_all, files, written_as) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ];
        let entry = Entry { id, message, client_uuid, rev };
        insert(db, INTO[self.table], &entry)?;
        if let Some(key) = entry.key() {
            self.by_client[self.table].insert(key, Arc::clone(&entry.message));
        }
        self.rows[self.table].entry(entry.message.channel.uuid).or_insert(number_in(id));
        self.added.push(entry);
        Ok(())
    }

    /// The message that the sender sent with this `clientUUID` to the channel of this number before,
    /// wherever it stands.
    pub(super) fn sent_before(
        &self,
        db: &Connection,
        number: i64,
        append: &Append,
    ) -> rusqlite::Result<Option<Arc<Message>>> {
        let Some(client_uuid) = &append.client_uuid else { return Ok(None) };
        let key = (append.channel.uuid, append.sender.uuid, client_uuid.clone());
        let staged = self.by_client.iter().find_map(|messages| messages.get(&key)).cloned();
        // One that was brought home may have changed there since.
        let mut home = self.home.rows.iter().flatten();
        if staged.is_some() && home.all(|(channel, _)| *channel != append.channel.uuid) {
            return Ok(staged);
        }
        Ok(sent::find(db, number, append)?.map(Arc::new).or(staged))
    }

    /// Moves all of a channel's messages that are on their way, so that each has one place where it can be
    /// changed. Called before stored messages are changed.
    pub(super) fn bring_home(
        &mut self,
        db: &Connection,
        channel: ChannelUuid,
    ) -> rusqlite::Result<()> {
        let is_of = |entry: &Entry| entry.message.channel.uuid == channel;
        let is_piece_of = |piece: &mut Vec<Entry>| piece.first().is_some_and(is_of);
        let Self { pieces, filling, added, home, sent, rows, .. } = self;
        // Others of the channel may have come home in this transaction before.
        let before = [home.pieces.len(), home.filling.len(), home.added.len()];
        home.pieces.extend(pieces.extract_if(.., is_piece_of));
        home.filling.extend(filling.extract_if(.., |entry| is_of(entry)));
        home.added.extend(added.extract_if(.., |entry| is_of(entry)));
        let staged = home.pieces[before[0]..].iter().flatten();
        let staged = staged.chain(&home.filling[before[1]..]).chain(&home.added[before[2]..]);
        move_entries(db, staged, sent)?;
        for ((rows, deleted), statement) in rows.iter_mut().zip(&mut home.rows).zip(DELETE_ROWS) {
            let Some(number) = rows.remove(&channel) else { continue };
            deleted.push((channel, number));
            db.prepare_cached(statement)?.execute([key(number, 0), key(number + 1, 0)])?;
        }
        Ok(())
    }

    /// Lets readers find what the transaction has stored, before anybody is told of it.
    pub(super) fn committed(&mut self) {
        let added =
            self.added.iter().map(|entry| (Arc::clone(&entry.message), entry.rev)).collect();
        let moved = take(&mut self.moved);
        let Home { pieces, filling, added: new, .. } = take(&mut self.home);
        if take(&mut self.emptied) {
            self.rows[1 - self.table].clear();
        }
        let last_of = |piece: &Vec<Entry>| piece.last().map(|last| Arc::clone(&last.message));
        let home = filling.iter().map(|entry| Arc::clone(&entry.message));
        let moved = moved.iter().chain(&pieces).filter_map(last_of).chain(home);
        self.recent.change(added, moved);
        for key in pieces.iter().flatten().chain(&filling).chain(&new).filter_map(Entry::key) {
            // From now on it is found in its place, as it is then.
            self.by_client.iter_mut().for_each(|messages| drop(messages.remove(&key)));
        }
        if self.pieces.is_empty() {
            self.by_client[1 - self.table].clear();
        }
        for entry in self.added.drain(..) {
            self.bytes += entry.message.text.len();
            self.filling.push(entry);
        }
    }

    /// Forgets what a rolled-back transaction had stored.
    pub(super) fn rolled_back(&mut self) {
        let Home { pieces, filling, added, rows } = take(&mut self.home);
        for (rows, deleted) in self.rows.iter_mut().zip(rows) {
            rows.extend(deleted);
        }
        self.emptied = false;
        self.swept = None;
        for key in self.added.drain(..).chain(added).filter_map(|entry| entry.key()) {
            self.by_client[self.table].remove(&key);
        }
        self.filling.extend(filling);
        self.pieces.extend(pieces);
        self.pieces.extend(self.moved.drain(..).rev());
        self.sent.rolled_back();
    }
}

impl Entry {
    fn key(&self) -> Option<ClientKey> {
        let client_uuid = self.client_uuid.clone()?;
        Some((self.message.channel.uuid, self.message.sender.uuid, client_uuid))
    }
}

/// Moves what an earlier process has left.
pub(super) fn move_all(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(MOVE_ALL)
}

/// Moves messages of one channel, and the read marks of those who wrote them.
fn move_entries<'a>(
    db: &Connection,
    entries: impl Iterator<Item = &'a Entry>,
    sent: &mut Sent,
) -> rusqlite::Result<()> {
    let mut marks = HashMap::new();
    for entry in entries {
        insert(
            db,
            "INSERT INTO messages (id, uuid, sender, text, created_at, client_uuid, reply_to, root,
                 mentions, mention_all, files, written_as) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            entry,
        )?;
        let message = &entry.message;
        if let Some(client_uuid) = &entry.client_uuid {
            sent.note(db, entry.id, message.sender.uuid, client_uuid)?;
        }
        let mark = marks.entry((message.sender.uuid, message.channel.uuid)).or_insert(0);
        *mark = message.seq.max(*mark);
    }
    for ((user, channel), seq) in marks {
        members::set_read_mark(db, user, channel, seq)?;
    }
    Ok(())
}

fn insert(db: &Connection, statement: &str, entry: &Entry) -> rusqlite::Result<()> {
    let message = &entry.message;
    db.prepare_cached(statement)?.execute(params![
        entry.id,
        message.uuid.0.as_bytes(),
        message.sender.uuid.0.as_bytes(),
        message.text,
        nanoseconds(message.created_at),
        entry.client_uuid,
        message.reply_to.as_ref().map(|reply| saturated(reply.seq)),
        message.reply_to.as_ref().map(|reply| saturated(reply.root)),
        message
            .mentions
            .as_ref()
            .and_then(|mentions| { mentions::column(mentions.users.iter().map(|user| user.uuid)) }),
        message.mentions.as_ref().filter(|mentions| mentions.all).map(|_| true),
        files::column(&message.files),
        message.written_as,
    ])?;
    Ok(())
}
