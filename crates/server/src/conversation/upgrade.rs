//! From an HTTP request for `/ws` to a connection, RFC 6455 section 4.2.

use std::net::IpAddr;
use std::rc::Rc;

use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{
    CONNECTION, HeaderMap, HeaderName, RETRY_AFTER, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use sha1::{Digest, Sha1};
use tokio::task::spawn_local;

use crate::app::App;
use crate::connection::socket::Socket;
use crate::core::{Core, OpenSocket};
use crate::limits::admission::{FULL_RETRY, Place};
use crate::proxies;

/// Appended to the client's key before it is hashed, RFC 6455 section 1.3.
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

const WRONG_ORIGIN: &str = "Pages of this origin may not connect. ALLOWED_ORIGINS names other \
    sites whose pages may; HOSTS names this server.\n";

/// Answers the request, and serves the connection once the answer is sent.
pub fn respond(
    core: &Rc<Core>,
    open: &Rc<OpenSocket>,
    address: IpAddr,
    mut request: Request<Incoming>,
) -> Response {
    let accept = match accept(&request) {
        Ok(accept) => accept,
        Err(refusal) => return refusal.into_response(),
    };
    if !core.app.config.origins.allow(request.headers(), core.app.port) {
        return (StatusCode::FORBIDDEN, WRONG_ORIGIN).into_response();
    }
    let (address, place) = match admit_client(&core.app, address, request.headers()) {
        Ok(admitted) => admitted,
        Err(refusal) => return refusal.into_response(),
    };
    let upgrade = hyper::upgrade::on(&mut request);
    let (core, held) = (Rc::clone(core), (Rc::clone(open), place));
    spawn_local(async move {
        if let Some((socket, early)) = leave_http(upgrade).await {
            super::begin(core, socket, address, early, held);
        }
    });
    let headers =
        [(UPGRADE, "websocket"), (CONNECTION, "Upgrade"), (SEC_WEBSOCKET_ACCEPT, accept.as_str())];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

/// The socket, and what the client has sent behind its request. Hyper's buffer of 8 KiB ends here.
async fn leave_http(upgrade: OnUpgrade) -> Option<(Socket, Vec<u8>)> {
    let parts = upgrade.await.ok()?.downcast::<TokioIo<Socket>>().ok()?;
    Some((parts.io.into_inner(), parts.read_buf.to_vec()))
}

/// A refusal with the seconds to wait.
type ComeLater = (StatusCode, [(HeaderName, String); 1]);

/// The client's own address; behind a trusted proxy, also its place among those of that address.
fn admit_client(
    app: &App,
    peer: IpAddr,
    headers: &HeaderMap,
) -> Result<(IpAddr, Option<Place>), ComeLater> {
    if !app.config.trusted_proxies.trust(peer) {
        if proxies::is_forwarded(headers) {
            app.warn_of_proxy(peer);
        }
        return Ok((peer, None));
    }
    let client = app.config.trusted_proxies.client(peer, headers);
    let refusal = |status, seconds: u64| (status, [(RETRY_AFTER, seconds.to_string())]);
    app.limits
        .connect(client)
        .map_err(|wait| refusal(StatusCode::TOO_MANY_REQUESTS, wait.seconds()))?;
    let place = app.admission.admit_behind_proxy(client);
    let place = place.ok_or_else(|| refusal(StatusCode::SERVICE_UNAVAILABLE, FULL_RETRY))?;
    Ok((client, Some(place)))
}

/// What answers the client's key, or why there will be no connection.
fn accept<B>(request: &Request<B>) -> Result<String, (StatusCode, &'static str)> {
    let headers = request.headers();
    if request.method() != Method::GET
        || !has_token(headers, &UPGRADE, "websocket")
        || !has_token(headers, &CONNECTION, "upgrade")
    {
        return Err((StatusCode::UPGRADE_REQUIRED, "Connect to this address with a WebSocket.\n"));
    }
    if value(headers, &SEC_WEBSOCKET_VERSION) != Some("13") {
        return Err((StatusCode::BAD_REQUEST, "Only version 13 of WebSocket is spoken here.\n"));
    }
    let key = value(headers, &SEC_WEBSOCKET_KEY)
        .filter(|key| STANDARD.decode(key).is_ok_and(|nonce| nonce.len() == 16))
        .ok_or((StatusCode::BAD_REQUEST, "Sec-WebSocket-Key must be 16 bytes in base64.\n"))?;
    let hash = Sha1::new().chain_update(key).chain_update(GUID).finalize();
    Ok(STANDARD.encode(hash))
}

fn value<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Whether one of the header's comma-separated values is the token.
fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|value| value.trim().eq_ignore_ascii_case(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(change: impl FnOnce(&mut HeaderMap)) -> Request<()> {
        let mut request = Request::get("/ws").body(()).unwrap();
        for (name, value) in [
            (UPGRADE, "websocket"),
            (CONNECTION, "keep-alive, Upgrade"),
            (SEC_WEBSOCKET_VERSION, "13"),
            (SEC_WEBSOCKET_KEY, "dGhlIHNhbXBsZSBub25jZQ=="),
        ] {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        change(request.headers_mut());
        request
    }

    #[test]
    fn the_standards_example_is_accepted() {
        let accepted = accept(&request(|_| ())).unwrap();
        assert_eq!(accepted, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn what_is_no_websocket_is_refused() {
        let refused = |name: HeaderName, value: &str| {
            let request = request(|headers| drop(headers.insert(name, value.parse().unwrap())));
            accept(&request).unwrap_err().0
        };
        assert_eq!(refused(UPGRADE, "h2c"), StatusCode::UPGRADE_REQUIRED);
        assert_eq!(refused(CONNECTION, "close"), StatusCode::UPGRADE_REQUIRED);
        assert_eq!(refused(SEC_WEBSOCKET_VERSION, "8"), StatusCode::BAD_REQUEST);
        assert_eq!(refused(SEC_WEBSOCKET_KEY, "short"), StatusCode::BAD_REQUEST);
    }
}
