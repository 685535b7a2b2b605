//! What is published, from Pub/Sub to the node's feed.

use std::collections::HashSet;
use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, UserUuid};
use futures_util::{FutureExt, StreamExt};
use redis::Msg;
use redis::aio::{PubSubSink, PubSubStream};

use super::catch_up::is_left_out;
use super::changes::mark_own;
use super::details::StoredDetails;
use super::feed::{FeedTask, feed_of};
use super::history::{self, Element};
use super::records::{Envelope, LiveElement, LiveMessage, News};
use super::watched::Reached;
use crate::{Changed, Channel, Event, Message, Result, channel_name};

/// How many published messages are taken together.
const BATCH: usize = 1_024;

/// What was published together.
#[derive(Default)]
struct Taken {
    events: Vec<Event>,
    /// Channels of which Redis may hold less than was told.
    doubtful: HashSet<ChannelUuid>,
    /// Channels that have become a user's who is here, and of which something may have been missed.
    begun: HashSet<ChannelUuid>,
    /// Channels that are followed for nobody any more.
    left: Vec<ChannelUuid>,
}

impl FeedTask {
    pub(super) async fn take(
        &mut self,
        first: Msg,
        stream: &mut PubSubStream,
        sink: &mut PubSubSink,
    ) -> Result<()> {
        let (mut taken, mut next, mut count) = (Taken::default(), Some(first), 0);
        let mut done = Ok(());
        while let Some(message) = next
            && done.is_ok()
        {
            done = self.read(&message, &mut taken).await;
            count += 1;
            next = if count < BATCH { stream.next().now_or_never().flatten() } else { None };
        }
        // What counts as told is told, even if the connection broke meanwhile.
        self.shared.tell(taken.events);
        done?;
        self.go_on(taken.begun, sink).await?;
        self.end(taken.left, sink).await?;
        let doubtful: Vec<_> = taken.doubtful.into_iter().collect();
        if self.compare(&doubtful).await?.values().any(|compared| compared.is_lost) {
            self.catch_up(sink).await?;
        }
        Ok(())
    }

    async fn read(&mut self, message: &Msg, taken: &mut Taken) -> Result<()> {
        let payload = message.get_payload_bytes();
        let Some(name) = message.get_channel_name().strip_prefix(self.shared.link.prefix()) else {
            return Ok(());
        };
        if payload.starts_with(b"{\"Seq\":") {
            return match serde_json::from_slice::<LiveMessage>(payload) {
                // A Seq counts from 1; somebody else may have published another.
                Ok(live) if live.seq == 0 => Ok(()),
                Ok(live) => {
                    self.begin(name, live.channel, live.seq, taken);
                    self.message(live, taken).await
                }
                Err(error) => Self::ignore(&error),
            };
        }
        if payload.starts_with(b"{\"Element\":") {
            return match serde_json::from_slice::<LiveElement>(payload) {
                Ok(live) if live.seq == 0 => Ok(()),
                Ok(live) => self.element(name, live, taken).await,
                Err(error) => Self::ignore(&error),
            };
        }
        match serde_json::from_slice::<Envelope>(payload) {
            Ok(Envelope { news: News::EpochChanged { epoch }, .. }) => {
                if *epoch != *self.shared.epoch() {
                    self.shared.doubts.raise(false);
                }
                Ok(())
            }
            Ok(envelope) => {
                self.news(name, envelope, taken);
                Ok(())
            }
            Err(error) => Self::ignore(&error),
        }
    }

    /// A message in a user's own feed is the first in a channel that has just become the user's.
    fn begin(&mut self, name: &str, channel: ChannelUuid, seq: u64, taken: &mut Taken) {
        let user = name.strip_prefix("userFeed:").and_then(|user| user.parse::<UserUuid>().ok());
        if let Some(user) = user.filter(|_| !channel.is_general()) {
            self.become_member(
                user,
                channel,
                Reached { seq: seq - 1, ..Reached::default() },
                taken,
            );
        }
    }

    /// The channel has become the user's behind what it had reached.
    fn become_member(
        &mut self,
        user: UserUuid,
        channel: ChannelUuid,
        last: Reached,
        taken: &mut Taken,
    ) {
        if !self.watched.is_member(user, channel) && self.watched.begin(user, channel, last) {
            taken.begun.insert(channel);
        }
    }

    /// Leaves channels, unless somebody has come for whom they are followed.
    async fn end(&mut self, left: Vec<ChannelUuid>, sink: &mut PubSubSink) -> Result<()> {
        let left = left.into_iter().filter(|channel| !self.watched.follows(*channel));
        let names: Vec<_> = left.map(channel_name).collect();
        self.unsubscribe(sink, &names).await
    }

    /// Subscribes to channels that have become a user's, and tells what came before that.
    async fn go_on(&mut self, begun: HashSet<ChannelUuid>, sink: &mut PubSubSink) -> Result<()> {
        let begun: Vec<_> = begun.into_iter().collect();
        let names: Vec<_> = begun.iter().map(|channel| channel_name(*channel)).collect();
        self.subscribe(sink, &names).await?;
        for channel in begun {
            self.tell_on(channel).await?;
        }
        Ok(())
    }

    /// Tells what has come to a channel and changed in it since what was told last.
    pub(super) async fn tell_on(&mut self, channel: ChannelUuid) -> Result<()> {
        let mut events = Vec::new();
        let read = self.read_on(channel, &mut events).await;
        self.shared.tell(events);
        read
    }

    /// Tells what has come to a channel, and then what has changed in it, since what was told last.
    async fn read_on(&mut self, channel: ChannelUuid, events: &mut Vec<Event>) -> Result<()> {
        let Some(last) = self.watched.channel(channel).map(|tracked| tracked.last) else {
            return Ok(());
        };
        let changes = self.read_changes(channel, last.rev).await?;
        let missed = self.read_missed(channel, last.seq, changes.total).await?;
        self.tell_missed(missed, events);
        events.extend(changed(last.rev, changes.messages));
        if let Some(tracked) = self.watched.channel(channel) {
            tracked.last.rev = changes.rev;
        }
        Ok(())
    }

    /// Neither the channel, which may be a private one, nor what the parser quotes belongs into a log.
    #[expect(clippy::unnecessary_wraps, reason = "it stands where a result is due")]
    fn ignore(error: &serde_json::Error) -> Result<()> {
        let (kind, column) = (error.classify(), error.column());
        tracing::warn!(?kind, column, "ignored a malformed Pub/Sub message");
        Ok(())
    }

    async fn message(&mut self, mut live: LiveMessage, taken: &mut Taken) -> Result<()> {
        if let Some(send) = live.repeated.take() {
            if let Some(ticket) = self.shared.pending.take(send) {
                let message = Arc::new(live.into_message());
                taken.events.push(Event::Repeated { message, ticket });
            }
            return Ok(());
        }
        self.stored(live.into_message(), taken).await
    }

    /// A message that is a reply or has changed, by which of both or why else it was published.
    async fn element(&mut self, name: &str, live: LiveElement, taken: &mut Taken) -> Result<()> {
        let LiveElement { seq, channel, repeated, reacted, .. } = live;
        let (of, rev) = (Channel::of_members(channel), live.element.rev);
        let read = history::decode(&self.shared, vec![Element::live(&of, live)]).await?;
        let Some(mut message) = read.into_iter().next() else { return Ok(()) };
        if let Some(reacted) = reacted {
            mark_own(&self.shared, reacted.user, std::iter::once(&mut message)).await?;
            let (user, session, address) = (reacted.user, reacted.session, reacted.address);
            let changed = Arc::new(Changed { rev, message });
            taken.events.push(Event::Reacted { user, session, address, changed });
        } else if let Some(send) = repeated {
            if let Some(ticket) = self.shared.pending.take(send) {
                let user = message.sender.uuid;
                mark_own(&self.shared, user, std::iter::once(&mut message)).await?;
                taken.events.push(Event::Repeated { message: Arc::new(message), ticket });
            }
        } else if rev > 0 {
            self.changed(rev, message, taken).await?;
        } else {
            self.begin(name, channel, seq, taken);
            self.stored(message, taken).await?;
        }
        Ok(())
    }

    /// A message has changed.
    async fn changed(&mut self, rev: u64, message: Message, taken: &mut Taken) -> Result<()> {
        let channel = message.channel.uuid;
        let Some(Reached { seq: last, rev: before, .. }) =
            self.watched.channel(channel).map(|tracked| tracked.last)
        else {
            return Ok(());
        };
        if rev <= before {
            // It was read after a cut; else Redis holds less than before.
            taken.doubtful.insert(channel);
        } else if rev == before + 1 && message.seq <= last {
            taken.events.extend(changed(before, vec![message]));
            if let Some(tracked) = self.watched.channel(channel) {
                tracked.last.rev = rev;
            }
        } else {
            self.read_on(channel, &mut taken.events).await?;
        }
        Ok(())
    }

    /// A message was stored.
    async fn stored(&mut self, message: Message, taken: &mut Taken) -> Result<()> {
        let (channel, seq) = (message.channel.uuid, message.seq);
        let tracked = if channel.is_general() {
            Some(self.watched.general(Reached { seq: seq - 1, ..Reached::default() }))
        } else {
            self.watched.channel(channel)
        };
        let Some(tracked) = tracked else {
            // Its users have left this node; the connection that sent it may still wait.
            if self.shared.pending.contains(message.uuid) {
                taken.events.push(self.told(message));
            }
            return Ok(());
        };
        let last = tracked.last.seq;
        if seq <= last {
            // A second copy, or one that was read after a cut; else Redis holds less than before.
            if tracked.uuid != Some(message.uuid) {
                taken.doubtful.insert(channel);
            }
            return Ok(());
        }
        if seq > last + 1 {
            let missed = self.read_missed(channel, last, seq - 1).await?;
            self.tell_missed(missed, &mut taken.events);
        }
        if self.watched.channel(channel).is_none_or(|tracked| tracked.last.seq + 1 != seq) {
            tracing::warn!("ignored a published message that is not stored in its channel");
            return Ok(());
        }
        self.note_told(&message);
        taken.events.push(self.told(message));
        Ok(())
    }

    fn tell_missed(&mut self, missed: Vec<Message>, events: &mut Vec<Event>) {
        for missed in missed {
            self.note_told(&missed);
            events.extend((!is_left_out(&missed)).then(|| self.told(missed)));
        }
    }

    /// Notes that everything up to this message counts as told.
    fn note_told(&mut self, message: &Message) {
        if let Some(tracked) = self.watched.channel(message.channel.uuid) {
            (tracked.last.seq, tracked.uuid) = (message.seq, Some(message.uuid));
        }
    }

    pub(super) fn told(&self, message: Message) -> Event {
        let ticket = self.shared.pending.take(message.uuid);
        Event::Message { message: Arc::new(message), ticket }
    }

    fn news(&mut self, channel: &str, envelope: Envelope, taken: &mut Taken) {
        let Envelope { sessions, news } = envelope;
        // A node that watches both users of a private channel hears of it twice.
        let second = news.actor().is_some_and(|actor| {
            let of_other = channel.starts_with("userFeed:") && channel != feed_of(actor);
            of_other && self.watched.contains(actor)
        });
        // A change is published several times in a row.
        let again = news.change().is_some_and(|change| change == self.last_change);
        if second || again {
            return;
        }
        if let Some(change) = news.change() {
            change.clone_into(&mut self.last_change);
        }
        self.note_members(&news, taken);
        let event = news.into_event(sessions);
        self.shared.note(&event);
        taken.events.push(event);
    }

    fn note_edition(&mut self, details: &StoredDetails) {
        if let Some(tracked) = self.watched.channel(details.uuid) {
            tracked.last.edition = details.edition;
        }
    }

    /// Follows channels for their new members, and no more for those who have left.
    fn note_members(&mut self, news: &News, taken: &mut Taken) {
        match news {
            News::Channel(news) => {
                self.note_edition(&news.details);
                for user in &news.new_members {
                    self.become_member(*user, news.details.uuid, Reached::default(), taken);
                }
            }
            News::Members(news) => {
                let channel = news.details.uuid;
                let edition = news.details.edition;
                self.note_edition(&news.details);
                let before = Reached { seq: news.last, rev: news.rev, edition };
                for member in &news.added {
                    self.become_member(member.person.uuid, channel, before, taken);
                }
                for person in &news.removed {
                    if self.watched.leave(person.uuid, channel, !news.details.private) {
                        taken.left.push(channel);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Messages that have changed since this `Rev`, in the order of theirs. One that can't be read is left out.
pub(super) fn changed(mut after: u64, messages: Vec<Message>) -> impl Iterator<Item = Event> {
    let readable = messages.into_iter().filter(|message| !message.is_unreadable());
    readable.map(move |message| {
        let before = std::mem::replace(&mut after, message.rev());
        Event::Changed { after: before, message: Arc::new(message) }
    })
}
