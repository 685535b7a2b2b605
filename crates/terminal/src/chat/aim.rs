//! Choosing a message by keys, to edit, delete, answer or pin it or to react.

use chinwag_client::protocol::outgoing::Message;
use crossterm::event::{KeyCode, KeyEvent};

use super::asks::Ask;
use super::changes::{Change, TOO_OLD};
use super::listing::Part;
use super::state::Chat;
use super::states::is_deleted;
use super::{lines, view};
use crate::length;
use crate::plain::one_line;
use crate::text::author;

/// The message that a draft is about, by `Seq`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Aim {
    /// None: it becomes a new message.
    #[default]
    Nothing,
    /// It becomes this message's text.
    Edit(u64),
    /// It answers this one.
    Reply(u64),
    /// It is a command about this one.
    Command(u64),
}

/// A message that keys act on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Chosen {
    /// Its `Seq`.
    pub seq: u64,
    /// Whether the user is asked whether to delete it.
    pub deleting: bool,
}

impl Aim {
    /// Its `Seq`.
    pub fn seq(self) -> Option<u64> {
        match self {
            Self::Nothing => None,
            Self::Edit(seq) | Self::Reply(seq) | Self::Command(seq) => Some(seq),
        }
    }
}

impl Chat {
    /// Whether this message is chosen, or the draft is about it.
    pub fn aims_at(&self, seq: u64) -> bool {
        let chosen = self.chosen.map(|chosen| chosen.seq);
        chosen.or(self.room().aim.seq()) == Some(seq)
    }

    /// What the keys do with the chosen message.
    pub fn chosen_keys(&self) -> Option<Vec<&'static str>> {
        let Chosen { seq, deleting: false } = self.chosen? else { return None };
        let message = self.room().get(seq)?;
        let pin = if message.pinned_at.is_some() { "p unpin" } else { "p pin" };
        let edit = (message.sender_uuid == self.me).then_some("e edit");
        let save = (!message.files.is_empty()).then_some("s save");
        let keys = ["Esc back", "r reply", "+ react"].into_iter().chain(edit).chain(save);
        Some(keys.chain(["d delete", pin, "t thread", "/ command"]).collect())
    }

    /// What becomes of the draft, or the question whether to delete.
    pub fn aim_in_words(&self) -> Option<String> {
        let message = |seq| self.room().get(seq);
        let name = |seq| message(seq).map_or("…".into(), author);
        match (self.chosen, self.room().aim) {
            (Some(Chosen { deleting: true, .. }), _) => {
                Some("Delete this message for everybody? d deletes, Esc keeps".into())
            }
            (Some(_), _) | (None, Aim::Nothing) => None,
            (None, Aim::Edit(_)) => Some("Editing: Enter saves, Esc leaves it as it was".into()),
            (None, Aim::Reply(seq)) => Some(format!("Answering {} · Esc: no answer", name(seq))),
            (None, Aim::Command(seq)) => {
                Some(format!("For {}'s message · Tab completes, Esc goes back", name(seq)))
            }
        }
    }

    /// Chooses the message before, or after, the chosen one; first the newest in view.
    pub(super) fn choose_message(&mut self, older: bool) -> Vec<Ask> {
        if !self.changes {
            return self.say(TOO_OLD);
        }
        let messages = self.room().shown();
        let there = |(seq, message): (&u64, &Message)| (!is_deleted(message)).then_some(*seq);
        let next = match (self.chosen, older) {
            (None, false) => return Vec::new(),
            (None, true) => messages.range(..=self.last_in_view()).rev().find_map(there),
            (Some(chosen), true) => messages.range(..chosen.seq).rev().find_map(there),
            (Some(chosen), false) => messages.range(chosen.seq + 1..).find_map(there),
        };
        match (next, older) {
            (Some(seq), _) => self.chosen = Some(Chosen { seq, deleting: false }),
            (None, true) => {}
            (None, false) if self.room().past.is_some() => {
                return self.newer().into_iter().collect();
            }
            (None, false) => self.chosen = None,
        }
        self.show_chosen()
    }

    /// Scrolls so that the chosen message is in view.
    fn show_chosen(&mut self) -> Vec<Ask> {
        let Some(Chosen { seq, .. }) = self.chosen else { return self.show_newest() };
        let pane = view::panes(self).messages;
        let height = usize::from(pane.height);
        let top = lines::height_from(self, pane.width, seq);
        let bottom = lines::height_from(self, pane.width, seq + 1);
        // The first row may be the sender's.
        let scroll = self.scroll.clamp((top + 1).saturating_sub(height).min(bottom), bottom);
        self.scroll_by(scroll.cast_signed() - self.scroll.cast_signed())
    }

    /// The `Seq` of the last message of which a line is in view.
    fn last_in_view(&self) -> u64 {
        let width = view::panes(self).messages.width;
        let mut all = self.room().shown().keys().rev();
        let seen = |seq: &&u64| lines::height_from(self, width, **seq) > self.scroll;
        all.find(seen).copied().unwrap_or_default()
    }

    /// Handles a key while a message is chosen.
    pub(super) fn chosen_key(&mut self, chosen: Chosen, key: KeyEvent) -> Vec<Ask> {
        let seq = chosen.seq;
        if chosen.deleting {
            let sure = matches!(key.code, KeyCode::Char('d' | 'y') | KeyCode::Enter);
            return if sure { self.change(seq, Change::Delete) } else { Vec::new() };
        }
        match key.code {
            KeyCode::Char('e') => self.edit(seq),
            KeyCode::Char('d') | KeyCode::Delete => self.ask_to_delete(seq),
            KeyCode::Char('r') => self.answer_to(seq),
            KeyCode::Char('+') => self.aim(Aim::Command(seq), "/react "),
            KeyCode::Char('/') => self.aim(Aim::Command(seq), "/"),
            KeyCode::Char('p') => self.pin_message(seq),
            KeyCode::Char('s') => self.save_chosen(seq),
            KeyCode::Char('t') => self.thread(seq),
            KeyCode::Esc => Vec::new(),
            code => {
                self.chosen = Some(chosen);
                match code {
                    KeyCode::Up | KeyCode::Char('k') => self.choose_message(true),
                    KeyCode::Down | KeyCode::Char('j') => self.choose_message(false),
                    _ => Vec::new(),
                }
            }
        }
    }

    /// Brings a message of the user into the draft, to be edited.
    pub(super) fn edit(&mut self, seq: u64) -> Vec<Ask> {
        let text = match self.room().get(seq) {
            Some(message) if message.sender_uuid == self.me && !is_deleted(message) => {
                message.text.to_string()
            }
            _ => return self.say("Only your own messages can be edited."),
        };
        self.aim(Aim::Edit(seq), &text)
    }

    /// Puts the draft aside, and another one in its place.
    fn aim(&mut self, aim: Aim, text: &str) -> Vec<Ask> {
        self.end_aim();
        let room = self.room_mut();
        (room.aside, room.aim) = (room.text(), aim);
        room.write(text);
        Vec::new()
    }

    /// The draft becomes an answer to this message.
    pub(super) fn answer_to(&mut self, seq: u64) -> Vec<Ask> {
        self.end_aim();
        self.room_mut().aim = Aim::Reply(seq);
        Vec::new()
    }

    /// The draft is about no message any more. One that was put aside is back.
    pub(super) fn end_aim(&mut self) {
        let room = self.room_mut();
        if let Aim::Edit(_) | Aim::Command(_) = std::mem::take(&mut room.aim) {
            let aside = std::mem::take(&mut room.aside);
            room.write(&aside);
        }
    }

    /// Saves the text of a message that is edited.
    pub(super) fn save(&mut self, seq: u64) -> Vec<Ask> {
        let text = self.room().text();
        if text.trim().is_empty() {
            return self.say("A message has a text. To delete it: Esc, then /delete");
        }
        if let Err(error) = length::check(&text) {
            return self.say(&super::incoming::sentence(&error.to_string()));
        }
        let before = self.room().get(seq).cloned().unwrap_or_default();
        let calls = self.calls_anew(&before, &text);
        if calls == Some(true)
            && let Some(asks) = self.asks_first(self.open, &text)
        {
            return asks;
        }
        self.end_aim();
        if *before.text == *text {
            return Vec::new();
        }
        self.change(seq, Change::Edit(text, calls))
    }

    /// Asks whether to delete a message.
    pub(super) fn ask_to_delete(&mut self, seq: u64) -> Vec<Ask> {
        self.chosen = Some(Chosen { seq, deleting: true });
        self.show_chosen()
    }

    pub(super) fn pin_message(&mut self, seq: u64) -> Vec<Ask> {
        let message = self.room().get(seq);
        let pinned = message.is_some_and(|message| message.pinned_at.is_some());
        self.change(seq, Change::Pin(!pinned))
    }

    /// Reads the talk that this message belongs to.
    pub(super) fn thread(&mut self, seq: u64) -> Vec<Ask> {
        let message = self.room().get(seq);
        let reply = message.and_then(|message| message.reply_to.as_ref());
        let root = reply.map_or(seq, |reply| reply.root);
        vec![Ask::List(self.open, Part::Thread(root))]
    }

    /// Sets a reaction, or takes it back. It is an emoji or the name of one.
    pub(super) fn react(&mut self, seq: u64, word: &str) -> Vec<Ask> {
        let Some(emoji) = emoji(word) else {
            let word = one_line(word);
            return self.say(&format!("There is no emoji “{word}”. Tab completes their names."));
        };
        let message = self.room().get(seq);
        let mut reactions = message.into_iter().flat_map(|message| &message.reactions);
        let mine = reactions.any(|reaction| reaction.mine && *reaction.emoji == *emoji);
        self.room_mut().write("");
        self.end_aim();
        self.change(seq, Change::React(emoji.into(), !mine))
    }

    fn change(&mut self, seq: u64, change: Change) -> Vec<Ask> {
        vec![Ask::Change(self.open, seq, change)]
    }
}

/// The emoji that this is, or is called: `👍`, `thumbsup`, `:thumbsup:`.
fn emoji(word: &str) -> Option<&'static str> {
    let name = word.trim_matches(':').to_lowercase();
    let found = emojis::get(word).or_else(|| emojis::get_by_shortcode(&name));
    found.map(emojis::Emoji::as_str)
}

/// The names of emoji that begin so.
pub fn emoji_names(start: &str) -> Vec<String> {
    let start = start.trim_start_matches(':').to_lowercase();
    let mut names: Vec<_> = emojis::iter().flat_map(emojis::Emoji::shortcodes).collect();
    names.retain(|name| name.starts_with(&start));
    names.sort_by_key(|name| (name.len(), *name));
    names.into_iter().map(|name| format!("{name} ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_has_a_name() {
        for word in ["👍", "thumbsup", ":thumbsup:", "+1"] {
            assert_eq!(emoji(word), Some("👍"), "{word}");
        }
        assert_eq!(emoji("nonsense"), None);
        assert_eq!(emoji_names("thumbsu"), ["thumbsup "]);
    }
}
