//! Commands that the server carries out: `/join #ops`, `/create #ops`, `/leave`, `/pin`, `/quiet`.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use chinwag_client::protocol::ChannelUuid;
use chinwag_client::protocol::incoming::{ChannelEdit, NewChannel, NotifyChange, PrefsChange};
use chinwag_client::protocol::outgoing::{Channel as Details, File, Member, Notify, Prefs};
use chinwag_client::{Channel, Client, Error};

use super::incoming::{explain, sentence};
use super::programs::{Program, Scope, Secret};
use crate::plain::one_line;
use crate::{channels, files, people};

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
    /// Save these files into this folder.
    Save(Vec<File>, PathBuf),
    /// List programs that write.
    List(Scope),
    /// Make a hook of this name in a channel.
    CreateHook(Channel, String),
    /// Make a bot of this name, or another key for it.
    CreateBot(String),
    /// End a hook or a bot.
    End(Program),
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
    /// Programs that write, to be listed.
    pub programs: Option<(Scope, Vec<Program>)>,
    /// What is shown this once.
    pub secret: Option<Secret>,
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
            Self::Save(files, folder) => Ok(tell(save(client, &files, &folder).await?)),
            Self::List(scope) => {
                let programs = Some((scope, scope.read(client).await?));
                Ok(Outcome { programs, ..Outcome::default() })
            }
            Self::CreateHook(channel, name) => {
                let made = client.create_hook(channel, &name).await?;
                let title = format!("Hook {}", one_line(&made.hook.name));
                let about =
                    "What is posted to this address is written into the channel. It is a secret.";
                Ok(once(title, about, &made.url))
            }
            Self::CreateBot(name) => {
                let made = client.create_bot(&name).await?;
                let title = format!("Bot {}", one_line(&made.user.username));
                let about = "The bot signs in with this access key, which doesn't lapse. Earlier keys have ended.";
                Ok(once(title, about, &made.access_key))
            }
            Self::End(program) => Ok(tell(program.end(client).await?)),
        }
    }
}

/// Saves files, and says where.
async fn save(client: &Client, files: &[File], folder: &Path) -> anyhow::Result<String> {
    let mut saved = Vec::new();
    for file in files {
        let failed = || format!("failed to save “{}”", one_line(&file.name));
        let path = files::save(client, file, folder).await.with_context(failed)?;
        let path = path.canonicalize().unwrap_or(path);
        saved.push(one_line(&path.to_string_lossy()));
    }
    Ok(format!("Saved: {}", saved.join(", ")))
}

fn once(title: String, about: &'static str, text: &str) -> Outcome {
    let secret = Some(Secret { title, about, text: one_line(text) });
    Outcome { secret, ..Outcome::default() }
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
        Ok(error) => explain(&error),
        Err(error) => sentence(&format!("{error:#}")),
    }
}
