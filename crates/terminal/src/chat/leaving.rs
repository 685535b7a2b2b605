//! The question before quitting or signing out, and the drafts that are kept.

use std::collections::HashMap;

use chinwag_client::Channel;
use crossterm::event::{KeyCode, KeyEvent};

use super::asks::Ask;
use super::room::Room;
use super::state::{Chat, Over};

/// How the user wants to leave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leaving {
    /// End the program.
    Quit,
    /// End the session.
    SignOut,
}

/// Texts that were not sent, by channel.
pub type Drafts = HashMap<Channel, String>;

impl Leaving {
    /// The title of the question.
    pub fn title(self) -> &'static str {
        match self {
            Self::Quit => "Quit?",
            Self::SignOut => "Sign out?",
        }
    }

    /// The consequences.
    pub fn question(self, chat: &Chat) -> String {
        let unsent = chat.unsent_in_words();
        match self {
            Self::Quit => format!("{unsent} not sent yet and would be lost."),
            Self::SignOut if chat.has_unsent() => format!(
                "You need your password to sign in again. {unsent} not sent yet, \
                 and kept here until you quit."
            ),
            Self::SignOut => "You need your password to sign in again.".into(),
        }
    }

    /// The keys that answer.
    pub fn keys(self) -> &'static str {
        match self {
            Self::Quit => "Enter quit · Esc stay",
            Self::SignOut => "Enter sign out · Esc stay",
        }
    }
}

impl Chat {
    /// Quits, but asks first if a text would be lost.
    pub fn quit(&mut self) -> Vec<Ask> {
        if !self.has_unsent() || matches!(self.over, Over::Leaving(Leaving::Quit)) {
            return vec![Ask::Quit];
        }
        self.over = Over::Leaving(Leaving::Quit);
        Vec::new()
    }

    /// Asks whether to sign out.
    pub fn sign_out(&mut self) -> Vec<Ask> {
        self.over = Over::Leaving(Leaving::SignOut);
        Vec::new()
    }

    /// Takes the answer.
    pub fn leaving_key(&mut self, leaving: Leaving, key: KeyEvent) -> Vec<Ask> {
        match (key.code, leaving) {
            (KeyCode::Enter, Leaving::Quit) => vec![Ask::Quit],
            (KeyCode::Enter, Leaving::SignOut) => {
                self.signing_out = true;
                vec![Ask::SignOut]
            }
            _ => Vec::new(),
        }
    }

    /// Whether anything that was written is not stored.
    pub fn has_unsent(&self) -> bool {
        !self.unsent.is_empty() || self.rooms.values().any(Room::has_draft)
    }

    /// "1 message and 2 drafts are".
    fn unsent_in_words(&self) -> String {
        let drafts = self.rooms.values().filter(|room| room.has_draft()).count();
        let count = |count: usize, one: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            _ => Some(format!("{count} {one}s")),
        };
        let parts = [count(self.unsent.len(), "message"), count(drafts, "draft")];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        let verb = if self.unsent.len() + drafts == 1 { "is" } else { "are" };
        format!("{} {verb}", parts.join(" and "))
    }

    /// Everything that is not stored, as drafts.
    pub fn drafts(&self) -> Drafts {
        let mut drafts = Drafts::new();
        let unsent = self.unsent.iter().map(|unsent| (unsent.channel, unsent.draft()));
        let aside = self.rooms.values().map(|room| (room.channel, room.aside.clone()));
        let written = self.rooms.values().map(|room| (room.channel, room.text()));
        for (channel, text) in
            unsent.chain(aside).chain(written).filter(|(_, text)| !text.is_empty())
        {
            let draft = drafts.entry(channel).or_default();
            if !draft.is_empty() {
                draft.push('\n');
            }
            draft.push_str(&text);
        }
        drafts
    }

    /// Brings drafts back.
    pub fn take_drafts(&mut self, drafts: Drafts) {
        for (channel, text) in drafts {
            self.room_of(channel).write(&text);
        }
    }
}
