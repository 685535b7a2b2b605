//! `chinwag export`: everything that lasts, as lines of JSON, from either store.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use chinwag_store::transfer::{Counts, Record};
use chinwag_store::{embedded, redis};
use clap::Args;

use super::progress::Counter;
use crate::config::{Config, StoreConfig};

/// Write everything that lasts into a file, as lines of JSON, while a server runs or not
///
/// Users with their password hashes and access keys, channels, messages, and what was read: `chinwag
/// import` takes it into the same kind of store or the other. What is written after this began may
/// not be in it, so to move, stop the servers first.
#[derive(Args, Debug)]
pub struct Export {
    /// A file that is not there yet; it is made readable for you alone
    file: PathBuf,
}

impl Export {
    pub(super) async fn run(&self, config: &Config) -> Result<()> {
        let file = self.file.display();
        if self.file.exists() {
            bail!("\"{file}\" is there already and is not overwritten");
        }
        let mut part = self.file.clone().into_os_string();
        part.push(".part");
        let part = PathBuf::from(part);
        let written = write(&part, config).await.and_then(|counts| {
            // Unlike a rename, a link never takes the place of a file that came meanwhile.
            fs::hard_link(&part, &self.file)?;
            Ok(counts)
        });
        // There may be no part; what is left of it has no use.
        let _ = fs::remove_file(&part);
        let Counts { users, channels, messages } =
            written.with_context(|| format!("failed to write \"{file}\""))?;
        let mut out = std::io::stdout();
        writeln!(out, "exported {users} users, {channels} channels, {messages} messages")?;
        Ok(())
    }
}

async fn write(part: &Path, config: &Config) -> Result<Counts> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut out = BufWriter::new(options.open(part)?);
    let mut counter = Counter::start();
    let mut sink = |record: Record| {
        counter.count(&record);
        serde_json::to_writer(&mut out, &record)?;
        out.write_all(b"\n")
    };
    let counts = match &config.store {
        StoreConfig::Embedded(folder) => embedded::export(folder, &mut sink)?,
        StoreConfig::Redis { url, roots } => redis::export(url, roots.clone(), &mut sink).await?,
    };
    let file: File = out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(counts)
}
