//! Messages into the database, each with the next `Seq` of its channel.

use std::collections::HashMap;
use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, MessageUuid, UserUuid};
use rusqlite::{Connection, params};

use super::queries;
use crate::{Append, Event, Message};

/// How many channels' last `Seq` are remembered.
const CHANNELS: usize = 100_000;

/// How far users have read by writing: (user, channel) to `Seq`.
pub(super) type Marks = HashMap<(UserUuid, ChannelUuid), u64>;

/// Remembers the last `Seq` of each channel, which only the writing thread moves.
#[derive(Default)]
pub(super) struct Appender {
    last: HashMap<ChannelUuid, u64>,
}

impl Appender {
    /// Stores a message, or finds the one that was stored with the same `clientUUID`.
    pub(super) fn append(
        &mut self,
        db: &Connection,
        append: Append,
        marks: &mut Marks,
    ) -> rusqlite::Result<Event> {
        let channel = append.channel.uuid;
        let seq = self.last(db, channel)? + 1;
        let uuid = MessageUuid::random();
        if !insert(db, &append, uuid, seq)? {
            let message = Arc::new(queries::message_by_client_uuid(db, &append)?);
            return Ok(Event::Repeated { message, ticket: append.ticket });
        }
        self.last.insert(channel, seq);
        marks.insert((append.sender.uuid, channel), seq);
        let message = Arc::new(Message {
            uuid,
            channel,
            seq,
            sender: append.sender,
            recipient: append.channel.recipient,
            text: append.text,
            created_at: append.created_at,
        });
        Ok(Event::Message { message, ticket: Some(append.ticket) })
    }

    /// Writes down that whoever wrote has read up to there: once a user and channel in a batch.
    pub(super) fn mark_read(db: &Connection, marks: &Marks) -> rusqlite::Result<()> {
        for (&(user, channel), &seq) in marks {
            queries::set_read_mark(db, user, channel, seq)?;
        }
        Ok(())
    }

    /// Forgets what a rolled-back transaction had counted.
    pub(super) fn forget(&mut self) {
        self.last.clear();
    }

    fn last(&mut self, db: &Connection, channel: ChannelUuid) -> rusqlite::Result<u64> {
        if let Some(&last) = self.last.get(&channel) {
            return Ok(last);
        }
        if self.last.len() >= CHANNELS {
            self.last.clear();
        }
        queries::last_seq(db, channel)
    }
}

/// `false`: the sender's `clientUUID` is there already.
fn insert(db: &Connection, append: &Append, uuid: MessageUuid, seq: u64) -> rusqlite::Result<bool> {
    let rows = db
        .prepare_cached(
            "INSERT INTO messages (channel, seq, uuid, sender, text, created_at, client_uuid)
             VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (channel, sender, client_uuid) WHERE client_uuid IS NOT NULL DO NOTHING",
        )?
        .execute(params![
            append.channel.uuid.0.as_bytes(),
            seq.cast_signed(),
            uuid.0.as_bytes(),
            append.sender.uuid.0.as_bytes(),
            append.text,
            queries::nanoseconds(append.created_at),
            append.client_uuid,
        ])?;
    Ok(rows == 1)
}
