//! Reading of files, by the rights of the moment.

use std::ops::Range;
use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use chinwag_files::{Error, Kind, Object, Opened, Wanted, name};
use chinwag_protocol::FileUuid;
use futures_util::stream;

use super::Files;
use super::http::{Answer, not_found, unavailable};

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
        let reader = self.reader(headers).await.map_err(unavailable)?.ok_or_else(not_found)?;
        let found = self.store.file(reader, file).await.map_err(unavailable)?;
        let found = found.filter(|file| !is_preview || file.preview).ok_or_else(not_found)?;
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
            Kind::INLINE
                .into_iter()
                .find(|kind| kind.mime() == &*found.kind)
                .unwrap_or(Kind::UNKNOWN)
        };
        let mime = if is_preview { kind.mime() } else { &found.kind };
        let tag = if is_preview { format!("\"{file}-preview\"") } else { format!("\"{file}\"") };
        let (status, range) = part(headers, &tag, opened.size());
        let size = opened.size();
        let mut response = match status {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT => {
                let length = range.end - range.start;
                (status, [(CONTENT_LENGTH, length)], self.stream(opened, range.clone()))
                    .into_response()
            }
            _ => status.into_response(),
        };
        let all = response.headers_mut();
        for (header, value) in [
            (CONTENT_TYPE, mime.to_owned()),
            (CONTENT_DISPOSITION, name::disposition(kind, &found.name)),
            (ETAG, tag),
        ] {
            // A name is made of ASCII, a type by the server.
            if let Ok(value) = HeaderValue::from_str(&value) {
                all.insert(header, value);
            }
        }
        let content = match status {
            StatusCode::PARTIAL_CONTENT => {
                format!("bytes {}-{}/{size}", range.start, range.end - 1)
            }
            StatusCode::RANGE_NOT_SATISFIABLE => format!("bytes */{size}"),
            _ => String::new(),
        };
        if let Some(content) =
            HeaderValue::from_str(&content).ok().filter(|value| !value.is_empty())
        {
            all.insert(CONTENT_RANGE, content);
        }
        for (header, value) in [
            (ACCEPT_RANGES, "bytes"),
            (CACHE_CONTROL, "private, no-cache"),
            (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
            (RESOURCE_POLICY, "same-origin"),
        ] {
            all.insert(header, HeaderValue::from_static(value));
        }
        Ok(response)
    }

    fn stream(self: &Arc<Self>, opened: Arc<dyn Opened>, range: Range<u64>) -> Body {
        let files = Arc::clone(self);
        Body::from_stream(stream::unfold((files, opened, range), async |(files, opened, range)| {
            if range.is_empty() {
                return None;
            }
            let end = range.end.min(range.start.saturating_add(PIECE));
            let (from, piece) = (Arc::clone(&opened), range.start..end);
            let piece = files.at_home(move |_| from.read(piece)).await;
            Some((piece, (files, opened, end..range.end)))
        }))
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
