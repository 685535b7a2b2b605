//! Bots and incoming hooks.

use chinwag_protocol::incoming::{HookRef, HooksOf, NewBot, NewHook};
use chinwag_protocol::outgoing::{BotCreated, Hook, HookCreated};
use chinwag_protocol::{Body, HookUuid, Request};

use crate::client::reply;
use crate::{ChannelId, Client, Error};

/// Requests about bots and hooks. A server of 0.1 refuses them with
/// [`UnknownType`](chinwag_protocol::ErrorCode::UnknownType).
impl Client {
    /// Makes a bot, as an admin, or another access key for one, which ends the old one. The key is told this once.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn create_bot(&self, username: &str) -> Result<BotCreated, Error> {
        reply!(self, Request::BotCreate(NewBot { username: username.to_owned() }), BotCreate)
    }

    /// Makes a hook of General or a named channel, as an owner or an admin. Its address takes posts of other programs; it is a
    /// secret, and told this once.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn create_hook(
        &self,
        channel: impl Into<ChannelId>,
        name: &str,
    ) -> Result<HookCreated, Error> {
        let new = NewHook { recipient: channel.into().to_string(), name: name.to_owned() };
        reply!(self, Request::HookCreate(new), HookCreate)
    }

    /// The hooks of a channel, or without one of all channels in which the user may end them; the oldest first.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn hooks(&self, channel: Option<ChannelId>) -> Result<Vec<Hook>, Error> {
        let of = HooksOf { recipient: channel.map(|channel| channel.to_string()) };
        let listed = reply!(self, Request::Hooks(of), Hooks);
        listed.map(|listed| listed.hooks)
    }

    /// Ends a hook; what it wrote stays.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn delete_hook(&self, hook: HookUuid) -> Result<(), Error> {
        let ended = reply!(self, Request::HookDelete(HookRef { uuid: hook }), HookDelete);
        ended.map(|_| ())
    }
}
