//! The fan-out of a batch to the sessions of a core.

use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use chinwag_protocol::{SessionUuid, UserUuid};
use chinwag_store::Message;

use super::Core;
use super::answered::Answered;
use crate::batch::{Audience, Batch, Delivery};
use crate::connection::{CloseReason, Connection, Session};
use crate::reply;

/// How many connections a fan-out looks at before it writes to them. The caches hold so many while
/// the kernel works on each.
const LOOK_AHEAD: usize = 16;

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
        delivered += answered.bring_rest(batch, last);
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
                let shared = || batch.message_frame(message.channel.uuid, frame);
                let general = message.channel.uuid.is_general();
                let mut delivered = 0;
                if general && let Some(ticket) = ticket {
                    delivered += answered.catch_up(batch, ticket.connection, frame.start);
                }
                let answer = |ticket| self.answer(ticket, message, *recipient_online, shared);
                let sender = ticket.and_then(answer).map(|sender| sender.id);
                delivered += u64::from(sender.is_some());
                if general {
                    answered.pass_over(sender, frame);
                    delivered + answered.offer(message, sender, &shared())
                } else {
                    delivered + self.deliver_private(message, sender, shared)
                }
            }
            Delivery::Repeated { message, ticket } => {
                let online = message.channel.recipient();
                let online = online.is_some_and(|user| self.app.store.is_online(user.uuid));
                let shared = || reply::message(message, online, None, None);
                u64::from(self.answer(*ticket, message, online, shared).is_some())
            }
            Delivery::Refused { error, ticket } => {
                self.refuse_send(*ticket, Arc::clone(error));
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
            let taken = offered
                .and_then(|session| session.offer(message.channel.uuid, message.seq, frame()));
            taken.map(|frame| connection.send(frame)).is_some()
        };
        let hub = self.hub.borrow();
        let mut slots = hub.of_user(message.sender.uuid).to_vec();
        if let Some(recipient) =
            message.channel.recipient().filter(|recipient| recipient.uuid != message.sender.uuid)
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
                        delivered += offer_general(batch, connection, session);
                    }
                    continue;
                }
                delivered += count;
                if write {
                    connection.write(&batch.general);
                } else {
                    connection.send(batch.general.clone());
                }
            }
        }
        delivered
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
                tell_each(listeners, except, frame, |session| session.has_joined(*channel));
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
        tell_each(connections, except, frame, wants);
    }
}

/// Offers General's messages one by one to a session that has just joined or is about to.
fn offer_general(batch: &Batch, connection: &Rc<Connection>, session: &mut Session) -> u64 {
    let mut delivered = 0;
    for delivery in &batch.deliveries {
        let Delivery::Message { message, frame, .. } = delivery else { continue };
        if message.channel.uuid.is_general()
            && let Some(frame) = session.offer(
                message.channel.uuid,
                message.seq,
                batch.message_frame(message.channel.uuid, frame),
            )
        {
            connection.send(frame);
            delivered += 1;
        }
    }
    delivered
}

fn tell_each(
    connections: impl IntoIterator<Item = Rc<Connection>>,
    except: SessionUuid,
    frame: &Bytes,
    wants: impl Fn(&Session) -> bool,
) {
    for connection in connections {
        let wanted = connection.session.borrow().as_ref().is_some_and(|session| wants(session));
        if wanted && connection.uuid != except {
            connection.send_if_keeping_up(frame.clone());
        }
    }
}
