//! Mentions of a user, replies to them, and reactions to their messages.

use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Message, Recipient, User};

/// The payload of the `activity` reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Activity {
    /// Newest first.
    pub items: Vec<ActivityItem>,
    /// Where the next page begins: the `before` to ask with.
    pub before: String,
    /// Whether there is a next page.
    pub more: bool,
}

/// Something that concerns the user.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[ts(optional_fields)]
pub struct ActivityItem {
    /// What it is.
    #[serde(rename = "Kind")]
    pub kind: ActivityKind,
    /// The message's channel, from the user's side.
    #[serde(flatten)]
    #[ts(flatten)]
    pub channel: Recipient,
    /// The message that mentions or answers the user, or the user's own that has the reaction.
    pub message: Message,
    /// Who wrote the message, or reacted.
    #[serde(rename = "User")]
    pub user: User,
    /// The reaction's emoji.
    #[serde(rename = "Emoji", default, skip_serializing_if = "Option::is_none")]
    #[ts(as = "Option<String>")]
    pub emoji: Option<Arc<str>>,
    /// When: RFC 3339, UTC.
    #[serde(rename = "At")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    #[ts(type = "string")]
    pub at: Timestamp,
}

/// How something concerns the user.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ActivityKind {
    /// A message mentions the user by name.
    Mention,
    /// A message answers one of the user's.
    Reply,
    /// Somebody reacted to a message of the user's.
    Reaction,
}
