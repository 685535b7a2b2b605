//! Links, devices, roles, blocks and reports.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::{Message, User};
use crate::UserUuid;

/// What a user may do on the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// What everybody may.
    #[default]
    Member,
    /// Also what admins may.
    Admin,
}

impl Role {
    /// As serde asks whether to leave the role out.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
    pub(super) fn is_member(&self) -> bool {
        *self == Self::Member
    }
}

/// Who may sign up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Registration {
    /// Everybody.
    #[default]
    Open,
    /// Those who have a link.
    Invite,
    /// Nobody, unless a claim link makes the first admin.
    Closed,
}

/// Who has reset the password, and when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[ts(optional_fields)]
pub struct ResetBy {
    /// The admin who made the link; absent if it was made on the command line.
    #[serde(rename = "UUID", default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "string")]
    pub uuid: Option<UserUuid>,
    /// When the link was made: RFC 3339, UTC.
    #[serde(rename = "At")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    #[ts(type = "string")]
    pub at: Timestamp,
}

/// What a link does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum LinkKind {
    /// It makes an admin.
    Claim,
    /// It lets new users sign up.
    Invite,
    /// It lets a user choose a new password.
    Reset,
    /// It signs its maker in on another device.
    Device,
}

/// A link, without its secret but in the reply to `linkCreate`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct Link {
    /// The link.
    #[serde(rename = "UUID")]
    #[ts(type = "string")]
    pub uuid: Uuid,
    /// What it does.
    #[serde(rename = "Kind")]
    pub kind: LinkKind,
    /// The address, with the secret; only in the reply to `linkCreate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it ends: RFC 3339, UTC.
    #[schemars(with = "String", extend("format" = "date-time"))]
    #[ts(type = "string")]
    pub expires_at: Timestamp,
    /// How often it can still be used.
    #[ts(type = "number")]
    pub uses_left: u64,
    /// Who made it; absent if it was made on the command line.
    #[serde(rename = "By", default, skip_serializing_if = "Option::is_none")]
    pub by: Option<User>,
    /// Whom a reset is about.
    #[serde(rename = "User", default, skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    /// The channels of which those who are invited become members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<String>>")]
    pub channels: Vec<Uuid>,
}

/// The payload of the `linkCheck` reply: what those who have the link may know of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[ts(optional_fields)]
pub struct LinkChecked {
    /// What it does.
    #[serde(rename = "Kind")]
    pub kind: LinkKind,
    /// Whose account it is about; absent if it makes a new one.
    #[serde(rename = "User", default, skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
}

/// The payload of the `links` reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Links {
    /// Those that can still be used, newest first.
    pub links: Vec<Link>,
}

/// The payload of the `linkRevoke`, `deviceEnd`, `report` and `reportClose` replies, and of the news of a report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Named {
    /// Which.
    #[serde(rename = "UUID")]
    #[ts(type = "string")]
    pub uuid: Uuid,
}

/// A device on which a user is signed in: an access key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[ts(optional_fields)]
pub struct Device {
    /// The device.
    #[serde(rename = "UUID")]
    #[ts(type = "string")]
    pub uuid: Uuid,
    /// What it was named at its sign-in; may be empty.
    #[serde(rename = "Name")]
    pub name: String,
    /// When it was last used, within a day: RFC 3339, UTC.
    #[serde(rename = "LastUsed")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    #[ts(type = "string")]
    pub last_used: Timestamp,
    /// Whether it is this one.
    #[serde(rename = "Current", default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>")]
    pub current: bool,
}

/// The payload of the `devices` reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Devices {
    /// The one used last comes first.
    pub devices: Vec<Device>,
}

/// The payload of the `block` reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Blocked {
    /// Those whom the asker has blocked, by name.
    pub users: Vec<User>,
}

/// A message that somebody has reported, as it was then.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[ts(optional_fields)]
pub struct Report {
    /// The report.
    #[serde(rename = "UUID")]
    #[ts(type = "string")]
    pub uuid: Uuid,
    /// Who has reported it.
    #[serde(rename = "User")]
    pub user: User,
    /// General or the public channel where it stands; absent where an admin couldn't read it.
    #[serde(rename = "recipientUUID", default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// The message, as it was then.
    pub message: Message,
    /// Why.
    #[serde(rename = "Reason")]
    pub reason: String,
    /// When: RFC 3339, UTC.
    #[serde(rename = "At")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    #[ts(type = "string")]
    pub at: Timestamp,
}

/// The payload of the `reports` reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Reports {
    /// Open ones, newest first.
    pub reports: Vec<Report>,
    /// Asks for the next page.
    pub before: String,
    /// Whether there is one.
    pub more: bool,
}
