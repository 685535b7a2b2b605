//! Changes to messages: those that come are delivered, those that are missing requested, and pages for the client
//! completed with them.

use std::collections::HashMap;
use std::time::Duration;

use chinwag_protocol::incoming::ChangesPage;
use chinwag_protocol::outgoing::{Changes, ChannelView, Message};
use chinwag_protocol::{Body, Outgoing, Request};
use tokio::sync::oneshot;

use super::refuse;
use super::session::{Awaited, Session, Step};
use crate::places::{Change, Missing};
use crate::states::{later, rev_of};
use crate::{ChannelId, Error, Event};

/// How many changes to request: less than there is room for after an inbox.
const MOST_ASKED: u64 = 50;

type Answer = Option<oneshot::Sender<Result<Outgoing, Error>>>;

impl Session<'_> {
    pub(super) async fn take_changes(&mut self, changes: Changes, live: bool) -> Step {
        let channel = ChannelId::from(&changes.channel);
        let room = self.has_room_for(changes.messages.len());
        let next = self.keeper.places.changes(changes, live, room);
        self.tell_changes(channel, next);
        if room {
            return self.read_changes(channel).await;
        }
        self.fall_behind(Duration::ZERO);
        Ok(())
    }

    /// Delivers them. There is room.
    pub(super) fn tell_changes(&mut self, channel: ChannelId, changes: Vec<Change>) {
        let rev = self.keeper.places.rev(channel);
        let last = changes.len();
        for (number, Change { message, live }) in (1..).zip(changes) {
            let handled = rev.filter(|_| number == last).unwrap_or(rev_of(&message));
            self.keeper.places.revs.push((channel, handled));
            self.tell(Event::Changed { message: Box::new(message), live });
        }
    }

    /// The session has joined a channel.
    pub(super) async fn look_at(&mut self, view: &ChannelView) -> Step {
        let channel = ChannelId::from(&view.channel);
        self.keeper.places.look_at(view);
        if self.has_room_for(view.messages.len()) {
            let changes = self.keeper.places.begin(channel, view.rev, &view.messages);
            self.tell_changes(channel, changes);
        }
        self.read_changes(channel).await
    }

    /// Requests the changes that are missing, or the page from which they begin.
    pub(super) async fn read_changes(&mut self, channel: ChannelId) -> Step {
        if let Some(after) = self.keeper.places.rev_page(channel) {
            return self.fill(channel, after).await;
        }
        match self.keeper.places.missing(channel) {
            Some(Missing::After(after)) => {
                self.ask_changes(Awaited::Changes(channel), channel, after).await
            }
            Some(Missing::TooMany) if self.has_room_for(1) => {
                self.keeper.places.skip(channel);
                self.tell(Event::Skipped(channel));
                Ok(())
            }
            Some(Missing::TooMany) => {
                self.fall_behind(Duration::ZERO);
                Ok(())
            }
            None => Ok(()),
        }
    }

    async fn ask_changes(&mut self, awaited: Awaited, channel: ChannelId, after: u64) -> Step {
        let recipient = channel.to_string();
        let page = ChangesPage { recipient, after, limit: Some(MOST_ASKED) };
        self.request(awaited, &Request::ChannelChanges(page)).await
    }

    /// Answers the client. A page may be older than changes that were delivered: it is completed first.
    pub(super) async fn answer(&mut self, answer: Answer, mut frame: Outgoing) -> Step {
        if let Some((channel, rev, _)) = page_of(&mut frame.body)
            && self.keeper.places.rev(channel).is_some_and(|known| known > *rev)
        {
            let after = *rev;
            let awaited = Awaited::Present(Box::new(frame), answer);
            return self.ask_changes(awaited, channel, after).await;
        }
        reply(answer, frame);
        Ok(())
    }

    /// Completes a page with the changes after its `rev`.
    pub(super) async fn present(
        &mut self,
        mut page: Outgoing,
        changes: Changes,
        answer: Answer,
    ) -> Step {
        let Some((_, rev, messages)) = page_of(&mut page.body) else {
            reply(answer, page);
            return Ok(());
        };
        let mut states: HashMap<_, _> =
            changes.messages.into_iter().map(|message| (message.seq, message)).collect();
        for message in messages {
            if let Some(state) = states.remove(&message.seq) {
                *message = later(std::mem::take(message), state, false);
            }
        }
        if changes.rev <= *rev {
            reply(answer, page);
            return Ok(());
        }
        *rev = changes.rev;
        // Boxed, since it may come back here.
        Box::pin(self.answer(answer, page)).await
    }
}

/// The channel of a page or of a join, its `rev` and its messages.
fn page_of(body: &mut Body) -> Option<(ChannelId, &mut u64, &mut Vec<Message>)> {
    match body {
        Body::ChannelMessages(page) => {
            Some((ChannelId::from(&page.channel), &mut page.rev, &mut page.messages))
        }
        Body::ChannelJoin(view) => {
            Some((ChannelId::from(&view.channel), &mut view.rev, &mut view.messages))
        }
        _ => None,
    }
}

fn reply(answer: Option<oneshot::Sender<Result<Outgoing, Error>>>, frame: Outgoing) {
    match (answer, frame) {
        (answer, Outgoing { body: Body::Error(error), .. }) => {
            refuse(answer, Error::Refused(error));
        }
        (Some(answer), frame) => drop(answer.send(Ok(frame))),
        (None, _) => {}
    }
}
