//! The answers to posts, as the programs that post want them.

use axum::http::StatusCode;
use axum::http::header::{ALLOW, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use chinwag_store::{Denied, Failure, Unavailable};

use crate::limits::Wait;

/// An answer to a request for a hook.
pub enum Answer {
    /// Posted. Alertmanager and Grafana take nothing but these two bytes.
    Ok,
    /// Posted in Discord's shape.
    NoContent,
    /// To a look whether the hook is there.
    Here,
    /// To every wrong address.
    Nothing,
    WrongMethod,
    TooLarge,
    TooMany(Wait),
    /// With a sentence that says why.
    Bad(String),
    Unavailable,
}

impl From<Answer> for Response {
    fn from(answer: Answer) -> Self {
        let text =
            |status: StatusCode, sentence: &str| (status, sentence.to_owned()).into_response();
        match answer {
            Answer::Ok => text(StatusCode::OK, "ok"),
            Answer::NoContent => StatusCode::NO_CONTENT.into_response(),
            Answer::Here => ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], "{}")
                .into_response(),
            Answer::Nothing => text(StatusCode::NOT_FOUND, "There is no such hook.\n"),
            Answer::WrongMethod => {
                let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "Post to a hook.\n");
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
                response
            }
            Answer::TooLarge => {
                text(StatusCode::PAYLOAD_TOO_LARGE, "A post has 256 KiB at the most.\n")
            }
            Answer::TooMany(wait) => {
                later(text(StatusCode::TOO_MANY_REQUESTS, "Too many posts.\n"), wait.seconds())
            }
            Answer::Bad(sentence) => text(StatusCode::BAD_REQUEST, &format!("{sentence}\n")),
            Answer::Unavailable => {
                let sentence = "The store is unavailable now; try again in a moment.\n";
                later(text(StatusCode::SERVICE_UNAVAILABLE, sentence), 1)
            }
        }
    }
}

fn later(mut response: Response, seconds: u64) -> Response {
    response.headers_mut().insert(RETRY_AFTER, seconds.into());
    response
}

impl From<Wait> for Answer {
    fn from(wait: Wait) -> Self {
        Self::TooMany(wait)
    }
}

impl From<Unavailable> for Answer {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Unavailable(_) => Self::Unavailable,
            Failure::Denied(Denied::Archived) => {
                Self::Bad("The channel is archived: an owner can bring it back.".to_owned())
            }
            Failure::Denied(_) => Self::Nothing,
        }
    }
}
