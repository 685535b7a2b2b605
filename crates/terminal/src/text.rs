//! Messages as lines of text: time, names, and the message.

use std::fmt::Write;

use chinwag_client::protocol::outgoing::Message;
use crossterm::style::{Attribute, Stylize, style};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::colours::of_user;
use crate::files::said;
use crate::plain::{harmless, one_line};

/// Turns messages into text, with a line above the first one of each day.
pub struct Text {
    colours: bool,
    zone: TimeZone,
    day: Option<Date>,
}

impl Text {
    /// With or without colours, with times of this zone.
    pub fn new(colours: bool, zone: TimeZone) -> Self {
        Self { colours, zone, day: None }
    }

    /// The message's lines. A further line of the message stands in, so that it can't pass for another message.
    /// `channel` is the name of the group or the named channel that it is in.
    pub fn of(&mut self, message: &Message, channel: Option<&str>) -> String {
        let at = message.created_at.to_zoned_datetime(self.zone.clone());
        let mut text = String::new();
        if self.day.replace(at.date()) != Some(at.date()) {
            let day = format!("── {} ──", at.strftime("%A, %-d %B %Y"));
            // Writing to a string never fails.
            let _ = writeln!(text, "{}", self.dim(&day));
        }
        let time = self.dim(&at.strftime("%H:%M").to_string());
        let said = if message.deleted_at.is_some() {
            " (deleted)".into()
        } else {
            format!(": {}", indented(&said(message)))
        };
        let _ = writeln!(text, "{time} {}{said}", self.names(message, channel));
        text
    }

    /// The lines of a message that was edited or deleted. Those of `of` were the message as it was.
    pub fn changed(&mut self, message: &Message, channel: Option<&str>) -> Option<String> {
        let at = message.deleted_at.or(message.edited_at)?.to_zoned_datetime(self.zone.clone());
        let said_at = message.created_at.to_zoned_datetime(self.zone.clone());
        let form = if said_at.date() == at.date() { "%H:%M" } else { "%-d %B %Y, %H:%M" };
        let said_at = said_at.strftime(form);
        let change = if message.deleted_at.is_some() {
            format!("(deleted, of {said_at})")
        } else {
            format!("(edited, of {said_at}): {}", indented(&said(message)))
        };
        let time = self.dim(&at.strftime("%H:%M").to_string());
        Some(format!("{time} {} {change}\n", self.names(message, channel)))
    }

    fn names(&self, message: &Message, channel: Option<&str>) -> String {
        let name = author(message);
        let sender = if self.colours {
            style(name).with(of_user(message.sender_uuid)).bold().to_string()
        } else {
            name
        };
        match (&message.recipient, channel) {
            (Some(recipient), _) => format!("{sender} → {}", one_line(&recipient.username)),
            (None, Some(channel)) => format!("{sender} → {}", one_line(channel)),
            (None, None) => sender,
        }
    }

    fn dim(&self, text: &str) -> String {
        if self.colours { style(text).attribute(Attribute::Dim).to_string() } else { text.into() }
    }
}

/// Who wrote a message, on one line: a bot is marked, and one of a hook has the name under which it writes.
pub fn author(message: &Message) -> String {
    let name = message.written_as.as_ref().unwrap_or(&message.sender.username);
    let mark = if message.sender_uuid.is_bot() { " (bot)" } else { "" };
    format!("{}{mark}", one_line(name))
}

/// Harmless, with further lines below the first one.
fn indented(text: &str) -> String {
    harmless(text).trim_end().replace('\n', "\n      ")
}

#[cfg(test)]
mod tests {
    use chinwag_client::protocol::outgoing::User;
    use chinwag_client::protocol::{MessageUuid, UserUuid};
    use uuid::Uuid;

    use super::*;

    fn user(name: &str) -> User {
        User { uuid: UserUuid(Uuid::from_u128(1)), username: name.into(), ..User::default() }
    }

    fn message(at: &str, text: &str, recipient: Option<User>) -> Message {
        Message {
            uuid: MessageUuid(Uuid::from_u128(1)),
            sender_uuid: user("Ada").uuid,
            sender: user("Ada\u{1b}[2J"),
            recipient_uuid: recipient.as_ref().map(|user| user.uuid.0),
            recipient,
            text: text.into(),
            created_at: at.parse().unwrap(),
            seq: 1,
            ..Message::default()
        }
    }

    #[test]
    fn a_bot_is_marked_and_a_hook_has_the_name_under_which_it_writes() {
        let mut said = message("2026-01-02T22:30:00Z", "Done.", None);
        said.sender_uuid = UserUuid::random_bot();
        assert_eq!(author(&said), "Ada\u{fffd}[2J (bot)");
        said.written_as = Some("Grafana\nalerts".into());
        assert_eq!(author(&said), "Grafana alerts (bot)");
    }

    #[test]
    fn a_message_shows_its_local_time_its_sender_and_no_command() {
        let mut text = Text::new(false, TimeZone::fixed(jiff::tz::offset(2)));
        let said = message("2026-01-02T22:30:00Z", "Hello\n12:00 Bob: no\u{1b}", None);
        let lines = text.of(&said, None);
        let expected = "── Saturday, 3 January 2026 ──\n\
                        00:30 Ada\u{fffd}[2J: Hello\n      12:00 Bob: no\u{fffd}\n";
        assert_eq!(lines, expected);
        let private = text.of(&message("2026-01-02T22:31:00Z", "psst", Some(user("Bob"))), None);
        assert_eq!(private, "00:31 Ada\u{fffd}[2J → Bob: psst\n");
        let shared = text.of(&message("2026-01-02T22:32:00Z", "all", None), Some("#Ops\u{1b}"));
        assert_eq!(shared, "00:32 Ada\u{fffd}[2J → #Ops\u{fffd}: all\n");
    }

    #[test]
    fn a_change_names_the_time_of_its_message() {
        let mut text = Text::new(false, TimeZone::UTC);
        let said = message("2026-01-02T22:30:00Z", "It is\nfixed.", None);
        assert_eq!(text.changed(&said, None), None, "nothing of it can be read here");
        let at = |at: &str| Some(at.parse().unwrap());
        let edited = Message { edited_at: at("2026-01-02T22:35:00Z"), ..said.clone() };
        let line = "22:35 Ada\u{fffd}[2J (edited, of 22:30): It is\n      fixed.\n";
        assert_eq!(text.changed(&edited, None).unwrap(), line);
        let deleted = Message { deleted_at: at("2026-01-03T01:00:00Z"), text: "".into(), ..said };
        let line = "01:00 Ada\u{fffd}[2J → #ops (deleted, of 2 January 2026, 22:30)\n";
        assert_eq!(text.changed(&deleted, Some("#ops")).unwrap(), line);
        assert!(text.of(&deleted, None).ends_with("22:30 Ada\u{fffd}[2J (deleted)\n"));
    }

    #[test]
    fn colours_are_the_only_commands() {
        let mut text = Text::new(true, TimeZone::UTC);
        let lines = text.of(&message("2026-01-02T22:30:00Z", "Hello\u{1b}[2J", None), None);
        let commands: Vec<_> = lines.split("\u{1b}[").skip(1).collect();
        assert!(!commands.is_empty(), "{lines:?}");
        for command in commands {
            let end = command.find(|c: char| c.is_alphabetic()).unwrap();
            assert_eq!(&command[end..=end], "m", "{lines:?}");
        }
    }
}
