//! Posts to incoming hooks: from a body in one of four shapes to a message in plain text.

mod discord;
mod form;
mod github;
mod lenient;
mod lines;
pub mod mrkdwn;
mod slack;

use serde_json::{Map, Value};
use thiserror::Error;

pub use discord::embed;
pub use lines::cut;
pub use slack::cards;

/// What came with a post, besides its body.
#[derive(Clone, Copy, Default, Debug)]
pub struct Head<'a> {
    /// The header `Content-Type`.
    pub content_type: Option<&'a str>,
    /// The header `X-GitHub-Event`.
    pub github_event: Option<&'a str>,
}

/// A post that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Post {
    /// The text, never empty; `None` for an event that isn't told, such as GitHub's `ping`.
    pub text: Option<String>,
    /// The name under which it is to be shown, as it was sent.
    pub username: Option<String>,
    /// In whose shape it came, which decides how it is answered.
    pub shape: Shape,
}

/// The shape of a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Text, or a form without `payload`.
    Text,
    /// Slack's JSON.
    Slack,
    /// Discord's JSON.
    Discord,
    /// An event of GitHub, which Gitea and Forgejo send as well.
    GitHub,
}

/// Why a body can't be read, as a sentence for its sender.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Unreadable {
    /// Not UTF-8.
    #[error("The body must be UTF-8.")]
    NotUtf8,
    /// Of a type that no shape has.
    #[error("A hook takes plain text, JSON, or a form with JSON in \"payload\".")]
    WrongType,
    /// Not one JSON object.
    #[error("The body must be one JSON object.")]
    NotJson,
    /// An object without anything that a shape has.
    #[error(
        "The JSON needs \"text\", \"attachments\" or \"blocks\", or \"content\" or \"embeds\"."
    )]
    UnknownShape,
    /// Nothing that could be shown.
    #[error("The post has no text.")]
    Empty,
}

/// Reads a post.
///
/// # Errors
/// When it is in none of the shapes, or has no text.
pub fn read(head: Head, body: &[u8]) -> Result<Post, Unreadable> {
    let body = str::from_utf8(body).map_err(|_| Unreadable::NotUtf8)?;
    let kind = head.content_type.unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let post = match kind.as_str() {
        "application/json" => from_json(head, body)?,
        "text/plain" => plain(body),
        kind if kind.ends_with("+json") => from_json(head, body)?,
        kind if kind.starts_with("multipart/") => return Err(Unreadable::WrongType),
        "application/x-www-form-urlencoded" => match form::payload(body) {
            Some(payload) => from_json(head, &payload)?,
            None => text_or_json(head, body),
        },
        _ => text_or_json(head, body),
    };
    match &post.text {
        Some(text) if text.trim().is_empty() => Err(Unreadable::Empty),
        _ => Ok(post),
    }
}

/// A body of which the type says nothing, as `curl -d` sends all: text, unless it is JSON in a known shape.
fn text_or_json(head: Head, body: &str) -> Post {
    from_json(head, body).unwrap_or_else(|_| plain(body))
}

fn plain(body: &str) -> Post {
    Post { text: Some(body.trim().to_owned()), username: None, shape: Shape::Text }
}

fn from_json(head: Head, body: &str) -> Result<Post, Unreadable> {
    let object: Map<String, Value> = serde_json::from_str(body.trim_start_matches('\u{feff}'))
        .map_err(|_| Unreadable::NotJson)?;
    let has = |keys: &[&str]| keys.iter().any(|key| object.get(*key).is_some_and(|v| !v.is_null()));
    // Gitea and Forgejo name GitHub's event beside Slack's and Discord's shapes, too.
    if let Some(event) = head.github_event
        && has(&["sender", "repository", "hook"])
    {
        return Ok(Post {
            text: github::text(event, &object),
            username: None,
            shape: Shape::GitHub,
        });
    }
    let (text, shape) = if has(&["content", "embeds"]) {
        (discord::text(&object), Shape::Discord)
    } else if has(&["text", "attachments", "blocks"]) {
        (slack::text(&object), Shape::Slack)
    } else {
        return Err(Unreadable::UnknownShape);
    };
    let username = lenient::string(&object, "username").map(str::to_owned);
    Ok(Post { text: Some(text), username, shape })
}
