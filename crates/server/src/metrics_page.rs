//! `/metrics` on its own listener, so that no proxy has to hide it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::response::{IntoResponse, Response};
use chinwag_store::vital;
use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::app::App;
use crate::listen::{self, Bound};

/// Open sockets at most.
const SOCKETS: usize = 16;

/// How long the store may take to say how much space it has.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a socket may be open.
const LIFETIME: Duration = Duration::from_mins(2);

/// Serves metrics on `METRICS_ADDRESS`, if it is set.
///
/// # Errors
/// When the address can't be listened on.
pub fn serve(app: &Arc<App>) -> Result<Option<JoinHandle<()>>> {
    let Some(address) = app.config.metrics_address else { return Ok(None) };
    let listener = listen::bind(&address)
        .and_then(Bound::listen)
        .map_err(|error| listen::explain(&error, &address, "METRICS_ADDRESS"))?;
    tracing::info!("metrics on http://{}/metrics", listener.local_addr()?);
    Ok(Some(vital::task("the listener for metrics", accept(listener, Arc::clone(app)))))
}

async fn accept(listener: TcpListener, app: Arc<App>) {
    let sockets = Arc::new(Semaphore::new(SOCKETS));
    loop {
        // The semaphore is never closed.
        let Ok(place) = Arc::clone(&sockets).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((socket, _)) => {
                let app = Arc::clone(&app);
                tokio::spawn(async move {
                    let _ = timeout(LIFETIME, answer(socket, app)).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "failed to accept a connection for metrics");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn answer(socket: TcpStream, app: Arc<App>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let app = Arc::clone(&app);
        async move { Ok::<_, Infallible>(page(&app, &request).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(5))
        // Otherwise a request could arrive just as the connection is closed.
        .keep_alive(false)
        .serve_connection(TokioIo::new(socket), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "an HTTP connection for metrics failed");
    }
}

async fn page(app: &App, request: &Request<Incoming>) -> Response {
    if request.uri().path() != "/metrics" {
        return (StatusCode::NOT_FOUND, "Only /metrics is here.\n").into_response();
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let content_type = [("content-type", "text/plain; version=0.0.4; charset=utf-8")];
    let space = timeout(PATIENCE, app.store.space()).await;
    let space = space.ok().and_then(Result::ok);
    (content_type, app.metrics.render(app.store.online_users(), space)).into_response()
}
