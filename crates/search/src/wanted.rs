//! What is looked for, and whether a message is it.

use chinwag_protocol::{ChannelUuid, UserUuid};
use jiff::Timestamp;

use crate::Entry;
use crate::words::{wanted_words, words};

/// Words that stand one behind the other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Phrase {
    /// As [`words`] makes them. Never empty.
    pub(crate) words: Vec<String>,
    /// Whether the last one may be the beginning of a word.
    pub(crate) is_beginning: bool,
}

impl Phrase {
    /// The phrase that this text is; `None` if it has no words.
    pub(crate) fn of(text: &str, is_beginning: bool) -> Option<Self> {
        let (words, is_part) = wanted_words(text);
        (!words.is_empty()).then_some(Self { words, is_beginning: is_beginning || is_part })
    }

    /// Whether it stands in a text of these words.
    fn is_in(&self, text: &[String]) -> bool {
        let Some((last, before)) = self.words.split_last() else { return false };
        text.windows(self.words.len()).any(|part| {
            let (end, rest) = (&part[part.len() - 1], &part[..part.len() - 1]);
            let is_end = if self.is_beginning { end.starts_with(last) } else { end == last };
            is_end && rest == before
        })
    }
}

/// What a message has besides its text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Has {
    /// The address of a page on the web in its text.
    Link,
    /// A file.
    File,
    /// A picture.
    Image,
}

impl Has {
    /// Its word in the index.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::File => "file",
            Self::Image => "image",
        }
    }

    /// Whether the message has it.
    pub(crate) fn is_in(self, message: &Entry) -> bool {
        match self {
            Self::Link => message.text.is_some_and(has_link),
            Self::File => message.has_file,
            Self::Image => message.has_image,
        }
    }
}

/// Whether an address with `http` or `https` stands in the text.
fn has_link(text: &str) -> bool {
    let ends_with = |text: &str, scheme: &str| {
        let end = text.len().checked_sub(scheme.len()).and_then(|start| text.get(start..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(scheme))
    };
    text.match_indices("://").any(|(at, separator)| {
        let (before, behind) = (&text[..at], &text[at + separator.len()..]);
        let has_host = behind.starts_with(|c: char| c.is_alphanumeric() || c == '[');
        has_host && (ends_with(before, "http") || ends_with(before, "https"))
    })
}

/// What is looked for: all of it at once.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// Each stands in the text.
    pub phrases: Vec<Phrase>,
    /// None stands in the text.
    pub without: Vec<Phrase>,
    /// One of them wrote it, unless there are none.
    pub senders: Vec<UserUuid>,
    /// It is in one of them, unless there are none.
    pub channels: Vec<ChannelUuid>,
    /// It has all of this.
    pub has: Vec<Has>,
    /// It was written then or later.
    pub from: Option<Timestamp>,
    /// It was written before.
    pub until: Option<Timestamp>,
}

impl Wanted {
    /// Whether anything is looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether this message of the channel, as it is now, is looked for.
    #[must_use]
    pub fn matches(&self, channel: ChannelUuid, message: &Entry) -> bool {
        let Some(text) = message.text else { return false };
        let words = words(text);
        let one_of = |all: &[UserUuid]| all.is_empty() || all.contains(&message.sender);
        one_of(&self.senders)
            && (self.channels.is_empty() || self.channels.contains(&channel))
            && self.from.is_none_or(|from| message.created_at >= from)
            && self.until.is_none_or(|until| message.created_at < until)
            && self.has.iter().all(|has| has.is_in(message))
            && self.phrases.iter().all(|phrase| phrase.is_in(&words))
            && !self.without.iter().any(|phrase| phrase.is_in(&words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_has_a_scheme_and_a_host() {
        for text in ["see https://example.com", "HTTP://a", "(http://[::1]) https://x"] {
            assert!(has_link(text), "{text}");
        }
        for text in ["", "http://", "https:// x", "ftp://a", "a://b", "é://x"] {
            assert!(!has_link(text), "{text}");
        }
    }
}
