//! What is notified, and when.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The payload of the `notify` reply: what the user has chosen for all notifications.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct Notify {
    /// What notifications show.
    pub content: Content,
    /// When nothing is notified.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<QuietHours>>")]
    pub quiet: Vec<QuietHours>,
    /// The time zone of these hours, by its IANA name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Until when nothing is notified at all: RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    #[ts(as = "Option<String>")]
    pub paused_until: Option<Timestamp>,
}

/// What notifications show.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Content {
    /// Who wrote what, and where.
    Full,
    /// Only that there is a message.
    Nothing,
}

/// Hours that recur on days of the week.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct QuietHours {
    /// On which days they begin: digits, 1 for Monday to 7 for Sunday.
    pub days: String,
    /// When they begin: `00:00` to `23:59`.
    pub from: String,
    /// When they end: `00:00` to `24:00`; on the next day unless it is later than `from`.
    pub to: String,
}
