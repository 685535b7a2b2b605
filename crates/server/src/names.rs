//! Which names a user may have, and when two of them are the same.

use std::borrow::Cow;

use precis_core::profile::{Profile, Rules, stabilize};
use precis_profiles::Nickname;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::UnicodeEmoji;

/// The longest name, in characters.
const MAX_CHARS: usize = 64;

/// An acceptable name.
#[derive(Debug, PartialEq, Eq)]
pub struct Name {
    /// As it is shown: as written, trimmed and in NFC.
    pub shown: String,
    /// As it is compared, by the rules of RFC 8266, section 2.4.
    pub folded: String,
}

impl Name {
    /// Takes a name as typed.
    ///
    /// # Errors
    /// One sentence on what a name must be.
    pub fn parse(typed: &str) -> Result<Self, &'static str> {
        // Without this, a name of a megabyte would be normalised before it is refused.
        if typed.len() > MAX_CHARS * 16 {
            return Err("A name has 64 characters at the most.");
        }
        let shown: String = typed.trim().nfc().collect();
        if shown.is_empty() {
            return Err("A name has at least one character.");
        }
        if shown.chars().count() > MAX_CHARS {
            return Err("A name has 64 characters at the most.");
        }
        if shown.chars().any(|c| c.is_control() || is_bidi_control(c)) {
            return Err("A name has no control characters.");
        }
        // The profile's tables are of Unicode 6.3 and know few emoji.
        let known: String = shown.chars().filter(|&c| !c.is_emoji_char()).collect();
        if !known.is_empty() && Nickname::new().prepare(known.as_str()).is_err() {
            return Err("A name is made of letters, digits, spaces, punctuation and symbols.");
        }
        let folded = fold(&shown).filter(|folded| !folded.is_empty());
        let folded = folded.ok_or("A name has at least one visible character.")?;
        Ok(Self { shown, folded })
    }
}

/// Folds the start of a name as typed into a search, to compare it with the starts of folded names.
pub fn fold_prefix(typed: &str) -> String {
    let start: String = typed.chars().take(MAX_CHARS).collect();
    fold(start.trim_start()).unwrap_or(start)
}

/// Applies the comparison rules until nothing changes any more.
fn fold(name: &str) -> Option<String> {
    let profile = Nickname::new();
    let folded = stabilize(name, |name| {
        let spaced = profile.additional_mapping_rule(name)?;
        let lower = profile.case_mapping_rule(spaced)?;
        profile.normalization_rule(lower)
    });
    folded.ok().map(Cow::into_owned)
}

/// Characters that reorder the text around them: U+061C and those of UAX 9, sections 2.1 to 2.6.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_shown_as_written_and_compared_without_case_width_and_spaces() {
        let name = Name::parse("  Ada   Łovelace ").unwrap();
        assert_eq!(name.shown, "Ada   Łovelace");
        assert_eq!(name.folded, "ada łovelace");
        for same in ["ada łovelace", "ADA ŁOVELACE", "Ａda\u{a0}Łovelace"] {
            assert_eq!(Name::parse(same).unwrap().folded, name.folded);
        }
        assert_ne!(Name::parse("Ada Lovelace").unwrap().folded, name.folded);
    }

    #[test]
    fn names_that_deceive_or_break_the_page_are_refused() {
        let long = "x".repeat(65);
        for wrong in ["", "   ", "a\0b", "a\nb", "a\u{202e}b", "\u{200b}", "\u{61c}", &long] {
            assert!(Name::parse(wrong).is_err(), "{wrong:?}");
        }
        for fine in ["a", "名前", "Zoë", "x.y-z_1", "<b>", &"é".repeat(64), "🦊"] {
            assert!(Name::parse(fine).is_ok(), "{fine:?}");
        }
    }

    #[test]
    fn a_decomposed_name_is_the_composed_one() {
        assert_eq!(Name::parse("Zoe\u{308}").unwrap(), Name::parse("Zoë").unwrap());
    }

    #[test]
    fn a_prefix_is_folded_like_a_name() {
        assert_eq!(fold_prefix(" AL"), "al");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig {
            failure_persistence: None,
            ..proptest::prelude::ProptestConfig::with_cases(5_000)
        })]

        #[test]
        fn a_name_that_is_taken_stays_the_same_name(typed: String) {
            if let Ok(name) = Name::parse(&typed) {
                let again = Name::parse(&name.shown).unwrap();
                proptest::prop_assert_eq!(&again, &name);
                proptest::prop_assert!(!name.shown.chars().any(char::is_control));
            }
            fold_prefix(&typed);
        }
    }
}
