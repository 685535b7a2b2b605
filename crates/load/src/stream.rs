//! A socket of the generator or the plain loop, over TLS if it has to be, by the library that Chinwag uses.

use std::fs::{read, write};
use std::io::{ErrorKind, Read, Result as IoResult, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use mio::net::TcpStream;
use rustix::net::{RecvFlags, recv};
use rustls::client::Resumption;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{
    ClientConfig, ClientConnection, Connection, RootCertStore, ServerConfig, ServerConnection,
};

/// A socket that never waits.
pub struct Stream {
    /// The socket itself, for the event loop.
    pub socket: TcpStream,
    tls: Option<Box<Connection>>,
    /// Bytes that have come over the wire, since they are counted.
    pub received: u64,
}

/// A certificate for localhost, signed by itself, and its key, in two files.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The certificate's file, in PEM.
    pub path: PathBuf,
    /// The key's file, in PEM.
    pub key: PathBuf,
}

impl Certificate {
    /// Makes one in this folder.
    pub fn make(folder: &Path) -> Result<Self> {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        let (path, key) = (folder.join("cert.pem"), folder.join("key.pem"));
        write(&path, made.cert.pem())?;
        write(&key, made.key_pair.serialize_pem())?;
        Ok(Self { path, key })
    }

    /// For a server that has it.
    pub fn server(&self) -> Result<Arc<ServerConfig>> {
        let key = PrivateKeyDer::from_pem_slice(&read(&self.key)?)?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![self.der()?], key)?;
        Ok(Arc::new(config))
    }

    /// For clients that trust it, and shake hands in full each time.
    pub fn client(&self) -> Result<Arc<ClientConfig>> {
        let mut trusted = RootCertStore::empty();
        trusted.add(self.der()?)?;
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(trusted)
            .with_no_client_auth();
        config.resumption = Resumption::disabled();
        Ok(Arc::new(config))
    }

    fn der(&self) -> Result<CertificateDer<'static>> {
        let failed = || format!("failed to read {}", self.path.display());
        CertificateDer::from_pem_file(&self.path).with_context(failed)
    }
}

impl Stream {
    /// The client's end, over TLS with a configuration.
    pub fn client(socket: TcpStream, config: Option<&Arc<ClientConfig>>) -> Result<Self> {
        let tls = config.map(|config| {
            let name = "localhost".try_into()?;
            Ok::<_, anyhow::Error>(ClientConnection::new(Arc::clone(config), name)?.into())
        });
        Ok(Self::over(socket, tls.transpose()?))
    }

    /// The server's end, over TLS with a configuration.
    pub fn server(socket: TcpStream, config: Option<&Arc<ServerConfig>>) -> Result<Self> {
        let tls = config.map(|config| ServerConnection::new(Arc::clone(config)).map(Into::into));
        Ok(Self::over(socket, tls.transpose()?))
    }

    fn over(socket: TcpStream, tls: Option<Connection>) -> Self {
        Self { socket, tls: tls.map(Box::new), received: 0 }
    }

    /// Throws away what has come, unread, and returns how many bytes that was. With `MSG_TRUNC` TCP copies nothing,
    /// tcp(7). Over TLS nothing can be read any more after it.
    pub fn throw_away(&mut self, scratch: &mut [u8]) -> IoResult<usize> {
        let (_, read) = recv(&self.socket, scratch, RecvFlags::TRUNC)?;
        self.received += read as u64;
        Ok(read)
    }
}

impl Read for Stream {
    /// Fills the buffer with what has come. 0 is the end.
    fn read(&mut self, into: &mut [u8]) -> IoResult<usize> {
        let Some(tls) = &mut self.tls else {
            let read = self.socket.read(into)?;
            self.received += read as u64;
            return Ok(read);
        };
        let mut filled = 0;
        loop {
            match tls.reader().read(&mut into[filled..]) {
                Ok(read) => filled += read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
            if filled == into.len() {
                return Ok(filled);
            }
            match tls.read_tls(&mut self.socket) {
                Ok(read) if read > 0 => self.received += read as u64,
                Err(error) if error.kind() == ErrorKind::WouldBlock && filled == 0 => {
                    return Err(error);
                }
                Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error),
                _ => return Ok(filled),
            }
            tls.process_new_packets().map_err(std::io::Error::other)?;
            // A handshake is answered.
            send(tls, &mut self.socket)?;
        }
    }
}

impl Write for Stream {
    /// Takes no more before all that it took is written.
    fn write(&mut self, bytes: &[u8]) -> IoResult<usize> {
        let Some(tls) = &mut self.tls else { return self.socket.write(bytes) };
        send(tls, &mut self.socket)?;
        if tls.wants_write() || tls.is_handshaking() {
            return Err(ErrorKind::WouldBlock.into());
        }
        let taken = tls.writer().write(bytes)?;
        send(tls, &mut self.socket)?;
        Ok(taken)
    }

    /// Writes what it took, as far as the socket takes it.
    fn flush(&mut self) -> IoResult<()> {
        self.tls.as_mut().map_or(Ok(()), |tls| send(tls, &mut self.socket))
    }
}

/// Writes what is encrypted, as far as the socket takes it.
fn send(tls: &mut Connection, socket: &mut TcpStream) -> IoResult<()> {
    while tls.wants_write() {
        match tls.write_tls(socket) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            written => written?,
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// Both ends of a connection.
    fn pair(certificate: Option<&Certificate>) -> (Stream, Stream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let server = listener.accept().unwrap().0;
        server.set_nonblocking(true).unwrap();
        let client_config = certificate.map(|it| it.client().unwrap());
        let server_config = certificate.map(|it| it.server().unwrap());
        let server = Stream::server(TcpStream::from_std(server), server_config.as_ref()).unwrap();
        (Stream::client(client, client_config.as_ref()).unwrap(), server)
    }

    /// Writes at one end and reads at the other until all has come.
    fn pass(from: &mut Stream, to: &mut Stream, bytes: &[u8]) -> Vec<u8> {
        let (mut written, mut got) = (0, Vec::new());
        let mut buffer = vec![0; 1_000];
        while got.len() < bytes.len() {
            from.flush().unwrap();
            if written < bytes.len() {
                written += from.write(&bytes[written..]).unwrap_or(0);
            }
            // The handshake goes both ways.
            let _ = from.read(&mut buffer);
            if let Ok(read) = to.read(&mut buffer) {
                got.extend_from_slice(&buffer[..read]);
            }
        }
        got
    }

    #[test]
    fn bytes_pass_with_and_without_tls() {
        let folder = tempfile::tempdir().unwrap();
        let certificate = Certificate::make(folder.path()).unwrap();
        let bytes: Vec<_> = (0..100_000_u32).map(|number| number.to_le_bytes()[1]).collect();
        for certificate in [None, Some(&certificate)] {
            let (mut client, mut server) = pair(certificate);
            assert_eq!(pass(&mut client, &mut server, &bytes), bytes);
            assert_eq!(pass(&mut server, &mut client, &bytes), bytes);
            let more = client.received - bytes.len() as u64;
            assert_eq!(more > 0, certificate.is_some());
            drop(server);
            let mut rest = [0; 100];
            while client.read(&mut rest).is_ok_and(|read| read > 0) {}
        }
    }
}
