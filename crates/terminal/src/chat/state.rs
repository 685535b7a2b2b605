//! The state of the chat: channels, people, the connection, and the view.

use std::collections::HashMap;
use std::time::Instant;

use chinwag_client::protocol::outgoing::{Channel as Details, Notify};
use chinwag_client::protocol::{ChannelUuid, UserUuid};
use chinwag_client::{Channel, Link, Page};
use jiff::ZonedDateTime;
use ratatui::layout::Size;

use super::aim::Chosen;
use super::alerts::Alert;
use super::asks::Ask;
use super::completion::Completion;
use super::finder::Finder;
use super::hits::Hits;
use super::inquiries::Lookups;
use super::leaving::Leaving;
use super::listing::Listing;
use super::outbox::Unsent;
use super::programs::{Programs, Secret};
use super::room::Room;
use crate::plain::one_line;

/// The longest message where the server doesn't tell it: the default of 0.1.
const USUAL_LENGTH: u64 = 4_000;

/// The whole chat.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Chat {
    /// Who is signed in.
    pub me: UserUuid,
    /// The server's address, as it is shown.
    pub server: String,
    /// The same with its scheme; a file's path stands behind it.
    pub url: String,
    /// The channels that are known.
    pub rooms: HashMap<Channel, Room>,
    /// The one that is shown.
    pub open: Channel,
    /// Public channels that the server found, of which the user is perhaps no member.
    pub found: HashMap<ChannelUuid, Details>,
    /// Names and presence.
    pub people: HashMap<UserUuid, Person>,
    /// How many are online, where the server only counts them.
    pub counted: Option<u64>,
    /// The connection.
    pub link: Link,
    /// The window over the chat.
    pub over: Over,
    /// The longest message that the server takes, in characters.
    pub message_length: u64,
    /// Messages that are not stored yet.
    pub unsent: Vec<Unsent>,
    /// How many lines the view is above the newest one.
    pub scroll: usize,
    /// The old message that the view is on its way to, by `Seq`.
    pub going: Option<u64>,
    /// The use of the mouse.
    pub mouse: Mouse,
    /// How many channels below General the list leaves out at its top.
    pub list_top: usize,
    /// Whether addresses in messages are links.
    pub links: Links,
    /// Whether the terminal has the keyboard.
    pub focused: bool,
    /// The terminal's size.
    pub size: Size,
    /// A sentence in the last line, until the next key.
    pub notice: Option<String>,
    /// Whether the user asked for the session's end.
    pub signing_out: bool,
    /// The words that Tab has found.
    pub completion: Option<Completion>,
    /// The draft for which Tab asked the server.
    pub(super) asked_for: Option<String>,
    /// What the user has chosen for all notifications, where the server tells.
    pub notify: Option<Notify>,
    /// The message that Enter sends without asking again, and its channel.
    pub(super) sure_of: Option<(Channel, String)>,
    /// Whether the counts of mentions are asked for again.
    pub(super) recounting: bool,
    /// The look-ups of the finder and of Tab.
    pub(super) lookups: Lookups,
    /// Why the channel that is shown stays marked as unread.
    pub(super) marked: Marked,
    /// Whether messages change: on a server of 0.1 they don't.
    pub changes: bool,
    /// The message that keys act on.
    pub chosen: Option<Chosen>,
    /// The `Seq` of the sent message that ↑ brought back.
    pub recalled: Option<u64>,
    /// A message that calls the user.
    pub alert: Option<Alert>,
    /// When the last alert was.
    pub rang: Option<Instant>,
    /// The time, as the user's clocks show it.
    pub now: ZonedDateTime,
    /// The same, to measure time.
    pub instant: Instant,
    pub(super) typed: Option<Instant>,
    pub(super) last_number: u64,
    pub(super) started: bool,
}

/// A user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// The name, harmless to show.
    pub name: String,
    /// Whether a session is open anywhere.
    pub online: bool,
    /// What the user is, where it isn't an active member, as far as a list has told it.
    pub marks: String,
}

/// The use of the mouse.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mouse {
    /// Clicks and scrolling.
    Chat,
    /// The terminal selects text with it, and the list is hidden.
    Copying,
}

/// Why a channel stays marked as unread on this visit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Marked {
    /// It doesn't.
    #[default]
    Not,
    /// It was marked on this visit.
    Here,
    /// The end of the mark is asked for, and not taken yet.
    Ending,
}

/// How addresses in messages are drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Links {
    /// The terminal opens them.
    Opened,
    /// As plain text, which every terminal can show.
    Plain,
}

/// A window over the chat.
#[derive(Debug, Default)]
pub enum Over {
    /// Nothing.
    #[default]
    Nothing,
    /// The keys and commands, from this line on.
    Help(usize),
    /// Where to go.
    Finder(Box<Finder>),
    /// Pinned messages, or a thread.
    Listing(Box<Listing>),
    /// Messages that were searched for.
    Hits(Box<Hits>),
    /// Whether to leave.
    Leaving(Leaving),
    /// The hooks of a channel, or bots.
    Programs(Box<Programs>),
    /// What is shown this once.
    Secret(Box<Secret>),
}

impl Chat {
    /// Nothing but General, for the user of this name.
    pub fn new(me: UserUuid, name: &str, server: &str, size: Size) -> Self {
        let person = Person { name: one_line(name), online: true, marks: String::new() };
        Self {
            me,
            server: server.to_owned(),
            url: format!("http://{server}"),
            rooms: [(Channel::General, Room::new(Channel::General))].into(),
            open: Channel::General,
            found: HashMap::new(),
            people: [(me, person)].into(),
            counted: None,
            link: Link::Live,
            over: Over::Nothing,
            message_length: USUAL_LENGTH,
            unsent: Vec::new(),
            scroll: 0,
            going: None,
            mouse: Mouse::Chat,
            list_top: 0,
            links: Links::Opened,
            focused: true,
            size,
            notice: None,
            signing_out: false,
            completion: None,
            asked_for: None,
            notify: None,
            sure_of: None,
            recounting: false,
            lookups: Lookups::default(),
            marked: Marked::default(),
            changes: false,
            chosen: None,
            recalled: None,
            alert: None,
            rang: None,
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
        self.room_of(self.open)
    }

    pub(super) fn room_of(&mut self, channel: Channel) -> &mut Room {
        self.rooms.entry(channel).or_insert_with(|| Room::new(channel))
    }

    /// A channel's name.
    pub fn name(&self, channel: Channel) -> String {
        match channel {
            Channel::General => "General".into(),
            Channel::Direct(user) if user == self.me => "Notes to self".into(),
            Channel::Direct(user) => self.person(user),
            Channel::Shared(_) => self.shared_name(channel),
        }
    }

    /// A user's name.
    pub fn person(&self, user: UserUuid) -> String {
        self.people.get(&user).map_or_else(|| "…".into(), |person| person.name.clone())
    }

    /// What a user is, where it isn't an active member: "admin", "bot", "deactivated", or several of these.
    pub fn marks_of(&self, user: UserUuid) -> &str {
        match self.people.get(&user).map_or("", |person| &person.marks) {
            "" if user.is_bot() => "bot",
            marks => marks,
        }
    }

    /// Whether the user is an admin, as far as the lists of users tell.
    pub fn is_admin(&self) -> bool {
        self.marks_of(self.me).split(", ").any(|mark| mark == "admin")
    }

    /// Whether the other one in this channel is online; nothing for General, groups and named channels.
    pub fn online(&self, channel: Channel) -> Option<bool> {
        match channel {
            Channel::General | Channel::Shared(_) => None,
            Channel::Direct(user) => Some(self.people.get(&user).is_some_and(|who| who.online)),
        }
    }

    /// Shows a channel.
    pub fn show(&mut self, channel: Channel) -> Vec<Ask> {
        let room = self.room_mut();
        room.past = None;
        room.trim();
        let before = std::mem::replace(&mut self.open, channel);
        if let Channel::Shared(uuid) = channel
            && !self.rooms.contains_key(&channel)
            && let Some(details) = self.found.get(&uuid)
        {
            self.rooms.insert(channel, Room::looked_at(details.clone()));
        }
        // Its messages don't come any more.
        if before != channel && self.rooms.get(&before).is_some_and(|room| !room.member) {
            self.rooms.remove(&before);
        }
        (self.scroll, self.going, self.typed, self.recalled) = (0, None, None, None);
        (self.marked, self.chosen) = (Marked::default(), None);
        let room = self.room_mut();
        room.new_from = room.first_unread();
        self.keep_in_sight();
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

    /// Marks the messages in view as read.
    pub fn mark_read(&mut self) -> Vec<Ask> {
        let looks = self.focused && self.is_at_newest() && matches!(self.over, Over::Nothing);
        let channel = self.open;
        let live = self.link == Link::Live;
        let room = self.room_mut();
        let shown = room.messages.last_key_value().map_or(0, |(seq, _)| *seq);
        if !(looks && live && room.member) {
            return Vec::new();
        }
        let read = (shown > room.read).then_some(Ask::Read(channel, shown));
        room.read_to(shown);
        read.into_iter().chain(self.unmark(shown)).collect()
    }
}
