//! The commands besides serving, one file each.

mod backup;
mod completions;
mod export;
mod import;
mod man;
mod progress;

use std::process::ExitCode;

use anyhow::Result;
use chinwag_terminal::Own;
use clap::Subcommand;

use crate::config::Config;

/// What to do in place of serving. The settings stand before it.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// What speaks to a server as everybody does, and needs no setting of its own.
    #[command(flatten)]
    Terminal(chinwag_terminal::Command),
    Backup(backup::Backup),
    Export(export::Export),
    Import(import::Import),
    Completions(completions::Completions),
    Man(man::Man),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// What went wrong, for a person to read.
    pub async fn run(&self, config: &Config) -> Result<ExitCode> {
        match self {
            Self::Terminal(command) => return command.run(|| Ok(own(config))).await,
            Self::Backup(backup) => backup.run(config)?,
            Self::Export(export) => export.run(config).await?,
            Self::Import(import) => import.run(config).await?,
            Self::Completions(completions) => completions.run()?,
            Self::Man(man) => man.run()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Where a server with these settings is.
#[must_use]
pub fn own(config: &Config) -> Own {
    Own { address: config.address, tls: config.tls.is_some() }
}
