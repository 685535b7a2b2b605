//! Commands that are written like messages: `/quit`, `/msg Bob Hello`.

use chinwag_client::Channel;
use chinwag_client::protocol::UserUuid;

use super::asks::Ask;
use super::finder::Finder;
use super::state::{Chat, Over};
use crate::plain::one_line;

/// The commands as the help shows them; other names of theirs are in [`command`].
pub const COMMANDS: [(&str, &str); 7] = [
    ("/msg NAME TEXT", "send a private message"),
    ("/go NAME", "go to a channel or a person (or /join, /query)"),
    ("/who", "people, those online first (or /names)"),
    ("/help", "this help"),
    ("/signout", "sign out"),
    ("/quit", "quit (or /exit)"),
    ("//word", "send a message that begins with /word"),
];

/// The draft, read.
#[derive(PartialEq, Eq, Debug)]
enum Written {
    /// A message.
    Text(String),
    /// A command and the words behind it.
    Command(Command, String),
    /// An unknown command, or one with words that it doesn't take.
    Unknown(String),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Command {
    Message,
    Go,
    Who,
    Help,
    SignOut,
    Quit,
}

fn command(name: &str) -> Option<Command> {
    Some(match name.to_ascii_lowercase().as_str() {
        "msg" | "m" | "tell" | "whisper" | "w" => Command::Message,
        "go" | "join" | "j" | "query" | "q" | "dm" => Command::Go,
        "who" | "names" | "users" => Command::Who,
        "help" | "h" => Command::Help,
        "signout" | "logout" => Command::SignOut,
        "quit" | "exit" | "bye" => Command::Quit,
        _ => return None,
    })
}

/// Only `/word` is a command: `/usr/bin`, `/ 2` and `// so` are messages.
fn read(text: &str) -> Written {
    let Some((name, words)) = split(text) else {
        let escaped = text.strip_prefix('/').filter(|rest| split(rest).is_some());
        return Written::Text(escaped.unwrap_or(text).to_owned());
    };
    match command(name) {
        Some(command @ (Command::Message | Command::Go)) => {
            Written::Command(command, words.to_owned())
        }
        Some(command) if words.is_empty() => Written::Command(command, String::new()),
        _ => Written::Unknown(name.to_owned()),
    }
}

/// The word behind the slash, and the text behind the word.
fn split(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('/')?;
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (name, words) = rest.split_at(end);
    let is_word = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphabetic());
    is_word.then(|| (name, words.trim()))
}

impl Chat {
    /// Sends the message, or runs the command.
    pub fn enter(&mut self) -> Vec<Ask> {
        match read(&self.room().text()) {
            Written::Text(text) => self.send(text),
            Written::Unknown(name) => {
                self.notice = Some(match command(&name) {
                    Some(_) => format!("/{name} stands alone. To send this as a message: //{name}"),
                    None => format!("No command /{name}; see /help. To send it: //{name}"),
                });
                Vec::new()
            }
            Written::Command(command, words) => self.obey(command, &words),
        }
    }

    fn obey(&mut self, command: Command, words: &str) -> Vec<Ask> {
        if matches!(command, Command::Message | Command::Go) {
            return match self.named(words) {
                Some((channel, text)) => self.address(command, channel, text.to_owned()),
                None => self.look_up(words),
            };
        }
        self.room_mut().write("");
        match command {
            Command::Help => self.help(),
            Command::SignOut => self.sign_out(),
            Command::Quit => self.quit(),
            Command::Who | Command::Message | Command::Go => {
                self.over = Over::Finder(Box::new(Finder::of_people()));
                vec![Ask::Find(String::new())]
            }
        }
    }

    fn address(&mut self, command: Command, channel: Channel, text: String) -> Vec<Ask> {
        if command == Command::Message && text.is_empty() {
            self.notice = Some("Write the message behind the name: /msg NAME TEXT".into());
            return Vec::new();
        }
        self.room_mut().write("");
        let mut asks = if channel == self.open { Vec::new() } else { self.show(channel) };
        if command == Command::Message {
            let draft = self.room().text();
            asks.extend(self.send(text));
            self.room_mut().write(&draft);
        }
        asks
    }

    /// The channel whose name these words begin with, and the words behind it. The longest name wins.
    fn named<'a>(&self, words: &'a str) -> Option<(Channel, &'a str)> {
        let words = words.trim_start_matches(['@', '#']);
        let user = |(user, person): (&UserUuid, &super::state::Person)| {
            (Channel::Direct(*user), person.name.clone())
        };
        let names = self.people.iter().map(user).chain([(Channel::General, "General".into())]);
        let fitting = names.filter_map(|(channel, name)| {
            Some((channel, behind(words, &name)?)).filter(|_| !name.is_empty())
        });
        fitting.min_by_key(|(_, rest)| rest.len())
    }

    /// Asks the server for people of this name; the command is done when they are known.
    fn look_up(&mut self, words: &str) -> Vec<Ask> {
        let first = words.split_whitespace().next().unwrap_or_default();
        let first = first.trim_start_matches(['@', '#']);
        if first.is_empty() {
            self.notice = Some("Write a name behind it: /msg NAME TEXT, /go NAME".into());
            return Vec::new();
        }
        vec![Ask::LookUp(first.to_owned(), self.room().text())]
    }

    /// The people who were looked up are known now.
    pub fn looked_up(&mut self, name: &str, written: &str) -> Vec<Ask> {
        if self.room().text() != written {
            return Vec::new();
        }
        match read(written) {
            Written::Command(command, words) if self.named(&words).is_some() => {
                self.obey(command, &words)
            }
            _ => {
                self.notice = Some(format!("There is no user “{}”.", one_line(name)));
                Vec::new()
            }
        }
    }
}

/// The text behind the name, if the words begin with it, without regard to case.
fn behind<'a>(words: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = words.chars();
    for wanted in name.chars() {
        let found = rest.next()?;
        if !found.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    let rest = rest.as_str();
    let ends = rest.chars().next().is_none_or(|next| next.is_whitespace() || next == ':');
    ends.then(|| rest.trim_start_matches(':').trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_slash_and_a_word_is_a_command() {
        for text in ["Hello", "/usr/bin", "/", "/ 2", "// so", "/2", "a /quit", "/é"] {
            assert_eq!(read(text), Written::Text(text.into()), "{text}");
        }
        assert_eq!(read("//quit now"), Written::Text("/quit now".into()));
        assert_eq!(read("/QUIT "), Written::Command(Command::Quit, String::new()));
        assert_eq!(read("/msg Bob a\nb"), Written::Command(Command::Message, "Bob a\nb".into()));
        assert_eq!(read("/quit smoking"), Written::Unknown("quit".into()));
        assert_eq!(read("/shrug"), Written::Unknown("shrug".into()));
    }

    #[test]
    fn a_name_ends_where_a_word_ends() {
        assert_eq!(behind("bob hi", "Bob"), Some("hi"));
        assert_eq!(behind("Ada Lovelace: hi", "ada lovelace"), Some("hi"));
        assert_eq!(behind("bobby hi", "Bob"), None);
        assert_eq!(behind("bo", "Bob"), None);
    }
}
