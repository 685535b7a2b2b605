//! A change of what is notified.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::outgoing::{Content, QuietHours};

/// A change of what the user chooses for all notifications; what is absent stays.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct NotifyChange {
    /// What notifications show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// When nothing is notified, instead of the hours before; at most 20, empty for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 20))]
    pub quiet: Option<Vec<QuietHours>>,
    /// The time zone of these hours: an IANA name such as `Europe/Berlin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Until when nothing is notified at all, RFC 3339; empty ends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_until: Option<String>,
}

impl NotifyChange {
    /// How many quiet hours there are at the most.
    pub const MAX_QUIET: usize = 20;
}
