//! What the answer of a push service means, for the server and in a person's words.

use std::time::Duration;

use super::post::{Answer, NoAnswer};

/// How long to wait where a service has trouble and doesn't say for how long.
const PAUSE: Duration = Duration::from_mins(1);

/// The longest that a service may ask for.
const LONGEST: Duration = Duration::from_hours(1);

/// How much of a service's own words is shown, in characters.
const WORDS: usize = 200;

/// What became of a push.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The service has it.
    Taken,
    /// The subscription has ended.
    Gone,
    /// It may be sent again after this time.
    Later(Duration),
    /// It would be refused again.
    Refused,
}

/// What a push came to.
pub type Posted = Result<Answer, NoAnswer>;

/// What the answer means.
pub fn outcome(posted: &Posted) -> Outcome {
    let Ok(Answer { status, retry_after, .. }) = posted else {
        return match posted {
            Err(NoAnswer::NotPublic | NoAnswer::Unsendable(_)) => Outcome::Refused,
            _ => Outcome::Later(PAUSE),
        };
    };
    match status.as_u16() {
        200..=299 => Outcome::Taken,
        404 | 410 => Outcome::Gone,
        429 | 500..=599 => Outcome::Later(retry_after.unwrap_or(PAUSE).min(LONGEST)),
        _ => Outcome::Refused,
    }
}

/// The status; 0 if there was no answer.
pub fn status(posted: &Posted) -> u16 {
    posted.as_ref().map_or(0, |answer| answer.status.as_u16())
}

/// The same for the person who asked for a test.
pub fn in_words(posted: &Posted) -> String {
    let answer = match posted {
        Ok(answer) => answer,
        Err(error) => {
            return format!("This server can't reach the push service of your browser: {error}.");
        }
    };
    let sentence = match answer.status.as_u16() {
        200..=299 => return "The push service of your browser took the notification.".to_owned(),
        300..=399 => "The push service sends this server elsewhere, where it doesn't follow.",
        401 | 403 => {
            "The push service doesn't accept the signature of this server: turn notifications off and on again. If \
             that doesn't help, the clock of the server may be wrong."
        }
        404 | 410 => {
            "Your browser has ended its subscription: turn notifications off and on again."
        }
        413 => "The notification is too large for the push service.",
        429 => "The push service asks this server to wait: too many notifications were sent.",
        500..=599 => "The push service has trouble at the moment: try again later.",
        _ => "The push service refused the notification.",
    };
    match own_words(&answer.text) {
        Some(words) => format!("{sentence} It said: {words}"),
        None => sentence.to_owned(),
    }
}

/// The first words of a service that speaks plain text or JSON.
fn own_words(text: &str) -> Option<String> {
    let text = text.trim();
    let is_page = text.starts_with('<');
    let words = text.chars().filter(|c| !c.is_control()).take(WORDS).collect::<String>();
    (!is_page && !words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "it stands beside errors")]
    fn answered(status: u16, retry_after: Option<u64>, text: &str) -> Posted {
        let retry_after = retry_after.map(Duration::from_secs);
        Ok(Answer { status: StatusCode::from_u16(status).unwrap(), retry_after, text: text.into() })
    }

    #[test]
    fn each_answer_has_its_meaning_and_its_words() {
        let later = |seconds| Outcome::Later(Duration::from_secs(seconds));
        for (posted, expected, words) in [
            (answered(201, None, ""), Outcome::Taken, "took the notification"),
            (answered(200, Some(9), ""), Outcome::Taken, "took the notification"),
            (answered(404, None, ""), Outcome::Gone, "ended its subscription"),
            (answered(410, Some(9), ""), Outcome::Gone, "ended its subscription"),
            (answered(429, Some(9), ""), later(9), "asks this server to wait"),
            (answered(429, None, ""), later(60), "asks this server to wait"),
            (answered(429, Some(1_000_000), ""), later(3_600), "asks this server to wait"),
            (answered(503, Some(5), ""), later(5), "has trouble"),
            (answered(500, None, ""), later(60), "has trouble"),
            (answered(307, None, ""), Outcome::Refused, "doesn't follow"),
            (answered(400, Some(9), ""), Outcome::Refused, "refused"),
            (answered(413, None, ""), Outcome::Refused, "too large"),
            (
                answered(403, None, "{\"reason\":\"BadJwtToken\"}\n"),
                Outcome::Refused,
                "It said: {\"reason\":\"BadJwtToken\"}",
            ),
            (answered(403, None, "<html>no</html>"), Outcome::Refused, "may be wrong."),
            (Err(NoAnswer::Late), later(60), "within 10 s"),
            (Err(NoAnswer::NotPublic), Outcome::Refused, "no public address"),
            (Err(NoAnswer::Unsendable("it is none")), Outcome::Refused, ": it is none."),
        ] {
            assert_eq!(outcome(&posted), expected, "{posted:?}");
            assert!(in_words(&posted).contains(words), "{}", in_words(&posted));
        }
        assert!(!in_words(&answered(403, None, "<html>no</html>")).contains("html"));
        assert_eq!(in_words(&answered(400, None, &"x".repeat(4_000))).matches('x').count(), 200);
    }
}
