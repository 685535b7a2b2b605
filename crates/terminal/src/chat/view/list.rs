//! The list of channels: General on top, then the newest talk first.

use chinwag_client::Channel;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Paragraph};
use unicode_width::UnicodeWidthStr;

use super::cut;
use crate::chat::room::Room;
use crate::chat::state::Chat;

/// The rows above the channels: the user, the server, and an empty one.
const HEAD: u16 = 3;

/// A row of the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Row {
    /// A channel.
    Channel(Channel),
    /// The rest above or below doesn't fit.
    Rest {
        /// Whether it is above.
        above: bool,
        /// How many channels it has.
        channels: usize,
        /// How many unread messages it has.
        unread: u64,
    },
}

/// The rows in a list of this height: General always, then the channels from `chat.list_top` on.
pub fn rows(chat: &Chat, height: u16) -> Vec<Row> {
    let rooms = chat.sorted();
    let Some((general, others)) = rooms.split_first() else { return Vec::new() };
    let places = usize::from(height.saturating_sub(HEAD + 1));
    let (start, end) = window(others.len(), places, chat.list_top);
    let rest = |above, rooms: &[&Room]| {
        let unread = rooms.iter().map(|room| room.unread()).sum();
        let rest = Row::Rest { above, channels: rooms.len(), unread };
        (!rooms.is_empty()).then_some(rest)
    };
    let mut rows = vec![Row::Channel(general.channel)];
    rows.extend(rest(true, &others[..start]));
    rows.extend(others[start..end].iter().map(|room| Row::Channel(room.channel)));
    rows.extend(rest(false, &others[end..]));
    rows.truncate(places + 1);
    rows
}

/// The range of the channels that fit into the places, beside the rows that count the rest.
fn window(channels: usize, places: usize, top: usize) -> (usize, usize) {
    if channels <= places {
        return (0, channels);
    }
    let start = top.min(channels - places.saturating_sub(1).min(channels));
    let places = places.saturating_sub(usize::from(start > 0));
    let end = start + places;
    if end < channels { (start, (end.saturating_sub(1)).max(start)) } else { (start, channels) }
}

impl Chat {
    /// Scrolls the list so that the channel that is shown is in it.
    pub fn keep_in_sight(&mut self) {
        let at = self.sorted().iter().position(|room| room.channel == self.open);
        let Some(at) = at.and_then(|at| at.checked_sub(1)) else { return };
        let height = super::panes(self).list.height;
        self.list_top = self.list_top.min(at);
        while self.list_top < at && !rows(self, height).contains(&Row::Channel(self.open)) {
            self.list_top += 1;
        }
    }

    /// Scrolls the list.
    pub fn scroll_list(&mut self, down: bool) {
        let height = super::panes(self).list.height;
        let last = matches!(rows(self, height).last(), Some(Row::Channel(_)));
        self.list_top = match down {
            true if last => self.list_top,
            true => self.list_top + 1,
            false => self.list_top.saturating_sub(1),
        };
    }
}

/// The channel at this row of the screen.
pub fn at(chat: &Chat, area: Rect, y: u16) -> Option<Channel> {
    let row = y.checked_sub(area.y + HEAD)?;
    match rows(chat, area.height).get(usize::from(row))? {
        Row::Channel(channel) => Some(*channel),
        Row::Rest { .. } => None,
    }
}

/// Draws it.
pub fn draw(chat: &Chat, frame: &mut Frame, area: Rect) {
    if area.width == 0 {
        return;
    }
    let block = Block::new().borders(Borders::RIGHT).border_style(Style::new().dim());
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let width = usize::from(inner.width.saturating_sub(2));
    let mut shown = vec![
        Line::from(format!(" {}", cut(&chat.person(chat.me), width))).bold(),
        Line::from(format!(" {}", cut(&chat.server, width))).dim(),
        Line::default(),
    ];
    shown.extend(rows(chat, inner.height).into_iter().map(|row| match row {
        Row::Channel(channel) => channel_row(chat, &chat.rooms[&channel], inner.width),
        Row::Rest { above, channels, unread } => {
            let unread = if unread > 0 { format!(", {unread} unread") } else { String::new() };
            let arrow = if above { "↑" } else { "↓" };
            Line::from(cut(&format!(" {arrow} {channels} more{unread}"), width + 1)).dim()
        }
    }));
    frame.render_widget(Paragraph::new(shown), inner);
}

fn channel_row(chat: &Chat, room: &Room, width: u16) -> Line<'static> {
    let (mark, mark_style) = mark(chat, room.channel);
    let count = match room.unread() {
        0 if !room.draft.is_empty() && room.channel != chat.open => "✎ ".into(),
        0 => String::new(),
        1..=99 => format!("{} ", room.unread()),
        _ => "99+ ".into(),
    };
    let room_for_name = usize::from(width).saturating_sub(2 + mark.width() + count.width());
    let name = cut(&chat.name(room.channel), room_for_name);
    let gap = " ".repeat(room_for_name.saturating_sub(name.width()));
    let mut style = Style::new();
    if room.unread() > 0 {
        style = style.bold();
    }
    let line = Line::from(vec![
        Span::raw(" "),
        Span::styled(mark, mark_style),
        Span::styled(format!(" {name}{gap}"), style),
        Span::styled(count, style.fg(Color::Yellow)),
    ]);
    if room.channel == chat.open { line.add_modifier(Modifier::REVERSED) } else { line }
}

/// A sign for the kind of channel, and whether the other one is online: it differs without colours, too.
pub fn mark(chat: &Chat, channel: Channel) -> (&'static str, Style) {
    let details = chat.details(channel);
    match chat.online(channel) {
        None if details.is_some_and(|details| details.name.is_empty()) => ("&", Style::new()),
        None if details.is_some_and(|details| details.private) => ("🔒", Style::new()),
        None => ("#", Style::new()),
        Some(true) => ("●", Style::new().fg(Color::Green)),
        Some(false) => ("○", Style::new().dim()),
    }
}

#[cfg(test)]
mod tests {
    use super::window;

    #[test]
    fn all_places_are_used_and_the_last_channel_can_be_reached() {
        assert_eq!(window(5, 5, 3), (0, 5));
        assert_eq!(window(6, 5, 0), (0, 4));
        assert_eq!(window(9, 5, 1), (1, 4));
        assert_eq!(window(9, 5, 100), (5, 9));
        for places in 0..4 {
            let (start, end) = window(9, places, 4);
            assert!(start <= end && end <= 9);
        }
    }
}
