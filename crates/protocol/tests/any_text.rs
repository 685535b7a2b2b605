//! Any text is a request or one refusal, which repeats nothing of it.

use chinwag_protocol::{ErrorCode, Incoming};
use proptest::prelude::*;

const DOCUMENT: &str = include_str!("../../../docs/protocol.md");

/// A documented request.
fn documented() -> impl Strategy<Value = String> {
    let examples = DOCUMENT.lines().filter_map(|line| line.trim().strip_prefix(">>> "));
    prop::sample::select(examples.map(str::to_owned).collect::<Vec<_>>())
}

/// A documented request in which a piece is replaced by something else.
fn damaged() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[\\[\\]{}\",:0-9a-z\\\\]{0,8}",
        Just(r"\ud800".to_owned()),
        Just("\0".to_owned()),
        Just("[".repeat(1_000)),
    ];
    (documented(), any::<prop::sample::Index>(), 0..20usize, piece).prop_map(
        |(request, at, length, piece)| {
            let characters: Vec<_> = request.chars().collect();
            let at = at.index(characters.len());
            let end = characters.len().min(at + length);
            let (before, after) = (&characters[..at], &characters[end..]);
            before.iter().collect::<String>() + &piece + &after.iter().collect::<String>()
        },
    )
}

fn is_request_or_refusal(text: &str) -> Result<(), TestCaseError> {
    if let Err(refusal) = Incoming::parse(text) {
        prop_assert!(matches!(refusal.code, ErrorCode::Malformed | ErrorCode::UnknownType));
        prop_assert!(!refusal.sentence.contains("secret"));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(5_000) })]

    #[test]
    fn any_text(text: String) {
        is_request_or_refusal(&text)?;
    }

    #[test]
    fn any_damaged_request(text in damaged()) {
        is_request_or_refusal(&text)?;
    }
}
