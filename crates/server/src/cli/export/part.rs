//! The file of an export that is not whole yet.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use chinwag_store::transfer::{Begun, Item, Order, Record};

/// Open behind its last message, or empty where there is none. Nobody else writes it meanwhile.
pub struct Part {
    pub file: File,
    pub begun: Option<Begun>,
    path: PathBuf,
    whole: PathBuf,
}

impl Part {
    /// Of a file that is not there yet.
    pub fn of(whole: &Path) -> Result<Self> {
        refuse(whole)?;
        let mut path = whole.as_os_str().to_owned();
        path.push(".part");
        let path = PathBuf::from(path);
        let failed = || format!("failed to write \"{}\"", path.display());
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(&path).with_context(failed)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                bail!("another export writes \"{}\" right now", path.display())
            }
            locked => locked.with_context(failed)?,
        }
        // Whoever wrote it until now may have been through with it.
        refuse(whole)?;
        let (length, begun) =
            begun(&file).with_context(|| format!("failed to go on with \"{}\"", path.display()))?;
        file.set_len(length).with_context(failed)?;
        file.seek(SeekFrom::End(0)).with_context(failed)?;
        Ok(Self { file, begun, whole: whole.to_owned(), path })
    }

    /// Gives it its name.
    pub fn finish(self) -> Result<()> {
        // Unlike a rename, a link never takes the place of a file that came meanwhile.
        fs::hard_link(&self.path, &self.whole)
            .and_then(|()| fs::remove_file(&self.path))
            .with_context(|| format!("failed to give \"{}\" its name", self.path.display()))
    }

    /// Leaves nothing where nothing was written.
    pub fn remove_if_empty(&self) {
        if self.file.metadata().is_ok_and(|part| part.len() == 0) {
            // Should it stay, it does no harm.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn refuse(whole: &Path) -> Result<()> {
    if whole.exists() {
        bail!(
            "\"{}\" is there already and is not overwritten; an export has that name when it is whole",
            whole.display()
        );
    }
    Ok(())
}

/// Up to where the file is good to go on from, in bytes, and what it has until there. What was begun
/// without coming to a message, which are users only, is written anew.
fn begun(file: &File) -> Result<(u64, Option<Begun>)> {
    let (mut lines, mut line, mut length) = (BufReader::new(file), Vec::new(), 0);
    let (mut order, mut users, mut last) = (Order::default(), Vec::new(), None);
    while lines.read_until(b'\n', &mut line)? > 0 {
        // A line that was torn off is as good as none, and so is all behind it.
        let record = line.ends_with(b"\n").then(|| serde_json::from_slice::<Record>(&line).ok());
        let taken =
            record.flatten().and_then(|record| order.take(record, |name| Ok(name.to_owned())).ok());
        let Some(item) = taken else {
            ensure!(length > 0, "it does not begin like an export of Chinwag: remove it");
            break;
        };
        length += u64::try_from(line.len())?;
        match item {
            Some(Item::User { user, .. }) => users.push(user.uuid),
            Some(Item::Message(channel, message)) => {
                last = Some((length, channel, message, order.counts()));
            }
            Some(Item::Channel(_)) | None => {}
        }
        line.clear();
    }
    let Some((length, channel, last, counts)) = last else { return Ok((0, None)) };
    users.sort_unstable();
    Ok((length, Some(Begun { users, channel, last, counts })))
}
