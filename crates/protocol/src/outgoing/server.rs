//! The server's figures.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The payload of the `server` reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct ServerFigures {
    /// The program's version.
    pub version: String,
    /// How many users there are.
    #[ts(type = "number")]
    pub users: u64,
    /// How many of them are online.
    #[ts(type = "number")]
    pub online: u64,
    /// How many channels hold messages.
    #[ts(type = "number")]
    pub channels: u64,
    /// How many messages were stored in them, deleted ones included.
    #[ts(type = "number")]
    pub messages: u64,
    /// The space of the store.
    pub storage: Storage,
}

/// The space of a store, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Storage {
    /// Where it is.
    pub kind: StorageKind,
    /// How much is used, by Chinwag and by all else.
    #[ts(type = "number")]
    pub used: u64,
    /// How much there is; 0 if Redis has no limit.
    #[ts(type = "number")]
    pub size: u64,
}

/// Where a store keeps its data.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum StorageKind {
    /// On the disk of `DATA_DIR`.
    Disk,
    /// In Redis's memory.
    Memory,
}
