//! Which message was sent with which `clientUUID`, for a day at least.
//!
//! Two tables take turns. Once the one that is being filled is a day old, the other one is emptied, a
//! few rows with each transaction, and then filled in its turn.

use chinwag_protocol::UserUuid;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::clock::Clock;
use super::statements::messages;
use super::statements::rows::number_in;
use crate::{Append, Message};

/// How long a `clientUUID` is kept at least, in seconds: a day.
pub(super) const LIFETIME: i64 = 24 * 60 * 60;

/// How many a transaction forgets at the most.
const PIECE: u16 = 256;

/// The tables. Only the writing thread has one.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) clock: Clock,
    /// Unknown at first, and after a rollback.
    filling: Option<Filling>,
}

/// The table that is being filled.
#[derive(Clone, Copy)]
struct Filling {
    /// Whether it is `sent_1`.
    second: bool,
    /// In seconds since 1970.
    since: i64,
}

impl Sent {
    /// Notes a message that is in its place, by its key.
    pub(super) fn note(
        &mut self,
        db: &Connection,
        id: i64,
        sender: UserUuid,
        client_uuid: &str,
    ) -> Result<()> {
        const INTO: [&str; 2] = [
            "INSERT OR REPLACE INTO sent_0 VALUES (?, ?, ?, ?)",
            "INSERT OR REPLACE INTO sent_1 VALUES (?, ?, ?, ?)",
        ];
        let Filling { second, .. } = self.filling(db)?;
        db.prepare_cached(INTO[usize::from(second)])?.execute(params![
            number_in(id),
            sender.0.as_bytes(),
            client_uuid,
            id,
        ])?;
        Ok(())
    }

    /// Forgets a few of those that are older than a day.
    pub(super) fn forget(&mut self, db: &Connection) -> Result<()> {
        // A clock that was wrong for a while must not make anything be forgotten.
        if self.clock.is_steady() {
            self.forget_at(db, Timestamp::now().as_second())
        } else {
            Ok(())
        }
    }

    fn forget_at(&mut self, db: &Connection, now: i64) -> Result<()> {
        const FROM: [&str; 2] = [
            "DELETE FROM sent_0 WHERE (number, sender, client_uuid) IN
                 (SELECT number, sender, client_uuid FROM sent_0 LIMIT ?)",
            "DELETE FROM sent_1 WHERE (number, sender, client_uuid) IN
                 (SELECT number, sender, client_uuid FROM sent_1 LIMIT ?)",
        ];
        let Filling { second, since } = self.filling(db)?;
        if now - since < LIFETIME {
            return Ok(());
        }
        let other = !second;
        let forgotten = db.prepare_cached(FROM[usize::from(other)])?.execute([PIECE])?;
        if forgotten < usize::from(PIECE) {
            db.execute("UPDATE sent_filling SET second = ?, since = ?", params![other, now])?;
            self.filling = Some(Filling { second: other, since: now });
        }
        Ok(())
    }

    /// Forgets what a rolled-back transaction had changed.
    pub(super) fn rolled_back(&mut self) {
        self.filling = None;
    }

    fn filling(&mut self, db: &Connection) -> Result<Filling> {
        if let Some(filling) = self.filling {
            return Ok(filling);
        }
        let filling = db.query_row("SELECT second, since FROM sent_filling", [], |row| {
            Ok(Filling { second: row.get(0)?, since: row.get(1)? })
        })?;
        self.filling = Some(filling);
        Ok(filling)
    }
}

/// The message that the sender stored with the same `clientUUID` before in the channel of this number, if
/// it is in its place.
pub(super) fn find(db: &Connection, number: i64, append: &Append) -> Result<Option<Message>> {
    let sent = db
        .prepare_cached(
            "SELECT id FROM sent_0 WHERE number = ?1 AND sender = ?2 AND client_uuid = ?3
             UNION ALL
             SELECT id FROM sent_1 WHERE number = ?1 AND sender = ?2 AND client_uuid = ?3
             LIMIT 1",
        )?
        .query_row(params![number, append.sender.uuid.0.as_bytes(), append.client_uuid], |row| {
            row.get(0)
        })
        .optional()?;
    sent.map_or(Ok(None), |id| messages::by_key(db, id, &append.channel, &append.sender))
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::embedded::schema;

    fn seqs(db: &Connection) -> Vec<i64> {
        let all = "SELECT id FROM sent_0 UNION ALL SELECT id FROM sent_1 ORDER BY id";
        let mut all = db.prepare(all).unwrap();
        let seqs = all.query_map([], |row| row.get(0)).unwrap();
        seqs.collect::<Result<_>>().unwrap()
    }

    #[test]
    fn what_is_older_than_a_day_is_forgotten_piece_by_piece() {
        let dir = TempDir::new().unwrap();
        let db = schema::open_writer(&dir.path().join("chinwag.db")).unwrap();
        let mut sent = Sent::default();
        let start = sent.filling(&db).unwrap().since;
        let note = |sent: &mut Sent, id: i64| {
            sent.note(&db, id, UserUuid::default(), &id.to_string()).unwrap();
        };
        let all: Vec<_> = (1..=600).collect();
        for seq in &all {
            note(&mut sent, *seq);
        }
        let forget = |sent: &mut Sent, at| {
            sent.forget_at(&db, start + at).unwrap();
            seqs(&db).len()
        };
        assert_eq!(forget(&mut sent, LIFETIME - 1), 600);
        note(&mut sent, 601);
        assert_eq!(forget(&mut sent, LIFETIME), 601);
        note(&mut sent, 602);
        assert_eq!(forget(&mut sent, 2 * LIFETIME - 1), 602);
        let left = [(); 4].map(|()| forget(&mut sent, 2 * LIFETIME));
        assert_eq!(left, [602 - 256, 602 - 512, 1, 1]);
        assert_eq!(seqs(&db), [602]);
        // What was rolled back is read again.
        sent.rolled_back();
        assert_eq!(sent.filling(&db).unwrap().since, start + 2 * LIFETIME);
        assert_eq!(forget(&mut sent, 0), 1);
    }
}
