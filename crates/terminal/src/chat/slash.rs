//! Runs what is written like a command: `/quit`, `/msg Bob Hello`.

use chinwag_client::Channel;
use chinwag_client::protocol::outgoing::Message;

use super::aim::Aim;
use super::asks::Ask;
use super::changes::TOO_OLD;
use super::commands::{self, Command, Place, Written, read};
use super::finder::Scope;
use super::listing::Part;
use super::state::Chat;
use super::states::is_deleted;
use crate::plain::one_line;

impl Chat {
    /// Sends the message, or runs the command.
    pub fn enter(&mut self) -> Vec<Ask> {
        if let Aim::Edit(seq) = self.room().aim {
            return self.save(seq);
        }
        match read(&self.room().text()) {
            Written::Text(text) if self.only_looks() && !text.trim().is_empty() => {
                self.say(&self.looking())
            }
            Written::Text(text) => match self.asks_first(self.open, &text) {
                Some(asks) => asks,
                None => self.send(text),
            },
            Written::Misused(command) => self.say(&commands::of(command).advice()),
            Written::Unknown(name) => {
                self.say(&format!("No command /{name}; see /help. To send it: //{name}"))
            }
            Written::Command(command, words) => {
                let asks = self.obey(command, &words);
                if self.room().draft.is_empty() && matches!(self.room().aim, Aim::Command(_)) {
                    self.end_aim();
                }
                asks
            }
        }
    }

    fn obey(&mut self, command: Command, words: &str) -> Vec<Ask> {
        if let Some(why) = self.out_of_place(command) {
            return self.say(&why);
        }
        match command {
            Command::Message | Command::Go => match self.named(words) {
                Some((channel, text)) => self.address(command, channel, text.to_owned()),
                None if words.starts_with('#') => self.look_for_channel(command, words),
                None => self.look_up(words),
            },
            Command::Join => self.join(words),
            Command::Create | Command::Group => self.make(command, words),
            Command::Level | Command::Mute | Command::Pin | Command::Section => {
                self.prefer(command, words).unwrap_or_else(|| self.advise(command))
            }
            Command::Pause | Command::Quiet => {
                self.quieten(command, words).unwrap_or_else(|| self.advise(command))
            }
            Command::Unread => self.mark_unread(words).unwrap_or_else(|| self.advise(command)),
            Command::Edit
            | Command::Delete
            | Command::Reply
            | Command::React
            | Command::Save
            | Command::Thread
            | Command::Pinned => self.about_message(command, words),
            Command::Upload => self.upload(words).unwrap_or_else(|| self.advise(command)),
            Command::Hooks | Command::Hook | Command::Bots | Command::Bot => {
                self.about_programs(command, words)
            }
            Command::Search => {
                let search = Ask::Search(words.to_owned(), String::new());
                self.opens(|_| vec![search])
            }
            Command::Activity => self.opens(|_| vec![Ask::Activity(String::new())]),
            Command::Members => self.opens(|chat| chat.find(Scope::Members(chat.open))),
            Command::Who => self.opens(|chat| chat.find(Scope::People)),
            Command::Help => self.opens(Self::help),
            Command::SignOut => self.opens(Self::sign_out),
            Command::Quit => self.opens(Self::quit),
            _ => self.manage(command, words).unwrap_or_else(|| self.advise(command)),
        }
    }

    /// A command about the chosen message or, without one, the newest for which it makes sense.
    fn about_message(&mut self, command: Command, words: &str) -> Vec<Ask> {
        if !self.changes {
            return self.say(TOO_OLD);
        }
        let needs_own = matches!(command, Command::Edit | Command::Delete);
        let chosen = match self.room().aim {
            Aim::Command(seq) => Some(seq),
            _ => None,
        };
        let seq = chosen.or_else(|| self.newest(needs_own));
        let open = self.open;
        match (command, seq) {
            (Command::Pinned, _) => self.opens(|_| vec![Ask::List(open, Part::Pinned)]),
            (Command::Save, _) => self.save_files(chosen, words),
            (_, None) => self.say("There is no such message here."),
            (Command::Edit, Some(seq)) => {
                let asks = self.opens(|chat| chat.edit(seq));
                if words.is_empty() || !matches!(self.room().aim, Aim::Edit(_)) {
                    return asks;
                }
                self.room_mut().write(words);
                self.save(seq)
            }
            (Command::Reply, Some(seq)) => {
                if let Some(asks) = self.asks_first(open, words) {
                    return asks;
                }
                self.opens(|chat| chat.answer_to(seq));
                let draft = self.room().text();
                let asks = self.send(words.to_owned());
                self.room_mut().write(&draft);
                asks
            }
            (Command::React, Some(seq)) => self.react(seq, words),
            (Command::Delete, Some(seq)) => self.opens(|chat| chat.ask_to_delete(seq)),
            (_, Some(seq)) => self.opens(|chat| chat.thread(seq)),
        }
    }

    /// The newest message, or the user's newest, by `Seq`.
    fn newest(&self, own: bool) -> Option<u64> {
        let mut messages = self.room().messages.iter().rev();
        let fits =
            |message: &Message| !is_deleted(message) && (!own || message.sender_uuid == self.me);
        messages.find(|(_, message)| fits(message)).map(|(seq, _)| *seq)
    }

    /// Opens a window, or leaves. The command is no draft any more.
    fn opens(&mut self, window: impl FnOnce(&mut Self) -> Vec<Ask>) -> Vec<Ask> {
        self.room_mut().write("");
        self.end_aim();
        window(self)
    }

    fn advise(&mut self, command: Command) -> Vec<Ask> {
        self.say(&commands::of(command).advice())
    }

    /// Why this command doesn't work in the channel that is shown.
    fn out_of_place(&self, command: Command) -> Option<String> {
        let entry = commands::of(command);
        let named = self.is_named(self.open);
        let works = match entry.place {
            Place::Any | Place::Own => true,
            Place::Named => named,
            Place::NamedOrGeneral => named || self.open == Channel::General,
        };
        if !works {
            let name = entry.name();
            return Some(format!(
                "/{name} is for channels with a name: Ctrl+K goes to one, /create #NEW makes one."
            ));
        }
        let reads = matches!(
            command,
            Command::Leave | Command::Topic | Command::Save | Command::Thread | Command::Pinned
        );
        (self.only_looks() && entry.place != Place::Any && !reads).then(|| self.looking())
    }

    /// What a user who is no member can do here.
    fn looking(&self) -> String {
        format!("You only look at {}; /join makes you a member.", self.label(self.open))
    }

    fn address(&mut self, command: Command, channel: Channel, text: String) -> Vec<Ask> {
        if command == Command::Message && text.is_empty() {
            return self.say("Write the message behind the name: /msg NAME TEXT");
        }
        if command == Command::Message
            && let Some(asks) = self.asks_first(channel, &text)
        {
            return asks;
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
            _ => self.say(&format!("There is no user “{}”.", one_line(name))),
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
    use super::behind;

    #[test]
    fn a_name_ends_where_a_word_ends() {
        assert_eq!(behind("bob hi", "Bob"), Some("hi"));
        assert_eq!(behind("Ada Lovelace: hi", "ada lovelace"), Some("hi"));
        assert_eq!(behind("bobby hi", "Bob"), None);
        assert_eq!(behind("bo", "Bob"), None);
    }
}
