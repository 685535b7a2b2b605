//! Reports, and which of them to list.

use chinwag_protocol::{ChannelUuid, UserUuid};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A message that somebody has reported.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Report {
    /// The report.
    pub uuid: Uuid,
    /// Who has reported it.
    pub by: UserUuid,
    /// The channel of the message.
    pub channel: ChannelUuid,
    /// The message as it was then, as JSON.
    pub message: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// Which open reports to list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReportsQuery {
    /// Who asks.
    pub asker: UserUuid,
    /// Only those before this place; `None` begins with the newest.
    pub before: Option<u64>,
    /// How many at the most.
    pub limit: u64,
}

/// A page of open reports.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ReportsPage {
    /// Each with its place, newest first.
    pub reports: Vec<(u64, Report)>,
    /// Whether there are more.
    pub more: bool,
}

/// The messages of a user that are to be deleted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deletion {
    /// Whose.
    pub user: UserUuid,
    /// Only those sent at this time or later.
    pub since: Timestamp,
    /// Only those sent at this time or before.
    pub until: Timestamp,
}
