//! HTTP on a socket whose first request is for a file: off the cores of the chat, with time limits of its own.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::header::CONNECTION;
use http::{HeaderValue, Request, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::mpsc::Sender;
use tokio::sync::{oneshot, watch};
use tokio::time::{sleep, timeout};
use tower_service::Service;

use super::Files;
use super::http::refused;
use crate::connection::socket::Socket;
use crate::proxies::Peer;

/// How long a client may take for the header of a request, and how long a socket waits for the next one.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);

/// A socket on which nothing moves for so long is closed. What moves is 256 KB of an answer, or a request.
const STALLED: Duration = Duration::from_mins(2);

/// How long a request under way has when the server stops.
const LAST_REQUEST: Duration = Duration::from_secs(5);

/// HTTP with the limits of headers, of which 16 KiB and 64 lines are the most.
pub fn http_builder() -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
    http.max_buf_size(16 * 1024).max_headers(64);
    http
}

/// Whether the path belongs to files.
pub fn is_path(path: &str) -> bool {
    path.starts_with("/files/")
}

/// Whether the first request on a socket is for a file; `None` if none comes in time.
pub async fn is_wanted(socket: &Socket) -> Option<bool> {
    let mut head = [0; 16];
    let length = timeout(HEADER_TIMEOUT, socket.peek(&mut head)).await.ok()?.ok()?;
    let path = head[..length].splitn(2, |byte| *byte == b' ').nth(1);
    Some(path.is_some_and(|path| path.starts_with(b"/files/")))
}

/// A request for the chat that came behind one for a file, and where its answer goes.
pub type Upgrade = (Request<Incoming>, oneshot::Sender<Response>);

impl Files {
    /// Serves a socket until it is closed, the server stops, or a core takes it over by `upgrades`: a proxy sends the
    /// requests of all its clients on the sockets that it keeps.
    pub async fn serve(
        self: Arc<Self>,
        router: Router,
        socket: Socket,
        address: IpAddr,
        mut stopping: watch::Receiver<bool>,
        upgrades: Sender<Upgrade>,
    ) {
        let place = self.sockets.try_acquire().ok();
        let has_place = place.is_some();
        let moved = Arc::new(AtomicBool::new(true));
        let has_moved = Arc::clone(&moved);
        let service = service_fn(move |request: Request<Incoming>| {
            moved.store(true, Ordering::Relaxed);
            let (router, moved, upgrades) = (router.clone(), Arc::clone(&moved), upgrades.clone());
            async move {
                if request.uri().path() == "/ws" {
                    return Ok::<_, Infallible>(upgrade(&upgrades, request).await);
                }
                Ok(answer(router, request, address, has_place, moved).await)
            }
        });
        let connection = http_builder().serve_connection(TokioIo::new(socket), service);
        let mut connection = pin!(connection.with_upgrades());
        let served = loop {
            tokio::select! {
                served = &mut connection => break served,
                () = sleep(STALLED) => {
                    if !has_moved.swap(false, Ordering::Relaxed) {
                        return;
                    }
                }
                () = async { drop(stopping.wait_for(|stopping| *stopping).await) } => {
                    connection.as_mut().graceful_shutdown();
                    let Ok(served) = timeout(LAST_REQUEST, connection).await else { return };
                    break served;
                }
            }
        };
        if let Err(error) = served {
            tracing::debug!(%error, "an HTTP connection for files failed");
        }
    }
}

/// The answer of the core, which serves the socket once that is sent.
async fn upgrade(upgrades: &Sender<Upgrade>, request: Request<Incoming>) -> Response {
    let (answer, answered) = oneshot::channel();
    // Where the core has ended, it drops the answer, too.
    drop(upgrades.send((request, answer)).await);
    let gone = |_| refused(StatusCode::SERVICE_UNAVAILABLE, "The server stops; try again.");
    answered.await.unwrap_or_else(gone)
}

/// The answer to one request. The next one on the socket is to be for a file again.
async fn answer(
    mut router: Router,
    mut request: Request<Incoming>,
    address: IpAddr,
    has_place: bool,
    moved: Arc<AtomicBool>,
) -> Response {
    let stays = has_place && is_path(request.uri().path());
    request.extensions_mut().insert(Peer(address));
    let mut response = if has_place {
        let Ok(response) = router.call(request).await;
        note_moves(response, moved)
    } else {
        refused(StatusCode::SERVICE_UNAVAILABLE, "Too many files are read and sent; try again.")
    };
    if !stays {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Notes whenever a part of the answer goes out.
pub fn note_moves(response: Response, moved: Arc<AtomicBool>) -> Response {
    response.map(|body| {
        Body::new(body.map_frame(move |frame| {
            moved.store(true, Ordering::Relaxed);
            frame
        }))
    })
}
