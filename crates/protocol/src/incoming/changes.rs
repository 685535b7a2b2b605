//! Requests that change messages, and that read changes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{HistoryPage, MembersPage, parse};
use crate::{UserUuid, integer};

/// Names a message.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct MessageRef {
    /// The other user's UUID, a group's or a named channel's UUID, or empty for General.
    #[serde(rename = "recipientUUID", default, deserialize_with = "parse::string")]
    #[schemars(with = "Option<String>")]
    pub recipient: String,
    /// The message's `Seq`.
    #[serde(deserialize_with = "integer::required")]
    #[ts(type = "number")]
    pub seq: u64,
}

/// A message's new text.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct MessageEdit {
    /// Which message.
    #[serde(flatten)]
    #[ts(flatten)]
    pub at: MessageRef,
    /// The text, kept byte for byte.
    #[schemars(length(min = 1))]
    pub message: String,
    /// The users whom it mentions now, at most 50. If absent, the server finds their names behind `@` in the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 50))]
    #[ts(optional, as = "Option<Vec<String>>")]
    pub mentions: Option<Vec<UserUuid>>,
    /// Whether it mentions all members now; absent leaves that as it is.
    #[serde(rename = "mentionAll", default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub mention_all: Option<bool>,
}

/// A reaction to be set or taken back.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct MessageReact {
    /// Which message.
    #[serde(flatten)]
    #[ts(flatten)]
    pub at: MessageRef,
    /// One emoji of Unicode's list. It is kept fully qualified.
    #[schemars(length(min = 1))]
    pub emoji: String,
    /// Whether the reaction is to be there.
    pub on: bool,
}

/// A message to be pinned, or not to be any more.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct MessagePin {
    /// Which message.
    #[serde(flatten)]
    #[ts(flatten)]
    pub at: MessageRef,
    /// Whether it is to be pinned.
    pub on: bool,
}

/// Which changes of a channel's messages to read.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[ts(optional_fields)]
pub struct ChangesPage {
    /// The other user's UUID, a group's or a named channel's UUID, or empty for General.
    #[serde(rename = "recipientUUID", default, deserialize_with = "parse::string")]
    #[schemars(with = "Option<String>")]
    #[ts(as = "String", optional = false)]
    pub recipient: String,
    /// The `rev` that is known: messages with a greater `Rev` are listed.
    #[serde(deserialize_with = "integer::required")]
    #[ts(type = "number")]
    pub after: u64,
    /// How many at most: 100 if absent or greater.
    #[serde(default, deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub limit: Option<u64>,
}

impl ChangesPage {
    /// How many messages it asks for.
    #[must_use]
    pub fn wanted(&self) -> u64 {
        self.limit.unwrap_or(HistoryPage::MAX_LIMIT).clamp(1, HistoryPage::MAX_LIMIT)
    }
}

/// Whose reactions to list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[ts(optional_fields)]
pub struct ReactorsPage {
    /// To which message.
    #[serde(flatten)]
    #[ts(flatten)]
    pub at: MessageRef,
    /// With which emoji.
    pub emoji: String,
    /// How many to skip; 0 if absent.
    #[serde(default, deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub offset: Option<u64>,
    /// How many at most: 100 if absent, 1,000 if greater.
    #[serde(default, deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub limit: Option<u64>,
}

impl ReactorsPage {
    /// How many users it asks for.
    #[must_use]
    pub fn wanted(&self) -> u64 {
        self.limit.unwrap_or(MembersPage::DEFAULT_LIMIT).min(MembersPage::MAX_LIMIT)
    }
}
