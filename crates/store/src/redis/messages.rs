//! Messages: appended, and read a page at a time.

use std::collections::HashMap;

use async_trait::async_trait;
use chinwag_protocol::UserUuid;
use futures_util::future::try_join_all;

use super::changes::mark_own;
use super::scripts::CHECK_WRITER;
use super::{RedisStore, history};
use crate::{
    Append, Attempt, Channel, Channels, Failure, HistoryPage, Kind, Message, Messages,
    MessagesPage, Page, Place, Result, Ticket, Unavailable, User, channel_name,
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

    async fn may_write(&self, user: UserUuid, channel: &Channel) -> Attempt<()> {
        let mut script = CHECK_WRITER.arg(user.to_string());
        script.arg(channel_name(channel.uuid)).arg(other_user(channel));
        self.shared.link.attempt("find who may write", &script).await
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

    /// All at once: the requests share round trips.
    async fn messages_at(&self, user: &User, places: Vec<Place>) -> Result<Vec<Option<Message>>> {
        let named = places.iter().filter(|place| !place.channel.is_general());
        let named: HashMap<_, _> = named.map(|place| (place.channel, place.named)).collect();
        let channels = named.into_iter().map(async |(uuid, named)| {
            let found = self.find_channel(user.uuid, named, false).await?;
            Ok((uuid, found.channel().filter(|channel| channel.uuid == uuid)))
        });
        let channels: HashMap<_, _> = try_join_all(channels).await?.into_iter().collect();
        try_join_all(places.into_iter().map(async |Place { channel: uuid, seq, .. }| {
            let general = uuid.is_general().then_some(&Channel::GENERAL);
            let channel = general.or_else(|| channels.get(&uuid)?.as_ref());
            let Some(channel) = channel else { return Ok(None) };
            let page = HistoryPage::of_all(Page::After(seq.saturating_sub(1)), 1);
            match self.messages(channel, user, page).await {
                Ok(found) => Ok(found.messages.into_iter().next()),
                // The user was removed meanwhile.
                Err(Failure::Denied(_)) => Ok(None),
                Err(Failure::Unavailable(error)) => Err(error),
            }
        }))
        .await
    }
}

/// The other user of a direct channel; empty for any other, as scripts have it.
pub(super) fn other_user(channel: &Channel) -> String {
    channel.recipient().map(|other| other.uuid.to_string()).unwrap_or_default()
}
