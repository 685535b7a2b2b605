//! What the terminal can show: UTF-8, or ASCII alone.

use std::env;
use std::io::{IsTerminal, stdout};

use unicode_normalization::UnicodeNormalization;

/// Whether the terminal shows UTF-8, by the first of these that is set. Without any, as in a container, it counts as
/// one of today.
pub fn is_utf8() -> bool {
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(set)
        .is_none_or(|locale| names_utf8(&locale))
}

fn names_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

/// The text as standard output can show it.
pub fn printable(text: String) -> String {
    if stdout().is_terminal() && !is_utf8() { ascii(&text) } else { text }
}

/// The text in ASCII: letters without their accents, signs like the ones meant, and `?` for the rest.
pub fn ascii(text: &str) -> String {
    text.chars()
        .filter(|character| unicode_width::UnicodeWidthChar::width(*character) != Some(0))
        .map(like)
        .collect()
}

/// The ASCII character that is most like this one.
fn like(character: char) -> char {
    match character {
        _ if character.is_ascii() => character,
        '─' | '–' | '—' | '🔕' => '-',
        '│' | '▌' => '|',
        '┌' | '┐' | '└' | '┘' => '+',
        '●' | '•' | '·' => '*',
        '○' => 'o',
        '›' | '→' | '↳' => '>',
        '←' => '<',
        '↑' => '^',
        '↓' => 'v',
        '…' => '.',
        '✎' => '~',
        '🔒' => '%',
        '✗' => 'x',
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        '\u{a0}' => ' ',
        _ => character.nfd().next().filter(char::is_ascii).unwrap_or('?'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_names_its_character_set() {
        for locale in ["C.UTF-8", "de_DE.utf8", "en_GB.UTF-8@euro"] {
            assert!(names_utf8(locale), "{locale}");
        }
        for locale in ["C", "POSIX", "de_DE.ISO-8859-1", "de_DE@euro"] {
            assert!(!names_utf8(locale), "{locale}");
        }
    }

    #[test]
    fn ascii_takes_as_many_columns_or_fewer() {
        assert_eq!(
            ascii("── Today ──\n● Ünï → “漢字…” e\u{301}"),
            "-- Today --\n* Uni > \"??.\" e"
        );
    }
}
