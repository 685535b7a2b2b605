//! A certificate in two files, and clients that trust no other.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chinwag_testbed::MISSING;
use rcgen::{Certificate, CertificateParams, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tempfile::TempDir;

use super::{TestClient, TestServer};

pub struct TestCertificate {
    folder: TempDir,
    der: CertificateDer<'static>,
}

impl TestCertificate {
    /// For localhost and 127.0.0.1, signed by itself.
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let der = write(folder.path());
        Self { folder, der }
    }

    /// Puts another one into the same files.
    pub fn change(&mut self) {
        self.der = write(self.folder.path());
    }

    /// Puts one into the same files that ended in 2001.
    pub fn change_to_expired(&mut self) {
        let mut parameters = CertificateParams::new(names()).unwrap();
        parameters.not_before = rcgen::date_time_ymd(2000, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(2001, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.self_signed(&key).unwrap();
        self.der = put(self.folder.path(), &certificate, &key);
    }

    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    pub fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    /// What makes a server use it.
    pub fn variables(&self) -> [(&'static str, String); 2] {
        let text = |path: PathBuf| path.to_str().unwrap().to_owned();
        [("TLS_CERT", text(self.certificate())), ("TLS_KEY", text(self.key()))]
    }

    /// Shakes hands with its holder.
    pub fn connect(&self, address: &str) -> StreamOwned<ClientConnection, TcpStream> {
        connect(address, "localhost", std::slice::from_ref(&self.der)).unwrap()
    }

    /// A new connection, signed in.
    pub fn sign_in(&self, server: &TestServer, username: &str) -> TestClient {
        let stream = Box::new(self.connect(server.address()));
        let mut client = TestClient::over(stream, server.address(), &[]);
        client.sign_in(username);
        client
    }
}

/// Shakes hands with the holder of a certificate for the name that one of the roots signed.
pub fn connect(
    address: &str,
    name: &str,
    roots: &[CertificateDer<'static>],
) -> std::io::Result<StreamOwned<ClientConnection, TcpStream>> {
    let mut trusted = RootCertStore::empty();
    trusted.add_parsable_certificates(roots.iter().cloned());
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(trusted)
        .with_no_client_auth();
    let name = name.to_owned().try_into().unwrap();
    let tls = ClientConnection::new(Arc::new(config), name).unwrap();
    let tcp = TcpStream::connect(address)?;
    tcp.set_read_timeout(Some(MISSING))?;
    let mut stream = StreamOwned::new(tls, tcp);
    stream.conn.complete_io(&mut stream.sock)?;
    Ok(stream)
}

fn write(folder: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(names()).unwrap();
    put(folder, &made.cert, &made.key_pair)
}

fn names() -> [String; 2] {
    ["localhost".to_owned(), "127.0.0.1".to_owned()]
}

fn put(folder: &Path, certificate: &Certificate, key: &KeyPair) -> CertificateDer<'static> {
    fs::write(folder.join("cert.pem"), certificate.pem()).unwrap();
    fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    certificate.der().clone()
}
