//! A store of which each wait is a part of the request's trace.

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_protocol::{SessionUuid, UserUuid};
use chinwag_store::{
    Account, Append, Channel, Creation, HistoryPage, InboxEntry, Join, JoinedChannel, KeyDigest,
    Messages, NewAccount, PasswordChange, Result, Store, User, UsersPage, UsersQuery,
};
use tracing::instrument::Instrument;
use tracing::{Span, info_span};

use super::on::TARGET;

/// A store that is followed where a request asks it.
pub struct Followed(pub Arc<dyn Store>);

/// What a request waits for gets a span, and what the server does by itself none.
async fn wait<T>(name: &'static str, work: impl Future<Output = T>) -> T {
    let request = Span::current();
    if request.is_none() {
        return work.await;
    }
    let span = info_span!(target: TARGET, parent: &request, "store", otel.name = name);
    work.instrument(span).await
}

#[async_trait]
impl Store for Followed {
    async fn account(&self, folded_name: &str) -> Result<Option<Account>> {
        wait("store.account", self.0.account(folded_name)).await
    }

    async fn create_account(&self, account: NewAccount) -> Result<Creation> {
        wait("store.create_account", self.0.create_account(account)).await
    }

    async fn users(&self, query: UsersQuery) -> Result<UsersPage> {
        wait("store.users", self.0.users(query)).await
    }

    async fn add_access_key(&self, account: &Account, digest: KeyDigest) -> Result<bool> {
        wait("store.add_access_key", self.0.add_access_key(account, digest)).await
    }

    async fn use_access_key(&self, user: UserUuid, digest: KeyDigest) -> Result<Option<User>> {
        wait("store.use_access_key", self.0.use_access_key(user, digest)).await
    }

    async fn revoke_access_key(
        &self,
        user: UserUuid,
        digest: KeyDigest,
        session: SessionUuid,
    ) -> Result<()> {
        wait("store.revoke_access_key", self.0.revoke_access_key(user, digest, session)).await
    }

    async fn revoke_all_access_keys(&self, user: UserUuid, session: SessionUuid) -> Result<()> {
        wait("store.revoke_all_access_keys", self.0.revoke_all_access_keys(user, session)).await
    }

    async fn change_password(&self, change: PasswordChange) -> Result<bool> {
        wait("store.change_password", self.0.change_password(change)).await
    }

    async fn session_started(&self, user: &User, session: SessionUuid) -> Result<u64> {
        wait("store.session_started", self.0.session_started(user, session)).await
    }

    fn session_ended(&self, user: &User, session: SessionUuid, joined: Option<Channel>) {
        self.0.session_ended(user, session, joined);
    }

    fn is_online(&self, user: UserUuid) -> bool {
        self.0.is_online(user)
    }

    fn online_users(&self) -> u64 {
        self.0.online_users()
    }

    async fn private_channel(
        &self,
        user: UserUuid,
        recipient: UserUuid,
    ) -> Result<Option<Channel>> {
        wait("store.private_channel", self.0.private_channel(user, recipient)).await
    }

    async fn join(&self, join: Join) -> Result<JoinedChannel> {
        wait("store.join", self.0.join(join)).await
    }

    async fn leave(&self, user: &User, session: SessionUuid, channel: &Channel) -> Result<u64> {
        wait("store.leave", self.0.leave(user, session, channel)).await
    }

    /// Its span is [`super::Trace::message`]'s: it ends with the event.
    fn append(&self, append: Append) -> Result<()> {
        self.0.append(append)
    }

    async fn messages(
        &self,
        channel: &Channel,
        user: &User,
        page: HistoryPage,
    ) -> Result<Messages> {
        wait("store.messages", self.0.messages(channel, user, page)).await
    }

    async fn inbox(&self, user: &User) -> Result<Vec<InboxEntry>> {
        wait("store.inbox", self.0.inbox(user)).await
    }

    async fn mark_read(
        &self,
        user: UserUuid,
        session: SessionUuid,
        channel: &Channel,
        seq: u64,
    ) -> Result<u64> {
        wait("store.mark_read", self.0.mark_read(user, session, channel, seq)).await
    }

    fn typing(&self, user: UserUuid, session: SessionUuid, channel: &Channel) {
        self.0.typing(user, session, channel);
    }

    async fn ready(&self) -> Result<()> {
        self.0.ready().await
    }

    async fn close(&self) {
        self.0.close().await;
    }
}
