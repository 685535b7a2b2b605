//! Channels, and how far who has read them.

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_protocol::{SessionUuid, UserUuid};
use uuid::Uuid;

use super::statements::{channels, members};
use super::{EmbeddedStore, concern, inbox};
use crate::{
    ActivityPage, ActivityQuery, Attempt, Channel, Channels, Denied, Event, FoundChannel,
    InboxEntry, Result, User, Wanted,
};

#[async_trait]
impl Channels for EmbeddedStore {
    async fn find_channel(&self, user: UserUuid, named: Uuid, make: bool) -> Result<FoundChannel> {
        let found = self.readers.read("find a channel", move |db| channels::find(db, user, named));
        let found = found.await?;
        if !make || found != FoundChannel::NoChannel {
            return Ok(found);
        }
        let make = move |db: &_| {
            channels::create_direct(db, user, UserUuid(named))?;
            Ok((channels::find(db, user, named)?, Vec::new()))
        };
        self.writer.write("create a channel", make).await
    }

    async fn inbox(&self, user: &User, wanted: Wanted) -> Result<Vec<InboxEntry>> {
        let (recent, user) = (Arc::clone(&self.recent), user.clone());
        self.readers
            .read("read the inbox", move |db| inbox::inbox(db, &recent, &user, wanted))
            .await
    }

    async fn activity(&self, query: ActivityQuery) -> Result<ActivityPage> {
        let recent = Arc::clone(&self.recent);
        self.readers
            .read("read the activity", move |db| concern::activity(db, &recent, &query))
            .await
    }

    async fn mark_read(
        &self,
        user: UserUuid,
        session: SessionUuid,
        channel: &Channel,
        seq: u64,
    ) -> Attempt<u64> {
        let (uuid, address) = (channel.uuid, channel.address());
        let recent = Arc::clone(&self.recent);
        self.attempt("mark a channel as read", move |db| {
            if members::membership(db, user, uuid)?.is_none() {
                let rights = channels::rights(db, user, uuid)?;
                let is_readable = rights.is_some_and(channels::Rights::may_read);
                return Ok(Err(if is_readable { Denied::NotMember } else { Denied::NotFound }));
            }
            let seq = members::mark_read(db, &recent, user, uuid, seq)?;
            Ok(Ok((seq, vec![Event::Read { user, session, address, seq }])))
        })
        .await
    }
}
