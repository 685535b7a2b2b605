//! A client's socket, plain or encrypted: a closed choice, so that a plain one costs nothing more.

use std::io::{ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use rustix::net::{self, RecvFlags, SendFlags};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;

use crate::tls::TlsStream;

/// A client's socket.
pub enum Socket {
    /// As the bytes come.
    Plain(TcpStream),
    /// After the handshake.
    Tls(Box<TlsStream>),
}

impl Socket {
    /// Reads what there is; [`ErrorKind::WouldBlock`] if nothing.
    pub fn try_read(&self, into: &mut [u8]) -> Result<usize> {
        match self {
            Self::Plain(tcp) => read_to_its_end(tcp, into),
            Self::Tls(tls) => tls.try_read(into),
        }
    }

    /// Waits for the first bytes, which stay to be read. 0 at the end.
    pub async fn peek(&self, into: &mut [u8]) -> Result<usize> {
        match self {
            Self::Plain(tcp) => tcp.peek(into).await,
            Self::Tls(tls) => loop {
                match tls.peek(into) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {
                        tls.tcp().readable().await?;
                    }
                    peeked => return peeked,
                }
            },
        }
    }

    /// Writes what the socket takes; [`ErrorKind::WouldBlock`] if nothing.
    pub fn try_write(&self, bytes: &[u8]) -> Result<usize> {
        match self {
            Self::Plain(tcp) => tcp.try_write(bytes),
            Self::Tls(tls) => tls.try_write(&[IoSlice::new(bytes)]),
        }
    }

    /// The same with several pieces.
    pub fn try_write_vectored(&self, pieces: &[IoSlice<'_>]) -> Result<usize> {
        match self {
            Self::Plain(tcp) => tcp.try_write_vectored(pieces),
            Self::Tls(tls) => tls.try_write(pieces),
        }
    }

    /// Writes past the event loop's notes on the socket, which a fan-out would have to fetch into
    /// the cache for each receiver. They don't learn that it is full, so before anybody waits for
    /// [`Self::writable`] it must be tried the other way.
    pub fn try_write_unnoted(&self, bytes: &[u8]) -> Result<usize> {
        match self {
            // No flag against SIGPIPE, which macOS lacks: Rust's programs ignore that signal.
            Self::Plain(tcp) => Ok(net::send(tcp, bytes, SendFlags::empty())?),
            Self::Tls(tls) => tls.try_write(&[IoSlice::new(bytes)]),
        }
    }

    /// Writes what was taken and is not on its way yet; [`ErrorKind::WouldBlock`] if some remains.
    pub fn try_flush(&self) -> Result<()> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Tls(tls) => tls.try_flush(),
        }
    }

    /// Whether there may be something to read. One task at a time may wait for it.
    pub fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<Result<()>> {
        match self {
            Self::Plain(tcp) => tcp.poll_read_ready(context),
            Self::Tls(tls) if tls.holds_more() => Poll::Ready(Ok(())),
            Self::Tls(tls) => tls.tcp().poll_read_ready(context),
        }
    }

    /// Returns when there may be something to read.
    pub async fn readable(&self) -> Result<()> {
        std::future::poll_fn(|context| self.poll_read_ready(context)).await
    }

    /// Returns when the socket may take something.
    pub async fn writable(&self) -> Result<()> {
        match self {
            Self::Plain(tcp) => tcp.writable().await,
            Self::Tls(tls) => tls.tcp().writable().await,
        }
    }
}

/// Reads, and notes for the event loop that nothing is left where the socket gave less than it
/// might have, as an edge-triggered one allows; a second read would be one system call more.
fn read_to_its_end(tcp: &TcpStream, into: &mut [u8]) -> Result<usize> {
    let mut read = 0;
    let result = tcp.try_io(Interest::READABLE, || {
        read = net::recv(tcp, &mut *into, RecvFlags::empty())?.0;
        if read > 0 && read < into.len() { Err(ErrorKind::WouldBlock.into()) } else { Ok(read) }
    });
    if read > 0 { Ok(read) } else { result }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_read(context, into),
            Self::Tls(tls) => loop {
                match tls.try_read(into.initialize_unfilled()) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {
                        ready!(tls.tcp().poll_read_ready(context))?;
                    }
                    read => {
                        into.advance(read?);
                        return Poll::Ready(Ok(()));
                    }
                }
            },
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_write(context, bytes),
            Self::Tls(tls) => {
                when_writable(tls, context, |tls| tls.try_write(&[IoSlice::new(bytes)]))
            }
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_write_vectored(context, pieces),
            Self::Tls(tls) => when_writable(tls, context, |tls| tls.try_write(pieces)),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(context),
            Self::Tls(tls) => when_writable(tls, context, TlsStream::try_flush),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(context),
            Self::Tls(tls) => {
                tls.say_goodbye();
                ready!(when_writable(tls, context, TlsStream::try_flush))?;
                Pin::new(tls.tcp_mut()).poll_shutdown(context)
            }
        }
    }
}

/// Tries again whenever the socket takes something.
fn when_writable<T>(
    tls: &TlsStream,
    context: &mut Context<'_>,
    attempt: impl Fn(&TlsStream) -> Result<T>,
) -> Poll<Result<T>> {
    loop {
        match attempt(tls) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                ready!(tls.tcp().poll_write_ready(context))?;
            }
            done => return Poll::Ready(done),
        }
    }
}

// An idle plain connection holds no room for what only TLS needs.
const _: () = assert!(size_of::<Socket>() == size_of::<TcpStream>());
