//! NATS over WebSocket, to compare with: starts the server, and speaks its protocol as a client.
//!
//! <https://docs.nats.io/reference/reference-protocols/nats-protocol>

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use memchr::memmem;

use crate::fleet::READY;
use crate::frame::{self, BINARY};

/// What stands in its log before the address on which it takes WebSocket connections.
pub const LISTENING: &str = "Listening for websocket clients on ws";

/// The server with its own defaults, on free ports.
pub fn command(server: &Path, folder: &Path) -> Result<Command> {
    let config = folder.join("nats.conf");
    fs::write(
        &config,
        "listen: \"127.0.0.1:-1\"\nwebsocket { listen: \"127.0.0.1:-1\", no_tls: true }\n",
    )?;
    let mut command = Command::new(server);
    command.arg("--config").arg(config);
    Ok(command)
}

/// The subject of those who ask for this path.
pub fn subject(path: &str) -> String {
    path.replacen('/', "room.", 1)
}

/// A client that hears one subject.
pub struct Listener {
    subject: String,
    /// What came in and is not dealt with: one thing to say may come in several frames.
    received: Vec<u8>,
}

impl Listener {
    /// One that hears those who ask for this path.
    pub fn new(path: &str) -> Self {
        Self { subject: subject(path), received: Vec::new() }
    }

    /// Reads a frame. Calls `on_message` with [`READY`] once the subscription stands, then with each message; appends
    /// the frames that answer the server to `out`.
    pub fn take(
        &mut self,
        payload: &[u8],
        out: &mut Vec<u8>,
        mut on_message: impl FnMut(&[u8], &mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        self.received.extend_from_slice(payload);
        let mut taken = 0;
        while let Some(length) = memmem::find(&self.received[taken..], b"\r\n") {
            let (line, rest) = self.received[taken..].split_at(length);
            let mut end = taken + length + 2;
            if line.starts_with(b"MSG ") {
                let size = line.rsplit(|&byte| byte == b' ').next().unwrap_or_default();
                let size: usize = std::str::from_utf8(size)?.parse().context("a size")?;
                let Some(message) = rest.get(2..2 + size).filter(|_| rest.len() >= size + 4) else {
                    break;
                };
                on_message(message, out)?;
                end += size + 2;
            } else if line.starts_with(b"INFO ") {
                let hello =
                    format!("CONNECT {{\"verbose\":false}}\r\nSUB {} 1\r\nPING\r\n", self.subject);
                frame::write_masked(out, BINARY, hello.as_bytes());
            } else if line == b"PONG" {
                on_message(READY, out)?;
            } else if line == b"PING" {
                frame::write_masked(out, BINARY, b"PONG\r\n");
            } else {
                bail!("the server answered {}", String::from_utf8_lossy(line));
            }
            taken = end;
        }
        self.received.drain(..taken);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_found_wherever_frames_end() {
        let stream =
            b"INFO {}\r\nPONG\r\nMSG room.1 1 5\r\na\r\nbc\r\nPING\r\nMSG room.1 1 0\r\n\r\n";
        for size in 1..stream.len() {
            let (mut listener, mut out, mut heard) = (Listener::new("/1"), Vec::new(), Vec::new());
            for part in stream.chunks(size) {
                let hear = |message: &[u8], _: &mut Vec<u8>| {
                    heard.push(message.to_vec());
                    Ok(())
                };
                listener.take(part, &mut out, hear).unwrap();
            }
            assert_eq!(heard, [READY, b"a\r\nbc", b""]);
            let (opcode, hello, length) = frame::next_masked(&mut out).unwrap();
            assert_eq!(
                (opcode, hello),
                (BINARY, &b"CONNECT {\"verbose\":false}\r\nSUB room.1 1\r\nPING\r\n"[..])
            );
            assert_eq!(frame::next_masked(&mut out[length..]).unwrap().1, b"PONG\r\n");
        }
        let mut listener = Listener::new("/1");
        let error = listener.take(b"-ERR 'no'\r\n", &mut Vec::new(), |_, _| Ok(())).unwrap_err();
        assert_eq!(error.to_string(), "the server answered -ERR 'no'");
    }
}
