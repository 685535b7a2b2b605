//! Each request's parser: a text is a request or one refusal, and a request that is written anew
//! is read as the same one.

#![no_main]

use chinwag_protocol::table::{REQUESTS, RequestRow};
use chinwag_protocol::{ErrorCode, Incoming};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, rest)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    // As a payload of one of the types, or as the whole frame.
    match REQUESTS.get(usize::from(choice)) {
        Some(RequestRow { kind, .. }) => check(&format!(r#"{{"type":"{kind}","{kind}":{text}}}"#)),
        None => check(text),
    }
});

fn check(text: &str) {
    match Incoming::parse(text) {
        Ok(incoming) => {
            let written = serde_json::to_string(&incoming.request).unwrap();
            let again = Incoming::parse(&written).unwrap();
            assert_eq!(again.request, incoming.request, "{written}");
        }
        Err(refusal) => {
            assert!(matches!(refusal.code, ErrorCode::Malformed | ErrorCode::UnknownType));
            assert!(refusal.kind.is_empty() || REQUESTS.iter().any(|row| row.kind == refusal.kind));
        }
    }
}
