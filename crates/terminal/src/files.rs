//! The files of a message, as words.

use std::borrow::Cow;
use std::fmt::Write;

use chinwag_client::protocol::outgoing::Message;

/// The text of a message, and its files behind it, each on a line with its name and size.
pub fn said(message: &Message) -> Cow<'_, str> {
    if message.files.is_empty() {
        return Cow::Borrowed(&message.text);
    }
    let mut said = message.text.to_string();
    for file in &message.files {
        let line = if said.is_empty() { "" } else { "\n" };
        // Writing to a string never fails.
        let _ = write!(said, "{line}[{}, {}]", file.name, size(file.size));
    }
    said.into()
}

/// A number of bytes, as people write it.
#[expect(clippy::cast_precision_loss, reason = "one digit behind the point is shown")]
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} KB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_as_people_do() {
        for (bytes, text) in
            [(6, "6 bytes"), (1_500, "1.5 KB"), (3_487_112, "3.5 MB"), (2_000_000_000, "2.0 GB")]
        {
            assert_eq!(size(bytes), text);
        }
    }
}
