//! The messages that a search finds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Number;
use ts_rs::TS;

use super::Message;

/// The payload of the `search` reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Found {
    /// Newest first, from any channel. Each is as in its channel's history.
    pub messages: Vec<Message>,
    /// Asks for the next page; empty if there is none.
    pub before: String,
    /// Whether there is a next page.
    pub more: bool,
    /// 1, or the fraction of all messages that is searched while the index is being made or is more than a second behind.
    #[ts(type = "number")]
    #[schemars(with = "f64", range(min = 0, max = 1))]
    pub ready: Number,
}
