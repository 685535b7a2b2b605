//! Bots and incoming hooks.

use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, HookUuid, UserUuid};
use jiff::Timestamp;

use crate::{ChannelName, KeyDigest, User};

/// A bot to be made, or an existing one of this name to get another access key.
#[derive(Clone, Debug)]
pub struct NewBot {
    /// Who asks: an admin; `None` for the server's operator.
    pub asker: Option<UserUuid>,
    /// The bot, if it is made.
    pub user: User,
    /// The name as it is compared, RFC 8266.
    pub folded_name: String,
}

/// A hook to be made.
#[derive(Clone, Debug)]
pub struct NewHook {
    /// Who asks: an owner of the channel or an admin; `None` for the server's operator.
    pub asker: Option<UserUuid>,
    /// The hook.
    pub uuid: HookUuid,
    /// The SHA-256 of its secret.
    pub secret: KeyDigest,
    /// Its name.
    pub name: Arc<str>,
    /// General or a named channel.
    pub channel: ChannelUuid,
    /// Its bot, which gets the first of the names that is free.
    pub bot: UserUuid,
    /// The names for its bot.
    pub bot_names: Vec<ChannelName>,
    /// When the node took it.
    pub created_at: Timestamp,
}

/// An incoming hook.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hook {
    /// The hook.
    pub uuid: HookUuid,
    /// Its name.
    pub name: Arc<str>,
    /// Where it writes.
    pub channel: ChannelUuid,
    /// Who writes.
    pub bot: User,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The hook by which a message is written.
#[derive(Clone, Debug)]
pub struct WrittenBy {
    /// The hook, whose right it is.
    pub hook: HookUuid,
    /// The name under which it is shown.
    pub name: Arc<str>,
}
