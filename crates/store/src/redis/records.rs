//! What stands in Redis and in its Pub/Sub messages, as JSON.

use chinwag_protocol::{ChannelUuid, MessageUuid, SessionUuid, UserUuid};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

use super::details::{StoredDetails, StoredMember};
use crate::{
    Address, Append, Channel, Event, File, KeyDigest, Member, Message, Preferences, RevokedKeys,
    User,
};

/// An element of `users`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct StoredUser {
    #[serde(rename = "UUID")]
    pub uuid: UserUuid,
    pub username: Arc<str>,
    pub password: String,
    pub access_key: String,
    pub on_line: bool,
}

impl StoredUser {
    pub(super) fn new(user: &User, password_hash: String) -> Self {
        Self {
            uuid: user.uuid,
            username: Arc::clone(&user.name),
            password: password_hash,
            access_key: String::new(),
            on_line: false,
        }
    }

    pub(super) fn json(&self) -> String {
        // Strings and a truth value only: there is nothing that could fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// An element of `channelMessages:<ChannelUUID>`; its place in the list is its `Seq`.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredMessage {
    #[serde(rename = "UUID")]
    pub uuid: MessageUuid,
    #[serde(rename = "SenderUUID")]
    pub sender: UserUuid,
    /// The name under which a hook has written it.
    #[serde(rename = "As", default, skip_serializing_if = "Option::is_none")]
    pub written_as: Option<Arc<str>>,
    /// Empty in General.
    #[serde(rename = "RecipientUUID")]
    pub recipient: String,
    #[serde(rename = "Message")]
    pub text: Arc<str>,
    #[serde(rename = "CreatedAt")]
    pub created_at: Timestamp,
    #[serde(rename = "ReplyTo", default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<StoredReply>,
    #[serde(rename = "Mentions", default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserUuid>,
    #[serde(rename = "MentionAll", default, skip_serializing_if = "std::ops::Not::not")]
    pub mention_all: bool,
    #[serde(rename = "Files", default, skip_serializing_if = "<[File]>::is_empty")]
    pub files: Box<[File]>,
    /// The `Rev` of the last change, 0 if there was none.
    #[serde(rename = "Rev", default, skip_serializing_if = "is_zero")]
    pub rev: u64,
    #[serde(rename = "EditedAt", default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    #[serde(rename = "DeletedAt", default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    #[serde(rename = "PinnedAt", default, skip_serializing_if = "Option::is_none")]
    pub pinned_at: Option<Timestamp>,
    /// Of a chain's first message how many others it has, without deleted ones.
    #[serde(rename = "Replies", default, skip_serializing_if = "Option::is_none")]
    pub replies: Option<u64>,
    /// By the first of each emoji.
    #[serde(rename = "Reactions", default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<StoredReaction>,
}

/// Which message of its channel another one answers.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct StoredReply {
    pub seq: u64,
    pub root: u64,
}

/// The reactions to a message with one emoji.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct StoredReaction {
    pub emoji: Arc<str>,
    pub count: u64,
    /// The first of them.
    pub users: Vec<UserUuid>,
}

/// What a reply shows of the message that it answers. Of one that can't be read nothing.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Answered {
    #[serde(rename = "SenderUUID")]
    pub sender: UserUuid,
    /// The name under which a hook has written it; `None` once it is deleted.
    #[serde(rename = "As")]
    pub written_as: Option<Arc<str>>,
    /// Enough of the text for an excerpt; `None` once it is deleted.
    pub beginning: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A user as named in Pub/Sub messages.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Person {
    #[serde(rename = "UUID")]
    pub uuid: UserUuid,
    #[serde(rename = "Username")]
    name: Arc<str>,
}

/// A message on Pub/Sub: the stored one, with what its receivers need besides.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LiveMessage {
    pub seq: u64,
    /// The send that this answers, when its message was stored before.
    pub repeated: Option<MessageUuid>,
    #[serde(rename = "ChannelUUID")]
    pub channel: ChannelUuid,
    sender: Person,
    recipient: Option<Person>,
    #[serde(rename = "UUID")]
    uuid: MessageUuid,
    #[serde(rename = "As")]
    written_as: Option<Arc<str>>,
    #[serde(rename = "Message")]
    text: Arc<str>,
    created_at: Timestamp,
}

/// A message on Pub/Sub that is a reply, mentions somebody or has changed.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LiveElement {
    pub element: StoredMessage,
    pub answered: Option<Answered>,
    pub seq: u64,
    #[serde(rename = "ChannelUUID")]
    pub channel: ChannelUuid,
    /// The send that this answers, when its message was stored before.
    pub repeated: Option<MessageUuid>,
    /// The reaction by which it has changed, for the user's own sessions.
    pub reacted: Option<Reacted>,
}

/// Whose reaction it is.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct Reacted {
    pub user: UserUuid,
    pub session: SessionUuid,
    pub address: Address,
}

/// News on Pub/Sub.
#[derive(Deserialize)]
pub(super) struct Envelope {
    #[serde(default)]
    pub sessions: u64,
    pub news: News,
}

/// What happened besides messages.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub(super) enum News {
    SessionStarted { user: Person, session: SessionUuid },
    WentOffline { user: Person },
    Joined { channel: ChannelUuid, recipient: Option<Person>, user: Person, session: SessionUuid },
    Left { channel: ChannelUuid, recipient: Option<Person>, user: Person, session: SessionUuid },
    Read { user: UserUuid, session: SessionUuid, address: Address, seq: u64 },
    Typing { user: UserUuid, session: SessionUuid, channel: ChannelUuid, address: Address },
    KeyRevoked { user: UserUuid, digest: [u8; 32], session: SessionUuid },
    Reported { report: Uuid, admins: Vec<UserUuid> },
    KeysRevoked { user: UserUuid, kept: Option<[u8; 32]>, session: SessionUuid },
    EpochChanged { epoch: Arc<str> },
    Channel(Box<ChannelNews>),
    Members(Box<MembersNews>),
    Preferences { user: UserUuid, session: SessionUuid, address: Address, preferences: Preferences },
}

/// A group or a named channel was made or edited.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChannelNews {
    pub change: String,
    pub details: StoredDetails,
    pub new_members: Vec<UserUuid>,
}

/// Members were added, changed or removed.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct MembersNews {
    pub change: String,
    /// The `Seq` of the channel's last message before that.
    pub last: u64,
    /// The channel's `rev` before that.
    #[serde(default)]
    pub rev: u64,
    pub details: StoredDetails,
    pub added: Vec<StoredMember>,
    pub changed: Vec<StoredMember>,
    pub removed: Vec<Person>,
}

/// What `RecipientUUID` is in a stored message of the channel.
fn recipient_of(channel: &Channel) -> String {
    match channel.address() {
        Address::General => String::new(),
        Address::Direct(user) => user.to_string(),
        Address::Channel(channel) => channel.to_string(),
    }
}

fn channel_of(uuid: ChannelUuid, recipient: Option<User>) -> Channel {
    match recipient {
        Some(recipient) => Channel::direct(uuid, recipient),
        None => Channel::of_members(uuid),
    }
}

impl From<&User> for Person {
    fn from(user: &User) -> Self {
        Self { uuid: user.uuid, name: Arc::clone(&user.name) }
    }
}

impl From<Person> for User {
    fn from(person: Person) -> Self {
        Self { uuid: person.uuid, name: person.name }
    }
}

impl StoredMessage {
    pub(super) fn new(append: &Append, uuid: MessageUuid) -> Self {
        Self {
            uuid,
            sender: append.sender.uuid,
            written_as: append.by_hook.as_ref().map(|by| Arc::clone(&by.name)),
            recipient: recipient_of(&append.channel),
            text: Arc::clone(&append.text),
            created_at: append.created_at,
            // The script knows the root.
            reply_to: None,
            // The script knows who is a member.
            mentions: Vec::new(),
            mention_all: false,
            // The script knows the files.
            files: Box::default(),
            rev: 0,
            edited_at: None,
            deleted_at: None,
            pinned_at: None,
            replies: None,
            reactions: Vec::new(),
        }
    }
}

impl LiveMessage {
    pub(super) fn into_message(self) -> Message {
        Message {
            uuid: self.uuid,
            channel: channel_of(self.channel, self.recipient.map(User::from)),
            seq: self.seq,
            sender: self.sender.into(),
            written_as: self.written_as,
            text: self.text,
            created_at: self.created_at,
            reply_to: None,
            mentions: None,
            files: Box::default(),
            state: None,
        }
    }
}

impl News {
    pub(super) fn joined(channel: &Channel, user: &User, session: SessionUuid) -> Self {
        let recipient = channel.recipient().map(Person::from);
        Self::Joined { channel: channel.uuid, recipient, user: user.into(), session }
    }

    pub(super) fn left(channel: &Channel, user: &User, session: SessionUuid) -> Self {
        let recipient = channel.recipient().map(Person::from);
        Self::Left { channel: channel.uuid, recipient, user: user.into(), session }
    }

    /// Where both users of a private channel hear of it: who caused it.
    pub(super) fn actor(&self) -> Option<UserUuid> {
        match self {
            Self::Joined { user, .. } | Self::Left { user, .. } => Some(user.uuid),
            Self::Typing { user, .. } => Some(*user),
            _ => None,
        }
    }

    /// The number of a change that is told to its channel and to users: a node may hear of it more than once.
    pub(super) fn change(&self) -> Option<&str> {
        match self {
            Self::Channel(news) => Some(&news.change),
            Self::Members(news) => Some(&news.change),
            _ => None,
        }
    }

    /// The news as it is published, where nothing else stands beside it.
    pub(super) fn envelope(&self) -> String {
        format!(r#"{{"news":{}}}"#, self.json())
    }

    /// The news as it stands on Pub/Sub within an [`Envelope`].
    pub(super) fn json(&self) -> String {
        // Strings and numbers only: there is nothing that could fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn into_event(self, sessions: u64) -> Event {
        let channel = |uuid, recipient: Option<Person>| channel_of(uuid, recipient.map(User::from));
        match self {
            Self::SessionStarted { user, session } => {
                Event::SessionStarted { user: user.into(), session, sessions }
            }
            Self::WentOffline { user } => Event::WentOffline { user: user.into(), sessions },
            Self::Joined { channel: uuid, recipient, user, session } => Event::Joined {
                channel: channel(uuid, recipient),
                user: user.into(),
                session,
                sessions,
            },
            Self::Left { channel: uuid, recipient, user, session } => Event::Left {
                channel: channel(uuid, recipient),
                user: user.into(),
                session,
                sessions,
            },
            Self::Read { user, session, address, seq } => {
                Event::Read { user, session, address, seq }
            }
            Self::Typing { user, session, channel, address } => {
                Event::Typing { user, session, channel, address }
            }
            Self::KeyRevoked { user, digest, session } => {
                let keys = RevokedKeys::One(KeyDigest(digest));
                Event::KeysRevoked { user, keys, session }
            }
            Self::KeysRevoked { user, kept, session } => {
                let keys = RevokedKeys::AllBut(kept.map(KeyDigest));
                Event::KeysRevoked { user, keys, session }
            }
            Self::Reported { report, admins } => Event::Reported { report, admins },
            Self::EpochChanged { .. } => Event::Reset,
            Self::Channel(news) => Event::Channel {
                details: Arc::new(news.details.into()),
                new_members: news.new_members,
            },
            Self::Members(news) => Event::Members {
                details: Arc::new(news.details.into()),
                added: news.added.into_iter().map(Member::from).collect(),
                changed: news.changed.into_iter().map(Member::from).collect(),
                removed: news.removed.into_iter().map(User::from).collect(),
            },
            Self::Preferences { user, session, address, preferences } => {
                Event::Preferences { user, session, address, preferences }
            }
        }
    }
}
