//! All routes besides `/ws`.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Request, State};
use axum::http::header::{
    ACCEPT, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{from_fn_with_state, map_response_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get};
use serde_json::json;
use tower::ServiceBuilder;
use tower_http::services::{ServeDir, ServeFile};
use tower_service::Service;

use crate::app::App;
use crate::files;
use crate::hooks;
use crate::page::folder::Folder;
use crate::page::{self, folder};
use crate::proxies::Peer;

const ELSEWHERE: &str = "Metrics are served on METRICS_ADDRESS only.\n";

const FORWARDED_FOR: &str = "x-forwarded-for";

/// All routes besides `/ws`.
pub fn routes(app: Arc<App>) -> Router {
    let router = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/hooks", any(hooks::nothing))
        .route("/hooks/", any(hooks::nothing))
        .route("/hooks/{*address}", any(hooks::serve))
        .route("/metrics", get(|| async { (StatusCode::NOT_FOUND, ELSEWHERE) }));
    let router = match &app.config.client_location {
        Some(folder) => {
            let files = ServeDir::new(folder).precompressed_br().precompressed_gzip();
            let page = page_of(folder);
            let folder = Arc::new(Folder::new(folder, app.config.data_dir.as_deref()));
            let files = ServiceBuilder::new()
                .layer(from_fn_with_state(folder, folder::guard))
                .service(files.fallback(page));
            router.fallback_service(files)
        }
        None => router.fallback(page::serve),
    };
    let router = match &app.files {
        Some(files) => {
            let is_secure = app.tls.is_some()
                || app.config.public_url.as_ref().is_some_and(|url| url.starts_with("https:"));
            router.merge(files::http::routes(Arc::clone(files), is_secure))
        }
        None => router,
    };
    router.layer(map_response_with_state(Arc::clone(&app), secure)).with_state(app)
}

/// Serves the page of a client to browsers, which may have paths of its own, and 404 to everything
/// else, such as a mistyped health check.
fn page_of(folder: &Path) -> MethodRouter {
    let page = ServeFile::new(folder.join("index.html"));
    any(move |request: Request| {
        let mut page = page.clone();
        async move {
            let accepted = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
            if accepted.is_some_and(|accepted| accepted.contains("text/html")) {
                return page.call(request).await.into_response();
            }
            (StatusCode::NOT_FOUND, "There is no such page.\n").into_response()
        }
    })
}

/// For so long a browser comes by TLS only, once it has come by TLS.
const A_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Adds the headers that can break no client; the built-in one has stricter ones.
async fn secure(State(app): State<Arc<App>>, mut response: Response) -> Response {
    let headers = response.headers_mut();
    if app.tls.is_some() {
        headers.insert(STRICT_TRANSPORT_SECURITY, A_YEAR);
    }
    for (name, value) in [(X_CONTENT_TYPE_OPTIONS, "nosniff"), (REFERRER_POLICY, "same-origin")] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Whether to send people here, and if not, why. What the store says is only for this machine: it may name
/// addresses and folders.
async fn ready(
    State(app): State<Arc<App>>,
    Extension(Peer(peer)): Extension<Peer>,
    headers: HeaderMap,
) -> Response {
    let is_here = peer.is_loopback() && !headers.contains_key(FORWARDED_FOR);
    let mut reasons = Vec::new();
    if *app.stopping.borrow() {
        reasons.push("the server is stopping".to_owned());
    }
    if let Some(failure) = app.readiness.failure(app.store.ready()).await {
        let failure = if is_here { format!(": {failure}") } else { String::new() };
        reasons.push(format!("the store isn't ready{failure}"));
    }
    let status = if reasons.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({ "ready": reasons.is_empty(), "reasons": reasons });
    (status, [("content-type", "application/json")], format!("{body}\n")).into_response()
}
