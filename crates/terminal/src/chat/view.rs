//! How the chat looks, from 20 columns up.

use std::time::Duration;

use chinwag_client::{Channel, Link};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear, Paragraph};
use unicode_width::UnicodeWidthStr;

use super::finder::Finder;
use super::keys::KEYS;
use super::lines;
use super::room::Room;
use super::state::{Chat, Over};

/// Beside the list the messages need this many columns, or there is no list.
const LEAST: u16 = 40;
const LIST: u16 = 24;
/// The most lines of the message that is being written.
const MOST_WRITTEN: usize = 6;

/// Where everything is.
pub struct Panes {
    /// The channels; empty in a narrow window.
    pub list: Rect,
    /// The channel's name and the connection.
    pub head: Rect,
    /// The messages.
    pub messages: Rect,
    /// Who is typing.
    pub typing: Rect,
    /// What is being written.
    pub draft: Rect,
    /// The keys, or what there is to tell.
    pub foot: Rect,
}

/// Where everything is in a window of this size.
pub fn panes(chat: &Chat) -> Panes {
    let whole = Rect::new(0, 0, chat.size.width, chat.size.height);
    let list_width = if whole.width >= LIST + LEAST { LIST } else { 0 };
    let [top, foot] = Layout::vertical([Constraint::Min(0), Constraint::Length(1)]).areas(whole);
    let columns = [Constraint::Length(list_width), Constraint::Min(0)];
    let [list, pane] = Layout::horizontal(columns).areas(top);
    let written = lines::wrapped(&chat.room().text(), pane.width.saturating_sub(3)).len();
    let draft_height = written.clamp(1, MOST_WRITTEN.min(usize::from(pane.height / 3).max(1))) + 1;
    let [head, messages, typing, draft] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Min(1),
        Constraint::Length(u16::from(pane.height > 8)),
        Constraint::Length(u16::try_from(draft_height).unwrap_or(2)),
    ])
    .areas(pane);
    let [messages, typing, draft] = [messages, typing, draft].map(indented);
    Panes { list, head, messages, typing, draft, foot }
}

/// Without the first column.
fn indented(area: Rect) -> Rect {
    let first = 1.min(area.width);
    Rect { x: area.x + first, width: area.width - first, ..area }
}

/// Draws everything.
pub fn draw(chat: &Chat, frame: &mut Frame) {
    let panes = panes(chat);
    list(chat, frame, panes.list);
    head(chat, frame, panes.head);
    messages(chat, frame, panes.messages);
    typing(chat, frame, panes.typing);
    draft(chat, frame, panes.draft);
    foot(chat, frame, panes.foot);
    match &chat.over {
        Over::Nothing => {}
        Over::Help => help(frame),
        Over::Finder(finder) => find(chat, finder, frame),
    }
}

fn list(chat: &Chat, frame: &mut Frame, area: Rect) {
    if area.width == 0 {
        return;
    }
    let block = Block::new().borders(Borders::RIGHT).border_style(Style::new().dim());
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let rooms = chat.sorted();
    let at = rooms.iter().position(|room| room.channel == chat.open).unwrap_or_default();
    let height = usize::from(inner.height.saturating_sub(3));
    let skipped = (at + 1).saturating_sub(height);
    let width = usize::from(inner.width.saturating_sub(2));
    let mut shown = vec![
        Line::from(format!(" {}", cut(&chat.person(chat.me), width))).bold(),
        Line::from(format!(" {}", cut(&chat.server, width))).dim(),
        Line::default(),
    ];
    shown.extend(rooms.iter().skip(skipped).take(height).map(|room| row(chat, room, inner.width)));
    frame.render_widget(Paragraph::new(shown), inner);
}

fn row(chat: &Chat, room: &Room, width: u16) -> Line<'static> {
    let (mark, mark_style) = mark(chat, room.channel);
    let count = match room.unread() {
        0 if !room.draft.is_empty() && room.channel != chat.open => "✎ ".into(),
        0 => String::new(),
        1..=99 => format!("{} ", room.unread()),
        _ => "99+ ".into(),
    };
    let room_for_name = usize::from(width).saturating_sub(3 + count.width());
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
fn mark(chat: &Chat, channel: Channel) -> (&'static str, Style) {
    match chat.online(channel) {
        None => ("#", Style::new()),
        Some(true) => ("●", Style::new().fg(Color::Green)),
        Some(false) => ("○", Style::new().dim()),
    }
}

fn head(chat: &Chat, frame: &mut Frame, area: Rect) {
    let (mark, mark_style) = mark(chat, chat.open);
    let about = match chat.online(chat.open) {
        None => format!("{} online", chat.counted.unwrap_or_else(|| online(chat))),
        Some(true) => "online".into(),
        Some(false) => "offline".into(),
    };
    let state = state(chat);
    let elsewhere: u64 = chat.rooms.values().map(Room::unread).sum();
    let elsewhere =
        if area.x == 0 && elsewhere > 0 { format!("({elsewhere}) ") } else { String::new() };
    let taken = 3 + elsewhere.width() + state.width() + 2;
    let name = cut(&chat.name(chat.open), usize::from(area.width).saturating_sub(taken));
    let left = Line::from(vec![
        Span::raw(" "),
        Span::raw(elsewhere).fg(Color::Yellow).bold(),
        Span::styled(mark, mark_style),
        Span::raw(format!(" {name}")).bold(),
        Span::raw(format!("  {about}")).dim(),
    ]);
    frame.render_widget(Paragraph::new(left), area);
    let width = u16::try_from(state.width() + 2).unwrap_or(0).min(area.width);
    if width > 2 {
        let right = Rect { x: area.right() - width, width, ..area };
        frame.render_widget(Clear, right);
        frame.render_widget(Line::from(format!(" {state}")).fg(Color::Yellow), right);
    }
}

fn online(chat: &Chat) -> u64 {
    chat.people.values().filter(|person| person.online).count() as u64
}

/// The connection, where there is anything to say of it.
fn state(chat: &Chat) -> String {
    match &chat.link {
        Link::Live => String::new(),
        Link::Connecting => "connecting…".into(),
        Link::Waiting { until, .. } => {
            let left = until.into_std().saturating_duration_since(chat.instant);
            let seconds = (left + Duration::from_millis(999)).as_secs();
            format!("offline, next try in {seconds} s")
        }
        _ => "offline".into(),
    }
}

fn messages(chat: &Chat, frame: &mut Frame, area: Rect) {
    let height = usize::from(area.height);
    let mut shown = lines::lines(chat, area.width, chat.scroll + height);
    shown.truncate(shown.len().saturating_sub(chat.scroll));
    let hidden = shown.len().saturating_sub(height);
    let shown: Vec<_> = shown.into_iter().skip(hidden).collect();
    // A talk that has just begun stands at the bottom, where one writes.
    let top = area.height.saturating_sub(u16::try_from(shown.len()).unwrap_or(area.height));
    let area = Rect { y: area.y + top, height: area.height - top, ..area };
    frame.render_widget(Paragraph::new(shown), area);
}

fn typing(chat: &Chat, frame: &mut Frame, area: Rect) {
    let names: Vec<_> = chat.room().typing(chat.instant).map(|user| chat.person(user)).collect();
    let text = match names.as_slice() {
        _ if chat.scroll > 0 => "↓ Esc leads back to the newest message".into(),
        [] => return,
        [one] => format!("{one} is typing…"),
        [one, two] => format!("{one} and {two} are typing…"),
        _ => "Several people are typing…".into(),
    };
    frame.render_widget(Line::from(text).dim().italic(), area);
}

fn draft(chat: &Chat, frame: &mut Frame, area: Rect) {
    let block = Block::new().borders(Borders::TOP).border_style(Style::new().dim());
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let prompt = Rect { width: 2.min(inner.width), ..inner };
    let field = Rect { x: inner.x + prompt.width, width: inner.width - prompt.width, ..inner };
    frame.render_widget(Span::raw("›").bold(), prompt);
    frame.render_widget(&chat.room().draft, field);
    if chat.room().draft.is_empty() {
        let placeholder =
            Rect { x: field.x + 1.min(field.width), width: field.width.saturating_sub(1), ..field };
        let text = format!("Message {}", chat.name(chat.open));
        frame.render_widget(Line::from(text).dim(), placeholder);
    }
}

fn foot(chat: &Chat, frame: &mut Frame, area: Rect) {
    if let Some(notice) = &chat.notice {
        frame.render_widget(Line::from(format!(" {notice}")).fg(Color::Yellow), area);
        return;
    }
    let hints: &[&str] = if chat.has_refused() {
        &["Ctrl+R send again", "Ctrl+X take back", "? keys", "Ctrl+Q quit"]
    } else {
        &[
            "? keys",
            "Ctrl+K go to",
            "Alt+↑↓ channel",
            "Alt+Enter new line",
            "Ctrl+Q quit",
            "PgUp older",
        ]
    };
    let mut text = String::new();
    for hint in hints {
        if text.width() + hint.width() + 3 <= usize::from(area.width) {
            text.push_str(if text.is_empty() { " " } else { " · " });
            text.push_str(hint);
        }
    }
    frame.render_widget(Line::from(text).dim(), area);
}

/// A window in the middle, at most this large.
fn window(frame: &mut Frame, title: &str, width: u16, height: u16) -> Rect {
    let area = frame.area();
    let (width, height) = (width.min(area.width), height.min(area.height));
    let middle = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    let block = Block::bordered().title(format!(" {title} "));
    let inner = block.inner(middle);
    frame.render_widget(Clear, middle);
    frame.render_widget(block, middle);
    inner
}

fn help(frame: &mut Frame) {
    let inner = window(frame, "Keys", 76, u16::try_from(KEYS.len()).unwrap_or(0) + 2);
    let row = |(key, what): &(&'static str, &'static str)| {
        let gap = " ".repeat(16_usize.saturating_sub(key.width()));
        Line::from(vec![Span::raw(format!(" {key}{gap} ")).bold(), Span::raw(*what)])
    };
    frame.render_widget(Paragraph::new(KEYS.iter().map(row).collect::<Vec<_>>()), inner);
}

fn find(chat: &Chat, finder: &Finder, frame: &mut Frame) {
    let inner = window(frame, "Go to", 50, 14);
    let [query, list] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(inner);
    frame.render_widget(&finder.query, query);
    if finder.query.is_empty() {
        frame.render_widget(Line::from("A name, or General").dim(), indented(query));
    }
    let places = finder.places(chat);
    if places.is_empty() {
        let text = format!("Nobody here is called “{}”.", finder.text());
        frame.render_widget(Line::from(text).dim(), list);
        return;
    }
    let height = usize::from(list.height);
    let chosen = finder.chosen.min(places.len() - 1);
    let skipped = (chosen + 1).saturating_sub(height);
    let rows = places.iter().enumerate().skip(skipped).take(height).map(|(at, channel)| {
        let (sign, style) = mark(chat, *channel);
        let room_for_name = usize::from(list.width).saturating_sub(4);
        let name = cut(&chat.name(*channel), room_for_name);
        let gap = " ".repeat(room_for_name.saturating_sub(name.width()) + 1);
        let line = Line::from(vec![
            Span::raw(" "),
            Span::styled(sign, style),
            Span::raw(format!(" {name}{gap}")),
        ]);
        if at == chosen { line.add_modifier(Modifier::REVERSED) } else { line }
    });
    frame.render_widget(Paragraph::new(rows.collect::<Vec<_>>()), list);
}

/// The text in at most so many columns.
fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut short = String::new();
    for character in text.chars() {
        if format!("{short}{character}…").width() > columns {
            break;
        }
        short.push(character);
    }
    if columns > 0 { short + "…" } else { short }
}
