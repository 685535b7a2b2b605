//! The mouse: a click opens a channel, the wheel scrolls.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::asks::Ask;
use super::state::{Chat, Over};
use super::view::{self, list, windows};

/// The lines of one step of the wheel.
const STEP: isize = 3;

impl Chat {
    /// Handles an event of the mouse.
    pub fn mouse(&mut self, event: MouseEvent) -> Vec<Ask> {
        let at = Position::new(event.column, event.row);
        match event.kind {
            MouseEventKind::ScrollUp => self.wheel(at, false),
            MouseEventKind::ScrollDown => self.wheel(at, true),
            MouseEventKind::Down(MouseButton::Left) => {
                self.notice = None;
                self.click(at)
            }
            _ => Vec::new(),
        }
    }

    fn wheel(&mut self, at: Position, down: bool) -> Vec<Ask> {
        match self.over {
            Over::Help(from) => {
                let from = if down { from + 1 } else { from.saturating_sub(1) };
                self.over = Over::Help(from.min(self.last_help_line()));
            }
            Over::Finder(_) => self.choose(down),
            Over::Leaving(_)
            | Over::Listing(_)
            | Over::Hits(_)
            | Over::Programs(_)
            | Over::Secret(_) => {}
            Over::Nothing if view::panes(self).list.contains(at) => self.scroll_list(down),
            Over::Nothing => return self.scroll_by(if down { -STEP } else { STEP }),
        }
        Vec::new()
    }

    fn click(&mut self, at: Position) -> Vec<Ask> {
        match std::mem::take(&mut self.over) {
            Over::Nothing => {
                let area = view::panes(self).list;
                let channel = area.contains(at).then(|| list::at(self, area, at.y)).flatten();
                channel
                    .filter(|channel| *channel != self.open)
                    .map_or_else(Vec::new, |channel| self.show(channel))
            }
            Over::Finder(mut finder) => {
                let screen = Rect::new(0, 0, self.size.width, self.size.height);
                if let Some(row) = windows::finder_row(self, &finder, screen, at) {
                    finder.chosen = row;
                    let place = finder.place(self);
                    return place.map_or_else(Vec::new, |channel| self.show(channel));
                }
                if windows::finder_area(screen).contains(at) {
                    self.over = Over::Finder(finder);
                }
                Vec::new()
            }
            // A click loses nothing.
            over @ (Over::Leaving(_) | Over::Secret(_)) => {
                self.over = over;
                Vec::new()
            }
            Over::Help(_) | Over::Listing(_) | Over::Hits(_) | Over::Programs(_) => Vec::new(),
        }
    }

    fn choose(&mut self, down: bool) {
        let Over::Finder(mut finder) = std::mem::take(&mut self.over) else { return };
        let last = finder.places(self).len().saturating_sub(1);
        finder.chosen =
            if down { (finder.chosen + 1).min(last) } else { finder.chosen.saturating_sub(1) };
        self.over = Over::Finder(finder);
    }
}
