//! The commands, one file each.

mod channels;
mod chat;
mod download;
mod health;
mod listing;
mod mcp;
mod search;
mod send;
mod sign_out;
mod sign_up;
mod tail;
mod upload;
mod users;
mod whoami;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

pub use health::Own;

/// A command that speaks to a server.
#[derive(Subcommand, Debug)]
pub enum Command {
    Chat(chat::Chat),
    Send(send::Send),
    Upload(upload::Upload),
    Download(download::Download),
    Tail(tail::Tail),
    Search(search::Search),
    Users(users::Users),
    Channels(channels::Channels),
    SignUp(sign_up::SignUp),
    SignOut(sign_out::SignOut),
    Whoami(whoami::Whoami),
    Mcp(mcp::Mcp),
    Health(health::Health),
}

impl Command {
    /// Runs it. `own` is the server that runs here with the same settings.
    ///
    /// # Errors
    /// If it fails, in words for a person.
    pub async fn run(&self, own: impl FnOnce() -> Result<Own>) -> Result<ExitCode> {
        match self {
            Self::Chat(chat) => chat.run().await?,
            Self::Send(send) => send.run().await?,
            Self::Upload(upload) => upload.run().await?,
            Self::Download(download) => download.run().await?,
            Self::Tail(tail) => tail.run().await?,
            Self::Search(search) => search.run().await?,
            Self::Users(users) => users.run().await?,
            Self::Channels(channels) => channels.run().await?,
            Self::SignUp(sign_up) => sign_up.run().await?,
            Self::SignOut(sign_out) => sign_out.run().await?,
            Self::Whoami(whoami) => whoami.run()?,
            Self::Mcp(mcp) => mcp.run().await?,
            Self::Health(health) => return health.run(own).await,
        }
        Ok(ExitCode::SUCCESS)
    }
}
