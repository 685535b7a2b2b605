//! The frame decoder: bytes mean the same however they come in, and a message is never larger than
//! it may be.

#![no_main]

#[path = "../../crates/server/src/connection/decoder.rs"]
mod decoder;
#[path = "../../crates/server/src/connection/header.rs"]
mod header;
#[path = "../../crates/server/src/connection/skim.rs"]
mod skim;

use decoder::{Breach, Decoder, Input, Sizes};
use libfuzzer_sys::fuzz_target;

const SIZES: Sizes = Sizes { request: 1_000, connection: 3_000 };

fuzz_target!(|bytes: &[u8]| {
    let Some((&step, bytes)) = bytes.split_first() else { return };
    let whole = decode(bytes, bytes.len().max(1));
    assert_eq!(whole, decode(bytes, usize::from(step).max(1)));
});

/// What a decoder makes of the bytes when they come `step` at a time.
fn decode(bytes: &[u8], step: usize) -> (Vec<String>, Option<Breach>) {
    let (mut decoder, mut pending, mut read) = (Decoder::new(SIZES), Vec::new(), Vec::new());
    for chunk in bytes.chunks(step) {
        pending.extend_from_slice(chunk);
        loop {
            let (taken, input) = match decoder.next(&mut pending) {
                Ok(Some(next)) => next,
                Ok(None) => break,
                Err(breach) => return (read, Some(breach)),
            };
            match input {
                Input::Part => {}
                Input::Ping(payload) if payload.len() > 125 => panic!("a ping is too large"),
                // Whether it came in pieces is all the same.
                Input::Assembled(text) => read.push(message(&text)),
                Input::Text(text) => read.push(message(text)),
                other => read.push(format!("{other:?}")),
            }
            assert!(taken > 0, "a decoder that takes nothing would never end");
            pending.drain(..taken);
        }
    }
    (read, None)
}

fn message(text: &str) -> String {
    assert!(text.len() <= SIZES.request);
    text.to_owned()
}
