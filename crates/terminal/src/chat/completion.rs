//! Completes names, commands and their words by Tab.

use chinwag_client::Channel;
use chinwag_client::protocol::UserUuid;
use ratatui_textarea::{CursorMove, DataCursor};

use super::aim::emoji_names;
use super::asks::Ask;
use super::commands::{self, COMMANDS, Entry};
use super::everybody::ALL;
use super::paths::paths;
use super::state::Chat;

/// How many words before the cursor are tried as the start of one name.
const MOST_WORDS: usize = 4;

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
    /// Completes the word before the cursor, or puts the next one in its place. Asks the server for a name that nothing
    /// here begins with.
    pub fn complete(&mut self) -> Vec<Ask> {
        let completion = match self.completion.take() {
            Some(completion) => Some(Completion {
                at: (completion.at + 1) % completion.words.len().max(1),
                ..completion
            }),
            None => self.completions(),
        };
        match completion {
            Some(completion) => {
                self.put(completion);
                Vec::new()
            }
            None => self.asks_for_name(),
        }
    }

    /// Completes what Tab asked the server for, if the draft is still the same.
    pub(super) fn complete_found(&mut self) {
        let asked = self.asked_for.as_ref().is_some_and(|text| *text == self.room().text());
        if let Some(completion) = self.completions().filter(|_| asked) {
            self.asked_for = None;
            self.put(completion);
        }
    }

    fn put(&mut self, mut completion: Completion) {
        let Some(word) = completion.words.get(completion.at).cloned() else { return };
        let draft = &mut self.room_mut().draft;
        let column = |column: usize| u16::try_from(column).unwrap_or(u16::MAX);
        draft.move_cursor(CursorMove::Jump(column(completion.row), column(completion.column)));
        draft.delete_str(completion.length);
        draft.insert_str(&word);
        completion.length = word.chars().count();
        self.completion = Some(completion);
    }

    /// The row of the cursor, and the characters before it.
    fn before_cursor(&self) -> Option<(usize, Vec<char>)> {
        let draft = &self.room().draft;
        let DataCursor(row, end) = draft.cursor();
        Some((row, draft.lines().get(row)?.chars().take(end).collect()))
    }

    fn completions(&self) -> Option<Completion> {
        let (row, line) = self.before_cursor()?;
        let entry = entry(row, &line);
        // A name may have spaces: the longest start of one wins.
        let columns = starts(&line);
        columns.into_iter().find_map(|column| {
            let word: String = line[column..].iter().collect();
            let words = match path(entry, &line[..column]) {
                Some(folders_alone) => paths(&word, folders_alone),
                None => self.words(&word, entry, row == 0 && column == 0),
            };
            let length = line.len() - column;
            (!words.is_empty()).then_some(Completion { row, column, length, words, at: 0 })
        })
    }

    /// What this word may become, as a part of this command.
    fn words(&self, word: &str, entry: Option<&Entry>, starts: bool) -> Vec<String> {
        if starts && word.starts_with('/') {
            return command_names(word);
        }
        let mut words = entry.map_or_else(Vec::new, |entry| entry.choices(word));
        let channel = word.strip_prefix('#').or(Some(word).filter(|_| takes(entry, "#NAME")));
        if let Some(start) = channel {
            words.extend(self.channel_names(&start.to_lowercase()));
        } else if takes(entry, "EMOJI") {
            words.extend(emoji_names(word));
        } else if takes(entry, "SECTION") {
            words.extend(self.own_sections(&word.to_lowercase()));
        } else {
            words.extend(self.names(word, starts));
        }
        words
    }

    fn asks_for_name(&mut self) -> Vec<Ask> {
        let Some((row, line)) = self.before_cursor() else { return Vec::new() };
        let Some(column) = starts(&line).pop() else { return Vec::new() };
        let word: String = line[column..].iter().collect();
        let entry = entry(row, &line);
        let name = word.trim_start_matches(['#', '@']).to_owned();
        let ask = match word.chars().next() {
            Some('#') => Ask::FindChannels(name),
            Some('@') => Ask::Find(name),
            Some(_) if takes(entry, "#NAME") => Ask::FindChannels(name),
            Some(_) if takes(entry, "NAME") || takes(entry, "PEOPLE") => Ask::Find(name),
            _ => return Vec::new(),
        };
        self.asked_for = Some(self.room().text());
        self.inquire(vec![ask])
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
        let all = "all".starts_with(&word) && !at.is_empty() && self.may_call_all(self.open);
        let names = people.into_iter().map(|(_, person)| format!("{at}{}{end}", person.name));
        names.chain(all.then(|| format!("{ALL} "))).collect()
    }

    /// Channels whose names begin so: those of the list, then others.
    fn channel_names(&self, start: &str) -> Vec<String> {
        let own = self.all_sorted().into_iter().map(|room| room.channel);
        let others = self.found.keys().map(|uuid| Channel::Shared(*uuid));
        let mut others: Vec<_> = others.filter(|it| !self.rooms.contains_key(it)).collect();
        others.sort_by_cached_key(|channel| (self.name(*channel).to_lowercase(), *channel));
        let named = own.chain(others).filter(|it| *it == Channel::General || self.is_named(*it));
        let names = named.map(|channel| self.name(channel));
        let fitting = names.filter(|name| name.to_lowercase().starts_with(start));
        fitting.map(|name| format!("#{name} ")).collect()
    }
}

/// Where the last words begin, of which the name before the cursor may consist; the longest start first.
fn starts(line: &[char]) -> Vec<usize> {
    let begins = |at: &usize| *at == 0 || line[at - 1].is_whitespace();
    let mut starts: Vec<_> = (0..=line.len()).rev().filter(begins).take(MOST_WORDS).collect();
    starts.reverse();
    starts
}

/// The command behind which the cursor stands.
fn entry(row: usize, line: &[char]) -> Option<&'static Entry> {
    let text: String = line.iter().collect();
    let (name, _) = commands::split(&text).filter(|_| row == 0)?;
    commands::named(name).filter(|_| text.contains(char::is_whitespace))
}

/// Whether a path stands at the end of this line, and whether it is a folder's.
fn path(entry: Option<&Entry>, before: &[char]) -> Option<bool> {
    let is_first =
        before.split(|it| it.is_whitespace()).filter(|word| !word.is_empty()).count() == 1;
    let folder = takes(entry, "FOLDER");
    (is_first && (folder || takes(entry, "FILE"))).then_some(folder)
}

fn takes(entry: Option<&Entry>, part: &str) -> bool {
    entry.is_some_and(|entry| entry.takes(part))
}

fn command_names(word: &str) -> Vec<String> {
    let names = COMMANDS.iter().map(|entry| format!("/{} ", entry.name()));
    names.filter(|name| name.starts_with(word)).collect()
}
