//! Pictures: their metadata goes, their pixels stay, and no damage brings the reader down.

use std::io::Cursor;

use chinwag_files::{Error, Folder, Home, Kind, MAX_PREVIEW, Object, clean, dimensions, preview};
use image::{DynamicImage, ImageFormat, RgbImage};
use proptest::prelude::*;
use tempfile::TempDir;
use uuid::Uuid;

const FILE: Uuid = Uuid::from_u128(7);

/// What nobody may find in a cleaned picture.
const SECRET: &[u8] = b"GPS 52.5200 N";

const FORMATS: [(ImageFormat, Kind); 4] = [
    (ImageFormat::Png, Kind::Png),
    (ImageFormat::Jpeg, Kind::Jpeg),
    (ImageFormat::WebP, Kind::Webp),
    (ImageFormat::Gif, Kind::Gif),
];

fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let pixels = RgbImage::from_fn(width, height, |x, y| {
        let byte = |value: u32| u8::try_from(value % 256).unwrap();
        image::Rgb([byte(x * 7), byte(y * 5), byte(x * y)])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(pixels).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The picture with a secret wherever its format has room for one, and behind its end.
fn with_secrets(kind: Kind, bytes: &[u8]) -> Vec<u8> {
    let mut with = match kind {
        Kind::Png => {
            let chunks = [
                chunk(b"tEXt", SECRET),
                chunk(b"eXIf", &tiff()),
                chunk(b"tIME", SECRET),
                chunk(b"prVt", SECRET),
            ];
            [&bytes[..33], &chunks.concat(), &bytes[33..]].concat()
        }
        Kind::Jpeg => {
            let exif = [b"Exif\0\0", &tiff()[..]].concat();
            let segments = [
                segment(0xe1, &exif),
                segment(0xe1, SECRET),
                segment(0xed, SECRET),
                segment(0xfe, SECRET),
            ];
            [&bytes[..2], &segments.concat(), &bytes[2..]].concat()
        }
        Kind::Webp => {
            let (width, height) = dimensions(bytes).unwrap();
            let side = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
            let canvas = [&[0x0c, 0, 0, 0][..], &side(width), &side(height)].concat();
            let chunks = [
                riff(b"VP8X", &canvas),
                bytes[12..].to_vec(),
                riff(b"EXIF", &tiff()),
                riff(b"XMP ", SECRET),
            ];
            riff(b"RIFF", &[b"WEBP", &chunks.concat()[..]].concat())
        }
        Kind::Gif => {
            let comment = [b"\x21\xfe\x0d", SECRET, b"\0"].concat();
            let colours = if bytes[10] & 0x80 == 0 { 0 } else { 3 << ((bytes[10] & 7) + 1) };
            let (header, rest) = bytes.split_at(13 + colours);
            [header, &comment, rest].concat()
        }
        _ => unreachable!(),
    };
    with.extend(SECRET);
    with
}

/// EXIF in the byte order of Intel: turned to the right, and a place.
fn tiff() -> Vec<u8> {
    let orientation = b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
    let place = b"\x0e\x01\x02\0\x0d\0\0\0\x26\0\0\0";
    [&b"II\x2a\0\x08\0\0\0\x02\0"[..], orientation, place, &[0; 4], SECRET].concat()
}

fn chunk(kind: &[u8], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap();
    // Nobody checks the sum of a chunk that goes.
    [&length.to_be_bytes()[..], kind, content, &[0; 4]].concat()
}

fn segment(code: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap();
    [&[0xff, code][..], &length.to_be_bytes(), content].concat()
}

fn riff(kind: &[u8], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap();
    [kind, &length.to_le_bytes()[..], content, &[0][..content.len() % 2]].concat()
}

/// What becomes of a picture; none if it is broken.
fn cleaned(kind: Kind, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut source = Cursor::new(bytes);
    let cleaned = clean(kind, &mut source, bytes.len() as u64).unwrap()?;
    let mut stays = Vec::new();
    cleaned.copy(&mut source, &mut stays).unwrap();
    assert_eq!(cleaned.size(), stays.len() as u64);
    Some(stays)
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn metadata_goes_and_pixels_stay() {
    for (format, kind) in FORMATS {
        let original = picture(format, 61, 43);
        let with = with_secrets(kind, &original);
        assert_eq!(Kind::of(&with), kind);
        let stays = cleaned(kind, &with).unwrap();
        assert!(contains(&with, SECRET) && !contains(&stays, SECRET), "{kind:?}");
        let decode = |bytes| image::load_from_memory_with_format(bytes, format).unwrap();
        assert_eq!(decode(&stays), decode(&original), "{kind:?}");
        assert_eq!(dimensions(&stays), Some((61, 43)), "{kind:?}");
        assert_eq!(cleaned(kind, &stays).unwrap(), stays, "{kind:?}");
        // What has no metadata is not copied.
        let whole =
            clean(kind, &mut Cursor::new(&original), original.len() as u64).unwrap().unwrap();
        assert!(whole.is_whole(original.len() as u64), "{kind:?}");
    }
}

#[test]
fn a_turned_picture_stays_turned() {
    let turned = |kind| {
        let (format, _) = FORMATS.into_iter().find(|(_, other)| *other == kind).unwrap();
        cleaned(kind, &with_secrets(kind, &picture(format, 9, 9))).unwrap()
    };
    let orientation = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    assert!(contains(&turned(Kind::Jpeg), &[b"\xff\xe1\0\x22Exif\0\0", &orientation[..]].concat()));
    assert!(contains(&turned(Kind::Png), &[b"\0\0\0\x1aeXIf", &orientation[..]].concat()));
}

#[test]
fn colours_of_a_jpeg_stay_and_its_small_picture_goes() {
    let original = picture(ImageFormat::Jpeg, 20, 20);
    let profile = segment(0xe2, b"ICC_PROFILE\0\x01\x01profile");
    let pictures = segment(0xe2, b"MPF\0second picture");
    let adobe = segment(0xee, b"Adobe\0\x64\0\0\0\0\x01more");
    let small = segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01rgb");
    let with = [&original[..2], &small, &profile, &pictures, &adobe, &original[2..]].concat();
    let stays = cleaned(Kind::Jpeg, &with).unwrap();
    assert!(contains(&stays, &profile) && contains(&stays, b"Adobe\0\x64\0\0\0\0\x01"));
    for gone in [&b"MPF"[..], b"more", b"rgb"] {
        assert!(!contains(&stays, gone), "{}", gone.escape_ascii());
    }
}

#[test]
fn a_jpeg_that_is_cut_off_gets_an_end() {
    let whole = picture(ImageFormat::Jpeg, 64, 64);
    let stays = cleaned(Kind::Jpeg, &whole[..whole.len() - 20]).unwrap();
    assert!(stays.ends_with(b"\xff\xd9"));
    assert_eq!(cleaned(Kind::Jpeg, &whole[..100]), None);
}

#[test]
fn many_small_chunks_take_no_memory() {
    let original = picture(ImageFormat::Png, 2, 2);
    let chunks = [chunk(b"tEXt", b""), chunk(b"pHYs", b"")].concat().repeat(5_000);
    let with = [&original[..33], &chunks, &original[33..]].concat();
    assert_eq!(cleaned(Kind::Png, &with), None);
}

#[test]
fn a_home_stores_clean_pictures_and_refuses_huge_ones() {
    let folder = TempDir::new().unwrap();
    let home = Folder::open(folder.path()).unwrap();
    let finish = |bytes: &[u8]| {
        home.write_piece(FILE, 0, bytes).unwrap();
        let finished = home.finish(FILE, bytes.len() as u64)?;
        assert_eq!(home.finish(FILE, bytes.len() as u64).unwrap(), finished);
        let opened = home.open(Object::File(FILE)).unwrap();
        assert_eq!(opened.size(), finished.size);
        home.delete(Object::File(FILE)).unwrap();
        Ok::<_, Error>((finished, opened.read(0..opened.size()).unwrap()))
    };
    for (format, kind) in FORMATS {
        let original = picture(format, 30, 20);
        let (finished, stored) = finish(&with_secrets(kind, &original)).unwrap();
        assert_eq!((finished.kind, finished.dimensions), (kind, Some((30, 20))));
        assert!(!contains(&stored, SECRET));
        let (finished, stored) = finish(&original).unwrap();
        assert_eq!((finished.kind, stored), (kind, original.clone()));
        // Without its end it is a file like others.
        if kind != Kind::Jpeg {
            let (finished, stored) = finish(&original[..original.len() - 1]).unwrap();
            assert_eq!((finished.kind, finished.dimensions), (Kind::UNKNOWN, None));
            assert_eq!(stored, original[..original.len() - 1]);
        }
    }
    let mut huge = picture(ImageFormat::Png, 2, 2);
    huge[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
    assert!(matches!(finish(&huge), Err(Error::TooManyPixels)));
}

#[test]
fn previews_are_small_clean_pictures() {
    let original = picture(ImageFormat::WebP, 320, 200);
    assert_eq!(preview(&original).unwrap(), original);
    assert_ne!(preview(&with_secrets(Kind::Webp, &original)).unwrap(), original);
    let mut large = picture(ImageFormat::Png, 2, 2);
    large[16..24].copy_from_slice(&[0, 0, 4, 1, 0, 0, 4, 0]);
    assert!(matches!(preview(&large), Err(Error::TooManyPixels)));
    for refused in [picture(ImageFormat::Gif, 9, 9), b"<svg/>".to_vec(), original[..99].to_vec()] {
        assert!(matches!(preview(&refused), Err(Error::NoPreview)));
    }
    let padded = [original, vec![0; MAX_PREVIEW]].concat();
    assert!(matches!(preview(&padded), Err(Error::NoPreview)));
}

proptest! {
    #[test]
    fn damage_is_survived(
        which in 0..FORMATS.len(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        end in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let (format, kind) = FORMATS[which];
        let mut bytes = with_secrets(kind, &picture(format, 12, 12));
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut {
            bytes.truncate(end.index(bytes.len()));
        }
        let _ = dimensions(&bytes);
        let _ = Kind::of(&bytes);
        if let Some(stays) = cleaned(kind, &bytes) {
            prop_assert_eq!(cleaned(kind, &stays), Some(stays.clone()));
        }
    }
}
