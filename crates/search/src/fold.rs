//! Text as it is compared: without regard to case, accents, width and points.

use unicode_normalization::UnicodeNormalization;

/// The text in compatibility composition (NFKC), in lower case, and without accents, points and characters
/// that aren't seen.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().flat_map(char::to_lowercase).filter(|c| !is_ignored(*c)) {
        match spelled_out(c) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(c),
        }
    }
    // The marks that are left belong to letters that are others without them, such as those of Japanese.
    folded.nfc().collect()
}

/// Letters that Unicode doesn't take apart and people write without their stroke, or as two.
fn spelled_out(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'ς' => "σ",
        // Of ½.
        '⁄' => "/",
        _ => return None,
    })
}

/// Accents, the points of Hebrew, Arabic and Syriac, and what isn't seen or only shapes what is.
fn is_ignored(c: char) -> bool {
    matches!(c,
        // Accents of Latin, Greek and Cyrillic, and marks around symbols.
        '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}'
        // Hebrew.
        | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{5C4}' | '\u{5C5}' | '\u{5C7}'
        // Arabic, with the stroke that stretches words, and Syriac.
        | '\u{610}'..='\u{61A}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}'
        | '\u{6D6}'..='\u{6DC}' | '\u{6DF}'..='\u{6E4}' | '\u{6E7}' | '\u{6E8}'
        | '\u{6EA}'..='\u{6ED}' | '\u{8CA}'..='\u{8E1}' | '\u{8E3}'..='\u{8FF}'
        | '\u{711}' | '\u{730}'..='\u{74A}'
        // Soft hyphens, joiners, directions, variants and colours of skin.
        | '\u{AD}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200C}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_alike_is_alike() {
        let alike = [
            ("ÜBER", "uber"),
            ("Straße", "STRASSE"),
            ("Łukasz", "lukasz"),
            ("Smørrebrød", "smorrebrod"),
            ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
            ("ﬁne", "fine"),
            ("İstanbul ISPARTA", "istanbul ısparta"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
            ("Đặng Thị", "dang thi"),
            ("ｶﾞｷﾞ", "ガギ"),
            ("שָׁלוֹם", "שלום"),
            ("مُحَمَّد", "محمد"),
            ("مـــرحبا أهلا", "مرحبا اهلا"),
            ("soft\u{AD}hyphen", "softhyphen"),
            ("❤️", "❤"),
            ("👍🏽", "👍"),
        ];
        for (one, other) in alike {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
    }

    #[test]
    fn marks_that_make_another_letter_stay() {
        for (one, other) in [("か", "が"), ("ハ", "パ"), ("नी", "न"), ("กี", "ก"), ("한", "하")]
        {
            assert_ne!(fold(one), fold(other), "{one} {other}");
        }
    }
}
