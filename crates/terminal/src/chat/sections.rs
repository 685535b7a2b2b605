//! The channels in sections: pinned, the user's own ones, channels, and people.

use std::cmp::Reverse;

use chinwag_client::Channel;
use chinwag_client::protocol::outgoing::Level;

use super::room::Room;
use super::state::Chat;
use crate::plain::one_line;

/// A section of the list, in their order.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Section {
    /// What the user keeps at the top.
    Pinned,
    /// One of the user's own, by its name in small letters, and its name.
    Own(String, String),
    /// General, the user's notes, and named channels.
    Channels,
    /// Groups and private talks.
    People,
}

impl Section {
    /// Its heading.
    pub fn title(&self) -> &str {
        match self {
            Self::Pinned => "Pinned",
            Self::Own(_, name) => name,
            Self::Channels => "Channels",
            Self::People => "People",
        }
    }
}

impl Chat {
    /// The section of a channel.
    pub fn section(&self, room: &Room) -> Section {
        let own = one_line(&room.prefs.section);
        match room.channel {
            _ if room.prefs.pinned => Section::Pinned,
            _ if !own.is_empty() => Section::Own(own.to_lowercase(), own),
            Channel::General => Section::Channels,
            Channel::Direct(user) if user == self.me => Section::Channels,
            channel if self.is_named(channel) => Section::Channels,
            _ => Section::People,
        }
    }

    /// All channels by section: people with the newest talk first, the others by name behind General and the notes.
    pub fn all_sorted(&self) -> Vec<&Room> {
        let mut rooms: Vec<_> = self.rooms.values().collect();
        rooms.sort_by_cached_key(|room| {
            let section = self.section(room);
            let newest = Reverse(room.newest.filter(|_| section == Section::People));
            let rank = match room.channel {
                Channel::General => 0,
                Channel::Direct(user) if user == self.me => 1,
                _ => 2,
            };
            (section, rank, newest, self.name(room.channel).to_lowercase(), room.channel)
        });
        rooms
    }

    /// The channels of the list.
    pub fn sorted(&self) -> Vec<&Room> {
        let mut rooms = self.all_sorted();
        rooms.retain(|room| !self.is_hidden(room));
        rooms
    }

    /// An archived channel, or a group of which nothing is wanted, which can't be left. The finder has both.
    fn is_hidden(&self, room: &Room) -> bool {
        let Some(details) = &room.details else { return false };
        let unwanted = details.name.is_empty() && room.prefs.level == Some(Level::None);
        let calls = room.unread() > 0 && !self.is_muted(room) || !room.draft.is_empty();
        (details.archived || unwanted) && room.channel != self.open && !calls
    }

    /// The names of the user's own sections that begin so.
    pub(super) fn own_sections(&self, start: &str) -> Vec<String> {
        let mut names: Vec<_> =
            self.rooms.values().map(|room| one_line(&room.prefs.section)).collect();
        names.retain(|name| !name.is_empty() && name.to_lowercase().starts_with(start));
        names.sort();
        names.dedup();
        names
    }
}
