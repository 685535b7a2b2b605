//! Messages that have changed, and what has changed of them.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Message, Recipient, User};
use crate::UserUuid;

/// The message that another one answers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[ts(optional_fields)]
pub struct ReplyTo {
    /// Its `Seq`.
    #[ts(type = "number")]
    pub seq: u64,
    /// The `Seq` of the first message of the chain.
    #[ts(type = "number")]
    pub root: u64,
    /// Its sender.
    #[serde(rename = "SenderUUID")]
    #[ts(type = "string")]
    pub sender_uuid: UserUuid,
    /// Its sender.
    pub sender: User,
    /// The name under which a hook has written it. It is shown in place of the sender's.
    #[serde(rename = "As", default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "string")]
    pub written_as: Option<Arc<str>>,
    /// Its first 100 characters, with `…` behind them if there are more. Absent once it is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
}

/// The reactions to a message with one emoji.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Reaction {
    /// The emoji, fully qualified.
    #[ts(type = "string")]
    pub emoji: Arc<str>,
    /// How many users reacted with it.
    #[ts(type = "number")]
    pub count: u64,
    /// The first of them, five at the most.
    #[ts(type = "Array<string>")]
    pub users: Vec<UserUuid>,
    /// Whether the receiver is one of them. Only in replies.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub mine: bool,
}

/// The payload of the replies to `messageEdit`, `messageDelete`, `messageReact` and `messagePin`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Changed {
    /// The channel, from the receiver's side.
    #[serde(flatten)]
    #[ts(flatten)]
    pub channel: Recipient,
    /// The channel's `rev` at this moment.
    #[ts(type = "number")]
    pub rev: u64,
    /// The message as it is now.
    pub message: Message,
}

/// The payload of `channelChanges`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Changes {
    /// The channel, from the receiver's side.
    #[serde(flatten)]
    #[ts(flatten)]
    pub channel: Recipient,
    /// Between this `rev` and `rev` only these messages changed.
    #[ts(type = "number")]
    pub after: u64,
    /// Up to which `rev` these are all; the channel's own if no change is left out.
    #[ts(type = "number")]
    pub rev: u64,
    /// Each as it is now, in the order of `Rev`.
    pub messages: Vec<Message>,
}
