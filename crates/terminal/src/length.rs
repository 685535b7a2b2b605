//! Checks that a message fits into a request.

use thiserror::Error;

/// The server takes no longer request, in bytes.
pub const LONGEST_REQUEST: usize = 64 * 1024;

/// Of a request, besides the text: its type, the channel, identifiers.
const ENVELOPE: usize = 1024;

/// The text doesn't fit.
#[derive(Debug, Error)]
#[error("this text is too long for a message: it takes {0} KiB, and a message has at most 63")]
pub struct TooLong(usize);

/// Checks a text.
///
/// # Errors
/// If it is too long.
pub fn check(text: &str) -> Result<(), TooLong> {
    let bytes = serde_json::to_string(text).map_or(usize::MAX, |json| json.len());
    if bytes > LONGEST_REQUEST - ENVELOPE { Err(TooLong(bytes.div_ceil(1024))) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_counts_as_it_is_sent() {
        assert!(check(&"x".repeat(64_000)).is_ok());
        assert!(check(&"\n".repeat(40_000)).is_err());
        let error = check(&"漢".repeat(30_000)).unwrap_err().to_string();
        assert!(error.contains("it takes 88 KiB, and a message has at most 63"), "{error}");
    }
}
