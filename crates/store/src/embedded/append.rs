//! Messages into the database, each with the next `Seq` of its channel.

use std::collections::HashMap;
use std::mem::take;
use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, MessageUuid, UserUuid};
use rusqlite::Connection;

use super::queries;
use super::recent::{self, Recent};
use crate::{Append, Event, Message};

/// How many channels' last `Seq` are remembered.
const CHANNELS: usize = 100_000;

/// By what a repetition is known.
type ClientKey = (ChannelUuid, UserUuid, String);

/// Numbers messages and finds repetitions. Only the writing thread has one.
pub(super) struct Appender {
    recent: Arc<Recent>,
    /// The last `Seq` of each channel.
    last: HashMap<ChannelUuid, u64>,
    /// The messages of [`Recent`] that have a `clientUUID`.
    recent_by_client: HashMap<ClientKey, Arc<Message>>,
    /// The messages of this transaction, and those that have a `clientUUID`.
    fresh: Vec<Arc<Message>>,
    fresh_by_client: HashMap<ClientKey, Arc<Message>>,
    /// Whether this transaction moves what was recent before it.
    moves: bool,
}

impl Appender {
    pub(super) fn new(recent: Arc<Recent>) -> Self {
        Self {
            recent,
            last: HashMap::new(),
            recent_by_client: HashMap::new(),
            fresh: Vec::new(),
            fresh_by_client: HashMap::new(),
            moves: false,
        }
    }

    /// Begins a transaction. From time to time it first moves the messages to their places.
    pub(super) fn begin(&mut self, db: &Connection) -> rusqlite::Result<()> {
        if self.recent.is_due() {
            self.moves = true;
            recent::move_all(db)?;
        }
        Ok(())
    }

    /// Stores a message, or finds the one that was stored with the same `clientUUID`.
    pub(super) fn append(&mut self, db: &Connection, append: Append) -> rusqlite::Result<Event> {
        if let Some(message) = self.repeated(db, &append)? {
            return Ok(Event::Repeated { message, ticket: append.ticket });
        }
        let channel = append.channel.uuid;
        let message = Message {
            uuid: MessageUuid::random(),
            channel,
            seq: self.last(db, channel)? + 1,
            sender: append.sender.clone(),
            recipient: append.channel.recipient.clone(),
            text: Arc::clone(&append.text),
            created_at: append.created_at,
        };
        recent::insert(db, &append, &message)?;
        self.last.insert(channel, message.seq);
        let message = Arc::new(message);
        self.fresh.push(Arc::clone(&message));
        if let Some(client_uuid) = append.client_uuid {
            let key = (channel, append.sender.uuid, client_uuid);
            self.fresh_by_client.insert(key, Arc::clone(&message));
        }
        Ok(Event::Message { message, ticket: Some(append.ticket) })
    }

    /// Lets readers find what the transaction has stored, before anybody is told of it.
    pub(super) fn committed(&mut self) {
        if take(&mut self.moves) {
            self.recent.clear();
            self.recent_by_client.clear();
        }
        self.recent.add(take(&mut self.fresh));
        self.recent_by_client.extend(self.fresh_by_client.drain());
    }

    /// Forgets what a rolled-back transaction had stored.
    pub(super) fn rolled_back(&mut self) {
        self.moves = false;
        self.last.clear();
        self.fresh.clear();
        self.fresh_by_client.clear();
    }

    fn repeated(&self, db: &Connection, append: &Append) -> rusqlite::Result<Option<Arc<Message>>> {
        let Some(client_uuid) = &append.client_uuid else { return Ok(None) };
        let key = (append.channel.uuid, append.sender.uuid, client_uuid.clone());
        let known = self.fresh_by_client.get(&key).or_else(|| self.recent_by_client.get(&key));
        if let Some(message) = known {
            return Ok(Some(Arc::clone(message)));
        }
        Ok(queries::message_by_client_uuid(db, append)?.map(Arc::new))
    }

    fn last(&mut self, db: &Connection, channel: ChannelUuid) -> rusqlite::Result<u64> {
        if let Some(&last) = self.last.get(&channel) {
            return Ok(last);
        }
        if self.last.len() >= CHANNELS {
            self.last.clear();
        }
        queries::last_seq(db, &self.recent, channel)
    }
}
