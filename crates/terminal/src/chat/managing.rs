//! Commands that make, enter, change and leave channels.

use chinwag_client::Channel;
use chinwag_client::protocol::ChannelUuid;
use chinwag_client::protocol::incoming::ChannelEdit;
use chinwag_client::protocol::outgoing::Posting;

use super::asks::Ask;
use super::commands::{self, Command};
use super::deeds::{Deed, Outcome};
use super::state::{Chat, Over};
use crate::channels;
use crate::plain::one_line;

/// Only its members know of the channel.
const PRIVATE: &str = "--private";

impl Chat {
    /// `/join #name`: to a channel of the user, or as a new member into a public one; to a person as `/go`.
    pub(super) fn join(&mut self, words: &str) -> Vec<Ask> {
        if words.is_empty() {
            return match self.details(self.open) {
                Some(details) if self.only_looks() => {
                    self.ask(Deed::Enter(details.name.to_string()))
                }
                _ => self.say("Write a channel behind it: /join #NAME. Ctrl+K finds channels."),
            };
        }
        match self.named(words) {
            Some((channel, "")) if self.rooms.get(&channel).is_none_or(|room| room.member) => {
                self.room_mut().write("");
                if channel == self.open { Vec::new() } else { self.show(channel) }
            }
            _ if words.starts_with('@') => self.look_up(words),
            _ => self.ask(Deed::Enter(words.to_owned())),
        }
    }

    /// `/create #name --private people`, `/group people`.
    pub(super) fn make(&mut self, command: Command, words: &str) -> Vec<Ask> {
        if command == Command::Group {
            let people = words.to_owned();
            return self.ask(Deed::Create { name: None, private: true, people });
        }
        match new_channel(words) {
            Some((name, private, people)) => {
                self.ask(Deed::Create { name: Some(name), private, people })
            }
            None => self.say(&commands::of(command).advice()),
        }
    }

    /// Changes the channel that is shown, or its members; nothing if the command can't be read.
    pub(super) fn manage(&mut self, command: Command, words: &str) -> Option<Vec<Ask>> {
        let open = self.open;
        let channel = match open {
            Channel::Shared(uuid) => uuid,
            _ => ChannelUuid::GENERAL,
        };
        let people = words.to_owned();
        let recipient = open.id().to_string();
        let mut edit = ChannelEdit { recipient, ..ChannelEdit::default() };
        let notice = match command {
            Command::Add => return Some(self.ask(Deed::Add(channel, people, None))),
            Command::Owner => return Some(self.ask(Deed::Add(channel, people, Some(true)))),
            Command::Unowner => return Some(self.ask(Deed::Add(channel, people, Some(false)))),
            Command::Remove => return Some(self.ask(Deed::Remove(channel, people))),
            Command::Leave if self.only_looks() => {
                self.room_mut().write("");
                return Some(self.show(Channel::General));
            }
            Command::Leave => return Some(self.ask(Deed::Leave(channel))),
            Command::Topic if words.is_empty() => return Some(self.tell_topic()),
            Command::Topic => {
                edit.topic = Some(words.to_owned());
                "The topic is changed.".into()
            }
            Command::Rename => {
                let name = channels::bare(words.trim_matches('"'));
                edit.name = Some(name.to_owned()).filter(|name| !name.is_empty());
                format!("The channel is #{} now.", edit.name.as_deref().map(one_line)?)
            }
            Command::Posting => {
                let (posting, who) = match &*words.to_lowercase() {
                    "all" if self.open == Channel::General => (Posting::All, "Everybody"),
                    "all" => (Posting::All, "All members"),
                    "owners" if self.open == Channel::General => (Posting::Owners, "Only admins"),
                    "owners" => (Posting::Owners, "Only owners"),
                    _ => return None,
                };
                edit.posting = Some(posting);
                format!("{who} can write here now.")
            }
            Command::Archive => {
                edit.archived = Some(true);
                "The channel is archived; /unarchive brings it back.".into()
            }
            _ => {
                edit.archived = Some(false);
                "The channel is back.".into()
            }
        };
        Some(self.ask(Deed::Edit(edit, notice)))
    }

    fn tell_topic(&mut self) -> Vec<Ask> {
        let topic = self.details(self.open).map_or(String::new(), |it| one_line(&it.topic));
        self.room_mut().write("");
        let none = "There is no topic; /topic TEXT sets one.";
        self.say(if topic.is_empty() { none } else { &topic })
    }

    /// A channel that is not one of the user's can be looked at. Messages need a member.
    pub(super) fn look_for_channel(&mut self, command: Command, words: &str) -> Vec<Ask> {
        match command {
            Command::Message => self.say("You are in no channel of this name; /join #NAME first."),
            _ => self.ask(Deed::Look(words.to_owned())),
        }
    }

    pub(super) fn ask(&mut self, deed: Deed) -> Vec<Ask> {
        let written = self.room().text();
        self.room_mut().write("");
        vec![Ask::Do(deed, written)]
    }

    pub(super) fn say(&mut self, notice: &str) -> Vec<Ask> {
        self.notice = Some(notice.to_owned());
        Vec::new()
    }

    /// A command about channels is done. One that was refused comes back, unless something else is written by now.
    pub fn take_outcome(&mut self, written: &str, outcome: Result<Outcome, String>) -> Vec<Ask> {
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(why) => {
                self.notice = Some(why);
                if self.room().draft.is_empty() {
                    self.room_mut().write(written);
                }
                return Vec::new();
            }
        };
        let mut asks = Vec::new();
        if let Some(details) = outcome.open {
            let channel = Channel::Shared(details.uuid);
            if details.member {
                asks.extend(self.take_channel(details));
            } else {
                self.found.insert(details.uuid, details);
            }
            asks.extend(self.show(channel));
        }
        if let Some(prefs) = outcome.prefs {
            self.take_prefs(prefs);
        }
        if let Some(notify) = outcome.notify {
            self.notice = Some(self.notify_in_words(&notify));
            self.notify = Some(notify);
        }
        if let Some((scope, programs)) = outcome.programs {
            self.list_programs(scope, programs);
        }
        if let Some(secret) = outcome.secret {
            self.over = Over::Secret(Box::new(secret));
        }
        // The news of a channel that has gone may have told something already.
        self.notice = outcome.notice.or(self.notice.take());
        asks
    }
}

/// The name, whether it is private, and the people. A name with spaces stands in quotes.
fn new_channel(words: &str) -> Option<(String, bool, String)> {
    let words: Vec<_> = words.split_whitespace().collect();
    let private = words.contains(&PRIVATE);
    let words = words.into_iter().filter(|word| *word != PRIVATE).collect::<Vec<_>>().join(" ");
    let (name, people) = match words.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        Some(quoted) => quoted,
        None => words.split_once(' ').unwrap_or((&words, "")),
    };
    let name = channels::bare(name).to_owned();
    (!name.is_empty()).then(|| (name, private, people.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::new_channel;

    #[test]
    fn a_new_channel_is_read_from_its_words() {
        let read = |words| new_channel(words).unwrap();
        assert_eq!(read("#ops"), ("ops".into(), false, String::new()));
        assert_eq!(read("ops Bob Cleo Smith"), ("ops".into(), false, "Bob Cleo Smith".into()));
        assert_eq!(read("#ops --private @Bob"), ("ops".into(), true, "@Bob".into()));
        let quoted = read("\"#on call\" @Bob, @Cleo");
        assert_eq!(quoted, ("on call".into(), false, "@Bob, @Cleo".into()));
        assert_eq!(read("#ops Bob --private"), ("ops".into(), true, "Bob".into()));
        assert_eq!(read("--private #ops"), ("ops".into(), true, String::new()));
        assert_eq!(new_channel("#"), None);
    }
}
