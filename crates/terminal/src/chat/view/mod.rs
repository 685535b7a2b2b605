//! How the chat looks, from 20 columns up.

pub mod list;
pub mod windows;

use std::time::Duration;

use chinwag_client::protocol::outgoing::{Channel as Details, Posting};
use chinwag_client::{Channel, Link as Connection};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::{Color, Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear, Paragraph};
use unicode_width::UnicodeWidthStr;

use super::aim::Aim;
use super::links::Link;
use super::state::{Chat, Links, Mouse, Over};
use super::{lines, links};
use crate::plain::one_line;
use list::mark;

/// Beside the list the messages need this many columns, or there is no list.
const LEAST: u16 = 40;
const LIST: u16 = 24;
/// A message shows its length from this share of the longest one on, in tenths.
const LONG: u64 = 9;
/// In a lower window all lines are needed for messages.
const LEAST_HEIGHT: usize = 4;
/// The most lines of the message that is being written.
const MOST_WRITTEN: usize = 6;

/// The most lines of a notice.
const MOST_NOTED: u16 = 3;

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
    /// The draft.
    pub draft: Rect,
    /// The keys, or a notice.
    pub foot: Rect,
}

/// Where everything is in a window of this size.
pub fn panes(chat: &Chat) -> Panes {
    let whole = Rect::new(0, 0, chat.size.width, chat.size.height);
    let has_list = whole.width >= LIST + LEAST && chat.mouse == Mouse::Chat;
    let list_width = if has_list { LIST } else { 0 };
    let noted = u16::try_from(notice(chat, whole.width).len()).unwrap_or(MOST_NOTED);
    let foot = Constraint::Length(noted.clamp(1, MOST_NOTED));
    let [top, foot] = Layout::vertical([Constraint::Min(0), foot]).areas(whole);
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
    list::draw(chat, frame, panes.list);
    head(chat, frame, panes.head);
    let links = messages(chat, frame, panes.messages);
    typing(chat, frame, panes.typing);
    draft(chat, frame, panes.draft);
    foot(chat, frame, panes.foot);
    match &chat.over {
        Over::Nothing if chat.links == Links::Opened => {
            for (line, link) in links {
                links::draw(frame.buffer_mut(), line, &link);
            }
        }
        Over::Nothing => {}
        Over::Help(from) => windows::help(*from, frame),
        Over::Finder(finder) => windows::find(chat, finder, frame),
        Over::Listing(listing) => windows::listing(chat, listing, frame),
        Over::Hits(hits) => windows::hits(chat, hits, frame),
        Over::Leaving(leaving) => windows::leaving(chat, *leaving, frame),
        Over::Programs(programs) => windows::programs(chat, programs, frame),
        Over::Secret(secret) => windows::secret(secret, frame),
    }
}

fn head(chat: &Chat, frame: &mut Frame, area: Rect) {
    let (mark, mark_style) = mark(chat, chat.open);
    let about = match chat.online(chat.open) {
        None if chat.open != Channel::General => about(chat),
        None => format!("{} online", chat.counted.unwrap_or_else(|| online(chat))),
        Some(true) => with_marks(chat, "online"),
        Some(false) => with_marks(chat, "offline"),
    };
    let state = state(chat);
    let elsewhere = if area.x == 0 { chat.attention_mark() } else { String::new() };
    let taken = 2 + mark.width() + elsewhere.width() + state.width() + 2;
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

/// Whether the other one of a private channel is online, and what they are.
fn with_marks(chat: &Chat, state: &str) -> String {
    match chat.open {
        Channel::Direct(user) if !chat.marks_of(user).is_empty() => {
            format!("{}, {state}", chat.marks_of(user))
        }
        _ => state.to_owned(),
    }
}

/// The topic of a channel, or how many members it has.
fn about(chat: &Chat) -> String {
    let Some(details) = chat.details(chat.open) else { return String::new() };
    let topic = one_line(&details.topic);
    if chat.only_looks() {
        return "you only look at it; /join to write".into();
    }
    if details.archived {
        return "archived: nothing can be written any more".into();
    }
    match details.users_total {
        _ if !topic.is_empty() => topic,
        1 => "1 member".into(),
        members => format!("{members} members"),
    }
}

fn online(chat: &Chat) -> u64 {
    chat.people.values().filter(|person| person.online).count() as u64
}

/// The state of the connection, unless it is live.
fn state(chat: &Chat) -> String {
    match &chat.link {
        Connection::Live => String::new(),
        Connection::Connecting => "connecting…".into(),
        Connection::Waiting { until, .. } => {
            let left = until.into_std().saturating_duration_since(chat.instant);
            let seconds = (left + Duration::from_millis(999)).as_secs();
            format!("offline, next try in {seconds} s")
        }
        _ => "offline".into(),
    }
}

/// Returns the links, and where their lines begin.
fn messages(chat: &Chat, frame: &mut Frame, area: Rect) -> Vec<(Position, Link)> {
    let height = usize::from(area.height);
    let mut shown = lines::rows(chat, area.width, chat.scroll + height);
    shown.truncate(shown.len().saturating_sub(chat.scroll));
    let hidden = shown.len().saturating_sub(height);
    let mut shown: Vec<_> = shown.into_iter().skip(hidden).collect();
    // The sender's line stays in the window when it has scrolled out.
    if height >= LEAST_HEIGHT
        && let Some(first) = shown.first_mut()
        && let Some((sender, hook, at)) = first.said.take()
    {
        *first = lines::speaker(chat, sender, hook.as_deref(), &lines::time(chat, at)).into();
    }
    // A talk that has just begun stands at the bottom, where one writes.
    let top = area.height.saturating_sub(u16::try_from(shown.len()).unwrap_or(area.height));
    let area = Rect { y: area.y + top, height: area.height - top, ..area };
    let mut links = Vec::new();
    for (row, y) in shown.iter_mut().zip(area.y..) {
        let line = Position { x: area.x + lines::INDENT, y };
        links.extend(row.links.drain(..).map(|link| (line, link)));
    }
    let shown: Vec<_> = shown.into_iter().map(|row| row.line).collect();
    frame.render_widget(Paragraph::new(shown), area);
    links
}

fn typing(chat: &Chat, frame: &mut Frame, area: Rect) {
    let names: Vec<_> = chat.room().typing(chat.instant).map(|user| chat.person(user)).collect();
    let (length, most) = (chat.room().text().chars().count() as u64, chat.message_length);
    let text = match names.as_slice() {
        _ if length * 10 > most * LONG => format!("{length} of {most} characters"),
        _ if chat.aim_in_words().is_some() => chat.aim_in_words().unwrap_or_default(),
        _ if chat.going.is_some() => "Fetching messages… Esc stops".into(),
        _ if chat.mouse == Mouse::Copying => {
            "Copy with the mouse; F2 shows the channels again".into()
        }
        _ if chat.can_cancel() => uploading(chat),
        _ if !chat.is_at_newest() => "↓ Esc leads back to the newest message".into(),
        _ if chat.new_is_above() => "↑ Alt+N leads to the first new message".into(),
        [] => return,
        [one] => format!("{one} is typing…"),
        [one, two] => format!("{one} and {two} are typing…"),
        _ => "Several people are typing…".into(),
    };
    frame.render_widget(Line::from(text).dim().italic(), area);
}

/// How far an upload is.
fn uploading(chat: &Chat) -> String {
    let attached = chat.uploading().and_then(|unsent| unsent.attached.as_ref());
    attached
        .map_or(String::new(), |attached| format!("Uploading {} · Esc cancels", attached.told()))
}

fn draft(chat: &Chat, frame: &mut Frame, area: Rect) {
    let block = Block::new().borders(Borders::TOP).border_style(Style::new().dim());
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let prompt = Rect { width: 2.min(inner.width), ..inner };
    let field = Rect { x: inner.x + prompt.width, width: inner.width - prompt.width, ..inner };
    let sign = match chat.room().aim {
        Aim::Edit(_) => "✎",
        Aim::Reply(_) => "↳",
        Aim::Nothing | Aim::Command(_) => "›",
    };
    frame.render_widget(Span::raw(sign).bold(), prompt);
    frame.render_widget(&chat.room().draft, field);
    if chat.room().draft.is_empty() {
        let placeholder =
            Rect { x: field.x + 1.min(field.width), width: field.width.saturating_sub(1), ..field };
        let details = chat.details(chat.open);
        let text = match details {
            _ if chat.only_looks() => "/join to write here".into(),
            Some(Details { archived: true, .. }) => "This channel is archived".into(),
            Some(Details { posting: Posting::Owners, owner: false, .. }) if !chat.is_admin() => {
                let who = if chat.open == Channel::General { "admins" } else { "owners" };
                format!("Only {who} write here")
            }
            _ => format!("Message {}", chat.label(chat.open)),
        };
        frame.render_widget(Line::from(text).dim(), placeholder);
    }
}

fn notice(chat: &Chat, width: u16) -> Vec<String> {
    chat.notice.as_ref().map_or_else(Vec::new, |it| lines::wrapped(it, width.saturating_sub(2)))
}

fn foot(chat: &Chat, frame: &mut Frame, area: Rect) {
    if chat.notice.is_some() {
        let lines: Vec<_> = notice(chat, area.width).into_iter().map(Line::from).collect();
        frame.render_widget(Paragraph::new(lines).fg(Color::Yellow), indented(area));
        return;
    }
    // The last ones go first where not all fit.
    let chosen = chat.chosen_keys();
    let hints: &[&str] = if let Some(keys) = &chosen {
        keys
    } else if chat.has_refused() {
        &["? help", "Ctrl+Q quit", "Ctrl+R send again", "Ctrl+X take back"]
    } else {
        &[
            "? help",
            "Ctrl+Q quit",
            "Ctrl+K go to",
            "Alt+↑↓ channel",
            "PgUp older",
            "Alt+Enter new line",
            "F2 copy text",
        ]
    };
    let mut text = String::new();
    for hint in hints {
        let joined = if text.is_empty() { format!(" {hint}") } else { format!("{text} · {hint}") };
        if joined.width() > usize::from(area.width) {
            break;
        }
        text = joined;
    }
    frame.render_widget(Line::from(text).dim(), area);
}

/// The text in at most `columns` columns.
pub fn cut(text: &str, columns: usize) -> String {
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
