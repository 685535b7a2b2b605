//! From the store's events to batches for the cores: every frame is encoded here, once.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use bytes::{Bytes, BytesMut};
use chinwag_protocol::outgoing::{Outgoing, Presence, Read, Recipient, Sys, Typing};
use chinwag_protocol::{ChannelUuid, SessionUuid, UserUuid};
use chinwag_store::{Channel, Event, Message, RevokedKeys, Store, Ticket, Unavailable, User};
use metrics::Counter;

use crate::mailbox::{Mailbox, Work};
use crate::wire;

/// Events that became known together, ready to be sent.
pub struct Batch {
    /// What happened, in order.
    pub deliveries: Vec<Delivery>,
    /// The frames of General's messages, one behind the other: most receivers get them as a whole.
    pub general: Bytes,
    /// How many they are, and the `Seq` of the first.
    pub general_messages: Option<(u64, u64)>,
    /// All other frames.
    frames: Bytes,
}

/// One thing that happened.
pub enum Delivery {
    /// A message for whoever reads its channel, and an answer to its sender.
    Message {
        message: Arc<Message>,
        recipient_online: bool,
        ticket: Option<Ticket>,
        frame: Range<usize>,
    },
    /// An answer to the sender of a message that was stored before.
    Repeated { message: Arc<Message>, ticket: Ticket },
    /// An answer to the sender of a message that could not be stored.
    Refused { error: Arc<Unavailable>, ticket: Ticket },
    /// A frame for an audience.
    News { audience: Audience, except: SessionUuid, frame: Range<usize> },
    /// Keys may have ended unheard.
    KeysInDoubt,
    /// The store holds less than before: every connection is closed.
    Reset,
    /// The end of access keys.
    KeysRevoked { user: UserUuid, keys: RevokedKeys, except: SessionUuid },
}

/// Who gets a frame.
pub enum Audience {
    /// Every signed-in session.
    Everybody,
    /// The sessions of these users.
    Users([UserUuid; 2]),
    /// The sessions that have joined the channel; those of these users where it is private.
    Joined(ChannelUuid, Option<[UserUuid; 2]>),
}

impl Delivery {
    /// The send that it answers.
    pub fn ticket(&self) -> Option<Ticket> {
        match self {
            Self::Message { ticket, .. } => *ticket,
            Self::Repeated { ticket, .. } | Self::Refused { ticket, .. } => Some(*ticket),
            Self::News { .. } | Self::KeysInDoubt | Self::Reset | Self::KeysRevoked { .. } => None,
        }
    }
}

impl Batch {
    /// The frame of a message.
    pub fn message_frame(&self, channel: ChannelUuid, range: &Range<usize>) -> Bytes {
        if channel.is_general() { self.general.slice(range.clone()) } else { self.frame(range) }
    }

    /// The frame of news.
    pub fn frame(&self, range: &Range<usize>) -> Bytes {
        self.frames.slice(range.clone())
    }
}

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
        for core in &self.cores {
            core.put(Work::Batch(Arc::clone(&batch)));
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
        Batch {
            deliveries: draft.deliveries,
            general: draft.general.freeze(),
            general_messages: draft.general_messages,
            frames: draft.frames.freeze(),
        }
    }

    fn add(&self, draft: &mut Draft, event: Event) {
        match event {
            Event::Message { message, ticket } => {
                let online =
                    message.recipient.as_ref().is_some_and(|user| self.is_online(user.uuid));
                draft.message(message, online, ticket);
            }
            Event::Repeated { message, ticket } => {
                draft.deliveries.push(Delivery::Repeated { message, ticket });
            }
            Event::Refused { ticket, error } => {
                draft.deliveries.push(Delivery::Refused { error, ticket });
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
            Event::Read { user, session, recipient, seq } => {
                let channel_read = Read { channel: Recipient { recipient }, seq };
                let frame = Outgoing::ChannelRead { id: None, channel_read };
                draft.news(Audience::Users([user, user]), session, &frame);
            }
            Event::Typing { user, session, channel, recipient } => {
                let channel_typing = Typing { channel: Recipient { recipient }, user };
                let frame = Outgoing::ChannelTyping { user_uuid: user, channel_typing };
                let users = recipient.map(|recipient| [user, recipient]);
                draft.news(Audience::Joined(channel, users), session, &frame);
            }
            Event::Interrupted => {
                self.interruptions.increment(1);
                draft.deliveries.push(Delivery::KeysInDoubt);
            }
            Event::Reset => draft.deliveries.push(Delivery::Reset),
            Event::KeysRevoked { user, keys, session } => {
                let revoked = Delivery::KeysRevoked { user, keys, except: session };
                draft.deliveries.push(revoked);
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
    Outgoing::Sys {
        session: Some(session),
        user_uuid: Some(user.uuid),
        user: Some(wire::user(user, Some(true))),
        sys: Sys::ChannelJoin { channel_join: Recipient { recipient: channel.recipient_uuid() } },
    }
}

/// The message for a leave.
pub fn left(channel: &Channel, user: UserUuid, session: SessionUuid) -> Outgoing {
    let channel_leave = Recipient { recipient: channel.recipient_uuid() };
    Outgoing::ChannelLeave { id: None, session, user_uuid: user, channel_leave }
}

/// Who hears of joins and leaves.
fn members(channel: &Channel, user: UserUuid) -> Audience {
    match channel.recipient_uuid() {
        None => Audience::Everybody,
        Some(recipient) => Audience::Users([user, recipient]),
    }
}

/// A batch in the making.
#[derive(Default)]
struct Draft {
    deliveries: Vec<Delivery>,
    general: BytesMut,
    general_messages: Option<(u64, u64)>,
    frames: BytesMut,
}

impl Draft {
    fn message(&mut self, message: Arc<Message>, recipient_online: bool, ticket: Option<Ticket>) {
        let frames = if message.channel.is_general() {
            let (count, _) = self.general_messages.get_or_insert((0, message.seq));
            *count += 1;
            &mut self.general
        } else {
            &mut self.frames
        };
        let channel_message = wire::live_message(&message, recipient_online);
        let start = frames.len();
        wire::write_text(frames, &Outgoing::ChannelMessage { id: None, channel_message });
        let frame = start..frames.len();
        self.deliveries.push(Delivery::Message { message, recipient_online, ticket, frame });
    }

    fn news(&mut self, audience: Audience, except: SessionUuid, message: &Outgoing) {
        let start = self.frames.len();
        wire::write_text(&mut self.frames, message);
        let frame = start..self.frames.len();
        self.deliveries.push(Delivery::News { audience, except, frame });
    }
}
