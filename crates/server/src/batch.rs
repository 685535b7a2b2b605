//! Events on their way to the cores, with the frames that tell them.

use std::ops::Range;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use chinwag_protocol::outgoing::Outgoing;
use chinwag_protocol::{ChannelUuid, SessionUuid, UserUuid};
use chinwag_store::{Failure, Message, RevokedKeys, Ticket};

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
    Refused { error: Arc<Failure>, ticket: Ticket },
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

/// A batch in the making.
#[derive(Default)]
pub struct Draft {
    deliveries: Vec<Delivery>,
    general: BytesMut,
    general_messages: Option<(u64, u64)>,
    frames: BytesMut,
}

impl Draft {
    /// Adds something without a frame.
    pub fn push(&mut self, delivery: Delivery) {
        self.deliveries.push(delivery);
    }

    /// Ends it.
    pub fn finish(self) -> Batch {
        Batch {
            deliveries: self.deliveries,
            general: self.general.freeze(),
            general_messages: self.general_messages,
            frames: self.frames.freeze(),
        }
    }

    /// Adds a message.
    pub fn message(
        &mut self,
        message: Arc<Message>,
        recipient_online: bool,
        ticket: Option<Ticket>,
    ) {
        let frames = if message.channel.uuid.is_general() {
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

    /// Adds news, and encodes them.
    pub fn news(&mut self, audience: Audience, except: SessionUuid, message: &Outgoing) {
        let start = self.frames.len();
        wire::write_text(&mut self.frames, message);
        let frame = start..self.frames.len();
        self.deliveries.push(Delivery::News { audience, except, frame });
    }
}
