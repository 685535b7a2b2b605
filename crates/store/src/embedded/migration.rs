//! From the tables of Chinwag 0.1.0 to those of today, in one transaction.

use std::time::{Duration, Instant};

use rusqlite::{Connection, Result, params};

use super::schema::{TABLES, USERS_SINCE_4, VERSION};
use super::statements::rows::{key, number_at, uuid_at};

/// The version of Chinwag 0.1.0's tables, the first that were released.
pub(super) const FROM: u32 = 4;

/// How often the log tells how far it is.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// How many messages are moved at once.
const MESSAGES: u32 = 20_000;

/// The old tables that have another form today.
const RENAME: &str = "
    ALTER TABLE channels RENAME TO old_channels;
    ALTER TABLE messages RENAME TO old_messages;
    ALTER TABLE recent_0 RENAME TO old_recent_0;
    ALTER TABLE recent_1 RENAME TO old_recent_1;
    DROP INDEX talks_by_low;
    DROP INDEX talks_by_high;
";

/// What is done before the messages are moved: those that were staged are put to the others first.
const SMALL: [&str; 6] = [
    "INSERT OR IGNORE INTO old_messages
        SELECT channel, seq, uuid, sender, text, created_at, client_uuid
        FROM (SELECT * FROM old_recent_0 UNION ALL SELECT * FROM old_recent_1)",
    "INSERT INTO channels (uuid, kind, name, users_total)
        SELECT uuid, low IS NOT NULL, iif(low IS NULL, 'General', ''),
            iif(low IS NULL, (SELECT count(*) FROM users), 0) FROM old_channels",
    "INSERT INTO directs SELECT low, high, uuid, talked FROM old_channels WHERE low IS NOT NULL",
    "INSERT INTO members (user, channel, level)
        SELECT uuid, (SELECT uuid FROM old_channels WHERE low IS NULL), 1 FROM users
        UNION SELECT low, uuid, 0 FROM old_channels WHERE low IS NOT NULL
        UNION SELECT high, uuid, 0 FROM old_channels WHERE high IS NOT NULL",
    "UPDATE members SET read_seq = seq FROM read_marks r
        WHERE r.user = members.user AND r.channel = members.channel",
    // Who writes has read up to there, which version 4 noted when it moved the message.
    "UPDATE members SET read_seq = max(read_seq, own.seq)
        FROM (SELECT sender, channel, max(seq) AS seq
              FROM (SELECT * FROM old_recent_0 UNION ALL SELECT * FROM old_recent_1)
              GROUP BY sender, channel) own
        WHERE own.sender = members.user AND own.channel = members.channel",
];

/// Of the index of all `clientUUID`s ever, what is not older than a day.
const SENT: &str = "
    INSERT OR REPLACE INTO sent_0
        SELECT id >> 40, sender, client_uuid, id FROM messages
        WHERE client_uuid IS NOT NULL
            AND created_at > (SELECT max(created_at) FROM messages) - 86400000000000;
";

const DROP: &str = "
    DROP TABLE old_channels;
    DROP TABLE old_messages;
    DROP TABLE old_recent_0;
    DROP TABLE old_recent_1;
    DROP TABLE read_marks;
";

/// Rewrites all tables. An interruption leaves them as they were.
pub(super) fn run(db: &Connection) -> Result<()> {
    let transaction = db.unchecked_transaction()?;
    transaction.execute_batch(USERS_SINCE_4)?;
    transaction.execute_batch(RENAME)?;
    transaction.execute_batch(TABLES)?;
    for statement in SMALL {
        transaction.execute(statement, [])?;
    }
    move_messages(&transaction)?;
    transaction.execute_batch(SENT)?;
    transaction.execute_batch(DROP)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

/// Gives each channel with messages its number, and moves these.
fn move_messages(db: &Connection) -> Result<()> {
    let mut channels = db.prepare(
        "SELECT c.uuid, (SELECT ifnull(max(seq), 0) FROM old_messages WHERE channel = c.uuid) AS total
         FROM old_channels c WHERE total > 0 ORDER BY c.low IS NOT NULL, c.uuid",
    )?;
    let channels = channels.query_map([], |row| Ok((uuid_at(row, 0)?, number_at(row, 1)?)))?;
    let channels = channels.collect::<Result<Vec<_>>>()?;
    let all: u64 = channels.iter().map(|(_, total)| total).sum();
    let (mut moved, mut told) = (0, Instant::now());
    for (number, (channel, total)) in (1..).zip(&channels) {
        db.prepare_cached("UPDATE channels SET number = ?2 WHERE uuid = ?1")?
            .execute(params![channel.as_bytes(), number])?;
        let mut from = 0;
        while from < *total {
            let to = (from + u64::from(MESSAGES)).min(*total);
            db.prepare_cached(
                "INSERT INTO messages (id, uuid, sender, text, created_at, client_uuid)
                 SELECT ?1 | seq, uuid, sender, text, created_at, client_uuid FROM old_messages
                 WHERE channel = ?2 AND seq > ?3 AND seq <= ?4 ORDER BY seq",
            )?
            .execute(params![
                key(number, 0),
                channel.as_bytes(),
                from.cast_signed(),
                to.cast_signed()
            ])?;
            moved += to - from;
            from = to;
            if told.elapsed() >= TELL_EVERY {
                tracing::info!("bringing the database up to date: {moved} of {all} messages");
                told = Instant::now();
            }
        }
    }
    Ok(())
}
