//! From the store's events to batches for the cores: every frame is encoded here, once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use chinwag_protocol::outgoing::{By, Presence, Read, Sys, Typing};
use chinwag_protocol::{Body, Outgoing, SessionUuid, UserUuid};
use chinwag_store::{Address, Channel, Event, Store, User};
use metrics::Counter;

use crate::batch::{Audience, Batch, Delivery, Draft};
use crate::mailbox::{Mailbox, Work};
use crate::wire;

/// Takes the store's events to the cores.
pub struct Dispatcher {
    cores: Vec<Arc<Mailbox>>,
    presence_limit: u64,
    store: OnceLock<Weak<dyn Store>>,
    /// Sessions on the whole system, as the last event told.
    sessions: AtomicU64,
    /// What was last told of the number of users online.
    told_online: AtomicU64,
    interruptions: Counter,
}

impl Dispatcher {
    /// Serves these cores.
    pub fn new(cores: Vec<Arc<Mailbox>>, presence_limit: u64, interruptions: Counter) -> Self {
        Self {
            cores,
            presence_limit,
            store: OnceLock::new(),
            sessions: AtomicU64::new(0),
            told_online: AtomicU64::new(u64::MAX),
            interruptions,
        }
    }

    /// Lets frames say who is online. Called once, when the store is open.
    pub fn connect(&self, store: &Arc<dyn Store>) {
        // A second call would name the same store.
        let _ = self.store.set(Arc::downgrade(store));
    }

    /// Hands events to every core.
    pub fn dispatch(&self, events: Vec<Event>) {
        let batch = Arc::new(self.encode(events));
        for (index, core) in (0..).zip(&self.cores) {
            if batch.concerns(index, &core.interest) {
                core.put(Work::Batch(Arc::clone(&batch)));
            }
        }
    }

    /// On a large system: tells everybody how many are online, if that has changed.
    pub fn tell_presence(&self) {
        let Some(store) = self.store.get().and_then(Weak::upgrade) else { return };
        let online = store.online_users();
        if self.is_small(self.sessions.load(Ordering::Relaxed))
            || self.told_online.swap(online, Ordering::Relaxed) == online
        {
            return;
        }
        let frame = wire::text(&wire::sys(Sys::Presence { presence: Presence { online } }));
        for core in &self.cores {
            core.put(Work::Everybody(frame.clone()));
        }
    }

    /// Whether everybody is told of everybody's coming and going.
    pub fn is_small(&self, sessions: u64) -> bool {
        sessions <= self.presence_limit
    }

    fn encode(&self, events: Vec<Event>) -> Batch {
        let mut draft = Draft::default();
        for event in events {
            self.add(&mut draft, event);
        }
        draft.finish()
    }

    fn add(&self, draft: &mut Draft, event: Event) {
        match event {
            Event::Message { message, ticket } => {
                let recipient = message.channel.recipient();
                let online = recipient.is_some_and(|user| self.is_online(user.uuid));
                draft.message(message, online, ticket);
            }
            Event::Repeated { message, ticket } => {
                draft.push(Delivery::Repeated { message, ticket });
            }
            Event::Refused { ticket, error } => {
                draft.push(Delivery::Refused { error, ticket });
            }
            Event::SessionStarted { user, session, sessions } => {
                if self.note(sessions) {
                    let sign_in = wire::person(&user);
                    let frame = wire::sys(Sys::SignIn { sign_in });
                    draft.news(Audience::Everybody, session, &frame);
                }
            }
            Event::WentOffline { user, sessions } => {
                if self.note(sessions) {
                    let sign_out = wire::person(&user);
                    let frame = wire::sys(Sys::SignOut { sign_out });
                    draft.news(Audience::Everybody, SessionUuid::default(), &frame);
                }
            }
            Event::Joined { channel, user, session, sessions } => {
                if self.note(sessions) || !channel.uuid.is_general() {
                    let frame = joined(&channel, &user, session);
                    draft.news(members(&channel, user.uuid), session, &frame);
                }
            }
            Event::Left { channel, user, session, sessions } => {
                if self.note(sessions) || !channel.uuid.is_general() {
                    let frame = left(&channel, user.uuid, session);
                    draft.news(members(&channel, user.uuid), session, &frame);
                }
            }
            Event::Read { user, session, address, seq } => {
                let channel_read = Read { channel: wire::recipient(address), seq };
                let frame = Body::ChannelRead(channel_read).into();
                draft.news(Audience::Users([user, user]), session, &frame);
            }
            Event::Typing { user, session, channel, address } => {
                let channel_typing = Typing { channel: wire::recipient(address), user };
                let by = By { user_uuid: Some(user), ..By::default() };
                let frame = Outgoing::news(by, Body::ChannelTyping(channel_typing));
                let users = match address {
                    Address::Direct(recipient) => Some([user, recipient]),
                    Address::General | Address::Channel(_) => None,
                };
                draft.news(Audience::Joined(channel, users), session, &frame);
            }
            // No request of today brings one.
            Event::Channel { .. } | Event::Members { .. } | Event::Preferences { .. } => {}
            Event::Interrupted => {
                self.interruptions.increment(1);
                draft.push(Delivery::KeysInDoubt);
            }
            Event::Reset => draft.push(Delivery::Reset),
            Event::KeysRevoked { user, keys, session } => {
                let revoked = Delivery::KeysRevoked { user, keys, except: session };
                draft.push(revoked);
            }
        }
    }

    /// Notes the number of sessions; whether it is still a small one.
    fn note(&self, sessions: u64) -> bool {
        self.sessions.store(sessions, Ordering::Relaxed);
        self.is_small(sessions)
    }

    fn is_online(&self, user: UserUuid) -> bool {
        let store = self.store.get().and_then(Weak::upgrade);
        store.is_some_and(|store| store.is_online(user))
    }
}

/// The `sys` frame's message for a join.
pub fn joined(channel: &Channel, user: &User, session: SessionUuid) -> Outgoing {
    let by = By {
        session: Some(session),
        user_uuid: Some(user.uuid),
        user: Some(wire::user(user, Some(true))),
    };
    let channel_join = wire::recipient(channel.address());
    Outgoing::news(by, Body::Sys(Sys::ChannelJoin { channel_join }))
}

/// The message for a leave.
pub fn left(channel: &Channel, user: UserUuid, session: SessionUuid) -> Outgoing {
    let by = By { session: Some(session), user_uuid: Some(user), user: None };
    let channel_leave = wire::recipient(channel.address());
    Outgoing::news(by, Body::ChannelLeave(channel_leave))
}

/// Who hears of joins and leaves.
fn members(channel: &Channel, user: UserUuid) -> Audience {
    match channel.address() {
        Address::General => Audience::Everybody,
        Address::Direct(recipient) => Audience::Users([user, recipient]),
        Address::Channel(channel) => Audience::Joined(channel, None),
    }
}
