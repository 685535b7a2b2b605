//! `chinwag export`: writes all lasting data of either store as lines of JSON.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, IntoInnerError, Write, stderr, stdout};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chinwag_store::transfer::{Counts, Part, Record};
use chinwag_store::{embedded, redis};
use chinwag_terminal::may_close;
use clap::Args;

use super::files;
use super::progress::Counter;
use crate::config::{Config, StoreConfig};

/// Export all data as lines of JSON, from either store; a server may be running
///
/// The file holds users with their password hashes and access keys, channels, messages and read marks.
/// `chinwag import` imports it into either store. Messages sent after the export began may be missing, so
/// stop the servers before you move a chat.
///
/// While incomplete, the file is named FILE.part; if the export fails, it is removed.
#[derive(Args, Debug)]
pub struct Export {
    /// A new file, which only you can read; - for the standard output; or a pipe
    file: PathBuf,

    /// Copy the files that users have sent into this folder, too. Those that are there from an earlier export are
    /// not copied again
    #[arg(long, value_name = "FOLDER")]
    files: Option<PathBuf>,
}

impl Export {
    pub(super) async fn run(&self, config: &Config) -> Result<()> {
        let failed = || format!("failed to write \"{}\"", self.file.display());
        if let Some(stream) = stream(&self.file).with_context(failed)? {
            let counts = write(stream, config).await.with_context(failed)?;
            files::copy_to(self.files.as_deref(), config).await?;
            return tell(counts, stderr());
        }
        let part = Part::of(&self.file).with_context(failed)?;
        let counts = write(&part.file, config).await.with_context(failed)?;
        part.finish().with_context(failed)?;
        files::copy_to(self.files.as_deref(), config).await?;
        tell(counts, stdout())
    }
}

fn tell(Counts { users, channels, messages }: Counts, mut to: impl Write) -> Result<()> {
    let told = writeln!(to, "exported {users} users, {channels} channels, {messages} messages");
    may_close(told.map_err(Into::into))
}

/// The output, or the pipe or device of this name; nothing for a file.
fn stream(path: &Path) -> std::io::Result<Option<Box<dyn Write + Send>>> {
    // A file to which the output was redirected is a file by its name, too.
    if ["-", "/dev/stdout"].iter().any(|output| path == Path::new(output)) {
        return Ok(Some(Box::new(stdout())));
    }
    match path.metadata() {
        Ok(found) if !found.is_file() && !found.is_dir() => {
            let stream: File = OpenOptions::new().write(true).open(path)?;
            Ok(Some(Box::new(stream)))
        }
        _ => Ok(None),
    }
}

async fn write(to: impl Write + Send, config: &Config) -> Result<Counts> {
    let counter = Counter::start();
    if counter.is_seen() {
        counter.expect(match &config.store {
            StoreConfig::Embedded(folder) => embedded::size(folder)?,
            StoreConfig::Redis { url, roots } => redis::size(url, roots.clone()).await?,
        });
    }
    let mut out = BufWriter::new(to);
    let counts = {
        let mut sink = |record: Record| {
            serde_json::to_writer(&mut out, &record)?;
            out.write_all(b"\n")?;
            counter.count(&record);
            Ok(())
        };
        match &config.store {
            StoreConfig::Embedded(folder) => embedded::export(folder, &mut sink)?,
            StoreConfig::Redis { url, roots } => {
                redis::export(url, roots.clone(), &mut sink).await?
            }
        }
    };
    out.into_inner().map_err(IntoInnerError::into_error)?.flush()?;
    Ok(counts)
}
