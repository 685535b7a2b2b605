//! A walk through a file, from its first byte to its last.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

/// The bytes that are read at once.
const BUFFER: usize = 64 * 1024;

/// Why a walk ends early.
pub enum Fault {
    /// The file is not of the shape of its kind.
    Broken,
    /// Reading failed.
    Io(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::UnexpectedEof { Self::Broken } else { Self::Io(error) }
    }
}

/// The result of a step.
pub type Walked<T> = Result<T, Fault>;

/// A walk through a file of known size.
pub struct Walk<S> {
    source: BufReader<S>,
    at: u64,
    size: u64,
}

impl<S: Read + Seek> Walk<S> {
    /// A walk from the first byte.
    pub fn new(mut source: S, size: u64) -> io::Result<Self> {
        source.seek(SeekFrom::Start(0))?;
        Ok(Self { source: BufReader::with_capacity(BUFFER, source), at: 0, size })
    }

    /// The offset of the next byte.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// The size of the file.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The next bytes.
    pub fn array<const N: usize>(&mut self) -> Walked<[u8; N]> {
        let mut bytes = [0; N];
        self.advance(N as u64)?;
        self.source.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// The next byte.
    pub fn byte(&mut self) -> Walked<u8> {
        self.array().map(|[byte]| byte)
    }

    /// So many of the next bytes.
    pub fn bytes(&mut self, length: u16) -> Walked<Vec<u8>> {
        let mut bytes = vec![0; usize::from(length)];
        self.advance(u64::from(length))?;
        self.source.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Passes over the next bytes.
    pub fn skip(&mut self, length: u64) -> Walked<()> {
        self.advance(length)?;
        let length = i64::try_from(length).map_err(|_| Fault::Broken)?;
        Ok(self.source.seek_relative(length)?)
    }

    /// Passes over the bytes before the next one of this value, or to the end of the file. Returns whether there is one.
    pub fn find(&mut self, byte: u8) -> Walked<bool> {
        while self.at < self.size {
            let buffer = self.source.fill_buf()?;
            let left = usize::try_from(self.size - self.at).unwrap_or(usize::MAX);
            let buffer = &buffer[..buffer.len().min(left)];
            if buffer.is_empty() {
                return Err(Fault::Broken);
            }
            let found = memchr::memchr(byte, buffer);
            let passed = found.unwrap_or(buffer.len());
            self.source.consume(passed);
            self.at += passed as u64;
            if found.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn advance(&mut self, length: u64) -> Walked<()> {
        let at = self.at.checked_add(length).filter(|at| *at <= self.size);
        self.at = at.ok_or(Fault::Broken)?;
        Ok(())
    }
}
