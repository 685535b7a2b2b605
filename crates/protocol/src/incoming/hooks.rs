//! Requests about bots and incoming hooks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::parse;
use crate::HookUuid;

/// A bot to be made, or one to get a new access key.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct NewBot {
    /// The bot's name: 1 to 64 characters.
    #[schemars(length(min = 1))]
    pub username: String,
}

/// A hook to be made.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct NewHook {
    /// A named channel's UUID, or empty for General.
    #[serde(rename = "recipientUUID", default, deserialize_with = "parse::string")]
    #[schemars(with = "Option<String>")]
    pub recipient: String,
    /// The name of the hook and its bot: 1 to 64 characters.
    #[schemars(length(min = 1))]
    pub name: String,
}

/// Which hooks to list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(default)]
#[ts(optional_fields)]
pub struct HooksOf {
    /// A named channel's UUID, or empty for General. Absent for all channels whose hooks the user manages.
    #[serde(rename = "recipientUUID", skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
}

/// Names a hook.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct HookRef {
    /// The hook.
    #[serde(rename = "UUID")]
    #[ts(type = "string")]
    pub uuid: HookUuid,
}
