//! Slack's JSON: `text`, `attachments` and `blocks`. All of it becomes one text in mark-up, which is made plain at the end.

use crate::lenient::{Object, object, objects, string, string_in};
use crate::lines::{Lines, link};
use crate::mrkdwn::{Reference, Target, escaped, reference, replaced, unescaped};

/// The most that blocks are nested.
const DEPTH: u8 = 6;

/// The text of a message.
pub(crate) fn text(message: &Object) -> String {
    let mut lines = Lines::default();
    add_blocks(&mut lines, message);
    // Beside blocks the text is for notifications only.
    if lines.is_empty() {
        lines.add(string(message, "text").unwrap_or_default());
    }
    add_attachments(&mut lines, message);
    plain(&lines.into_text())
}

/// What a message shows besides its text, in mark-up.
#[must_use]
pub fn cards(message: &Object) -> String {
    let mut lines = Lines::default();
    add_blocks(&mut lines, message);
    add_attachments(&mut lines, message);
    lines.into_text()
}

fn add_attachments(lines: &mut Lines, message: &Object) {
    for attachment in objects(message, "attachments") {
        add_attachment(lines, attachment);
    }
}

fn add_attachment(lines: &mut Lines, attachment: &Object) {
    let markup = |key| string(attachment, key).unwrap_or_default();
    let mut own = Lines::default();
    own.add(markup("pretext"));
    add_link(&mut own, markup("author_name"), string(attachment, "author_link"));
    add_link(&mut own, markup("title"), string(attachment, "title_link"));
    own.add(markup("text"));
    for field in objects(attachment, "fields") {
        own.add_field(string(field, "title"), string(field, "value"));
    }
    add_blocks(&mut own, attachment);
    for action in objects(attachment, "actions") {
        if let Some(url) = string(action, "url") {
            add_link(&mut own, string(action, "text").unwrap_or_default(), Some(url));
        }
    }
    add_link(&mut own, "", string(attachment, "image_url"));
    if own.is_empty() {
        own.add(markup("fallback"));
    }
    own.add(markup("footer"));
    lines.add(&own.into_text());
}

/// Adds words in mark-up with the address to which they lead, if they lead anywhere.
fn add_link(lines: &mut Lines, words: &str, url: Option<&str>) {
    lines.add(&match url {
        Some(url) => reference(&plain(words), url),
        None => words.to_owned(),
    });
}

fn add_blocks(lines: &mut Lines, of: &Object) {
    objects(of, "blocks").for_each(|block| add_block(lines, block));
}

fn add_block(lines: &mut Lines, block: &Object) {
    match string(block, "type") {
        Some("rich_text") => objects(block, "elements").for_each(|part| {
            lines.add(&rich_text(part, DEPTH));
        }),
        Some("image" | "video") => {
            let words = string_in(block, "title", "text").or_else(|| string(block, "alt_text"));
            let url = string(block, "image_url").or_else(|| string(block, "title_url"));
            add_link(lines, &escaped(words.unwrap_or_default()), url);
        }
        Some("context") => {
            let words: Vec<_> = objects(block, "elements").filter_map(words_of).collect();
            lines.add(&words.join(" "));
        }
        _ => {
            lines.add(&object(block, "text").and_then(words_of).unwrap_or_default());
            for field in objects(block, "fields") {
                lines.add(&words_of(field).unwrap_or_default());
            }
            objects(block, "elements").for_each(|button| add_button(lines, button));
            if let Some(accessory) = object(block, "accessory") {
                add_button(lines, accessory);
            }
        }
    }
}

/// A button leads somewhere, or can't be pressed here.
fn add_button(lines: &mut Lines, button: &Object) {
    if let Some(url) = string(button, "url") {
        let words = object(button, "text").and_then(words_of);
        add_link(lines, &words.unwrap_or_default(), Some(url));
    }
}

/// A text object.
fn words_of(text: &Object) -> Option<String> {
    let words = string(text, "text")?;
    Some(if string(text, "type") == Some("plain_text") { escaped(words) } else { words.to_owned() })
}

/// An element of rich text, with those within it.
fn rich_text(element: &Object, depth: u8) -> String {
    let words = element.get("text").and_then(|text| text.as_str()).unwrap_or_default();
    let part = |key| string(element, key).unwrap_or_default();
    match string(element, "type") {
        Some("text") => escaped(words),
        Some("link") => reference(words, part("url")),
        Some("emoji") => format!(":{}:", part("name")),
        Some("user") => format!("<@{}>", part("user_id")),
        Some("channel") => format!("<#{}>", part("channel_id")),
        Some("broadcast") => format!("<!{}>", part("range")),
        Some(kind) if depth > 0 => {
            let separator = if kind == "rich_text_list" { "\n" } else { "" };
            let parts: Vec<_> =
                objects(element, "elements").map(|part| rich_text(part, depth - 1)).collect();
            parts.join(separator)
        }
        _ => String::new(),
    }
}

/// Mark-up as plain text: `<url|words>` becomes `words (url)`, and what is escaped is itself again.
fn plain(markup: &str) -> String {
    unescaped(&replaced(markup, |Reference { target, words, .. }| match target {
        Target::Word(word) if words.is_empty() => {
            format!("@{}", word.split('^').next().unwrap_or_default())
        }
        Target::Word(_) => words.to_owned(),
        Target::User(id) => named('@', id, words),
        Target::Channel(id) => named('#', id, words),
        Target::Address(address) => link(words, address),
    }))
}

fn named(mark: char, id: &str, words: &str) -> String {
    let name = if words.is_empty() { id } else { words.trim_start_matches(mark) };
    format!("{mark}{name}")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn markup_becomes_plain_text_with_its_links() {
        for (markup, text) in [
            (
                "see <https://a.example/x?a=1&amp;b=2|the page>!",
                "see the page (https://a.example/x?a=1&b=2)!",
            ),
            ("<https://a.example>", "https://a.example"),
            ("<https://a.example|https://a.example>", "https://a.example"),
            ("<mailto:a@b.example|a@b.example>", "a@b.example"),
            (
                "<!here> <!subteam^S1|@ops> <@U1|ada> <@U2> <#C1|general>",
                "@here @ops @ada @U2 #general",
            ),
            ("<!date^1392734382^{date}|yesterday>", "yesterday"),
            ("1 &lt; 2 &amp;&amp; 3 &gt; 2, &amp;lt; stays", "1 < 2 && 3 > 2, &lt; stays"),
            ("a < b and c > d, <b>", "a < b and c > d, <b>"),
            ("<", "<"),
            ("<|>", "<|>"),
        ] {
            assert_eq!(plain(markup), text);
        }
    }
}
