//! The kind of a file, by its first bytes.

/// The first bytes that [`Kind::of`] and [`crate::dimensions`] want; fewer do where the file is shorter.
pub const HEAD: usize = 64 * 1024;

/// Where text of another language would make a browser or a program take the file for it.
const SNIFFED: usize = 1024;

/// What makes a file of two kinds: the beginnings of pages, programs and documents.
const FOREIGN: [&[u8]; 5] = [b"<!doctype", b"<html", b"<script", b"<svg", b"%pdf-"];

/// The kind of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A picture, also a moving one.
    Png,
    /// A picture.
    Jpeg,
    /// A picture, also a moving one.
    Gif,
    /// A picture, also a moving one.
    Webp,
    /// A picture.
    Avif,
    /// A video.
    Mp4,
    /// A video.
    Webm,
    /// An Ogg video.
    Ogv,
    /// An Ogg sound.
    Ogg,
    /// A sound.
    Mp3,
    /// A sound.
    Wav,
    /// A sound.
    Flac,
    /// A sound.
    M4a,
    /// All others, with their media type. Browsers save them.
    Other(&'static str),
}

/// How a client shows a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// As a picture.
    Picture,
    /// In a player with a picture.
    Video,
    /// In a player.
    Sound,
    /// As a card.
    Other,
}

impl Kind {
    /// All kinds that browsers show.
    pub const INLINE: [Self; 13] = [
        Self::Png,
        Self::Jpeg,
        Self::Gif,
        Self::Webp,
        Self::Avif,
        Self::Mp4,
        Self::Webm,
        Self::Ogv,
        Self::Ogg,
        Self::Mp3,
        Self::Wav,
        Self::Flac,
        Self::M4a,
    ];

    /// A kind that nothing more is known of.
    pub const UNKNOWN: Self = Self::Other("application/octet-stream");

    /// The kind of a file that begins with these bytes: [`HEAD`] of them, or all.
    #[must_use]
    pub fn of(head: &[u8]) -> Self {
        match shown(head) {
            Some(kind) if !is_foreign(head) => kind,
            _ => Self::Other(saved(head)),
        }
    }

    /// The media type.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
            Self::Mp4 => "video/mp4",
            Self::Webm => "video/webm",
            Self::Ogv => "video/ogg",
            Self::Ogg => "audio/ogg",
            Self::Mp3 => "audio/mpeg",
            Self::Wav => "audio/wav",
            Self::Flac => "audio/flac",
            Self::M4a => "audio/mp4",
            Self::Other(mime) => mime,
        }
    }

    /// How a client shows it.
    #[must_use]
    pub fn class(self) -> Class {
        match self {
            Self::Png | Self::Jpeg | Self::Gif | Self::Webp | Self::Avif => Class::Picture,
            Self::Mp4 | Self::Webm | Self::Ogv => Class::Video,
            Self::Ogg | Self::Mp3 | Self::Wav | Self::Flac | Self::M4a => Class::Sound,
            Self::Other(_) => Class::Other,
        }
    }

    /// Whether browsers show it, and run nothing that is in it.
    #[must_use]
    pub fn is_inline(self) -> bool {
        !matches!(self, Self::Other(_))
    }
}

/// The kind that a browser would show.
fn shown(head: &[u8]) -> Option<Kind> {
    match head {
        [
            0x89,
            b'P',
            b'N',
            b'G',
            b'\r',
            b'\n',
            0x1a,
            b'\n',
            0,
            0,
            0,
            13,
            b'I',
            b'H',
            b'D',
            b'R',
            ..,
        ] => Some(Kind::Png),
        [0xff, 0xd8, 0xff, 0xc0..=0xfe, ..] => Some(Kind::Jpeg),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Kind::Gif),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            b'V',
            b'P',
            b'8',
            b' ' | b'L' | b'X',
            ..,
        ] => Some(Kind::Webp),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'A',
            b'V',
            b'E',
            b'f',
            b'm',
            b't',
            b' ',
            16..=64,
            0,
            0,
            0,
            ..,
        ] => Some(Kind::Wav),
        [b'f', b'L', b'a', b'C', 0 | 0x80, 0, 0, 34, ..] => Some(Kind::Flac),
        [b'O', b'g', b'g', b'S', 0, 2, ..] => of_ogg(head),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => of_matroska(head),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => of_boxes(head),
        _ => is_mp3(head).then_some(Kind::Mp3),
    }
}

/// The codec's name begins the first packet, behind the table of segments.
fn of_ogg(head: &[u8]) -> Option<Kind> {
    let packet = head.get(27 + usize::from(*head.get(26)?)..)?;
    let sounds: [&[u8]; 4] = [b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   "];
    if sounds.iter().any(|name| packet.starts_with(name)) {
        return Some(Kind::Ogg);
    }
    packet.starts_with(b"\x80theora").then_some(Kind::Ogv)
}

/// `DocType`, the element 4282, is among the first.
fn of_matroska(head: &[u8]) -> Option<Kind> {
    let header = &head[..head.len().min(64)];
    header.windows(7).any(|element| element == b"\x42\x82\x84webm").then_some(Kind::Webm)
}

/// The box `ftyp`: its size, the main brand, a version, and the compatible brands.
fn of_boxes(head: &[u8]) -> Option<Kind> {
    let size = usize::try_from(u32::from_be_bytes(*head.first_chunk()?)).ok()?;
    if !(16..=512).contains(&size) || size % 4 != 0 {
        return None;
    }
    let (brands, []) = head.get(8..size)?.as_chunks::<4>() else { return None };
    let main = &brands[0];
    let compatible = || [main].into_iter().chain(&brands[2..]);
    if compatible().any(|brand| matches!(brand, b"avif" | b"avis")) {
        return Some(Kind::Avif);
    }
    match main {
        b"M4A " | b"M4B " => Some(Kind::M4a),
        b"qt  " | b"mif1" | b"msf1" | b"heic" | b"heix" | b"hevc" => None,
        _ => compatible().any(|brand| is_mp4(*brand)).then_some(Kind::Mp4),
    }
}

fn is_mp4(brand: [u8; 4]) -> bool {
    matches!(&brand, b"mp41" | b"mp42" | b"avc1" | b"M4V " | b"MSNV" | b"dash")
        || matches!(brand, [b'i', b's', b'o', b'm' | b'2'..=b'9'])
}

/// A tag of ID3, or two frames in a row.
fn is_mp3(head: &[u8]) -> bool {
    match head {
        [b'I', b'D', b'3', 2..=4, _, flags, a, b, c, d, ..] => {
            flags.trailing_zeros() >= 4 && (a | b | c | d) < 0x80
        }
        _ => frame(head).and_then(|length| frame(head.get(length..)?)).is_some(),
    }
}

/// The length of a frame of MPEG audio, layer III.
fn frame(bytes: &[u8]) -> Option<usize> {
    const RATES: [[usize; 14]; 2] = [
        [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];
    let &[0xff, version, rate, _, ..] = bytes else { return None };
    if version & 0xe6 != 0xe2 {
        return None;
    }
    let (half, hertz) = match version >> 3 & 3 {
        3 => (0, 1),
        2 => (1, 2),
        0 => (1, 4),
        _ => return None,
    };
    let hertz = [44_100, 48_000, 32_000].get(usize::from(rate >> 2 & 3))? / hertz;
    let bits = RATES[half].get(usize::from(rate >> 4).checked_sub(1)?)? * 1_000;
    let samples = if half == 0 { 144 } else { 72 };
    Some(samples * bits / hertz + usize::from(rate >> 1 & 1))
}

/// Whether the beginning of another kind stands among the first bytes.
fn is_foreign(head: &[u8]) -> bool {
    let start = head[..head.len().min(SNIFFED)].to_ascii_lowercase();
    FOREIGN.iter().any(|beginning| memchr::memmem::find(&start, beginning).is_some())
}

/// The media type of a file that browsers save. It is never one that they would show or run.
fn saved(head: &[u8]) -> &'static str {
    let found = infer::get(head).map(|found| found.mime_type());
    let safe = |mime: &&str| {
        mime.starts_with("application/") && !mime.ends_with("xml") && !mime.contains("script")
            || matches!(*mime, "image/heif" | "image/heic" | "image/tiff" | "image/bmp")
            || mime.starts_with("video/") && Kind::INLINE.iter().all(|kind| kind.mime() != *mime)
    };
    match found.filter(safe) {
        Some(mime) => mime,
        None if found.is_none() && is_text(head) => "text/plain",
        None => Kind::UNKNOWN.mime(),
    }
}

/// Whether it is text without control characters. The last character may be cut.
fn is_text(head: &[u8]) -> bool {
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !valid.is_empty()
        && !valid.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_the_first_bytes() {
        let ogg = |codec: &[u8]| [b"OggS\0\x02", &[0; 20][..], &[1, 30], codec].concat();
        let mp3 = [&[0xff, 0xfb, 0x90, 0], &[0; 413][..], &[0xff, 0xfb, 0x90, 0]].concat();
        for (head, kind) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0"[..], Kind::Png),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", Kind::Jpeg),
            (b"\xff\xd8\xff\xdb\0", Kind::Jpeg),
            (b"GIF89a\x01\0\x01\0", Kind::Gif),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Kind::Webp),
            (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", Kind::Avif),
            (b"\0\0\0\x18ftypavif\0\0\0\0mif1miaf", Kind::Avif),
            (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", Kind::Mp4),
            (b"\0\0\0\x18ftypM4A \0\0\0\0isommp42", Kind::M4a),
            (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", Kind::Webm),
            (&ogg(b"\x80theora"), Kind::Ogv),
            (&ogg(b"OpusHead"), Kind::Ogg),
            (&mp3, Kind::Mp3),
            (b"ID3\x04\0\0\0\0\x02\x01TIT2", Kind::Mp3),
            (b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0", Kind::Wav),
            (b"fLaC\0\0\0\x22\x10", Kind::Flac),
            (b"PK\x03\x04\x14\0\0\0", Kind::Other("application/zip")),
            (b"%PDF-1.7\n", Kind::Other("application/pdf")),
            (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", Kind::Other("video/quicktime")),
            (b"hello, w\xc3\xb6rld", Kind::Other("text/plain")),
            (b"cut \xc3", Kind::Other("text/plain")),
            (b"", Kind::UNKNOWN),
            (b"\0\x01\x02", Kind::UNKNOWN),
        ] {
            assert_eq!(Kind::of(head), kind, "{:?}", head.escape_ascii().to_string());
        }
    }

    #[test]
    fn pages_programs_and_files_of_two_kinds_are_saved() {
        for head in [
            &b"<!DOCTYPE html><script>1</script>"[..],
            b"<html>",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"<?xml version='1.0'?><svg/>",
            b"#!/bin/sh\nexit",
            b"\x7fELF\x02\x01\x01",
            b"GIF89a/*<ScRiPt>alert(1)</script>*/",
            b"\xff\xd8\xff\xe0\0\x10JFIF\0%PDF-1.4",
            b"\xff\xd8\xff\xfe\0\x40<html><body>",
            b"\x89PNG\r\n\x1a\n<svg>",
            b"RIFF<!--WAVEfmt <script>",
            b"<!--ftypmp42\0\0\0\0isom-->",
            b"\0\0\0\x18ftypmp42<svg isommp42",
            b"\0\0\0\x14ftyp",
            b"RIFF/*\0\0WEBP*/=1",
            b"ID3\x04\0\0<svg/>",
        ] {
            let kind = Kind::of(head);
            assert!(!kind.is_inline(), "{:?}: {kind:?}", head.escape_ascii().to_string());
            let active = ["html", "svg", "xml", "script", "css"];
            assert!(!active.iter().any(|word| kind.mime().contains(word)), "{kind:?}");
        }
    }
}
