//! What is looked for, as an expression of FTS5.

use chinwag_protocol::UserUuid;

use crate::{Phrase, Wanted};

/// The word of all channels that everybody can read.
pub(crate) const EVERYBODY: &str = "all";

/// The word of a channel.
pub(crate) fn channel_word(number: i64) -> String {
    format!("c{number}")
}

/// The word of a message's sender.
pub(crate) fn sender_word(user: UserUuid) -> String {
    format!("s{}", user.0.simple())
}

/// The word of the direct channels of a user.
pub(crate) fn direct_word(user: UserUuid) -> String {
    format!("d{}", user.0.simple())
}

/// The expression for what is looked for in the channels that one of these words names, or in all if there are none.
/// It is empty where nothing is left to look for.
pub(crate) fn expression(wanted: &Wanted, channels: &[String]) -> String {
    let senders: Vec<_> = wanted.senders.iter().map(|user| sender_word(*user)).collect();
    let has: Vec<_> = wanted.has.iter().map(|has| [has.word().to_owned()]).collect();
    let any = [channels, &senders].into_iter().chain(has.iter().map(<[_; 1]>::as_slice));
    let marks = any
        .filter(|words| !words.is_empty())
        .map(|words| format!("marks : ({})", words.join(" OR ")));
    let phrases = wanted.phrases.iter().map(quoted);
    let all: Vec<_> = marks.chain(phrases).collect();
    if all.is_empty() {
        return String::new();
    }
    let mut text = format!("({})", all.join(" AND "));
    for phrase in &wanted.without {
        text += " NOT ";
        text += &quoted(phrase);
    }
    text
}

/// No word has a quotation mark.
fn quoted(phrase: &Phrase) -> String {
    let beginning = if phrase.is_beginning { " *" } else { "" };
    format!("text : \"{}\"{beginning}", phrase.words.join(" "))
}
