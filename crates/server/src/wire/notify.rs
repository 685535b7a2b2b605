//! What is notified, as it stands in requests and replies.

use chinwag_protocol::outgoing::{self, Content};
use chinwag_protocol::quiet::minutes;
use chinwag_store::{NotifySettings, QuietHours};

/// What a user has chosen for all notifications.
pub fn notify(settings: NotifySettings) -> outgoing::Notify {
    let NotifySettings { hides_content, quiet, zone, paused_until } = settings;
    outgoing::Notify {
        content: if hides_content { Content::Nothing } else { Content::Full },
        quiet: quiet.into_iter().map(hours).collect(),
        zone: Some(zone).filter(|zone| !zone.is_empty()),
        paused_until,
    }
}

fn hours(QuietHours { days, from, to }: QuietHours) -> outgoing::QuietHours {
    let time = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    outgoing::QuietHours { days, from: time(from), to: time(to) }
}

/// Reads quiet hours.
///
/// # Errors
/// What is wrong with them and what to do, as a sentence.
pub fn quiet_hours(hours: &outgoing::QuietHours) -> Result<QuietHours, &'static str> {
    let outgoing::QuietHours { days, from, to } = hours;
    let digits: String = ('1'..='7').filter(|day| days.contains(*day)).collect();
    if digits.is_empty() || !days.bytes().all(|day| (b'1'..=b'7').contains(&day)) {
        return Err("\"days\" has a digit for each day, 1 for Monday to 7 for Sunday: \"12345\".");
    }
    let (Some(from), Some(to)) = (minutes(from).filter(|from| *from < 24 * 60), minutes(to)) else {
        return Err("\"from\" and \"to\" are times like 07:30; only \"to\" can be 24:00.");
    };
    if from == to {
        return Err("\"from\" and \"to\" are the same: a whole day is from 00:00 to 24:00.");
    }
    Ok(QuietHours { days: digits, from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_stand_in_their_order_and_each_once() {
        let hours = |days: &str, from: &str, to: &str| outgoing::QuietHours {
            days: days.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
        };
        let read = quiet_hours(&hours("7117", "20:00", "24:00")).unwrap();
        assert_eq!(read, QuietHours { days: "17".to_owned(), from: 1_200, to: 1_440 });
        assert_eq!(super::hours(read), hours("17", "20:00", "24:00"));
        for (days, from, to) in [
            ("", "20:00", "07:30"),
            ("0", "20:00", "07:30"),
            ("18", "20:00", "07:30"),
            ("mo", "20:00", "07:30"),
            ("1", "24:00", "07:30"),
            ("1", "20:00", "20:00"),
            ("1", "20:00", "8pm"),
        ] {
            assert!(quiet_hours(&hours(days, from, to)).is_err(), "{days} {from} {to}");
        }
    }
}
