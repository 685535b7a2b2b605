//! The commands, one file each.

mod accounts;
mod backup;
mod bot;
mod completions;
mod convert;
mod export;
mod files;
mod hooks;
mod import;
mod link;
mod man;
mod orders;
mod progress;
mod read;
mod sessions;

use std::process::ExitCode;

use anyhow::Result;
use chinwag_terminal::Own;
use clap::Subcommand;

use crate::config::Config;
use crate::log;
use crate::traces::Traces;

pub use read::{Arguments, BadSettings, check, read};

/// What to do instead of serving the chat. Settings go before it.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Commands that speak to a server as any client does, and need no settings.
    #[command(flatten)]
    Terminal(chinwag_terminal::Command),
    Admin(link::Admin),
    Invite(link::Invite),
    Reset(link::Reset),
    Accounts(accounts::Accounts),
    Bot(bot::Bot),
    Hooks(hooks::Hooks),
    Sessions(sessions::Sessions),
    Backup(backup::Backup),
    Export(export::Export),
    #[command(subcommand)]
    Files(files::FilesCommand),
    Import(import::Import),
    Convert(convert::Convert),
    Completions(completions::Completions),
    Man(man::Man),
}

impl Command {
    /// Runs the command. `config` checks the settings, which not every command needs.
    ///
    /// # Errors
    /// The reason, for a person to read.
    pub async fn run(&self, config: impl Fn() -> Result<Config>) -> Result<ExitCode> {
        // A command that asks a server has no log: the terminal is for its output.
        let logged = || {
            let config = config()?;
            log::start(&config, &Traces::none())?;
            anyhow::Ok(config)
        };
        match self {
            Self::Terminal(command) => return command.run(|| Ok(own(&config()?))).await,
            Self::Completions(completions) => completions.run()?,
            Self::Man(man) => man.run()?,
            Self::Admin(admin) => admin.run(&config()?).await?,
            Self::Invite(invite) => invite.run(&config()?).await?,
            Self::Reset(reset) => reset.run(&config()?).await?,
            Self::Accounts(accounts) => accounts.run(&config()?).await?,
            Self::Bot(bot) => bot.run(&config()?).await?,
            Self::Hooks(hooks) => hooks.run(&config()?).await?,
            Self::Sessions(sessions) => sessions.run(&config()?)?,
            Self::Backup(backup) => backup.run(&logged()?).await?,
            Self::Files(files) => return files.run(&logged()?).await,
            Self::Export(export) => export.run(&logged()?).await?,
            Self::Convert(convert) => convert.run(&config()?)?,
            Self::Import(import) => import.run(&logged()?).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The address of a server with these settings.
fn own(config: &Config) -> Own {
    Own { address: config.address, tls: config.tls.is_some() }
}
