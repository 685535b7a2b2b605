//! Texts of others: few names are looked for in one, and none commands a terminal.

#![no_main]

#[path = "../../crates/server/src/mentions.rs"]
mod mentions;
#[path = "../../crates/server/src/names.rs"]
mod names;
#[path = "../../crates/terminal/src/plain.rs"]
mod plain;
#[path = "../../crates/server/src/visible.rs"]
mod visible;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let candidates = mentions::candidates(text);
    assert!(candidates.len() <= 20 && candidates.iter().all(|names| names.len() <= 10));
    assert!(mentions::distinct(&candidates).iter().all(|name| names::Name::typed(name).is_ok()));
    let shown = plain::harmless(text);
    assert!(!shown.chars().any(|c| c.is_control() && c != '\n'));
    assert_eq!(plain::harmless(&shown), shown);
    assert!(!plain::one_line(text).chars().any(char::is_control));
    assert!(!plain::pasted(text).chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
    let json = serde_json::to_string(text).unwrap();
    let escaped = plain::harmless_json(&json);
    assert!(!escaped.chars().any(char::is_control));
    assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
});
