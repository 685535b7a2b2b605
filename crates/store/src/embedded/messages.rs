//! The messages of channels.

use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::Connection;

use super::EmbeddedStore;
use super::recent::Recent;
use super::statements::{channels, messages};
use crate::{
    Append, Attempt, Channel, Denied, Failure, HistoryPage, Kind, Messages, MessagesPage, Ticket,
    Unavailable, User,
};

const READ: &str = "read the history";

#[async_trait]
impl Messages for EmbeddedStore {
    fn append(&self, appends: Vec<Append>) -> Vec<(Ticket, Unavailable)> {
        self.writer.append(appends)
    }

    async fn messages(
        &self,
        channel: &Channel,
        user: &User,
        page: HistoryPage,
    ) -> Attempt<MessagesPage> {
        let is_members = channel.kind == Kind::Members;
        let found = self.recent.page(channel.uuid, page).whole(page);
        if let Some(messages) = found.filter(|_| !is_members) {
            return Ok(messages);
        }
        let shared = channel.uuid.is_general() && page == HistoryPage::NEWEST;
        let (recent, channel, user) = (Arc::clone(&self.recent), channel.clone(), user.clone());
        if is_members {
            let read = move |db: &_| page_of_members(db, &recent, &channel, &user, page);
            return self.readers.read(READ, read).await?.map_err(Failure::from);
        }
        let read =
            self.readers.read(READ, move |db| messages::page(db, &recent, &channel, &user, page));
        Ok(if shared { self.newest.page(read).await? } else { read.await? })
    }
}

/// The page is read before the rights: who was removed meanwhile gets nothing that came later.
fn page_of_members(
    db: &Connection,
    recent: &Recent,
    channel: &Channel,
    user: &User,
    page: HistoryPage,
) -> rusqlite::Result<Result<MessagesPage, Denied>> {
    let messages = messages::page(db, recent, channel, user, page)?;
    let rights = channels::rights(db, user.uuid, channel.uuid)?;
    let is_readable = rights.is_some_and(channels::Rights::may_read);
    Ok(if is_readable { Ok(messages) } else { Err(Denied::NotFound) })
}
