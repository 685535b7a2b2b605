//! The commands besides serving, one file each.

mod backup;

use anyhow::Result;
use clap::Subcommand;

use crate::config::Config;

/// What to do in place of serving. The settings stand before it.
#[derive(Subcommand, Debug)]
pub enum Command {
    Backup(backup::Backup),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// What went wrong, for a person to read.
    #[expect(clippy::unused_async, reason = "commands that speak to a server or to Redis wait")]
    pub async fn run(&self, config: &Config) -> Result<()> {
        match self {
            Self::Backup(backup) => backup.run(config),
        }
    }
}
