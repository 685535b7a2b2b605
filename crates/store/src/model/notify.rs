//! What users choose for all their notifications.

use chinwag_protocol::UserUuid;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a user has chosen for all notifications.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NotifySettings {
    /// Whether notifications show nothing of the messages, nor who wrote them where.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hides_content: bool,
    /// When nothing is notified, in the time zone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quiet: Vec<QuietHours>,
    /// The time zone by its IANA name; empty if none was ever named.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub zone: String,
    /// Until when nothing is notified at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_until: Option<Timestamp>,
}

impl NotifySettings {
    /// Whether the user has chosen nothing.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// As the stores keep it; empty for the default.
    pub(crate) fn json(&self) -> String {
        // Strings and numbers only: there is nothing that could fail.
        let json = (!self.is_default()).then(|| serde_json::to_string(self).unwrap_or_default());
        json.unwrap_or_default()
    }
}

/// Hours that recur on days of the week.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct QuietHours {
    /// On which days they begin: digits in ascending order, 1 for Monday to 7 for Sunday.
    pub days: String,
    /// When they begin, in minutes of the day.
    pub from: u16,
    /// When they end, in minutes of the day, 1,440 for its end; on the next day unless it is greater than `from`.
    pub to: u16,
}

/// A change of what a user has chosen; what is absent stays.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NotifyChange {
    /// Whose.
    pub user: UserUuid,
    /// Whether notifications show nothing of the messages.
    pub hides_content: Option<bool>,
    /// The new quiet hours.
    pub quiet: Option<Vec<QuietHours>>,
    /// The new time zone.
    pub zone: Option<String>,
    /// The new end of the pause; an inner `None` ends it.
    pub paused_until: Option<Option<Timestamp>>,
}

impl NotifyChange {
    /// Whether anything is to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self { user: self.user, ..Self::default() }
    }

    /// The settings after the change.
    pub(crate) fn apply(&self, mut settings: NotifySettings) -> NotifySettings {
        let Self { hides_content, quiet, zone, paused_until, .. } = self.clone();
        settings.hides_content = hides_content.unwrap_or(settings.hides_content);
        settings.quiet = quiet.unwrap_or(settings.quiet);
        settings.zone = zone.unwrap_or(settings.zone);
        settings.paused_until = paused_until.unwrap_or(settings.paused_until);
        settings
    }
}
