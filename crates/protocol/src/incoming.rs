//! Requests of clients, and how the text of a frame is parsed.

mod activity;
mod changes;
mod channels;
mod file;
mod hooks;
mod notify;
pub(crate) mod parse;
mod people;
mod push;
mod search;

use schemars::JsonSchema;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use ts_rs::TS;

pub use self::activity::ActivityPage;
pub use self::changes::{
    ChangesPage, MessageEdit, MessagePin, MessageReact, MessageRef, ReactorsPage,
};
pub use self::channels::{
    ChannelEdit, ChannelsPage, MemberAdd, MemberRemove, MembersPage, NewChannel, PrefsChange,
};
pub use self::file::NewFile;
pub use self::hooks::{HookRef, HooksOf, NewBot, NewHook};
pub use self::notify::NotifyChange;
pub use self::people::{
    Block, LinkSecret, LinkSignIn, NewLink, NewLinkKind, NewReport, ReportsPage, SignUp, UserEdit,
    UuidRef,
};
pub use self::push::{NewSubscription, SubscriptionRef};
pub use self::search::Search;
pub use crate::table::Request;
use crate::{ErrorCode, FileUuid, RequestId, UserUuid, integer};

/// A request with its envelope.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Incoming {
    /// Repeated in the direct reply or the error.
    pub id: Option<RequestId>,
    /// The `sessionUUID` and the `SUUID`, where given and not empty.
    pub session: [Option<String>; 2],
    /// The `userUUID`, where given and not empty.
    pub user: Option<String>,
    /// The request itself.
    pub request: Request,
}

/// How to sign in: exactly one of the three ways.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS, JsonSchema)]
#[serde(untagged)]
pub enum SignIn {
    /// By name and password.
    Password(PasswordSignIn),
    /// By the access key of an earlier `authorized` reply.
    AccessKey(AccessKey),
    /// By the secret of a link.
    Link(LinkSignIn),
}

/// A name and a password, as sent to sign in.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct PasswordSignIn {
    /// The name as typed: 1 to 64 characters.
    #[schemars(length(min = 1))]
    pub username: String,
    /// The password as typed: 1 to 256 bytes.
    #[schemars(length(min = 1, max = 256))]
    pub password: String,
    /// Whether an unknown name becomes a new user; true if absent. If false, it is error 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub create: Option<bool>,
    /// The name of the device, for the list of devices: 64 characters at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    #[ts(optional)]
    pub device: Option<String>,
}

/// An access key, as sent to resume a session.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessKey {
    /// The key of an earlier `authorized` reply.
    pub access_key: String,
}

/// The current password and the new one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasswordChange {
    /// The current password.
    pub password: String,
    /// The new password: 1 to 256 bytes.
    #[schemars(length(min = 1, max = 256))]
    pub new_password: String,
}

/// Names a channel from the user's side.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct ChannelRef {
    /// The other user's UUID, a group's or a named channel's UUID, or empty for General.
    #[serde(rename = "recipientUUID", default, deserialize_with = "parse::string")]
    #[schemars(with = "Option<String>")]
    pub recipient: String,
}

/// A message to be stored and sent.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct NewMessage {
    /// The other user's UUID, a group's or a named channel's UUID, or empty for General.
    #[serde(rename = "recipientUUID", default, deserialize_with = "parse::string")]
    #[schemars(with = "Option<String>")]
    pub recipient: String,
    /// The text, kept byte for byte. Only beside files it may be empty.
    pub message: String,
    /// Makes a repeated send harmless: the same one by the same user in the same channel is stored once.
    #[serde(rename = "clientUUID", default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    #[schemars(length(max = 64))]
    pub client_uuid: Option<String>,
    /// The `Seq` of the message that it answers.
    #[serde(
        rename = "replyTo",
        default,
        deserialize_with = "integer::maybe",
        skip_serializing_if = "Option::is_none"
    )]
    #[ts(optional, type = "number")]
    pub reply_to: Option<u64>,
    /// The users whom it mentions, at most 50. If absent, the server finds their names behind `@` in the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 50))]
    #[ts(optional, as = "Option<Vec<String>>")]
    pub mentions: Option<Vec<UserUuid>>,
    /// Whether it mentions all members.
    #[serde(rename = "mentionAll", default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub mention_all: Option<bool>,
    /// The files that it holds, at most 10: of the sender, for this channel, and in no other message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 10))]
    #[ts(optional, as = "Option<Vec<String>>")]
    pub files: Option<Vec<FileUuid>>,
}

impl NewMessage {
    /// The most files of a message.
    pub const MAX_FILES: usize = 10;

    /// The longest `clientUUID` taken, in bytes.
    pub const MAX_CLIENT_UUID: usize = 64;

    /// The most users whom a message mentions by name.
    pub const MAX_MENTIONS: usize = 50;
}

/// A page of history: before a `Seq`, after one or around one, or without any the newest messages.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(default)]
#[schemars(extend("not" = {
    "required": ["before", "after"],
    "properties": { "before": { "type": "integer" }, "after": { "type": "integer" } },
}))]
pub struct HistoryPage {
    /// The other user's UUID, a group's or a named channel's UUID, or empty for General.
    #[serde(rename = "recipientUUID", deserialize_with = "parse::string")]
    #[schemars(with = "Option<String>")]
    pub recipient: String,
    /// How many messages at most: 10 if absent, 100 if greater.
    #[serde(deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    #[schemars(range(min = 1))]
    pub limit: Option<i64>,
    /// Messages with a smaller `Seq`, newest first.
    #[serde(deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub before: Option<i64>,
    /// Messages with a greater `Seq`, oldest first.
    #[serde(deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub after: Option<i64>,
    /// The message with this `Seq` and as many before it as after it, oldest first. It stands alone.
    #[serde(default, deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub around: Option<u64>,
    /// Only the message with this `Seq` and those of the chain that it began.
    #[serde(deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub root: Option<u64>,
    /// Only pinned messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub pinned: Option<bool>,
    /// Only messages with files.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub files: Option<bool>,
}

impl HistoryPage {
    /// The greatest `limit`; a greater one counts as this.
    pub const MAX_LIMIT: u64 = 100;

    /// The `limit` of a request without one.
    pub const DEFAULT_LIMIT: i64 = 10;

    /// How many messages it asks for, as far as its cost goes.
    #[must_use]
    pub fn wanted(&self) -> u64 {
        self.limit.unwrap_or(Self::DEFAULT_LIMIT).unsigned_abs().min(Self::MAX_LIMIT)
    }
}

/// How far a channel has been read.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct ReadMark {
    /// The other user's UUID, a group's or a named channel's UUID, or empty for General.
    #[serde(rename = "recipientUUID", default, deserialize_with = "parse::string")]
    #[schemars(with = "Option<String>")]
    pub recipient: String,
    /// The `Seq` of the last message read.
    #[serde(deserialize_with = "integer::required")]
    #[ts(type = "number")]
    pub seq: u64,
}

/// Which users to list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(default)]
pub struct UsersPage {
    /// How many to skip; 0 if absent.
    #[serde(deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub offset: Option<u64>,
    /// How many at most: 1,000 if absent or greater.
    #[serde(deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub limit: Option<u64>,
    /// The start of the name, without regard to case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub query: Option<String>,
}

impl UsersPage {
    /// The greatest `limit`, which is also that of a request without one.
    pub const MAX_LIMIT: u64 = 1_000;

    /// How many users it asks for.
    #[must_use]
    pub fn wanted(&self) -> u64 {
        self.limit.unwrap_or(Self::MAX_LIMIT).min(Self::MAX_LIMIT)
    }
}

/// Which channels an `inbox` lists and a session hears.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct InboxWants {
    /// `channels`: groups and named channels, too, with their messages and news. Other words are ignored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<String>>")]
    pub wants: Vec<String>,
}

/// Why a frame is refused, with the content of its `error` frame.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The request's `id`, where it could be read.
    pub id: Option<RequestId>,
    /// [`ErrorCode::Malformed`] or [`ErrorCode::UnknownType`].
    pub code: ErrorCode,
    /// The request's `type` where it is a known one.
    pub kind: &'static str,
    /// What is wrong and what to do, as a sentence, without any of the request's values.
    pub sentence: String,
}

impl Serialize for Request {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("type", self.kind())?;
        self.write(&mut map)?;
        map.end()
    }
}
