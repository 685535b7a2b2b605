//! The request that begins an upload.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::parse;
use crate::integer;

/// A file to be uploaded.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct NewFile {
    /// The channel for which it is: the other user's UUID, a group's or a named channel's UUID, or empty for General.
    #[serde(rename = "recipientUUID", default, deserialize_with = "parse::string")]
    #[schemars(with = "Option<String>")]
    pub recipient: String,
    /// Its name, without a path.
    pub name: String,
    /// How many bytes it has.
    #[serde(deserialize_with = "integer::required")]
    #[ts(type = "number")]
    pub size: u64,
    /// Its media type, as a hint: the server goes by the bytes.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub kind: Option<String>,
    /// The width in pixels, which counts for a video.
    #[serde(default, deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub width: Option<u64>,
    /// The height in pixels, which counts for a video.
    #[serde(default, deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub height: Option<u64>,
    /// Makes a repeated request harmless: the same one by the same user within a day begins one upload.
    #[serde(rename = "clientUUID", default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    #[schemars(length(max = 64))]
    pub client_uuid: Option<String>,
}
