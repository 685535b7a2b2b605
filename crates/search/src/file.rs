//! The file of an index, and the seal by which it is known to be whole.
//!
//! What is written goes to `SQLite`'s write-ahead log, whose frames have checksums, and nothing is ever synced. From
//! time to time the log is moved into the file, and the seal then holds a checksum of each page. A process that is
//! killed leaves a whole index; damage by a disk or a power cut is noticed, and the index is made anew.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, ErrorKind, Read, Seek};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::wal::{self, PAGE, fill};

/// The file, claimed for this process until it is dropped.
pub(crate) struct IndexFile {
    path: PathBuf,
    /// The file itself, once it is whole or made. To close it would free the locks that `SQLite` has on it.
    file: Option<File>,
    /// Holds the generation and the checksums, and is locked.
    seal: File,
    /// Of each page of the file.
    checksums: Vec<Checksum>,
}

type Checksum = [u8; 8];

impl IndexFile {
    /// Claims the file, which needn't be there.
    pub(crate) fn claim(path: &Path) -> io::Result<Self> {
        let seal = private().create(true).truncate(false).open(beside(path, "-seal"))?;
        seal.try_lock()?;
        Ok(Self { path: path.to_owned(), file: None, seal, checksums: Vec::new() })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The bytes in the log.
    pub(crate) fn log_size(&self) -> u64 {
        fs::metadata(self.log()).map_or(0, |log| log.len())
    }

    /// Whether each page is as it was sealed or stands in the log; then this is the generation of the seal.
    pub(crate) fn whole(&mut self) -> io::Result<Option<u64>> {
        let mut seal = Vec::new();
        self.seal.rewind()?;
        self.seal.read_to_end(&mut seal)?;
        let (Some((generation, checksums)), []) = as_checksums(&seal) else { return Ok(None) };
        if !fs::symlink_metadata(&self.path).is_ok_and(|file| file.is_file()) {
            return Ok(None);
        }
        let file = File::open(&self.path)?;
        let pages = pages_of(&file)?.max(checksums.len());
        let (logged, mut page) = (wal::pages(&self.log())?, [0; PAGE]);
        let mut file = BufReader::with_capacity(64 * PAGE, file);
        for (number, at) in (1..).zip(0..pages) {
            let is_there = fill(&mut file, &mut page)?;
            let is_sealed = is_there && checksums.get(at) == Some(&checksum(number, &page));
            if !is_sealed && !logged.contains(&number) {
                return Ok(None);
            }
        }
        (self.file, self.checksums) = (Some(file.into_inner()), checksums.to_vec());
        Ok(Some(u64::from_le_bytes(*generation)))
    }

    /// Puts an empty file in its place.
    pub(crate) fn make_anew(&mut self) -> io::Result<()> {
        self.checksums.clear();
        self.seal.set_len(0)?;
        for name in [self.log(), beside(&self.path, "-journal"), self.path.clone()] {
            match fs::remove_file(name) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        self.file = Some(private().create_new(true).open(&self.path)?);
        Ok(())
    }

    /// The pages in the log, which are then to be moved into the file and [sealed](Self::seal).
    pub(crate) fn logged(&self) -> io::Result<BTreeSet<u32>> {
        wal::pages(&self.log())
    }

    /// Seals the file after these pages were moved into it, before the log is used again.
    pub(crate) fn seal(&mut self, moved: &BTreeSet<u32>, generation: u64) -> io::Result<()> {
        let Some(file) = &self.file else { return Err(ErrorKind::NotFound.into()) };
        let (known, pages) = (self.checksums.len(), pages_of(file)?);
        self.checksums.resize(pages, Checksum::default());
        let mut page = [0; PAGE];
        for (number, (at, stored)) in (1..).zip(self.checksums.iter_mut().enumerate()) {
            if at >= known || moved.contains(&number) {
                file.read_exact_at(&mut page, at as u64 * PAGE as u64)?;
                *stored = checksum(number, &page);
            }
        }
        // A process that is killed meanwhile leaves a wrong checksum only of pages that stand in the log.
        let seal = [&[generation.to_le_bytes()], self.checksums.as_slice()].concat();
        self.seal.write_all_at(seal.as_flattened(), 0)?;
        self.seal.set_len(seal.as_flattened().len() as u64)
    }

    fn log(&self) -> PathBuf {
        beside(&self.path, "-wal")
    }
}

/// The name of a file that belongs to this one.
pub(crate) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// The generation and the checksums, and what is left over.
fn as_checksums(seal: &[u8]) -> (Option<(&Checksum, &[Checksum])>, &[u8]) {
    let (checksums, rest) = seal.as_chunks();
    (checksums.split_first(), rest)
}

fn pages_of(file: &File) -> io::Result<usize> {
    let pages = file.metadata()?.len().div_ceil(PAGE as u64);
    Ok(usize::try_from(pages).unwrap_or(usize::MAX))
}

/// The first bytes of the SHA-256 of the page and its number.
fn checksum(number: u32, page: &[u8; PAGE]) -> Checksum {
    let digest = Sha256::new().chain_update(number.to_le_bytes()).chain_update(page).finalize();
    let mut checksum = Checksum::default();
    checksum.copy_from_slice(&digest[..8]);
    checksum
}

/// Opens a file for reading and writing; a new one can be used by its owner alone.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    options
}
