//! Who is signed in on a core and hears what, and the fan-out to them.

use std::collections::HashMap;
use std::hint::black_box;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use chinwag_protocol::{ErrorCode, SessionUuid, UserUuid};
use chinwag_store::{KeyDigest, Message, RevokedKeys, Ticket, Unavailable};

use tokio::time::sleep;

use crate::command::{self, Refused};
use crate::connection::{CloseReason, Connection, Send, Session};
use crate::core::answered::Answered;
use crate::core::{Core, Slots};
use crate::feed::{Audience, Batch, Delivery};

/// Who is signed in on a core and hears what.
#[derive(Default)]
pub struct Hub {
    /// The sessions of each user.
    users: Slots,
    /// The connections that hear General's messages. Each knows its place in it.
    general: Vec<Rc<Connection>>,
    /// The keys by which connections are about to sign in, by their slots. One that is revoked
    /// before its session has begun is taken out.
    entering: HashMap<usize, (UserUuid, KeyDigest)>,
}

impl Hub {
    /// Adds the session of a user.
    pub fn add(&mut self, user: UserUuid, connection: &Connection) {
        self.users.entry(user).or_default().push(connection.slot);
    }

    /// Notes that the connection is about to sign in, before the store is asked about the key.
    pub fn begin_entering(&mut self, connection: &Connection, user: UserUuid, key: KeyDigest) {
        self.entering.insert(connection.slot, (user, key));
    }

    /// Whether the key has not been revoked since.
    pub fn end_entering(&mut self, connection: &Connection) -> bool {
        self.entering.remove(&connection.slot).is_some()
    }

    /// Removes the connection's session wherever it is.
    pub fn remove(&mut self, connection: &Connection) {
        self.unhear_general(connection);
        let session = connection.session.borrow();
        let Some(user) = session.as_ref().map(|session| session.user.uuid) else { return };
        if let Some(slots) = self.users.get_mut(&user) {
            slots.retain(|&slot| slot != connection.slot);
            if slots.is_empty() {
                self.users.remove(&user);
            }
        }
    }

    /// Adds or removes the connection among those that hear General, as its session now wants.
    pub fn update_general(&mut self, connection: &Rc<Connection>) {
        let session = connection.session.borrow();
        let session = session.as_ref();
        connection.general_from.set(session.map_or(u64::MAX, |session| session.general_from()));
        let hears = session.is_some_and(|session| session.hears_general());
        match (hears, connection.general_place.get()) {
            (true, None) => {
                connection.general_place.set(Some(self.general.len()));
                self.general.push(Rc::clone(connection));
            }
            (false, Some(_)) => self.unhear_general(connection),
            _ => {}
        }
    }

    fn unhear_general(&mut self, connection: &Connection) {
        let Some(place) = connection.general_place.take() else { return };
        self.general.swap_remove(place);
        // The last one has moved into the gap.
        if let Some(moved) = self.general.get(place) {
            moved.general_place.set(Some(place));
        }
    }

    fn of_user(&self, user: UserUuid) -> &[usize] {
        self.users.get(&user).map_or(&[], Vec::as_slice)
    }
}

/// How many connections a fan-out looks at before it writes to them. The caches hold so many while
/// the kernel works on each.
const LOOK_AHEAD: usize = 16;

/// How long to wait where the store did not answer.
const ASK_AGAIN: Duration = Duration::from_secs(1);

impl Core {
    /// Sends a batch to whom it concerns on this core.
    ///
    /// General's messages go to everybody as one piece, except to those that get an answer in this
    /// batch: see [`Answered`]. If it is the `last` batch of the turn, each socket is written to as
    /// soon as it is looked at; else once for all batches.
    pub fn deliver(self: &Rc<Self>, batch: &Batch, last: bool) {
        let mut answered = Answered::of(self, batch);
        let mut delivered = 0;
        for delivery in &batch.deliveries {
            delivered += self.deliver_one(batch, delivery, &mut answered);
        }
        // The senders first: what they send next comes in meanwhile.
        delivered += answered.bring_rest(self, batch, last);
        if let Some((count, first)) = batch.general_messages {
            delivered += self.deliver_general(batch, count, first, last);
        }
        answered.end();
        self.app.metrics.deliveries.increment(delivered);
    }

    /// Returns to how many sessions a message went.
    fn deliver_one(
        self: &Rc<Self>,
        batch: &Batch,
        delivery: &Delivery,
        answered: &mut Answered,
    ) -> u64 {
        match delivery {
            Delivery::Message { message, recipient_online, ticket, frame } => {
                let shared = || batch.message_frame(message.channel, frame);
                let general = message.channel.is_general();
                let mut delivered = 0;
                if general && let Some(ticket) = ticket {
                    delivered += answered.catch_up(self, batch, ticket.connection, frame.start);
                }
                let answer = |ticket| self.answer(ticket, message, *recipient_online, shared);
                let sender = ticket.and_then(answer).map(|sender| sender.id);
                delivered += u64::from(sender.is_some());
                if general {
                    answered.pass_over(sender, frame);
                    delivered + answered.offer(self, message, sender, &shared())
                } else {
                    delivered + self.deliver_private(message, sender, shared)
                }
            }
            Delivery::Repeated { message, ticket } => {
                let online = message.recipient.as_ref();
                let online = online.is_some_and(|user| self.app.store.is_online(user.uuid));
                let shared = || command::message::frame(message, online, None, None);
                u64::from(self.answer(*ticket, message, online, shared).is_some())
            }
            Delivery::Refused { error, ticket } => {
                self.refuse_send(*ticket, error);
                0
            }
            Delivery::News { audience, except, frame } => {
                self.tell(audience, *except, &batch.frame(frame));
                0
            }
            Delivery::KeysInDoubt => {
                tokio::task::spawn_local(Rc::clone(self).revoke_lapsed());
                0
            }
            Delivery::Reset => {
                self.close_all(CloseReason::Reset);
                0
            }
            Delivery::KeysRevoked { user, keys, except } => {
                self.revoke(*user, *keys, *except);
                0
            }
        }
    }

    /// Sends a private message to its readers, except the one that got it as an answer.
    fn deliver_private(
        self: &Rc<Self>,
        message: &Message,
        sender: Option<u64>,
        frame: impl Fn() -> Bytes,
    ) -> u64 {
        let offer = |connection: &Rc<Connection>| {
            let mut session = connection.session.borrow_mut();
            let offered = session.as_mut().filter(|_| Some(connection.id) != sender);
            let taken =
                offered.and_then(|session| session.offer(message.channel, message.seq, frame()));
            taken.map(|frame| connection.send(self, frame)).is_some()
        };
        let hub = self.hub.borrow();
        let mut slots = hub.of_user(message.sender.uuid).to_vec();
        if let Some(recipient) =
            message.recipient.as_ref().filter(|recipient| recipient.uuid != message.sender.uuid)
        {
            slots.extend_from_slice(hub.of_user(recipient.uuid));
        }
        drop(hub);
        let connections = slots.into_iter().filter_map(|slot| self.at(slot));
        connections.map(|connection| u64::from(offer(&connection))).sum()
    }

    /// Sends General's messages of a batch as one piece: at once if `write`, or at the turn's end.
    fn deliver_general(self: &Rc<Self>, batch: &Batch, count: u64, first: u64, write: bool) -> u64 {
        let hub = self.hub.borrow();
        let mut delivered = 0;
        for group in hub.general.chunks(LOOK_AHEAD) {
            // Looked at together, they are fetched from memory at once and not one after the other.
            let busy = |connection: &&Rc<Connection>| {
                connection.answered_in_batch.get() | (connection.waiting_bytes() > 0)
            };
            black_box(group.iter().filter(busy).count());
            for connection in group {
                if connection.answered_in_batch.get() {
                    continue;
                }
                if first < connection.general_from.get() {
                    if let Some(session) = connection.session.borrow_mut().as_mut() {
                        delivered += self.offer_general(batch, connection, session);
                    }
                    continue;
                }
                delivered += count;
                if write {
                    connection.write(self, &batch.general);
                } else {
                    connection.send(self, batch.general.clone());
                }
            }
        }
        delivered
    }

    /// Offers General's messages one by one to a session that has just joined or is about to.
    fn offer_general(
        &self,
        batch: &Batch,
        connection: &Rc<Connection>,
        session: &mut Session,
    ) -> u64 {
        let mut delivered = 0;
        for delivery in &batch.deliveries {
            let Delivery::Message { message, frame, .. } = delivery else { continue };
            if message.channel.is_general()
                && let Some(frame) = session.offer(
                    message.channel,
                    message.seq,
                    batch.message_frame(message.channel, frame),
                )
            {
                connection.send(self, frame);
                delivered += 1;
            }
        }
        delivered
    }

    /// Answers a send with its message. Returns the connection that it went to.
    fn answer(
        self: &Rc<Self>,
        ticket: Ticket,
        message: &Message,
        recipient_online: bool,
        shared: impl Fn() -> Bytes,
    ) -> Option<Rc<Connection>> {
        let connection = self.connection(ticket.connection)?;
        let send = connection.in_flight.borrow_mut().answer(ticket.serial)?;
        self.app.metrics.messages_stored.increment(1);
        self.app.metrics.store_latency.record(send.taken_at.elapsed());
        let Send { id, client_uuid, .. } = send;
        // Whoever signed out or was signed out meanwhile hears of nothing any more.
        if connection.session.borrow().is_some() {
            let own = id.is_some() || client_uuid.is_some();
            let frame = if own {
                command::message::frame(message, recipient_online, id, client_uuid)
            } else {
                shared()
            };
            connection.send(self, frame);
        }
        self.answer_refused(&connection);
        Some(connection)
    }

    /// Answers a send with its refusal, when its turn comes.
    pub fn refuse_send(self: &Rc<Self>, ticket: Ticket, error: &Unavailable) {
        self.app.outage.note(error);
        if let Some(connection) = self.connection(ticket.connection) {
            connection.in_flight.borrow_mut().refuse(ticket.serial);
            self.answer_refused(&connection);
        }
    }

    /// Sends the refusals whose turn it is, so that answers keep the order of the requests.
    fn answer_refused(self: &Rc<Self>, connection: &Rc<Connection>) {
        loop {
            let refused = connection.in_flight.borrow_mut().next_refused();
            let Some(send) = refused else { break };
            send.trace.refused(ErrorCode::StoreUnavailable);
            command::refuse_with(
                self,
                connection,
                send.id,
                "channelMessage",
                Refused::unavailable(),
            );
        }
        if connection.in_flight.borrow().is_empty() {
            connection.wake();
        }
    }

    fn tell(self: &Rc<Self>, audience: &Audience, except: SessionUuid, frame: &Bytes) {
        match audience {
            Audience::Everybody => self.tell_everybody(frame, Some(except)),
            Audience::Users(users) => self.tell_users(*users, except, frame, |_| true),
            Audience::Joined(channel, Some(users)) => {
                self.tell_users(*users, except, frame, |session| session.has_joined(*channel));
            }
            Audience::Joined(channel, None) => {
                let hub = self.hub.borrow();
                let listeners = hub.general.iter().cloned();
                self.tell_each(listeners, except, frame, |session| session.has_joined(*channel));
            }
        }
    }

    fn tell_users(
        self: &Rc<Self>,
        [one, other]: [UserUuid; 2],
        except: SessionUuid,
        frame: &Bytes,
        wants: impl Fn(&Session) -> bool,
    ) {
        let hub = self.hub.borrow();
        let mut slots = hub.of_user(one).to_vec();
        if other != one {
            slots.extend_from_slice(hub.of_user(other));
        }
        drop(hub);
        let connections = slots.into_iter().filter_map(|slot| self.at(slot));
        self.tell_each(connections, except, frame, wants);
    }

    fn tell_each(
        self: &Rc<Self>,
        connections: impl IntoIterator<Item = Rc<Connection>>,
        except: SessionUuid,
        frame: &Bytes,
        wants: impl Fn(&Session) -> bool,
    ) {
        for connection in connections {
            let wanted = connection.session.borrow().as_ref().is_some_and(|session| wants(session));
            if wanted && connection.uuid != except {
                connection.send_if_keeping_up(self, frame.clone());
            }
        }
    }

    /// Signs the sessions out whose keys the store does not know any more.
    async fn revoke_lapsed(self: Rc<Self>) {
        for (user, key) in self.keys_in_use() {
            let known = loop {
                match self.app.store.use_access_key(user, key).await {
                    Ok(known) => break known.is_some(),
                    Err(_) => sleep(ASK_AGAIN).await,
                }
            };
            if !known {
                self.revoke(user, RevokedKeys::One(key), SessionUuid::default());
            }
        }
    }

    /// Signs the sessions out that use one of the keys, except the one that ended them.
    fn revoke(self: &Rc<Self>, user: UserUuid, keys: RevokedKeys, except: SessionUuid) {
        let is_revoked = |of: UserUuid, key| of == user && keys.include(key);
        self.hub.borrow_mut().entering.retain(|_, (of, key)| !is_revoked(*of, *key));
        let slots = self.hub.borrow().of_user(user).to_vec();
        for connection in slots.into_iter().filter_map(|slot| self.at(slot)) {
            let session = connection.session.borrow();
            let uses = session.as_ref().is_some_and(|session| keys.include(session.key));
            drop(session);
            if uses && connection.uuid != except {
                // From this moment on it hears nothing; its own task does the rest.
                self.hub.borrow_mut().remove(&connection);
                connection.sign_out();
            }
        }
    }
}
