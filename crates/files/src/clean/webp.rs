//! WebP, by RFC 9649: the chunks that pixels, colours and movement need stay.

use std::io::{Read, Seek};

use super::cleaned::Cleaned;
use super::walk::{Fault, Walk, Walked};
use crate::Dimensions;

/// The flags of `VP8X` that say that there is EXIF, or XMP.
const EXIF: u8 = 0x08;
const XMP: u8 = 0x04;

/// The chunks within the size that the header says.
pub fn clean(walk: &mut Walk<impl Read + Seek>) -> Walked<Cleaned> {
    if walk.array()? != *b"RIFF" {
        return Err(Fault::Broken);
    }
    let said = walk.array()?;
    let end = 8 + u64::from(u32::from_le_bytes(said));
    if walk.array()? != *b"WEBP" || end > walk.size() {
        return Err(Fault::Broken);
    }
    let (mut cleaned, mut drawn) = (Cleaned::default(), false);
    while walk.at() < end {
        drawn |= chunk(walk, &mut cleaned, end)?;
    }
    let size = u32::try_from(4 + cleaned.size()).map_err(|_| Fault::Broken)?.to_le_bytes();
    if !drawn || walk.at() != end {
        return Err(Fault::Broken);
    }
    cleaned.begin(size == said, [&b"RIFF"[..], &size, b"WEBP"].concat());
    Ok(cleaned)
}

/// Passes over a chunk. Returns whether it has pixels.
fn chunk(walk: &mut Walk<impl Read + Seek>, cleaned: &mut Cleaned, end: u64) -> Walked<bool> {
    let start = walk.at();
    let (kind, next) = header(walk, end)?;
    let first = !cleaned.is_measured();
    match &kind {
        b"VP8X" if first => {
            canvas(walk, cleaned, start, next)?;
            return Ok(false);
        }
        b"VP8 " => measure(cleaned, lossy(walk)?)?,
        b"VP8L" => measure(cleaned, lossless(walk)?)?,
        _ if first => return Err(Fault::Broken),
        b"ANMF" => frame(walk, next)?,
        b"ALPH" | b"ANIM" | b"ICCP" => {}
        _ => {
            to(walk, next)?;
            return Ok(false);
        }
    }
    to(walk, next)?;
    cleaned.keep(start..next)?;
    Ok(!matches!(&kind, b"ALPH" | b"ANIM" | b"ICCP"))
}

/// The kind of a chunk, and where the next one begins.
fn header(walk: &mut Walk<impl Read + Seek>, end: u64) -> Walked<([u8; 4], u64)> {
    let kind = walk.array()?;
    let length = u64::from(u32::from_le_bytes(walk.array()?));
    let next = walk.at() + length + length % 2;
    if next > end { Err(Fault::Broken) } else { Ok((kind, next)) }
}

fn to(walk: &mut Walk<impl Read + Seek>, next: u64) -> Walked<()> {
    walk.skip(next.checked_sub(walk.at()).ok_or(Fault::Broken)?)
}

/// The canvas. The flags of EXIF and XMP go with them.
fn canvas(
    walk: &mut Walk<impl Read + Seek>,
    cleaned: &mut Cleaned,
    start: u64,
    next: u64,
) -> Walked<()> {
    let flags = walk.byte()?;
    let reserved: [u8; 3] = walk.array()?;
    let (width, height) = (walk.array()?, walk.array()?);
    if walk.at() != next {
        return Err(Fault::Broken);
    }
    cleaned.measure((side(width), side(height)))?;
    if flags & (EXIF | XMP) == 0 {
        return cleaned.keep(start..next);
    }
    let flags = [flags & !(EXIF | XMP)];
    cleaned.make([&b"VP8X\x0a\0\0\0"[..], &flags, &reserved, &width, &height].concat())
}

/// A side of the canvas is stored less one.
fn side([low, mid, high]: [u8; 3]) -> u32 {
    u32::from_le_bytes([low, mid, high, 0]) + 1
}

/// A picture alone is the canvas; one on a canvas is not larger.
fn measure(cleaned: &mut Cleaned, (width, height): Dimensions) -> Walked<()> {
    if !cleaned.is_measured() {
        return cleaned.measure((width, height));
    }
    let (most, highest) = cleaned.dimensions();
    if width > most || height > highest { Err(Fault::Broken) } else { Ok(()) }
}

/// The header of a lossy picture, by RFC 6386, section 9.1.
fn lossy(walk: &mut Walk<impl Read + Seek>) -> Walked<Dimensions> {
    let [_, _, _, 0x9d, 0x01, 0x2a, a, b, c, d] = walk.array()? else { return Err(Fault::Broken) };
    let side = |bytes| u32::from(u16::from_le_bytes(bytes) & 0x3fff);
    Ok((side([a, b]), side([c, d])))
}

/// The header of a lossless picture, by RFC 9649, section 3.4.
fn lossless(walk: &mut Walk<impl Read + Seek>) -> Walked<Dimensions> {
    let [0x2f, a, b, c, d] = walk.array()? else { return Err(Fault::Broken) };
    let bits = u32::from_le_bytes([a, b, c, d]);
    Ok(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
}

/// A frame of a moving picture has pixels and nothing else.
fn frame(walk: &mut Walk<impl Read + Seek>, end: u64) -> Walked<()> {
    walk.skip(16)?;
    while walk.at() < end {
        let (kind, next) = header(walk, end)?;
        if !matches!(&kind, b"ALPH" | b"VP8 " | b"VP8L") {
            return Err(Fault::Broken);
        }
        to(walk, next)?;
    }
    Ok(())
}
