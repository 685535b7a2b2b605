//! The names that a user may have, and how two of them are compared.

use std::borrow::Cow;

use precis_core::profile::{Profile, Rules, stabilize};
use precis_core::{DerivedPropertyValue, FreeformClass, StringClass};
use precis_profiles::Nickname;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory};

use crate::visible::{self, is_ignorable};

/// The longest name, in characters.
const MAX_CHARS: usize = 64;

/// A name.
#[derive(Debug, PartialEq, Eq)]
pub struct Name {
    /// As it is shown: as written, trimmed and in NFC.
    pub shown: String,
    /// As it is compared, by the rules of RFC 8266, section 2.4.
    pub folded: String,
}

impl Name {
    /// A name as typed, which a user may have from a time with other rules.
    ///
    /// # Errors
    /// One sentence, if nobody can ever have had it.
    pub fn typed(typed: &str) -> Result<Self, &'static str> {
        // Without this, a name of a megabyte would be normalised before it is refused.
        if typed.len() > MAX_CHARS * 16 {
            return Err(TOO_LONG);
        }
        let shown: String = typed.trim().nfc().collect();
        if shown.is_empty() {
            return Err("A name has at least one character.");
        }
        if shown.chars().count() > MAX_CHARS {
            return Err(TOO_LONG);
        }
        let folded = fold(&shown).filter(|folded| !folded.is_empty()).ok_or(INVISIBLE)?;
        Ok(Self { shown, folded })
    }

    /// A name for a new user.
    ///
    /// # Errors
    /// One sentence on what a name must be.
    pub fn new(typed: &str) -> Result<Self, &'static str> {
        let name = Self::typed(typed)?;
        name.check().map(|()| name)
    }

    /// Whether a new user may have it.
    ///
    /// # Errors
    /// One sentence on what a name must be.
    pub fn check(&self) -> Result<(), &'static str> {
        if self.shown.chars().any(|c| c.is_control() || is_bidi_control(c)) {
            return Err("A name has no control characters.");
        }
        if self.shown.chars().any(visible::is_blank) || !visible::shows(&self.shown) {
            return Err(INVISIBLE);
        }
        let old = old_part(&self.shown);
        if !old.is_empty() && Nickname::new().prepare(old.as_str()).is_err() {
            return Err("A name is made of letters, digits, spaces, punctuation and symbols.");
        }
        if chinwag_store::alike(&self.shown, GENERAL) {
            return Err("This name is the channel's, or looks like it; choose another.");
        }
        Ok(())
    }
}

const TOO_LONG: &str = "A name has 64 characters at most.";

const INVISIBLE: &str = "A name has only visible characters, and at least one.";

/// What clients call the channel of all users. A user of this name would be taken for it.
const GENERAL: &str = "General";

/// The characters that the profile has to judge. Its tables are of Unicode 6.3: what has been assigned
/// since is judged by its general category, and the parts of emoji by their neighbours.
fn old_part(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let judged = |&(at, &c): &(usize, &char)| {
        let before = at.checked_sub(1).map(|at| chars[at]);
        let (after, further) = (chars.get(at + 1), at.checked_sub(2).map(|at| chars[at]));
        let emoji = |c: Option<char>| c.is_some_and(UnicodeEmoji::is_emoji_char);
        let of_emoji = match c {
            // A presentation selector, and a joiner of two emoji.
            '\u{fe0f}' => emoji(before),
            '\u{200d}' => {
                (emoji(before) || (before == Some('\u{fe0f}') && emoji(further)))
                    && emoji(after.copied())
            }
            // A keycap's frame.
            '\u{20e3}' => emoji(before) || before == Some('\u{fe0f}'),
            _ => c.is_emoji_char(),
        };
        !of_emoji && !is_new(c)
    };
    chars.iter().enumerate().filter(judged).map(|(_, c)| c).collect()
}

/// Whether the character was assigned after Unicode 6.3, as a letter, mark, number, punctuation or symbol.
fn is_new(c: char) -> bool {
    use GeneralCategoryGroup::{Letter, Mark, Number, Punctuation, Symbol};
    FreeformClass::default().get_value_from_char(c) == DerivedPropertyValue::Unassigned
        && matches!(c.general_category_group(), Letter | Mark | Number | Punctuation | Symbol)
        && !is_ignorable(c)
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
        let name = Name::new("  Ada   Łovelace ").unwrap();
        assert_eq!(name.shown, "Ada   Łovelace");
        assert_eq!(name.folded, "ada łovelace");
        for same in ["ada łovelace", "ADA ŁOVELACE", "Ａda\u{a0}Łovelace"] {
            assert_eq!(Name::new(same).unwrap().folded, name.folded);
        }
        assert_ne!(Name::new("Ada Lovelace").unwrap().folded, name.folded);
    }

    #[test]
    fn names_that_deceive_or_break_the_page_are_refused() {
        let long = "x".repeat(65);
        for wrong in ["", "   ", "a\0b", "a\nb", "a\u{202e}b", "\u{200b}", "\u{61c}", &long] {
            assert!(Name::new(wrong).is_err(), "{wrong:?}");
        }
        for fine in ["a", "名前", "Zoë", "x.y-z_1", "<b>", &"é".repeat(64), "🦊"] {
            assert!(Name::new(fine).is_ok(), "{fine:?}");
        }
    }

    #[test]
    fn names_show_what_they_are() {
        for wrong in [
            "\u{2800}",
            "Ada\u{2800}",
            "\u{1d159}",
            "Ada\u{1d159}",
            "\u{3164}",
            "Ada\u{ad}",
            "\u{301}",
            "\u{fffc}",
            "Ada\u{200d}",
            "Ada\u{fe0f}",
            "\u{e0041}",
            "\u{13441}",
            "\u{e000}",
            "\u{378}",
        ] {
            assert!(Name::new(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn todays_letters_and_emoji_are_taken() {
        for fine in [
            "\u{1e900}\u{1e923}\u{1e924}\u{1e922}\u{1e925}",
            "王\u{9fcf}",
            "\u{30edd}",
            "Ada ₿",
            "Ada ❤️",
            "👨‍👩‍👧",
            "❤️‍🔥",
            "Ada 1️⃣",
            "🏳️‍🌈",
            "👍🏽",
            "🇩🇪",
            "\u{1fae0}",
            "نامه\u{200c}ای",
            "ක්\u{200d}ෂ",
        ] {
            assert!(Name::new(fine).is_ok(), "{fine:?}: {:?}", Name::new(fine));
        }
    }

    #[test]
    fn the_channels_name_is_nobodys() {
        for wrong in ["General", " general ", "G\u{435}neral", "GENERAL"] {
            assert!(Name::new(wrong).is_err(), "{wrong:?}");
        }
        assert!(Name::new("The General").is_ok());
    }

    #[test]
    fn a_user_from_a_time_with_other_rules_is_found() {
        assert_eq!(Name::typed("General").unwrap().folded, "general");
        assert_eq!(Name::typed("Ada\u{2800}").unwrap().folded, "ada\u{2800}");
    }

    #[test]
    fn a_decomposed_name_is_the_composed_one() {
        assert_eq!(Name::new("Zoe\u{308}").unwrap(), Name::new("Zoë").unwrap());
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
            if let Ok(name) = Name::new(&typed) {
                let again = Name::new(&name.shown).unwrap();
                proptest::prop_assert_eq!(&again, &name);
                proptest::prop_assert!(!name.shown.chars().any(char::is_control));
            }
            fold_prefix(&typed);
        }
    }
}
