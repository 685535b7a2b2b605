//! Events on their way to the cores, with the frames that tell them.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use chinwag_protocol::{Body, ChannelUuid, Outgoing, SessionUuid, UserUuid};
use chinwag_store::{Address, Failure, Message, RevokedKeys, Ticket};

use crate::interest::Interest;
use crate::wire;

/// How large batches may become that are joined, in bytes. A slow reader may hold one of them beyond its bound.
const MAX_JOINED: usize = 64 * 1024;

/// Events that became known together, ready to be sent.
pub struct Batch {
    /// What happened, in order.
    pub deliveries: Vec<Delivery>,
    /// The messages, channel by channel.
    pub runs: Vec<Run>,
    /// The frames: those of each run one behind the other, then those of news.
    frames: Bytes,
}

/// The messages of one channel in a batch. Most receivers get them as a whole.
#[derive(Clone)]
pub struct Run {
    /// Which channel.
    pub channel: ChannelUuid,
    /// The two users of a direct channel.
    pub users: Option<[UserUuid; 2]>,
    /// The `Seq` of the first message.
    pub first: u64,
    /// How many messages there are.
    pub count: u64,
    /// Where their frames stand.
    pub frames: Range<usize>,
}

/// One thing that happened.
#[derive(Clone)]
pub enum Delivery {
    /// A message for the readers of its channel, and an answer to its sender.
    Message {
        message: Arc<Message>,
        recipient_online: bool,
        ticket: Option<Ticket>,
        /// In which of the batch's runs it is.
        run: usize,
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
    /// A group or a named channel was made or edited: a frame for its members.
    Channel { channel: ChannelUuid, new_members: Vec<UserUuid>, frame: Range<usize> },
    /// Members of a named channel have come, changed or gone.
    Members(MembersChanged),
    /// Messages have changed.
    Changed(MessagesChanged),
}

/// Messages of a channel that have changed, with the frames that tell of it.
#[derive(Clone)]
pub struct MessagesChanged {
    /// Which channel.
    pub channel: ChannelUuid,
    /// The two users of a direct channel.
    pub users: Option<[UserUuid; 2]>,
    /// As the first of them sees it, or everybody, and as the second one does.
    pub frames: [Range<usize>; 2],
}

/// Members of a named channel who have come, changed or gone, with the frames that tell of it.
#[derive(Clone)]
pub struct MembersChanged {
    /// Which channel.
    pub channel: ChannelUuid,
    /// Whether only members can read it.
    pub private: bool,
    /// Who has come.
    pub added: Vec<UserUuid>,
    /// Who has gone.
    pub removed: Vec<UserUuid>,
    /// For those who have come.
    pub news: Range<usize>,
    /// For those who have gone.
    pub gone: Range<usize>,
    /// For the other members, where there aren't too many.
    pub others: Option<Range<usize>>,
}

/// Who gets a frame.
#[derive(Clone)]
pub enum Audience {
    /// Every signed-in session.
    Everybody,
    /// The sessions of these users.
    Users([UserUuid; 2]),
    /// The user's sessions that want news of groups and named channels.
    Channels(UserUuid),
    /// The user's sessions that want changes to messages.
    Changes(UserUuid),
    /// The sessions that have joined the channel; those of these users where it is direct.
    Joined(ChannelUuid, Option<[UserUuid; 2]>),
}

impl Delivery {
    /// The group or named channel that may get listeners by it.
    pub fn opens(&self) -> Option<ChannelUuid> {
        match self {
            Self::Channel { channel, .. } | Self::Members(MembersChanged { channel, .. }) => {
                Some(*channel)
            }
            _ => None,
        }
    }

    /// The send that it answers.
    pub fn ticket(&self) -> Option<Ticket> {
        match self {
            Self::Message { ticket, .. } => *ticket,
            Self::Repeated { ticket, .. } | Self::Refused { ticket, .. } => Some(*ticket),
            Self::News { .. }
            | Self::KeysInDoubt
            | Self::Reset
            | Self::KeysRevoked { .. }
            | Self::Channel { .. }
            | Self::Members(_)
            | Self::Changed(_) => None,
        }
    }
}

impl Batch {
    /// Whether the core with this index has to hear of it.
    pub fn concerns(&self, core: u64, interest: &Interest) -> bool {
        let of_users = |users: &[UserUuid]| users.iter().any(|user| interest.may_have(user.0));
        let hears = |run: &Run| match &run.users {
            Some(users) => of_users(users),
            None => interest.may_have(run.channel.0),
        };
        let is_for = |delivery: &Delivery| match delivery {
            Delivery::News { audience: Audience::Users(users), .. }
            | Delivery::News { audience: Audience::Joined(_, Some(users)), .. } => of_users(users),
            Delivery::News { audience: Audience::Joined(channel, None), .. } => {
                interest.may_have(channel.0)
            }
            Delivery::News {
                audience: Audience::Channels(user) | Audience::Changes(user), ..
            } => of_users(&[*user]),
            Delivery::Changed(MessagesChanged { channel, users, .. }) => match users {
                Some(users) => of_users(users),
                None => interest.may_have(channel.0),
            },
            Delivery::News { audience: Audience::Everybody, .. }
            | Delivery::KeysInDoubt
            | Delivery::Reset
            | Delivery::KeysRevoked { .. }
            | Delivery::Channel { .. }
            | Delivery::Members(_) => true,
            Delivery::Message { .. } | Delivery::Repeated { .. } | Delivery::Refused { .. } => {
                delivery.ticket().is_some_and(|ticket| ticket.connection >> 56 == core)
            }
        };
        self.runs.iter().any(hears) || self.deliveries.iter().any(is_for)
    }

    /// Lets the core hear of the channels that may get listeners by this, before it has taken it in: what
    /// comes to them next must not pass it over.
    pub fn announce(&self, interest: &Interest) {
        self.deliveries
            .iter()
            .filter_map(Delivery::opens)
            .for_each(|channel| interest.add(channel.0));
    }

    /// One batch for this one and for the next ones, as long as all hold messages of one channel alone: a reader
    /// gets them as one piece, by one write. Returns it with how many of those behind are in it; `None` if
    /// none are.
    pub fn join<'a>(&self, behind: impl Iterator<Item = &'a Self>) -> Option<(Self, usize)> {
        let (mut run, mut joined) = (self.only_run()?.clone(), 0);
        let (mut deliveries, mut frames) = (Vec::new(), BytesMut::new());
        for batch in behind {
            let Some(next) = batch.only_run() else { break };
            let length = frames.len().max(self.frames.len()) + batch.frames.len();
            if next.channel != run.channel || length > MAX_JOINED {
                break;
            }
            if joined == 0 {
                deliveries.clone_from(&self.deliveries);
                frames.extend_from_slice(&self.frames);
            }
            let offset = frames.len();
            deliveries.extend(batch.deliveries.iter().cloned().map(|mut delivery| {
                if let Delivery::Message { frame, .. } = &mut delivery {
                    *frame = frame.start + offset..frame.end + offset;
                }
                delivery
            }));
            frames.extend_from_slice(&batch.frames);
            run.count += next.count;
            joined += 1;
        }
        run.frames = 0..frames.len();
        (joined > 0)
            .then(|| (Self { deliveries, runs: vec![run], frames: frames.freeze() }, joined))
    }

    /// The channel of which it holds messages and nothing else, unless it is a direct one.
    fn only_run(&self) -> Option<&Run> {
        let [run] = self.runs.as_slice() else { return None };
        let is_answer = |delivery: &Delivery| {
            matches!(
                delivery,
                Delivery::Message { .. } | Delivery::Repeated { .. } | Delivery::Refused { .. }
            )
        };
        (run.users.is_none() && self.deliveries.iter().all(is_answer)).then_some(run)
    }

    /// A frame, or several one behind the other.
    pub fn frame(&self, range: &Range<usize>) -> Bytes {
        self.frames.slice(range.clone())
    }
}

/// A batch in the making.
#[derive(Default)]
pub struct Draft {
    deliveries: Vec<Delivery>,
    runs: Vec<Run>,
    by_channel: HashMap<ChannelUuid, usize>,
    news: BytesMut,
}

impl Draft {
    /// Adds something without a frame.
    pub fn push(&mut self, delivery: Delivery) {
        self.deliveries.push(delivery);
    }

    /// Adds a message. Its frame is made at the end, among those of its channel.
    pub fn message(
        &mut self,
        message: Arc<Message>,
        recipient_online: bool,
        ticket: Option<Ticket>,
    ) {
        let channel = message.channel.uuid;
        // Messages of one channel often come together.
        let last =
            self.runs.last().filter(|run| run.channel == channel).map(|_| self.runs.len() - 1);
        let run = last.unwrap_or_else(|| {
            let Self { runs, by_channel, .. } = self;
            *by_channel.entry(channel).or_insert_with(|| {
                runs.push(Run::new(&message));
                runs.len() - 1
            })
        });
        self.runs[run].count += 1;
        self.deliveries.push(Delivery::Message {
            message,
            recipient_online,
            ticket,
            run,
            frame: 0..0,
        });
    }

    /// Adds news, and encodes them.
    pub fn news(&mut self, audience: Audience, except: SessionUuid, message: &Outgoing) {
        let frame = self.frame(message);
        self.deliveries.push(Delivery::News { audience, except, frame });
    }

    /// Encodes a frame of news. Where it stands counts from the first of them.
    pub fn frame(&mut self, message: &Outgoing) -> Range<usize> {
        let start = self.news.len();
        wire::write_text(&mut self.news, message);
        start..self.news.len()
    }

    /// Ends it: encodes the messages, channel by channel.
    pub fn finish(mut self) -> Batch {
        let mut frames = BytesMut::new();
        let mut messages: Vec<_> = self.deliveries.iter_mut().filter(is_message).collect();
        if self.runs.len() > 1 {
            messages.sort_by_key(|delivery| run_of(delivery));
        }
        for delivery in messages {
            let Delivery::Message { message, recipient_online, run, frame, .. } = delivery else {
                continue;
            };
            let (start, run) = (frames.len(), &mut self.runs[*run]);
            let channel_message = wire::live_message(message, *recipient_online);
            wire::write_text(&mut frames, &Body::ChannelMessage(channel_message).into());
            *frame = start..frames.len();
            if run.frames.is_empty() {
                run.frames = frame.clone();
            }
            run.frames.end = frame.end;
        }
        let offset = frames.len();
        let shift = |frame: &mut Range<usize>| {
            *frame = frame.start + offset..frame.end + offset;
        };
        for delivery in &mut self.deliveries {
            match delivery {
                Delivery::News { frame, .. } | Delivery::Channel { frame, .. } => shift(frame),
                Delivery::Members(MembersChanged { news, gone, others, .. }) => {
                    shift(news);
                    shift(gone);
                    others.iter_mut().for_each(shift);
                }
                Delivery::Changed(changed) => changed.frames.iter_mut().for_each(shift),
                _ => {}
            }
        }
        frames.extend_from_slice(&self.news);
        Batch { deliveries: self.deliveries, runs: self.runs, frames: frames.freeze() }
    }
}

impl Run {
    /// Of the channel of this message, its first one in the batch.
    fn new(message: &Message) -> Self {
        let users = match message.channel.address() {
            Address::Direct(recipient) => Some([message.sender.uuid, recipient]),
            Address::General | Address::Channel(_) => None,
        };
        let channel = message.channel.uuid;
        Self { channel, users, first: message.seq, count: 0, frames: 0..0 }
    }
}

fn is_message(delivery: &&mut Delivery) -> bool {
    matches!(delivery, Delivery::Message { .. })
}

fn run_of(delivery: &Delivery) -> usize {
    match delivery {
        Delivery::Message { run, .. } => *run,
        _ => usize::MAX,
    }
}

#[cfg(test)]
mod tests;
