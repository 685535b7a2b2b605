//! TLS by rustls, with certificates from files or by ACME.

mod acme;
mod expiry;
mod files;
mod stream;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use metrics::Gauge;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::server::ResolvesServerCert;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::config::TlsConfig;
pub use stream::TlsStream;

/// How long a handshake may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);

/// The protocol name by which an ACME authority connects, RFC 8737.
const ACME_CHALLENGE: &[u8] = b"acme-tls/1";

/// The settings of handshakes.
pub struct Tls(Arc<ServerConfig>);

impl Tls {
    /// Reads or orders the certificate, and renews it from then on. `expiry` is set to the second at which
    /// it ends.
    ///
    /// # Errors
    /// When a file can't be used.
    pub fn start(config: &TlsConfig, expiry: Gauge) -> Result<Self> {
        match config {
            TlsConfig::Files(files) => Self::new(files::start(files, expiry)?, &[]),
            TlsConfig::Acme(acme) => Self::new(acme::start(acme, expiry)?, &[ACME_CHALLENGE]),
        }
    }

    fn new(certificate: Arc<dyn ResolvesServerCert>, challenges: &[&[u8]]) -> Result<Self> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(certificate);
        let protocols = std::iter::once(&b"http/1.1"[..]).chain(challenges.iter().copied());
        config.alpn_protocols = protocols.map(<[u8]>::to_vec).collect();
        // With tickets, thousands of clients reconnect cheaply, and the server keeps no state for them.
        config.ticketer = ring::Ticketer::new()?;
        Ok(Self(Arc::new(config)))
    }

    /// Does the handshake. `None` if it fails, or was an ACME challenge.
    pub async fn accept(&self, tcp: TcpStream) -> Option<TlsStream> {
        let shaken = timeout(HANDSHAKE_TIMEOUT, TlsStream::accept(tcp, Arc::clone(&self.0))).await;
        match shaken {
            Ok(Ok(stream)) if stream.protocol().as_deref() == Some(ACME_CHALLENGE) => None,
            Ok(Ok(stream)) => Some(stream),
            Ok(Err(error)) => {
                tracing::debug!(%error, "a TLS handshake failed");
                None
            }
            Err(_) => None,
        }
    }
}
