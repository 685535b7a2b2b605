//! Pictures and previews: what stays of one is a picture of the same kind and size, and nothing more goes from it.

#![no_main]

use std::io::Cursor;

use chinwag_files::{Kind, MAX_PREVIEW, clean, dimensions, preview};
use libfuzzer_sys::fuzz_target;

const PICTURES: [Kind; 4] = [Kind::Png, Kind::Jpeg, Kind::Webp, Kind::Gif];

fuzz_target!(|bytes: &[u8]| {
    let kind = Kind::of(bytes);
    assert!(Kind::INLINE.contains(&kind) || kind.mime().contains('/'));
    dimensions(bytes);
    for kind in PICTURES {
        let Some((size, stored)) = cleaned(kind, bytes) else { continue };
        // A JPEG that is cut off gets an end.
        assert!(stored.len() <= bytes.len() + 2);
        assert_eq!(cleaned(kind, &stored), Some((size, stored)));
    }
    if let Ok(stored) = preview(bytes) {
        assert!(stored.len() <= MAX_PREVIEW + 2);
        assert_eq!(Kind::of(&stored), kind);
    }
});

/// The width, the height, and what stays.
fn cleaned(kind: Kind, bytes: &[u8]) -> Option<((u32, u32), Vec<u8>)> {
    let mut source = Cursor::new(bytes);
    let cleaned = clean(kind, &mut source, bytes.len() as u64).unwrap()?;
    let mut stored = Vec::new();
    cleaned.copy(&mut source, &mut stored).unwrap();
    assert_eq!(stored.len() as u64, cleaned.size());
    Some((cleaned.dimensions(), stored))
}
