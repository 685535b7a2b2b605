//! Messages as lines: days, senders and times, texts, and messages that are not sent yet.

use std::sync::Arc;

use chinwag_client::Channel;
use chinwag_client::protocol::UserUuid;
use chinwag_client::protocol::outgoing::Message;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use ratatui::backend::FromCrossterm;
use ratatui::style::{Color, Modifier, Style, Stylize};
use ratatui::text::{Line, Span};
use textwrap::{Options, WordSeparator};
use unicode_width::UnicodeWidthStr;

use super::links::{Link, links};
use super::marks;
use super::outbox::Unsent;
use super::state::Chat;
use super::states::is_deleted;
use crate::colours::of_user;
use crate::files;
use crate::plain::{harmless, one_line};

/// Messages of one sender within this time stand together.
const TOGETHER: SignedDuration = SignedDuration::from_mins(5);

/// Beside a message, in a window at least this wide, stands its time if it is not the one of its sender's line.
const WIDE_ENOUGH: u16 = 48;

/// The most lines that are shown of a refused message.
const MOST_REFUSED: usize = 6;

/// How many columns a message stands in.
pub const INDENT: u16 = 2;

/// A line, and whose message it continues.
#[derive(Clone)]
pub struct Row {
    /// The line.
    pub line: Line<'static>,
    /// Its sender, the name of a hook and the time, if it continues a message below the sender's line.
    pub said: Option<(UserUuid, Option<Arc<str>>, Timestamp)>,
    /// Addresses in it.
    pub links: Vec<Link>,
}

/// A line that is not part of a message.
impl From<Line<'static>> for Row {
    fn from(line: Line<'static>) -> Self {
        Self { line, said: None, links: Vec::new() }
    }
}

/// The newest lines of the channel that is shown, oldest first; at least `at_least`, if it has them.
pub fn rows(chat: &Chat, width: u16, at_least: usize) -> Vec<Row> {
    let mut blocks = vec![unsent(chat, width)];
    let mut count = blocks[0].len();
    let mut messages = chat.room().shown().values().rev().peekable();
    while let Some(message) = messages.next() {
        if count >= at_least {
            break;
        }
        let block = block(chat, messages.peek().copied(), message, width);
        count += block.len();
        blocks.push(block);
    }
    if count < at_least {
        blocks.push(beginning(chat, width));
    }
    blocks.into_iter().rev().flatten().collect()
}

/// How many lines there are from this message on.
pub fn height_from(chat: &Chat, width: u16, seq: u64) -> usize {
    let mut messages = chat.room().shown().range(seq..).rev().map(|(_, message)| message);
    let mut next = messages.next();
    let mut height = unsent(chat, width).len();
    while let Some(message) = next {
        next = messages.next();
        let before = next.or_else(|| {
            chat.room().shown().range(..message.seq).next_back().map(|(_, message)| message)
        });
        height += block(chat, before, message, width).len();
    }
    height
}

/// How many lines the newest message takes.
pub fn newest_height(chat: &Chat, width: u16) -> usize {
    let mut messages = chat.room().shown().values().rev();
    match (messages.next(), messages.next()) {
        (Some(newest), before) => block(chat, before, newest, width).len(),
        (None, _) => 0,
    }
}

/// The lines above the oldest message.
fn beginning(chat: &Chat, width: u16) -> Vec<Row> {
    let room = chat.room();
    let text = match room.channel {
        _ if room.loading => "Fetching messages…".into(),
        _ if !room.has_start() => return Vec::new(),
        Channel::General => {
            "This is where everybody talks. Everybody here can read it. Say hello!".into()
        }
        Channel::Direct(user) if user == chat.me => {
            "A place for your own notes. Nobody else can read them.".into()
        }
        channel @ Channel::Shared(_) => first_line(chat, channel),
        channel @ Channel::Direct(_) => {
            format!("You and {}. Only the two of you can read this.", chat.name(channel))
        }
    };
    wrapped(&text, width).into_iter().map(|line| Line::from(line).dim().into()).collect()
}

/// Of a group or a named channel: what it is, and who can read it.
fn first_line(chat: &Chat, channel: Channel) -> String {
    let Some(details) = chat.details(channel) else { return String::new() };
    let label = chat.label(channel);
    if details.name.is_empty() {
        return format!("You and {label}. Only the people of this group can read it.");
    }
    let readers = if details.private { "Only its members" } else { "Everybody here" };
    format!("This is where {label} begins. {readers} can read it.")
}

fn block(chat: &Chat, before: Option<&Message>, message: &Message, width: u16) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let day = date(chat, message.created_at);
    let starts_day = before.is_none_or(|before| date(chat, before.created_at) != day);
    if starts_day {
        rows.push(rule(&day_name(chat, day), width).dim().into());
    }
    let is_new = chat.room().new_from == Some(message.seq);
    if is_new {
        rows.push(rule("New", width).style(Style::new().fg(Color::Yellow).bold()).into());
    }
    if is_deleted(message) {
        rows.extend(deleted(chat, before, message, !rows.is_empty()));
        return rows;
    }
    let together = before.is_some_and(|before| {
        before.sender_uuid == message.sender_uuid
            && before.written_as == message.written_as
            && !is_deleted(before)
            && message.created_at.duration_since(before.created_at) < TOGETHER
    });
    let said = Some((message.sender_uuid, message.written_as.clone(), message.created_at));
    let mut own_time = None;
    if !together || starts_day || is_new {
        if !(starts_day || is_new || rows.is_empty() && before.is_none()) {
            rows.push(Line::default().into());
        }
        let when = time(chat, message.created_at);
        let hook = message.written_as.as_deref();
        rows.push(speaker(chat, message.sender_uuid, hook, &when).into());
    } else {
        let when = time(chat, message.created_at);
        own_time = before.map(|before| time(chat, before.created_at)).filter(|it| *it != when);
        own_time = own_time.map(|_| when);
    }
    let to_me = message.sender_uuid != chat.me && chat.concerns(message, chat.open);
    let first = rows.len();
    let around = |line| Row { line, said: said.clone(), links: Vec::new() };
    rows.extend(marks::quote(chat, message, width).map(around));
    let lines = said_at(chat, message, width, to_me, own_time.as_deref());
    rows.extend(lines.into_iter().map(|(line, links)| Row { line, said: said.clone(), links }));
    rows.extend(marks::below(message, width).into_iter().map(around));
    if chat.aims_at(message.seq) {
        let chosen = Style::new().add_modifier(Modifier::REVERSED);
        rows[first..].iter_mut().for_each(|row| row.line = row.line.clone().patch_style(chosen));
    }
    rows
}

/// Of deleted messages in a row the first one has the line of all.
fn deleted(chat: &Chat, before: Option<&Message>, message: &Message, starts: bool) -> Vec<Row> {
    if before.is_some_and(is_deleted) && !starts {
        return Vec::new();
    }
    let day = date(chat, message.created_at);
    let rest = chat.room().shown().range(message.seq + 1..).map(|(_, message)| message);
    let follows = |next: &&Message| {
        is_deleted(next)
            && date(chat, next.created_at) == day
            && chat.room().new_from != Some(next.seq)
    };
    let count = 1 + rest.take_while(follows).count();
    let gap = (before.is_some() && !starts).then(Line::default);
    gap.into_iter().chain([marks::deleted(count)]).map(Row::from).collect()
}

/// A message's lines with their links. A time stands at the right of the first one; a mention of the user has a bar at
/// the left. Behind the last one it says whether the message is edited or pinned.
fn said_at(
    chat: &Chat,
    message: &Message,
    width: u16,
    to_me: bool,
    time: Option<&str>,
) -> Vec<(Line<'static>, Vec<Link>)> {
    let mark = || if to_me { Span::raw("▌ ").fg(Color::Yellow) } else { Span::raw("  ") };
    let wide = width.saturating_sub(INDENT).max(1);
    let time = time.filter(|_| width >= WIDE_ENOUGH);
    let taken = time.map_or(0, |time| time.len() + 2);
    let mut lines = Vec::new();
    let note = marks::note(message);
    let wrapped = text_and_files(chat, message, wide, taken);
    let last = wrapped.last().map_or(0, |(line, _)| line.width());
    let taken = if wrapped.len() == 1 { taken } else { 0 };
    let fits = !note.is_empty() && last + 1 + note.len() + taken <= wide.into();
    let count = wrapped.len();
    for (at, (line, links)) in wrapped.into_iter().enumerate() {
        let mut spans = vec![mark(), Span::raw(line)];
        if fits && at + 1 == count {
            spans.push(Span::raw(format!(" {note}")).dim());
        }
        if let (0, Some(time)) = (at, time) {
            let said: usize = spans[1..].iter().map(Span::width).sum();
            let gap = usize::from(wide).saturating_sub(said + time.len());
            spans.push(Span::raw(format!("{}{time}", " ".repeat(gap))).dim());
        }
        lines.push((Line::from(spans), links));
    }
    if !fits && !note.is_empty() {
        lines.push((Line::from(vec![mark(), Span::raw(note).dim()]), Vec::new()));
    }
    lines
}

/// The lines of a text, and those of each file, which lead to it.
fn text_and_files(
    chat: &Chat,
    message: &Message,
    wide: u16,
    taken: usize,
) -> Vec<(String, Vec<Link>)> {
    let mut lines = Vec::new();
    if message.files.is_empty() || !message.text.is_empty() {
        let wrapped = wrapped_behind(&message.text, wide, taken);
        let links = links(&harmless(&message.text), &wrapped);
        lines.extend(wrapped.into_iter().zip(links));
    }
    for file in &message.files {
        let taken = if lines.is_empty() { taken } else { 0 };
        let address: Arc<str> = chat.file_address(file.uuid).into();
        for line in wrapped_behind(&files::told(&file.name, file.size), wide, taken) {
            let columns = 0..u16::try_from(line.width()).unwrap_or(u16::MAX);
            lines.push((line, vec![Link { columns, address: Arc::clone(&address) }]));
        }
    }
    lines
}

/// Messages that are not stored yet, below all others.
fn unsent(chat: &Chat, width: u16) -> Vec<Row> {
    let waiting: Vec<&Unsent> =
        chat.unsent.iter().filter(|unsent| unsent.channel == chat.open).collect();
    if waiting.is_empty() || chat.room().past.is_some() {
        return Vec::new();
    }
    let refused = waiting.iter().all(|unsent| unsent.refused.is_some());
    let state = if refused { "not sent" } else { "sending…" };
    let mut lines = vec![Line::default(), speaker(chat, chat.me, None, state)];
    for unsent in waiting {
        let said_so_far = match &unsent.attached {
            Some(attached) => format!("{}\n[{}]", unsent.text, attached.told()),
            None => unsent.text.clone(),
        };
        let dim = Style::new().add_modifier(Modifier::DIM);
        let mut said = said(said_so_far.trim_start_matches('\n'), width, dim);
        if let Some(why) = &unsent.refused {
            let more = said.len().saturating_sub(MOST_REFUSED);
            if more > 0 {
                said.truncate(MOST_REFUSED);
                said.push(Line::from(format!("  … and {more} more lines")).dim());
            }
            let told = format!("✗ Not sent: {why} Ctrl+R sends it again, Ctrl+X takes it back.");
            let told = wrapped(&told, width.saturating_sub(INDENT).max(1));
            said.extend(
                told.into_iter().map(|line| Line::from(format!("  {line}")).fg(Color::Red)),
            );
        }
        lines.extend(said);
    }
    lines.into_iter().map(Row::from).collect()
}

/// Who says something, and when.
pub fn speaker(chat: &Chat, user: UserUuid, hook: Option<&str>, when: &str) -> Line<'static> {
    let mut name = hook.map_or_else(|| chat.person(user), one_line);
    if user == chat.me {
        name.push_str(" (you)");
    }
    let name = Span::styled(name, Style::new().fg(Color::from_crossterm(of_user(user))).bold());
    let mark = Span::raw(if user.is_bot() { " BOT" } else { "" }).dim();
    Line::from(vec![name, mark, Span::raw("  "), Span::raw(when.to_owned()).dim()])
}

fn said(text: &str, width: u16, style: Style) -> Vec<Line<'static>> {
    let wide = width.saturating_sub(INDENT).max(1);
    wrapped(text, wide).into_iter().map(|line| Line::styled(format!("  {line}"), style)).collect()
}

/// The text on lines of this width, harmless.
pub fn wrapped(text: &str, width: u16) -> Vec<String> {
    wrapped_behind(text, width, 0)
}

/// The same, with a first line that is shorter by `taken` columns.
fn wrapped_behind(text: &str, width: u16, taken: usize) -> Vec<String> {
    let indent = " ".repeat(taken);
    let options = Options::new(usize::from(width.max(1)))
        .word_separator(WordSeparator::AsciiSpace)
        .initial_indent(&indent)
        .break_words(true);
    let mut lines: Vec<String> =
        textwrap::wrap(&harmless(text), options).into_iter().map(String::from).collect();
    if let Some(first) = lines.first_mut() {
        first.drain(..taken.min(first.len()));
    }
    lines
}

fn rule(name: &str, width: u16) -> Line<'static> {
    let rest = usize::from(width).saturating_sub(name.chars().count() + 4);
    Line::from(format!("── {name} {}", "─".repeat(rest)))
}

fn date(chat: &Chat, at: Timestamp) -> Date {
    at.to_zoned_datetime(chat.now.time_zone().clone()).date()
}

/// The time of the day.
pub fn time(chat: &Chat, at: Timestamp) -> String {
    at.to_zoned_datetime(chat.now.time_zone().clone()).strftime("%H:%M").to_string()
}

/// The day, unless it is today, and the time, unless it is of another year.
pub fn when(chat: &Chat, at: Timestamp) -> String {
    let (at, today) = (at.to_zoned_datetime(chat.now.time_zone().clone()), chat.now.date());
    let form = match at.date() {
        day if day == today => "%H:%M",
        day if day.year() == today.year() => "%-d %b %H:%M",
        _ => "%-d %b %Y",
    };
    at.strftime(form).to_string()
}

fn day_name(chat: &Chat, day: Date) -> String {
    let today = chat.now.date();
    if day == today {
        "Today".into()
    } else if today.yesterday().is_ok_and(|yesterday| day == yesterday) {
        "Yesterday".into()
    } else if day.year() == today.year() {
        day.strftime("%A, %-d %B").to_string()
    } else {
        day.strftime("%A, %-d %B %Y").to_string()
    }
}
