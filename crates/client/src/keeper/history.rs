//! Messages: live ones are delivered, and those that were missed are read from the history.

use std::time::Duration;

use chinwag_protocol::Request;
use chinwag_protocol::incoming::HistoryPage;
use chinwag_protocol::outgoing::{History, Inbox, Message};

use super::session::{Awaited, PAGE, Session, Step};
use crate::places::Turn;
use crate::{Channel, ChannelId, Event};

impl Session<'_> {
    pub(super) async fn live_message(&mut self, message: &Message) -> Step {
        let channel = Channel::of(message, self.keeper.me);
        match self.keeper.places.live(channel, message.seq, self.behind.is_none()) {
            Turn::Now => {
                self.tell_message(channel.id(), message.clone());
                self.read_changes(channel.id()).await
            }
            Turn::Not => Ok(()),
            Turn::Fill(after) => self.fill(channel.id(), after).await,
        }
    }

    pub(super) async fn take_inbox(&mut self, inbox: Inbox) -> Step {
        if self.keeper.places.are_beyond(&inbox) {
            self.keeper.set_back();
        }
        if self.keeper.reset_due && !self.tell(Event::Reset) {
            self.fall_behind(Duration::ZERO);
            return Ok(());
        }
        self.keeper.reset_due = false;
        if !self.has_room_for(1) {
            self.fall_behind(Duration::ZERO);
            return Ok(());
        }
        let next = self.keeper.places.inbox(&inbox, self.keeper.joined);
        self.keeper.moves.extend(next.moves);
        self.tell(Event::Inbox(inbox));
        // Changes come first, so that few messages come in a later state than the changes are at.
        for channel in self.keeper.places.behind() {
            self.read_changes(channel).await?;
        }
        for (channel, after) in next.pages {
            self.fill(channel, after).await?;
        }
        Ok(())
    }

    /// Requests the page after this `Seq`.
    pub(super) async fn fill(&mut self, channel: ChannelId, after: u64) -> Step {
        let page = HistoryPage {
            recipient: channel.to_string(),
            limit: i64::try_from(PAGE).ok(),
            before: None,
            after: i64::try_from(after).ok(),
            ..HistoryPage::default()
        };
        self.request(Awaited::Page(channel), &Request::ChannelMessages(page)).await
    }

    pub(super) async fn take_page(&mut self, page: History) -> Step {
        let channel = ChannelId::from(&page.channel);
        if self.keeper.places.lacks_rev(channel) {
            if !self.has_room_for(page.messages.len()) {
                self.keeper.places.given_up(channel);
                self.fall_behind(Duration::ZERO);
                return Ok(());
            }
            let changes = self.keeper.places.begin(channel, page.rev, &page.messages);
            self.tell_changes(channel, changes);
        }
        for message in self.keeper.places.page(page) {
            if !self.tell_message(channel, message) {
                self.keeper.places.given_up(channel);
                return Ok(());
            }
        }
        match self.keeper.places.next_page(channel) {
            Some(after) => self.fill(channel, after).await,
            None => self.read_changes(channel).await,
        }
    }

    /// Delivers a message, or notes that it is to be read from the history once there is room.
    fn tell_message(&mut self, channel: ChannelId, message: Message) -> bool {
        let (seq, uuid) = (message.seq, message.uuid);
        let message = self.keeper.places.present(channel, message);
        let told = self.tell(Event::Message(Box::new(message)));
        if told {
            self.keeper.places.told(channel, seq, uuid);
        } else {
            self.fall_behind(Duration::ZERO);
        }
        told
    }
}
