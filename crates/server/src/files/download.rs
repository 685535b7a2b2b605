//! Reading of files, by the rights of the moment.

use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chinwag_files::{Error, Kind, Object, Opened, Wanted, name};
use chinwag_protocol::FileUuid;
use chinwag_store::File;
use futures_util::stream;

use super::http::{Answer, not_found, unavailable};
use super::{Files, LOOK_EVERY};

/// How many bytes are read at once.
const PIECE: u64 = 256 * 1024;

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

impl Files {
    /// The bytes of a file or its preview, where the user can read the message that holds it.
    pub(super) async fn read(
        self: &Arc<Self>,
        file: FileUuid,
        is_preview: bool,
        headers: &HeaderMap,
    ) -> Answer {
        let found = self.readable(file, headers).await?;
        if is_preview && !found.preview {
            return Err(not_found());
        }
        let object = if is_preview { Object::Preview(file.0) } else { Object::File(file.0) };
        let opened = match self.at_home(move |home| home.open(object)).await {
            Ok(opened) => Arc::<dyn Opened>::from(opened),
            Err(Error::NotFound) => return Err(not_found()),
            Err(error) => return Err(unavailable(error)),
        };
        let kind = if is_preview {
            let head = Arc::clone(&opened);
            let length = opened.size().min(64);
            let head = self.at_home(move |_| head.read(0..length)).await.map_err(unavailable)?;
            Kind::of(&head)
        } else {
            let is_it = |kind: &Kind| kind.mime() == &*found.kind;
            Kind::INLINE.into_iter().find(is_it).unwrap_or(Kind::UNKNOWN)
        };
        let mime = if is_preview { kind.mime() } else { &found.kind };
        let tag = if is_preview { format!("\"{file}-preview\"") } else { format!("\"{file}\"") };
        let size = opened.size();
        let (status, range) = part(headers, &tag, size);
        let mut response = status.into_response();
        if status.is_success() {
            let length = HeaderValue::from(range.end - range.start);
            response.headers_mut().insert(CONTENT_LENGTH, length);
            let (files, headers, rest) = (Arc::clone(self), headers.clone(), range.clone());
            let looked = Instant::now();
            let sending = Sending { files, file, headers, opened, rest, looked };
            *response.body_mut() = Body::from_stream(stream::unfold(sending, Sending::next));
        }
        let content = match status {
            StatusCode::PARTIAL_CONTENT => {
                Some(format!("bytes {}-{}/{size}", range.start, range.end - 1))
            }
            StatusCode::RANGE_NOT_SATISFIABLE => Some(format!("bytes */{size}")),
            _ => None,
        };
        let told = [
            (CONTENT_TYPE, Some(mime.to_owned())),
            (CONTENT_DISPOSITION, Some(name::disposition(kind, &found.name))),
            (ETAG, Some(tag)),
            (CONTENT_RANGE, content),
        ];
        describe(response.headers_mut(), told);
        Ok(response)
    }

    /// The file, if the user of the request can read it now.
    async fn readable(&self, file: FileUuid, headers: &HeaderMap) -> Result<File, Response> {
        let reader = self.reader(headers).await.map_err(unavailable)?.ok_or_else(not_found)?;
        let found = self.store.file(reader, file).await.map_err(unavailable)?;
        found.ok_or_else(not_found)
    }
}

/// An answer that is being sent, as long as the user of the request can read the file.
struct Sending {
    files: Arc<Files>,
    file: FileUuid,
    headers: HeaderMap,
    opened: Arc<dyn Opened>,
    rest: Range<u64>,
    looked: Instant,
}

impl Sending {
    async fn next(mut self) -> Option<(chinwag_files::Result<Vec<u8>>, Self)> {
        if self.rest.is_empty() {
            return None;
        }
        if self.looked.elapsed() >= LOOK_EVERY {
            self.looked = Instant::now();
            let found = self.files.readable(self.file, &self.headers).await;
            // A store that doesn't answer ends nothing.
            if found.is_err_and(|refusal| refusal.status() == StatusCode::NOT_FOUND) {
                self.rest = 0..0;
                return Some((Err(Error::NotFound), self));
            }
        }
        let end = self.rest.end.min(self.rest.start.saturating_add(PIECE));
        let (opened, piece) = (Arc::clone(&self.opened), self.rest.start..end);
        let piece = self.files.at_home(move |_| opened.read(piece)).await;
        self.rest.start = end;
        Some((piece, self))
    }
}

/// Adds these headers, and those that are the same for all files.
fn describe(headers: &mut HeaderMap, told: [(HeaderName, Option<String>); 4]) {
    for (header, value) in told {
        // A name is made of ASCII, a type by the server.
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(header, value);
        }
    }
    for (header, value) in [
        (ACCEPT_RANGES, "bytes"),
        (CACHE_CONTROL, "private, no-cache"),
        (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
        (RESOURCE_POLICY, "same-origin"),
    ] {
        headers.insert(header, HeaderValue::from_static(value));
    }
}

/// The status of the answer, and the bytes that it has.
fn part(headers: &HeaderMap, tag: &str, size: u64) -> (StatusCode, Range<u64>) {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let matches = |header: &str| {
        header
            .split(',')
            .any(|one| matches!(one.trim(), "*") || one.trim().trim_start_matches("W/") == tag)
    };
    if text(IF_NONE_MATCH).is_some_and(matches) {
        return (StatusCode::NOT_MODIFIED, 0..0);
    }
    let range = text(RANGE).filter(|_| text(IF_RANGE).is_none_or(|known| known == tag));
    match Wanted::of(range, size) {
        Wanted::Whole => (StatusCode::OK, 0..size),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Wanted::Nothing => (StatusCode::RANGE_NOT_SATISFIABLE, 0..0),
    }
}
