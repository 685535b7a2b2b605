//! The Lua scripts: each is one step that no other node can come between.

use std::sync::LazyLock;

use redis::Script;

macro_rules! scripts {
    ($($name:ident: $file:literal),* $(,)?) => {
        $(pub(super) static $name: LazyLock<Script> =
            LazyLock::new(|| Script::new(include_str!(concat!("scripts/", $file, ".lua"))));)*
    };
}

scripts! {
    ACCESS_KEY: "access_key",
    ACCOUNT: "account",
    APPEND: "append",
    CHANGE_PASSWORD: "change_password",
    CHANNEL: "channel",
    CREATE_ACCOUNT: "create_account",
    HISTORY: "history",
    INBOX: "inbox",
    MARK_READ: "mark_read",
    MEMBERS: "members",
    PRESENCE: "presence",
    REFRESH: "refresh",
    TOTALS: "totals",
    USERS: "users",
}

/// The text of [`APPEND`], to be loaded in front of a pipeline: Redis may have lost its scripts.
pub(super) const APPEND_TEXT: &str = include_str!("scripts/append.lua");
/// The text of [`PRESENCE`].
pub(super) const PRESENCE_TEXT: &str = include_str!("scripts/presence.lua");
