//! The names of files: made safe for each system, and as a header.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use unicode_normalization::UnicodeNormalization;

use crate::Kind;

/// The longest name that file systems take, in bytes.
const MAX: usize = 255;

/// The longest ending that is kept when a name is cut, in bytes.
const MAX_ENDING: usize = 32;

/// The name of a file that has none.
const NAMELESS: &str = "file";

/// The characters of RFC 8187, section 3.2.1, that stand for themselves.
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// A name that every system can save: the last part of a path, without control characters, at most 255 bytes.
#[must_use]
pub fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).find(|part| !trimmed(part).is_empty()).unwrap_or_default();
    let shown: String = last.chars().filter(|c| !is_hidden(*c)).map(allowed).nfc().collect();
    let mut name = cut(trimmed(&shown));
    if is_reserved(&name) {
        name.insert(0, '_');
        name = cut(&name);
    }
    if name.is_empty() { NAMELESS.to_owned() } else { name }
}

/// `Content-Disposition` by RFC 6266: shown where browsers show the kind safely, else saved under this name.
#[must_use]
pub fn disposition(kind: Kind, name: &str) -> String {
    let how = if kind.is_inline() { "inline" } else { "attachment" };
    let plain =
        |c: char| if matches!(c, ' '..='~') && !matches!(c, '"' | '\\' | '%') { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    if ascii == name {
        return format!("{how}; filename=\"{ascii}\"");
    }
    format!(
        "{how}; filename=\"{ascii}\"; filename*=UTF-8''{}",
        utf8_percent_encode(name, ATTRIBUTE)
    )
}

/// Windows drops spaces and dots at the end, so that two names would be one.
fn trimmed(name: &str) -> &str {
    name.trim_start().trim_end_matches(|c: char| c == '.' || c.is_whitespace())
}

/// Control characters, those that turn the direction of the text, and those that show nothing. Joiners stay,
/// for words and emoji are made of them.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0001}')
}

/// Windows forbids these in names.
fn allowed(c: char) -> char {
    if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c }
}

/// At most 255 bytes, with the ending.
fn cut(name: &str) -> String {
    if name.len() <= MAX {
        return name.to_owned();
    }
    let ending = name.rfind('.').map_or("", |dot| &name[dot..]);
    let ending = if ending.len() <= MAX_ENDING { ending } else { "" };
    let stem = &name[..name.floor_char_boundary(MAX - ending.len())];
    trimmed(&format!("{}{ending}", trimmed(stem))).to_owned()
}

/// The names of devices on Windows, with any ending.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = |device| {
        stem.strip_prefix(device).is_some_and(|rest| {
            matches!(rest, "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        })
    };
    matches!(&*stem, "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || numbered("COM")
        || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_safe() {
        for (name, cleaned) in [
            ("plan.png", "plan.png"),
            ("../../etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("C:\\Users\\a\\b.txt", "b.txt"),
            ("/", "file"),
            ("", "file"),
            ("..", "file"),
            (" . . ", "file"),
            ("a/", "a"),
            (".env", ".env"),
            ("photo\u{202e}gnp.exe", "photognp.exe"),
            ("a\0b\r\nc\u{7f}.txt", "abc.txt"),
            ("a<b>:\"|?*.txt", "a_b______.txt"),
            ("report.pdf. . ", "report.pdf"),
            ("con", "_con"),
            ("NUL.tar.gz", "_NUL.tar.gz"),
            ("com1.txt", "_com1.txt"),
            ("console", "console"),
            ("e\u{301}.txt", "é.txt"),
            ("👩\u{200d}💻.png", "👩\u{200d}💻.png"),
            ("\u{200b}\u{feff}", "file"),
        ] {
            assert_eq!(clean(name), cleaned, "{name:?}");
        }
    }

    #[test]
    fn long_names_keep_their_ending() {
        let cleaned = clean(&format!("{}.jpeg", "ü".repeat(300)));
        assert!(cleaned.len() <= MAX && cleaned.ends_with("ü.jpeg"), "{cleaned}");
        assert_eq!(clean(&"a".repeat(300)).len(), MAX);
        assert_eq!(clean(&format!("a.{}", "b".repeat(300))).len(), MAX);
    }

    #[test]
    fn a_header_carries_every_name() {
        for (kind, name, header) in [
            (Kind::Png, "plan.png", "inline; filename=\"plan.png\""),
            (Kind::UNKNOWN, "a b;c.html", "attachment; filename=\"a b;c.html\""),
            (
                Kind::UNKNOWN,
                "€ \"x\".txt",
                "attachment; filename=\"_ _x_.txt\"; filename*=UTF-8''%E2%82%AC%20%22x%22.txt",
            ),
            (Kind::Jpeg, "100%.jpg", "inline; filename=\"100_.jpg\"; filename*=UTF-8''100%25.jpg"),
        ] {
            assert_eq!(disposition(kind, name), header);
        }
    }

    proptest::proptest! {
        #[test]
        fn a_clean_name_is_safe_and_stays(name in "\\PC{0,40}|[./\\\\ a\u{301}\u{202e}\0\r\n]{0,20}|[a\u{e9}. ]{200,300}") {
            let cleaned = clean(&name);
            assert!((1..=MAX).contains(&cleaned.len()));
            assert!(!cleaned.contains(['/', '\\', '"', '\0', '\n', '\u{202e}']));
            assert_eq!(clean(&cleaned), cleaned);
            let header = disposition(Kind::UNKNOWN, &cleaned);
            assert!(header.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{header}");
        }
    }
}
