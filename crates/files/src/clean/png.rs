//! PNG, third edition: the chunks that pixels, colours and movement need stay.

use std::io::{Read, Seek};

use super::cleaned::Cleaned;
use super::exif;
use super::walk::{Fault, Walk, Walked};

/// The bytes that begin a PNG.
const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// The longest EXIF whose orientation is looked for. Nobody writes a longer one.
const MAX_EXIF: u32 = u16::MAX as u32;

/// The chunks before the end of the picture.
pub fn clean(walk: &mut Walk<impl Read + Seek>) -> Walked<Cleaned> {
    let mut cleaned = Cleaned::default();
    let mut drawn = false;
    if walk.array()? != SIGNATURE {
        return Err(Fault::Broken);
    }
    cleaned.keep(0..8)?;
    loop {
        let start = walk.at();
        let length = u32::from_be_bytes(walk.array()?);
        let kind = walk.array()?;
        let header = matches!(&kind, b"IHDR");
        if length > i32::MAX.unsigned_abs() || header == cleaned.is_measured() {
            return Err(Fault::Broken);
        }
        match &kind {
            b"IHDR" if length == 13 => {
                measure(walk, &mut cleaned)?;
                cleaned.keep(start..walk.at())?;
            }
            b"eXIf" if length <= MAX_EXIF => orient(walk, &mut cleaned, length)?,
            b"IEND" if drawn && length == 0 => {
                walk.skip(4)?;
                cleaned.keep(start..walk.at())?;
                return Ok(cleaned);
            }
            _ if is_needed(kind) => {
                drawn |= kind == *b"IDAT";
                walk.skip(u64::from(length) + 4)?;
                cleaned.keep(start..walk.at())?;
            }
            // A decoder may pass over a chunk that it doesn't know only if its first letter is small.
            [first, ..] if first.is_ascii_lowercase() => walk.skip(u64::from(length) + 4)?,
            _ => return Err(Fault::Broken),
        }
    }
}

fn is_needed(kind: [u8; 4]) -> bool {
    matches!(
        &kind,
        b"PLTE"
            | b"IDAT"
            | b"tRNS"
            | b"cHRM"
            | b"gAMA"
            | b"iCCP"
            | b"sBIT"
            | b"sRGB"
            | b"cICP"
            | b"mDCV"
            | b"cLLI"
            | b"bKGD"
            | b"pHYs"
            | b"acTL"
            | b"fcTL"
            | b"fdAT"
    )
}

fn measure(walk: &mut Walk<impl Read + Seek>, cleaned: &mut Cleaned) -> Walked<()> {
    let (width, height) = (u32::from_be_bytes(walk.array()?), u32::from_be_bytes(walk.array()?));
    walk.skip(5 + 4)?;
    cleaned.measure((width, height))
}

/// Writes EXIF anew with its orientation alone.
fn orient(walk: &mut Walk<impl Read + Seek>, cleaned: &mut Cleaned, length: u32) -> Walked<()> {
    let start = walk.at() - 8;
    let content = walk.bytes(u16::try_from(length).map_err(|_| Fault::Broken)?)?;
    walk.skip(4)?;
    let Some(made) = exif::oriented(&content) else { return Ok(()) };
    if made == content {
        return cleaned.keep(start..walk.at());
    }
    let length = u32::try_from(made.len()).map_err(|_| Fault::Broken)?;
    let body = [&b"eXIf"[..], &made].concat();
    cleaned.make([&length.to_be_bytes()[..], &body, &crc(&body).to_be_bytes()].concat())
}

/// The checksum of a chunk, by annex D, for a few bytes.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 }
        })
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(super::crc(b"IEND"), 0xae42_6082);
    }
}
