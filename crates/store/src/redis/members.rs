//! Groups and named channels on Redis.

use async_trait::async_trait;
use chinwag_protocol::{ChannelUuid, UserUuid};

use super::RedisStore;
use crate::{
    Attempt, ChannelDetails, ChannelEdit, ChannelsPage, ChannelsQuery, Members, MembersAdd,
    MembersChange, MembersPage, MembersQuery, Membership, NewChannel, Preferences,
    PreferencesChange, Result, Unavailable,
};

/// What this store can't do yet; no request asks for it.
fn missing() -> Unavailable {
    let reason = "this store has no groups and named channels yet".to_owned();
    Unavailable { action: "reach a channel", reason }
}

#[async_trait]
impl Members for RedisStore {
    async fn create_channel(&self, _: NewChannel) -> Attempt<ChannelDetails> {
        Err(missing().into())
    }

    async fn edit_channel(&self, _: ChannelEdit) -> Attempt<ChannelDetails> {
        Err(missing().into())
    }

    async fn add_members(&self, _: MembersAdd) -> Attempt<MembersChange> {
        Err(missing().into())
    }

    async fn remove_member(
        &self,
        _: UserUuid,
        _: ChannelUuid,
        _: UserUuid,
    ) -> Attempt<MembersChange> {
        Err(missing().into())
    }

    async fn members(&self, _: MembersQuery) -> Attempt<MembersPage> {
        Err(missing().into())
    }

    async fn channels(&self, _: ChannelsQuery) -> Result<ChannelsPage> {
        Err(missing())
    }

    async fn channel(
        &self,
        _: UserUuid,
        _: ChannelUuid,
    ) -> Attempt<(ChannelDetails, Option<Membership>)> {
        Err(missing().into())
    }

    async fn memberships(&self, _: UserUuid) -> Result<Vec<ChannelUuid>> {
        Err(missing())
    }

    async fn change_preferences(&self, _: PreferencesChange) -> Attempt<Preferences> {
        Err(missing().into())
    }
}
