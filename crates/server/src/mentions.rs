//! Names of users behind `@` in a text.

use std::collections::HashSet;

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::names::Name;

/// How many `@` of a text count.
const MOST: usize = 20;

/// How many words a name has that is found.
const WORDS: usize = 10;

/// The longest name, in characters.
const CHARS: usize = 64;

/// What may be names in a text: for each `@` that counts its candidates, folded, the longest first.
pub fn candidates(text: &str) -> Vec<Vec<String>> {
    places(text).into_iter().map(|place| names_at(&text[place..])).collect()
}

/// The folded names, each once.
pub fn distinct(candidates: &[Vec<String>]) -> Vec<String> {
    let mut seen = HashSet::new();
    candidates.iter().flatten().filter(|name| seen.insert(*name)).cloned().collect()
}

/// Where the names behind the first `@` begin that follow no letter, digit or `.` and don't stand between
/// backticks.
fn places(text: &str) -> Vec<usize> {
    let (mut places, mut at, mut before) = (Vec::new(), 0, None);
    while let Some(char) = text[at..].chars().next()
        && places.len() < MOST
    {
        let mut end = at + char.len_utf8();
        if char == '`' {
            end = end_of_code(text, at);
        } else if char == '@' && !before.is_some_and(|before| before == '.' || is_of_word(before)) {
            places.push(end);
        }
        (at, before) = (end, Some(char));
    }
    places
}

/// Where what begins with backticks ends: behind as many of them, or behind these alone if no such come.
fn end_of_code(text: &str, at: usize) -> usize {
    let opening = run_of_backticks(&text[at..]);
    let (begin, mut from) = (at + opening, at + opening);
    while let Some(found) = text[from..].find('`') {
        let length = run_of_backticks(&text[from + found..]);
        from += found + length;
        if length == opening {
            return from;
        }
    }
    begin
}

fn run_of_backticks(text: &str) -> usize {
    text.bytes().take_while(|byte| *byte == b'`').count()
}

/// The names that a text may begin with, folded, the longest first.
fn names_at(text: &str) -> Vec<String> {
    if text.starts_with(char::is_whitespace) {
        return Vec::new();
    }
    let mut ends = Vec::new();
    for (at, char) in text.char_indices().take(CHARS) {
        if char == '\n' || char == '@' || ends.len() == WORDS {
            break;
        }
        let end = at + char.len_utf8();
        if ends_a_name(char, text[end..].chars().next()) {
            ends.push(end);
        }
    }
    let names = ends.into_iter().rev().filter_map(|end| Name::typed(&text[..end]).ok());
    names.map(|name| name.folded).collect()
}

/// Whether a name may end between these two.
fn ends_a_name(last: char, next: Option<char>) -> bool {
    let Some(next) = next else { return !last.is_whitespace() };
    if last.is_whitespace() {
        return false;
    }
    if is_of_word(last) {
        return !is_of_word(next) || (is_a_word(next) || is_a_word(last)) && !is_mark(next);
    }
    // A name may end with a point or an emoji.
    next.is_whitespace()
}

/// Whether it is a part of a word: a letter, a digit, a mark on one, or what joins words.
fn is_of_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_' || is_mark(char)
}

fn is_mark(char: char) -> bool {
    matches!(char, '\u{200c}' | '\u{200d}')
        || char.general_category_group() == GeneralCategoryGroup::Mark
}

/// Whether it is of a script that is written without spaces: Chinese and Japanese.
fn is_a_word(char: char) -> bool {
    matches!(char, '\u{2e80}'..='\u{30ff}' | '\u{31f0}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names found, where these users are there.
    fn found(text: &str, users: &[&str]) -> Vec<String> {
        let names: HashSet<_> = users.iter().map(|name| Name::new(name).unwrap().folded).collect();
        let longest =
            |names_at: Vec<String>| names_at.into_iter().find(|name| names.contains(name));
        candidates(text).into_iter().filter_map(longest).collect()
    }

    #[test]
    fn the_longest_name_that_ends_where_a_word_ends_is_taken() {
        let users = [
            "Ada",
            "Ada Lovelace",
            "Bob",
            "Zoë",
            "J. R.",
            "ann_1",
            "x.y-z",
            "Ada ❤️",
            "王明",
            "O'Neil",
        ];
        for (text, names) in [
            ("@Ada", &["ada"][..]),
            ("@Ada Lovelace, look", &["ada lovelace"]),
            ("@ada lovelaces", &["ada"]),
            ("@Adam", &[]),
            ("@ADA's and (@bob)", &["ada", "bob"]),
            ("@Bob:@Bob", &["bob", "bob"]),
            ("me@Ada.org .@Ada 1@Ada", &[]),
            ("@Zoe\u{308}! @Zoe @Zoë\u{323}", &["zoë"]),
            ("@J. R. wrote", &["j. r."]),
            ("@ann_1 @ann @ann_12", &["ann_1"]),
            ("@x.y-z. @x.y", &["x.y-z"]),
            ("@Ada ❤️ hi", &["ada ❤\u{fe0f}"]),
            ("@王明你好", &["王明"]),
            ("@O'Neil's", &["o'neil"]),
            ("@ Ada @\nAda @@Ada @", &["ada"]),
            ("@Ada  Lovelace", &["ada lovelace"]),
            ("@Ada\nLovelace", &["ada"]),
        ] {
            assert_eq!(found(text, &users), names, "{text}");
        }
    }

    #[test]
    fn code_mentions_nobody() {
        for (text, count) in [
            ("`@Ada` @Ada", 1),
            ("``@Ada ` @Ada`` @Ada", 1),
            ("```\n@Ada\n``` @Ada", 1),
            ("`@Ada", 1),
            ("``@Ada`", 1),
            ("` @Ada ` @Ada ` @Ada", 2),
        ] {
            assert_eq!(found(text, &["Ada"]).len(), count, "{text}");
        }
    }

    #[test]
    fn a_long_text_is_bounded() {
        let many = "@Ada ".repeat(1_000);
        assert_eq!(found(&many, &["Ada"]).len(), MOST);
        let words = "@a b c d e f g h i j k l m n ".repeat(40);
        let candidates = candidates(&words);
        assert!(candidates.iter().all(|names| names.len() <= WORDS) && candidates.len() == MOST);
        assert_eq!(distinct(&candidates).len(), WORDS);
        let backticks = "` `` ".repeat(20_000);
        assert!(super::candidates(&backticks).is_empty());
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig {
            failure_persistence: None,
            ..proptest::prelude::ProptestConfig::with_cases(2_000)
        })]

        #[test]
        fn any_text_is_read(text in "[@` .a\\n\u{308}é王_]{0,60}|.{0,60}") {
            proptest::prop_assert!(candidates(&text).len() <= MOST);
        }

        #[test]
        fn every_name_of_few_words_is_found(name in "[a-zé王_'0-9]{0,5}[a-z0-9]( [a-z]{1,5}){0,3}") {
            if let Ok(Name { folded, .. }) = Name::new(&name) {
                proptest::prop_assert_eq!(found(&format!("to @{name}, now"), &[&name]), [folded]);
            }
        }
    }
}
