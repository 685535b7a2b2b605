//! The way to a channel or a person: known ones by a part of the name, others by its start.

use chinwag_client::Channel;
use chinwag_client::protocol::UserUuid;
use chinwag_client::protocol::outgoing::{Member, Members, Users};
use ratatui_textarea::TextArea;

use super::asks::Ask;
use super::field::field;
use super::state::Chat;

/// How many are shown, and asked for.
pub const MOST: usize = 50;

/// The question and its answers.
#[derive(Debug)]
pub struct Finder {
    /// The name to look for.
    pub query: TextArea<'static>,
    /// What it lists.
    pub scope: Scope,
    /// Which of the places is chosen.
    pub chosen: usize,
    /// People found by the server, and for which question.
    found: (String, Vec<UserUuid>),
    /// Members found by the server, and how many there are.
    members: (Vec<Member>, u64),
}

/// What a finder lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Scope {
    /// Channels and people.
    #[default]
    All,
    /// People alone.
    People,
    /// The members of a channel.
    Members(Channel),
}

/// Nothing asked yet.
impl Default for Finder {
    fn default() -> Self {
        Self::of(Scope::All)
    }
}

impl Finder {
    /// Nothing asked yet.
    pub fn of(scope: Scope) -> Self {
        let (found, members) = Default::default();
        Self { query: field(), scope, chosen: 0, found, members }
    }

    /// The question.
    pub fn text(&self) -> String {
        self.query.lines().join(" ").trim().to_owned()
    }

    /// The question without the sign of channels or people.
    fn name(&self) -> String {
        self.text().trim_start_matches(['#', '@']).to_owned()
    }

    /// What the server is asked.
    pub fn asks(&self) -> Vec<Ask> {
        let (text, name) = (self.text(), self.name());
        match self.scope {
            Scope::Members(channel) => vec![Ask::Members(channel, name)],
            Scope::People => vec![Ask::Find(name)],
            Scope::All if text.starts_with('#') => vec![Ask::FindChannels(name)],
            Scope::All if text.starts_with('@') => vec![Ask::Find(name)],
            Scope::All => vec![Ask::Find(name.clone()), Ask::FindChannels(name)],
        }
    }

    /// Takes the server's answer.
    pub fn found(&mut self, query: &str, users: &Users) {
        if query == self.name() {
            let users = users.users.iter().map(|user| user.uuid).take(MOST).collect();
            self.found = (query.to_owned(), users);
        }
    }

    /// Takes the server's answer about a channel's members.
    pub fn found_members(&mut self, channel: Channel, query: &str, members: Members) {
        if self.scope == Scope::Members(channel) && query == self.name() {
            self.members = (members.users, members.total);
        }
    }

    /// Its title.
    pub fn title(&self, chat: &Chat) -> String {
        match self.scope {
            Scope::All => "Go to".into(),
            Scope::People => "People".into(),
            Scope::Members(channel) => {
                format!("Members of {}: {}", chat.label(channel), self.members.1)
            }
        }
    }

    /// What a place is called here: of members, oneself too.
    pub fn name_of(&self, chat: &Chat, place: Channel) -> String {
        match (self.scope, place) {
            (Scope::Members(_), Channel::Direct(user)) if user == chat.me => {
                format!("{} (you)", chat.person(user))
            }
            _ => chat.name(place),
        }
    }

    /// Whether this one owns the channel whose members are listed.
    pub fn is_owner(&self, place: Channel) -> bool {
        let mut owners = self.members.0.iter().filter(|member| member.owner);
        owners.any(|owner| Channel::Direct(owner.uuid) == place)
    }

    /// The places that fit: channels first, then people, those online first.
    pub fn places(&self, chat: &Chat) -> Vec<Channel> {
        if let Scope::Members(_) = self.scope {
            return self.members.0.iter().map(|member| Channel::Direct(member.uuid)).collect();
        }
        let (text, query) = (self.text(), self.name().to_lowercase());
        let fits = |channel: &Channel| chat.name(*channel).to_lowercase().contains(&query);
        let mut places = Vec::new();
        if self.scope == Scope::All && !text.starts_with('@') {
            places.extend(chat.all_sorted().into_iter().map(|room| room.channel).filter(fits));
            if text.starts_with('#') {
                places.retain(|channel| !matches!(channel, Channel::Direct(_)));
            }
            places.truncate(MOST);
            let mut others: Vec<_> = chat.found.keys().map(|uuid| Channel::Shared(*uuid)).collect();
            others.retain(|channel| fits(channel) && !places.contains(channel));
            others.sort_by_cached_key(|channel| (chat.name(*channel).to_lowercase(), *channel));
            places.extend(others.into_iter().take(MOST));
        }
        if !text.starts_with('#') {
            places.extend(self.people(chat, fits, &places));
        }
        places
    }

    fn people(
        &self,
        chat: &Chat,
        fits: impl Fn(&Channel) -> bool,
        others: &[Channel],
    ) -> Vec<Channel> {
        let known = chat.people.keys().chain(&self.found.1).filter(|user| **user != chat.me);
        let mut people: Vec<_> = known
            .map(|user| Channel::Direct(*user))
            .filter(|channel| fits(channel) && !others.contains(channel))
            .collect();
        people.sort_by_cached_key(|channel| {
            (chat.online(*channel) != Some(true), chat.name(*channel).to_lowercase(), *channel)
        });
        people.dedup();
        people.truncate(MOST);
        people
    }

    /// The chosen place.
    pub fn place(&self, chat: &Chat) -> Option<Channel> {
        let places = self.places(chat);
        places.get(self.chosen.min(places.len().saturating_sub(1))).copied()
    }
}
