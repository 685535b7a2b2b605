//! Discord's JSON: `content` and `embeds`, in Markdown.

use crate::lenient::{Object, objects, string, string_in};
use crate::lines::{Lines, link};

/// The text of a message.
pub(crate) fn text(message: &Object) -> String {
    let mut lines = Lines::default();
    lines.add(&plain(string(message, "content").unwrap_or_default()));
    for one in objects(message, "embeds") {
        lines.add(&embed(one));
    }
    lines.into_text()
}

/// What an embed shows.
#[must_use]
pub fn embed(embed: &Object) -> String {
    let mut lines = Lines::default();
    lines.add_link(string_in(embed, "author", "name"), string_in(embed, "author", "url"));
    lines.add_link(string(embed, "title"), string(embed, "url"));
    lines.add(&plain(string(embed, "description").unwrap_or_default()));
    for field in objects(embed, "fields") {
        let part = |key| string(field, key).map(plain);
        lines.add_field(part("name").as_deref(), part("value").as_deref());
    }
    lines.add(string_in(embed, "image", "url").unwrap_or_default());
    lines.add(string_in(embed, "footer", "text").unwrap_or_default());
    lines.into_text()
}

/// Markdown as plain text: `[words](url)` becomes `words (url)`. The rest reads well as it is.
fn plain(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some((before, after)) = rest.split_once('[') {
        text.push_str(before);
        if let Some((words, url, behind)) = link_at(after) {
            text.push_str(&link(words, url));
            rest = behind;
        } else {
            text.push('[');
            rest = after;
        }
    }
    text.push_str(rest);
    text
}

/// The words and the address of a link behind its first bracket, and what follows it.
fn link_at(after: &str) -> Option<(&str, &str, &str)> {
    let (words, behind) = after.split_once("](")?;
    let (target, behind) = behind.split_once(')')?;
    let url = target.split_whitespace().next()?.trim_start_matches('<').trim_end_matches('>');
    let is_one = !words.contains(['[', ']', '\n']) && url.contains("://");
    is_one.then_some((words, url, behind))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn links_become_words_with_their_address() {
        for (markdown, text) in [
            ("[the run](https://a.example/7) failed", "the run (https://a.example/7) failed"),
            ("[a] [b](https://a.example \"title\")", "[a] b (https://a.example)"),
            ("[`1a2b`](<https://a.example>) x", "`1a2b` (https://a.example) x"),
            ("[x](y) [", "[x](y) ["),
        ] {
            assert_eq!(plain(markdown), text);
        }
    }
}
