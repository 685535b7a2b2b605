//! Messages: appended, and read a page at a time.

use async_trait::async_trait;

use super::{RedisStore, history};
use crate::{
    Append, Attempt, Channel, HistoryPage, Kind, Messages, MessagesPage, Ticket, Unavailable, User,
};

#[async_trait]
impl Messages for RedisStore {
    fn append(&self, appends: Vec<Append>) -> Vec<(Ticket, Unavailable)> {
        let append = |append: Append| {
            let ticket = append.ticket;
            let refused = self.appends.append(&self.shared, append).err();
            refused.map(|error| (ticket, error))
        };
        appends.into_iter().filter_map(append).collect()
    }

    async fn messages(
        &self,
        channel: &Channel,
        user: &User,
        page: HistoryPage,
    ) -> Attempt<MessagesPage> {
        if channel.kind == Kind::Members {
            return history::messages_for(&self.shared, channel, Some(user.uuid), page).await;
        }
        let read = history::messages(&self.shared, channel, page);
        let shared = channel.uuid.is_general() && page == HistoryPage::NEWEST;
        Ok(if shared { self.newest.page(read).await? } else { read.await? })
    }
}
