//! The keys.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::Size;

use super::aim::Aim;
use super::asks::Ask;
use super::field::edit;
use super::finder::{Finder, Scope};
use super::state::{Chat, Mouse, Over};
use super::view;
use crate::plain::{harmless, pasted};

impl Chat {
    /// Handles an event of the terminal.
    pub fn input(&mut self, event: Event) -> Vec<Ask> {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => self.key(key),
            Event::Paste(text) => self.paste(&text),
            Event::Resize(width, height) => {
                self.fit(Size { width, height });
                Vec::new()
            }
            Event::Mouse(event) => self.mouse(event),
            Event::FocusGained => {
                self.focused = true;
                Vec::new()
            }
            Event::FocusLost => {
                self.focused = false;
                Vec::new()
            }
            Event::Key(_) => Vec::new(),
        }
    }

    /// Fits the chat into a window of this size.
    pub fn fit(&mut self, size: Size) {
        if self.size != size {
            self.size = size;
            self.keep_in_sight();
            self.scroll_by(0);
        }
    }

    fn key(&mut self, key: KeyEvent) -> Vec<Ask> {
        self.notice = None;
        if key.code != KeyCode::Tab {
            self.completion = None;
        }
        if key.code != KeyCode::Enter {
            self.sure_of = None;
        }
        let (ctrl, alt) = (
            key.modifiers.contains(KeyModifiers::CONTROL),
            key.modifiers.contains(KeyModifiers::ALT),
        );
        match key.code {
            KeyCode::Char('q' | 'c') if ctrl => return self.quit(),
            KeyCode::Char('l') if ctrl => return vec![Ask::Redraw],
            KeyCode::Char('t') if ctrl => return vec![Ask::Wake],
            KeyCode::Char('z') if ctrl => return vec![Ask::Suspend, Ask::Redraw],
            _ => {}
        }
        match std::mem::take(&mut self.over) {
            Over::Nothing => match self.chosen.take() {
                Some(chosen)
                    if !alt && (!ctrl || matches!(key.code, KeyCode::Up | KeyCode::Down)) =>
                {
                    self.chosen_key(chosen, key)
                }
                _ => self.chat_key(key, ctrl, alt),
            },
            Over::Listing(listing) => self.listing_key(listing, key),
            Over::Hits(hits) => self.hits_key(hits, key),
            Over::Help(from) => self.help_key(from, key),
            Over::Leaving(leaving) => self.leaving_key(leaving, key),
            Over::Finder(finder) => self.finder_key(finder, key, ctrl),
            Over::Programs(programs) => self.programs_key(programs, key),
            Over::Secret(secret) => self.secret_key(secret, key),
        }
    }

    fn chat_key(&mut self, key: KeyEvent, ctrl: bool, alt: bool) -> Vec<Ask> {
        if let Some(asks) = self.moving_key(key, ctrl, alt) {
            return asks;
        }
        let unwritten = self.room().draft.is_empty();
        let shift = key.modifiers.contains(KeyModifiers::SHIFT);
        match key.code {
            KeyCode::Enter if alt || shift => self.room_mut().draft.insert_newline(),
            KeyCode::Char('j') if ctrl => self.room_mut().draft.insert_newline(),
            KeyCode::Enter => return self.enter(),
            KeyCode::F(1) => return self.help(),
            KeyCode::Char('?') if unwritten => return self.help(),
            KeyCode::F(2) => return self.copy(),
            KeyCode::F(9) => return self.sign_out(),
            KeyCode::Char('d') if ctrl && unwritten => return self.quit(),
            KeyCode::Char('r') if ctrl => return self.retry(),
            KeyCode::Char('x') if ctrl => self.take_back(),
            KeyCode::Up | KeyCode::Down if self.recalls() => self.recall(key.code == KeyCode::Up),
            KeyCode::Tab => return self.complete(),
            _ => {
                let changed = edit(&mut self.room_mut().draft, key);
                return changed.then(|| self.told_typing()).flatten().into_iter().collect();
            }
        }
        Vec::new()
    }

    /// The keys that move to another channel, or through the history.
    fn moving_key(&mut self, key: KeyEvent, ctrl: bool, alt: bool) -> Option<Vec<Ask>> {
        let page = isize::try_from(view::panes(self).messages.height.max(2) - 1).unwrap_or(1);
        let unwritten = self.room().draft.is_empty();
        let line_by_line = key.modifiers.contains(KeyModifiers::SHIFT)
            || unwritten && self.mouse == Mouse::Copying;
        Some(match key.code {
            KeyCode::Char('k') if ctrl => self.find(Scope::All),
            KeyCode::Up if ctrl => self.choose_message(true),
            KeyCode::Char('m') if alt => self.choose_message(true),
            KeyCode::Down if alt => self.step(1, false),
            KeyCode::Up if alt => self.step(-1, false),
            KeyCode::Char('n') if ctrl => self.step(1, false),
            KeyCode::Char('p') if ctrl => self.step(-1, false),
            KeyCode::Char('u') if alt => self.step(1, true),
            KeyCode::Char(digit @ '1'..='9') if alt => self.nth(digit),
            KeyCode::PageUp => self.scroll_by(page),
            KeyCode::PageDown => self.scroll_by(-page),
            KeyCode::Up if line_by_line => self.scroll_by(1),
            KeyCode::Down if line_by_line => self.scroll_by(-1),
            KeyCode::Esc if self.room().aim != Aim::Nothing => {
                self.end_aim();
                Vec::new()
            }
            KeyCode::Esc if self.can_cancel() => self.cancel_upload(),
            KeyCode::Esc => self.show_newest(),
            KeyCode::End if unwritten => self.show_newest(),
            KeyCode::Home if unwritten => self.show_oldest(),
            KeyCode::Char('n') if alt => self.show_new(),
            _ => return None,
        })
    }

    /// To the next channel of the list, or the next unread one.
    fn step(&mut self, by: isize, unread: bool) -> Vec<Ask> {
        let all = self.sorted();
        let rooms: Vec<_> = all
            .iter()
            .filter(|room| !unread || room.unread() > 0 || room.channel == self.open)
            .map(|room| room.channel)
            .collect();
        let at = rooms.iter().position(|channel| *channel == self.open).unwrap_or_default();
        let next = (at + rooms.len()).saturating_add_signed(by) % rooms.len();
        if rooms[next] == self.open { Vec::new() } else { self.show(rooms[next]) }
    }

    /// Leaves the mouse to the terminal, to copy text, or takes it back.
    fn copy(&mut self) -> Vec<Ask> {
        self.mouse = match self.mouse {
            Mouse::Chat => Mouse::Copying,
            Mouse::Copying => Mouse::Chat,
        };
        self.scroll_by(0);
        vec![Ask::Mouse(self.mouse == Mouse::Chat)]
    }

    /// To the channel at this place of the list.
    fn nth(&mut self, digit: char) -> Vec<Ask> {
        let nth = digit.to_digit(10).map_or(0, |digit| digit as usize).saturating_sub(1);
        let channel = self.sorted().get(nth).map(|room| room.channel);
        channel.map_or_else(Vec::new, |channel| self.show(channel))
    }

    fn finder_key(&mut self, mut finder: Box<Finder>, key: KeyEvent, ctrl: bool) -> Vec<Ask> {
        let last = finder.places(self).len().saturating_sub(1);
        match key.code {
            KeyCode::Esc => return Vec::new(),
            KeyCode::Enter => {
                let place = finder.place(self);
                return place.map(|channel| self.show(channel)).unwrap_or_default();
            }
            KeyCode::Down | KeyCode::Tab => finder.chosen = (finder.chosen + 1).min(last),
            KeyCode::Up | KeyCode::BackTab => finder.chosen = finder.chosen.saturating_sub(1),
            KeyCode::Char('n') if ctrl => finder.chosen = (finder.chosen + 1).min(last),
            KeyCode::Char('p') if ctrl => finder.chosen = finder.chosen.saturating_sub(1),
            _ => {
                if edit(&mut finder.query, key) {
                    return self.look_for(finder);
                }
            }
        }
        self.over = Over::Finder(finder);
        Vec::new()
    }

    fn look_for(&mut self, mut finder: Box<Finder>) -> Vec<Ask> {
        finder.chosen = 0;
        let question = finder.asks();
        self.over = Over::Finder(finder);
        self.inquire(question)
    }

    /// Opens the way to channels and people.
    pub fn find(&mut self, scope: Scope) -> Vec<Ask> {
        self.look_for(Box::new(Finder::of(scope)))
    }

    fn paste(&mut self, text: &str) -> Vec<Ask> {
        let text = pasted(text);
        match std::mem::take(&mut self.over) {
            Over::Finder(mut finder) => {
                finder.query.insert_str(harmless(&text).replace('\n', " "));
                self.look_for(finder)
            }
            over => {
                (self.over, self.chosen) = (over, None);
                self.room_mut().draft.insert_str(&text);
                self.told_typing().into_iter().collect()
            }
        }
    }
}
