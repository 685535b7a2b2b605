//! JPEG, by ITU-T T.81, annex B: the segments that pixels and colours need stay.

use std::io::{Read, Seek};

use super::cleaned::Cleaned;
use super::exif;
use super::walk::{Fault, Walk, Walked};

/// The end of a picture.
const END: [u8; 2] = [0xff, 0xd9];

/// The segments before the end of the picture. One that is cut off within a scan gets an end.
pub fn clean(walk: &mut Walk<impl Read + Seek>) -> Walked<Cleaned> {
    let mut cleaned = Cleaned::default();
    let (mut scanned, mut oriented) = (false, false);
    if walk.array()? != [0xff, 0xd8] {
        return Err(Fault::Broken);
    }
    cleaned.keep(0..2)?;
    let mut code = marker(walk)?;
    loop {
        match code {
            0xd9 if scanned => {
                cleaned.keep(walk.at() - 2..walk.at())?;
                return Ok(cleaned);
            }
            0xda if cleaned.is_measured() => {
                scanned = true;
                keep(walk, &mut cleaned)?;
                if let Some(next) = scan(walk, &mut cleaned)? {
                    code = next;
                    continue;
                }
                cleaned.make(END.to_vec())?;
                return Ok(cleaned);
            }
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => frame(walk, &mut cleaned)?,
            0xc4 | 0xcc | 0xdb | 0xdd => keep(walk, &mut cleaned)?,
            0xe0..=0xef | 0xfe => application(walk, &mut cleaned, code, &mut oriented)?,
            _ => return Err(Fault::Broken),
        }
        code = marker(walk)?;
    }
}

/// The code of the next marker. Bytes may fill the room before it.
fn marker(walk: &mut Walk<impl Read + Seek>) -> Walked<u8> {
    if walk.byte()? != 0xff {
        return Err(Fault::Broken);
    }
    loop {
        let code = walk.byte()?;
        if code != 0xff {
            return Ok(code);
        }
    }
}

/// The length of the content of a segment.
fn length(walk: &mut Walk<impl Read + Seek>) -> Walked<u16> {
    u16::from_be_bytes(walk.array()?).checked_sub(2).ok_or(Fault::Broken)
}

fn keep(walk: &mut Walk<impl Read + Seek>, cleaned: &mut Cleaned) -> Walked<()> {
    let start = walk.at() - 2;
    let length = length(walk)?;
    walk.skip(length.into())?;
    cleaned.keep(start..walk.at())
}

/// The header of the frame: precision, height and width. A second one would be another picture.
fn frame(walk: &mut Walk<impl Read + Seek>, cleaned: &mut Cleaned) -> Walked<()> {
    let start = walk.at() - 2;
    let length = u64::from(length(walk)?);
    let [_, a, b, c, d] = walk.array()?;
    walk.skip(length.checked_sub(5).ok_or(Fault::Broken)?)?;
    if cleaned.is_measured() {
        return Err(Fault::Broken);
    }
    let (height, width) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    cleaned.measure((width.into(), height.into()))?;
    cleaned.keep(start..walk.at())
}

/// The data of a scan. Returns the code of the marker behind it; none at the end of the file.
fn scan(walk: &mut Walk<impl Read + Seek>, cleaned: &mut Cleaned) -> Walked<Option<u8>> {
    let start = walk.at();
    while walk.find(0xff)? {
        let at = walk.at();
        let code = match marker(walk) {
            Ok(0 | 0xd0..=0xd7) => continue,
            Ok(code) => Some(code),
            Err(Fault::Broken) => None,
            Err(fault) => return Err(fault),
        };
        cleaned.keep(start..at)?;
        return Ok(code);
    }
    cleaned.keep(start..walk.at())?;
    Ok(None)
}

/// The segments of applications: JFIF without its small picture, the colour profile, Adobe's transformation of
/// colours and the orientation stay.
fn application(
    walk: &mut Walk<impl Read + Seek>,
    cleaned: &mut Cleaned,
    code: u8,
    oriented: &mut bool,
) -> Walked<()> {
    let start = walk.at() - 2;
    let content = length(walk)?;
    let content = walk.bytes(content)?;
    let whole = start..walk.at();
    match (code, &*content) {
        (0xe0, [b'J', b'F', b'I', b'F', 0, ..])
            if content.len() == 14 && content.ends_with(&[0, 0]) =>
        {
            cleaned.keep(whole)
        }
        (0xe0, [b'J', b'F', b'I', b'F', 0, ..]) if content.len() >= 14 => {
            segment(cleaned, code, &[&content[..12], &[0, 0]].concat())
        }
        (0xe2, [b'I', b'C', b'C', b'_', b'P', b'R', b'O', b'F', b'I', b'L', b'E', 0, ..]) => {
            cleaned.keep(whole)
        }
        (0xee, [b'A', b'd', b'o', b'b', b'e', ..]) if content.len() == 12 => cleaned.keep(whole),
        (0xee, [b'A', b'd', b'o', b'b', b'e', ..]) if content.len() > 12 => {
            segment(cleaned, code, &content[..12])
        }
        (0xe1, [b'E', b'x', b'i', b'f', 0, _, tiff @ ..]) if !*oriented => {
            let Some(made) = exif::oriented(tiff) else { return Ok(()) };
            *oriented = true;
            if made == tiff {
                return cleaned.keep(whole);
            }
            segment(cleaned, code, &[exif::MARK, &made].concat())
        }
        _ => Ok(()),
    }
}

fn segment(cleaned: &mut Cleaned, code: u8, content: &[u8]) -> Walked<()> {
    let length = u16::try_from(content.len() + 2).map_err(|_| Fault::Broken)?;
    cleaned.make([&[0xff, code], &length.to_be_bytes()[..], content].concat())
}
