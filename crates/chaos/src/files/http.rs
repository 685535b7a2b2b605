//! Requests over HTTP for the bytes of files.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context, Result, bail};

use crate::client::SILENCE;

/// An answer.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Vec<u8>,
}

/// Asks a node, with a key or a token, and waits for the whole answer.
///
/// # Errors
/// When the connection breaks before.
pub fn ask(node: SocketAddr, line: &str, secret: &str, body: &[u8]) -> Result<Answer> {
    let mut socket = TcpStream::connect_timeout(&node, SILENCE)?;
    socket.set_read_timeout(Some(SILENCE))?;
    let head = format!(
        "{line} HTTP/1.1\r\nhost: {node}\r\nconnection: close\r\nauthorization: Bearer {secret}\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    socket.write_all(head.as_bytes())?;
    socket.write_all(body)?;
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").context("no whole head")?;
    let body = answer.split_off(end + 4);
    let head = String::from_utf8(answer)?.to_ascii_lowercase();
    let status = head.split(' ').nth(1).context("no status")?.parse()?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    if length.map(str::parse).transpose()?.is_some_and(|length: usize| length != body.len()) {
        bail!("the answer broke off");
    }
    Ok(Answer { status, body })
}
