//! Splits a text that is too long for one message, between lines or words where it can.

/// What a part needs for the fence that ends or begins it.
const FENCE: usize = 8;

/// The parts of a text, each of at most `most` characters.
pub(crate) fn split(text: &str, most: usize) -> Vec<String> {
    if text.chars().count() <= most {
        return vec![text.to_owned()];
    }
    let room = most.saturating_sub(FENCE).max(1);
    let (mut parts, mut rest, mut in_code) = (Vec::new(), text, false);
    while !rest.is_empty() {
        let (part, after) = rest.split_at(end_of_part(rest, room));
        rest = after.trim_start_matches(['\n', ' ']);
        let begins_in_code = in_code && most > FENCE;
        in_code ^= part.matches("```").count() % 2 == 1;
        let ends_in_code = in_code && most > FENCE;
        let begin = if begins_in_code { "```\n" } else { "" };
        let end = if ends_in_code { "\n```" } else { "" };
        let part = format!("{begin}{}{end}", part.trim_end());
        if !part.trim().is_empty() {
            parts.push(part);
        }
    }
    parts
}

/// Behind the last line or word in the first `room` characters, unless that makes the part too short.
fn end_of_part(text: &str, room: usize) -> usize {
    let Some((end, _)) = text.char_indices().nth(room) else { return text.len() };
    let whole = &text[..end];
    let after = |sign| whole.rfind(sign).map(|at| at + 1).filter(|at| *at > end / 2);
    after('\n').or_else(|| after(' ')).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_stays_whole() {
        assert_eq!(split("hello", 5), ["hello"]);
    }

    #[test]
    fn a_long_text_is_split_between_lines_or_words_or_anywhere() {
        let line = "x".repeat(30);
        assert_eq!(split(&format!("{line}\n{line}"), 50), [line.clone(), line.clone()]);
        assert_eq!(split(&format!("{line} {line}"), 50), [line.clone(), line]);
        let parts = split(&"🦊".repeat(100), 28);
        assert_eq!(parts.concat(), "🦊".repeat(100));
        assert!(parts.iter().all(|part| part.chars().count() <= 28));
    }

    #[test]
    fn code_that_is_split_is_code_in_both_parts() {
        let line = "y".repeat(20);
        let parts = split(&format!("```\n{line}\n{line}\n```"), 36);
        assert_eq!(parts, [format!("```\n{line}\n```"), format!("```\n{line}\n```")]);
    }
}
