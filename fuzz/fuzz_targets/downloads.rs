//! The names and ranges of downloads: a name is safe on every system and in a header, a range is inside the file.

#![no_main]

use chinwag_files::{Kind, Wanted, name};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let cleaned = name::clean(text);
    assert!((1..=255).contains(&cleaned.len()));
    assert!(!cleaned.contains(['/', '\\', '"', '<', '>', ':', '|', '?', '*']));
    assert!(!cleaned.chars().any(char::is_control));
    assert_eq!(name::clean(&cleaned), cleaned);
    let header = name::disposition(Kind::UNKNOWN, &cleaned);
    assert!(header.bytes().all(|byte| matches!(byte, b' '..=b'~')));
    assert_eq!(header.matches('"').count(), 2);
    for size in [0, 10, u64::MAX] {
        if let Wanted::Part(part) = Wanted::of(Some(text), size) {
            assert!(part.start < part.end && part.end <= size);
        }
    }
});
