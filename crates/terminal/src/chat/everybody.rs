//! `@all`: a message that mentions all members of its channel.

use chinwag_client::Channel;
use chinwag_client::protocol::outgoing::{Channel as Details, Message};

use super::asks::Ask;
use super::state::Chat;
use crate::plain::one_line;

/// In a channel with more members only its owners mention all.
const MOST_FOR_EVERYBODY: u64 = 50;

/// From this number of members on it is asked first.
const ASKS_FROM: u64 = 6;

/// The word.
pub const ALL: &str = "@all";

impl Chat {
    /// The channel whose members this text mentions, unless it is a private one.
    fn called(&self, channel: Channel, text: &str) -> Option<&Details> {
        self.details(channel).filter(|_| says_all(text))
    }

    /// Whether the user may mention all members of this channel.
    pub(super) fn may_call_all(&self, channel: Channel) -> bool {
        self.details(channel).is_some_and(may_call_all)
    }

    /// Whether this text mentions all members of the channel.
    pub(super) fn calls_all(&self, channel: Channel, text: &str) -> bool {
        self.called(channel, text).is_some_and(may_call_all)
    }

    /// Whether a new text of a message begins or ceases to mention all members; nothing if that stays.
    pub(super) fn calls_anew(&self, before: &Message, text: &str) -> Option<bool> {
        if before.mention_all {
            return (says_all(&before.text) && !says_all(text)).then_some(false);
        }
        self.calls_all(self.open, text).then_some(true)
    }

    /// Asks before a text notifies many people. The same text once more is sent.
    pub(super) fn asks_first(&mut self, channel: Channel, text: &str) -> Option<Vec<Ask>> {
        let called = self.called(channel, text)?;
        let members = called.users_total;
        if members < ASKS_FROM || !may_call_all(called) {
            return None;
        }
        let asked = Some((channel, text.to_owned()));
        if std::mem::replace(&mut self.sure_of, asked.clone()) == asked {
            self.sure_of = None;
            return None;
        }
        let others = members - 1;
        Some(self.say(&format!("This notifies {others} people. Press Enter again to send.")))
    }

    /// Says that a message that was sent mentions fewer people than its text.
    pub(super) fn tell_unmentioned(&mut self, channel: Channel, message: &Message) {
        let label = self.label(channel);
        if self.called(channel, &message.text).is_some_and(|called| !may_call_all(called)) {
            self.notice = Some(format!(
                "{ALL} notified nobody: in a channel of more than {MOST_FOR_EVERYBODY} only its owners do that."
            ));
        }
        let names: Vec<_> = message.not_members.iter().map(|it| one_line(&it.username)).collect();
        let Some((last, others)) = names.split_last() else { return };
        let (names, are) = match others {
            [] => (last.clone(), "is no member of"),
            others => (format!("{} and {last}", others.join(", ")), "are no members of"),
        };
        let advice = if self.is_named(channel) { " /add adds people." } else { "" };
        let place = match channel {
            Channel::Direct(_) => "this private talk",
            _ => &label,
        };
        self.notice = Some(format!("{names} {are} {place} and not notified.{advice}"));
    }
}

fn may_call_all(details: &Details) -> bool {
    details.owner || details.users_total <= MOST_FOR_EVERYBODY
}

/// Whether the text has the word, outside code. It stands where a name could.
fn says_all(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find(['`', '@']) {
        if rest[at..].starts_with('`') {
            rest = behind_code(&rest[at..]);
            continue;
        }
        let is_of_word = |it: char| it.is_alphanumeric() || it == '_';
        let before = text[..text.len() - rest.len() + at].chars().next_back();
        let is_name = !before.is_some_and(|before| before == '.' || is_of_word(before));
        let word: String = rest[at..].chars().take(ALL.len()).collect();
        let next = rest[at..].chars().nth(ALL.len());
        if is_name && word.eq_ignore_ascii_case(ALL) && !next.is_some_and(is_of_word) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

/// Behind the code that begins here: behind as many backticks, or behind these alone if no such come.
fn behind_code(text: &str) -> &str {
    let run = |text: &str| text.len() - text.trim_start_matches('`').len();
    let opening = run(text);
    let mut rest = &text[opening..];
    while let Some(at) = rest.find('`') {
        let length = run(&rest[at..]);
        rest = &rest[at + length..];
        if length == opening {
            return rest;
        }
    }
    &text[opening..]
}

#[cfg(test)]
mod tests {
    use super::says_all;

    #[test]
    fn all_is_a_word_outside_code() {
        for text in ["@all", "hey @All: look", "(@all)", "`x` @all", "a ` b @all", "é @all é"] {
            assert!(says_all(text), "{text}");
        }
        for text in
            ["", "all", "@allan", "me@all", ".@all", "`@all`", "``a ` @all``", "@al", "@all_"]
        {
            assert!(!says_all(text), "{text}");
        }
    }
}
