//! The request that searches messages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::parse;
use crate::integer;

/// What to search for, in all channels that the user can read.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[ts(optional_fields)]
pub struct Search {
    /// Words and filters. The first 500 characters and 32 words count.
    #[ts(as = "String", optional = false)]
    pub query: String,
    /// How many messages at most: 20 if absent, 50 if greater.
    #[serde(default, deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub limit: Option<u64>,
    /// The `before` of the page before this one; absent or empty for the newest messages.
    #[serde(default, deserialize_with = "parse::string", skip_serializing_if = "String::is_empty")]
    #[schemars(with = "Option<String>")]
    #[ts(as = "Option<String>")]
    pub before: String,
}

impl Search {
    /// The greatest `limit`; a greater one counts as this.
    pub const MAX_LIMIT: u64 = 50;

    /// The `limit` of a request without one.
    pub const DEFAULT_LIMIT: u64 = 20;

    /// How many messages it asks for.
    #[must_use]
    pub fn wanted(&self) -> u64 {
        self.limit.unwrap_or(Self::DEFAULT_LIMIT).clamp(1, Self::MAX_LIMIT)
    }
}
