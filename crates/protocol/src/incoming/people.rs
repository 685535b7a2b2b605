//! Links, devices, roles, blocks and reports.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::parse;
use crate::{UserUuid, integer, outgoing};

/// A name and a password, by which a new user signs up.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[ts(optional_fields)]
pub struct SignUp {
    /// The name as typed: 1 to 64 characters.
    #[schemars(length(min = 1))]
    pub username: String,
    /// The password as typed: 1 to 256 bytes.
    #[schemars(length(min = 1, max = 256))]
    pub password: String,
    /// The secret of a link that lets the user in: what stands behind `#link=`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The name of the device, for the list of devices: 64 characters at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub device: Option<String>,
}

impl SignUp {
    /// The longest name of a device, in characters.
    pub const MAX_DEVICE: usize = 64;
}

/// The secret of a link, as sent to sign in.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[ts(optional_fields)]
pub struct LinkSignIn {
    /// What stands behind `#link=`.
    pub link: String,
    /// With a reset link the new password, with a claim link that of the account. A device link needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 256))]
    pub password: Option<String>,
    /// The name of the device, for the list of devices: 64 characters at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub device: Option<String>,
}

/// The secret of a link about which something is asked.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct LinkSecret {
    /// What stands behind `#link=`.
    pub link: String,
}

/// What a link that is to be made does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum NewLinkKind {
    /// It lets new users sign up.
    Invite,
    /// It lets a user choose a new password.
    Reset,
    /// It signs its maker in on another device.
    Device,
}

/// A link to be made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[ts(optional_fields)]
pub struct NewLink {
    /// What it does.
    pub kind: NewLinkKind,
    /// How often an invite can be used: 1 if absent, 1,000 at most.
    #[serde(default, deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(type = "number")]
    #[schemars(range(min = 1, max = 1000))]
    pub uses: Option<u64>,
    /// In how many seconds an invite expires: 7 days if absent, 30 at most.
    #[serde(default, deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(type = "number")]
    #[schemars(range(min = 1, max = 2_592_000))]
    pub expires: Option<u64>,
    /// The named channels of which those who are invited become members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100))]
    #[ts(as = "Option<Vec<String>>")]
    pub channels: Vec<Uuid>,
    /// Whose password a reset is about.
    #[serde(rename = "userUUID", default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "string")]
    pub user: Option<UserUuid>,
}

impl NewLink {
    /// The most uses of an invite.
    pub const MAX_USES: u64 = 1_000;

    /// The longest life of an invite, in seconds: 30 days.
    pub const MAX_EXPIRES: u64 = 30 * 24 * 60 * 60;

    /// The most channels of an invite.
    pub const MAX_CHANNELS: usize = 100;
}

/// Names a link, a device or a report.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct UuidRef {
    /// Which.
    #[serde(rename = "UUID")]
    #[ts(type = "string")]
    pub uuid: Uuid,
}

/// What is to change of a user; what is absent stays.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct UserEdit {
    /// Who.
    #[serde(rename = "userUUID")]
    #[ts(type = "string")]
    pub user: UserUuid,
    /// The new role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<outgoing::Role>,
    /// Whether the user is deactivated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deactivated: Option<bool>,
    /// Deletes the user's messages from this time on, RFC 3339, in every channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub delete_messages_since: Option<String>,
}

/// Blocks a user, or undoes that; without properties it lists those who are blocked.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(default)]
#[ts(optional_fields)]
pub struct Block {
    /// Who.
    #[serde(rename = "userUUID", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "string")]
    pub user: Option<UserUuid>,
    /// Whether the user is blocked; true if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<bool>,
}

/// A message that the admins are to look at.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct NewReport {
    /// The other user's UUID, a group's or a named channel's UUID, or empty for General.
    #[serde(rename = "recipientUUID", default, deserialize_with = "parse::string")]
    #[schemars(with = "Option<String>")]
    pub recipient: String,
    /// The `Seq` of the message.
    #[serde(deserialize_with = "integer::required")]
    #[ts(type = "number")]
    pub seq: u64,
    /// Why, in the user's words: 500 characters at most.
    #[serde(default)]
    #[schemars(length(max = 500))]
    pub reason: String,
}

impl NewReport {
    /// The longest reason, in characters.
    pub const MAX_REASON: usize = 500;
}

/// Which reports to list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(default)]
#[ts(optional_fields)]
pub struct ReportsPage {
    /// The `before` of the page before this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// How many at most: 20 if absent, 50 if greater.
    #[serde(deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    #[schemars(range(min = 1))]
    pub limit: Option<u64>,
}

impl ReportsPage {
    /// The greatest `limit`; a greater one counts as this.
    pub const MAX_LIMIT: u64 = 50;

    /// The `limit` of a request without one.
    pub const DEFAULT_LIMIT: u64 = 20;

    /// How many reports it asks for.
    #[must_use]
    pub fn wanted(&self) -> u64 {
        self.limit.unwrap_or(Self::DEFAULT_LIMIT).min(Self::MAX_LIMIT)
    }
}
