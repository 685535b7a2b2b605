//! A socket for any bytes, in WebSocket frames or not.

use std::io::{Read, Result, Write};
use std::net::TcpStream;

use chinwag_testbed::MISSING;

pub struct RawSocket(pub TcpStream);

impl RawSocket {
    pub fn connect(address: &str) -> Self {
        let socket = TcpStream::connect(address).unwrap();
        socket.set_read_timeout(Some(MISSING)).unwrap();
        Self(socket)
    }

    /// A WebSocket; `None` if the server has no place for it.
    pub fn upgraded(address: &str) -> Option<Self> {
        Self::upgraded_from(address, "127.0.0.1")
    }

    /// The same through a proxy that says it comes from `client`.
    pub fn upgraded_from(address: &str, client: &str) -> Option<Self> {
        Self::connect(address).upgrade(client)
    }

    /// Upgrades a socket on which the answers to all requests have been read.
    pub fn upgrade(mut self, client: &str) -> Option<Self> {
        let request = format!(
            "GET /ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
            sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
            x-forwarded-for: {client}\r\n\r\n"
        );
        self.say(request.as_bytes()).ok()?;
        let mut header = Vec::new();
        while !header.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.0.read_exact(&mut byte).ok()?;
            header.push(byte[0]);
        }
        header.starts_with(b"HTTP/1.1 101").then_some(self)
    }

    pub fn say(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.write_all(bytes)
    }

    /// A frame with this first byte; its mask is nil, so that it reads as it is written.
    pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![first];
        match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
            (Ok(short @ 0..=125), _) => frame.push(0x80 | short),
            (_, Ok(medium)) => {
                frame.push(0xfe);
                frame.extend(medium.to_be_bytes());
            }
            _ => {
                frame.push(0xff);
                frame.extend((payload.len() as u64).to_be_bytes());
            }
        }
        frame.extend([0; 4]);
        frame.extend(payload);
        frame
    }

    /// The payload of the next frame, with its first byte.
    pub fn read_frame(&mut self) -> Result<(u8, Vec<u8>)> {
        let mut start = [0; 2];
        self.0.read_exact(&mut start)?;
        let mut length = usize::from(start[1]);
        if length == 126 {
            let mut medium = [0; 2];
            self.0.read_exact(&mut medium)?;
            length = usize::from(u16::from_be_bytes(medium));
        }
        if length == 127 {
            let mut long = [0; 8];
            self.0.read_exact(&mut long)?;
            length = usize::try_from(u64::from_be_bytes(long)).unwrap();
        }
        let mut payload = vec![0; length];
        self.0.read_exact(&mut payload)?;
        Ok((start[0], payload))
    }

    /// Reads up to the close frame and returns its code; `None` if the socket was cut before.
    pub fn closed(&mut self) -> Option<u16> {
        loop {
            match self.read_frame() {
                Ok((0x88, payload)) => return Some(u16::from_be_bytes([payload[0], payload[1]])),
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    }
}
