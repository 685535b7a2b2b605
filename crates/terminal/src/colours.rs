//! Colours of users' names.

use chinwag_client::protocol::UserUuid;
use crossterm::style::Color;

const COLOURS: [Color; 6] = [
    Color::DarkCyan,
    Color::DarkGreen,
    Color::DarkMagenta,
    Color::DarkYellow,
    Color::DarkBlue,
    Color::DarkRed,
];

/// A user's colour, the same everywhere.
pub fn of_user(user: UserUuid) -> Color {
    COLOURS[usize::from(user.0.as_bytes()[15]) % COLOURS.len()]
}
