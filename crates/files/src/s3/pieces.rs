//! The pieces of an upload, read as one file.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use super::Shared;

/// The bytes that are read at once: a piece as clients send it, mostly.
const CHUNK: u64 = 1024 * 1024;

/// An object that holds a part of a file.
pub struct Piece {
    /// Its key.
    pub key: String,
    /// The offset of its first byte in the file.
    pub start: u64,
    /// Its size in bytes.
    pub size: u64,
}

impl Piece {
    /// The offset behind its last byte.
    pub fn end(&self) -> u64 {
        self.start.saturating_add(self.size)
    }
}

/// Pieces without a gap, in order.
pub struct Pieces {
    shared: Arc<Shared>,
    all: Vec<Piece>,
    at: u64,
    chunk: Vec<u8>,
    chunk_at: u64,
}

impl Pieces {
    /// A file of these pieces, from its first byte.
    pub fn new(shared: Arc<Shared>, pieces: Vec<Piece>) -> Self {
        Self { shared, all: pieces, at: 0, chunk: Vec::new(), chunk_at: 0 }
    }

    /// What of the chunk lies behind the place of reading.
    fn rest(&self) -> &[u8] {
        let passed =
            self.at.checked_sub(self.chunk_at).and_then(|passed| usize::try_from(passed).ok());
        passed.and_then(|passed| self.chunk.get(passed..)).unwrap_or_default()
    }

    fn fetch(&mut self) -> io::Result<()> {
        let Some(piece) =
            self.all.iter().find(|piece| piece.start <= self.at && self.at < piece.end())
        else {
            return Ok(());
        };
        let from = self.at - piece.start;
        let range = from..piece.size.min(from + CHUNK);
        self.chunk = self.shared.read(&piece.key, range).map_err(io::Error::other)?;
        self.chunk_at = self.at;
        Ok(())
    }
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.rest().is_empty() {
            self.fetch()?;
        }
        let read = self.rest().read(into)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Pieces {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let end = self.all.last().map_or(0, Piece::end);
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => end.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
