//! The list of channels, in sections.

use chinwag_client::Channel;
use chinwag_client::protocol::outgoing::Level;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Paragraph};
use unicode_width::UnicodeWidthStr;

use super::cut;
use crate::chat::attention::Attention;
use crate::chat::room::Room;
use crate::chat::sections::Section;
use crate::chat::state::Chat;

/// The rows above the channels: the user, the server, and an empty one.
const HEAD: u16 = 3;

/// The sign of a channel that notifies of nothing for a while.
const MUTED: &str = "🔕";

/// The sign of unread messages that notify nobody.
const OTHERS: &str = "•";

/// A row of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Row {
    /// The heading of a section.
    Heading(Section),
    /// A channel.
    Channel(Channel),
    /// The rest above or below doesn't fit.
    Rest {
        /// Whether it is above.
        above: bool,
        /// How many channels it has.
        channels: usize,
        /// What these tell of unread messages.
        unread: Attention,
    },
}

/// The rows in a list of this height, from `chat.list_top` on.
pub fn rows(chat: &Chat, height: u16) -> Vec<Row> {
    let all = all_rows(chat);
    let places = usize::from(height.saturating_sub(HEAD));
    let (start, end) = window(all.len(), places, chat.list_top);
    let rest = |above, rows: &[Row]| {
        let hidden = || rows.iter().filter_map(channel_of).map(|channel| &chat.rooms[&channel]);
        let unread = chat.attention_of(hidden());
        let rest = Row::Rest { above, channels: hidden().count(), unread };
        (!rows.is_empty()).then_some(rest)
    };
    let mut rows: Vec<_> = rest(true, &all[..start]).into_iter().collect();
    rows.extend_from_slice(&all[start..end]);
    rows.extend(rest(false, &all[end..]));
    rows.truncate(places);
    rows
}

/// The channels, with headings where there are several sections.
fn all_rows(chat: &Chat) -> Vec<Row> {
    let rooms = chat.sorted();
    let sections = rooms.chunk_by(|one, next| chat.section(one) == chat.section(next));
    let several = sections.clone().count() > 1;
    let rows = sections.flat_map(|rooms| {
        let heading = Row::Heading(chat.section(rooms[0]));
        let channels = rooms.iter().map(|room| Row::Channel(room.channel));
        Some(heading).filter(|_| several).into_iter().chain(channels)
    });
    rows.collect()
}

fn channel_of(row: &Row) -> Option<Channel> {
    match row {
        Row::Channel(channel) => Some(*channel),
        Row::Heading(_) | Row::Rest { .. } => None,
    }
}

/// The range of the rows that fit into the places, beside the lines that count the rest.
fn window(rows: usize, places: usize, top: usize) -> (usize, usize) {
    if rows <= places {
        return (0, rows);
    }
    let start = top.min(rows - places.saturating_sub(1).min(rows));
    // One row needs no line that counts it.
    let start = if start == 1 { 0 } else { start };
    let places = places.saturating_sub(usize::from(start > 0));
    let end = start + places;
    if end < rows { (start, (end.saturating_sub(1)).max(start)) } else { (start, rows) }
}

impl Chat {
    /// Scrolls the list so that the channel that is shown is in it.
    pub fn keep_in_sight(&mut self) {
        let all = all_rows(self);
        let Some(at) = all.iter().position(|row| *row == Row::Channel(self.open)) else { return };
        let height = super::panes(self).list.height;
        // The first channel brings its heading along.
        self.list_top = self.list_top.min(if at == 1 { 0 } else { at });
        while self.list_top < at && !rows(self, height).contains(&Row::Channel(self.open)) {
            self.list_top += 1;
        }
    }

    /// Scrolls the list.
    pub fn scroll_list(&mut self, down: bool) {
        let height = super::panes(self).list.height;
        let last = !matches!(rows(self, height).last(), Some(Row::Rest { .. }));
        self.list_top = match (down, self.list_top) {
            (true, top) if last => top,
            // The first row and the line that counts it take the same place.
            (true, top) => (top + 1).max(2),
            (false, top) if top <= 2 => 0,
            (false, top) => top - 1,
        };
    }
}

/// The channel at this row of the screen.
pub fn at(chat: &Chat, area: Rect, y: u16) -> Option<Channel> {
    let row = y.checked_sub(area.y + HEAD)?;
    channel_of(rows(chat, area.height).get(usize::from(row))?)
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
        own_name(chat, width),
        Line::from(format!(" {}", cut(&chat.server, width))).dim(),
        Line::default(),
    ];
    shown.extend(rows(chat, inner.height).into_iter().map(|row| match row {
        Row::Heading(section) => Line::from(cut(&format!(" {}", section.title()), width + 1)).dim(),
        Row::Channel(channel) => channel_row(chat, &chat.rooms[&channel], inner.width),
        Row::Rest { above, channels, unread } => {
            let unread = match unread {
                Attention { count: 0, others: false } => String::new(),
                Attention { count: 0, others: true } => format!(" {OTHERS}"),
                Attention { count, .. } => format!(", {count} unread"),
            };
            let arrow = if above { "↑" } else { "↓" };
            Line::from(cut(&format!(" {arrow} {channels} more{unread}"), width + 1)).dim()
        }
    }));
    frame.render_widget(Paragraph::new(shown), inner);
}

/// Who is signed in, with the sign of a time in which nothing notifies them.
fn own_name(chat: &Chat, width: usize) -> Line<'static> {
    let quiet = if chat.is_quiet() { format!(" {MUTED}") } else { String::new() };
    let name = cut(&chat.person(chat.me), width.saturating_sub(quiet.width()));
    Line::from(format!(" {name}{quiet}")).bold()
}

fn channel_row(chat: &Chat, room: &Room, width: u16) -> Line<'static> {
    let (mark, mark_style) = mark(chat, room.channel);
    let muted = chat.is_muted(room);
    let Attention { count, others } = chat.attention(room);
    let quiet = muted || chat.level(room) == Level::None;
    let count = match count {
        0 if others => format!("{OTHERS} "),
        0 if !room.draft.is_empty() && room.channel != chat.open => "✎ ".into(),
        0 => String::new(),
        1..=99 => format!("{count} "),
        _ => "99+ ".into(),
    };
    let count = if muted { format!("{MUTED} {count}") } else { count };
    let room_for_name = usize::from(width).saturating_sub(2 + mark.width() + count.width());
    let name = cut(&chat.name(room.channel), room_for_name);
    let gap = " ".repeat(room_for_name.saturating_sub(name.width()));
    let mut style = Style::new();
    if quiet {
        style = style.dim();
    } else if room.unread() > 0 {
        style = style.bold();
    }
    let count_style = if quiet { style } else { style.fg(Color::Yellow) };
    let line = Line::from(vec![
        Span::raw(" "),
        Span::styled(mark, mark_style),
        Span::styled(format!(" {name}{gap}"), style),
        Span::styled(count, count_style),
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
        assert_eq!(window(9, 5, 1), (0, 4));
        assert_eq!(window(9, 5, 2), (2, 5));
        assert_eq!(window(9, 5, 100), (5, 9));
        for places in 0..4 {
            let (start, end) = window(9, places, 4);
            assert!(start <= end && end <= 9);
        }
    }
}
