//! Emoji by the names that other chats have for them.

/// The emoji of a name without its colons, as Slack and Mattermost write it, with `::skin-tone-3` behind
/// where it has one.
pub(crate) fn by_name(name: &str) -> Option<&'static str> {
    let (name, tone) = match name.split_once("::skin-tone-") {
        Some((name, tone)) => (name, Some(tone)),
        None => (name, None),
    };
    let emoji = known(name)?;
    let toned = tone.and_then(skin_tone).and_then(|tone| emoji.with_skin_tone(tone));
    Some(toned.unwrap_or(emoji).as_str())
}

/// The emoji with whose name between colons a text begins, and how long that is.
pub(crate) fn at(text: &str) -> Option<(&'static str, usize)> {
    let end = text.strip_prefix(':')?.find(':')? + 1;
    let tone = "::skin-tone-N".len();
    let toned =
        text[end..].starts_with("::skin-tone-") && text[end..].get(tone..=tone) == Some(":");
    let name = &text[1..if toned { end + tone } else { end }];
    Some((by_name(name)?, name.len() + 2))
}

/// The emoji as it is kept, for one that is there as a character.
pub(crate) fn by_character(character: &str) -> Option<&'static str> {
    emojis::get(character).map(emojis::Emoji::as_str)
}

fn known(name: &str) -> Option<&'static emojis::Emoji> {
    let by_shortcode = || emojis::get_by_shortcode(name);
    let with_underscores = || emojis::get_by_shortcode(&name.replace('-', "_"));
    let flag = || country(name.strip_prefix("flag-").or_else(|| name.strip_prefix("flag_"))?);
    let by_other_name = || {
        let other = OTHER_NAMES.iter().find(|(other, _)| *other == name)?;
        emojis::get(other.1)
    };
    by_shortcode()
        .or_else(with_underscores)
        .or_else(flag)
        .or_else(by_other_name)
        .or_else(|| by_unicode_name(name))
}

fn country(code: &str) -> Option<&'static emojis::Emoji> {
    let letter = |c: char| {
        c.is_ascii_lowercase().then(|| char::from_u32(0x1f1e6 + u32::from(c) - u32::from('a')))?
    };
    let flag: Option<String> = code.chars().map(letter).collect();
    emojis::get(&flag?)
}

/// Most other names are those of Unicode, with underscores or hyphens.
fn by_unicode_name(name: &str) -> Option<&'static emojis::Emoji> {
    let plain = |name: &str| name.to_ascii_lowercase().replace(['-', '_', ':', ' '], "");
    let first = name.bytes().next().filter(|_| is_name(name))?;
    let wanted = plain(name);
    // The first letter spares making nearly two thousand names plain.
    let begins =
        |emoji: &&emojis::Emoji| emoji.name().as_bytes()[..1].eq_ignore_ascii_case(&[first]);
    emojis::iter().filter(begins).find(|emoji| plain(emoji.name()) == wanted)
}

/// Whether it can be a name at all, and not what stands between two colons of a sentence.
fn is_name(name: &str) -> bool {
    let of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_+-'".contains(&byte);
    name.len() <= LONGEST && name.bytes().all(of_name)
}

/// The longest name of Unicode, of a couple with skin tones, is shorter.
const LONGEST: usize = 100;

fn skin_tone(tone: &str) -> Option<emojis::SkinTone> {
    Some(match tone {
        "2" => emojis::SkinTone::Light,
        "3" => emojis::SkinTone::MediumLight,
        "4" => emojis::SkinTone::Medium,
        "5" => emojis::SkinTone::MediumDark,
        "6" => emojis::SkinTone::Dark,
        _ => return None,
    })
}

/// Names that follow from neither.
const OTHER_NAMES: [(&str, &str); 12] = [
    ("simple_smile", "🙂"),
    ("thinking_face", "🤔"),
    ("hugging_face", "🤗"),
    ("rolling_on_the_floor_laughing", "🤣"),
    ("face_with_rolling_eyes", "🙄"),
    ("face_palm", "🤦"),
    ("shrug", "🤷"),
    ("the_horns", "🤘"),
    ("sign_of_the_horns", "🤘"),
    ("reversed_hand_with_middle_finger_extended", "🖕"),
    ("face_with_cowboy_hat", "🤠"),
    ("knife_fork_plate", "🍽️"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_chats_are_emoji() {
        for (name, emoji) in [
            ("tada", "🎉"),
            ("+1", "👍"),
            ("+1::skin-tone-3", "👍🏼"),
            ("thinking_face", "🤔"),
            ("man-shrugging", "🤷‍♂️"),
            ("flag-de", "🇩🇪"),
            ("star-struck", "🤩"),
            ("melting_face", "🫠"),
            ("white_check_mark", "✅"),
            ("slightly_smiling_face", "🙂"),
            ("heart", "❤️"),
        ] {
            assert_eq!(by_name(name), Some(emoji), "{name}");
        }
        assert_eq!(by_name("partyparrot"), None);
        assert_eq!(by_name("flag-"), None);
        assert_eq!(by_name(") said he "), None);
    }
}
