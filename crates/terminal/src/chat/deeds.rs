//! Commands that the server carries out: `/join #ops`, `/create #ops`, `/leave`, `/pin`, `/quiet`.

use anyhow::anyhow;
use chinwag_client::protocol::incoming::{ChannelEdit, NewChannel, NotifyChange, PrefsChange};
use chinwag_client::protocol::outgoing::{Channel as Details, Member, Notify, Prefs};
use chinwag_client::protocol::{ChannelUuid, ErrorCode};
use chinwag_client::{Client, Error};

use super::incoming::{explain, sentence};
use crate::plain::one_line;
use crate::{channels, people};

/// A command about channels. People are named one after the other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Deed {
    /// Become a member of the public channel of this name.
    Enter(String),
    /// Show the public channel of this name.
    Look(String),
    /// Make a channel with these people; without a name it is a group.
    Create {
        /// Its name.
        name: Option<String>,
        /// Whether only its members know of it.
        private: bool,
        /// The other members.
        people: String,
    },
    /// Make these people members; owners, or plain members again, where it says so.
    Add(ChannelUuid, String, Option<bool>),
    /// Remove these members.
    Remove(ChannelUuid, String),
    /// Leave a channel.
    Leave(ChannelUuid),
    /// Change a channel, and say this.
    Edit(ChannelEdit, String),
    /// Change what the user chose for a channel, and say this.
    Prefs(PrefsChange, String),
    /// Change what the user chose for all notifications, and say what that is now.
    Notify(NotifyChange),
}

/// What a command has led to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outcome {
    /// A channel to show.
    pub open: Option<Details>,
    /// What the user has chosen for a channel.
    pub prefs: Option<Prefs>,
    /// What the user has chosen for all notifications.
    pub notify: Option<Notify>,
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
            Self::Enter(name) => {
                let found = found(client, &name).await?;
                Ok(show(channels::enter(client, found).await?))
            }
            Self::Look(name) => Ok(show(found(client, &name).await?)),
            Self::Create { name, private, people } => {
                let users = Some(people::several(client, &people).await?);
                let new =
                    NewChannel { name, private: Some(private), users, ..NewChannel::default() };
                Ok(show(client.create_channel(new).await?))
            }
            Self::Add(channel, people, owner) => {
                let users = people::several(client, &people).await?;
                let names = names(&client.add_members(channel, users, owner).await?.users);
                Ok(tell(match owner {
                    None => format!("Members now: {names}."),
                    Some(true) => format!("Owners now: {names}."),
                    Some(false) => format!("No longer owners: {names}."),
                }))
            }
            Self::Remove(channel, people) => {
                let mut removed = Vec::new();
                for user in people::several(client, &people).await? {
                    removed.extend(client.remove_member(channel, user).await?.users);
                }
                Ok(tell(format!("No longer members: {}.", names(&removed))))
            }
            Self::Leave(channel) => {
                client.remove_member(channel, client.me()).await?;
                Ok(Outcome::default())
            }
            Self::Edit(edit, notice) => {
                client.edit_channel(edit).await?;
                Ok(tell(notice))
            }
            Self::Prefs(change, notice) => {
                let prefs = Some(client.change_prefs(change).await?);
                Ok(Outcome { prefs, ..tell(notice) })
            }
            Self::Notify(change) => {
                let notify = Some(client.notify(change).await?);
                Ok(Outcome { notify, ..Outcome::default() })
            }
        }
    }
}

async fn found(client: &Client, name: &str) -> anyhow::Result<Details> {
    let found = channels::find(client, name).await?;
    found.ok_or_else(|| {
        let name = one_line(channels::bare(name));
        anyhow!("there is no public channel “{name}”; /create #{name} makes it")
    })
}

fn names(users: &[Member]) -> String {
    users.iter().map(|user| one_line(&user.username)).collect::<Vec<_>>().join(", ")
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
            "This server is older than 0.2, and can't do that.".into()
        }
        Ok(error) => explain(&error),
        Err(error) => sentence(&error.to_string()),
    }
}
