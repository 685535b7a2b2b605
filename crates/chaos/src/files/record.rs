//! The files that were sent, and what reading them gave, in the order of one clock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A file whose message was acknowledged.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// Tells its bytes.
    pub number: u64,
    /// Its UUID.
    pub file: String,
    /// The `Seq` of its message in General.
    pub seq: u64,
    /// Who sent it, by their place in the scene.
    pub who: usize,
    /// When the deletion of its message was first asked for.
    pub deleting: Option<u64>,
    /// When that was acknowledged.
    pub deleted: Option<u64>,
}

/// A request for the bytes of a file that was sent.
#[derive(Debug)]
pub struct Read {
    /// The file, by its place in the register.
    pub place: usize,
    /// When it was asked for.
    pub asked: u64,
    /// When the answer was there.
    pub answered: u64,
    /// What came.
    pub found: Found,
}

/// What a request for a file gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Found {
    /// All its bytes.
    Whole,
    /// Other bytes.
    Other,
    /// No file.
    Nothing,
}

/// All files and reads.
#[derive(Default)]
pub struct Register {
    numbers: AtomicU64,
    sent: Mutex<Vec<Sent>>,
    reads: Mutex<Vec<Read>>,
}

impl Register {
    /// The number of a new file.
    pub fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// The files that were sent.
    pub fn sent(&self) -> MutexGuard<'_, Vec<Sent>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was read.
    pub fn reads(&self) -> MutexGuard<'_, Vec<Read>> {
        self.reads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One file in so many is larger than a piece.
const LARGE: u64 = 8;

/// The bytes of the file of this number.
pub fn bytes(number: u64) -> Vec<u8> {
    let (line, kilobytes) =
        (format!("file {number:06} "), if number % LARGE == 1 { 900 } else { 1 + number % 40 });
    let length = usize::try_from(kilobytes).unwrap_or_default() * 1_000;
    line.bytes().cycle().take(length).collect()
}

/// What must not have happened: a file that isn't whole until its deletion is asked for, or one that is there after that
/// was acknowledged.
pub fn faults(sent: &[Sent], reads: &[Read]) -> Vec<String> {
    let is_wrong = |read: &&Read| {
        let sent = &sent[read.place];
        let may_be_gone = sent.deleting.is_some_and(|deleting| deleting < read.answered);
        let is_gone = sent.deleted.is_some_and(|deleted| deleted < read.asked);
        match read.found {
            Found::Whole => is_gone,
            Found::Other => true,
            Found::Nothing => !may_be_gone,
        }
    };
    let wrong = reads.iter().filter(is_wrong);
    wrong.map(|read| format!("{read:?} of {:?}", sent[read.place])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether this may be found between these moments, of a file whose deletion is asked for at 4 and acknowledged at 6.
    fn may_be(found: Found, asked: u64, answered: u64) -> bool {
        let sent = Sent { deleting: Some(4), deleted: Some(6), ..Sent::default() };
        faults(&[sent], &[Read { place: 0, asked, answered, found }]).is_empty()
    }

    #[test]
    fn a_file_is_whole_until_its_deletion_and_gone_after_it() {
        assert!(may_be(Found::Whole, 1, 2) && !may_be(Found::Nothing, 1, 2));
        assert!(may_be(Found::Whole, 3, 5) && may_be(Found::Nothing, 3, 5));
        assert!(!may_be(Found::Whole, 7, 8) && may_be(Found::Nothing, 7, 8));
        assert!(!may_be(Found::Other, 1, 2) && !may_be(Found::Other, 7, 8));
    }

    #[test]
    fn each_file_has_bytes_of_its_own() {
        assert_eq!((bytes(1).len(), bytes(2).len()), (900_000, 3_000));
        assert!(bytes(2).starts_with(b"file 000002 file 000002 ") && bytes(42) != bytes(2));
    }
}
