//! `chinwag backup`: the embedded store in one file, taken while it runs.

use std::path::PathBuf;

use anyhow::{Result, bail};
use chinwag_store::embedded;
use clap::Args;

use crate::config::{Config, StoreConfig};

/// Copy the embedded store of `DATA_DIR` into a file, while a server uses it or not
///
/// To restore, stop the server, put the file in the place of chinwag.db in `DATA_DIR`, and start it.
#[derive(Args, Debug)]
pub struct Backup {
    /// A file that is not there yet
    file: PathBuf,
}

impl Backup {
    pub(super) fn run(&self, config: &Config) -> Result<()> {
        let StoreConfig::Embedded(folder) = &config.store else {
            bail!("only the embedded store is backed up so; copy the files of your Redis");
        };
        Ok(embedded::backup(folder, &self.file)?)
    }
}
