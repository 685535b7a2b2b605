//! Messages as lines: days, who spoke when, what was said, and what is not sent yet.

use chinwag_client::Channel;
use chinwag_client::protocol::UserUuid;
use chinwag_client::protocol::outgoing::Message;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use ratatui::style::{Color, Modifier, Style, Stylize};
use ratatui::text::{Line, Span};
use textwrap::{Options, WordSeparator};

use super::state::{Chat, Unsent};
use crate::plain::harmless;

/// Messages of one sender within this time stand together.
const TOGETHER: SignedDuration = SignedDuration::from_mins(5);

/// How far what was said stands in.
const INDENT: &str = "  ";

const COLOURS: [Color; 6] =
    [Color::Cyan, Color::Green, Color::Magenta, Color::Yellow, Color::Blue, Color::Red];

/// The newest lines of the channel that is shown, oldest first: at least so many, if there are.
pub fn lines(chat: &Chat, width: u16, at_least: usize) -> Vec<Line<'static>> {
    let mut blocks = vec![unsent(chat, width)];
    let mut count = blocks[0].len();
    let mut messages = chat.room().messages.values().rev().peekable();
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

/// How many lines the newest message takes.
pub fn newest_height(chat: &Chat, width: u16) -> usize {
    let mut messages = chat.room().messages.values().rev();
    match (messages.next(), messages.next()) {
        (Some(newest), before) => block(chat, before, newest, width).len(),
        (None, _) => 0,
    }
}

/// What stands above the oldest message.
fn beginning(chat: &Chat, width: u16) -> Vec<Line<'static>> {
    let room = chat.room();
    let text = match room.channel {
        _ if room.loading => "Fetching messages…".into(),
        _ if !room.has_start() => return Vec::new(),
        Channel::General => {
            "This is where everybody talks. Whatever is said here, everybody can read. Say hello!"
                .into()
        }
        Channel::With(user) if user == chat.me => {
            "A place for your own notes. Nobody else can read them.".into()
        }
        channel @ Channel::With(_) => {
            format!(
                "You and {}. Only the two of you can read what is said here.",
                chat.name(channel)
            )
        }
    };
    wrapped(&text, width).into_iter().map(|line| Line::from(line).dim()).collect()
}

fn block(
    chat: &Chat,
    before: Option<&Message>,
    message: &Message,
    width: u16,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let day = date(chat, message.created_at);
    let starts_day = before.is_none_or(|before| date(chat, before.created_at) != day);
    if starts_day {
        lines.push(rule(&day_name(chat, day), width).dim());
    }
    let is_new = chat.room().new_from == Some(message.seq);
    if is_new {
        lines.push(rule("New", width).style(Style::new().fg(Color::Yellow).bold()));
    }
    let together = before.is_some_and(|before| {
        before.sender_uuid == message.sender_uuid
            && message.created_at.duration_since(before.created_at) < TOGETHER
    });
    if !together || starts_day || is_new {
        if !(starts_day || is_new || lines.is_empty() && before.is_none()) {
            lines.push(Line::default());
        }
        lines.push(speaker(chat, message.sender_uuid, &time(chat, message.created_at)));
    }
    lines.extend(said(&message.text, width, Style::new()));
    lines
}

/// What is not stored yet, below all else.
fn unsent(chat: &Chat, width: u16) -> Vec<Line<'static>> {
    let waiting: Vec<&Unsent> =
        chat.unsent.iter().filter(|unsent| unsent.channel == chat.open).collect();
    if waiting.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![Line::default(), speaker(chat, chat.me, "sending…")];
    for unsent in waiting {
        lines.extend(said(&unsent.text, width, Style::new().add_modifier(Modifier::DIM)));
        if let Some(why) = &unsent.refused {
            let told =
                format!("{INDENT}✗ Not sent: {why} Ctrl+R tries again, Ctrl+X takes it back.");
            let told = wrapped(&told, width);
            lines.extend(told.into_iter().map(|line| Line::from(line).fg(Color::Red)));
        }
    }
    lines
}

fn speaker(chat: &Chat, user: UserUuid, when: &str) -> Line<'static> {
    let mut name = chat.person(user);
    if user == chat.me {
        name.push_str(" (you)");
    }
    let name = Span::styled(name, Style::new().fg(colour(user)).bold());
    Line::from(vec![name, Span::raw("  "), Span::raw(when.to_owned()).dim()])
}

/// The same for one user everywhere.
pub fn colour(user: UserUuid) -> Color {
    COLOURS[usize::from(user.0.as_bytes()[15]) % COLOURS.len()]
}

fn said(text: &str, width: u16, style: Style) -> Vec<Line<'static>> {
    let wide = width.saturating_sub(2).max(1);
    wrapped(text, wide)
        .into_iter()
        .map(|line| Line::styled(format!("{INDENT}{line}"), style))
        .collect()
}

/// The text on lines of this width, harmless.
pub fn wrapped(text: &str, width: u16) -> Vec<String> {
    let options = Options::new(usize::from(width.max(1)))
        .word_separator(WordSeparator::AsciiSpace)
        .break_words(true);
    textwrap::wrap(&harmless(text), options).into_iter().map(String::from).collect()
}

fn rule(name: &str, width: u16) -> Line<'static> {
    let rest = usize::from(width).saturating_sub(name.chars().count() + 4);
    Line::from(format!("── {name} {}", "─".repeat(rest)))
}

fn date(chat: &Chat, at: Timestamp) -> Date {
    at.to_zoned_datetime(chat.now.time_zone().clone()).date()
}

fn time(chat: &Chat, at: Timestamp) -> String {
    at.to_zoned_datetime(chat.now.time_zone().clone()).strftime("%H:%M").to_string()
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
