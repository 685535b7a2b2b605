//! Makes other people's text harmless: it can neither command the terminal nor reverse the text beside it.

use std::fmt::Write;

/// Marks on one character; more of them would run over the lines above and below.
const MOST_MARKS: usize = 8;

/// The text without characters that a terminal obeys. Line ends stay; a tab becomes spaces.
pub fn harmless(text: &str) -> String {
    let mut marks = 0;
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        let width = unicode_width::UnicodeWidthChar::width(character);
        marks = if width == Some(0) { marks + 1 } else { 0 };
        match character {
            '\n' => plain.push('\n'),
            '\t' => plain.push_str("    "),
            '\r' => {}
            _ if is_hostile(character) => plain.push(char::REPLACEMENT_CHARACTER),
            _ if marks > MOST_MARKS => {}
            _ => plain.push(character),
        }
    }
    plain
}

/// The same on one line, for names and previews.
pub fn one_line(text: &str) -> String {
    harmless(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A pasted text as it may be sent: without the commands to a terminal that are in it, and without a last line end.
pub fn pasted(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        if character == '\u{1b}' && rest.peek() == Some(&'[') {
            // As `ESC [ 3 1 m`: up to the first letter.
            rest.find(|end| matches!(end, '@'..='~') && *end != '[');
        } else if matches!(character, '\n' | '\t') || !character.is_control() {
            plain.push(character);
        }
    }
    plain.truncate(plain.trim_end_matches('\n').len());
    plain
}

/// The same JSON, with those characters escaped that JSON lets stand and a terminal obeys.
pub fn harmless_json(json: &str) -> String {
    let mut plain = String::with_capacity(json.len());
    for character in json.chars() {
        if is_hostile(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string never fails.
                let _ = write!(plain, "\\u{unit:04x}");
            }
        } else {
            plain.push(character);
        }
    }
    plain
}

/// Control characters, those that change the direction of text, and separators of lines.
fn is_hostile(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0001}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_escape_sequence_and_no_turned_text_gets_through() {
        assert_eq!(
            harmless("a\u{1b}[2Jb\u{7}\u{9b}c\u{7f}"),
            "a\u{fffd}[2Jb\u{fffd}\u{fffd}c\u{fffd}"
        );
        assert_eq!(harmless("\u{202e}abc\u{2066}\u{200f}"), "\u{fffd}abc\u{fffd}\u{fffd}");
    }

    #[test]
    fn json_means_the_same_and_commands_no_terminal() {
        let text = "\u{9b}2J\u{9d}52;c\u{9c}\u{7f}\u{202e}é🦊\u{e0001}\n\u{1b}";
        let json = harmless_json(&serde_json::to_string(text).unwrap());
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        assert!(!json.chars().any(is_hostile), "{json:?}");
        assert!(json.contains("é🦊"));
    }

    #[test]
    fn a_paste_loses_colours_and_its_last_line_end() {
        assert_eq!(pasted("\u{1b}[1;31mred\u{1b}[0m\r\n  two\tx\u{7}\r\n\n"), "red\n  two\tx");
        assert_eq!(pasted("\u{1b}]0;title\u{7}"), "]0;title");
        assert_eq!(pasted("a[1]"), "a[1]");
    }

    #[test]
    fn what_people_write_stays() {
        let family = "👩‍👩‍👧‍👦 é e\u{301} שלום 漢字\nsecond line";
        assert_eq!(harmless(family), family);
        assert_eq!(harmless("a\tb\r\n"), "a    b\n");
        assert_eq!(one_line(" a\n\nb  c "), "a b c");
    }

    #[test]
    fn a_tower_of_marks_is_cut() {
        let tower = format!("a{}b", "\u{301}".repeat(100));
        assert_eq!(harmless(&tower).chars().count(), 2 + MOST_MARKS);
    }
}
