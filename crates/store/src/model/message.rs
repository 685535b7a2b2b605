//! Messages, to be stored and stored, and pages of them.

use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, FileUuid, MessageUuid, UserUuid};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Channel, File, JOIN_MESSAGES, Mentions, MessageState, ReplyTo, Ticket, User, WrittenBy,
};

/// A stored message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Its UUID.
    pub uuid: MessageUuid,
    /// Where it was written, from the sender's side.
    pub channel: Channel,
    /// Its place in the channel: 1, 2, 3 … without holes.
    pub seq: u64,
    /// Who wrote it.
    pub sender: User,
    /// The name under which a hook has written it.
    pub written_as: Option<Arc<str>>,
    /// The text, byte for byte.
    pub text: Arc<str>,
    /// When the sender's node took it.
    pub created_at: Timestamp,
    /// The message that it answers.
    pub reply_to: Option<Box<ReplyTo>>,
    /// Whom it mentions; `None` if nobody.
    pub mentions: Option<Box<Mentions>>,
    /// Its files.
    pub files: Box<[File]>,
    /// What has changed of it; `None` if nothing ever did.
    pub state: Option<Box<MessageState>>,
}

impl Message {
    /// Stands for an element of the store that can't be read, so that its `Seq` is not a hole: no
    /// text, the nil UUID and an empty name as sender, and the time 1970-01-01T00:00:00Z.
    pub(crate) fn unreadable(channel: &Channel, seq: u64) -> Self {
        Self {
            uuid: unreadable_uuid(channel.uuid, seq),
            channel: channel.clone(),
            seq,
            sender: User { uuid: UserUuid::default(), name: "".into() },
            written_as: None,
            text: "".into(),
            created_at: Timestamp::UNIX_EPOCH,
            reply_to: None,
            mentions: None,
            files: Box::default(),
            state: None,
        }
    }

    /// Whether it stands for an element of the store that can't be read.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        self.sender.uuid == UserUuid::default()
    }

    /// The `Rev` of its last change; 0 if it never changed.
    #[must_use]
    pub fn rev(&self) -> u64 {
        self.state.as_ref().map_or(0, |state| state.rev)
    }

    /// Whether it is deleted.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.state.as_ref().is_some_and(|state| state.deleted_at.is_some())
    }
}

/// The same at each reading, on each node: a UUID of version 8 (RFC 9562) from the channel's first
/// 60 bits and the `Seq`.
fn unreadable_uuid(channel: ChannelUuid, seq: u64) -> MessageUuid {
    let (high, _) = channel.0.as_u64_pair();
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&high.to_be_bytes());
    bytes[8..].copy_from_slice(&seq.to_be_bytes());
    MessageUuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// A message to be stored.
#[derive(Clone, Debug)]
pub struct Append {
    /// Which send its outcome belongs to.
    pub ticket: Ticket,
    /// Who writes.
    pub sender: User,
    /// Where, from the sender's side.
    pub channel: Channel,
    /// The text, byte for byte.
    pub text: Arc<str>,
    /// Makes a repetition by the same sender in the same channel harmless.
    pub client_uuid: Option<String>,
    /// When the node took it.
    pub created_at: Timestamp,
    /// The `Seq` of the message that it answers.
    pub reply_to: Option<u64>,
    /// Whom it is to mention. Who isn't a member is left out, and so are all members where the sender may not
    /// mention them.
    pub mentions: Option<Box<Mentions>>,
    /// The files that it is to hold, each once.
    pub files: Vec<FileUuid>,
    /// The hook that writes, in place of a member.
    pub by_hook: Option<Box<WrittenBy>>,
}

impl Append {
    /// The message that it becomes, if it answers none and mentions nobody.
    pub(crate) fn into_message(self, uuid: MessageUuid, seq: u64) -> Message {
        Message {
            uuid,
            channel: self.channel,
            seq,
            sender: self.sender,
            written_as: self.by_hook.map(|hook| hook.name),
            text: self.text,
            created_at: self.created_at,
            reply_to: None,
            mentions: None,
            files: Box::default(),
            state: None,
        }
    }
}

/// Messages, and how many their channel has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MessagesPage {
    /// The `Seq` of the channel's last message; 0 if it has none.
    pub total: u64,
    /// The channel's `rev` when they were read. No message is older than it tells; one may be newer.
    pub rev: u64,
    /// Those asked for.
    pub messages: Vec<Message>,
}

impl HistoryPage {
    /// What a join shows.
    pub(crate) const NEWEST: Self = Self::of_all(Page::Last, JOIN_MESSAGES);

    /// Of all messages.
    #[must_use]
    pub const fn of_all(page: Page, limit: u64) -> Self {
        Self { page, limit, filter: Filter::All }
    }
}

/// Which part of the history to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HistoryPage {
    /// From where in which direction.
    pub page: Page,
    /// How many messages at the most.
    pub limit: u64,
    /// Which of them.
    pub filter: Filter,
}

/// Where a message stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// The channel.
    pub channel: ChannelUuid,
    /// What names it on the user's side: the other user of a direct channel, else the channel itself.
    pub named: Uuid,
    /// Its `Seq`.
    pub seq: u64,
}

/// Which messages of a channel to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Filter {
    /// All.
    All,
    /// The one with this `Seq` and those of the chain that it began.
    Thread(u64),
    /// Pinned ones.
    Pinned,
    /// Those with files.
    Files,
}

impl Filter {
    /// Whether it takes this message.
    pub(crate) fn takes(self, message: &Message) -> bool {
        match self {
            Self::All => true,
            Self::Thread(root) => {
                message.seq == root
                    || message.reply_to.as_ref().is_some_and(|reply| reply.root == root)
            }
            Self::Files => !message.files.is_empty(),
            Self::Pinned => message.state.as_ref().is_some_and(|state| state.pinned_at.is_some()),
        }
    }
}

/// From where in which direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    /// The newest, newest first.
    Last,
    /// With a smaller `Seq`, newest first.
    Before(u64),
    /// With a greater `Seq`, oldest first.
    After(u64),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unreadable_elements_have_uuids_of_their_own_and_keep_them() {
        let private = ChannelUuid::random();
        let uuids =
            [(ChannelUuid::GENERAL, 1), (ChannelUuid::GENERAL, 2), (private, 1), (private, 2)]
                .map(|(channel, seq)| unreadable_uuid(channel, seq));
        let distinct: std::collections::HashSet<_> = uuids.iter().collect();
        assert_eq!(distinct.len(), 4);
        assert_eq!(uuids[2], unreadable_uuid(private, 1));
        assert_eq!(uuids[0].to_string(), "00000000-0000-8000-8000-000000000001");
    }
}
