//! Messages: appended, and read a page at a time.

use async_trait::async_trait;

use super::changes::mark_own;
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
        let is_shared = channel.uuid.is_general() && page == HistoryPage::NEWEST;
        let checked = (channel.kind == Kind::Members).then_some(user.uuid);
        let mut read = if is_shared {
            // Another node may have stored something.
            self.newest.outdate();
            self.newest.page(history::messages(&self.shared, channel, page)).await?
        } else {
            history::messages_for(&self.shared, channel, checked, page).await?
        };
        let last = read.messages.last().map_or(0, |message| message.seq);
        if read.rev > 0 && last < read.total {
            self.told(channel.uuid, read.total).await?;
        }
        mark_own(&self.shared, user.uuid, read.messages.iter_mut()).await?;
        Ok(read)
    }
}
