//! What a file is when its upload ends.

use std::io::{Cursor, Read, Seek, SeekFrom};

use crate::dimensions::pixels;
use crate::kind::HEAD;
use crate::{Cleaned, Dimensions, Error, Kind, MAX_PIXELS, Result, clean, dimensions};

/// The largest preview, in bytes.
pub const MAX_PREVIEW: usize = 256 * 1024;

/// The largest preview, in pixels.
pub const MAX_PREVIEW_PIXELS: u64 = 1024 * 1024;

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Finished {
    /// Its kind. A broken picture is of another kind.
    pub kind: Kind,
    /// Its size in bytes, as it is stored.
    pub size: u64,
    /// The width and height of a picture.
    pub dimensions: Option<Dimensions>,
}

/// A preview as it is stored: without metadata.
///
/// # Errors
/// [`Error::NoPreview`] and [`Error::TooManyPixels`].
pub fn preview(bytes: &[u8]) -> Result<Vec<u8>> {
    let kind = Kind::of(bytes);
    if bytes.len() > MAX_PREVIEW || !matches!(kind, Kind::Png | Kind::Jpeg | Kind::Webp) {
        return Err(Error::NoPreview);
    }
    let mut source = Cursor::new(bytes);
    let cleaned = clean(kind, &mut source, bytes.len() as u64)?.ok_or(Error::NoPreview)?;
    if pixels(cleaned.dimensions()) > MAX_PREVIEW_PIXELS {
        return Err(Error::TooManyPixels);
    }
    let mut stored = Vec::new();
    cleaned.copy(&mut source, &mut stored)?;
    Ok(stored)
}

/// What a file of this size is, and how it is cleaned; not at all where nothing is to be removed.
pub fn inspect(source: &mut (impl Read + Seek), size: u64) -> Result<(Finished, Option<Cleaned>)> {
    let mut head = Vec::new();
    source.seek(SeekFrom::Start(0))?;
    source.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let kind = Kind::of(&head);
    let (found, cleaned) = match kind {
        Kind::Png | Kind::Jpeg | Kind::Webp | Kind::Gif => {
            let cleaned = clean(kind, source, size)?;
            (cleaned.as_ref().map(Cleaned::dimensions), cleaned)
        }
        Kind::Avif => (dimensions(&head), None),
        _ => return Ok((Finished { kind, size, dimensions: None }, None)),
    };
    let Some(dimensions) = found else {
        return Ok((Finished { kind: Kind::UNKNOWN, size, dimensions: None }, None));
    };
    if pixels(dimensions) > MAX_PIXELS {
        return Err(Error::TooManyPixels);
    }
    let cleaned = cleaned.filter(|cleaned| !cleaned.is_whole(size));
    let size = cleaned.as_ref().map_or(size, Cleaned::size);
    Ok((Finished { kind, size, dimensions: Some(dimensions) }, cleaned))
}
