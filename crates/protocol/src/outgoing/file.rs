//! Files: what a message tells of one, and where to upload one.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::FileUuid;

/// A file of a message.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[ts(optional_fields)]
pub struct File {
    /// The file, which is read at `/files/<UUID>`.
    #[serde(rename = "UUID")]
    #[ts(type = "string")]
    pub uuid: FileUuid,
    /// Its name, without a path.
    #[ts(type = "string")]
    pub name: Arc<str>,
    /// Its media type, by its bytes.
    #[serde(rename = "Type")]
    #[ts(type = "string")]
    pub kind: Arc<str>,
    /// How many bytes it has.
    #[ts(type = "number")]
    pub size: u64,
    /// The width of a picture or a video in pixels, as it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number")]
    pub width: Option<u32>,
    /// The height of a picture or a video in pixels, as it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number")]
    pub height: Option<u32>,
    /// Whether there is a small picture of it at `/files/<UUID>/preview`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>")]
    pub preview: bool,
}

/// The payload of the `fileCreate` reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Upload {
    /// The file.
    #[serde(rename = "UUID")]
    #[ts(type = "string")]
    pub uuid: FileUuid,
    /// The path to which its bytes go.
    pub url: String,
    /// Lets the bytes be uploaded, as `Authorization: Bearer`. A secret.
    pub token: String,
    /// How many bytes a piece has at most.
    #[ts(type = "number")]
    pub piece: u64,
    /// How many bytes are there already.
    #[ts(type = "number")]
    pub received: u64,
}

/// What a server takes of files.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileLimits {
    /// How many bytes a file has at most.
    #[ts(type = "number")]
    pub size: u64,
    /// How many bytes a piece has at most.
    #[ts(type = "number")]
    pub piece: u64,
    /// How many files a message has at most.
    #[ts(type = "number")]
    pub per_message: u64,
}
