//! Files: being uploaded, complete, and held by a message.

use std::sync::Arc;

use chinwag_protocol::{FileUuid, SessionUuid, UserUuid};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Channel, KeyDigest};

/// A file of a message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct File {
    /// The file.
    #[serde(rename = "UUID")]
    pub uuid: FileUuid,
    /// Its name, without a path.
    pub name: Arc<str>,
    /// Its media type, by its bytes.
    #[serde(rename = "Type")]
    pub kind: Arc<str>,
    /// How many bytes it has.
    pub size: u64,
    /// The width in pixels of a picture or a video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// The height in pixels of a picture or a video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Whether there is a small picture of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub preview: bool,
}

impl File {
    /// Whether it is a picture.
    #[must_use]
    pub fn is_image(&self) -> bool {
        self.kind.starts_with("image/")
    }
}

/// A file to be uploaded.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// The file.
    pub uuid: FileUuid,
    /// Who uploads it.
    pub user: UserUuid,
    /// With which session.
    pub session: SessionUuid,
    /// The access key of that session, by whose end the upload ends.
    pub key: KeyDigest,
    /// The channel for which it is.
    pub channel: Channel,
    /// Its name, without a path.
    pub name: Arc<str>,
    /// How many bytes it is to have.
    pub size: u64,
    /// The width and height of a video.
    pub dimensions: Option<(u32, u32)>,
    /// The digest of the token that lets its bytes be uploaded.
    pub token: KeyDigest,
    /// Makes a repetition by the same user harmless while the file is in no message.
    pub client_uuid: Option<String>,
    /// When the node took it.
    pub at: Timestamp,
    /// How many bytes the files of the user may have together.
    pub quota: u64,
    /// How many bytes all files may have together.
    pub space: Option<u64>,
}

/// A file that no message holds.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Who uploads it.
    pub user: UserUuid,
    /// The digest of the token.
    pub token: KeyDigest,
    /// How many bytes it is to have.
    pub size: u64,
    /// How many bytes are there.
    pub received: u64,
    /// The width and height of a video.
    pub dimensions: Option<(u32, u32)>,
    /// Whether it can be sent.
    pub is_complete: bool,
}

/// A change of a file that no message holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UploadChange {
    /// So many bytes are there.
    Received(u64),
    /// All bytes are there, and it is stored as it will be read.
    Completed {
        /// Its media type.
        kind: Arc<str>,
        /// How many bytes it has.
        size: u64,
        /// The width and height of a picture or a video.
        dimensions: Option<(u32, u32)>,
    },
    /// It has a preview.
    Preview,
    /// It is given up.
    Ended,
}
