//! Applies events and answers of the server to the chat.

use chinwag_client::protocol::outgoing::{
    History, Inbox, Members, Message, Recipient, Sys, User, Users,
};
use chinwag_client::protocol::{Body, Outgoing};
use chinwag_client::protocol::{ErrorCode, UserUuid};
use chinwag_client::{Channel, ChannelId, Error, Event, Link, Page};

use super::asks::{Answer, Ask};
use super::hits::Source;
use super::room::Room;
use super::state::{Chat, Marked, Over, Person};
use super::{lines, view};
use crate::people::marks;
use crate::plain::one_line;

impl Chat {
    /// Applies an event.
    pub fn event(&mut self, event: Event) -> Vec<Ask> {
        match event {
            Event::Message(message) => self.take_message(&message),
            // The inbox that follows shows what is there now.
            Event::Reset => {
                self.chosen = None;
                self.rooms.values_mut().for_each(Room::forget);
            }
            Event::Inbox(inbox) => {
                let gone = self.forget_gone(&inbox);
                return self.take_inbox(&inbox).into_iter().chain(gone).collect();
            }
            Event::Changed { message, live } => {
                let channel = self.channel_of(&message);
                self.take_change(channel, *message, live);
            }
            Event::Skipped(channel) => return self.take_skipped(channel).into_iter().collect(),
            Event::Link(link) => {
                if link != Link::Live {
                    self.rooms.values_mut().for_each(|room| room.told = false);
                }
                self.link = link;
            }
            Event::News(news) => return self.take_news(*news),
            _ => {}
        }
        Vec::new()
    }

    fn take_inbox(&mut self, inbox: &Inbox) -> Vec<Ask> {
        self.changes = inbox.channels.iter().any(|listed| listed.rev.is_some());
        for listed in &inbox.channels {
            if let Some(user) = &listed.recipient {
                self.learn(user);
            }
            for user in listed.details.iter().flat_map(|details| &details.users) {
                self.learn_member(user);
            }
            let channel = Channel::from(listed);
            let room = self.room_of(channel);
            room.take_inbox(listed);
            // A page that was asked for on the lost connection won't come.
            room.loading = false;
        }
        // Nor was the end of a mark as unread taken there.
        if self.marked == Marked::Ending {
            self.marked = Marked::Not;
        }
        // Who is online may have changed, too.
        let mut asks = vec![Ask::Online];
        asks.extend(self.learn_notify());
        if std::mem::replace(&mut self.started, true) {
            asks.extend(self.load());
        } else {
            asks.extend(self.show(self.open));
        }
        asks
    }

    fn take_message(&mut self, message: &Message) {
        self.learn(&message.sender);
        if let Some(recipient) = &message.recipient {
            self.learn(recipient);
        }
        let (channel, me) = (self.channel_of(message), self.me);
        self.consider(message, channel);
        let calls = message.sender_uuid != me && self.concerns(message, channel);
        let looks_away = !self.focused || !self.is_at_newest();
        let room = self.rooms.entry(channel).or_insert_with(|| Room::new(channel));
        if channel == self.open && looks_away && message.sender_uuid != me && room.unread() == 0 {
            room.new_from = Some(message.seq);
        }
        room.take(message, me);
        if message.seq > room.read {
            room.calls.note(message.seq, calls, Some(false));
        }
        if channel != self.open || self.scroll == 0 {
            room.trim();
        } else if room.past.is_none()
            && room.messages.last_key_value().is_some_and(|(seq, _)| *seq == message.seq)
        {
            // The lines that are being read stay in their place.
            self.scroll += lines::newest_height(self, view::panes(self).messages.width);
        }
    }

    fn take_news(&mut self, news: Outgoing) -> Vec<Ask> {
        match news.body {
            Body::Sys(sys) => {
                if let Some(user) = news.by.user {
                    self.learn(&user);
                }
                let (person, online) = match sys {
                    Sys::SignIn { sign_in } => (sign_in, true),
                    Sys::SignOut { sign_out } => (sign_out, false),
                    Sys::Presence { presence } => {
                        self.counted = Some(presence.online);
                        return Vec::new();
                    }
                    Sys::ChannelJoin { .. } | Sys::Report { .. } => return Vec::new(),
                    news
                    @ (Sys::Channel { .. } | Sys::ChannelGone { .. } | Sys::Members { .. }) => {
                        return self.take_channel_news(news);
                    }
                };
                self.note(person.uuid, &person.username, online);
                // The server names people again instead of counting them, so they are few enough to ask for.
                if person.uuid != self.me && self.counted.take().is_some() {
                    return vec![Ask::Online];
                }
            }
            Body::ChannelJoin(joined) => {
                joined.users.iter().for_each(|user| self.learn(user));
            }
            Body::ChannelRead(read) => {
                let room = self.named_by(&read.channel).and_then(|it| self.rooms.get_mut(&it));
                if let Some(room) = room {
                    room.read_to(read.seq);
                }
            }
            // From another session of the user's.
            Body::MessageReact(changed) => {
                let channel = self.channel_of(&changed.message);
                self.take_change(channel, changed.message, false);
            }
            Body::ChannelPrefs(prefs) => self.take_prefs(prefs),
            Body::ChannelTyping(typing) if typing.user != self.me => {
                // A private channel is named from the other one's side.
                let channel = match self.named_by(&typing.channel) {
                    Some(channel @ (Channel::General | Channel::Shared(_))) => channel,
                    _ => Channel::Direct(typing.user),
                };
                let now = self.instant;
                if let Some(room) = self.rooms.get_mut(&channel) {
                    room.typed(typing.user, now);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// The channel of a message. Of one that can't be read the kind is unknown, and its channel known here.
    pub(super) fn channel_of(&self, message: &Message) -> Channel {
        let channel = Channel::of(message, self.me);
        if self.rooms.contains_key(&channel) {
            return channel;
        }
        self.rooms.keys().find(|known| known.id() == channel.id()).copied().unwrap_or(channel)
    }

    /// The known channel of this name.
    pub(super) fn named_by(&self, recipient: &Recipient) -> Option<Channel> {
        let id = ChannelId::from(recipient);
        self.rooms.keys().find(|channel| channel.id() == id).copied()
    }

    pub(super) fn learn(&mut self, user: &User) {
        let known = self.people.get(&user.uuid).is_some_and(|person| person.online);
        self.note(user.uuid, &user.username, user.online.unwrap_or(known));
    }

    /// Everybody is offline who is not in a complete list of the people online.
    fn take_online(&mut self, users: &Users) {
        let is_whole = users.received == users.total
            || users.users.last().is_some_and(|last| last.online == Some(false));
        if is_whole {
            self.counted = None;
            self.people.values_mut().for_each(|person| person.online = false);
        }
        self.learn_listed(&users.users);
    }

    pub(super) fn note(&mut self, user: UserUuid, name: &str, online: bool) {
        let marks = self.people.remove(&user).map(|known| known.marks).unwrap_or_default();
        self.people.insert(user, Person { name: one_line(name), online, marks });
    }

    /// Learns users of a list, which tells what they are.
    fn learn_listed(&mut self, users: &[User]) {
        for user in users {
            self.learn(user);
            self.mark(user.uuid, marks(user.role, user.bot, user.deactivated));
        }
    }

    pub(super) fn mark(&mut self, user: UserUuid, marks: String) {
        if let Some(person) = self.people.get_mut(&user) {
            person.marks = marks;
        }
    }

    /// Applies an answer.
    pub fn answer(&mut self, answer: Answer) -> Vec<Ask> {
        match answer {
            // Its event came before.
            Answer::Sent(number, Ok(message)) => {
                self.unsent.retain(|unsent| unsent.number != number);
                self.tell_unmentioned(self.channel_of(&message), &message);
            }
            Answer::Sent(number, Err(error)) => {
                for unsent in self.unsent.iter_mut().filter(|unsent| unsent.number == number) {
                    unsent.refused = Some(explain(&error));
                }
            }
            Answer::History(channel, page, Ok(history)) => {
                return self.take_history(channel, page, history);
            }
            Answer::History(channel, _, Err(error)) => {
                self.room_of(channel).loading = false;
                self.going = None;
                self.complain(&error);
            }
            Answer::Joined(channel, Ok(view)) => {
                view.users.iter().for_each(|user| self.learn(user));
                // Of a channel that is only looked at the inbox says nothing.
                if let Some(room) = self.rooms.get_mut(&channel).filter(|room| !room.member) {
                    let total = view.messages.first().map_or(0, |newest| newest.seq);
                    room.take_page(Page::Last, view.messages, total);
                    if channel == self.open {
                        return self.go_on();
                    }
                }
            }
            Answer::Changed(channel, seq, change, outcome) => {
                return self.take_changed(channel, seq, change, outcome);
            }
            Answer::Searched(words, before, found) => {
                let found = found.map(Into::into);
                return self.take_part(Source::Search(words), &before, found);
            }
            Answer::Activity(before, activity) => {
                let activity = activity.map(Into::into);
                return self.take_part(Source::Activity, &before, activity);
            }
            Answer::Looked(Ok(found)) => {
                self.found.extend(found.into_iter().map(|channel| (channel.uuid, channel)));
            }
            Answer::Listed(channel, part, Ok(history)) => return self.list(channel, part, history),
            Answer::Done(written, outcome) => return self.take_outcome(&written, outcome),
            Answer::Inbox(Ok(inbox)) => return self.take_inbox(&inbox),
            Answer::Notify(Ok(notify)) => self.notify = Some(notify),
            Answer::Recounted(inbox) => self.take_recount(inbox.ok().as_ref()),
            Answer::FoundChannels(Ok(channels)) => {
                let found = channels.channels.into_iter().map(|channel| (channel.uuid, channel));
                self.found.extend(found);
                self.complete_found();
                return self.inquired();
            }
            // A server of 0.1 has none.
            Answer::FoundChannels(Err(error)) if error.code() == Some(ErrorCode::UnknownType) => {
                return self.inquired();
            }
            Answer::FoundChannels(Err(error))
            | Answer::Members(_, _, Err(error))
            | Answer::Found(_, Err(error)) => {
                self.complain(&error);
                return self.inquired();
            }
            Answer::Members(channel, query, Ok(members)) => {
                return self.take_listed_members(channel, &query, members);
            }
            Answer::Joined(_, Err(error)) => {
                self.going = None;
                self.complain(&error);
            }
            Answer::Looked(Err(error))
            | Answer::Online(Err(error))
            | Answer::Unmarked(Err(error))
            | Answer::Notify(Err(error))
            | Answer::Inbox(Err(error)) => self.complain(&error),
            Answer::Online(Ok(users)) => self.take_online(&users),
            Answer::Unmarked(Ok(prefs)) => self.take_prefs(prefs),
            Answer::Again(ask) => return self.ask_again(ask),
            Answer::Found(query, Ok(users)) => {
                self.learn_listed(&users.users);
                self.complete_found();
                if let Over::Finder(finder) = &mut self.over {
                    finder.found(&query, &users);
                }
                return self.inquired();
            }
            // Without a connection the server has not heard of it; the access key is forgotten all the same.
            Answer::LookedUp(name, written, Ok(users)) => {
                self.learn_listed(&users.users);
                return self.looked_up(&name, &written);
            }
            Answer::LookedUp(_, _, Err(error)) | Answer::Listed(_, _, Err(error)) => {
                self.notice = Some(explain(&error));
            }
            Answer::SignedOut => self.link = Link::Ended(Error::SignedOut),
            // The next one includes one that was lost.
            Answer::Read(_) | Answer::Nothing => {}
        }
        Vec::new()
    }

    fn take_listed_members(&mut self, channel: Channel, query: &str, members: Members) -> Vec<Ask> {
        for user in &members.users {
            self.learn_member(user);
            self.mark(user.uuid, marks(user.role, user.bot, user.deactivated));
        }
        if let Over::Finder(finder) = &mut self.over {
            finder.found_members(channel, query, members);
        }
        self.inquired()
    }

    /// Takes a page of history. The lines that are being read stay in their place.
    fn take_history(&mut self, channel: Channel, page: Page, history: History) -> Vec<Ask> {
        for message in &history.messages {
            self.learn(&message.sender);
        }
        let is_wanted = channel == self.open && self.going.is_some();
        let room = self.room_of(channel);
        if matches!(page, Page::Around(_)) && !is_wanted {
            room.loading = false;
            return Vec::new();
        }
        let last = room.past.as_ref().and_then(|past| past.last_key_value()).map(|(seq, _)| *seq);
        room.take_page(page, history.messages, history.total);
        if channel != self.open {
            return Vec::new();
        }
        if let (Page::After(after), Some(last)) = (page, last)
            && after == last
        {
            let width = view::panes(self).messages.width;
            self.scroll += lines::height_from(self, width, last + 1);
        }
        if let Page::Around(seq) = page
            && self.room().get(seq).is_none()
        {
            return self.show_newest();
        }
        self.go_on()
    }

    /// A lost connection shows in the corner already.
    fn complain(&mut self, error: &Error) {
        if !matches!(error, Error::Disconnected | Error::Closed) {
            self.notice = Some(explain(error));
        }
    }
}

/// An error in words for a person: the server's own, if it has refused.
pub fn explain(error: &Error) -> String {
    match error {
        Error::Refused(refusal) if refusal.code == ErrorCode::TooManyRequests => {
            format!("That was too fast. Please try again in {} s.", one_line(&refusal.payload))
        }
        Error::Refused(refusal) if refusal.code == ErrorCode::UnknownType => {
            "This server is older than 0.2, and can't do that.".into()
        }
        Error::SignedOut => {
            "You were signed out elsewhere, or your access key expired. Please sign in again."
                .into()
        }
        error => sentence(&error.to_string()),
    }
}

/// With a capital letter and a full stop, on one line.
pub fn sentence(error: &str) -> String {
    let error = one_line(error);
    let mut characters = error.chars();
    let first: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
    let end = if error.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}
