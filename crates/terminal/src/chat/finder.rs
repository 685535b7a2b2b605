//! Where to go: one's channels, and people by the start of their names.

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
    /// What is looked for.
    pub query: TextArea<'static>,
    /// Which of the places is chosen.
    pub chosen: usize,
    /// People found by the server, and for which question.
    found: (String, Vec<UserUuid>),
}

/// Nothing asked yet.
impl Default for Finder {
    fn default() -> Self {
        Self { query: field(), chosen: 0, found: (String::new(), Vec::new()) }
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

    /// The places that fit: channels first, then people.
    pub fn places(&self, chat: &Chat) -> Vec<Channel> {
        let query = self.text().to_lowercase();
        let rooms = chat.sorted().into_iter().map(|room| room.channel);
        let fits = |channel: &Channel| chat.name(*channel).to_lowercase().contains(&query);
        let mut places: Vec<_> = rooms.filter(fits).take(MOST).collect();
        for user in &self.found.1 {
            let channel = Channel::With(*user);
            if fits(&channel) && !places.contains(&channel) {
                places.push(channel);
            }
        }
        places
    }

    /// The chosen place.
    pub fn place(&self, chat: &Chat) -> Option<Channel> {
        let places = self.places(chat);
        places.get(self.chosen.min(places.len().saturating_sub(1))).copied()
    }
}
