//! Windows over the chat: the help, the way to a channel, the question before leaving.

use chinwag_client::Channel;
use chinwag_client::protocol::outgoing::Message;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::{Color, Modifier, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};
use unicode_width::UnicodeWidthStr;

use super::list::mark;
use super::{cut, indented};
use crate::chat::finder::Finder;
use crate::chat::hits::{Hit, Hits, Source};
use crate::chat::leaving::Leaving;
use crate::chat::listing::{Listing, Part};
use crate::chat::programs::{Program, Programs, Scope, Secret};
use crate::chat::sought::marks;
use crate::chat::state::Chat;
use crate::chat::{help, lines};
use crate::files::said;
use crate::plain::one_line;
use crate::text::author;

/// The columns of the help, of a choice, and of the question.
const HELP: u16 = 76;
const CHOICE: u16 = 76;
const QUESTION: u16 = 54;
/// The least columns at each side of a window, unless it covers all.
const LEAST_BESIDE: u16 = 5;
/// The columns and lines of the way to a channel.
const FINDER: (u16, u16) = (50, 14);

/// A window in the middle, at most this large.
fn window(frame: &mut Frame, title: &str, width: u16, height: u16) -> Rect {
    let area = middle(frame.area(), width, height);
    let block = Block::bordered().title(format!(" {title} "));
    let inner = block.inner(area);
    frame.render_widget(Clear, area);
    // The second half of a wide character would cover the frame.
    if let Some(x) = area.x.checked_sub(1) {
        for y in area.top()..area.bottom() {
            let cell = &mut frame.buffer_mut()[(x, y)];
            if cell.symbol().width() > 1 {
                cell.set_symbol(" ");
            }
        }
    }
    frame.render_widget(block, area);
    inner
}

fn middle(screen: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (wide(screen.width, width), height.min(screen.height));
    Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 2,
        width,
        height,
    }
}

/// The columns of a window. Where only a few would be left beside it, with single letters in them, it covers these, too.
fn wide(screen: u16, width: u16) -> u16 {
    if screen < width + 2 * LEAST_BESIDE { screen } else { width }
}

/// Where the finder is.
pub fn finder_area(screen: Rect) -> Rect {
    middle(screen, FINDER.0, FINDER.1)
}

/// Which of the finder's places is at this position.
pub fn finder_row(chat: &Chat, finder: &Finder, screen: Rect, at: Position) -> Option<usize> {
    let inner = Block::bordered().inner(finder_area(screen));
    let places = finder.places(chat).len();
    let first = first_place(finder, places, inner.height.saturating_sub(1).into());
    let row = at.y.checked_sub(inner.y + 1).filter(|_| inner.contains(at))?;
    Some(first + usize::from(row)).filter(|row| *row < places)
}

/// The first of the places that are shown, so that the chosen one is.
fn first_place(finder: &Finder, places: usize, height: usize) -> usize {
    (finder.chosen.min(places.saturating_sub(1)) + 1).saturating_sub(height)
}

/// The width of the help's lines in a terminal of this width.
pub fn help_width(width: u16) -> u16 {
    wide(width, HELP).saturating_sub(2)
}

/// The help, from this line on.
pub fn help(from: usize, frame: &mut Frame) {
    let lines = help::lines(help_width(frame.area().width));
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let inner = window(frame, "Help", HELP, height);
    let from = from.min(lines.len().saturating_sub(inner.height.into()));
    let below = lines.len().saturating_sub(from + usize::from(inner.height));
    let shown: Vec<_> = lines.into_iter().skip(from).take(inner.height.into()).collect();
    frame.render_widget(Paragraph::new(shown), inner);
    let hint = match (from, below) {
        (0, 0) => return,
        (_, 0) => format!(" ↑ {from} above "),
        _ => format!(" ↓ {below} more lines "),
    };
    let width = u16::try_from(hint.width()).unwrap_or(0).min(inner.width);
    let place = Rect { x: inner.right() - width, y: inner.bottom(), width, height: 1 };
    frame.render_widget(Line::from(hint).bold(), place.intersection(frame.area()));
}

/// The question before leaving.
pub fn leaving(chat: &Chat, leaving: Leaving, frame: &mut Frame) {
    let width = wide(frame.area().width, QUESTION).saturating_sub(4);
    let mut lines: Vec<_> =
        lines::wrapped(&leaving.question(chat), width).into_iter().map(Line::from).collect();
    lines.push(Line::default());
    lines.push(Line::from(leaving.keys()).dim());
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let inner = window(frame, leaving.title(), QUESTION, height);
    frame.render_widget(Paragraph::new(lines), indented(inner));
}

/// Pinned messages, or a thread.
pub fn listing(chat: &Chat, listing: &Listing, frame: &mut Frame) {
    let label = chat.label(chat.open);
    let title = match listing.part {
        Part::Pinned => format!("Pinned in {label}"),
        Part::Thread(_) => format!("Thread in {label}"),
    };
    let width = choice_width(frame);
    let text = |message: &Message| {
        let when = lines::when(chat, message.created_at);
        let name = author(message);
        let text = format!(" {when} {name}: {}", one_line(&said(message)));
        Line::from(cut(&text, width))
    };
    let rows = listing.messages.iter().map(text).collect();
    choice(&title, rows, listing.chosen, "Enter goes to the message · Esc back", frame);
}

/// Messages that were searched for, or concern the user.
pub fn hits(chat: &Chat, hits: &Hits, frame: &mut Frame) {
    let width = choice_width(frame);
    let (title, query) = match &hits.source {
        Source::Search(words) => (format!("Found: {}", one_line(words)), &**words),
        Source::Activity => ("Activity".into(), ""),
    };
    let row = |hit: &Hit| {
        let place = chat.label(chat.channel_of(&hit.message));
        let head = format!(" {} {place} · {}: ", lines::when(chat, hit.at), hit.who);
        marked(&head, &one_line(&said(&hit.message)), query, width)
    };
    let rows = hits.found.iter().map(row).collect();
    let keys = hits.unready().unwrap_or_else(|| "Enter goes to the message · Esc back".into());
    choice(&title, rows, hits.chosen, &keys, frame);
}

/// Hooks of a channel, or bots.
pub fn programs(chat: &Chat, programs: &Programs, frame: &mut Frame) {
    let title = match programs.scope {
        Scope::Hooks(channel) => format!("Hooks of {}", chat.label(channel)),
        Scope::Bots => "Bots".into(),
    };
    let width = choice_width(frame);
    let row = |program: &Program| {
        let made = program.made.map(|at| format!("  since {}", lines::when(chat, at)));
        Line::from(cut(&format!(" {}{}", program.name, made.unwrap_or_default()), width))
    };
    let rows = programs.found.iter().map(row).collect();
    let keys = match (programs.ending, programs.scope) {
        (false, _) => "d end · Esc back",
        (true, Scope::Hooks(_)) => {
            "End this hook? Its address takes nothing more. d ends, Esc keeps"
        }
        (true, Scope::Bots) => "Deactivate this bot? It is signed out. d deactivates, Esc keeps",
    };
    choice(&title, rows, programs.chosen, keys, frame);
}

/// What is shown this once.
pub fn secret(secret: &Secret, frame: &mut Frame) {
    let width = wide(frame.area().width, CHOICE).saturating_sub(4);
    let mut text: Vec<_> =
        lines::wrapped(secret.about, width).into_iter().map(Line::from).collect();
    text.push(Line::default());
    text.extend(
        lines::wrapped(&secret.text, width).into_iter().map(|line| Line::from(line).bold()),
    );
    text.push(Line::default());
    text.push(Line::from("c copies it · Esc closes: it is not shown again").dim());
    let height = u16::try_from(text.len() + 2).unwrap_or(u16::MAX);
    let inner = window(frame, &secret.title, CHOICE, height);
    frame.render_widget(Paragraph::new(text), indented(inner));
}

/// A text behind its head, with the words of a query marked. Where the first of them wouldn't fit, the text begins a
/// little before it.
fn marked(head: &str, text: &str, query: &str, width: usize) -> Line<'static> {
    let places = width.saturating_sub(head.width());
    let first = marks(query, text).into_iter().next();
    let text = match first {
        Some(first) if text[..first.end].width() > places => {
            let before = text[..first.start].char_indices().rev().nth(places / 4);
            format!("…{}", text[before.map_or(0, |(at, _)| at)..].trim_start())
        }
        _ => text.to_owned(),
    };
    let text = cut(&text, places);
    let mut spans = vec![Span::raw(cut(head, width))];
    let mut from = 0;
    for mark in marks(query, &text) {
        spans.push(Span::raw(text[from..mark.start].to_owned()));
        let word = Span::raw(text[mark.clone()].to_owned());
        spans.push(word.fg(Color::Yellow).bold().underlined());
        from = mark.end;
    }
    spans.push(Span::raw(text[from..].to_owned()));
    Line::from(spans)
}

/// The width of a line of which one is chosen.
fn choice_width(frame: &Frame) -> usize {
    wide(frame.area().width, CHOICE).saturating_sub(2).into()
}

/// Lines of which one is chosen.
fn choice(title: &str, rows: Vec<Line<'static>>, chosen: usize, keys: &str, frame: &mut Frame) {
    let height = u16::try_from(rows.len() + 3).unwrap_or(u16::MAX);
    let inner = window(frame, title, CHOICE, height.min(FINDER.1));
    let [list, foot] = Layout::vertical([Constraint::Min(0), Constraint::Length(1)]).areas(inner);
    let skipped = (chosen + 1).saturating_sub(list.height.into());
    let rows = rows.into_iter().enumerate().skip(skipped).take(list.height.into());
    let rows = rows.map(|(at, mut line)| {
        let gap = usize::from(list.width).saturating_sub(line.width());
        line.push_span(" ".repeat(gap));
        if at == chosen { line.add_modifier(Modifier::REVERSED) } else { line }
    });
    frame.render_widget(Paragraph::new(rows.collect::<Vec<_>>()), list);
    frame.render_widget(Line::from(format!(" {keys}")).dim(), foot);
}

/// Where to go.
pub fn find(chat: &Chat, finder: &Finder, frame: &mut Frame) {
    let inner = window(frame, &finder.title(chat), FINDER.0, FINDER.1);
    let [query, list] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(inner);
    frame.render_widget(&finder.query, query);
    if finder.query.is_empty() {
        frame.render_widget(Line::from("A name").dim(), indented(query));
    }
    let places = finder.places(chat);
    if places.is_empty() {
        let text = format!("Nothing and nobody here is called “{}”.", finder.text());
        frame.render_widget(Line::from(text).dim(), list);
        return;
    }
    let height = usize::from(list.height);
    let chosen = finder.chosen.min(places.len() - 1);
    let skipped = first_place(finder, places.len(), height);
    let rows = places.iter().enumerate().skip(skipped).take(height).map(|(at, channel)| {
        let (sign, style) = mark(chat, *channel);
        let room_for_name = usize::from(list.width).saturating_sub(3 + sign.width());
        let more = more(chat, finder, *channel);
        let name = cut(&finder.name_of(chat, *channel), room_for_name.saturating_sub(more.width()));
        let name = name + &more;
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

/// What stands behind a name: whether it is an owner, an admin, a bot or deactivated, or a channel of others.
fn more(chat: &Chat, finder: &Finder, place: Channel) -> String {
    let owner = if finder.is_owner(place) { "owner" } else { "" };
    let marks = match place {
        Channel::Direct(user) => chat.marks_of(user),
        Channel::Shared(_) if !chat.rooms.contains_key(&place) => "not a member",
        _ => "",
    };
    let parts: Vec<_> = [owner, marks].into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { String::new() } else { format!("  {}", parts.join(", ")) }
}
