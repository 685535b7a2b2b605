//! The messages of channels.

use std::sync::Arc;
use std::thread;

use async_trait::async_trait;
use chinwag_protocol::{ChannelUuid, UserUuid};
use rusqlite::Connection;

use super::EmbeddedStore;
use super::members::Denyable;
use super::recent::Recent;
use super::statements::rows::key;
use super::statements::{channels, messages, reactions};
use super::writing;
use crate::{
    Append, Attempt, Channel, Denied, Failure, HistoryPage, Kind, Message, Messages, MessagesPage,
    Page, Place, Result, Ticket, Unavailable, User,
};

const READ: &str = "read the history";

#[async_trait]
impl Messages for EmbeddedStore {
    fn append(&self, appends: Vec<Append>) -> Vec<(Ticket, Unavailable)> {
        self.writer.append(appends)
    }

    async fn may_write(&self, user: UserUuid, channel: &Channel) -> Attempt<()> {
        let channel = channel.clone();
        let check = move |db: &_| writing::may_write(db, user, &channel);
        self.readers.read("find who may write", check).await?.map_err(Failure::from)
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
        let reader = user.uuid;
        let (recent, channel, user) = (Arc::clone(&self.recent), channel.clone(), user.clone());
        if is_members {
            let read = move |db: &_| page_of_members(db, &recent, &channel, &user, page);
            return self.readers.read(READ, read).await?.map_err(Failure::from);
        }
        let read =
            self.readers.read(READ, move |db| messages::page(db, &recent, &channel, &user, page));
        if !shared {
            return Ok(read.await?);
        }
        let page = self.newest.page(read).await?;
        Ok(self.with_own(page, reader).await?)
    }

    async fn messages_at(&self, user: &User, places: Vec<Place>) -> Result<Vec<Option<Message>>> {
        let (recent, user) = (Arc::clone(&self.recent), user.clone());
        let read = move |db: &Connection| {
            let read = places.into_iter().map(|place| {
                // Where cores are few, live messages go first.
                thread::yield_now();
                message_at(db, &recent, &user, place)
            });
            read.collect()
        };
        self.readers.read("read messages", read).await
    }
}

impl EmbeddedStore {
    /// General's newest messages, which were read for another user, with the reactions of this one.
    async fn with_own(&self, mut page: MessagesPage, user: UserUuid) -> Result<MessagesPage> {
        let states = page.messages.iter().filter_map(|message| message.state.as_ref());
        if states.flat_map(|state| &state.reactions).next().is_none() {
            return Ok(page);
        }
        let read = move |db: &Connection| {
            let number = channels::number(db, ChannelUuid::GENERAL)?.unwrap_or_default();
            for message in &mut page.messages {
                let id = key(number, message.seq);
                for reaction in message.state.iter_mut().flat_map(|state| &mut state.reactions) {
                    reaction.mine = reactions::is_there(db, id, &reaction.emoji, user)?;
                }
            }
            Ok(page)
        };
        self.readers.read(READ, read).await
    }
}

fn message_at(
    db: &Connection,
    recent: &Recent,
    user: &User,
    Place { channel: uuid, named, seq }: Place,
) -> rusqlite::Result<Option<Message>> {
    let channel = if uuid.is_general() {
        Some(Channel::GENERAL)
    } else {
        channels::find(db, user.uuid, named)?.channel().filter(|channel| channel.uuid == uuid)
    };
    let Some(channel) = channel else { return Ok(None) };
    let page = HistoryPage::of_all(Page::After(seq.saturating_sub(1)), 1);
    let found = if channel.kind == Kind::Members {
        page_of_members(db, recent, &channel, user, page)?.ok()
    } else {
        Some(messages::page(db, recent, &channel, user, page)?)
    };
    Ok(found.and_then(|found| found.messages.into_iter().next()))
}

/// The page is read before the rights: who was removed meanwhile gets nothing that came later.
fn page_of_members(
    db: &Connection,
    recent: &Recent,
    channel: &Channel,
    user: &User,
    page: HistoryPage,
) -> rusqlite::Result<Denyable<MessagesPage>> {
    let messages = messages::page(db, recent, channel, user, page)?;
    let rights = channels::rights(db, user.uuid, channel.uuid)?;
    let is_readable = rights.is_some_and(channels::Rights::may_read);
    Ok(if is_readable { Ok(messages) } else { Err(Denied::NotFound) })
}
