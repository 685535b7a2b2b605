//! `chinwag backup`: copies the embedded store into a file, also while a server runs.

use std::path::PathBuf;

use anyhow::{Result, bail};
use chinwag_store::embedded;
use clap::Args;

use super::files;
use crate::config::{Config, StoreConfig};

/// Back up the embedded store in `DATA_DIR` into a file; a server may be running
///
/// To restore, stop the server, replace chinwag.db in `DATA_DIR` by the file, and start the server.
#[derive(Args, Debug)]
pub struct Backup {
    /// A new file
    file: PathBuf,

    /// Copy the files that users have sent into this folder, too. Those that are there from an earlier backup are
    /// not copied again
    #[arg(long, value_name = "FOLDER")]
    files: Option<PathBuf>,
}

impl Backup {
    pub(super) async fn run(&self, config: &Config) -> Result<()> {
        let StoreConfig::Embedded(folder) = &config.store else {
            bail!(
                "`chinwag backup` works only with the embedded store; for Redis, use `chinwag export` or back up \
                 its own files"
            );
        };
        embedded::backup(folder, &self.file)?;
        files::copy_to(self.files.as_deref(), config).await
    }
}
