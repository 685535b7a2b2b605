//! Channels, as their users see them.

use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, SessionUuid, UserUuid};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Message, MessagesPage, User, UserStatus};

/// A channel, seen by one of its users.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Channel {
    /// The channel.
    pub uuid: ChannelUuid,
    /// Whose channel it is.
    pub kind: Kind,
}

/// Whose channel it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Everybody's: every user is a member.
    General,
    /// Two users': the other one, or oneself in a channel with oneself.
    Direct(User),
    /// Its members': a group or a named channel.
    Members,
}

/// By what a user names a channel.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Address {
    /// General.
    General,
    /// The direct channel with this user.
    Direct(UserUuid),
    /// A group or a named channel.
    Channel(ChannelUuid),
}

impl Channel {
    /// The channel of everybody.
    pub const GENERAL: Self = Self { uuid: ChannelUuid::GENERAL, kind: Kind::General };

    /// The channel with this user, from the other one's side.
    #[must_use]
    pub fn direct(uuid: ChannelUuid, recipient: User) -> Self {
        Self { uuid, kind: Kind::Direct(recipient) }
    }

    /// The channel with this UUID, which isn't a direct one.
    #[must_use]
    pub fn of_members(uuid: ChannelUuid) -> Self {
        Self { uuid, kind: if uuid.is_general() { Kind::General } else { Kind::Members } }
    }

    /// The other user of a direct channel.
    #[must_use]
    pub fn recipient(&self) -> Option<&User> {
        match &self.kind {
            Kind::Direct(recipient) => Some(recipient),
            Kind::General | Kind::Members => None,
        }
    }

    /// By what its user names it.
    #[must_use]
    pub fn address(&self) -> Address {
        match &self.kind {
            Kind::General => Address::General,
            Kind::Direct(recipient) => Address::Direct(recipient.uuid),
            Kind::Members => Address::Channel(self.uuid),
        }
    }
}

/// What was found where a channel is looked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FoundChannel {
    /// There is no such user, and no such channel that the asker may know of.
    Nothing,
    /// There is the user, and the two have no channel yet.
    NoChannel,
    /// The channel, from the asker's side.
    Channel(Channel),
}

impl FoundChannel {
    /// The channel, if there is one.
    #[must_use]
    pub fn channel(self) -> Option<Channel> {
        match self {
            Self::Channel(channel) => Some(channel),
            Self::Nothing | Self::NoChannel => None,
        }
    }
}

/// General, a group or a named channel, as those see it who can read it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChannelDetails {
    /// The channel.
    pub uuid: ChannelUuid,
    /// The name as it is shown; empty for a group.
    pub name: Arc<str>,
    /// What it is about; may be empty.
    pub topic: Arc<str>,
    /// Whether only members can read it and know of it.
    pub private: bool,
    /// Whether only owners may write.
    pub owners_post: bool,
    /// Whether nothing is written or changed any more.
    pub archived: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// How many members it has.
    pub users_total: u64,
    /// The users of a group; of other channels none.
    pub users: Vec<User>,
}

/// A name that a channel is to have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChannelName {
    /// As it is shown.
    pub shown: Arc<str>,
    /// As it is compared, RFC 8266.
    pub folded: String,
}

/// A channel to be made.
#[derive(Clone, Debug)]
pub struct NewChannel {
    /// Who makes it, and is a member: of a named channel its owner.
    pub made_by: User,
    /// Its name; `None` for a group.
    pub name: Option<ChannelName>,
    /// What it is about.
    pub topic: Arc<str>,
    /// Whether only members can read it. A group always is.
    pub private: bool,
    /// The other members, each once.
    pub users: Vec<UserUuid>,
    /// Makes a repetition by the same user within a day harmless.
    pub client_uuid: Option<String>,
    /// When the node took it.
    pub created_at: Timestamp,
    /// Whether only admins make named channels.
    pub by_admins: bool,
}

/// What is to change of a named channel.
#[derive(Clone, Debug)]
pub struct ChannelEdit {
    /// Who asks: an owner.
    pub asker: UserUuid,
    /// Which channel.
    pub channel: ChannelUuid,
    /// The new name.
    pub name: Option<ChannelName>,
    /// The new topic.
    pub topic: Option<Arc<str>>,
    /// Whether only owners may write.
    pub owners_post: Option<bool>,
    /// Whether it is archived.
    pub archived: Option<bool>,
}

/// A member of a group or a named channel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// The user.
    pub user: User,
    /// Whether the user owns the channel.
    pub owner: bool,
}

/// Users to become members or owners.
#[derive(Clone, Debug)]
pub struct MembersAdd {
    /// Who asks.
    pub asker: UserUuid,
    /// Which named channel.
    pub channel: ChannelUuid,
    /// Who, each once: the asker alone to join a public channel.
    pub users: Vec<UserUuid>,
    /// Whether they own the channel; `None` leaves that as it is.
    pub owner: Option<bool>,
    /// When the node took it.
    pub at: Timestamp,
}

/// Members that were added, changed or removed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MembersChange {
    /// Those who were asked for, as they are now.
    pub users: Vec<Member>,
    /// How many members the channel has now.
    pub users_total: u64,
}

/// Which members of a channel to list.
#[derive(Clone, Debug)]
pub struct MembersQuery {
    /// Who asks: somebody who can read the channel.
    pub asker: UserUuid,
    /// Which group or named channel.
    pub channel: ChannelUuid,
    /// The start of the folded name; empty for all.
    pub folded_prefix: String,
    /// How many to skip.
    pub offset: u64,
    /// How many at the most.
    pub limit: u64,
}

/// One page of members, online first, then by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MembersPage {
    /// How many members fit the query on all pages.
    pub total: u64,
    /// This page, each with whether they own the channel.
    pub members: Vec<(UserStatus, bool)>,
}

/// Which named channels to list: public ones, and the private ones of the asker.
#[derive(Clone, Debug)]
pub struct ChannelsQuery {
    /// Who asks.
    pub asker: UserUuid,
    /// The start of the folded name; empty for all.
    pub folded_prefix: String,
    /// How many to skip.
    pub offset: u64,
    /// How many at the most.
    pub limit: u64,
    /// Whether archived ones are listed, too.
    pub archived: bool,
}

/// One page of named channels, by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChannelsPage {
    /// How many channels fit the query on all pages.
    pub total: u64,
    /// This page, each with the asker's membership.
    pub channels: Vec<(ChannelDetails, Option<Membership>)>,
}

/// What a member is in a channel, and has chosen for it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Membership {
    /// Whether the member owns the channel.
    pub owner: bool,
    /// The preferences.
    pub preferences: Preferences,
}

/// What a member has chosen for a channel.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Preferences {
    /// Of what the member is notified: at first all of direct channels and groups, and mentions of General
    /// and named channels.
    pub level: Level,
    /// Until when nothing is notified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub muted_until: Option<Timestamp>,
    /// Whether it stands at the top of the list.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    /// The section of the list in which it stands; empty for none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub section: String,
    /// The `Seq` from which on it was marked as unread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread_from: Option<u64>,
}

/// Of what a member is notified.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Level {
    /// Every message.
    #[default]
    All,
    /// Mentions and replies.
    Mentions,
    /// Nothing.
    None,
}

/// Preferences to be changed.
#[derive(Clone, Debug)]
pub struct PreferencesChange {
    /// Whose.
    pub user: UserUuid,
    /// The session that asks.
    pub session: SessionUuid,
    /// For which channel.
    pub channel: Channel,
    /// The new level.
    pub level: Option<Level>,
    /// The new end of the mute; an inner `None` ends it.
    pub muted_until: Option<Option<Timestamp>>,
    /// Whether it is pinned.
    pub pinned: Option<bool>,
    /// The new section; empty for none.
    pub section: Option<String>,
    /// The new `Seq`; 0 for none.
    pub unread_from: Option<u64>,
}

/// A session joining a channel.
#[derive(Clone, Debug)]
pub struct Join {
    /// Who joins.
    pub user: User,
    /// With which session.
    pub session: SessionUuid,
    /// What is joined, from the user's side.
    pub channel: Channel,
    /// What the session had joined before.
    pub leaving: Option<Channel>,
}

/// What a join shows.
#[derive(Clone, Debug)]
pub struct JoinedChannel {
    /// The last 10 messages, newest first.
    pub history: MessagesPage,
    /// The first members, online first, then by name: of General those who joined it, of a private
    /// channel its two users. The joiner is among them.
    pub members: Vec<UserStatus>,
    /// How many members there are.
    pub members_total: u64,
    /// Sessions on the whole system.
    pub sessions: u64,
}

impl PreferencesChange {
    /// The preferences after the change.
    pub(crate) fn apply(&self, mut preferences: Preferences) -> Preferences {
        let Self { level, muted_until, pinned, section, unread_from, .. } = self;
        preferences.level = level.unwrap_or(preferences.level);
        preferences.muted_until = muted_until.unwrap_or(preferences.muted_until);
        preferences.pinned = pinned.unwrap_or(preferences.pinned);
        if let Some(section) = section {
            preferences.section.clone_from(section);
        }
        if let Some(seq) = unread_from {
            preferences.unread_from = Some(*seq).filter(|seq| *seq > 0);
        }
        preferences
    }
}

/// Which channels an inbox lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// General and direct channels.
    Direct,
    /// Groups and named channels, too.
    All,
}

/// One channel of a user's inbox.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InboxEntry {
    /// The channel, from the user's side.
    pub channel: Channel,
    /// How many messages it has.
    pub total: u64,
    /// How many come after the user's read mark. One's own sends move the mark.
    pub unread: u64,
    /// How many of these mention the user or all members, or answer the user.
    pub mentions: u64,
    /// The `Seq` of the first one of these.
    pub first_mention: Option<u64>,
    /// Its `rev`, of the moment when the newest message was read.
    pub rev: u64,
    /// The newest message.
    pub last_message: Option<Message>,
    /// What the user is in the channel, and has chosen for it.
    pub membership: Membership,
    /// Of a group or a named channel, and of General where all are wanted.
    pub details: Option<ChannelDetails>,
}
