//! Finds the user's name in a message.

/// Whether the text has the name as a word of its own, without regard to case.
pub fn mentions(text: &str, name: &str) -> bool {
    let (text, name) = (text.to_lowercase(), name.to_lowercase());
    if name.is_empty() {
        return false;
    }
    text.match_indices(&name).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        let is_word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
        !is_word(before) && !is_word(after)
    })
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn a_name_is_a_word_of_its_own() {
        for text in ["Ada", "ada: look", "ask @ADA!", "Adam and Ada", "漢字 ada、"] {
            assert!(mentions(text, "Ada"), "{text}");
        }
        for text in ["", "Adam", "Canada", "ad a"] {
            assert!(!mentions(text, "Ada"), "{text}");
        }
        assert!(mentions("hi Ünï Cödé", "ünï cödé"));
    }
}
