//! The fan-out of a batch to the sessions of a core.

use std::hint::black_box;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use chinwag_protocol::{SessionUuid, UserUuid};

use super::Core;
use super::answered::{Answered, Part};
use super::hub::{Listener, hears_as_member};
use crate::batch::{Audience, Batch, Delivery, MessagesChanged, Run};
use crate::connection::{CloseReason, Connection, Session};
use crate::reply;

/// How many connections a fan-out looks at before it writes to them. The caches hold so many while
/// the kernel works on each.
const LOOK_AHEAD: usize = 16;

impl Core {
    /// Sends a batch to whom it concerns on this core.
    ///
    /// A channel's messages go to everybody as one piece, except to those that get an answer among them:
    /// see [`Answered`]. If it is the `last` batch of the turn, each socket is written to as soon as it is
    /// looked at; else once for all batches.
    pub fn deliver(self: &Rc<Self>, batch: &Batch, last: bool) {
        let mut answered = Answered::of(self, batch);
        let mut delivered = 0;
        for delivery in &batch.deliveries {
            delivered += self.deliver_one(batch, delivery, &mut answered);
            if let Some(channel) = delivery.opens() {
                // Announced with the batch. Who hears it now counts by themselves.
                self.mailbox.interest.remove(channel.0);
            }
        }
        // The senders first: what they send next comes in meanwhile.
        for (run, connection, rest) in answered.rest(batch) {
            delivered += self.bring(batch, run, connection, &rest);
            if last {
                connection.flush();
            }
        }
        for (at, run) in batch.runs.iter().enumerate() {
            answered.mark(at, true);
            delivered += self.deliver_run(batch, run, last);
            answered.mark(at, false);
        }
        for delivery in &batch.deliveries {
            if let Delivery::Changed(changed) = delivery {
                self.tell_of_changes(batch, changed);
            }
        }
        self.app.metrics.deliveries.increment(delivered);
    }

    /// Returns how many messages went to sessions.
    fn deliver_one(
        self: &Rc<Self>,
        batch: &Batch,
        delivery: &Delivery,
        answered: &mut Answered,
    ) -> u64 {
        match delivery {
            Delivery::Message { message, recipient_online, ticket, run, frame } => {
                let Some(ticket) = ticket else { return 0 };
                let before = answered.before_answer(*run, ticket.connection, (message.seq, frame));
                let Some((connection, before)) = before else { return 0 };
                let delivered = self.bring(batch, &batch.runs[*run], &connection, &before);
                let shared = || batch.frame(frame);
                let answer = self.answer(*ticket, message, *recipient_online, shared);
                delivered + u64::from(answer.is_some())
            }
            Delivery::Repeated { message, ticket } => {
                let online = message.channel.recipient();
                let online = online.is_some_and(|user| self.app.store.is_online(user.uuid));
                let shared = || reply::message(message, online, None, None, Vec::new());
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
            Delivery::Channel { channel, new_members, frame } => {
                self.tell_of_channel(*channel, new_members, &batch.frame(frame));
                0
            }
            Delivery::Members(change) => {
                self.tell_of_members(batch, change);
                0
            }
            // After the messages that they change.
            Delivery::Changed(_) => 0,
        }
    }

    /// Sends a channel's messages as one piece: at once if `write`, or at the turn's end.
    fn deliver_run(self: &Rc<Self>, batch: &Batch, run: &Run, write: bool) -> u64 {
        if let Some(users) = run.users {
            return self.deliver_to_users(batch, run, users);
        }
        let hub = self.hub.borrow();
        let (frames, mut delivered) = (batch.frame(&run.frames), 0);
        let send = |connection: &Rc<Connection>| {
            if write {
                connection.write(&frames);
            } else {
                connection.send(frames.clone());
            }
        };
        for group in hub.connections_of(run.channel).chunks(LOOK_AHEAD) {
            look_at(group.iter().map(|listener| &listener.connection));
            for Listener { connection, from } in group {
                if connection.answered_in_run.get() {
                    continue;
                }
                if run.first < *from {
                    delivered += offer(batch, run, connection, &run.frames);
                    continue;
                }
                delivered += run.count;
                send(connection);
            }
        }
        let Some((channel, mut members)) = hub.members_of(run.channel) else { return delivered };
        let mut group = Vec::with_capacity(LOOK_AHEAD);
        loop {
            group.clear();
            group.extend(members.by_ref().take(LOOK_AHEAD));
            if group.is_empty() {
                return delivered;
            }
            look_at(group.iter().copied());
            for connection in &group {
                if !connection.answered_in_run.get() && hears_as_member(connection, channel) {
                    delivered += run.count;
                    send(connection);
                }
            }
        }
    }

    /// Sends a direct channel's messages to the sessions of its users.
    fn deliver_to_users(self: &Rc<Self>, batch: &Batch, run: &Run, users: [UserUuid; 2]) -> u64 {
        let (sessions, whole) = (self.sessions_of(users), Part::whole(run));
        let others = sessions.iter().filter(|other| !other.answered_in_run.get());
        others.map(|connection| self.bring(batch, run, connection, &whole)).sum()
    }

    /// Sends a part of a channel's messages to a connection, as far as its session hears them. Returns how
    /// many these are.
    fn bring(&self, batch: &Batch, run: &Run, connection: &Rc<Connection>, part: &Part) -> u64 {
        if part.frames.is_empty() {
            return 0;
        }
        let from = if run.users.is_some() {
            let session = connection.session.borrow();
            session.as_ref().map_or(u64::MAX, |session| session.hears_from(run.channel))
        } else {
            self.hub.borrow().hears_from(connection, run.channel)
        };
        if run.first < from {
            return offer(batch, run, connection, &part.frames);
        }
        connection.send(batch.frame(&part.frames));
        part.count
    }

    /// The connections of the two users' sessions.
    fn sessions_of(&self, [one, other]: [UserUuid; 2]) -> Vec<Rc<Connection>> {
        let hub = self.hub.borrow();
        let mut sessions = hub.of_user(one).to_vec();
        if other != one {
            sessions.extend_from_slice(hub.of_user(other));
        }
        sessions
    }

    fn tell(self: &Rc<Self>, audience: &Audience, except: SessionUuid, frame: &Bytes) {
        match audience {
            Audience::Everybody => self.tell_everybody(frame, Some(except)),
            Audience::Users(users) => tell_each(self.sessions_of(*users), except, frame, |_| true),
            Audience::Channels(user) => {
                let sessions = self.hub.borrow().of_user(*user).to_vec();
                tell_each(sessions, except, frame, |session| session.channels);
            }
            Audience::Changes(user) => {
                let sessions = self.hub.borrow().of_user(*user).to_vec();
                tell_each(sessions, except, frame, |session| session.changes);
            }
            Audience::Joined(channel, Some(users)) => {
                let wants = |session: &Session| session.has_joined(*channel);
                tell_each(self.sessions_of(*users), except, frame, wants);
            }
            Audience::Joined(channel, None) => {
                let hub = self.hub.borrow();
                let listeners = hub.connections_of(*channel).iter();
                let listeners = listeners.map(|listener| Rc::clone(&listener.connection));
                tell_each(listeners, except, frame, |session| session.has_joined(*channel));
            }
        }
    }
}

impl Core {
    /// Tells those who hear a channel, and want to know, which of its messages have changed. Who is too slow
    /// misses it, sees the gap, and asks.
    fn tell_of_changes(&self, batch: &Batch, changed: &MessagesChanged) {
        let hub = self.hub.borrow();
        let everybody = SessionUuid::default();
        let sides = changed.users.iter().flatten().zip(&changed.frames);
        for (at, (user, frame)) in sides.enumerate() {
            // A channel with oneself has one side.
            if at == 0 || changed.users.is_none_or(|[one, other]| one != other) {
                let sessions = hub.of_user(*user).iter().cloned();
                tell_each(sessions, everybody, &batch.frame(frame), |session| session.changes);
            }
        }
        if changed.users.is_some() {
            return;
        }
        let frame = batch.frame(&changed.frames[0]);
        let listeners = hub.connections_of(changed.channel).iter();
        let listeners = listeners.map(|listener| Rc::clone(&listener.connection));
        tell_each(listeners, everybody, &frame, |session| session.changes);
        if let Some((channel, members)) = hub.members_of(changed.channel) {
            let members = members.filter(|connection| hears_as_member(connection, channel));
            tell_each(members.cloned(), everybody, &frame, |session| session.changes);
        }
    }
}

/// Looks at connections together, so that they are fetched from memory at once and not one after the other.
fn look_at<'a>(connections: impl Iterator<Item = &'a Rc<Connection>>) {
    let busy = |connection: &&Rc<Connection>| {
        connection.answered_in_run.get() | (connection.waiting_bytes() > 0)
    };
    black_box(connections.filter(busy).count());
}

/// Offers messages one by one to a session that has just joined their channel, is about to, or hears nothing
/// of it.
fn offer(batch: &Batch, run: &Run, connection: &Rc<Connection>, part: &Range<usize>) -> u64 {
    let mut session = connection.session.borrow_mut();
    let Some(session) = session.as_mut().filter(|session| session.is_in(run.channel)) else {
        return 0;
    };
    let mut delivered = 0;
    for (seq, frame) in messages(batch, run, part) {
        if let Some(frame) = session.offer(run.channel, seq, batch.frame(frame)) {
            connection.send(frame);
            delivered += 1;
        }
    }
    delivered
}

/// `Seq` and frame of a channel's messages within a part of their frames.
fn messages<'a>(
    batch: &'a Batch,
    run: &'a Run,
    part: &'a Range<usize>,
) -> impl Iterator<Item = (u64, &'a Range<usize>)> {
    batch.deliveries.iter().filter_map(move |delivery| match delivery {
        Delivery::Message { message, frame, .. }
            if message.channel.uuid == run.channel
                && part.start <= frame.start
                && frame.end <= part.end =>
        {
            Some((message.seq, frame))
        }
        _ => None,
    })
}

pub(super) fn tell_each(
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
