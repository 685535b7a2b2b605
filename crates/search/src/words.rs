//! The words of a text, as they stand in the index.

use unicode_properties::{
    GeneralCategory, GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory,
};
use unicode_script::{Script, UnicodeScript};

use crate::fold::fold;

/// The characters of a word that count.
const LONGEST: usize = 64;

/// The words of a text, in its order.
///
/// A word is a run of letters and digits, so that `foo_bar::baz` is three. A symbol or an emoji is a word of its
/// own. A run of a script that is written without spaces becomes its overlapping pairs of characters and the
/// last character alone: 全文検索 becomes 全文 文検 検索 索, in which any part of it is found.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    Splitter::split(text).words
}

/// The words for which a query looks, and whether the last one may be the beginning of one.
pub(crate) fn wanted_words(text: &str) -> (Vec<String>, bool) {
    let Splitter { mut words, last, .. } = Splitter::split(text);
    if let Last::OfMany = last {
        // The run may go on in the text.
        words.pop();
    }
    (words, matches!(last, Last::Alone))
}

/// What the last word is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// No character of a script without spaces.
    Other,
    /// The only character of a run without spaces.
    Alone,
    /// The last character of a longer one.
    OfMany,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Letter,
    Spaceless,
    Symbol,
    /// Two make a flag.
    FlagHalf,
    Gap,
}

struct Splitter {
    words: Vec<String>,
    run: Vec<char>,
    sort: Sort,
    last: Last,
}

impl Splitter {
    fn split(text: &str) -> Self {
        let mut splitter =
            Self { words: Vec::new(), run: Vec::new(), sort: Sort::Gap, last: Last::Other };
        for c in fold(text).chars() {
            splitter.take(c);
        }
        splitter.end_run();
        splitter
    }

    fn take(&mut self, c: char) {
        let sort = sort_of(c, self.sort);
        let goes_on = sort == self.sort && sort != Sort::Symbol;
        if !goes_on || (sort == Sort::FlagHalf && self.run.len() == 2) {
            self.end_run();
            self.sort = sort;
        }
        if sort != Sort::Gap {
            self.run.push(c);
        }
    }

    fn end_run(&mut self) {
        let Some((last, before)) = self.run.split_last() else { return };
        self.last = Last::Other;
        if self.sort == Sort::Spaceless {
            self.last = if before.is_empty() { Last::Alone } else { Last::OfMany };
            self.words.extend(self.run.windows(2).map(|pair| pair.iter().collect()));
            self.words.push(last.to_string());
        } else {
            self.words.push(self.run.iter().take(LONGEST).collect());
        }
        self.run.clear();
    }
}

fn sort_of(c: char, before: Sort) -> Sort {
    let group = c.general_category_group();
    let is_mark = group == GeneralCategoryGroup::Mark;
    if c.is_ascii() {
        if c.is_ascii_alphanumeric() { Sort::Letter } else { Sort::Gap }
    } else if is_spaceless(c) {
        Sort::Spaceless
    } else if is_mark && matches!(before, Sort::Letter | Sort::Spaceless) {
        before
    } else if c.is_alphanumeric() || is_mark || c.general_category() == GeneralCategory::PrivateUse
    {
        Sort::Letter
    } else if ('\u{1F1E6}'..='\u{1F1FF}').contains(&c) {
        Sort::FlagHalf
    } else if group == GeneralCategoryGroup::Symbol || c.is_emoji_char() {
        Sort::Symbol
    } else {
        Sort::Gap
    }
}

/// Whether the character is of a script that puts no spaces between words, or, as Korean, joins particles to them.
fn is_spaceless(c: char) -> bool {
    // The sign that lengthens a vowel belongs to both scripts of Japanese, and so has none.
    c == 'ー'
        || ((c.is_alphanumeric() || c.general_category_group() == GeneralCategoryGroup::Mark)
            && matches!(
                c.script(),
                Script::Han
                    | Script::Hiragana
                    | Script::Katakana
                    | Script::Hangul
                    | Script::Bopomofo
                    | Script::Thai
                    | Script::Lao
                    | Script::Khmer
                    | Script::Myanmar
            ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> String {
        words(text).join(" ")
    }

    #[test]
    fn texts_become_words() {
        let cases = [
            ("", ""),
            ("  ... !?", ""),
            ("Deploy went DOWN, again.", "deploy went down again"),
            ("foo_bar::baz(E0499)", "foo bar baz e0499"),
            ("https://Docs.Example.com/a-b?c=1", "https docs example com a b c 1"),
            ("全文検索", "全文 文検 検索 索"),
            ("字", "字"),
            ("スーパー3月", "スー ーパ パー ー 3 月"),
            ("한국어를", "한국 국어 어를 를"),
            ("Rust語で", "rust 語で で"),
            ("ภาษา", "ภา าษ ษา า"),
            ("हिन्दी में", "हिन्दी में"),
            ("ok 👍👍🏽 👨‍👩‍👧", "ok 👍 👍 👨 👩 👧"),
            ("🇩🇪🇫🇷", "🇩🇪 🇫🇷"),
            ("€50 → x±y", "€ 50 → x ± y"),
            ("1️⃣ №5 ½", "1 no5 1 2"),
            ("nul\0nul", "nul nul"),
        ];
        for (text, expected) in cases {
            assert_eq!(split(text), expected, "{text}");
        }
        assert_eq!(split(&"a".repeat(100)), "a".repeat(LONGEST));
    }

    #[test]
    fn a_query_looks_for_parts_of_what_has_no_spaces() {
        let wanted = |text| {
            let (words, is_beginning) = wanted_words(text);
            (words.join(" "), is_beginning)
        };
        assert_eq!(wanted("検索"), ("検索".to_owned(), false));
        assert_eq!(wanted("文検索"), ("文検 検索".to_owned(), false));
        assert_eq!(wanted("検"), ("検".to_owned(), true));
        assert_eq!(wanted("検索 foo"), ("検索 索 foo".to_owned(), false));
        assert_eq!(wanted("foo 検"), ("foo 検".to_owned(), true));
    }
}
