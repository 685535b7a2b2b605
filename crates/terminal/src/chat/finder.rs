//! The way to a channel or a person: known ones by a part of the name, others by its start.

use chinwag_client::Channel;
use chinwag_client::protocol::UserUuid;
use chinwag_client::protocol::outgoing::Users;
use ratatui_textarea::TextArea;

use super::field::field;
use super::state::Chat;

/// How many are shown.
const MOST: usize = 50;

/// The question and its answers.
#[derive(Debug)]
pub struct Finder {
    /// The name to look for.
    pub query: TextArea<'static>,
    /// Whether it lists people alone.
    pub people: bool,
    /// Which of the places is chosen.
    pub chosen: usize,
    /// People found by the server, and for which question.
    found: (String, Vec<UserUuid>),
}

/// Nothing asked yet.
impl Default for Finder {
    fn default() -> Self {
        Self { query: field(), people: false, chosen: 0, found: (String::new(), Vec::new()) }
    }
}

impl Finder {
    /// The question.
    pub fn text(&self) -> String {
        self.query.lines().join(" ").trim().to_owned()
    }

    /// Takes the server's answer.
    pub fn found(&mut self, query: &str, users: &Users) {
        if query == self.text() {
            let users = users.users.iter().map(|user| user.uuid).take(MOST).collect();
            self.found = (query.to_owned(), users);
        }
    }

    /// A list of people.
    pub fn of_people() -> Self {
        Self { people: true, ..Self::default() }
    }

    /// The places that fit: channels first, then people, those online first.
    pub fn places(&self, chat: &Chat) -> Vec<Channel> {
        let query = self.text().to_lowercase();
        let fits = |channel: &Channel| chat.name(*channel).to_lowercase().contains(&query);
        let mut places = Vec::new();
        if !self.people {
            places.extend(chat.sorted().into_iter().map(|room| room.channel).filter(fits));
            places.truncate(MOST);
        }
        let mut people: Vec<_> = chat
            .people
            .keys()
            .chain(&self.found.1)
            .filter(|user| **user != chat.me)
            .map(|user| Channel::Direct(*user))
            .filter(fits)
            .filter(|channel| !places.contains(channel))
            .collect();
        people.sort_by_cached_key(|channel| {
            (chat.online(*channel) != Some(true), chat.name(*channel).to_lowercase(), *channel)
        });
        people.dedup();
        places.extend(people.into_iter().take(MOST));
        places
    }

    /// The chosen place.
    pub fn place(&self, chat: &Chat) -> Option<Channel> {
        let places = self.places(chat);
        places.get(self.chosen.min(places.len().saturating_sub(1))).copied()
    }
}
