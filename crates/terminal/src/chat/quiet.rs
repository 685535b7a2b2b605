//! `/pause` and `/quiet`: when nothing notifies the user, in no channel.

use chinwag_client::protocol::incoming::NotifyChange;
use chinwag_client::protocol::outgoing::{Content, Notify, QuietHours};
use chinwag_client::protocol::quiet::{covers, minutes};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::asks::Ask;
use super::commands::Command;
use super::deeds::Deed;
use super::prefs::EVER;
use super::state::Chat;
use crate::plain::one_line;

/// The days of the week, from Monday on.
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// All of them.
const DAILY: &str = "1234567";

impl Chat {
    /// Whether nothing notifies the user now.
    pub fn is_quiet(&self) -> bool {
        self.notify.as_ref().is_some_and(|notify| is_quiet(notify, self.now.timestamp()))
    }

    /// Whether notifications say only that there is a message.
    pub(super) fn hides_content(&self) -> bool {
        self.notify.as_ref().is_some_and(|notify| notify.content == Content::Nothing)
    }

    /// Asks for what was chosen. A server of 0.1 has nothing of it.
    pub(super) fn learn_notify(&self) -> Option<Ask> {
        self.changes.then_some(Ask::Notify)
    }

    /// Sets or ends a pause or quiet hours; nothing if the command can't be read.
    pub(super) fn quieten(&mut self, command: Command, words: &str) -> Option<Vec<Ask>> {
        let is_off = words.eq_ignore_ascii_case("off");
        let mut change = NotifyChange::default();
        match command {
            Command::Pause if is_off => change.paused_until = Some(String::new()),
            Command::Pause => change.paused_until = Some(self.until(words)?.0),
            _ if is_off => change.quiet = Some(Vec::new()),
            _ if words.is_empty() => {}
            _ => {
                let (hours, zone) = read(words)?;
                change.quiet = Some(hours);
                let known = self.notify.as_ref().and_then(|notify| notify.zone.as_ref());
                let own = || self.now.time_zone().iana_name().map(str::to_owned);
                change.zone = zone.or_else(|| if known.is_some() { None } else { own() });
            }
        }
        Some(self.ask(Deed::Notify(change)))
    }

    /// What was chosen, in sentences.
    pub(super) fn notify_in_words(&self, notify: &Notify) -> String {
        let pause = notify.paused_until.filter(|until| *until > self.now.timestamp());
        let pause = pause.map(|until| {
            let about = if until.to_string() == EVER {
                "/pause off".into()
            } else {
                self.end(&until.to_zoned_datetime(self.now.time_zone().clone()))
            };
            format!("Nothing notifies you until {about}. ")
        });
        let hours: Vec<_> = notify.quiet.iter().map(hours_in_words).collect();
        let zone = notify.zone.as_deref().map(one_line).unwrap_or_default();
        let quiet = match hours.as_slice() {
            [] => "There are no quiet hours: /quiet 22:00-07:00 sets some.".into(),
            hours => format!("Quiet hours are {}, in {zone}.", hours.join("; ")),
        };
        pause.unwrap_or_default() + &quiet
    }
}

fn hours_in_words(QuietHours { days, from, to }: &QuietHours) -> String {
    let hours = format!("{from}-{to}");
    if days == DAILY {
        return format!("{hours} daily");
    }
    let numbers: Vec<_> = days.chars().filter_map(|day| day.to_digit(10)).collect();
    // Days in a row are one range.
    let rows = numbers.chunk_by(|one, next| one + 1 == *next);
    let name = |day: &u32| DAYS.get((*day as usize).wrapping_sub(1)).copied().unwrap_or_default();
    let rows = rows.map(|row| match row {
        [first, .., last] => format!("{}-{}", name(first), name(last)),
        row => row.iter().map(name).collect(),
    });
    format!("{hours} {}", rows.collect::<Vec<_>>().join(","))
}

/// `22:00-07:00 [DAYS] [ZONE]`, several of them with `;` between them; the zone is that of all.
fn read(words: &str) -> Option<(Vec<QuietHours>, Option<String>)> {
    let mut zone = None;
    let mut all = Vec::new();
    for part in words.split(';') {
        let mut words = part.split_whitespace().peekable();
        let (from, to) = words.next()?.split_once(['-', '–'])?;
        let (from, to) = (time(from)?, time(to)?);
        let days = words.peek().and_then(|word| days(word));
        if days.is_some() {
            words.next();
        }
        zone = words.next().map(str::to_owned).or(zone);
        if words.next().is_some() {
            return None;
        }
        all.push(QuietHours { days: days.unwrap_or_else(|| DAILY.into()), from, to });
    }
    Some((all, zone))
}

/// `7`, `7:30` or `07:30` as the protocol has it. The server refuses what is no time of a day.
fn time(text: &str) -> Option<String> {
    let (hours, minutes) = text.split_once(':').unwrap_or((text, "0"));
    let number = |text: &str| text.parse::<u8>().ok().filter(|number| *number < 100);
    Some(format!("{:02}:{:02}", number(hours)?, number(minutes)?))
}

/// The digits of `daily`, `mon-fri`, `sat,sun` or `12345`.
fn days(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    if text == "daily" {
        return Some(DAILY.into());
    }
    let number = |name: &str| {
        let named = DAYS.iter().position(|day| day.eq_ignore_ascii_case(name));
        named.or_else(|| name.parse::<usize>().ok()?.checked_sub(1).filter(|day| *day < 7))
    };
    let mut chosen = [false; 7];
    for part in text.split(',') {
        match part.split_once('-') {
            Some((first, last)) => {
                let (mut day, last) = (number(first)?, number(last)?);
                chosen[day] = true;
                while day != last {
                    day = (day + 1) % 7;
                    chosen[day] = true;
                }
            }
            None if part.len() > 1 && part.chars().all(|day| day.is_ascii_digit()) => {
                for digit in part.chars() {
                    chosen[number(&digit.to_string())?] = true;
                }
            }
            None => chosen[number(part)?] = true,
        }
    }
    Some(DAILY.chars().zip(chosen).filter(|(_, is)| *is).map(|(day, _)| day).collect())
}

/// Whether a pause or quiet hours cover this moment, as the protocol says.
fn is_quiet(notify: &Notify, at: Timestamp) -> bool {
    if notify.paused_until.is_some_and(|until| at < until) {
        return true;
    }
    if notify.quiet.is_empty() {
        return false;
    }
    let zone = notify.zone.as_deref().and_then(|name| TimeZone::get(name).ok());
    let zone = zone.unwrap_or(TimeZone::UTC);
    notify.quiet.iter().any(|QuietHours { days, from, to }| {
        let times = minutes(from).zip(minutes(to));
        times.is_some_and(|(from, to)| covers(days, from, to, &zone, at))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(days: &str, from: &str, to: &str) -> QuietHours {
        QuietHours { days: days.into(), from: from.into(), to: to.into() }
    }

    #[test]
    fn hours_have_days_and_a_zone_or_none() {
        let one = |days, zone: Option<&str>| {
            Some((vec![hours(days, "22:00", "07:30")], zone.map(str::to_owned)))
        };
        for (words, read_as) in [
            ("22:00-07:30", one(DAILY, None)),
            ("22-7:30 daily", one(DAILY, None)),
            ("22:00–7:30 mon-fri Europe/Berlin", one("12345", Some("Europe/Berlin"))),
            ("22:00-07:30 12345", one("12345", None)),
            ("22:00-07:30 Sat,Sun UTC", one("67", Some("UTC"))),
            ("22:00-07:30 fri-mon", one("1567", None)),
            ("22:00-07:30 3", one("3", None)),
            ("22:00-07:30 Asia/Tokyo", one(DAILY, Some("Asia/Tokyo"))),
            ("22:00", None),
            ("at night", None),
            ("22:00-07:30 mon UTC now", None),
            ("", None),
        ] {
            assert_eq!(read(words), read_as, "{words}");
        }
        let two = vec![hours("12345", "20:00", "07:30"), hours("67", "00:00", "24:00")];
        let words = "20:00-07:30 mon-fri; 0-24 sat,sun Europe/Berlin";
        assert_eq!(read(words), Some((two.clone(), Some("Europe/Berlin".into()))));
        let told: Vec<_> = two.iter().map(hours_in_words).collect();
        assert_eq!(told, ["20:00-07:30 Mon-Fri", "00:00-24:00 Sat-Sun"]);
        assert_eq!(hours_in_words(&hours("135", "20:00", "21:00")), "20:00-21:00 Mon,Wed,Fri");
    }

    #[test]
    fn quiet_hours_are_those_of_their_zone() {
        let notify = Notify {
            content: Content::Full,
            quiet: vec![hours("5", "22:00", "07:00")],
            zone: Some("Europe/Berlin".into()),
            paused_until: None,
        };
        let times = ["02T20:59:59Z", "02T21:00:00Z", "03T05:59:59Z", "03T06:00:00Z"];
        let told = times.map(|time| is_quiet(&notify, format!("2026-01-{time}").parse().unwrap()));
        assert_eq!(told, [false, true, true, false]);
    }
}
