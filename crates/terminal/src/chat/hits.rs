//! The messages that `/search` finds, in a window from which one goes to a message.

use std::collections::HashSet;

use chinwag_client::protocol::ErrorCode;
use chinwag_client::protocol::outgoing::{Found, Message};
use chinwag_client::{Channel, Error};
use crossterm::event::{KeyCode, KeyEvent};

use super::asks::Ask;
use super::incoming::explain;
use super::state::{Chat, Over};
use crate::plain::one_line;

/// How many lines `PgUp` and `PgDn` go.
const PAGE: usize = 10;

/// The window.
#[derive(Debug)]
pub struct Hits {
    /// What was searched for.
    pub words: String,
    /// The messages, newest first.
    pub messages: Vec<Message>,
    /// Which of them is chosen.
    pub chosen: usize,
    /// What asks for older ones, unless there are none or they are asked for already.
    pub before: Option<String>,
    /// Which part of all messages was looked through.
    pub ready: f64,
}

impl Hits {
    /// What is not searched yet.
    pub fn unready(&self) -> Option<String> {
        (self.ready < 1.0).then(|| {
            format!("Only {} % of all messages are searched yet", (self.ready * 100.0).floor())
        })
    }
}

impl Chat {
    /// Shows what was found, or adds it to what is shown.
    pub(super) fn take_found(&mut self, words: String, before: &str, found: Found) -> Vec<Ask> {
        let mut hits = match std::mem::take(&mut self.over) {
            Over::Hits(hits) if hits.words == words && !before.is_empty() => hits,
            Over::Nothing if before.is_empty() => {
                Box::new(Hits { words, messages: Vec::new(), chosen: 0, before: None, ready: 1.0 })
            }
            over => {
                self.over = over;
                return Vec::new();
            }
        };
        for message in &found.messages {
            self.learn(&message.sender);
            if let Some(recipient) = &message.recipient {
                self.learn(recipient);
            }
        }
        let channels = found.messages.iter().map(|message| self.channel_of(message));
        let unknown: HashSet<_> = channels
            .filter_map(|channel| match channel {
                Channel::Shared(uuid) if self.details(channel).is_none() => Some(uuid),
                _ => None,
            })
            .collect();
        let asks = if unknown.is_empty() { Vec::new() } else { vec![Ask::Look(unknown)] };
        hits.messages.extend(found.messages);
        hits.before = Some(found.before).filter(|_| found.more);
        hits.ready = found.ready.as_f64().unwrap_or(1.0);
        if hits.messages.is_empty() {
            let nothing = format!("Nothing is found for “{}”.", one_line(&hits.words));
            let unready = hits.unready().map(|unready| format!(" {unready}."));
            return self.say(&(nothing + &unready.unwrap_or_default()));
        }
        self.over = Over::Hits(hits);
        asks
    }

    /// Says why nothing is searched.
    pub(super) fn take_unfound(&mut self, error: &Error) -> Vec<Ask> {
        if error.code() == Some(ErrorCode::UnknownType) {
            return self.say("This server is older than 0.2 and has no search.");
        }
        self.say(&explain(error))
    }

    /// Handles a key of the window.
    pub(super) fn hits_key(&mut self, mut hits: Box<Hits>, key: KeyEvent) -> Vec<Ask> {
        let last = hits.messages.len() - 1;
        hits.chosen = match key.code {
            KeyCode::Down | KeyCode::Tab => hits.chosen + 1,
            KeyCode::Up | KeyCode::BackTab => hits.chosen.saturating_sub(1),
            KeyCode::PageDown => hits.chosen + PAGE,
            KeyCode::PageUp => hits.chosen.saturating_sub(PAGE),
            KeyCode::Home => 0,
            KeyCode::End => last,
            KeyCode::Enter => return self.go_to_hit(&hits.messages[hits.chosen]),
            _ => return Vec::new(),
        };
        hits.chosen = hits.chosen.min(last);
        let is_last = hits.chosen == last;
        let older = hits.before.take_if(|_| is_last);
        let asks = older.map(|before| Ask::Search(hits.words.clone(), before));
        self.over = Over::Hits(hits);
        asks.into_iter().collect()
    }

    fn go_to_hit(&mut self, message: &Message) -> Vec<Ask> {
        let channel = self.channel_of(message);
        if matches!(channel, Channel::Shared(_)) && self.details(channel).is_none() {
            return self.say("This channel is not known here.");
        }
        let mut asks = if channel == self.open { Vec::new() } else { self.show(channel) };
        asks.extend(self.go_to(message.seq));
        asks
    }
}
