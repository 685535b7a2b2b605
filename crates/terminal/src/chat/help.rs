//! The keys and commands, in a window that scrolls.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::style::Stylize;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::asks::Ask;
use super::commands::{COMMANDS, ESCAPE};
use super::lines::wrapped;
use super::state::{Chat, Over};

/// The keys.
pub const KEYS: [(&str, &str); 26] = [
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
    ("Tab", "complete a name, @all, a command or its words; again for the next one"),
    ("↑ ↓", "edit a message that you sent, while nothing is written"),
    ("Ctrl+↑ or Alt+M", "choose a message: ↑ ↓ go on, Esc ends"),
    ("e d r + p t s", "with it: edit, delete, reply, react, pin, thread, save files; / a command"),
    ("PgUp PgDn", "older and newer messages (Shift+↑ Shift+↓ line by line)"),
    ("Home End", "first and newest message, while nothing is written"),
    ("Alt+N", "first new message"),
    ("Esc", "back to the newest message; there it cancels an upload"),
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
    let keys = KEYS.iter().flat_map(|(key, about)| row(key, about, width));
    let commands = COMMANDS.iter().flat_map(|entry| row(&entry.usage(), entry.about, width));
    let heading = [Line::default(), title("Commands, written like a message:")];
    keys.chain(heading).chain(commands).chain(row(ESCAPE.0, ESCAPE.1, width)).collect()
}

/// A long key has a line of its own, as all have in a narrow window.
fn row(key: &str, about: &str, width: u16) -> Vec<Line<'static>> {
    let column = if width < NARROW { 3 } else { COLUMN };
    let indent = " ".repeat(column.into());
    let texts = wrapped(about, width.saturating_sub(column + 1));
    let mut lines: Vec<_> =
        texts.iter().map(|text| Line::from(format!("{indent}{text}"))).collect();
    if key.width() + 2 > column.into() {
        let keys = wrapped(key, width.saturating_sub(2));
        lines.splice(0..0, keys.into_iter().map(|key| Line::from(format!(" {key}")).bold()));
    } else if let Some((first, text)) = lines.first_mut().zip(texts.first()) {
        let gap = " ".repeat(usize::from(column).saturating_sub(key.width() + 1));
        let key = Span::raw(format!(" {key}")).bold();
        *first = Line::from(vec![key, Span::raw(format!("{gap}{text}"))]);
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
