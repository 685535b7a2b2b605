//! The whole chat without its terminal: what comes in changes it, and what it wants done comes out.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use chinwag_client::protocol::outgoing::{Inbox, Message, Outgoing, Sys, User};
use chinwag_client::protocol::{ErrorCode, UserUuid};
use chinwag_client::{Channel, Error, Event, Link, Page};
use jiff::ZonedDateTime;
use ratatui::layout::Size;

use super::asks::{Answer, Ask};
use super::finder::Finder;
use super::room::Room;
use super::{lines, view};
use crate::plain::one_line;

/// A typing notice is sent at most this often, as the server lets no more through.
const TYPING_EVERY: Duration = Duration::from_secs(2);

/// The whole chat.
pub struct Chat {
    /// Who is signed in.
    pub me: UserUuid,
    /// The server's address, as it is shown.
    pub server: String,
    /// The channels that are known.
    pub rooms: HashMap<Channel, Room>,
    /// The one that is shown.
    pub open: Channel,
    /// Names and presence.
    pub people: HashMap<UserUuid, Person>,
    /// How many are online, where the server only counts them.
    pub counted: Option<u64>,
    /// The connection.
    pub link: Link,
    /// What lies over the chat.
    pub over: Over,
    /// What was written but is not stored yet.
    pub unsent: Vec<Unsent>,
    /// How many lines the view is above the newest one.
    pub scroll: usize,
    /// Whether the terminal has the keyboard.
    pub focused: bool,
    /// The terminal's size.
    pub size: Size,
    /// What to tell until the next key.
    pub notice: Option<String>,
    /// Whether the next request to quit is obeyed though something is unsent.
    pub leaving: bool,
    /// The time, as the user's clocks show it.
    pub now: ZonedDateTime,
    /// The same for what lapses.
    pub instant: Instant,
    pub(super) typed: Option<Instant>,
    last_number: u64,
    started: bool,
}

/// A user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// The name, harmless to show.
    pub name: String,
    /// Whether a session is open anywhere.
    pub online: bool,
}

/// What lies over the chat.
#[derive(Debug, Default)]
pub enum Over {
    /// Nothing.
    #[default]
    Nothing,
    /// The keys.
    Help,
    /// Where to go.
    Finder(Box<Finder>),
}

/// A message that the server has not stored yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unsent {
    /// Its number in the answer.
    pub number: u64,
    /// Where it goes.
    pub channel: Channel,
    /// What it says.
    pub text: String,
    /// Why it was refused; nothing while it is being sent.
    pub refused: Option<String>,
}

impl Chat {
    /// Nothing but General, for the user of this name.
    pub fn new(me: UserUuid, name: &str, server: &str, size: Size) -> Self {
        let person = Person { name: one_line(name), online: true };
        Self {
            me,
            server: server.to_owned(),
            rooms: [(Channel::General, Room::new(Channel::General))].into(),
            open: Channel::General,
            people: [(me, person)].into(),
            counted: None,
            link: Link::Live,
            over: Over::Nothing,
            unsent: Vec::new(),
            scroll: 0,
            focused: true,
            size,
            notice: None,
            leaving: false,
            now: ZonedDateTime::now(),
            instant: Instant::now(),
            typed: None,
            last_number: 0,
            started: false,
        }
    }

    /// The channel that is shown.
    pub fn room(&self) -> &Room {
        &self.rooms[&self.open]
    }

    pub(super) fn room_mut(&mut self) -> &mut Room {
        self.rooms.entry(self.open).or_insert_with(|| Room::new(self.open))
    }

    /// A channel's name.
    pub fn name(&self, channel: Channel) -> String {
        match channel {
            Channel::General => "General".into(),
            Channel::With(user) if user == self.me => "Notes to self".into(),
            Channel::With(user) => self.person(user),
        }
    }

    /// A user's name.
    pub fn person(&self, user: UserUuid) -> String {
        self.people.get(&user).map_or_else(|| "…".into(), |person| person.name.clone())
    }

    /// Whether the other one in this channel is online; nothing for General.
    pub fn online(&self, channel: Channel) -> Option<bool> {
        match channel {
            Channel::General => None,
            Channel::With(user) => Some(self.people.get(&user).is_some_and(|who| who.online)),
        }
    }

    /// The channels, General first, then the newest talk first.
    pub fn sorted(&self) -> Vec<&Room> {
        let mut rooms: Vec<_> = self.rooms.values().collect();
        rooms.sort_by_cached_key(|room| {
            let age = room.newest.map(|newest| std::cmp::Reverse(newest.as_nanosecond()));
            (room.channel != Channel::General, age.is_none(), age, self.name(room.channel))
        });
        rooms
    }

    /// Shows a channel.
    pub fn show(&mut self, channel: Channel) -> Vec<Ask> {
        self.room_mut().trim();
        self.open = channel;
        (self.scroll, self.typed) = (0, None);
        let room = self.room_mut();
        room.new_from = (room.unread() > 0).then_some(room.read + 1);
        let mut asks = vec![Ask::Join(channel)];
        asks.extend(self.load());
        asks
    }

    /// The newest messages of the channel that is shown, if they aren't there yet.
    fn load(&mut self) -> Option<Ask> {
        let channel = self.open;
        let room = self.room_mut();
        if room.loading || room.total == 0 || !room.messages.is_empty() {
            return None;
        }
        room.loading = true;
        Some(Ask::History(channel, Page::Last))
    }

    /// Moves the view by so many lines, up to older ones or down.
    pub fn scroll_by(&mut self, lines: isize) -> Vec<Ask> {
        let pane = view::panes(self).messages;
        let all = lines::lines(self, pane.width, usize::MAX).len();
        let most = all.saturating_sub(pane.height.into());
        self.scroll = self.scroll.saturating_add_signed(lines).min(most);
        let (channel, near_top) = (self.open, self.scroll + usize::from(pane.height) >= most);
        let room = self.room_mut();
        let oldest = room.messages.first_key_value().map(|(seq, _)| *seq);
        match oldest {
            Some(oldest) if near_top && lines > 0 && !room.has_start() && !room.loading => {
                room.loading = true;
                vec![Ask::History(channel, Page::Before(oldest))]
            }
            _ => Vec::new(),
        }
    }

    /// Sends what was written.
    pub fn send(&mut self) -> Vec<Ask> {
        let text = self.room().text();
        if text.trim().is_empty() {
            return Vec::new();
        }
        (self.scroll, self.typed) = (0, None);
        let room = self.room_mut();
        room.write("");
        room.new_from = None;
        vec![self.post(self.open, text)]
    }

    fn post(&mut self, channel: Channel, text: String) -> Ask {
        self.last_number += 1;
        let number = self.last_number;
        self.unsent.push(Unsent { number, channel, text: text.clone(), refused: None });
        Ask::Post(number, channel, text)
    }

    /// The refused messages of the channel that is shown are sent again.
    pub fn retry(&mut self) -> Vec<Ask> {
        self.take_refused()
            .into_iter()
            .map(|unsent| self.post(unsent.channel, unsent.text))
            .collect()
    }

    /// The refused messages of the channel that is shown go back to be written anew.
    pub fn take_back(&mut self) {
        let mut texts: Vec<_> = self.take_refused().into_iter().map(|unsent| unsent.text).collect();
        texts.push(self.room().text());
        texts.retain(|text| !text.is_empty());
        self.room_mut().write(&texts.join("\n"));
    }

    fn take_refused(&mut self) -> Vec<Unsent> {
        let open = self.open;
        let refused = |unsent: &Unsent| unsent.channel == open && unsent.refused.is_some();
        let (refused, others) = self.unsent.drain(..).partition(refused);
        self.unsent = others;
        refused
    }

    /// Whether the channel that is shown has refused messages.
    pub fn has_refused(&self) -> bool {
        self.unsent.iter().any(|unsent| unsent.channel == self.open && unsent.refused.is_some())
    }

    /// Takes what the client tells.
    pub fn event(&mut self, event: Event) -> Vec<Ask> {
        match event {
            Event::Message(message) => self.take_message(&message),
            Event::Inbox(inbox) => return self.take_inbox(&inbox),
            Event::Link(link) => self.link = link,
            Event::News(news) => self.take_news(*news),
        }
        Vec::new()
    }

    fn take_inbox(&mut self, inbox: &Inbox) -> Vec<Ask> {
        for listed in &inbox.channels {
            if let Some(user) = &listed.recipient {
                self.learn(user);
            }
            let channel = Channel::from(&listed.channel);
            let room = self.rooms.entry(channel).or_insert_with(|| Room::new(channel));
            room.take_inbox(listed);
            // What was under way when the connection broke won't come.
            room.loading = false;
        }
        if std::mem::replace(&mut self.started, true) {
            return self.load().into_iter().collect();
        }
        self.show(self.open)
    }

    fn take_message(&mut self, message: &Message) {
        self.learn(&message.sender);
        if let Some(recipient) = &message.recipient {
            self.learn(recipient);
        }
        let (channel, me) = (Channel::of(message, self.me), self.me);
        let looks_away = !self.focused || self.scroll > 0;
        let room = self.rooms.entry(channel).or_insert_with(|| Room::new(channel));
        if channel == self.open && looks_away && message.sender_uuid != me && room.unread() == 0 {
            room.new_from = Some(message.seq);
        }
        room.take(message, me);
        if channel != self.open || self.scroll == 0 {
            room.trim();
        } else if room.messages.last_key_value().is_some_and(|(seq, _)| *seq == message.seq) {
            // What is being read stays where it is.
            self.scroll += lines::newest_height(self, view::panes(self).messages.width);
        }
    }

    fn take_news(&mut self, news: Outgoing) {
        match news {
            Outgoing::Sys { user, sys, .. } => {
                if let Some(user) = user {
                    self.learn(&user);
                }
                match sys {
                    Sys::SignIn { sign_in } => self.note(sign_in.uuid, &sign_in.username, true),
                    Sys::SignOut { sign_out } => {
                        self.note(sign_out.uuid, &sign_out.username, false);
                    }
                    Sys::Presence { presence } => self.counted = Some(presence.online),
                    Sys::ChannelJoin { .. } => {}
                }
            }
            Outgoing::ChannelJoin { channel_join, .. } => {
                channel_join.users.iter().for_each(|user| self.learn(user));
            }
            Outgoing::ChannelRead { channel_read, .. } => {
                if let Some(room) = self.rooms.get_mut(&(&channel_read.channel).into()) {
                    room.read = room.read.max(channel_read.seq);
                }
            }
            Outgoing::ChannelTyping { user_uuid, channel_typing } if user_uuid != self.me => {
                let channel = match channel_typing.channel.recipient {
                    None => Channel::General,
                    Some(_) => Channel::With(user_uuid),
                };
                let now = self.instant;
                if let Some(room) = self.rooms.get_mut(&channel) {
                    room.typed(user_uuid, now);
                }
            }
            _ => {}
        }
    }

    pub(super) fn learn(&mut self, user: &User) {
        let known = self.people.get(&user.uuid).is_some_and(|person| person.online);
        self.note(user.uuid, &user.username, user.online.unwrap_or(known));
    }

    fn note(&mut self, user: UserUuid, name: &str, online: bool) {
        self.people.insert(user, Person { name: one_line(name), online });
    }

    /// Takes what came of something that was asked for.
    pub fn answer(&mut self, answer: Answer) -> Vec<Ask> {
        match answer {
            // The event that tells of it came before.
            Answer::Sent(number, Ok(_)) => self.unsent.retain(|unsent| unsent.number != number),
            Answer::Sent(number, Err(error)) => {
                for unsent in self.unsent.iter_mut().filter(|unsent| unsent.number == number) {
                    unsent.refused = Some(explain(&error));
                }
            }
            Answer::History(channel, page) => {
                let room = self.rooms.entry(channel).or_insert_with(|| Room::new(channel));
                match page {
                    Ok(page) => {
                        for message in &page.messages {
                            self.learn(&message.sender);
                        }
                        let room = self.rooms.entry(channel).or_insert_with(|| Room::new(channel));
                        room.take_page(page.messages, page.total);
                    }
                    Err(error) => {
                        room.loading = false;
                        self.complain(&error);
                    }
                }
            }
            Answer::Joined(_, Ok(view)) => view.users.iter().for_each(|user| self.learn(user)),
            Answer::Joined(_, Err(error)) | Answer::Found(_, Err(error)) => self.complain(&error),
            Answer::Found(query, Ok(users)) => {
                users.users.iter().for_each(|user| self.learn(user));
                if let Over::Finder(finder) = &mut self.over {
                    finder.found(&query, &users);
                }
            }
            Answer::SignedOut | Answer::Nothing => {}
        }
        Vec::new()
    }

    /// What breaks is told by the state of the connection already.
    fn complain(&mut self, error: &Error) {
        if !matches!(error, Error::Disconnected | Error::Closed) {
            self.notice = Some(explain(error));
        }
    }

    /// Marks as read what is looked at.
    pub fn mark_read(&mut self) -> Option<Ask> {
        let looks = self.focused && self.scroll == 0 && matches!(self.over, Over::Nothing);
        let channel = self.open;
        let live = self.link == Link::Live;
        let room = self.room_mut();
        let shown = room.messages.last_key_value().map_or(0, |(seq, _)| *seq);
        if !(looks && live) || shown <= room.read {
            return None;
        }
        room.read = shown;
        Some(Ask::Read(channel, shown))
    }

    /// Something was written: tells the others, where there are any and not too often.
    pub fn told_typing(&mut self) -> Option<Ask> {
        let recently = self.typed.is_some_and(|typed| self.instant < typed + TYPING_EVERY);
        if recently || self.open == Channel::With(self.me) || self.room().draft.is_empty() {
            return None;
        }
        self.typed = Some(self.instant);
        Some(Ask::Typing(self.open))
    }
}

/// What to tell a person about an error.
pub fn explain(error: &Error) -> String {
    match error.code() {
        Some(ErrorCode::SignInRefused) => "That name and password don't go together.".into(),
        Some(ErrorCode::SignUpRefused) => {
            "That name can't be had: it is taken, or it holds characters that a name can't.".into()
        }
        Some(ErrorCode::UnknownUser) => "That person isn't here any more.".into(),
        Some(ErrorCode::StoreUnavailable) => {
            "The server can't reach its storage just now. Please try again.".into()
        }
        Some(ErrorCode::TooManyRequests) => match error {
            Error::Refused(failure) => {
                format!(
                    "That was a bit fast. Please try again in {} s.",
                    one_line(&failure.payload)
                )
            }
            _ => one_line(&error.to_string()),
        },
        _ => one_line(&error.to_string()),
    }
}
