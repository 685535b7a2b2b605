//! Quiet hours: when a user is not to be notified.

use std::sync::LazyLock;

use chinwag_protocol::quiet::covers;
use chinwag_store::{NotifySettings, QuietHours};
use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// The time zones of the program, the same on every machine.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Whether a user is not to be notified at this moment: during a pause, and in quiet hours.
#[must_use]
pub fn is_quiet(settings: &NotifySettings, at: Timestamp) -> bool {
    if settings.paused_until.is_some_and(|until| at < until) {
        return true;
    }
    if settings.quiet.is_empty() {
        return false;
    }
    let zone = zone(&settings.zone).unwrap_or(TimeZone::UTC);
    let covers = |QuietHours { days, from, to }: &QuietHours| covers(days, *from, *to, &zone, at);
    settings.quiet.iter().any(covers)
}

/// The time zone of an IANA name, upper and lower case alike.
pub fn zone(name: &str) -> Option<TimeZone> {
    ZONES.get(name).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::*;

    fn hours(days: &str, from: &str, to: &str) -> QuietHours {
        let minutes = |text: &str| {
            let (hours, minutes) = text.split_once(':').unwrap();
            hours.parse::<u16>().unwrap() * 60 + minutes.parse::<u16>().unwrap()
        };
        QuietHours { days: days.to_owned(), from: minutes(from), to: minutes(to) }
    }

    fn settings(zone: &str, quiet: Vec<QuietHours>) -> NotifySettings {
        NotifySettings { quiet, zone: zone.to_owned(), ..NotifySettings::default() }
    }

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// Each stretch of quiet minutes between two moments, in UTC.
    fn stretches(settings: &NotifySettings, from: &str, to: &str) -> Vec<String> {
        let (mut found, mut since) = (Vec::new(), None);
        let (mut at, end) = (time(from), time(to));
        while at <= end {
            match (is_quiet(settings, at), since) {
                (true, None) => since = Some(at),
                (false, Some(begun)) => {
                    let shown = |at: Timestamp| at.strftime("%d %H:%M").to_string();
                    found.push(format!("{} – {}", shown(begun), shown(at)));
                    since = None;
                }
                _ => {}
            }
            at += jiff::SignedDuration::from_mins(1);
        }
        found
    }

    #[test]
    fn quiet_hours_follow_the_clocks_of_a_zone() {
        let night = || vec![hours("1234567", "22:00", "07:00")];
        let cases = [
            // Put forward on the 29th at 01:00, and back on the 25th at 01:00.
            ("Europe/Berlin", "2026-03-28T12:00Z", ["28 21:00 – 29 05:00", "29 20:00 – 30 05:00"]),
            ("Europe/Berlin", "2026-10-24T12:00Z", ["24 20:00 – 25 06:00", "25 21:00 – 26 06:00"]),
            // On the 8th at 07:00, and on the 1st at 06:00.
            (
                "America/New_York",
                "2026-03-07T20:00Z",
                ["08 03:00 – 08 11:00", "09 02:00 – 09 11:00"],
            ),
            (
                "America/New_York",
                "2026-10-31T20:00Z",
                ["01 02:00 – 01 12:00", "02 03:00 – 02 12:00"],
            ),
            // Half an hour: back on the 4th at 15:00, and forward on the 3rd at 15:30.
            (
                "Australia/Lord_Howe",
                "2026-04-04T08:00Z",
                ["04 11:00 – 04 20:30", "05 11:30 – 05 20:30"],
            ),
            (
                "Australia/Lord_Howe",
                "2026-10-03T08:00Z",
                ["03 11:30 – 03 20:00", "04 11:00 – 04 20:00"],
            ),
        ];
        for (zone, from, expected) in cases {
            let to = (time(from) + jiff::SignedDuration::from_hours(46)).to_string();
            assert_eq!(stretches(&settings(zone, night()), from, &to), expected, "{zone}");
        }
    }

    #[test]
    fn a_time_that_is_shown_twice_or_never_begins_early_and_ends_late() {
        let cases = [
            // From the first to the last time that the clocks show it.
            ("Europe/Berlin", "2026-10-25", "02:30", "04:00", "25 00:30 – 25 03:00"),
            ("Europe/Berlin", "2026-10-25", "01:00", "02:30", "24 23:00 – 25 01:30"),
            ("America/New_York", "2026-11-01", "01:10", "01:20", "01 05:10 – 01 06:20"),
            ("Australia/Lord_Howe", "2026-04-05", "01:45", "03:00", "04 14:45 – 04 16:30"),
            ("Australia/Lord_Howe", "2026-04-05", "00:00", "01:45", "04 13:00 – 04 15:15"),
            // At the moment at which they skip it.
            ("Europe/Berlin", "2026-03-29", "02:30", "04:00", "29 01:00 – 29 02:00"),
            ("Europe/Berlin", "2026-03-29", "01:00", "02:30", "29 00:00 – 29 01:00"),
            ("America/New_York", "2026-03-08", "02:59", "03:30", "08 07:00 – 08 07:30"),
            ("Australia/Lord_Howe", "2026-10-04", "02:15", "03:00", "03 15:30 – 03 16:00"),
            ("Australia/Lord_Howe", "2026-10-04", "01:00", "02:15", "03 14:30 – 03 15:30"),
        ];
        for (zone, date, from, to, expected) in cases {
            let date: Date = date.parse().unwrap();
            let day = date.weekday().to_monday_one_offset().to_string();
            let settings = settings(zone, vec![hours(&day, from, to)]);
            let [first, last] = [date.yesterday().unwrap(), date.tomorrow().unwrap()]
                .map(|day| format!("{day}T00:00Z"));
            assert_eq!(stretches(&settings, &first, &last), [expected], "{zone} {from} – {to}");
        }
        // Of hours that are skipped as a whole nothing is left.
        let skipped = settings("Europe/Berlin", vec![hours("7", "02:10", "02:50")]);
        let none: [&str; 0] = [];
        assert_eq!(stretches(&skipped, "2026-03-28T12:00Z", "2026-03-29T12:00Z"), none);
    }

    /// In all hours of a year, in which the clocks change twice.
    #[test]
    fn it_is_quiet_whenever_the_clocks_say_so() {
        for zone_name in ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"] {
            let quiet = vec![hours("12345", "20:15", "02:45"), hours("67", "02:15", "24:00")];
            let settings = settings(zone_name, quiet);
            let zone = zone(zone_name).unwrap();
            let mut at = time("2026-01-01T00:00Z");
            while at < time("2027-01-01T00:00Z") {
                let clock = zone.to_datetime(at);
                let minute = i32::from(clock.hour()) * 60 + i32::from(clock.minute());
                let is_workday = |day: Date| day.weekday().to_monday_one_offset() < 6;
                let (today, yesterday) = (clock.date(), clock.date().yesterday().unwrap());
                let expected = is_workday(today) && minute >= 20 * 60 + 15
                    || is_workday(yesterday) && minute < 2 * 60 + 45
                    || !is_workday(today) && minute >= 2 * 60 + 15;
                let found = is_quiet(&settings, at);
                // An hour that is put back counts as a whole.
                let is_twice = zone.to_ambiguous_timestamp(clock).is_ambiguous();
                assert!(found == expected || (found && is_twice), "{zone_name} at {clock}");
                at += jiff::SignedDuration::from_mins(15);
            }
        }
    }

    #[test]
    fn hours_begin_on_their_days() {
        let of = |days, from, to| settings("UTC", vec![hours(days, from, to)]);
        // 2026-01-02 is a Friday.
        let (from, to) = ("2026-01-02T00:00Z", "2026-01-06T00:00Z");
        assert_eq!(stretches(&of("5", "20:00", "07:30"), from, to), ["02 20:00 – 03 07:30"]);
        assert_eq!(stretches(&of("6", "00:00", "24:00"), from, to), ["03 00:00 – 04 00:00"]);
        assert_eq!(stretches(&of("67", "00:00", "24:00"), from, to), ["03 00:00 – 05 00:00"]);
        assert_eq!(stretches(&of("7", "23:59", "00:00"), from, to), ["04 23:59 – 05 00:00"]);
        assert_eq!(stretches(&of("7", "12:00", "24:00"), from, to), ["04 12:00 – 05 00:00"]);
        assert_eq!(stretches(&of("", "12:00", "24:00"), from, to), [""; 0]);
        let both =
            settings("UTC", vec![hours("5", "08:00", "10:00"), hours("5", "09:00", "11:00")]);
        assert_eq!(stretches(&both, from, to), ["02 08:00 – 02 11:00"]);
        assert!(!is_quiet(&NotifySettings::default(), time(from)));
    }

    #[test]
    fn a_pause_ends() {
        let paused_until = Some(time("2026-01-02T12:00Z"));
        let paused = NotifySettings { paused_until, ..NotifySettings::default() };
        assert!(is_quiet(&paused, time("2026-01-02T11:59:59Z")));
        assert!(!is_quiet(&paused, time("2026-01-02T12:00Z")));
    }

    #[test]
    fn a_zone_has_a_name_of_iana() {
        for (name, known) in [
            ("Europe/Berlin", Some("Europe/Berlin")),
            ("europe/berlin", Some("Europe/Berlin")),
            ("UTC", Some("UTC")),
            ("Europe/Atlantis", None),
            ("", None),
            ("+02:00", None),
        ] {
            let found = zone(name);
            assert_eq!(found.as_ref().and_then(|zone| zone.iana_name()), known, "{name}");
            assert_eq!(found.is_some(), known.is_some(), "{name}");
        }
    }
}
