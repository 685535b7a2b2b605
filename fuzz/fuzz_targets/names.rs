//! Names: one that is taken stays the same name however often it is read, and never breaks a line.

#![no_main]

#[path = "../../crates/server/src/names.rs"]
mod names;
#[path = "../../crates/server/src/visible.rs"]
mod visible;

use libfuzzer_sys::fuzz_target;
use names::{Name, fold_prefix};

fuzz_target!(|typed: &str| {
    fold_prefix(typed);
    let Ok(name) = Name::new(typed) else { return };
    assert!((1..=64).contains(&name.shown.chars().count()));
    assert!(!name.shown.chars().any(char::is_control));
    assert_eq!(Name::new(&name.shown).as_ref(), Ok(&name));
    let folded = Name::new(&name.folded);
    assert!(folded.is_err() || folded.unwrap().folded == name.folded);
    assert!(chinwag_store::fuzzing::is_visible(&name.shown));
});
