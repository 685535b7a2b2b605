//! Posts to push services: each by a connection of its own, to a public address that was looked up for it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use http::header::RETRY_AFTER;
use http::{HeaderMap, Request, StatusCode};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::public::is_public;
use crate::push_hosts::Service;

/// How long a post may take, from the look-up of the name to the end of the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a connection may take, before the next address is tried.
const CONNECT: Duration = Duration::from_secs(3);

/// What is read of an answer's body, and what its header may take, in bytes.
const BODY: usize = 4 * 1024;
const HEADER: usize = 16 * 1024;

/// What a push service answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// How long it asks to wait.
    pub retry_after: Option<Duration>,
    /// What it says; empty if that is too long.
    pub text: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// There is nothing that could be sent.
    #[error("{0}")]
    Unsendable(&'static str),
    /// The name leads to this network or machine.
    #[error("its name leads to no public address")]
    NotPublic,
    /// There is no connection.
    #[error("{0}")]
    Unreachable(#[from] io::Error),
    /// The connection broke, or it is no HTTP.
    #[error("it does not speak HTTP as expected")]
    Broken(#[from] hyper::Error),
    /// It took too long.
    #[error("it did not answer within {} s", PATIENCE.as_secs())]
    Late,
}

/// A connection, plain or with TLS.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Posts to push services.
pub struct Posts {
    tls: TlsConnector,
}

impl Posts {
    /// Trusts the authorities that the system trusts.
    pub fn trusting_the_system() -> Result<Self, rustls::Error> {
        let mut roots = RootCertStore::empty();
        // A certificate that can't be read is missing, and the service that needs it is refused by name.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            tracing::warn!(
                "this system trusts no certificate authority, so no push service can be reached: install ca-certificates"
            );
        }
        Self::trusting(roots)
    }

    fn trusting(roots: RootCertStore) -> Result<Self, rustls::Error> {
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)) })
    }

    /// Posts, and reads the answer. A redirect is an answer.
    pub async fn post(&self, to: &Service, request: Request<Body>) -> Result<Answer, NoAnswer> {
        let posted = async { exchange(self.connect(to).await?, request).await };
        timeout(PATIENCE, posted).await.unwrap_or(Err(NoAnswer::Late))
    }

    async fn connect(&self, to: &Service) -> Result<Box<dyn Stream>, NoAnswer> {
        match to {
            Service::Local(address) => Ok(Box::new(connect_to(*address).await?)),
            Service::Public(host) => {
                let found: Vec<_> = lookup_host((host.as_str(), 443)).await?.collect();
                let socket = connect_to_public(&found).await?;
                Ok(Box::new(self.secure(host, socket).await?))
            }
        }
    }

    /// Shakes hands with a host that has to prove its name.
    async fn secure(&self, host: &str, socket: TcpStream) -> io::Result<impl Stream + use<>> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        self.tls.connect(name, socket).await
    }
}

/// Connects to the first public address that can be reached.
async fn connect_to_public(found: &[SocketAddr]) -> Result<TcpStream, NoAnswer> {
    let mut last = NoAnswer::NotPublic;
    for address in found.iter().filter(|address| is_public(address.ip())) {
        match connect_to(*address).await {
            Ok(socket) => return Ok(socket),
            Err(error) => last = error.into(),
        }
    }
    Err(last)
}

async fn connect_to(address: SocketAddr) -> io::Result<TcpStream> {
    timeout(CONNECT, TcpStream::connect(address)).await?
}

/// Sends a request and reads its answer, up to a bound.
async fn exchange(stream: Box<dyn Stream>, request: Request<Body>) -> Result<Answer, NoAnswer> {
    let mut client = http1::Builder::new();
    let client = client.max_buf_size(HEADER).max_headers(64);
    let (mut sender, connection) = client.handshake(TokioIo::new(stream)).await?;
    let answered = async {
        let answer = sender.send_request(request).await?;
        let (head, body) = answer.into_parts();
        let body = to_bytes(Body::new(body), BODY).await.unwrap_or_default();
        Ok(Answer {
            status: head.status,
            retry_after: retry_after(&head.headers, Timestamp::now()),
            text: String::from_utf8_lossy(&body).into_owned(),
        })
    };
    // What ends the connection, ends the request as well.
    let connected = async {
        let _ = connection.await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        answer = answered => answer,
        () = connected => Err(NoAnswer::Late),
    }
}

/// Seconds, or a time: RFC 9110, section 10.2.3.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = rfc2822::parse(text).ok()?.timestamp();
    Some(Duration::try_from(at.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use rcgen::{CertifiedKey, generate_simple_self_signed};
    use rustls::ServerConfig;
    use rustls::pki_types::PrivateKeyDer;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::*;

    #[test]
    fn seconds_and_times_are_read() {
        let now = Timestamp::from_second(1_445_412_400).unwrap();
        for (text, expected) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Wed, 21 Oct 2015 07:28:00 GMT", Some(80)),
            ("Tue, 20 Oct 2015 07:28:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
            assert_eq!(retry_after(&headers, now), expected.map(Duration::from_secs), "{text}");
        }
    }

    #[tokio::test]
    async fn no_private_address_is_connected_to() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let local = listener.local_addr().unwrap();
        let mapped = format!("[::ffff:127.0.0.1]:{}", local.port()).parse().unwrap();
        for found in [&[][..], &[local], &[mapped, local]] {
            let refused = connect_to_public(found).await.unwrap_err();
            assert!(matches!(refused, NoAnswer::NotPublic), "{found:?}");
        }
    }

    /// A service that proves to be this name, and its certificate's authority.
    async fn service(name: &str) -> (SocketAddr, RootCertStore) {
        let CertifiedKey { cert, key_pair } =
            generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(key_pair.serialize_der()).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(cert.der().clone()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let acceptor = TlsAcceptor::from(Arc::new(config.clone()));
                // Who doesn't trust it goes.
                let Ok(mut stream) = acceptor.accept(socket).await else { continue };
                let _ = stream.read(&mut [0; 4_096]).await;
                let answer =
                    b"HTTP/1.1 429 Too Many\r\nretry-after: 7\r\ncontent-length: 4\r\n\r\nwait";
                stream.write_all(answer).await.unwrap();
            }
        });
        (address, roots)
    }

    #[tokio::test]
    async fn a_service_has_to_prove_its_name() {
        let (address, roots) = service("web.push.apple.com").await;
        let posts = Posts::trusting(roots).unwrap();
        let secured = posts.secure("web.push.apple.com", connect_to(address).await.unwrap()).await;
        let request = Request::post("/a").header("host", "web.push.apple.com");
        let request = request.body(Body::from("text")).unwrap();
        let answer = exchange(Box::new(secured.unwrap()), request).await.unwrap();
        let expected = Answer {
            status: StatusCode::TOO_MANY_REQUESTS,
            retry_after: Some(Duration::from_secs(7)),
            text: "wait".into(),
        };
        assert_eq!(answer, expected);
        let other = posts.secure("fcm.googleapis.com", connect_to(address).await.unwrap()).await;
        assert!(other.is_err());
        let nobody = Posts::trusting(RootCertStore::empty()).unwrap();
        let socket = connect_to(address).await.unwrap();
        assert!(nobody.secure("web.push.apple.com", socket).await.is_err());
    }
}
