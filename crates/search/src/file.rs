//! The file of an index, and the seal that says that it is as it was left.
//!
//! The file is written without a journal on the disk, and never synced: a program that is killed, or a disk that
//! turns a bit, leaves one whose words can't be believed. So whoever closes an index seals it with its SHA-256, and
//! one without its seal is made anew.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The file, claimed for this process until it is dropped.
pub(crate) struct IndexFile {
    path: PathBuf,
    /// Holds the digest, and is locked.
    seal: File,
}

impl IndexFile {
    /// Claims the file, which needn't be there.
    pub(crate) fn claim(path: &Path) -> io::Result<Self> {
        let mut name = path.as_os_str().to_owned();
        name.push("-seal");
        let seal = private().create(true).truncate(false).open(name)?;
        seal.try_lock()?;
        Ok(Self { path: path.to_owned(), seal })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file is as it was sealed. From here on it isn't sealed.
    pub(crate) fn break_seal(&mut self) -> io::Result<bool> {
        let mut sealed = String::new();
        self.seal.rewind()?;
        // What isn't text is no seal.
        let is_text = self.seal.read_to_string(&mut sealed).is_ok();
        self.seal.set_len(0)?;
        Ok(is_text && !sealed.is_empty() && self.digest().is_ok_and(|digest| digest == sealed))
    }

    /// Puts an empty file in its place.
    pub(crate) fn make_anew(&self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        private().create_new(true).open(&self.path)?;
        Ok(())
    }

    /// Seals the file, which nobody has open any more.
    pub(crate) fn seal(mut self) -> io::Result<()> {
        let digest = self.digest()?;
        self.seal.rewind()?;
        self.seal.write_all(digest.as_bytes())
    }

    fn digest(&self) -> io::Result<String> {
        let (mut file, mut digest) = (File::open(&self.path)?, Sha256::new());
        let mut piece = vec![0; 256 * 1024];
        loop {
            match file.read(&mut piece)? {
                0 => break,
                read => digest.update(&piece[..read]),
            }
        }
        let mut text = String::new();
        for byte in digest.finalize() {
            // Writing to a string never fails.
            let _ = write!(text, "{byte:02x}");
        }
        Ok(text)
    }
}

/// Opens a file for reading and writing; a new one can be used by its owner alone.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    options
}
