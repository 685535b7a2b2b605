//! The words of a search, as they are marked in what it has found.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What begins with one of these is a filter.
const FILTERS: [&str; 6] = ["from:", "in:", "before:", "after:", "on:", "has:"];

/// A word that is looked for.
struct Sought {
    /// Without case and accents.
    letters: Vec<char>,
    /// Whether it may be the beginning of one.
    begins: bool,
}

/// Where the words of this query stand in a text, in order.
pub fn marks(query: &str, text: &str) -> Vec<Range<usize>> {
    let letters = folded(text);
    let sought = sought(query);
    let mut marks: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let found = sought.iter().filter(|word| stands(word, &letters, at));
        let longest = found.map(|word| word.letters.len()).max().unwrap_or(0);
        if longest > 0 {
            let end = letters.get(at + longest).map_or(text.len(), |(_, end)| *end);
            marks.push(letters[at].1..end);
        }
        at += longest.max(1);
    }
    marks
}

/// Whether the word stands there.
fn stands(word: &Sought, letters: &[(char, usize)], at: usize) -> bool {
    let letter = |at: usize| letters.get(at).map(|(letter, _)| *letter);
    let is_in_word = |at: usize| letter(at).is_some_and(char::is_alphanumeric);
    let fits = word.letters.iter().enumerate().all(|(nth, it)| letter(at + nth) == Some(*it));
    let end = at + word.letters.len();
    let begins = at == 0 || !is_in_word(at - 1) || letter(at).is_some_and(is_without_spaces);
    let ends = !is_in_word(end) || word.begins || letter(end - 1).is_some_and(is_without_spaces);
    fits && begins && ends
}

/// Whether it is of a script that is written without spaces between words.
fn is_without_spaces(letter: char) -> bool {
    matches!(letter, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..)
}

/// The words of a query without those of filters and exclusions. Only the last one may be the beginning of a word.
fn sought(query: &str) -> Vec<Sought> {
    let mut words = Vec::new();
    let mut rest = query.trim_start();
    while !rest.is_empty() {
        let (part, next) = part(rest);
        rest = next.trim_start();
        let lower = part.to_lowercase();
        if part.starts_with('-') || FILTERS.iter().any(|filter| lower.starts_with(filter)) {
            continue;
        }
        let begins = rest.is_empty() && !part.ends_with('"');
        let letters: Vec<_> = folded(part).into_iter().map(|(letter, _)| letter).collect();
        let several = letters.split(|letter| !letter.is_alphanumeric());
        let several = several.filter(|letters| !letters.is_empty());
        words.extend(several.map(|letters| Sought { letters: letters.to_vec(), begins: false }));
        if let Some(last) = words.last_mut().filter(|_| begins) {
            last.begins = true;
        }
    }
    words
}

/// Up to the next space that stands outside quotation marks, and what follows.
fn part(text: &str) -> (&str, &str) {
    let mut is_quoted = false;
    let end = text.find(|letter: char| {
        is_quoted ^= letter == '"';
        letter.is_whitespace() && !is_quoted
    });
    text.split_at(end.unwrap_or(text.len()))
}

/// The letters without case and accents, each with the place of the one that it comes from.
fn folded(text: &str) -> Vec<(char, usize)> {
    let letters = text.char_indices().flat_map(|(at, letter)| {
        let plain = letter.nfkd().filter(|letter| !is_combining_mark(*letter));
        plain.flat_map(char::to_lowercase).map(move |letter| (letter, at))
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::marks;

    fn marked<'a>(query: &str, text: &'a str) -> Vec<&'a str> {
        marks(query, text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn words_are_marked_as_they_are_found() {
        let none: [&str; 0] = [];
        assert_eq!(marked("dep", "The deploy: Deploys"), ["dep", "Dep"]);
        assert_eq!(marked("dep down", "The deploy went down, downhill"), ["down", "down"]);
        assert_eq!(marked("\"went down\" x", "went up, then went down"), ["went", "went", "down"]);
        assert_eq!(marked("cafe", "Un CAFE\u{301} ou un café"), ["CAFE\u{301}", "café"]);
        assert_eq!(marked("ｆｕｌｌ", "full"), ["full"]);
        assert_eq!(marked("東京", "私は東京都に"), ["東京"]);
        assert_eq!(marked("foo_bar::baz", "foo_bar::baz"), ["foo", "bar", "baz"]);
        assert_eq!(marked("from:Bob -up in:\"the ops\" HAS:link", "Bob is up in the ops"), none);
        assert_eq!(marked("-\"a b\" c", "a b c"), ["c"]);
        assert_eq!(marked("", "text"), none);
    }
}
