//! Moves the view through the history.

use chinwag_client::Page;

use super::asks::Ask;
use super::state::Chat;
use super::{lines, view};

impl Chat {
    /// Moves the view by lines, up to older ones or down.
    pub fn scroll_by(&mut self, by: isize) -> Vec<Ask> {
        self.going = None;
        let pane = view::panes(self).messages;
        let height = usize::from(pane.height);
        let all = lines::rows(self, pane.width, usize::MAX).len();
        let most = all.saturating_sub(height);
        self.scroll = self.scroll.saturating_add_signed(by).min(most);
        let asks = if by > 0 && self.scroll + height >= most {
            self.older()
        } else if by < 0 && self.scroll <= height {
            self.newer()
        } else {
            None
        };
        asks.into_iter().collect()
    }

    /// Asks for the messages before the oldest one that is shown.
    fn older(&mut self) -> Option<Ask> {
        let room = self.room();
        let (oldest, _) = room.shown().first_key_value()?;
        let page = Page::Before(*oldest);
        if room.has_start() { None } else { self.page(page) }
    }

    /// Asks for the messages behind the past that is shown.
    pub(super) fn newer(&mut self) -> Option<Ask> {
        let (last, _) = self.room().past.as_ref()?.last_key_value()?;
        self.page(Page::After(*last))
    }

    /// Asks for a page of the channel that is shown, one at a time.
    fn page(&mut self, page: Page) -> Option<Ask> {
        let is_loading = std::mem::replace(&mut self.room_mut().loading, true);
        (!is_loading).then_some(Ask::History(self.open, page))
    }

    /// Whether the newest message is in view.
    pub fn is_at_newest(&self) -> bool {
        self.scroll == 0 && self.room().past.is_none()
    }

    /// Back to the newest message.
    pub fn show_newest(&mut self) -> Vec<Ask> {
        (self.scroll, self.going) = (0, None);
        self.room_mut().past = None;
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

    /// To the message with this `Seq`.
    pub(super) fn go_to(&mut self, seq: u64) -> Vec<Ask> {
        self.going = Some(seq);
        self.go_on()
    }

    /// Goes to a message if it is here, or else asks for the page around it, once the channel's newest messages are here.
    pub fn go_on(&mut self) -> Vec<Ask> {
        let Some(seq) = self.going else { return Vec::new() };
        let room = self.room();
        if room.messages.is_empty() && (room.loading || !room.member) {
            return Vec::new();
        }
        if seq <= room.total && room.get(seq).is_none() {
            return self.page(Page::Around(seq)).into_iter().collect();
        }
        self.going = None;
        let room = self.room_mut();
        if room.messages.contains_key(&seq) {
            room.past = None;
        }
        let pane = view::panes(self).messages;
        let below = if seq == 1 {
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
            let first = self.room().shown().first_key_value();
            first.is_some_and(|(first, _)| *first > seq)
                || lines::height_from(self, pane.width, seq)
                    > self.scroll + usize::from(pane.height)
        })
    }
}
