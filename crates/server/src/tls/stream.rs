//! A socket with TLS, read and written without blocking.

use std::cell::{Cell, RefCell};
use std::io::{BufRead, Error, ErrorKind, IoSlice, Read, Result, Write};
use std::sync::Arc;

use rustls::{ServerConfig, ServerConnection};
use tokio::net::TcpStream;

/// What encryption may hold that the socket has not taken, in bytes.
const MAX_HELD: usize = 32 * 1024;

/// How often one call reads from the socket without getting a byte of plain text, so that nobody
/// keeps a core busy with records that say nothing.
const MAX_READS: usize = 16;

/// The answer to a client that speaks plain HTTP on this port.
const USE_HTTPS: &[u8] = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\
    content-type: text/plain\r\ncontent-length: 30\r\n\r\nThis address speaks only TLS.\n";

/// A socket with TLS on it. It belongs to one thread.
pub struct TlsStream {
    tcp: TcpStream,
    tls: RefCell<ServerConnection>,
    /// Whether plain text may be left that did not fit the last read.
    more: Cell<bool>,
}

impl TlsStream {
    /// Shakes hands.
    pub async fn accept(tcp: TcpStream, config: Arc<ServerConfig>) -> Result<Self> {
        let mut tls = ServerConnection::new(config).map_err(Error::other)?;
        tls.set_buffer_limit(Some(MAX_HELD));
        loop {
            match write(&tcp, &mut tls) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    tcp.writable().await?;
                    continue;
                }
                written => written?,
            }
            if !tls.is_handshaking() {
                return Ok(Self { tcp, tls: RefCell::new(tls), more: Cell::new(true) });
            }
            match read(&tcp, &mut tls) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => tcp.readable().await?,
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                read => drop(read?),
            }
        }
    }

    /// The protocol that the handshake chose.
    pub fn protocol(&self) -> Option<Vec<u8>> {
        self.tls.borrow().alpn_protocol().map(<[u8]>::to_vec)
    }

    /// Looks at plain text, which stays to be read; [`ErrorKind::WouldBlock`] if there is none.
    pub fn peek(&self, into: &mut [u8]) -> Result<usize> {
        let tls = &mut *self.tls.borrow_mut();
        for _ in 0..MAX_READS {
            match tls.reader().fill_buf() {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                held => {
                    let held = held?;
                    let length = held.len().min(into.len());
                    into[..length].copy_from_slice(&held[..length]);
                    return Ok(length);
                }
            }
            read(&self.tcp, tls)?;
            match write(&self.tcp, tls) {
                Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error),
                _ => {}
            }
        }
        Err(ErrorKind::WouldBlock.into())
    }

    /// Reads plain text; [`ErrorKind::WouldBlock`] if there is none.
    pub fn try_read(&self, into: &mut [u8]) -> Result<usize> {
        let tls = &mut *self.tls.borrow_mut();
        for _ in 0..MAX_READS {
            match tls.reader().read(into) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.more.set(false),
                // The peer went without a goodbye, as many do.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(0),
                read => {
                    self.more.set(read.as_ref().is_ok_and(|&read| read == into.len()));
                    return read;
                }
            }
            read(&self.tcp, tls)?;
            match write(&self.tcp, tls) {
                Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error),
                _ => {}
            }
        }
        Err(ErrorKind::WouldBlock.into())
    }

    /// Encrypts as much as may be held and writes what the socket takes of it;
    /// [`ErrorKind::WouldBlock`] while it has not taken what came before.
    pub fn try_write(&self, pieces: &[IoSlice<'_>]) -> Result<usize> {
        let tls = &mut *self.tls.borrow_mut();
        write(&self.tcp, tls)?;
        let taken = tls.writer().write_vectored(pieces)?;
        match write(&self.tcp, tls) {
            Err(error) if error.kind() != ErrorKind::WouldBlock => Err(error),
            _ => Ok(taken),
        }
    }

    /// Writes what is held; [`ErrorKind::WouldBlock`] if some remains.
    pub fn try_flush(&self) -> Result<()> {
        write(&self.tcp, &mut self.tls.borrow_mut())
    }

    /// Tells the peer that nothing comes any more.
    pub fn say_goodbye(&self) {
        self.tls.borrow_mut().send_close_notify();
    }

    /// Whether there is more to read than the socket shows.
    pub fn holds_more(&self) -> bool {
        self.more.get()
    }

    /// The socket itself, to wait for.
    pub fn tcp(&self) -> &TcpStream {
        &self.tcp
    }

    /// The socket itself, to close.
    pub fn tcp_mut(&mut self) -> &mut TcpStream {
        &mut self.tcp
    }
}

impl Drop for TlsStream {
    fn drop(&mut self) {
        self.say_goodbye();
        // If the peer doesn't read any more, it sees the end of the socket.
        let _ = self.try_flush();
    }
}

/// Reads once from the socket and takes the records apart. Returns how many bytes came.
fn read(tcp: &TcpStream, tls: &mut ServerConnection) -> Result<usize> {
    let read = tls.read_tls(&mut Tcp(tcp))?;
    if let Err(error) = tls.process_new_packets() {
        // The peer gets a TLS alert, if its socket accepts it, or an answer by plain HTTP if it spoke that.
        let _ = if tls.is_handshaking() && matches!(error, rustls::Error::InvalidMessage(_)) {
            tcp.try_write(USE_HTTPS).map(drop)
        } else {
            write(tcp, tls)
        };
        return Err(Error::new(ErrorKind::InvalidData, error));
    }
    Ok(read)
}

/// Writes all that is encrypted, or as much as the socket takes.
fn write(tcp: &TcpStream, tls: &mut ServerConnection) -> Result<()> {
    while tls.wants_write() {
        if tls.write_tls(&mut Tcp(tcp))? == 0 {
            return Err(ErrorKind::WriteZero.into());
        }
    }
    Ok(())
}

/// What rustls reads from and writes to.
struct Tcp<'a>(&'a TcpStream);

impl Read for Tcp<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        self.0.try_read(into)
    }
}

impl Write for Tcp<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0.try_write(bytes)
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> Result<usize> {
        self.0.try_write_vectored(pieces)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
