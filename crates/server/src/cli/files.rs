//! `chinwag files`, and the copies of files beside backups, exports and imports.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use chinwag_files::{Error, Folder, Home, Object, Opened};
use chinwag_protocol::FileUuid;
use chinwag_store::{embedded, redis};
use chinwag_terminal::may_close;
use clap::Subcommand;
use tokio::task::spawn_blocking;

use crate::config::{Config, StoreConfig};
use crate::files::open_home;

/// How many bytes are copied at once.
const PIECE: usize = 1024 * 1024;

/// Look after the files that users have sent
#[derive(Subcommand, Debug)]
pub enum FilesCommand {
    /// Compare the files of all messages with the home of `FILES`, and list which are missing or left over
    ///
    /// A server may be running: it deletes by itself what was left over for an hour. The status is 1 if files are
    /// missing; restore these from a backup.
    Check,
}

impl FilesCommand {
    pub(super) async fn run(&self, config: &Config) -> Result<ExitCode> {
        let Self::Check = self;
        let home = home(config).await?;
        let held: HashSet<_> = objects(held(config).await?).collect();
        let there = spawn_blocking(move || list(&*home)).await??;
        let (mut missing, mut left): (Vec<_>, Vec<_>) =
            (held.difference(&there).collect(), there.difference(&held).collect());
        missing.sort_unstable();
        left.sort_unstable();
        let mut lines = String::new();
        for (word, objects) in [("missing", &missing), ("left over", &left)] {
            lines.extend(objects.iter().map(|object| format!("{word}: {}\n", name(**object))));
        }
        let (all, missing_count, left_count) = (held.len(), missing.len(), left.len());
        let end = "left over or in no message yet";
        // Writing to a string never fails.
        let _ = writeln!(
            lines,
            "{all} files and previews, {missing_count} missing, {left_count} {end}"
        );
        may_close(io::stdout().write_all(lines.as_bytes()).map_err(Into::into))?;
        Ok(if missing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Copies the files of all messages into a folder. Without one it says that there are files.
pub async fn copy_to(folder: Option<&Path>, config: &Config) -> Result<()> {
    let held = held(config).await?;
    if held.is_empty() {
        return Ok(());
    }
    let Some(folder) = folder else {
        let hint = format!(
            "without the {} files that users have sent: --files FOLDER copies them",
            held.len()
        );
        return Ok(writeln!(io::stderr(), "{hint}")?);
    };
    let (from, to) = (home(config).await?, Arc::new(open_folder(folder)?));
    let missing = copy(from, to, Some(objects(held).collect())).await?;
    if missing > 0 {
        // Their messages may have been deleted meanwhile.
        writeln!(io::stderr(), "{missing} files were not there: see `chinwag files check`")?;
    }
    Ok(())
}

/// Copies all files of a folder into the home of `FILES`, if there is one.
pub async fn copy_from(folder: Option<&Path>, config: &Config) -> Result<()> {
    let Some(folder) = folder else { return Ok(()) };
    copy(Arc::new(open_folder(folder)?), home(config).await?, None).await.map(drop)
}

async fn home(config: &Config) -> Result<Arc<dyn Home>> {
    let address = config
        .files
        .clone()
        .context("there is no home of files: set FILES to the server's, a folder or a bucket")?;
    spawn_blocking(move || open_home(&address)).await?
}

pub fn open_folder(folder: &Path) -> Result<Folder> {
    Folder::open(folder).with_context(|| format!("failed to open {}", folder.display()))
}

/// The files that messages hold, with whether each has a preview.
async fn held(config: &Config) -> Result<Vec<(FileUuid, bool)>> {
    Ok(match &config.store {
        StoreConfig::Embedded(folder) => embedded::held_files(folder)?,
        StoreConfig::Redis { url, roots } => redis::held_files(url, roots.clone()).await?,
    })
}

fn objects(held: Vec<(FileUuid, bool)>) -> impl Iterator<Item = Object> {
    held.into_iter().flat_map(|(file, has_preview)| {
        let preview = has_preview.then_some(Object::Preview(file.0));
        [Object::File(file.0)].into_iter().chain(preview)
    })
}

fn list(home: &dyn Home) -> Result<HashSet<Object>> {
    let mut found = HashSet::new();
    home.list(&mut |entry| {
        found.insert(entry.object);
    })?;
    Ok(found)
}

fn name(object: Object) -> String {
    match object {
        Object::File(file) => file.to_string(),
        Object::Preview(file) => format!("{file} (preview)"),
        Object::Upload(file) => format!("{file} (upload)"),
    }
}

/// Copies these objects, or all files and previews, and returns how many are not there. What the other home has already
/// stays: files never change.
async fn copy(
    from: Arc<dyn Home>,
    to: Arc<dyn Home>,
    objects: Option<HashSet<Object>>,
) -> Result<usize> {
    spawn_blocking(move || {
        let there = list(&*to)?;
        let objects = match objects {
            Some(objects) => objects,
            None => list(&*from)?,
        };
        let is_file = |object: &&Object| !matches!(object, Object::Upload(_));
        let mut missing = 0;
        for object in objects.difference(&there).filter(is_file) {
            match from.open(*object) {
                Err(Error::NotFound) => missing += 1,
                opened => {
                    let reading = Reading { opened: opened?, at: 0 };
                    to.put(*object, &mut BufReader::with_capacity(PIECE, reading))?;
                }
            }
        }
        Ok(missing)
    })
    .await?
}

/// Reads a file from its beginning to its end.
struct Reading {
    opened: Box<dyn Opened>,
    at: u64,
}

impl Read for Reading {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.opened.size() - self.at;
        let length = left.min(into.len() as u64);
        let read = self.opened.read(self.at..self.at + length).map_err(io::Error::other)?;
        into[..read.len()].copy_from_slice(&read);
        self.at += length;
        Ok(read.len())
    }
}
