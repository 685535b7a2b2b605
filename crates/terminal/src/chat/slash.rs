//! Commands that are written like messages: `/quit`, `/msg Bob Hello`.

use chinwag_client::Channel;

use super::asks::Ask;
use super::finder::Scope;
use super::state::Chat;
use crate::plain::one_line;

/// The commands as the help shows them; other names of theirs are in [`command`].
pub const COMMANDS: [(&str, &str); 13] = [
    ("/msg NAME TEXT", "send a message to a person or, as /msg #NAME, to a channel"),
    ("/go NAME", "go to a channel or a person, or look at a public channel (or /query)"),
    ("/join #NAME", "become a member of a public channel; alone, of the one that you look at"),
    ("/create #NAME", "make a channel; --private and its people may follow"),
    ("/add NAMES", "make people members of this channel (or /invite)"),
    ("/members", "the members of this channel (or /names)"),
    ("/topic TEXT", "say what this channel is about; alone, show it"),
    ("/leave", "leave this channel (or /part)"),
    ("/who", "people, those online first"),
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

/// A command's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Command {
    Message,
    Go,
    Join,
    Create,
    Add,
    Members,
    Topic,
    Leave,
    Who,
    Help,
    SignOut,
    Quit,
}

impl Command {
    fn takes_words(self) -> bool {
        match self {
            Self::Message | Self::Go | Self::Join | Self::Create | Self::Add | Self::Topic => true,
            Self::Members | Self::Leave | Self::Who | Self::Help | Self::SignOut | Self::Quit => {
                false
            }
        }
    }
}

fn command(name: &str) -> Option<Command> {
    Some(match name.to_ascii_lowercase().as_str() {
        "msg" | "m" | "tell" | "whisper" | "w" => Command::Message,
        "go" | "query" | "q" | "dm" => Command::Go,
        "join" | "j" => Command::Join,
        "create" => Command::Create,
        "add" | "invite" => Command::Add,
        "members" | "names" => Command::Members,
        "topic" => Command::Topic,
        "leave" | "part" => Command::Leave,
        "who" | "users" => Command::Who,
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
        Some(command) if command.takes_words() => Written::Command(command, words.to_owned()),
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
            Written::Text(text) if self.only_looks() && !text.trim().is_empty() => {
                let label = self.label(self.open);
                self.notice = Some(format!("You only look at {label}; /join makes you a member."));
                Vec::new()
            }
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
        match command {
            Command::Message | Command::Go => {
                return match self.named(words) {
                    Some((channel, text)) => self.address(command, channel, text.to_owned()),
                    None if words.starts_with('#') => self.look_for_channel(command, words),
                    None => self.look_up(words),
                };
            }
            Command::Join => return self.join(words),
            Command::Create => return self.create(words),
            Command::Add | Command::Topic | Command::Leave => return self.change(command, words),
            _ => self.room_mut().write(""),
        }
        match command {
            Command::Help => self.help(),
            Command::SignOut => self.sign_out(),
            Command::Quit => self.quit(),
            Command::Members => self.find(Scope::Members(self.open)),
            _ => self.find(Scope::People),
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
    pub(super) fn named<'a>(&self, words: &'a str) -> Option<(Channel, &'a str)> {
        let (people, channels) = (!words.starts_with('#'), !words.starts_with('@'));
        let words = words.trim_start_matches(['@', '#']);
        let users = self.people.keys().map(|user| Channel::Direct(*user)).filter(|_| people);
        let is_named = |channel: &Channel| *channel == Channel::General || self.is_named(*channel);
        let rooms = self.rooms.keys().copied().filter(|it| channels && is_named(it));
        let fitting = users.chain(rooms).filter_map(|channel| {
            let name = match channel {
                Channel::Direct(user) => self.person(user),
                channel => self.name(channel),
            };
            Some((channel, behind(words, &name)?)).filter(|_| !name.is_empty())
        });
        // Of a channel and a person of the same name it is the person.
        fitting.min_by_key(|(channel, rest)| (rest.len(), !matches!(channel, Channel::Direct(_))))
    }

    /// Asks the server for people of this name; the command is done when they are known.
    pub(super) fn look_up(&mut self, words: &str) -> Vec<Ask> {
        let first = words.split_whitespace().next().unwrap_or_default();
        let first = first.trim_start_matches(['@', '#']);
        if first.is_empty() {
            return self.say("Write a name behind it: /msg NAME TEXT, /go NAME");
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
