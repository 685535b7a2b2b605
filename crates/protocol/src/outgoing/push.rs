//! Subscriptions to notifications by web push.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::FileLimits;

/// What a server can do besides.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(default)]
#[ts(optional_fields)]
pub struct Features {
    /// The limits of files that are uploaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<FileLimits>,
    /// The server's key for web push, as `applicationServerKey` takes it: a point of P-256 in base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub push: Option<String>,
}

impl Features {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The payload of the `pushSubscribe` and `pushUnsubscribe` replies.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Subscribed {
    /// The subscription.
    pub endpoint: String,
}

/// The payload of the `pushTest` reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct PushTested {
    /// The subscription.
    pub endpoint: String,
    /// The HTTP status that the push service answered; 0 if it gave no answer.
    #[ts(type = "number")]
    pub status: u64,
    /// What that means, in a person's words.
    pub detail: String,
}
