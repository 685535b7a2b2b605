//! A file that is being written: it has its name when it is whole, and is removed if that fails.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::embedded::private_file;

/// A file called FILE.part until it is whole. Only its owner can use it.
pub struct Part {
    /// Where to write, empty at first.
    pub file: File,
    path: PathBuf,
    whole: PathBuf,
    finished: bool,
}

impl Part {
    /// Of a file that is not there yet.
    ///
    /// # Errors
    /// When that is there already, another process writes it, or the folder can't be written.
    pub fn of(whole: &Path) -> io::Result<Self> {
        refuse(whole)?;
        let mut path = whole.as_os_str().to_owned();
        path.push(".part");
        let path = PathBuf::from(path);
        let file = private_file(&path)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => io::Error::other("another process is writing it"),
            TryLockError::Error(error) => error,
        })?;
        let part = Self { file, path, whole: whole.to_owned(), finished: false };
        // Its writer may have finished it meanwhile.
        refuse(whole)?;
        // One that was left behind may be of a version that gave it another mode.
        fs::set_permissions(&part.path, PermissionsExt::from_mode(0o600))?;
        part.file.set_len(0)?;
        Ok(part)
    }

    /// Where it is until it is whole.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes it durable, then gives it its name.
    ///
    /// # Errors
    /// When the disk does not take it, or a file of that name came meanwhile.
    pub fn finish(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        publish(&self.path, &self.whole)?;
        self.finished = true;
        let folder = self.whole.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.finished {
            // Should it stay, it does no harm: the next one takes its place.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn refuse(whole: &Path) -> io::Result<()> {
    if whole.exists() {
        let reason = "it already exists and is not overwritten";
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, reason));
    }
    Ok(())
}

/// Gives the file its name, unless another file has it. A hard link takes no other file's place;
/// where a disk has none (exFAT, SMB), the name is claimed by an empty file first.
fn publish(part: &Path, whole: &Path) -> io::Result<()> {
    match fs::hard_link(part, whole) {
        Ok(()) => fs::remove_file(part),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        Err(_) => File::create_new(whole).and_then(|_| fs::rename(part, whole)),
    }
}
