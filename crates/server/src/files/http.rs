//! The routes below `/files`.

use std::fmt::Display;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chinwag_protocol::FileUuid;

use super::Files;
use super::cookie::bearer;
use super::upload::Shared;
use crate::access_key::AccessKey;

/// What is answered, or why nothing is.
pub(super) type Answer = Result<Response, Response>;

/// The routes of a node that takes files. `secure`: whether browsers come by https.
pub fn routes<S: Clone + Send + Sync + 'static>(files: Arc<Files>, secure: bool) -> Router<S> {
    let session = move |State(files): State<Shared>, headers: HeaderMap| async move {
        let key = bearer(&headers).and_then(AccessKey::parse).ok_or_else(not_found)?;
        let cookie =
            files.cookie(&key, secure).await.map_err(unavailable)?.ok_or_else(not_found)?;
        Answer::Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response())
    };
    Router::new()
        .route("/files/session", post(session))
        .route("/files/{file}", get(read).head(offset).put(put).delete(end))
        .route("/files/{file}/preview", get(preview).put(put_preview))
        .with_state(files)
}

async fn read(State(files): State<Shared>, Path(file): Path<String>, headers: HeaderMap) -> Answer {
    files.read(named(&file).ok_or_else(not_found)?, false, &headers).await
}

async fn preview(
    State(files): State<Shared>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Answer {
    files.read(named(&file).ok_or_else(not_found)?, true, &headers).await
}

async fn offset(
    State(files): State<Shared>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Answer {
    files.offset(named(&file).ok_or_else(not_found)?, &headers).await
}

async fn put(
    State(files): State<Shared>,
    Path(file): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let sentence = "Say by \"offset\" where the piece begins.";
    let mut parts = query.as_deref().unwrap_or_default().split('&');
    let offset = parts.find_map(|part| part.strip_prefix("offset=")?.parse().ok());
    let offset = offset.ok_or_else(|| refused(StatusCode::BAD_REQUEST, sentence))?;
    files.put(named(&file).ok_or_else(not_found)?, offset, &headers, body).await
}

async fn put_preview(
    State(files): State<Shared>,
    Path(file): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    files.put_preview(named(&file).ok_or_else(not_found)?, &headers, body).await
}

async fn end(State(files): State<Shared>, Path(file): Path<String>, headers: HeaderMap) -> Answer {
    files.end(named(&file).ok_or_else(not_found)?, &headers).await
}

fn named(file: &str) -> Option<FileUuid> {
    file.parse().ok()
}

/// The same for all that may not be read or isn't there.
pub(super) fn not_found() -> Response {
    refused(StatusCode::NOT_FOUND, "There is no such file.")
}

pub(super) fn refused(status: StatusCode, sentence: &'static str) -> Response {
    let mut response = (status, format!("{sentence}\n")).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
    }
    response
}

pub(super) fn unavailable(error: impl Display) -> Response {
    tracing::debug!(%error, "a request for a file failed");
    refused(StatusCode::SERVICE_UNAVAILABLE, "The server can't do that now; try again in a moment.")
}
