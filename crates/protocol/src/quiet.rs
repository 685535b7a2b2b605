//! Quiet hours: which moments they cover in a time zone.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{AmbiguousOffset, TimeZone};

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// Whether hours that begin on these days (`1` for Monday to `7` for Sunday) cover a moment. They begin and end at minutes of
/// a day, 1,440 for its end; they end on the next day unless that is later than the beginning.
///
/// They begin when the clocks first show their beginning, and end when they last show their end. What clocks skip counts as
/// shown when they skip it.
#[must_use]
pub fn covers(days: &str, from: u16, to: u16, zone: &TimeZone, at: Timestamp) -> bool {
    let today = zone.to_datetime(at).date();
    let yesterday_and_today = today.yesterday().into_iter().chain([today]);
    yesterday_and_today.filter(|day| days.contains(&digit(*day))).any(|day| {
        let last = if to > from { Ok(day) } else { day.tomorrow() };
        let span = last
            .ok()
            .and_then(|last| Some((shown(zone, day, from)?.first, shown(zone, last, to)?.last)));
        span.is_some_and(|(begin, end)| begin <= at && at < end)
    })
}

fn digit(day: Date) -> String {
    day.weekday().to_monday_one_offset().to_string()
}

/// When the clocks show a time: twice in the hour that is put back.
struct Shown {
    first: Timestamp,
    last: Timestamp,
}

fn shown(zone: &TimeZone, day: Date, minute: u16) -> Option<Shown> {
    let day = if minute < DAY { day } else { day.tomorrow().ok()? };
    let (hour, minute) = (i8::try_from(minute % DAY / 60).ok()?, i8::try_from(minute % 60).ok()?);
    let clock = zone.to_ambiguous_timestamp(day.at(hour, minute, 0, 0));
    let is_skipped = matches!(clock.offset(), AmbiguousOffset::Gap { .. });
    let first = clock.earlier().ok()?;
    if is_skipped {
        let skips = zone.following(first).next()?.timestamp();
        return Some(Shown { first: skips, last: skips });
    }
    Some(Shown { first, last: clock.later().ok()? })
}

/// The minutes of a day, from `00:00` to `24:00`.
#[must_use]
pub fn minutes(time: &str) -> Option<u16> {
    let number = |digits: &str| {
        let is_number = digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_digit());
        is_number.then(|| digits.parse::<u16>().ok()).flatten()
    };
    let (hours, minutes) = time.split_once(':')?;
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let all = hours * 60 + minutes;
    (minutes < 60 && all <= DAY).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_of_two_digits_each() {
        for (text, expected) in [
            ("00:00", Some(0)),
            ("07:30", Some(450)),
            ("23:59", Some(1_439)),
            ("24:00", Some(1_440)),
            ("24:01", None),
            ("12:60", None),
            ("7:30", None),
            ("+7:30", None),
            ("0730", None),
            ("07:30:00", None),
            ("", None),
        ] {
            assert_eq!(minutes(text), expected, "{text}");
        }
    }
}
