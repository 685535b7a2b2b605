//! Slack's mark-up as Chinwag's text.

use chinwag_hooks::mrkdwn::{Reference, Target, replaced, unescaped};

use crate::emoji;
use crate::gather::Gathered;
use crate::text::Text;

/// The text of a message as Slack writes it.
pub(crate) fn text(gathered: &mut Gathered, source: &str) -> Text {
    let mut text = Text::default();
    // What stands between fences is code, every second part.
    let fences: Vec<&str> = source.split("```").collect();
    let last = fences.len() - 1;
    for (number, part) in fences.into_iter().enumerate() {
        if number % 2 == 1 && number < last {
            text.push("```\n");
            text.push(code(part).trim_matches('\n'));
            text.push("\n```");
        } else {
            let part =
                if number > 0 && number % 2 == 0 && !part.is_empty() && !part.starts_with('\n') {
                    format!("\n{part}")
                } else if number % 2 == 1 {
                    format!("```{part}")
                } else {
                    part.to_owned()
                };
            prose(gathered, &part, &mut text);
            if number + 1 < last && !part.is_empty() && !part.ends_with('\n') {
                text.push("\n");
            }
        }
    }
    text
}

/// What isn't in a block of code.
fn prose(gathered: &mut Gathered, source: &str, text: &mut Text) {
    let mut open = String::new();
    text.push_read(source, |text, rest, before| match rest.as_bytes()[0] {
        b'`' => inline_code(rest, text),
        b'<' => reference(gathered, rest, text),
        b':' => named_emoji(rest, before, text),
        b'*' | b'~' => emphasis(rest, before, &mut open, text),
        b'&' => entity(rest, text),
        _ => None,
    });
}

/// `*bold*` and `~struck~` have two marks in Chinwag. `open` has the marks that wait for their second.
fn emphasis(rest: &str, before: char, open: &mut String, text: &mut Text) -> Option<usize> {
    let sign = rest.chars().next()?;
    let line = rest[1..].split('\n').next().unwrap_or_default();
    let after = line.chars().next().unwrap_or('\n');
    if open.contains(sign) {
        if before.is_whitespace() || after.is_alphanumeric() {
            return None;
        }
        open.retain(|other| other != sign);
    } else {
        let ends_sentence = after.is_whitespace() || ",.;:!?)".contains(after);
        let word_begins = !before.is_alphanumeric() && !ends_sentence && after != sign;
        if !word_begins || !line.contains(sign) {
            return None;
        }
        open.push(sign);
    }
    text.push(if sign == '*' { "**" } else { "~~" });
    Some(1)
}

fn inline_code(rest: &str, text: &mut Text) -> Option<usize> {
    let end = rest[1..].find('`').filter(|end| !rest[1..][..*end].contains('\n'))?;
    text.push(&format!("`{}`", code(&rest[1..][..end])));
    Some(end + 2)
}

/// In code addresses stand in angle brackets, too.
fn code(source: &str) -> String {
    unescaped(&replaced(source, |Reference { inside, words, .. }| {
        if words.is_empty() { inside.to_owned() } else { words.to_owned() }
    }))
}

fn entity(rest: &str, text: &mut Text) -> Option<usize> {
    let (entity, sign) = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity))?;
    text.push(sign);
    Some(entity.len())
}

const ENTITIES: [(&str, &str); 3] = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")];

fn named_emoji(rest: &str, before: char, text: &mut Text) -> Option<usize> {
    if before.is_alphanumeric() {
        return None;
    }
    let (emoji, length) = emoji::at(rest)?;
    text.push(emoji);
    Some(length)
}

fn reference(gathered: &mut Gathered, rest: &str, text: &mut Text) -> Option<usize> {
    let reference = Reference::at(rest)?;
    let label = Some(unescaped(reference.words)).filter(|label| !label.is_empty());
    match reference.target {
        Target::User(user) => {
            let person = gathered.person(user, &[label.as_deref().unwrap_or_default()]);
            text.mention(person);
        }
        Target::Channel(channel) => {
            let number = gathered.channel(channel);
            let name = number.map(|number| gathered.channels[number as usize].name.clone());
            text.push(&format!("#{}", name.or(label).unwrap_or_else(|| channel.to_owned())));
        }
        Target::Word(word) => all_or_label(word, label, text),
        Target::Address(target) => address(&unescaped(target), label, text),
    }
    Some(reference.length())
}

fn all_or_label(word: &str, label: Option<String>, text: &mut Text) {
    match word {
        "here" | "channel" | "everyone" | "group" => {
            text.all = true;
            text.push("@all");
        }
        _ => text.push(&label.unwrap_or_else(|| word.to_owned())),
    }
}

fn address(address: &str, label: Option<String>, text: &mut Text) {
    let plain = address.strip_prefix("mailto:").or_else(|| address.strip_prefix("tel:"));
    let Some(label) = label.filter(|_| plain.is_none()) else {
        return text.push(plain.unwrap_or(address));
    };
    let shown = address.split_once("://").map_or(address, |(_, rest)| rest);
    if label == address
        || label == shown
        || label.trim_end_matches('/') == shown.trim_end_matches('/')
    {
        return text.push(address);
    }
    // A label that looks like an address stays text in Chinwag, and brackets would end it.
    if label.contains("://") || label.starts_with("www.") || label.contains(['[', ']', '\n']) {
        return text.push(&format!("{label} ({address})"));
    }
    text.push(&format!("[{label}]({address})"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Format, Name, Options};

    fn shown(source: &str) -> String {
        let name = |name: &str| Some(Name { shown: name.to_owned(), folded: name.to_owned() });
        let options = Options { format: Format::Slack, message_length: 4000, public: false, name };
        let mut gathered = Gathered::new(options).unwrap();
        gathered.person("U1", &["Ada"]);
        text(&mut gathered, source).shown(|_| "Ada")
    }

    #[test]
    fn marks_are_doubled_and_signs_are_signs() {
        assert_eq!(shown("*bold* and ~old~, _it_ 2*3*4"), "**bold** and ~~old~~, _it_ 2*3*4");
        assert_eq!(shown("a &lt;b&gt; &amp;amp; c"), "a <b> &amp; c");
        assert_eq!(shown("&gt; quoted"), "> quoted");
        assert_eq!(shown("* one\n* two"), "* one\n* two");
        assert_eq!(shown("from 5$*, *a* b*"), "from 5$*, **a** b*");
    }

    #[test]
    fn users_channels_and_addresses_are_words() {
        assert_eq!(shown("<@U1> and <@U1|ada>"), "@Ada and @Ada");
        assert_eq!(shown("see <#C9|ops>"), "see #ops");
        assert_eq!(shown("<!channel> go"), "@all go");
        assert_eq!(shown("<!subteam^S1|@team>"), "@team");
        assert_eq!(shown("<https://a.example/?b=1&amp;c>"), "https://a.example/?b=1&c");
        assert_eq!(shown("<https://a.example|the page>"), "[the page](https://a.example)");
        assert_eq!(shown("<http://a.example|a.example>"), "http://a.example");
        assert_eq!(shown("<mailto:a@b.example|a@b.example>"), "a@b.example");
        assert_eq!(shown("1 < 2"), "1 < 2");
    }

    #[test]
    fn code_is_left_as_it_is() {
        assert_eq!(shown("`*a* :tada: &lt;`"), "`*a* :tada: <`");
        assert_eq!(shown("```if *a* { :b: }```"), "```\nif *a* { :b: }\n```");
        assert_eq!(shown("so ```a\nb``` and"), "so \n```\na\nb\n```\n and");
        assert_eq!(shown("``` never ended *x*"), "``` never ended **x**");
        assert_eq!(shown("`<https://a.example>`"), "`https://a.example`");
    }

    #[test]
    fn emoji_are_characters() {
        assert_eq!(shown(":tada::+1::skin-tone-3: at 10:30:00"), "🎉👍🏼 at 10:30:00");
        assert_eq!(shown(":partyparrot:"), ":partyparrot:");
    }
}
