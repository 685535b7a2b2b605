//! The connection to a server: TCP, and TLS to servers whose certificate the system trusts.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{self, WebPkiSupportedAlgorithms, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ConfigBuilder, DigitallySignedStruct, RootCertStore, SignatureScheme,
    WantsVerifier,
};
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
    reach(address, trusting_the_system).await
}

/// As [`connect`], but accepts every certificate: for requests to the same machine without secrets.
///
/// # Errors
/// [`Error::Unreachable`].
pub async fn connect_unverified(address: &Address) -> Result<Stream, Error> {
    reach(address, trusting_everybody).await
}

async fn reach(address: &Address, trust: Trust) -> Result<Stream, Error> {
    let unreachable = |reason: String| Error::Unreachable { address: address.to_string(), reason };
    match timeout(PATIENCE, open(address, trust)).await {
        Ok(opened) => opened.map_err(|error| unreachable(error.to_string())),
        Err(_) => Err(unreachable("no answer came".into())),
    }
}

async fn open(
    address: &Address,
    trust: Trust,
) -> Result<Stream, Box<dyn std::error::Error + Send + Sync>> {
    let (host, port) = address.host_and_port();
    let socket = TcpStream::connect(format!("{host}:{port}")).await?;
    socket.set_nodelay(true)?;
    if !address.is_secure() {
        return Ok(MaybeTlsStream::Plain(socket));
    }
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())?;
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?;
    let connector = TlsConnector::from(Arc::new(trust(config)));
    Ok(MaybeTlsStream::Rustls(connector.connect(name, socket).await?))
}

/// Which certificates are trusted.
type Trust = fn(ConfigBuilder<ClientConfig, WantsVerifier>) -> ClientConfig;

fn trusting_the_system(config: ConfigBuilder<ClientConfig, WantsVerifier>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    // Certificates that can't be read are missing, and a server that needs one is refused by name.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    config.with_root_certificates(roots).with_no_client_auth()
}

fn trusting_everybody(config: ConfigBuilder<ClientConfig, WantsVerifier>) -> ClientConfig {
    let anybody = Arc::new(Anybody(ring::default_provider().signature_verification_algorithms));
    config.dangerous().with_custom_certificate_verifier(anybody).with_no_client_auth()
}

/// Accepts every certificate, but checks the signature by its key.
#[derive(Debug)]
struct Anybody(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
