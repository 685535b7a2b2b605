//! Pictures without metadata: which bytes of a file stay, found without decoding it.

mod cleaned;
mod exif;
mod gif;
mod jpeg;
mod png;
mod walk;
mod webp;

use std::io::{self, Read, Seek};

pub use cleaned::Cleaned;
use walk::{Fault, Walk};

use crate::Kind;

/// How a picture is cleaned: only what its pixels, colours and orientation need stays, and nothing behind its end.
/// None if it is broken, or no PNG, JPEG, WebP or GIF.
///
/// # Errors
/// If reading fails.
pub fn clean(
    kind: Kind,
    source: &mut (impl Read + Seek),
    size: u64,
) -> io::Result<Option<Cleaned>> {
    let mut walk = Walk::new(source, size)?;
    let cleaned = match kind {
        Kind::Png => png::clean(&mut walk),
        Kind::Jpeg => jpeg::clean(&mut walk),
        Kind::Webp => webp::clean(&mut walk),
        Kind::Gif => gif::clean(&mut walk),
        _ => return Ok(None),
    };
    match cleaned {
        Ok(cleaned) => Ok(cleaned.finished()),
        Err(Fault::Broken) => Ok(None),
        Err(Fault::Io(error)) => Err(error),
    }
}
