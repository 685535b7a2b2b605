//! `chinwag export`: everything that lasts, as lines of JSON, from either store.

mod part;

use std::io::{BufWriter, IntoInnerError, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use chinwag_store::transfer::{Counts, Record};
use chinwag_store::{embedded, redis};
use clap::Args;

use super::progress::Counter;
use crate::config::{Config, StoreConfig};
use part::Part;

/// Write everything that lasts into a file, as lines of JSON, while a server runs or not
///
/// Users with their password hashes and access keys, channels, messages, and what was read: `chinwag
/// import` takes it into the same kind of store or the other. What is written after this began may
/// not be in it, so to move, stop the servers first.
///
/// Until it is whole it is called FILE.part. Interrupted, it goes on behind the last message there
/// when the same command is given again; users, and what was read, stay as they were at first.
#[derive(Args, Debug)]
pub struct Export {
    /// A file that is not there yet; it is made readable for you alone
    file: PathBuf,
}

impl Export {
    pub(super) async fn run(&self, config: &Config) -> Result<()> {
        let mut part = Part::of(&self.file)?;
        let written = write(&mut part, config).await;
        part.remove_if_empty();
        let Counts { users, channels, messages } =
            written.with_context(|| format!("failed to write \"{}\"", self.file.display()))?;
        part.finish()?;
        let mut out = std::io::stdout();
        writeln!(out, "exported {users} users, {channels} channels, {messages} messages")?;
        Ok(())
    }
}

/// Writes what is missing.
async fn write(part: &mut Part, config: &Config) -> Result<Counts> {
    let begun = part.begun.take();
    let counter = Counter::start(begun.as_ref().map(|begun| begun.counts));
    if counter.is_seen() {
        counter.expect(match &config.store {
            StoreConfig::Embedded(folder) => embedded::size(folder)?,
            StoreConfig::Redis { url, roots } => redis::size(url, roots.clone()).await?,
        });
    }
    let mut out = BufWriter::new(&part.file);
    let mut sink = |record: Record| {
        serde_json::to_writer(&mut out, &record)?;
        out.write_all(b"\n")?;
        counter.count(&record);
        Ok(())
    };
    let counts = match &config.store {
        StoreConfig::Embedded(folder) => embedded::export(folder, begun, &mut sink)?,
        StoreConfig::Redis { url, roots } => {
            redis::export(url, roots.clone(), begun, &mut sink).await?
        }
    };
    out.into_inner().map_err(IntoInnerError::into_error)?.sync_all()?;
    Ok(counts)
}
