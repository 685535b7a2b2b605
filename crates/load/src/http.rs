//! Requests over HTTP, one after the other on one socket.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context, Result, ensure};
use memchr::memmem;

/// How many bytes are read at once.
const READ: usize = 256 * 1024;

/// A socket to a server.
pub struct Http {
    socket: TcpStream,
    buffer: Vec<u8>,
}

impl Http {
    /// Connects to a server.
    pub fn connect(address: SocketAddr) -> Result<Self> {
        let socket = TcpStream::connect(address)?;
        socket.set_nodelay(true)?;
        Ok(Self { socket, buffer: vec![0; READ] })
    }

    /// Sends a request, and reads its answer. Returns how many bytes the answer's body has.
    ///
    /// # Errors
    /// When it is refused.
    pub fn ask(&mut self, line: &str, headers: &str, body: &[u8]) -> Result<usize> {
        let length = body.len();
        let head = format!(
            "{line} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n{headers}\r\n"
        );
        self.socket.write_all(head.as_bytes())?;
        self.socket.write_all(body)?;
        let mut read = 0;
        let end = loop {
            let more = self.socket.read(&mut self.buffer[read..])?;
            ensure!(more > 0, "the server closed a socket");
            read += more;
            if let Some(end) = memmem::find(&self.buffer[..read], b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = std::str::from_utf8(&self.buffer[..end])?.to_ascii_lowercase();
        let status = head.split(' ').nth(1).unwrap_or_default();
        ensure!(status.starts_with('2'), "the server answered {status} to {line}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length = length.map_or(Ok(0), str::parse).context("an answer without a length")?;
        let mut left = length - (read - end).min(length);
        while left > 0 {
            let most = left.min(READ);
            let more = self.socket.read(&mut self.buffer[..most])?;
            ensure!(more > 0, "the server closed a socket");
            left -= more;
        }
        Ok(length)
    }
}
