//! Completes names and commands by Tab.

use chinwag_client::Channel;
use chinwag_client::protocol::UserUuid;
use ratatui_textarea::{CursorMove, DataCursor};

use super::slash::COMMANDS;
use super::state::Chat;

/// The words that a Tab has found, of which the next one follows with each further Tab.
#[derive(Debug)]
pub struct Completion {
    row: usize,
    column: usize,
    /// How many characters stand there now.
    length: usize,
    words: Vec<String>,
    at: usize,
}

impl Chat {
    /// Completes the word before the cursor, or puts the next one in its place.
    pub fn complete(&mut self) {
        let completion = match self.completion.take() {
            Some(completion) => Some(Completion {
                at: (completion.at + 1) % completion.words.len().max(1),
                ..completion
            }),
            None => self.completions(),
        };
        let Some(mut completion) = completion else { return };
        let Some(word) = completion.words.get(completion.at).cloned() else { return };
        let draft = &mut self.room_mut().draft;
        let column = |column: usize| u16::try_from(column).unwrap_or(u16::MAX);
        draft.move_cursor(CursorMove::Jump(column(completion.row), column(completion.column)));
        draft.delete_str(completion.length);
        draft.insert_str(&word);
        completion.length = word.chars().count();
        self.completion = Some(completion);
    }

    fn completions(&self) -> Option<Completion> {
        let draft = &self.room().draft;
        let DataCursor(row, end) = draft.cursor();
        let line: Vec<char> = draft.lines().get(row)?.chars().take(end).collect();
        let column = line.iter().rposition(|it| it.is_whitespace()).map_or(0, |at| at + 1);
        let word: String = line[column..].iter().collect();
        let starts = row == 0 && column == 0;
        let words = match word.strip_prefix('/') {
            Some(_) if starts => commands(&word),
            _ if word.starts_with('#') => self.channel_names(&word[1..].to_lowercase()),
            _ => self.names(&word, starts),
        };
        let length = end - column;
        (!words.is_empty()).then_some(Completion { row, column, length, words, at: 0 })
    }

    /// Names that begin with this word, those who wrote here last first.
    fn names(&self, word: &str, starts: bool) -> Vec<String> {
        let (at, word) = match word.strip_prefix('@') {
            Some(word) => ("@", word.to_lowercase()),
            None => ("", word.to_lowercase()),
        };
        if word.is_empty() && at.is_empty() {
            return Vec::new();
        }
        let mut people: Vec<_> = self.people.iter().filter(|(user, _)| **user != self.me).collect();
        let newest = |user: UserUuid| {
            let messages = self.room().messages.values().rev();
            messages.take(200).position(|message| message.sender_uuid == user).unwrap_or(200)
        };
        people.retain(|(_, person)| person.name.to_lowercase().starts_with(&word));
        people.sort_by_cached_key(|(user, person)| (newest(**user), person.name.clone()));
        let end = if starts && at.is_empty() { ": " } else { " " };
        people.into_iter().map(|(_, person)| format!("{at}{}{end}", person.name)).collect()
    }

    /// Channels whose names begin so, the newest talk first.
    fn channel_names(&self, start: &str) -> Vec<String> {
        let rooms = self.sorted().into_iter().map(|room| room.channel);
        let named = rooms.filter(|it| *it == Channel::General || self.is_named(*it));
        let names = named.map(|channel| self.name(channel));
        let fitting = names.filter(|name| name.to_lowercase().starts_with(start));
        fitting.map(|name| format!("#{name} ")).collect()
    }
}

fn commands(word: &str) -> Vec<String> {
    let names = COMMANDS.iter().filter_map(|(command, _)| command.split(' ').next());
    let fitting = names.filter(|name| name.starts_with(word) && !name.starts_with("//"));
    fitting.map(|name| format!("{name} ")).collect()
}
