//! The bytes between here and a server: TCP, and TLS to servers whose certificate the system trusts.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::MaybeTlsStream;

use crate::line::PATIENCE;
use crate::{Address, Error};

/// A connection that speaks no protocol yet.
pub type Stream = MaybeTlsStream<TcpStream>;

/// Connects to a server. `SSL_CERT_FILE` names certificates to trust besides the system's.
///
/// # Errors
/// [`Error::Unreachable`].
pub async fn connect(address: &Address) -> Result<Stream, Error> {
    let unreachable = |reason: String| Error::Unreachable { address: address.to_string(), reason };
    match timeout(PATIENCE, open(address)).await {
        Ok(opened) => opened.map_err(|error| unreachable(error.to_string())),
        Err(_) => Err(unreachable("no answer came".into())),
    }
}

async fn open(address: &Address) -> Result<Stream, Box<dyn std::error::Error + Send + Sync>> {
    let (host, port) = address.host_and_port();
    let socket = TcpStream::connect(format!("{host}:{port}")).await?;
    socket.set_nodelay(true)?;
    if !address.is_secure() {
        return Ok(MaybeTlsStream::Plain(socket));
    }
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())?;
    let connector = TlsConnector::from(Arc::new(config()?));
    Ok(MaybeTlsStream::Rustls(connector.connect(name, socket).await?))
}

fn config() -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    // What can't be read is missing, and a certificate that needs it is refused by name.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
