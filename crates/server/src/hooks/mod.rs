//! `POST /hooks/<UUID>/<secret>`: what other programs post becomes a message.

mod answer;
mod make;
mod secret;

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, Method, Request};
use axum::response::Response;
use chinwag_hooks::{Head, Post, Shape};
use chinwag_protocol::HookUuid;
use chinwag_protocol::incoming::NewMessage;
use chinwag_store::{Append, Channel, Hook, Ticket, Unavailable, WrittenBy};
use futures_util::StreamExt;
use jiff::Timestamp;

use crate::app::App;
use crate::names::Name;
use crate::visible;
use answer::Answer;
pub use make::make;
use secret::Secret;

/// The longest body, in bytes.
const MAX_BODY: usize = 256 * 1024;

/// The longest name under which a message is shown, in characters.
const MAX_NAME: usize = 64;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const GITHUB_EVENT: HeaderName = HeaderName::from_static("x-github-event");

/// Answers a request to the address of a hook.
pub async fn serve(
    State(app): State<Arc<App>>,
    Path(address): Path<String>,
    request: Request<Body>,
) -> Response {
    answered(&app, &address, request).await.unwrap_or_else(|answer| answer).into()
}

/// Answers where no hook can be.
pub async fn nothing() -> Response {
    Answer::Nothing.into()
}

async fn answered(app: &Arc<App>, address: &str, request: Request<Body>) -> Result<Answer, Answer> {
    let hook = find(app, address).await?;
    let (head, body) = request.into_parts();
    match head.method {
        Method::GET | Method::HEAD => return Ok(Answer::Here),
        Method::POST => {}
        _ => return Err(Answer::WrongMethod),
    }
    app.limits.hook(hook.uuid)?;
    let body = read(body).await?;
    // A large body takes its time, which is none of the chat's.
    let posting = Arc::clone(app);
    let posted = app.side.spawn(async move { post(&posting, hook, &head.headers, &body).await });
    posted.await.map_err(|_| Answer::Unavailable)?
}

/// The hook of an address. All wrong ones are the same.
async fn find(app: &App, address: &str) -> Result<Hook, Answer> {
    let (uuid, secret) = address.split_once('/').ok_or(Answer::Nothing)?;
    let uuid: HookUuid = uuid.parse().map_err(|_| Answer::Nothing)?;
    let secret = Secret::parse(secret).ok_or(Answer::Nothing)?;
    app.store.find_hook(uuid, secret.digest()).await?.ok_or(Answer::Nothing)
}

async fn read(body: Body) -> Result<Bytes, Answer> {
    let (mut stream, mut read) = (body.into_data_stream(), Vec::new());
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|_| Answer::Bad("The body ended too early.".to_owned()))?;
        if read.len() + piece.len() > MAX_BODY {
            return Err(Answer::TooLarge);
        }
        read.extend_from_slice(&piece);
    }
    Ok(read.into())
}

async fn post(app: &App, hook: Hook, headers: &HeaderMap, body: &[u8]) -> Result<Answer, Answer> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let client_uuid = header(IDEMPOTENCY_KEY).filter(|key| !key.is_empty()).map(str::to_owned);
    if client_uuid.as_ref().is_some_and(|key| key.len() > NewMessage::MAX_CLIENT_UUID) {
        return Err(Answer::Bad("Idempotency-Key has 64 bytes at the most.".to_owned()));
    }
    let head = Head { content_type: header(CONTENT_TYPE), github_event: header(GITHUB_EVENT) };
    let Post { text, username, shape } =
        chinwag_hooks::read(head, body).map_err(|error| Answer::Bad(error.to_string()))?;
    let answer = if shape == Shape::Discord { Answer::NoContent } else { Answer::Ok };
    let Some(text) = text else { return Ok(answer) };
    if !visible::shows(&text) {
        return Err(Answer::Bad("A message must have some text that shows.".to_owned()));
    }
    let text = chinwag_hooks::cut(&text, app.config.max_message_length);
    let name = match username {
        Some(username) => name(app, &username).await?,
        None => None,
    };
    let name = name.unwrap_or_else(|| Arc::clone(&hook.name));
    let append = Append {
        // Nobody waits for it on a connection.
        ticket: Ticket { connection: u64::MAX, serial: 0 },
        sender: hook.bot,
        channel: Channel::of_members(hook.channel),
        text: text.into(),
        client_uuid,
        created_at: Timestamp::now(),
        reply_to: None,
        mentions: None,
        files: Vec::new(),
        by_hook: Some(Box::new(WrittenBy { hook: hook.uuid, name })),
    };
    if let Some(message) = app.store.post(append).await? {
        app.dispatcher.ring(&message);
    }
    Ok(answer)
}

/// The name under which a message is to be shown, unless it isn't acceptable or looks like a person's.
async fn name(app: &App, typed: &str) -> Result<Option<Arc<str>>, Unavailable> {
    let clean: String = typed.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
    let Ok(Name { shown, .. }) = Name::new(&clean) else { return Ok(None) };
    let is_taken = app.store.looks_like_a_person(&shown).await?;
    Ok((!is_taken).then(|| shown.into()))
}
