//! Bots and incoming hooks.

use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Recipient, User};
use crate::{HookUuid, UserUuid};

/// The payload of the `botCreate` reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BotCreated {
    /// The bot.
    pub user: User,
    /// Signs the bot in until there is a new one. A secret, which is told this once.
    pub access_key: String,
}

/// An incoming hook.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Hook {
    /// The hook.
    #[serde(rename = "UUID")]
    #[ts(type = "string")]
    pub uuid: HookUuid,
    /// Its name.
    #[serde(rename = "Name")]
    #[ts(type = "string")]
    pub name: Arc<str>,
    /// The bot that writes for it.
    #[serde(rename = "BotUUID")]
    #[ts(type = "string")]
    pub bot_uuid: UserUuid,
    /// The channel into which it writes.
    #[serde(flatten)]
    #[ts(flatten)]
    pub channel: Recipient,
    /// When it was made.
    #[serde(rename = "CreatedAt")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    #[ts(type = "string")]
    pub created_at: Timestamp,
}

/// The payload of the `hookCreate` reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct HookCreated {
    /// The hook.
    #[serde(flatten)]
    #[ts(flatten)]
    pub hook: Hook,
    /// Takes its posts. A secret, which is told this once.
    pub url: String,
}

/// The payload of the `hooks` reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Hooks {
    /// The oldest first.
    pub hooks: Vec<Hook>,
}

/// The payload of the `hookDelete` reply.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct HookDeleted {
    /// The hook that has ended.
    #[serde(rename = "UUID")]
    #[ts(type = "string")]
    pub uuid: HookUuid,
}
