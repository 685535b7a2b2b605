//! Slack's mark-up: references in angle brackets, and what is escaped.

use crate::lines::link;

/// What stands in angle brackets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reference<'a> {
    /// All that stands between them.
    pub inside: &'a str,
    /// What it leads to.
    pub target: Target<'a>,
    /// The words for it, still escaped. Empty if there are none.
    pub words: &'a str,
}

/// What a reference leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target<'a> {
    /// A user, by the id.
    User(&'a str),
    /// A channel, by the id.
    Channel(&'a str),
    /// A word such as `here`, or a date or a group with its arguments behind `^`.
    Word(&'a str),
    /// A URL, still escaped.
    Address(&'a str),
}

impl<'a> Reference<'a> {
    /// Reads the reference with which the text begins. Slack escapes every other `<`; programs that don't are taken at their word.
    #[must_use]
    pub fn at(text: &'a str) -> Option<Self> {
        let (inside, _) = text.strip_prefix('<')?.split_once('>')?;
        let (target, words) = inside.split_once('|').unwrap_or((inside, ""));
        let target = match target.split_at_checked(1) {
            Some(("@", id)) => Target::User(id),
            Some(("#", id)) => Target::Channel(id),
            Some(("!", word)) => Target::Word(word),
            _ if is_address(target) => Target::Address(target),
            _ => return None,
        };
        (!inside.contains('\n')).then_some(Self { inside, target, words })
    }

    /// How long it is, with its brackets.
    #[must_use]
    pub fn length(&self) -> usize {
        self.inside.len() + 2
    }
}

/// Words, not in mark-up, with the address to which they lead.
#[must_use]
pub fn reference(words: &str, url: &str) -> String {
    let (words, url) = (words.trim(), url.trim());
    if !is_address(url) || url.contains(['|', '\n']) {
        return escaped(&link(words, url));
    }
    if words.is_empty() {
        return format!("<{}>", escaped(url));
    }
    format!("<{}|{}>", escaped(url), escaped(&words.replace('\n', " ")))
}

fn is_address(target: &str) -> bool {
    target.contains("://") || ["mailto:", "tel:"].iter().any(|scheme| target.starts_with(scheme))
}

/// The text without references: `shown` tells what stands in the place of each. What is escaped stays so.
pub fn replaced<'a>(markup: &'a str, shown: impl Fn(Reference<'a>) -> String) -> String {
    let mut text = String::with_capacity(markup.len());
    let mut rest = markup;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        let taken = if let Some(reference) = Reference::at(rest) {
            text.push_str(&shown(reference));
            reference.length()
        } else {
            text.push('<');
            1
        };
        rest = &rest[taken..];
    }
    text.push_str(rest);
    text
}

/// The text with its signs escaped.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The text with its signs in place of what is escaped.
#[must_use]
pub fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
