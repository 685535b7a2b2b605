//! A page of what concerns the user.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::integer;

/// A page of mentions of the user, replies to them and reactions to their messages.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(default)]
#[ts(optional_fields)]
pub struct ActivityPage {
    /// The `before` of the page above; absent for the newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// How many at most: 20 if absent, 100 if greater.
    #[serde(deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub limit: Option<u64>,
}

impl ActivityPage {
    /// The greatest `limit`; a greater one counts as this.
    pub const MAX_LIMIT: u64 = 100;

    /// The `limit` of a request without one.
    pub const DEFAULT_LIMIT: u64 = 20;

    /// How many items it asks for.
    #[must_use]
    pub fn wanted(&self) -> u64 {
        self.limit.unwrap_or(Self::DEFAULT_LIMIT).min(Self::MAX_LIMIT)
    }
}
