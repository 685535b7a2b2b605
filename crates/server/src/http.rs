//! HTTP on one socket: the router, and `/ws`, which leaves HTTP.

use std::cell::Cell;
use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::CONNECTION;
use http::{HeaderValue, Request, StatusCode};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::spawn_local;
use tokio::time::{sleep, timeout};
use tower_service::Service;

use crate::app::App;
use crate::connection::socket::Socket;
use crate::conversation::upgrade;
use crate::core::{Core, Door, OpenSocket};
use crate::files;
use crate::limits::admission::Place;
use crate::proxies::Peer;
use crate::router;

/// How long a socket may be used for HTTP, so that nobody keeps one by reading slowly.
const LIFETIME: Duration = Duration::from_mins(2);

/// How long the last request on it may take to come and to be answered.
const LAST_REQUEST: Duration = Duration::from_mins(1);

/// Where a core's new clients come in.
pub fn door(app: &Arc<App>) -> Door {
    let router = router::routes(Arc::clone(app));
    Box::new(move |core, socket, address, place| {
        let (core, router) = (Rc::clone(core), router.clone());
        spawn_local(async move { serve(core, router, socket, address, place).await });
    })
}

/// Answers a request: one for a file, on a socket that served others before, on the threads for files. The next one
/// comes on a socket of its own, since the answer ends this one.
async fn call(
    core: &Core,
    router: &mut Router,
    request: Request<Incoming>,
    moved: &Arc<AtomicBool>,
) -> Response<Body> {
    let is_for_files = files::is_path(request.uri().path());
    let answer = router.call(request);
    let Some(files) = core.app.files.as_ref().filter(|_| is_for_files) else {
        let Ok(answer) = answer.await;
        return answer;
    };
    let Ok(answer) = files
        .spawn(answer)
        .await
        .unwrap_or_else(|_| Ok::<_, Infallible>(StatusCode::INTERNAL_SERVER_ERROR.into_response()));
    let mut answer = files::note_moves(answer, Arc::clone(moved));
    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}

/// Serves a socket until it is closed or upgraded.
async fn serve(core: Rc<Core>, router: Router, socket: TcpStream, address: IpAddr, place: Place) {
    // Frames are small and must not wait for each other.
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "failed to set up a socket");
    }
    let open = Rc::new(OpenSocket::new(&core, place));
    let socket = match &core.app.tls {
        None => Socket::Plain(socket),
        // Boxed, so that a plain socket's task holds no room for it.
        Some(tls) => match Box::pin(tls.accept(socket)).await {
            Some(stream) => Socket::Tls(Box::new(stream)),
            None => return,
        },
    };
    let mut stopping = core.app.stopping.clone();
    if let Some(files) = &core.app.files {
        let Some(is_for_files) = files::is_wanted(&socket).await else { return };
        if is_for_files {
            let (to_core, mut upgrades) = mpsc::channel(1);
            files.spawn(Arc::clone(files).serve(router, socket, address, stopping, to_core));
            // It counts as open here until it is closed there, or is a connection of this core.
            while let Some((request, answer)) = upgrades.recv().await {
                // The asker may have gone.
                drop(answer.send(upgrade::respond(&core, &open, address, request)));
            }
            return;
        }
    }
    // Whether the next answer is the last one on this socket, and says so.
    let last = Rc::new(Cell::new(false));
    let is_last = Rc::clone(&last);
    // Whether a part of a file went out of late.
    let moved = Arc::new(AtomicBool::new(false));
    let has_moved = Arc::clone(&moved);
    let service = service_fn(move |mut request: Request<Incoming>| {
        let (core, open, mut router) = (Rc::clone(&core), Rc::clone(&open), router.clone());
        let (is_last, moved) = (Rc::clone(&is_last), Arc::clone(&moved));
        async move {
            if request.uri().path() == "/ws" {
                return Ok(upgrade::respond(&core, &open, address, request));
            }
            request.extensions_mut().insert(Peer(address));
            // Between many requests of one client the chat goes on.
            tokio::task::yield_now().await;
            let mut response = call(&core, &mut router, request, &moved).await;
            if is_last.get() {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(response)
        }
    });
    let connection = files::http_builder().serve_connection(TokioIo::new(socket), service);
    let mut connection = pin!(connection.with_upgrades());
    let served = tokio::select! {
        served = &mut connection => served,
        () = sleep(LIFETIME) => {
            // To close now could leave a request without an answer that is just coming.
            last.set(true);
            loop {
                if let Ok(served) = timeout(LAST_REQUEST, connection.as_mut()).await {
                    break served;
                }
                // A large file may take as long as it moves.
                if !has_moved.swap(false, Ordering::Relaxed) {
                    return;
                }
            }
        }
        _ = stopping.wait_for(|stopping| *stopping) => {
            connection.as_mut().graceful_shutdown();
            let Ok(served) = timeout(LAST_REQUEST, connection).await else { return };
            served
        }
    };
    if let Err(error) = served {
        tracing::debug!(%error, "an HTTP connection failed");
    }
}
