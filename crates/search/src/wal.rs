//! The pages in `SQLite`'s write-ahead log, whose format is <https://www.sqlite.org/fileformat2.html#walformat>.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::Path;

/// The bytes of a page, as many as `SQLite` takes by itself.
pub(crate) const PAGE: usize = 4_096;

const HEADER: usize = 32;

/// Of each frame, before its page.
const FRAME_HEADER: usize = 24;

/// The magic number, of which the last bit says that the checksums are of big-endian words.
const MAGIC: u32 = 0x377f_0682;

/// The numbers of the pages of which `SQLite` reads the state from this log: those of all transactions up to the first
/// frame that isn't whole. A log that isn't there has none.
pub(crate) fn pages(path: &Path) -> io::Result<BTreeSet<u32>> {
    let mut pages = BTreeSet::new();
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(pages),
        file => file?,
    };
    let mut log = BufReader::with_capacity(64 * 1024, file);
    let mut header = [0; HEADER];
    if !fill(&mut log, &mut header)? || word(&header, 0) & !1 != MAGIC {
        return Ok(pages);
    }
    let mut sum = Checksum { is_big: word(&header, 0) & 1 == 1, sums: (0, 0) };
    sum.add(&header[..24]);
    if !sum.is(&header[24..]) || word(&header, 8) as usize != PAGE {
        return Ok(pages);
    }
    let (mut frame, mut uncommitted) = ([0; FRAME_HEADER + PAGE], Vec::new());
    while fill(&mut log, &mut frame)? && frame[8..16] == header[16..24] {
        sum.add(&frame[..8]);
        sum.add(&frame[FRAME_HEADER..]);
        if !sum.is(&frame[16..24]) {
            break;
        }
        uncommitted.push(word(&frame, 0));
        // The last frame of a transaction has the size of the database.
        if word(&frame, 4) > 0 {
            pages.extend(uncommitted.drain(..));
        }
    }
    Ok(pages)
}

/// Whether all of it could be read.
pub(crate) fn fill(log: &mut impl Read, bytes: &mut [u8]) -> io::Result<bool> {
    match log.read_exact(bytes) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        read => read.map(|()| true),
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// The sum of everything before.
struct Checksum {
    is_big: bool,
    sums: (u32, u32),
}

impl Checksum {
    fn add(&mut self, bytes: &[u8]) {
        let (words, _) = bytes.as_chunks();
        let read = if self.is_big { u32::from_be_bytes } else { u32::from_le_bytes };
        let (mut first, mut second) = self.sums;
        let (pairs, _) = words.as_chunks();
        for [one, other] in pairs {
            first = first.wrapping_add(read(*one)).wrapping_add(second);
            second = second.wrapping_add(read(*other)).wrapping_add(first);
        }
        self.sums = (first, second);
    }

    fn is(&self, stored: &[u8]) -> bool {
        self.sums == (word(stored, 0), word(stored, 4))
    }
}
