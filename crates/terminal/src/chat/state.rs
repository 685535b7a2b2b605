//! The whole chat without its terminal: what it holds, and what its user does with it. What comes from the server is in `incoming.rs`.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use chinwag_client::protocol::UserUuid;
use chinwag_client::{Channel, Link, Page};
use jiff::ZonedDateTime;
use ratatui::layout::Size;

use super::asks::Ask;
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
    pub(super) started: bool,
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
    pub(super) fn load(&mut self) -> Option<Ask> {
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
