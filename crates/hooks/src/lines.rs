//! A text made line by line.

/// The lines of a text, none of them empty.
#[derive(Default)]
pub(crate) struct Lines(String);

impl Lines {
    /// Adds a piece of text, which may have several lines.
    pub(crate) fn add(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(text);
    }

    /// Adds words with the address to which they lead, either of which may be missing.
    pub(crate) fn add_link(&mut self, words: Option<&str>, url: Option<&str>) {
        self.add(&link(words.unwrap_or_default(), url.unwrap_or_default()));
    }

    /// Adds `title: value`.
    pub(crate) fn add_field(&mut self, title: Option<&str>, value: Option<&str>) {
        match (title, value) {
            (Some(title), Some(value)) => self.add(&format!("{title}: {value}")),
            (one, other) => self.add(one.or(other).unwrap_or_default()),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

/// Words and the address behind them: `words (url)`.
pub(crate) fn link(words: &str, url: &str) -> String {
    let (words, url) = (words.trim(), url.trim());
    let bare = url.strip_prefix("mailto:").or_else(|| url.strip_prefix("tel:")).unwrap_or(url);
    let is_same = words.is_empty() || url == words || bare == words;
    match (is_same, url.is_empty()) {
        (_, true) => words.to_owned(),
        (true, false) => bare.to_owned(),
        (false, false) => format!("{words} ({url})"),
    }
}

/// The text with at most `most` characters, the last of them `…` if there were more.
#[must_use]
pub fn cut(text: &str, most: usize) -> String {
    if text.len() <= most || text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}
