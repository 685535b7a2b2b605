//! What stays of a picture.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;

use super::walk::{Fault, Walked};
use crate::Dimensions;

/// The most spans of a picture. More are found only where somebody wants a server to run out of memory.
const MAX_SPANS: usize = 4096;

/// What stays of a picture: spans of its bytes, and a few bytes made anew.
#[derive(Debug, Default)]
pub struct Cleaned {
    dimensions: Option<Dimensions>,
    spans: Vec<Span>,
}

#[derive(Debug)]
enum Span {
    Kept(Range<u64>),
    Made(Vec<u8>),
}

impl Span {
    fn size(&self) -> u64 {
        match self {
            Self::Kept(range) => range.end - range.start,
            Self::Made(bytes) => bytes.len() as u64,
        }
    }
}

impl Cleaned {
    /// The width and height.
    #[must_use]
    pub fn dimensions(&self) -> Dimensions {
        self.dimensions.unwrap_or_default()
    }

    /// The size of what stays, in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.spans.iter().map(Span::size).sum()
    }

    /// Whether all of a file of this size stays.
    #[must_use]
    pub fn is_whole(&self, size: u64) -> bool {
        matches!(&*self.spans, [Span::Kept(range)] if *range == (0..size))
    }

    /// Copies what stays.
    ///
    /// # Errors
    /// If reading or writing fails.
    pub fn copy(&self, source: &mut (impl Read + Seek), to: &mut impl Write) -> io::Result<()> {
        for span in &self.spans {
            match span {
                Span::Kept(range) => {
                    source.seek(SeekFrom::Start(range.start))?;
                    let copied = io::copy(&mut source.take(span.size()), to)?;
                    if copied < span.size() {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Span::Made(bytes) => to.write_all(bytes)?,
            }
        }
        Ok(())
    }

    /// Keeps these bytes of the file.
    pub(super) fn keep(&mut self, range: Range<u64>) -> Walked<()> {
        if let Some(Span::Kept(last)) = self.spans.last_mut()
            && last.end == range.start
        {
            last.end = range.end;
            return Ok(());
        }
        self.push(Span::Kept(range))
    }

    /// Adds bytes that are made anew.
    pub(super) fn make(&mut self, bytes: Vec<u8>) -> Walked<()> {
        self.push(Span::Made(bytes))
    }

    /// Puts bytes before all others: those of the file if they are the same there.
    pub(super) fn begin(&mut self, same: bool, bytes: Vec<u8>) {
        let length = bytes.len() as u64;
        match self.spans.first_mut() {
            Some(Span::Kept(first)) if same && first.start == length => first.start = 0,
            _ => self.spans.insert(0, Span::Made(bytes)),
        }
    }

    /// Notes the width and height.
    pub(super) fn measure(&mut self, (width, height): Dimensions) -> Walked<()> {
        if width == 0 || height == 0 {
            return Err(Fault::Broken);
        }
        self.dimensions = Some((width, height));
        Ok(())
    }

    /// Whether the width and height are known.
    pub(super) fn is_measured(&self) -> bool {
        self.dimensions.is_some()
    }

    /// The picture, if its width and height are known.
    pub(super) fn finished(self) -> Option<Self> {
        self.is_measured().then_some(self)
    }

    fn push(&mut self, span: Span) -> Walked<()> {
        if self.spans.len() == MAX_SPANS {
            return Err(Fault::Broken);
        }
        self.spans.push(span);
        Ok(())
    }
}
