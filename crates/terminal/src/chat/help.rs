//! The keys and commands, in a window that scrolls.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::style::Stylize;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::asks::Ask;
use super::lines::wrapped;
use super::slash::COMMANDS;
use super::state::{Chat, Over};

/// The keys.
pub const KEYS: [(&str, &str); 24] = [
    ("Enter", "send the message"),
    ("Ctrl+Q", "quit (or Ctrl+C)"),
    ("F9", "sign out"),
    ("F1 or ?", "this help; ? while nothing is written"),
    ("Alt+Enter", "new line in the message (or Ctrl+J)"),
    ("Ctrl+U", "delete the line before the cursor; Ctrl+Y brings it back"),
    ("Ctrl+K", "go to a channel or a person"),
    ("Alt+↓ Alt+↑", "next and previous channel (or Ctrl+N, Ctrl+P)"),
    ("Alt+1 … Alt+9", "a channel by its place in the list"),
    ("Alt+U", "next channel with something unread"),
    ("Tab", "complete a name or a command; again for the next one"),
    ("↑ ↓", "bring back a message that you sent, while nothing is written"),
    ("PgUp PgDn", "older and newer messages (Shift+↑ Shift+↓ line by line)"),
    ("Home End", "first and newest message, while nothing is written"),
    ("Alt+N", "first new message"),
    ("Esc", "back to the newest message"),
    ("Ctrl+R", "send refused messages again"),
    ("Ctrl+X", "take refused messages back, to change them"),
    ("F2", "copy text: hides the list, and leaves the mouse to the terminal"),
    ("Ctrl+T", "try to connect now"),
    ("Ctrl+L", "redraw the screen"),
    ("Ctrl+Z", "suspend; the shell's fg continues"),
    ("Ctrl+D", "quit while nothing is written, else delete the next character"),
    ("Mouse", "a click opens a channel; the wheel scrolls"),
];

/// The column where the descriptions begin; in a narrow window they stand below.
const COLUMN: u16 = 19;
const NARROW: u16 = 56;

/// The help on lines of this width.
pub fn lines(width: u16) -> Vec<Line<'static>> {
    let title = |title: &'static str| Line::from(format!(" {title}")).dim();
    let rows = |table: &'static [(&str, &str)]| {
        table.iter().flat_map(move |(key, what)| row(key, what, width))
    };
    let keys = rows(&KEYS);
    let commands = [Line::default(), title("Commands, written like a message:")];
    keys.chain(commands).chain(rows(&COMMANDS)).collect()
}

fn row(key: &'static str, what: &'static str, width: u16) -> Vec<Line<'static>> {
    let narrow = width < NARROW;
    let column = if narrow { 3 } else { COLUMN };
    let mut lines: Vec<_> = wrapped(what, width.saturating_sub(column + 1))
        .into_iter()
        .map(|line| Line::from(format!("{}{line}", " ".repeat(column.into()))))
        .collect();
    let key_line = |rest: &str| {
        let gap = " ".repeat(usize::from(column).saturating_sub(key.width() + 1));
        Line::from(vec![Span::raw(format!(" {key}")).bold(), Span::raw(format!("{gap}{rest}"))])
    };
    if narrow {
        lines.insert(0, key_line(""));
    } else if let Some(first) = lines.first_mut() {
        let text = first.to_string();
        *first = key_line(text.trim_start());
    }
    lines
}

impl Chat {
    /// Opens the help.
    pub fn help(&mut self) -> Vec<Ask> {
        self.over = Over::Help(0);
        Vec::new()
    }

    /// Scrolls, or closes. A second `?` is written.
    pub fn help_key(&mut self, from: usize, key: KeyEvent) -> Vec<Ask> {
        let page = usize::from(self.size.height.saturating_sub(3).max(1));
        let from = match key.code {
            KeyCode::Down => from + 1,
            KeyCode::Up => from.saturating_sub(1),
            KeyCode::PageDown | KeyCode::Char(' ') => from + page,
            KeyCode::PageUp => from.saturating_sub(page),
            KeyCode::Home => 0,
            KeyCode::End => usize::MAX,
            KeyCode::Char('?') => {
                self.room_mut().draft.insert_char('?');
                return Vec::new();
            }
            _ => return Vec::new(),
        };
        self.over = Over::Help(from.min(self.last_help_line()));
        Vec::new()
    }

    /// From where the rest of the help fits.
    pub fn last_help_line(&self) -> usize {
        let width = super::view::windows::help_width(self.size.width);
        lines(width).len().saturating_sub(self.size.height.saturating_sub(2).into())
    }
}
