//! The connection to a server: TCP, and TLS for `https://`.

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
use crate::{Address, Error, Reason};

/// A connection that speaks no protocol yet.
pub type Stream = MaybeTlsStream<TcpStream>;

/// Connects to a server. `SSL_CERT_FILE` names certificates to trust instead of the system's.
///
/// # Errors
/// [`Error::Unreachable`].
pub async fn connect(address: &Address) -> Result<Stream, Error> {
    let opened = timeout(PATIENCE, open(address)).await;
    let opened = opened.unwrap_or_else(|_| Err(Reason::Away("no answer came".into())));
    opened.map_err(|reason| Error::Unreachable { address: address.to_string(), reason })
}

async fn open(address: &Address) -> Result<Stream, Reason> {
    let (host, port) = address.host_and_port();
    let socket = TcpStream::connect(format!("{host}:{port}")).await?;
    socket.set_nodelay(true)?;
    if !address.is_secure() {
        return Ok(MaybeTlsStream::Plain(socket));
    }
    let tls = |error: &dyn std::error::Error| Reason::Tls(error.to_string());
    let host = host.trim_matches(['[', ']']);
    let name = ServerName::try_from(host.to_owned()).map_err(|error| tls(&error))?;
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| tls(&error))?;
    let config = if address.is_verified() {
        trusting_the_system(config)
    } else {
        trusting_everybody(config)
    };
    let connected = TlsConnector::from(Arc::new(config)).connect(name, socket).await;
    let stream = connected.map_err(|error| Reason::of_handshake(&error, host))?;
    Ok(MaybeTlsStream::Rustls(stream))
}

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
