//! The lines of an import, from a file or made of what the first server left.

use std::fs::File;
use std::io::{self, BufRead, BufReader, stdin};
use std::os::fd::AsFd;
use std::path::Path;

use anyhow::{Context, Result};
use chinwag_store::transfer::Record;

/// A line.
pub struct Line {
    /// What it says.
    pub record: Record,
    /// By what it is known again; it holds no password as typed.
    pub digested: Vec<u8>,
    /// Its length, of which [`Lines::length`] is the sum.
    pub length: u64,
}

/// The lines, one after the other.
pub enum Lines {
    /// Of an export.
    File {
        /// What is still to come.
        rest: BufReader<File>,
        /// Of the whole, in bytes.
        length: u64,
        /// How many were read.
        count: u64,
    },
    /// With passwords as typed.
    Seed {
        /// What is still to come.
        rest: std::vec::IntoIter<Record>,
        /// How many there are.
        length: u64,
    },
}

/// The standard input. It is not opened by its name `/dev/stdin`, for which the user of a container lacks
/// the right.
fn input() -> io::Result<File> {
    Ok(stdin().as_fd().try_clone_to_owned()?.into())
}

impl Lines {
    pub fn open(path: &Path) -> Result<Self> {
        let failed = || format!("failed to read \"{}\"", path.display());
        let file = if path == Path::new("-") { input() } else { File::open(path) };
        let file = file.with_context(failed)?;
        let length = file.metadata().with_context(failed)?.len();
        Ok(Self::File { rest: BufReader::new(file), length, count: 0 })
    }

    pub fn of_seed(records: Vec<Record>) -> Result<Self> {
        let length = u64::try_from(records.len())?;
        Ok(Self::Seed { rest: records.into_iter(), length })
    }

    pub fn length(&self) -> u64 {
        match self {
            Self::File { length, .. } | Self::Seed { length, .. } => *length,
        }
    }

    pub fn have_passwords_as_typed(&self) -> bool {
        matches!(self, Self::Seed { .. })
    }

    pub fn next(&mut self) -> Result<Option<Line>> {
        match self {
            Self::File { rest, count, .. } => {
                let mut digested = Vec::new();
                if rest.read_until(b'\n', &mut digested)? == 0 {
                    return Ok(None);
                }
                *count += 1;
                // What the parser says might quote a hash.
                let record = serde_json::from_slice(&digested).ok();
                let record = record.with_context(|| format!("line {count} is not of an export"))?;
                let length = u64::try_from(digested.len())?;
                Ok(Some(Line { record, digested, length }))
            }
            Self::Seed { rest, .. } => {
                let Some(record) = rest.next() else { return Ok(None) };
                let digested = serde_json::to_vec(&without_password(record.clone()))?;
                Ok(Some(Line { record, digested, length: 1 }))
            }
        }
    }
}

fn without_password(mut record: Record) -> Record {
    if let Record::User { user } = &mut record {
        user.password.clear();
    }
    record
}
