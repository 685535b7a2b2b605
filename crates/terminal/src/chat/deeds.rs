//! Commands about channels that the server carries out: `/join #ops`, `/create #ops`, `/leave`, `/topic`.

use anyhow::anyhow;
use chinwag_client::protocol::incoming::{ChannelEdit, NewChannel};
use chinwag_client::protocol::outgoing::Channel as Details;
use chinwag_client::protocol::{ChannelUuid, ErrorCode};
use chinwag_client::{Channel, Client, Error};

use super::asks::Ask;
use super::incoming::{explain, sentence};
use super::slash::Command;
use super::state::Chat;
use crate::plain::one_line;
use crate::{channels, people};

/// Only its members know of the channel.
const PRIVATE: &str = "--private";

/// A command about channels.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Deed {
    /// Become a member of the public channel of this name.
    Enter(String),
    /// Show the public channel of this name.
    Look(String),
    /// Make a channel with these people, named one after the other.
    Create {
        /// Its name.
        name: String,
        /// Whether only its members know of it.
        private: bool,
        /// The other members.
        people: String,
    },
    /// Make these people members.
    Add(ChannelUuid, String),
    /// Leave a channel.
    Leave(ChannelUuid),
    /// Say what a channel is about.
    Topic(Channel, String),
}

/// What a command has led to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outcome {
    /// A channel to show.
    pub open: Option<Details>,
    /// A sentence for the user.
    pub notice: Option<String>,
}

impl Deed {
    /// Does it.
    ///
    /// # Errors
    /// Why not, as a sentence.
    pub async fn done(self, client: &Client) -> Result<Outcome, String> {
        self.carry_out(client).await.map_err(words)
    }

    async fn carry_out(self, client: &Client) -> anyhow::Result<Outcome> {
        match self {
            Self::Enter(name) => enter(client, &name).await,
            Self::Look(name) => Ok(show(found(client, &name).await?)),
            Self::Create { name, private, people } => {
                let users = people::several(client, &people).await?;
                let new = NewChannel {
                    name: Some(name),
                    private: Some(private),
                    users: Some(users),
                    ..NewChannel::default()
                };
                Ok(show(client.create_channel(new).await?))
            }
            Self::Add(channel, people) => {
                let users = people::several(client, &people).await?;
                let added = client.add_members(channel, users, None).await?;
                let names: Vec<_> =
                    added.users.iter().map(|user| one_line(&user.username)).collect();
                Ok(tell(format!("Members now: {}.", names.join(", "))))
            }
            Self::Leave(channel) => {
                client.remove_member(channel, client.me()).await?;
                Ok(Outcome::default())
            }
            Self::Topic(channel, topic) => {
                let recipient = channel.id().to_string();
                let edit = ChannelEdit { recipient, topic: Some(topic), ..ChannelEdit::default() };
                client.edit_channel(edit).await?;
                Ok(tell("The topic is changed.".into()))
            }
        }
    }
}

async fn enter(client: &Client, name: &str) -> anyhow::Result<Outcome> {
    let details = found(client, name).await?;
    if !details.member {
        client.become_member(details.uuid).await?;
    }
    Ok(show(Details { member: true, ..details }))
}

async fn found(client: &Client, name: &str) -> anyhow::Result<Details> {
    let found = channels::find(client, name).await?;
    found.ok_or_else(|| {
        let name = one_line(channels::bare(name));
        anyhow!("there is no public channel “{name}”; /create #{name} makes it")
    })
}

fn show(details: Details) -> Outcome {
    Outcome { open: Some(details), ..Outcome::default() }
}

fn tell(notice: String) -> Outcome {
    Outcome { notice: Some(notice), ..Outcome::default() }
}

fn words(error: anyhow::Error) -> String {
    match error.downcast::<Error>() {
        Ok(error) if error.code() == Some(ErrorCode::UnknownType) => {
            "This server is older than 0.2 and has no channels.".into()
        }
        Ok(error) => explain(&error),
        Err(error) => sentence(&error.to_string()),
    }
}

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

    /// `/create #name --private people`.
    pub(super) fn create(&mut self, words: &str) -> Vec<Ask> {
        let Some((name, private, people)) = new_channel(words) else {
            return self
                .say("Write a name behind it: /create #NAME, then perhaps --private and people.");
        };
        self.ask(Deed::Create { name, private, people })
    }

    /// A command about the channel that is shown.
    pub(super) fn change(&mut self, command: Command, words: &str) -> Vec<Ask> {
        let open = self.open;
        let named = match open {
            Channel::Shared(uuid) if self.is_named(open) => Some(uuid),
            _ => None,
        };
        match (command, named) {
            (Command::Topic, _) if words.is_empty() => {
                let topic = self.details(open).map_or(String::new(), |it| one_line(&it.topic));
                let none = "There is no topic; /topic TEXT sets one.".to_owned();
                self.room_mut().write("");
                self.notice = Some(if topic.is_empty() { none } else { topic });
                Vec::new()
            }
            (Command::Topic, _) if named.is_some() || open == Channel::General => {
                self.ask(Deed::Topic(open, words.to_owned()))
            }
            (Command::Add, _) if words.is_empty() => self.say("Write names behind it: /add NAMES"),
            (Command::Add, Some(channel)) => self.ask(Deed::Add(channel, words.to_owned())),
            (Command::Leave, Some(_)) if self.only_looks() => {
                self.room_mut().write("");
                self.show(Channel::General)
            }
            (Command::Leave, Some(channel)) => self.ask(Deed::Leave(channel)),
            _ => self.say("That is for channels with a name; this one stays as it is."),
        }
    }

    /// A channel that is not one of the user's can be looked at. Messages need a member.
    pub(super) fn look_for_channel(&mut self, command: Command, words: &str) -> Vec<Ask> {
        match command {
            Command::Message => self.say("You are in no channel of this name; /join #NAME first."),
            _ => self.ask(Deed::Look(words.to_owned())),
        }
    }

    fn ask(&mut self, deed: Deed) -> Vec<Ask> {
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
