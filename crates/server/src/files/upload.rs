//! Uploads: pieces, the preview, and the end of one.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chinwag_files::{Error, MAX_PREVIEW, Object};
use chinwag_protocol::{FileUuid, UserUuid};
use chinwag_store::{Upload, UploadChange};
use jiff::Timestamp;
use tokio::time::{sleep, timeout};

use super::cookie::{bearer, digest};
use super::http::{Answer, not_found, refused, unavailable};
use super::places::Place;
use super::{Files, LOOK_EVERY, PIECE};

/// How long a piece may take to come.
const PATIENCE: Duration = Duration::from_mins(1);

const OFFSET: &str = "upload-offset";

impl Files {
    /// Takes a piece.
    pub(super) async fn put(
        &self,
        file: FileUuid,
        offset: u64,
        headers: &HeaderMap,
        body: Body,
    ) -> Answer {
        let upload = self.uploading(file, headers).await?;
        if upload.is_complete {
            return Ok(at(StatusCode::NO_CONTENT, upload.size));
        }
        if offset != upload.received {
            return Ok(at(StatusCode::CONFLICT, upload.received));
        }
        let (piece, _place) = self.take(file, upload.user, body, PIECE).await?;
        let end = offset + piece.len() as u64;
        if end > upload.size || piece.is_empty() {
            let sentence = "The piece is empty, or goes beyond the size that was named.";
            return Err(refused(StatusCode::BAD_REQUEST, sentence));
        }
        let is_last = end == upload.size;
        match self.write(move |home| home.write_piece(file.0, offset, &piece)).await {
            // The last answer may have been lost.
            Err(Error::NotFound) if is_last => {}
            done => done.map_err(failed)?,
        }
        if is_last {
            self.complete(file, &upload).await?;
        } else {
            self.change(file, UploadChange::Received(end)).await?;
        }
        Ok(at(StatusCode::NO_CONTENT, end))
    }

    async fn complete(&self, file: FileUuid, upload: &Upload) -> Result<(), Response> {
        let size = upload.size;
        let finished = match self.write(move |home| home.finish(file.0, size)).await {
            Err(Error::TooManyPixels) => {
                self.change(file, UploadChange::Ended).await?;
                self.wake();
                let sentence = "The picture has more than 100 megapixels.";
                return Err(refused(StatusCode::BAD_REQUEST, sentence));
            }
            finished => finished.map_err(failed)?,
        };
        let is_video = finished.kind.mime().starts_with("video/");
        let dimensions = finished.dimensions.or(upload.dimensions.filter(|_| is_video));
        let kind = finished.kind.mime().into();
        self.change(file, UploadChange::Completed { kind, size: finished.size, dimensions }).await
    }

    /// Says where to go on.
    pub(super) async fn offset(&self, file: FileUuid, headers: &HeaderMap) -> Answer {
        let upload = self.uploading(file, headers).await?;
        let received = if upload.is_complete { upload.size } else { upload.received };
        Ok(at(StatusCode::NO_CONTENT, received))
    }

    /// Takes a preview.
    pub(super) async fn put_preview(
        &self,
        file: FileUuid,
        headers: &HeaderMap,
        body: Body,
    ) -> Answer {
        let upload = self.uploading(file, headers).await?;
        let (bytes, _place) = self.take(file, upload.user, body, MAX_PREVIEW).await?;
        let put = move |home: &dyn chinwag_files::Home| {
            let preview = chinwag_files::preview(&bytes)?;
            home.put(Object::Preview(file.0), &mut &preview[..])
        };
        self.write(put).await.map_err(failed)?;
        self.change(file, UploadChange::Preview).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    }

    /// Ends an upload.
    pub(super) async fn end(&self, file: FileUuid, headers: &HeaderMap) -> Answer {
        self.uploading(file, headers).await?;
        self.change(file, UploadChange::Ended).await?;
        self.wake();
        Ok(StatusCode::NO_CONTENT.into_response())
    }

    /// The upload whose token the request has.
    async fn uploading(&self, file: FileUuid, headers: &HeaderMap) -> Result<Upload, Response> {
        let token = bearer(headers).map(digest).ok_or_else(not_found)?;
        let upload = self.store.upload(file).await.map_err(unavailable)?;
        upload.filter(|upload| upload.token == token).ok_or_else(not_found)
    }

    /// The bytes of a piece, unless the upload ends before they have come; and its place, until it is written.
    async fn take(
        &self,
        file: FileUuid,
        user: UserUuid,
        body: Body,
        most: usize,
    ) -> Result<(Bytes, Place<'_>), Response> {
        let Some(place) = self.pieces.take(user) else {
            return Err(refused(StatusCode::SERVICE_UNAVAILABLE, "Too many uploads; try again."));
        };
        let late = |_| refused(StatusCode::REQUEST_TIMEOUT, "The piece took too long.");
        let bytes = tokio::select! {
            bytes = timeout(PATIENCE, to_bytes(body, most)) => bytes.map_err(late)?,
            () = self.until_ended(file) => return Err(not_found()),
        };
        let bytes = bytes.map_err(|_| {
            refused(StatusCode::PAYLOAD_TOO_LARGE, "The piece is too large, or broke off.")
        })?;
        Ok((bytes, place))
    }

    /// Waits until the upload may not go on.
    async fn until_ended(&self, file: FileUuid) {
        loop {
            sleep(LOOK_EVERY).await;
            // A store that doesn't answer ends nothing.
            if matches!(self.store.upload(file).await, Ok(None)) {
                return;
            }
        }
    }

    async fn change(&self, file: FileUuid, change: UploadChange) -> Result<(), Response> {
        let is_end = change == UploadChange::Ended;
        let changed = self.store.change_upload(file, change, Timestamp::now()).await;
        // Where nothing changed another request did it, or the upload has ended.
        let is_done = changed.map_err(unavailable)?
            || is_end
            || self.store.upload(file).await.map_err(unavailable)?.is_some();
        is_done.then_some(()).ok_or_else(not_found)
    }
}

fn at(status: StatusCode, offset: u64) -> Response {
    (status, [(OFFSET, HeaderValue::from(offset))]).into_response()
}

fn failed(error: Error) -> Response {
    match error {
        Error::NotFound => not_found(),
        Error::Gap { received } => at(StatusCode::CONFLICT, received),
        Error::TooManyPixels | Error::NoPreview => refused(
            StatusCode::BAD_REQUEST,
            "A preview is a PNG, JPEG or WebP of at most 256 KB and one megapixel.",
        ),
        Error::Full => refused(StatusCode::INSUFFICIENT_STORAGE, "The server has no space left."),
        Error::Io(error) => {
            tracing::warn!(%error, "failed to write a file");
            refused(
                StatusCode::SERVICE_UNAVAILABLE,
                "The server can't store the file now; try again.",
            )
        }
    }
}

/// The files of a node, as the routes have it.
pub(super) type Shared = Arc<Files>;
