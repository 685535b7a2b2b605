//! The commands, one file each.

mod chat;
mod health;
mod send;
mod tail;
mod users;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

pub use health::Own;

/// What a terminal can do with a server.
#[derive(Subcommand, Debug)]
pub enum Command {
    Chat(chat::Chat),
    Send(send::Send),
    Tail(tail::Tail),
    Users(users::Users),
    Health(health::Health),
}

impl Command {
    /// Does it. `own` tells of the server that runs here with the same settings.
    ///
    /// # Errors
    /// What went wrong, for a person to read.
    pub async fn run(&self, own: impl FnOnce() -> Result<Own>) -> Result<ExitCode> {
        match self {
            Self::Chat(chat) => chat.run().await?,
            Self::Send(send) => send.run().await?,
            Self::Tail(tail) => tail.run().await?,
            Self::Users(users) => users.run().await?,
            Self::Health(health) => return health.run(own).await,
        }
        Ok(ExitCode::SUCCESS)
    }
}
