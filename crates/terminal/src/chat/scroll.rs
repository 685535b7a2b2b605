//! Moves the view through the history.

use chinwag_client::Page;

use super::asks::Ask;
use super::state::Chat;
use super::{lines, view};

/// The way to an old message ends after this many were fetched, so that they don't fill the memory.
const MOST_FETCHED: usize = 5_000;

impl Chat {
    /// Moves the view by lines, up to older ones or down.
    pub fn scroll_by(&mut self, by: isize) -> Vec<Ask> {
        self.going = None;
        let pane = view::panes(self).messages;
        let all = lines::rows(self, pane.width, usize::MAX).len();
        let most = all.saturating_sub(pane.height.into());
        self.scroll = self.scroll.saturating_add_signed(by).min(most);
        let near_top = self.scroll + usize::from(pane.height) >= most;
        if near_top && by > 0 { self.older().into_iter().collect() } else { Vec::new() }
    }

    /// Asks for the messages before the oldest one here.
    fn older(&mut self) -> Option<Ask> {
        let room = self.room_mut();
        let oldest = room.messages.first_key_value().map(|(seq, _)| *seq)?;
        if room.has_start() || room.loading {
            return None;
        }
        room.loading = true;
        Some(Ask::History(self.open, Page::Before(oldest)))
    }

    /// Back to the newest message.
    pub fn show_newest(&mut self) -> Vec<Ask> {
        (self.scroll, self.going) = (0, None);
        Vec::new()
    }

    /// To the first message of the channel.
    pub fn show_oldest(&mut self) -> Vec<Ask> {
        self.go_to(1)
    }

    /// To the first message that was new when the channel was opened.
    pub fn show_new(&mut self) -> Vec<Ask> {
        let Some(seq) = self.room().new_from else {
            self.notice = Some("There is nothing new here.".into());
            return Vec::new();
        };
        self.go_to(seq)
    }

    pub(super) fn go_to(&mut self, seq: u64) -> Vec<Ask> {
        self.going = Some(seq);
        self.go_on()
    }

    /// Goes on towards an old message, after each page of history.
    pub fn go_on(&mut self) -> Vec<Ask> {
        let Some(seq) = self.going else { return Vec::new() };
        let room = self.room();
        let oldest = room.messages.first_key_value().map_or(u64::MAX, |(seq, _)| *seq);
        let fetched = room.messages.len();
        if oldest > seq && fetched < MOST_FETCHED && !room.messages.is_empty() {
            return self.older().into_iter().collect();
        }
        self.going = None;
        if oldest > seq && fetched >= MOST_FETCHED {
            self.notice = Some(format!("That is {fetched} messages back; PgUp goes on."));
        }
        let pane = view::panes(self).messages;
        let below = if seq == 1 || oldest > seq {
            lines::rows(self, pane.width, usize::MAX).len()
        } else {
            // The sender's name may take the first row. The first new message has it above, with a line of its own.
            let above = usize::from(self.room().new_from != Some(seq));
            lines::height_from(self, pane.width, seq) + above
        };
        self.scroll = below.saturating_sub(pane.height.into());
        Vec::new()
    }

    /// Whether the first new message is above the window.
    pub fn new_is_above(&self) -> bool {
        let pane = view::panes(self).messages;
        self.room().new_from.is_some_and(|seq| {
            let first = self.room().messages.first_key_value();
            first.is_some_and(|(first, _)| *first > seq)
                || lines::height_from(self, pane.width, seq)
                    > self.scroll + usize::from(pane.height)
        })
    }
}
