//! Characters that show something, and those that don't.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Whether the text shows anything: a letter, number, punctuation or symbol that isn't blank.
pub fn shows(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_graphic() || is_visible(c))
}

fn is_visible(c: char) -> bool {
    use GeneralCategoryGroup::{Letter, Number, Punctuation, Symbol};
    matches!(c.general_category_group(), Letter | Number | Punctuation | Symbol)
        && !is_blank(c)
        && !is_ignorable(c)
}

/// Letters and symbols that have no ink, though Unicode doesn't count them as ignorable: the blank of
/// Braille, an invisible note head, blank hieroglyphs, and the place of an object that isn't there.
pub fn is_blank(c: char) -> bool {
    matches!(c, '\u{2800}' | '\u{fffc}' | '\u{13441}'..='\u{13446}' | '\u{16fe4}' | '\u{1d159}')
}

/// `Default_Ignorable_Code_Point`, DerivedCoreProperties.txt of the Unicode Character Database.
pub fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_shows_something_or_not() {
        for nothing in [
            "",
            " \n\t",
            "\u{a0}\u{3000}\u{2028}",
            "\u{2800}",
            "\u{200b}",
            "\u{3164}",
            "\u{301}",
            "\0",
        ] {
            assert!(!shows(nothing), "{nothing:?}");
        }
        for something in ["x", " . ", "é", "漢", "🦊", "❤️", "\u{200b}x", "₿", "\u{1e900}"]
        {
            assert!(shows(something), "{something:?}");
        }
    }
}
