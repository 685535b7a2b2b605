//! GIF, version 89a: pictures, their timing and the repetition stay, comments and texts of applications go.

use std::io::{Read, Seek};

use super::cleaned::Cleaned;
use super::walk::{Fault, Walk, Walked};

/// The extensions that say how often a moving picture is repeated.
const REPETITIONS: [&[u8]; 2] = [b"NETSCAPE2.0", b"ANIMEXTS1.0"];

/// The blocks before the end of the picture.
pub fn clean(walk: &mut Walk<impl Read + Seek>) -> Walked<Cleaned> {
    let mut cleaned = Cleaned::default();
    let [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', a, b, c, d, flags, _, _] = walk.array()? else {
        return Err(Fault::Broken);
    };
    cleaned.measure((u16::from_le_bytes([a, b]).into(), u16::from_le_bytes([c, d]).into()))?;
    colours(walk, flags)?;
    cleaned.keep(0..walk.at())?;
    let mut drawn = false;
    loop {
        let start = walk.at();
        match walk.byte()? {
            0x3b if drawn => {
                cleaned.keep(start..walk.at())?;
                return Ok(cleaned);
            }
            0x2c => {
                picture(walk)?;
                cleaned.keep(start..walk.at())?;
                drawn = true;
            }
            0x21 if extension(walk)? => cleaned.keep(start..walk.at())?,
            0x21 => {}
            _ => return Err(Fault::Broken),
        }
    }
}

/// A table of colours, if the flags say that there is one.
fn colours(walk: &mut Walk<impl Read + Seek>, flags: u8) -> Walked<()> {
    walk.skip(if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) })
}

fn picture(walk: &mut Walk<impl Read + Seek>) -> Walked<()> {
    let [.., flags] = walk.array::<9>()?;
    colours(walk, flags)?;
    walk.skip(1)?;
    blocks(walk)
}

/// Passes over an extension. Returns whether it stays.
fn extension(walk: &mut Walk<impl Read + Seek>) -> Walked<bool> {
    let label = walk.byte()?;
    let length = walk.byte()?;
    let first = walk.bytes(length.into())?;
    if length > 0 {
        blocks(walk)?;
    }
    Ok(label == 0xf9 || label == 0xff && REPETITIONS.contains(&&*first))
}

/// Passes over blocks to the empty one.
fn blocks(walk: &mut Walk<impl Read + Seek>) -> Walked<()> {
    loop {
        match walk.byte()? {
            0 => return Ok(()),
            length => walk.skip(length.into())?,
        }
    }
}
