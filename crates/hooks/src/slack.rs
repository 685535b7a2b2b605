//! Slack's JSON: `text`, `attachments` and `blocks`, with links and names in angle brackets.

use crate::lenient::{Object, object, objects, string, string_in};
use crate::lines::{Lines, link};

/// The most that blocks are nested.
const DEPTH: u8 = 6;

/// The text of a message.
pub(crate) fn text(message: &Object) -> String {
    let mut lines = Lines::default();
    add_blocks(&mut lines, message);
    // Beside blocks the text is for notifications only.
    if lines.is_empty() {
        add_markup(&mut lines, string(message, "text"));
    }
    for attachment in objects(message, "attachments") {
        add_attachment(&mut lines, attachment);
    }
    lines.into_text()
}

fn add_attachment(lines: &mut Lines, attachment: &Object) {
    let markup = |key| string(attachment, key).map(plain);
    let mut own = Lines::default();
    own.add(&markup("pretext").unwrap_or_default());
    own.add_link(markup("author_name").as_deref(), string(attachment, "author_link"));
    own.add_link(markup("title").as_deref(), string(attachment, "title_link"));
    own.add(&markup("text").unwrap_or_default());
    for field in objects(attachment, "fields") {
        let part = |key| string(field, key).map(plain);
        own.add_field(part("title").as_deref(), part("value").as_deref());
    }
    add_blocks(&mut own, attachment);
    for action in objects(attachment, "actions") {
        if let Some(url) = string(action, "url") {
            own.add_link(string(action, "text").map(plain).as_deref(), Some(url));
        }
    }
    own.add(string(attachment, "image_url").unwrap_or_default());
    if own.is_empty() {
        add_markup(&mut own, string(attachment, "fallback"));
    }
    own.add(&markup("footer").unwrap_or_default());
    lines.add(&own.into_text());
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
            lines.add_link(words, url);
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
        lines.add_link(words.as_deref(), Some(url));
    }
}

/// A text object.
fn words_of(text: &Object) -> Option<String> {
    let words = string(text, "text")?;
    Some(if string(text, "type") == Some("plain_text") { words.to_owned() } else { plain(words) })
}

/// An element of rich text, with those within it.
fn rich_text(element: &Object, depth: u8) -> String {
    let words = element.get("text").and_then(|text| text.as_str()).unwrap_or_default();
    match string(element, "type") {
        Some("text") => words.to_owned(),
        Some("link") => link(words, string(element, "url").unwrap_or_default()),
        Some("emoji") => format!(":{}:", string(element, "name").unwrap_or_default()),
        Some("user") => format!("@{}", string(element, "user_id").unwrap_or_default()),
        Some("channel") => format!("#{}", string(element, "channel_id").unwrap_or_default()),
        Some("broadcast") => format!("@{}", string(element, "range").unwrap_or_default()),
        Some(kind) if depth > 0 => {
            let separator = if kind == "rich_text_list" { "\n" } else { "" };
            let parts: Vec<_> =
                objects(element, "elements").map(|part| rich_text(part, depth - 1)).collect();
            parts.join(separator)
        }
        _ => String::new(),
    }
}

fn add_markup(lines: &mut Lines, markup: Option<&str>) {
    lines.add(&markup.map(plain).unwrap_or_default());
}

/// Slack's markup as plain text: `<url|words>` becomes `words (url)`, and what is escaped is itself again.
fn plain(markup: &str) -> String {
    let mut text = String::with_capacity(markup.len());
    let mut rest = markup;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        // Slack escapes every other `<`; programs that don't are taken at their word.
        let found = after.split_once('>').filter(|(inside, _)| is_reference(inside));
        if let Some((inside, behind)) = found {
            text.push_str(&reference(inside));
            rest = behind;
        } else {
            text.push('<');
            rest = after;
        }
    }
    text.push_str(rest);
    unescaped(&text)
}

fn is_reference(inside: &str) -> bool {
    let is_link = |target: &str| target.contains("://") || target.starts_with("mailto:");
    let target = inside.split('|').next().unwrap_or_default();
    !inside.contains('\n') && (inside.starts_with(['@', '#', '!']) || is_link(target))
}

/// What stands between angle brackets.
fn reference(inside: &str) -> String {
    let (target, words) = inside.split_once('|').unwrap_or((inside, ""));
    match target.chars().next() {
        Some('!') if !words.is_empty() => words.to_owned(),
        Some('!') => format!("@{}", target[1..].split('^').next().unwrap_or_default()),
        Some(mark @ ('@' | '#')) if !words.is_empty() => {
            format!("{mark}{}", words.trim_start_matches(mark))
        }
        Some('@' | '#') => target.to_owned(),
        _ => link(words, target),
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
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
