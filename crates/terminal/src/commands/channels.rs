//! `chinwag channels`: lists the named channels of a server, makes and enters them.

use std::io::{Write, stdout};

use anyhow::Result;
use chinwag_client::Client;
use chinwag_client::protocol::incoming::NewChannel;
use chinwag_client::protocol::outgoing::Channel;
use clap::error::Error;
use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};

use super::listing::Listing;
use crate::account::Account;
use crate::channels::{self, bare, explained, shared};
use crate::people;
use crate::plain::one_line;
use crate::wait::Wait;

const ABOUT: &str =
    "List the channels: public ones, and your own private ones; or make, join, leave and fill one";

const MORE: &str = "A line says whether you are a member, how many members there are, the name and the topic. It signs in \
    for this, and never creates an account.";

/// The list of the channels, or a change of one.
#[derive(Debug)]
pub enum Channels {
    /// List them.
    List(Listing),
    /// Change one.
    Change(Change),
}

/// A change of one channel.
#[derive(Subcommand, Debug)]
pub enum Change {
    /// Make a channel, and print its UUID
    Create {
        #[command(flatten)]
        account: Account,
        /// Its name, such as ops
        name: String,
        /// The other members, by their names
        people: Vec<String>,
        /// Only its members can find and read it
        #[arg(long)]
        private: bool,
        /// What it is about
        #[arg(long, value_name = "TEXT")]
        topic: Option<String>,
    },
    /// Become a member of a public channel
    Join {
        #[command(flatten)]
        account: Account,
        /// Its name
        name: String,
    },
    /// Leave a channel
    Leave {
        #[command(flatten)]
        account: Account,
        /// Its name
        name: String,
    },
    /// Make people members of a channel
    Add {
        #[command(flatten)]
        account: Account,
        /// Its name
        name: String,
        /// Who, by their names
        #[arg(required = true)]
        people: Vec<String>,
    },
}

/// `chinwag channels URL` lists; after a word such as `create` stands its own URL.
impl Args for Channels {
    fn augment_args(command: Command) -> Command {
        Change::augment_subcommands(Listing::augment_args(command))
            .about(ABOUT)
            .long_about(format!("{ABOUT}\n\n{MORE}"))
            .args_conflicts_with_subcommands(true)
            .subcommand_negates_reqs(true)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Channels {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        match matches.subcommand_name() {
            Some(_) => Change::from_arg_matches(matches).map(Self::Change),
            None => Listing::from_arg_matches(matches).map(Self::List),
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Channels {
    pub async fn run(&self) -> Result<()> {
        let listing = match self {
            Self::Change(change) => return change.run().await,
            Self::List(listing) => listing,
        };
        let page = async |client: &Client, start: &str, offset| {
            let page = client.channels(bare(start), offset).await.map_err(explained)?;
            Ok((page.channels, page.total))
        };
        listing.print(page, line).await
    }
}

/// Whether it is one's own, how many members it has, its name, and what it is about.
fn line(channel: &Channel) -> String {
    let state = match channel {
        Channel { private: true, .. } => "private",
        Channel { member: true, .. } => "member",
        _ => "",
    };
    let (name, topic) = (one_line(&channel.name), one_line(&channel.topic));
    format!("{state:7}  {:>4}  #{name}  {topic}", channel.users_total).trim_end().to_owned()
}

impl Change {
    async fn run(&self) -> Result<()> {
        let (Self::Create { account, .. }
        | Self::Join { account, .. }
        | Self::Leave { account, .. }
        | Self::Add { account, .. }) = self;
        let visit = account.visit(Wait::NOT).await?;
        let made = self.make(&visit.client).await;
        visit.end().await;
        if let Some(channel) = made? {
            writeln!(stdout(), "{}", channel.uuid)?;
        }
        Ok(())
    }

    /// Returns a channel that is new.
    async fn make(&self, client: &Client) -> Result<Option<Channel>> {
        match self {
            Self::Create { name, people, private, topic, .. } => {
                let users = people::several(client, &people.join(",")).await?;
                let new = NewChannel {
                    name: Some(bare(name).to_owned()),
                    topic: topic.clone(),
                    private: Some(*private),
                    users: Some(users),
                    ..NewChannel::default()
                };
                return Ok(Some(client.create_channel(new).await.map_err(explained)?));
            }
            Self::Join { name, .. } => {
                channels::enter(client, shared(client, name).await?).await?;
            }
            Self::Leave { name, .. } => {
                let channel = shared(client, name).await?;
                client.remove_member(channel.uuid, client.me()).await?;
            }
            Self::Add { name, people, .. } => {
                let channel = shared(client, name).await?;
                let users = people::several(client, &people.join(",")).await?;
                client.add_members(channel.uuid, users, None).await?;
            }
        }
        Ok(None)
    }
}
