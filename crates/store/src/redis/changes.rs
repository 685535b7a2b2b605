//! Changes to messages.

use async_trait::async_trait;

use super::RedisStore;
use crate::{
    Attempt, Changed, Changes, ChangesPage, Channel, MessageChange, ReactorsQuery, Unavailable,
    User, UsersPage,
};

#[async_trait]
impl Changes for RedisStore {
    async fn change_message(&self, _change: MessageChange) -> Attempt<Changed> {
        Err(Unavailable { action: "change a message", reason: String::new() }.into())
    }

    async fn changes(
        &self,
        _channel: &Channel,
        _user: &User,
        _after: u64,
        _limit: u64,
    ) -> Attempt<ChangesPage> {
        Err(Unavailable { action: "read changes", reason: String::new() }.into())
    }

    async fn reactors(&self, _query: ReactorsQuery) -> Attempt<UsersPage> {
        Err(Unavailable { action: "list reactions", reason: String::new() }.into())
    }
}
