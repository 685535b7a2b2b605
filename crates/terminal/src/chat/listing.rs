//! Pinned messages, and threads, in a window from which one goes to a message.

use chinwag_client::protocol::outgoing::{History, Message};
use chinwag_client::{Channel, Client, Error, Page};
use crossterm::event::{KeyCode, KeyEvent};

use super::asks::Ask;
use super::state::{Chat, Over};
use super::states::is_deleted;

/// Some messages of a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Those that are pinned.
    Pinned,
    /// The message with this `Seq` and all that answer it or one another.
    Thread(u64),
}

/// The window.
#[derive(Debug)]
pub struct Listing {
    /// Which messages.
    pub part: Part,
    /// The messages, oldest first.
    pub messages: Vec<Message>,
    /// Which of them is chosen.
    pub chosen: usize,
}

impl Part {
    /// Reads up to 100 of them.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn read(self, client: &Client, channel: Channel) -> Result<History, Error> {
        match self {
            Self::Pinned => client.pinned(channel, Page::Last).await,
            Self::Thread(root) => client.thread((channel, root), Page::Last).await,
        }
    }
}

impl Chat {
    /// Shows messages that were asked for.
    pub(super) fn list(&mut self, channel: Channel, part: Part, history: History) -> Vec<Ask> {
        if channel != self.open || !matches!(self.over, Over::Nothing) {
            return Vec::new();
        }
        let mut messages = history.messages;
        messages.retain(|message| !is_deleted(message));
        messages.sort_by_key(|message| message.seq);
        if messages.is_empty() {
            let label = self.label(channel);
            return self.say(&format!("Nothing is pinned in {label}."));
        }
        for message in &messages {
            self.learn(&message.sender);
        }
        let chosen = messages.len() - 1;
        self.over = Over::Listing(Box::new(Listing { part, messages, chosen }));
        Vec::new()
    }

    /// Handles a key of the window.
    pub(super) fn listing_key(&mut self, mut listing: Box<Listing>, key: KeyEvent) -> Vec<Ask> {
        let last = listing.messages.len() - 1;
        match key.code {
            KeyCode::Down | KeyCode::Tab => listing.chosen = (listing.chosen + 1).min(last),
            KeyCode::Up | KeyCode::BackTab => listing.chosen = listing.chosen.saturating_sub(1),
            KeyCode::Enter => return self.go_to(listing.messages[listing.chosen].seq),
            _ => return Vec::new(),
        }
        self.over = Over::Listing(listing);
        Vec::new()
    }
}
