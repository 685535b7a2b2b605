//! What people type into the field of a search. Nothing of it is an error.

use std::collections::HashMap;

use chinwag_protocol::{ChannelUuid, UserUuid};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::{Has, Phrase, Wanted};

/// The characters that count.
const LONGEST: usize = 500;

/// The words and filters that count.
const MOST: usize = 32;

/// A query, taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Query {
    terms: Vec<Term>,
}

/// Whom and what the names of its filters mean.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Named {
    /// The users of names behind `from:`.
    pub senders: HashMap<String, UserUuid>,
    /// The channels of names and UUIDs behind `in:`, at least one each.
    pub channels: HashMap<String, Vec<ChannelUuid>>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Term {
    Word(String),
    Phrase(String),
    Not(String),
    From(String),
    In(String),
    Has(Has),
    Before(Date),
    After(Date),
    On(Date),
}

impl Query {
    /// Takes a query apart.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut rest = text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end]);
        let mut terms = Vec::new();
        while terms.len() < MOST
            && let Some((term, behind)) = next(rest)
        {
            terms.push(term);
            rest = behind;
        }
        Self { terms }
    }

    /// The names behind `from:`.
    pub fn senders(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().filter_map(|term| match term {
            Term::From(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// The names and UUIDs behind `in:`.
    pub fn channels(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().filter_map(|term| match term {
            Term::In(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// What it looks for. A filter whose name means nothing is searched as words.
    #[must_use]
    pub fn wanted(&self, named: &Named) -> Wanted {
        let (mut wanted, mut words) = (Wanted::default(), Vec::new());
        for term in &self.terms {
            match term {
                Term::Word(word) => words.push((word.clone(), true)),
                Term::Phrase(phrase) => words.push((phrase.clone(), false)),
                Term::Not(words) => wanted.without.extend(Phrase::of(words, false)),
                Term::From(name) => match named.senders.get(name) {
                    Some(user) => wanted.senders.push(*user),
                    None => words.push((format!("from:{name}"), true)),
                },
                Term::In(name) => match named.channels.get(name) {
                    Some(channels) => wanted.channels.extend(channels),
                    None => words.push((format!("in:{name}"), true)),
                },
                Term::Has(has) => wanted.has.push(*has),
                Term::Before(day) => until(&mut wanted, start_of(*day)),
                Term::After(day) => from(&mut wanted, end_of(*day)),
                Term::On(day) => {
                    from(&mut wanted, start_of(*day));
                    until(&mut wanted, end_of(*day));
                }
            }
        }
        let last_word = words.iter().rposition(|(_, is_word)| *is_word);
        let phrases = words.iter().enumerate();
        let phrases = phrases.filter_map(|(at, (text, _))| Phrase::of(text, Some(at) == last_word));
        wanted.phrases.extend(phrases);
        wanted
    }
}

/// The first term, and the text behind it.
fn next(text: &str) -> Option<(Term, &str)> {
    let text = text.trim_start();
    if text.is_empty() {
        return None;
    }
    if let Some((phrase, rest)) = quoted(text) {
        return Some((Term::Phrase(phrase.to_owned()), rest));
    }
    if let Some(excluded) =
        text.strip_prefix('-').filter(|rest| !rest.starts_with(char::is_whitespace))
    {
        let (words, rest) = quoted(excluded).unwrap_or_else(|| word(excluded));
        return Some((Term::Not(words.to_owned()), rest));
    }
    if let Some(found) = filter(text) {
        return Some(found);
    }
    let (first, rest) = word(text);
    Some((Term::Word(first.to_owned()), rest))
}

/// A known filter.
fn filter(text: &str) -> Option<(Term, &str)> {
    let (name, value) = text.split_once(':')?;
    let (value, rest) = quoted(value).unwrap_or_else(|| word(value));
    if value.is_empty() {
        return None;
    }
    let term = match name.to_ascii_lowercase().as_str() {
        "from" => Term::From(value.trim_start_matches('@').to_owned()),
        "in" => Term::In(value.trim_start_matches(['#', '@']).to_owned()),
        "has" => Term::Has(has(value)?),
        "before" => Term::Before(day(value)?),
        "after" => Term::After(day(value)?),
        "on" => Term::On(day(value)?),
        _ => return None,
    };
    Some((term, rest))
}

fn has(value: &str) -> Option<Has> {
    match value.to_ascii_lowercase().as_str() {
        "link" => Some(Has::Link),
        "file" => Some(Has::File),
        "image" => Some(Has::Image),
        _ => None,
    }
}

/// What stands up to the next space.
fn word(text: &str) -> (&str, &str) {
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

/// What stands in quotation marks. The last one may be missing.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix('"')?;
    Some(text.split_once('"').unwrap_or((text, "")))
}

/// A day as YYYY-MM-DD.
fn day(value: &str) -> Option<Date> {
    let is_plain = value.len() == 10 && value.bytes().all(|c| c.is_ascii_digit() || c == b'-');
    value.parse().ok().filter(|_| is_plain)
}

/// Days are those of UTC.
fn start_of(day: Date) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
}

fn end_of(day: Date) -> Option<Timestamp> {
    start_of(day.tomorrow().ok()?)
}

fn from(wanted: &mut Wanted, from: Option<Timestamp>) {
    // Behind the last day that there is stands nothing.
    wanted.from = wanted.from.max(Some(from.unwrap_or(Timestamp::MAX)));
}

fn until(wanted: &mut Wanted, until: Option<Timestamp>) {
    let until = until.unwrap_or(Timestamp::MAX);
    wanted.until = Some(wanted.until.map_or(until, |before| before.min(until)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(text: &str) -> Wanted {
        let senders = [("Ada".to_owned(), UserUuid::default())].into();
        let channels = [("ops".to_owned(), vec![ChannelUuid::GENERAL])].into();
        Query::parse(text).wanted(&Named { senders, channels })
    }

    fn phrases(phrases: &[Phrase]) -> Vec<String> {
        let shown = |phrase: &Phrase| {
            format!("{}{}", phrase.words.join(" "), if phrase.is_beginning { "*" } else { "" })
        };
        phrases.iter().map(shown).collect()
    }

    #[test]
    fn words_are_joined_and_the_last_one_is_a_beginning() {
        let found = wanted(" deploy \"Went down\" foo_bar -red -\"not this\" sta");
        assert_eq!(phrases(&found.phrases), ["deploy", "went down", "foo bar", "sta*"]);
        assert_eq!(phrases(&found.without), ["red", "not this"]);
        assert_eq!(phrases(&wanted("foo from:Ada").phrases), ["foo*"]);
    }

    #[test]
    fn known_filters_filter() {
        let found = wanted("from:@Ada IN:#ops has:link after:2026-10-31 before:2026-11-02");
        assert_eq!(found.senders, [UserUuid::default()]);
        assert_eq!(found.channels, [ChannelUuid::GENERAL]);
        assert_eq!(found.has, [Has::Link]);
        assert_eq!(
            found,
            Wanted { phrases: Vec::new(), ..wanted("from:\"Ada\" in:ops has:link on:2026-11-01") }
        );
        assert_eq!(found.from, Some("2026-11-01T00:00:00Z".parse().unwrap()));
        assert_eq!(found.until, Some("2026-11-02T00:00:00Z".parse().unwrap()));
    }

    #[test]
    fn all_else_is_words() {
        let cases = [
            ("from:Bob", "from bob*"),
            ("in:secret", "in secret*"),
            ("has:cheese", "has cheese*"),
            ("before:yesterday", "before yesterday*"),
            ("on:2026-02-30", "on 2026 02 30*"),
            ("after:", "after*"),
            ("foo:bar", "foo bar*"),
            ("\"open", "open"),
            ("a - b", "b*"),
        ];
        for (text, expected) in cases {
            let found = wanted(text);
            assert_eq!(phrases(&found.phrases).last().unwrap(), expected, "{text}");
            assert_eq!(Wanted { phrases: Vec::new(), ..found }, Wanted::default(), "{text}");
        }
        for nothing in ["", "   ", "!?", "\"\"", "-", "--- ..."] {
            assert!(wanted(nothing).is_empty(), "{nothing}");
        }
    }

    #[test]
    fn a_long_query_counts_up_to_its_limits() {
        assert_eq!(wanted(&"a ".repeat(100)).phrases.len(), MOST);
        let long = wanted(&format!("{} {} behind", "é".repeat(400), "x ".repeat(49)));
        assert_eq!(long.phrases.len(), MOST);
        assert_eq!(wanted(&format!("{} behind", "a".repeat(LONGEST))).phrases.len(), 1);
        wanted("before:9999-12-31 after:9999-12-31 on:-009999-01-01");
    }
}
