//! UUIDs made of an archive's own ids, so that every conversion of it gives the same ones.

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::Format;

/// The UUID of the thing of this kind (`user`, `channel`, `message`) that the archive knows by these ids.
pub(crate) fn derived(format: Format, kind: &str, ids: &[&str]) -> Uuid {
    // Version 8 of RFC 9562: made by a rule of one's own.
    Builder::from_custom_bytes(digest(format, kind, ids)).into_uuid()
}

/// The UUID of a person. By its version people are told from bots, whose UUIDs are of version 8.
pub(crate) fn person(format: Format, id: &str) -> Uuid {
    Builder::from_random_bytes(digest(format, "user", &[id])).into_uuid()
}

fn digest(format: Format, kind: &str, ids: &[&str]) -> [u8; 16] {
    let mut digest = Sha256::new();
    for part in ["chinwag convert", format.word(), kind].iter().chain(ids) {
        // The length keeps "a", "bc" apart from "ab", "c".
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    let digest = digest.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes
}

/// The UUID of a further part of a message that was split.
pub(crate) fn part(format: Format, message: Uuid, number: usize) -> Uuid {
    if number == 0 {
        return message;
    }
    derived(format, "part", &[&message.to_string(), &number.to_string()])
}
