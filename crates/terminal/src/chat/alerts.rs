//! Calls the user: by the terminal's bell, its title, and the desktop's notifications.

use std::env;
use std::fmt::Write;
use std::time::Duration;

use chinwag_client::Channel;
use chinwag_client::protocol::outgoing::{Level, Message};
use clap::ValueEnum;

use super::mentions::mentions;
use super::state::Chat;
use super::states::is_deleted;
use crate::plain::one_line;
use crate::text::author;

/// Of several messages at once only the first one rings.
const PAUSE: Duration = Duration::from_secs(2);

/// The most characters of a notification.
const MOST: usize = 200;

/// How to call the user.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Notify {
    /// The bell, and a notification if the terminal is known to show it
    Auto,
    /// The bell alone
    Bell,
    /// The bell and a notification by OSC 9 (iTerm2, kitty, `WezTerm`, Ghostty)
    Osc9,
    /// The bell and a notification by OSC 777 (foot, urxvt, VTE)
    Osc777,
    /// Nothing but the title
    Off,
}

/// A message that the user should know of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alert {
    /// Who wrote, and where, unless the user hides that. Harmless.
    pub from: String,
    /// The text, unless the user hides it. Harmless.
    pub text: String,
    /// Whether the terminal has not the keyboard.
    pub away: bool,
}

impl Notify {
    /// The way that this terminal knows.
    pub fn known(self) -> Self {
        let variable = |name: &str| env::var(name).unwrap_or_default();
        match self {
            Self::Auto => by_terminal(
                &variable("TERM_PROGRAM"),
                &variable("TERM"),
                !variable("VTE_VERSION").is_empty(),
            ),
            other => other,
        }
    }

    /// The bytes that call the user.
    pub fn bytes(self, alert: &Alert) -> String {
        let mut bytes = String::new();
        if self != Self::Off {
            bytes.push('\u{7}');
        }
        if !alert.away {
            return bytes;
        }
        // "Chinwag" comes first, because some terminals take a number at the beginning of OSC 9 for a command.
        // Writing to a string never fails.
        let _ = match self {
            Self::Osc9 => {
                let gap = if alert.text.is_empty() { "" } else { ": " };
                write!(bytes, "\u{1b}]9;Chinwag: {}{gap}{}\u{1b}\\", alert.from, alert.text)
            }
            Self::Osc777 => {
                let from = alert.from.replace(';', ",");
                write!(bytes, "\u{1b}]777;notify;Chinwag: {from};{}\u{1b}\\", alert.text)
            }
            _ => Ok(()),
        };
        bytes
    }
}

fn by_terminal(program: &str, terminal: &str, vte: bool) -> Notify {
    let is = |name: &str| program.eq_ignore_ascii_case(name) || terminal.contains(name);
    if ["iTerm.app", "WezTerm", "ghostty", "kitty"].into_iter().any(is) {
        Notify::Osc9
    } else if vte || terminal.starts_with("foot") || terminal.starts_with("rxvt") {
        Notify::Osc777
    } else {
        Notify::Bell
    }
}

impl Chat {
    /// Notes a message that the user doesn't see, if it is private, a group's, or names them, or as they have chosen.
    pub fn consider(&mut self, message: &Message, channel: Channel) {
        let looks = self.focused && self.is_at_newest() && channel == self.open;
        let concerns = match self.level_now(channel) {
            Level::All => true,
            Level::Mentions => self.concerns(message, channel),
            Level::None => false,
        };
        let rang = self.rang.is_some_and(|rang| self.instant < rang + PAUSE);
        let is_quiet = self.is_quiet();
        if looks
            || !concerns
            || rang
            || is_quiet
            || message.sender_uuid == self.me
            || is_deleted(message)
        {
            return;
        }
        self.rang = Some(self.instant);
        let place = match channel {
            Channel::Direct(_) => String::new(),
            _ => format!(" in {}", self.label(channel)),
        };
        if self.hides_content() {
            let (from, text) = ("a new message".into(), String::new());
            self.alert = Some(Alert { from, text, away: !self.focused });
            return;
        }
        let text: String = one_line(&message.text).chars().take(MOST).collect();
        let from = format!("{}{place}", author(message));
        self.alert = Some(Alert { from, text, away: !self.focused });
    }

    /// Whether a message mentions the user, by name or with all members, or answers them. Of a server of 0.1, which
    /// tells neither levels nor mentions, it has their name as a word.
    pub fn concerns(&self, message: &Message, channel: Channel) -> bool {
        let knows_mentions =
            self.rooms.get(&channel).is_some_and(|room| room.prefs.level.is_some());
        if !knows_mentions {
            return mentions(&message.text, &self.person(self.me));
        }
        message.mention_all
            || message.mentions.iter().any(|user| user.uuid == self.me)
            || message.reply_to.as_ref().is_some_and(|reply| reply.sender_uuid == self.me)
    }

    /// Of what the user is notified in this channel now. One that is not known yet is a private talk.
    fn level_now(&self, channel: Channel) -> Level {
        match self.rooms.get(&channel) {
            Some(room) if self.is_muted(room) => Level::None,
            Some(room) => self.level(room),
            None => Level::All,
        }
    }

    /// The terminal's title. Harmless.
    pub fn title(&self) -> String {
        format!("{}{} · Chinwag", self.attention_mark(), self.label(self.open))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_terminal_gets_what_it_shows() {
        assert_eq!(by_terminal("iTerm.app", "xterm-256color", false), Notify::Osc9);
        assert_eq!(by_terminal("", "xterm-kitty", false), Notify::Osc9);
        assert_eq!(by_terminal("", "foot", false), Notify::Osc777);
        assert_eq!(by_terminal("", "xterm-256color", true), Notify::Osc777);
        assert_eq!(by_terminal("tmux", "tmux-256color", false), Notify::Bell);
    }

    #[test]
    fn a_notification_needs_a_user_who_is_away() {
        let alert = |away| Alert { from: "Bob;x".into(), text: "4;1;hi".into(), away };
        assert_eq!(Notify::Osc9.bytes(&alert(false)), "\u{7}");
        assert_eq!(Notify::Bell.bytes(&alert(true)), "\u{7}");
        assert_eq!(Notify::Off.bytes(&alert(true)), "");
        let sent = Notify::Osc9.bytes(&alert(true));
        assert_eq!(sent, "\u{7}\u{1b}]9;Chinwag: Bob;x: 4;1;hi\u{1b}\\");
        let sent = Notify::Osc777.bytes(&alert(true));
        assert_eq!(sent, "\u{7}\u{1b}]777;notify;Chinwag: Bob,x;4;1;hi\u{1b}\\");
    }
}
