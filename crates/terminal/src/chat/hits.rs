//! Messages of all channels that `/search` and `/activity` list, in a window from which one goes to a message.

use std::collections::HashSet;

use chinwag_client::protocol::ErrorCode;
use chinwag_client::protocol::outgoing::{Activity, ActivityItem, ActivityKind, Found, Message};
use chinwag_client::{Channel, Error};
use crossterm::event::{KeyCode, KeyEvent};
use jiff::Timestamp;

use super::asks::Ask;
use super::incoming::explain;
use super::state::{Chat, Over};
use crate::plain::one_line;
use crate::text::author;

/// How many lines `PgUp` and `PgDn` go.
const PAGE: usize = 10;

/// The window.
#[derive(Debug)]
pub struct Hits {
    /// What it lists.
    pub source: Source,
    /// The messages, newest first.
    pub found: Vec<Hit>,
    /// Which of them is chosen.
    pub chosen: usize,
    /// What asks for older ones, unless there are none or they are asked for already.
    pub before: Option<String>,
    /// Which part of all messages was looked through.
    pub ready: f64,
}

/// What is listed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// Messages with these words.
    Search(String),
    /// Mentions of the user, answers to them, and reactions to their messages.
    Activity,
}

/// A message of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hit {
    /// When it was written, or got the reaction.
    pub at: Timestamp,
    /// Who wrote or reacted, and how that concerns the user. Harmless.
    pub who: String,
    /// The message.
    pub message: Message,
}

/// A part of a list.
#[derive(Debug)]
pub struct Part {
    hits: Vec<Hit>,
    before: Option<String>,
    ready: f64,
}

impl Source {
    /// Asks for what is older than the answer with this `before`.
    pub fn ask(&self, before: String) -> Ask {
        match self {
            Self::Search(words) => Ask::Search(words.clone(), before),
            Self::Activity => Ask::Activity(before),
        }
    }

    fn nothing(&self) -> String {
        match self {
            Self::Search(words) => format!("Nothing is found for “{}”.", one_line(words)),
            Self::Activity => "Nobody has mentioned or answered you, or reacted, yet.".into(),
        }
    }

    fn too_old(&self) -> &'static str {
        match self {
            Self::Search(_) => "This server is older than 0.2 and has no search.",
            Self::Activity => "This server is older than 0.2 and lists no activity.",
        }
    }
}

impl From<Found> for Part {
    fn from(found: Found) -> Self {
        let hit = |message: Message| Hit { at: message.created_at, who: author(&message), message };
        Self {
            hits: found.messages.into_iter().map(hit).collect(),
            before: Some(found.before).filter(|_| found.more),
            ready: found.ready.as_f64().unwrap_or(1.0),
        }
    }
}

impl From<Activity> for Part {
    fn from(activity: Activity) -> Self {
        Self {
            hits: activity.items.into_iter().map(Hit::from).collect(),
            before: Some(activity.before).filter(|_| activity.more),
            ready: 1.0,
        }
    }
}

impl From<ActivityItem> for Hit {
    fn from(item: ActivityItem) -> Self {
        let name = one_line(&item.user.username);
        let who = match item.kind {
            ActivityKind::Mention => format!("{name} mentions you"),
            ActivityKind::Reply => format!("{name} answers you"),
            ActivityKind::Reaction => {
                format!("{name} {}", one_line(item.emoji.as_deref().unwrap_or_default()))
            }
        };
        Self { at: item.at, who, message: item.message }
    }
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
    /// Shows what was found, or adds it to what is shown; or says why nothing is.
    pub(super) fn take_part(
        &mut self,
        source: Source,
        before: &str,
        part: Result<Part, Error>,
    ) -> Vec<Ask> {
        match part {
            Ok(part) => self.take_hits(source, before, part),
            Err(error) if error.code() == Some(ErrorCode::UnknownType) => {
                self.say(source.too_old())
            }
            Err(error) => self.say(&explain(&error)),
        }
    }

    fn take_hits(&mut self, source: Source, before: &str, part: Part) -> Vec<Ask> {
        let mut hits = match std::mem::take(&mut self.over) {
            Over::Hits(hits) if hits.source == source && !before.is_empty() => hits,
            Over::Nothing if before.is_empty() => {
                Box::new(Hits { source, found: Vec::new(), chosen: 0, before: None, ready: 1.0 })
            }
            over => {
                self.over = over;
                return Vec::new();
            }
        };
        let asks = self.learn_places(&part.hits);
        hits.found.extend(part.hits);
        (hits.before, hits.ready) = (part.before, part.ready);
        if hits.found.is_empty() {
            let unready = hits.unready().map(|unready| format!(" {unready}."));
            return self.say(&(hits.source.nothing() + &unready.unwrap_or_default()));
        }
        self.over = Over::Hits(hits);
        asks
    }

    /// Learns the people of the messages, and asks for the channels that are not known here.
    fn learn_places(&mut self, hits: &[Hit]) -> Vec<Ask> {
        for message in hits.iter().map(|hit| &hit.message) {
            self.learn(&message.sender);
            if let Some(recipient) = &message.recipient {
                self.learn(recipient);
            }
        }
        let channels = hits.iter().map(|hit| self.channel_of(&hit.message));
        let unknown: HashSet<_> = channels
            .filter_map(|channel| match channel {
                Channel::Shared(uuid) if self.details(channel).is_none() => Some(uuid),
                _ => None,
            })
            .collect();
        if unknown.is_empty() { Vec::new() } else { vec![Ask::Look(unknown)] }
    }

    /// Handles a key of the window.
    pub(super) fn hits_key(&mut self, mut hits: Box<Hits>, key: KeyEvent) -> Vec<Ask> {
        let last = hits.found.len() - 1;
        hits.chosen = match key.code {
            KeyCode::Down | KeyCode::Tab => hits.chosen + 1,
            KeyCode::Up | KeyCode::BackTab => hits.chosen.saturating_sub(1),
            KeyCode::PageDown => hits.chosen + PAGE,
            KeyCode::PageUp => hits.chosen.saturating_sub(PAGE),
            KeyCode::Home => 0,
            KeyCode::End => last,
            KeyCode::Enter => return self.go_to_hit(&hits.found[hits.chosen].message),
            _ => return Vec::new(),
        };
        hits.chosen = hits.chosen.min(last);
        let is_last = hits.chosen == last;
        let older = hits.before.take_if(|_| is_last);
        let asks = older.map(|before| hits.source.ask(before));
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
