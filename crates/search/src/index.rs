//! The index: what is put into it, and what is found.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::thread;

use chinwag_protocol::{ChannelUuid, UserUuid};
use rusqlite::{CachedStatement, Connection, Row, params};
use uuid::Uuid;

use crate::database::Database;
use crate::expression::{EVERYBODY, channel_word, direct_word, expression};
use crate::put::{first_id, note_removed, place, put};
use crate::schema::SEQ_BITS;
use crate::{Audience, Cursor, Entry, Result, Wanted};

/// An index, in a file or in memory. It is used by one thread.
pub struct Index {
    database: Database,
    channels: HashMap<ChannelUuid, Known>,
    /// Whether words of removed messages may stand in it.
    removed: Removed,
}

/// A channel in the index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) number: i64,
    pub(crate) audience: Audience,
    cursor: Cursor,
}

/// How far the words of removed messages are erased.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Removed {
    Nothing,
    Something,
    /// Being erased.
    Going,
}

/// Who searches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reader {
    /// The user.
    pub user: UserUuid,
    /// The channels of which the user is a member, public ones, too, or not.
    pub channels: Vec<ChannelUuid>,
}

/// What a reader can read.
struct Rights {
    user: UserUuid,
    channels: HashSet<ChannelUuid>,
}

impl Rights {
    fn of(reader: &Reader) -> Self {
        Self { user: reader.user, channels: reader.channels.iter().copied().collect() }
    }

    fn can_read(&self, channel: ChannelUuid, audience: Audience) -> bool {
        match audience {
            Audience::Everybody => true,
            Audience::Users(users) => users.contains(&self.user),
            Audience::Members => self.channels.contains(&channel),
        }
    }
}

/// A message that was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hit {
    /// Its place among all hits: greater is newer. With it the search goes on.
    pub id: i64,
    /// Its channel.
    pub channel: ChannelUuid,
    /// Who can read that.
    pub audience: Audience,
    /// Its place in the channel.
    pub seq: u64,
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Found {
    /// Newest first.
    pub hits: Vec<Hit>,
    /// Whether there are more.
    pub more: bool,
}

/// From more channels on the newest messages are looked at first, and how many of them.
const CHANNEL_WORDS: usize = 16;
const LOOKED_AT: usize = 4_000;

/// The pages of 4 KiB that one step of [`Index::erase`] writes, roughly.
const ERASE_PAGES: i64 = 64;

impl Index {
    /// Opens the index in this file, as it was when its process ended. It begins empty where the file isn't there, is
    /// damaged, or is of another epoch.
    ///
    /// # Errors
    /// When the file can't be written, or another process uses it.
    pub fn open(path: &Path, epoch: &str) -> Result<Self> {
        Self::load(Database::open(path, epoch)?)
    }

    /// An empty index in memory.
    pub fn in_memory(epoch: &str) -> Result<Self> {
        Self::load(Database::in_memory(epoch)?)
    }

    fn load(database: Database) -> Result<Self> {
        let db = &database.connection;
        db.set_prepared_statement_cache_capacity(32);
        let channels = known_channels(db)?;
        let is_removed = "SELECT removed FROM state";
        let is_removed = db.query_row(is_removed, [], |row| row.get::<_, bool>(0))?;
        let removed = if is_removed { Removed::Something } else { Removed::Nothing };
        Ok(Self { database, channels, removed })
    }

    /// How far it has come in the channel; `None` if that isn't in it.
    #[must_use]
    pub fn cursor(&self, channel: ChannelUuid) -> Option<Cursor> {
        Some(self.channels.get(&channel)?.cursor)
    }

    /// The channels in it.
    pub fn channels(&self) -> impl Iterator<Item = ChannelUuid> {
        self.channels.keys().copied()
    }

    /// How many messages it has taken, with those that were removed since.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.channels.values().map(|known| known.cursor.seq).sum()
    }

    /// Adds a channel, whose messages will be read as they are at this `Rev` or later.
    pub fn add_channel(
        &mut self,
        channel: ChannelUuid,
        audience: Audience,
        rev: u64,
    ) -> Result<()> {
        let users = match audience {
            Audience::Users(users) => Some(users),
            Audience::Everybody | Audience::Members => None,
        };
        let [low, high] = [0, 1].map(|at| users.map(|users| *users[at].0.as_bytes()));
        let everybody = audience == Audience::Everybody;
        self.database
            .connection
            .prepare_cached(
                "INSERT INTO channels (uuid, everybody, low, high, seq, rev) VALUES (?, ?, ?, ?, 0, ?)",
            )?
            .execute(params![channel.0.as_bytes(), everybody, low, high, rev.cast_signed()])?;
        let number = self.database.connection.last_insert_rowid();
        let known = Known { number, audience, cursor: Cursor { seq: 0, rev } };
        self.channels.insert(channel, known);
        Ok(())
    }

    /// Puts messages of a channel into it, each once, in place of what it had of them, and notes how far it has come
    /// there. Nothing is changed if the channel isn't in it.
    pub fn put(&mut self, channel: ChannelUuid, entries: &[Entry], cursor: Cursor) -> Result<()> {
        let Some(known) = self.channels.get_mut(&channel) else { return Ok(()) };
        let transaction = self.database.connection.unchecked_transaction()?;
        let mut has_removed = false;
        for entry in entries {
            // Where cores are few, live messages go first.
            thread::yield_now();
            has_removed |= put(&transaction, known, entry)?;
        }
        transaction
            .prepare_cached("UPDATE channels SET seq = ?, rev = ? WHERE number = ?")?
            .execute(params![cursor.seq.cast_signed(), cursor.rev.cast_signed(), known.number])?;
        note_removed(&transaction, has_removed)?;
        transaction.commit()?;
        known.cursor = cursor;
        if has_removed {
            self.removed = Removed::Something;
        }
        self.database.written()
    }

    /// Removes a channel with its messages.
    pub fn remove_channel(&mut self, channel: ChannelUuid) -> Result<()> {
        let Some(Known { number, .. }) = self.channels.remove(&channel) else { return Ok(()) };
        let range = [place(number, 0), place(number + 1, 0)];
        let transaction = self.database.connection.unchecked_transaction()?;
        transaction.execute(
            "DELETE FROM messages WHERE rowid IN (SELECT id FROM entries WHERE place > ? AND place < ?)",
            range,
        )?;
        transaction.execute("DELETE FROM entries WHERE place > ? AND place < ?", range)?;
        transaction.execute("DELETE FROM channels WHERE number = ?", [number])?;
        note_removed(&transaction, true)?;
        transaction.commit()?;
        self.removed = Removed::Something;
        self.database.written()
    }

    /// What is looked for, older than the hit with this `id`, in the channels that the reader can read.
    ///
    /// Where these are many, the newest messages with the words are looked at first, wherever they are: each channel
    /// that FTS5 has to compare costs.
    pub fn find(
        &self,
        wanted: &Wanted,
        reader: &Reader,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Found> {
        let rights = Rights::of(reader);
        let channels = self.words(wanted, &rights);
        if wanted.is_empty() || channels.is_empty() {
            return Ok(Found::default());
        }
        let from = wanted.from.map_or(i64::MIN, first_id);
        let until = wanted.until.map_or(i64::MAX, first_id).min(before.unwrap_or(i64::MAX));
        // One more tells whether there are more.
        let (most, mut hits, mut rest) = (limit.saturating_add(1), Vec::new(), Some(until));
        let anywhere = expression(wanted, &[]);
        if channels.len() > CHANNEL_WORDS && !anywhere.is_empty() {
            rest = None;
            let mut found = self.newest()?;
            let mut found = found.query_map(params![anywhere, from, until], hit)?;
            for looked_at in 1.. {
                let Some(hit) = found.next().transpose()? else { break };
                if rights.can_read(hit.channel, hit.audience) {
                    hits.push(hit);
                }
                if hits.len() == most {
                    break;
                }
                if looked_at == LOOKED_AT {
                    rest = Some(hit.id);
                    break;
                }
            }
        }
        if let Some(until) = rest {
            let expression = expression(wanted, &channels);
            let mut found = self.newest()?;
            let found = found.query_map(params![expression, from, until], hit)?;
            for hit in found.take(most - hits.len()) {
                hits.push(hit?);
            }
        }
        let more = hits.len() > limit;
        hits.truncate(limit);
        Ok(Found { hits, more })
    }

    /// The messages for an expression with an `id` from a number on and below another one, newest first.
    fn newest(&self) -> Result<CachedStatement<'_>> {
        Ok(self.database.connection.prepare_cached(
            "SELECT e.id, c.uuid, e.place, c.everybody, c.low, c.high
             FROM messages m CROSS JOIN entries e ON e.id = m.rowid CROSS JOIN channels c ON c.number = e.place >> 40
             WHERE m.messages MATCH ? AND m.rowid >= ? AND m.rowid < ? ORDER BY m.rowid DESC",
        )?)
    }

    /// The words of the channels to look in: those that can be read, of the wanted ones or of all.
    fn words(&self, wanted: &Wanted, rights: &Rights) -> Vec<String> {
        let known = |uuid: &ChannelUuid| Some((*uuid, self.channels.get(uuid)?));
        let word = |(_, known): (_, &Known)| channel_word(known.number);
        if wanted.channels.is_empty() {
            let private = rights.channels.iter().filter_map(known);
            let private = private.filter(|(_, known)| known.audience == Audience::Members);
            let shared = [EVERYBODY.to_owned(), direct_word(rights.user)];
            return shared.into_iter().chain(private.map(word)).collect();
        }
        let known = wanted.channels.iter().filter_map(known);
        known.filter(|(uuid, known)| rights.can_read(*uuid, known.audience)).map(word).collect()
    }

    /// Whether words of removed messages may stand in it.
    #[must_use]
    pub fn has_removed(&self) -> bool {
        self.removed != Removed::Nothing
    }

    /// Takes a step on the way to a file without the words of removed messages.
    pub fn erase(&mut self) -> Result<()> {
        let pages = match self.removed {
            Removed::Nothing => return Ok(()),
            // Below zero it begins to merge all segments into one.
            Removed::Something => -ERASE_PAGES,
            Removed::Going => ERASE_PAGES,
        };
        let db = &self.database.connection;
        let before = db.total_changes();
        db.prepare_cached("INSERT INTO messages (messages, rank) VALUES ('merge', ?)")?
            .execute([pages])?;
        // FTS5 says by fewer than two changes that it had nothing to do.
        let is_done = self.removed == Removed::Going && db.total_changes() - before < 2;
        self.removed = if is_done { Removed::Nothing } else { Removed::Going };
        if !is_done {
            return self.database.written();
        }
        db.execute("UPDATE state SET removed = 0", [])?;
        // They stand in the log, too.
        self.database.seal()
    }

    /// Erases what is left of removed messages, and closes the file.
    pub fn close(mut self) -> Result<()> {
        while self.has_removed() {
            self.erase()?;
        }
        self.database.close()
    }
}

fn known_channels(db: &Connection) -> Result<HashMap<ChannelUuid, Known>> {
    let mut channels =
        db.prepare("SELECT number, uuid, seq, everybody, low, high, rev FROM channels")?;
    let channels = channels.query_map([], |row| {
        let [seq, rev] = [row.get(2)?, row.get(6)?].map(i64::cast_unsigned);
        let known =
            Known { number: row.get(0)?, audience: audience(row)?, cursor: Cursor { seq, rev } };
        Ok((ChannelUuid(Uuid::from_bytes(row.get(1)?)), known))
    })?;
    Ok(channels.collect::<rusqlite::Result<_>>()?)
}

/// Reads columns 3 to 5.
fn audience(row: &Row) -> rusqlite::Result<Audience> {
    let users: (Option<[u8; 16]>, Option<[u8; 16]>) = (row.get(4)?, row.get(5)?);
    Ok(match users {
        (Some(low), Some(high)) => {
            Audience::Users([low, high].map(|user| UserUuid(Uuid::from_bytes(user))))
        }
        _ if row.get(3)? => Audience::Everybody,
        _ => Audience::Members,
    })
}

fn hit(row: &Row) -> rusqlite::Result<Hit> {
    let place: i64 = row.get(2)?;
    Ok(Hit {
        id: row.get(0)?,
        channel: ChannelUuid(Uuid::from_bytes(row.get(1)?)),
        audience: audience(row)?,
        seq: (place & ((1 << SEQ_BITS) - 1)).cast_unsigned(),
    })
}
