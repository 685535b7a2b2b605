//! Groups and named channels: made, changed, listed, and their members.

use chinwag_protocol::incoming::{
    ChannelEdit, ChannelsPage, InboxWants, MemberAdd, MemberRemove, MembersPage, NewChannel,
    PrefsChange,
};
use chinwag_protocol::outgoing::{self, Channels, Members, MembersChanged, Prefs};
use chinwag_protocol::{Body, Request, UserUuid};
use uuid::Uuid;

use crate::client::reply;
use crate::{ChannelId, Client, Error};

/// What an inbox is asked for.
pub(crate) fn wants() -> InboxWants {
    InboxWants { wants: vec!["channels".into(), "changes".into()] }
}

/// All of these fail with [`Error::Refused`] or, without a connection, [`Error::Disconnected`]. The codes:
/// [`UnknownUser`](chinwag_protocol::ErrorCode::UnknownUser) for a channel or a user that doesn't exist, and for a private
/// channel of others; [`NotAllowed`](chinwag_protocol::ErrorCode::NotAllowed) for what only members or owners may, and in an
/// archived channel; [`ChannelNotAcceptable`](chinwag_protocol::ErrorCode::ChannelNotAcceptable) for a name that is taken or
/// none, for too few or too many people, and for too many channels;
/// [`UnknownType`](chinwag_protocol::ErrorCode::UnknownType) from a server of 0.1.
impl Client {
    /// Makes a named channel, or without a name a group. Without a `client_uuid` it gets a random one.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn create_channel(&self, new: NewChannel) -> Result<outgoing::Channel, Error> {
        let client_uuid = new.client_uuid.or_else(|| Some(Uuid::new_v4().to_string()));
        let new = NewChannel { client_uuid, ..new };
        reply!(self, Request::ChannelCreate(new), ChannelCreate)
    }

    /// Changes a named channel, as an owner.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn edit_channel(&self, edit: ChannelEdit) -> Result<outgoing::Channel, Error> {
        reply!(self, Request::ChannelEdit(edit), ChannelEdit)
    }

    /// Becomes a member of a public channel.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn become_member(
        &self,
        channel: impl Into<ChannelId>,
    ) -> Result<MembersChanged, Error> {
        self.member_add(channel.into(), None, None).await
    }

    /// Adds members to a named channel, all of them or none. `owner` makes them owners or, of members, unmakes them.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn add_members(
        &self,
        channel: impl Into<ChannelId>,
        users: Vec<UserUuid>,
        owner: Option<bool>,
    ) -> Result<MembersChanged, Error> {
        self.member_add(channel.into(), Some(users), owner).await
    }

    async fn member_add(
        &self,
        channel: ChannelId,
        users: Option<Vec<UserUuid>>,
        owner: Option<bool>,
    ) -> Result<MembersChanged, Error> {
        let add = MemberAdd { recipient: channel.to_string(), users, owner };
        reply!(self, Request::MemberAdd(add), MemberAdd)
    }

    /// Removes a member from a named channel. With [`Client::me`] the user leaves it.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn remove_member(
        &self,
        channel: impl Into<ChannelId>,
        user: UserUuid,
    ) -> Result<MembersChanged, Error> {
        let remove = MemberRemove { recipient: channel.into().to_string(), user };
        reply!(self, Request::MemberRemove(remove), MemberRemove)
    }

    /// Up to 100 members of a channel whose name begins with `query`, online first, then by name.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn members(
        &self,
        channel: impl Into<ChannelId>,
        query: &str,
        offset: u64,
    ) -> Result<Members, Error> {
        let page = MembersPage {
            recipient: channel.into().to_string(),
            offset: Some(offset),
            limit: None,
            query: given(query),
        };
        reply!(self, Request::ChannelMembers(page), ChannelMembers)
    }

    /// Up to 100 channels whose name begins with `query`, by name: public ones, and the user's own private ones.
    /// Archived ones are not among them.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn channels(&self, query: &str, offset: u64) -> Result<Channels, Error> {
        let page =
            ChannelsPage { offset: Some(offset), limit: None, query: given(query), archived: None };
        reply!(self, Request::Channels(page), Channels)
    }

    /// Changes the user's preferences for a channel, and returns all of them. Those that are absent stay.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn change_prefs(&self, change: PrefsChange) -> Result<Prefs, Error> {
        reply!(self, Request::ChannelPrefs(change), ChannelPrefs)
    }
}

fn given(query: &str) -> Option<String> {
    Some(query.to_owned()).filter(|query| !query.is_empty())
}
