//! The limit to compare with: an epoll loop that hands every frame on and does nothing else.
//!
//! It has rooms, named by the path that a client asks for, since private pairs need them. It is no
//! WebSocket server: it takes every request for an upgrade, and frames only as the generator sends them.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::mem::take;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use clap::{Args, ValueEnum};
use memchr::memmem;
use mio::net::TcpListener;
use mio::{Events, Interest, Poll, Token};
use rustls::ServerConfig;

use crate::frame::{self, CLOSE, TEXT};
use crate::stream::{Certificate, Stream};

/// When the plain server writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Writes {
    /// One write for each frame and socket.
    Each,
    /// One write for each socket, with all frames of a turn of the loop.
    Turn,
}

/// Serves as the plain epoll loop, until it is killed
#[derive(Args, Debug)]
pub struct PlainLoop {
    /// When it writes
    #[arg(long = "write", default_value = "turn")]
    writes: Writes,
    /// Over TLS with this certificate
    #[arg(long, value_name = "PATH", requires = "key")]
    certificate: Option<PathBuf>,
    /// The certificate's key
    #[arg(long, value_name = "PATH", requires = "certificate")]
    key: Option<PathBuf>,
}

const LISTENER: Token = Token(usize::MAX);

const ANSWER: &[u8] =
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

struct Plain {
    poll: Poll,
    listener: TcpListener,
    /// By token. A place is never used twice.
    members: Vec<Option<Member>>,
    rooms: Vec<Room>,
    rooms_by_path: HashMap<Vec<u8>, usize>,
    /// The rooms with frames of this turn.
    busy_rooms: Vec<usize>,
    writes: Writes,
    tls: Option<Arc<ServerConfig>>,
    scratch: Box<[u8]>,
}

struct Member {
    stream: Stream,
    /// Known once the request for an upgrade has come.
    room: Option<usize>,
    received: Vec<u8>,
    /// What the socket has not taken yet.
    unsent: Vec<u8>,
}

#[derive(Default)]
struct Room {
    members: Vec<usize>,
    /// The frames of this turn.
    frames: Vec<u8>,
}

/// Serves until it is killed.
pub fn serve(plain: &PlainLoop) -> Result<()> {
    let certificate = plain.certificate.clone().zip(plain.key.clone());
    let certificate = certificate.map(|(path, key)| Certificate { path, key });
    let tls = certificate.map(|certificate| certificate.server()).transpose()?;
    let mut listener = TcpListener::bind("127.0.0.1:0".parse()?)?;
    let poll = Poll::new()?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    eprintln!("listening on http://{}", listener.local_addr()?);
    let plain = Plain {
        poll,
        listener,
        members: Vec::new(),
        rooms: Vec::new(),
        rooms_by_path: HashMap::new(),
        busy_rooms: Vec::new(),
        writes: plain.writes,
        tls,
        scratch: vec![0; 64 * 1024].into_boxed_slice(),
    };
    plain.run()
}

impl Plain {
    fn run(mut self) -> Result<()> {
        let mut events = Events::with_capacity(1_024);
        loop {
            self.poll.poll(&mut events, None)?;
            for event in &events {
                match event.token() {
                    LISTENER => self.accept()?,
                    Token(index) => self.serve(index, event.is_readable()),
                }
            }
            for room in self.busy_rooms.drain(..) {
                self.rooms[room].write(&mut self.members);
            }
        }
    }

    fn accept(&mut self) -> Result<()> {
        loop {
            let mut socket = match self.listener.accept() {
                Ok((socket, _)) => socket,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            socket.set_nodelay(true)?;
            let interest = Interest::READABLE | Interest::WRITABLE;
            self.poll.registry().register(&mut socket, Token(self.members.len()), interest)?;
            let stream = Stream::server(socket, self.tls.as_ref())?;
            let (received, unsent) = (Vec::new(), Vec::new());
            self.members.push(Some(Member { stream, room: None, received, unsent }));
        }
    }

    fn serve(&mut self, index: usize, readable: bool) {
        let Some(member) = &mut self.members[index] else { return };
        let alive = member.send(&[]) && (!readable || member.read(&mut self.scratch));
        if (!alive || self.take_frames(index).is_none())
            && let Some(Member { room: Some(room), .. }) = self.members[index].take()
        {
            self.rooms[room].members.retain(|&other| other != index);
        }
    }

    /// `None` if the member leaves.
    fn take_frames(&mut self, index: usize) -> Option<()> {
        let mut received = take(&mut self.members[index].as_mut()?.received);
        let (mut taken, mut room) = (0, self.members[index].as_ref()?.room);
        if room.is_none()
            && let Some(end) = memmem::find(&received, b"\r\n\r\n")
        {
            let path = received.split(|&byte| byte == b' ').nth(1)?;
            (room, taken) = (Some(self.enter(index, path)?), end + 4);
        }
        while let (Some(room), Some((opcode, payload, length))) =
            (room, frame::next_masked(&mut received[taken..]))
        {
            match opcode {
                CLOSE => return None,
                TEXT => self.hand_on(room, payload),
                _ => {}
            }
            taken += length;
        }
        self.members[index].as_mut()?.received.extend_from_slice(&received[taken..]);
        Some(())
    }

    /// Upgrades a member and takes it into the room of that path.
    fn enter(&mut self, index: usize, path: &[u8]) -> Option<usize> {
        let room = *self.rooms_by_path.entry(path.to_vec()).or_insert(self.rooms.len());
        if room == self.rooms.len() {
            self.rooms.push(Room::default());
        }
        self.rooms[room].members.push(index);
        let member = self.members[index].as_mut()?;
        member.room = Some(room);
        let mut answer = ANSWER.to_vec();
        frame::write_plain(&mut answer, TEXT, br#"{"type":"ready"}"#);
        member.send(&answer).then_some(room)
    }

    fn hand_on(&mut self, index: usize, payload: &[u8]) {
        let room = &mut self.rooms[index];
        if room.frames.is_empty() && self.writes == Writes::Turn {
            self.busy_rooms.push(index);
        }
        frame::write_plain(&mut room.frames, TEXT, payload);
        if self.writes == Writes::Each {
            room.write(&mut self.members);
        }
    }
}

impl Room {
    fn write(&mut self, members: &mut [Option<Member>]) {
        for &index in &self.members {
            if let Some(member) = &mut members[index] {
                // A socket that has failed tells so as an event, too.
                member.send(&self.frames);
            }
        }
        self.frames.clear();
    }
}

impl Member {
    /// Whether the socket is still open.
    fn read(&mut self, scratch: &mut [u8]) -> bool {
        loop {
            match self.stream.read(scratch) {
                Ok(0) => return false,
                Ok(read) => self.received.extend_from_slice(&scratch[..read]),
                Err(error) => return error.kind() == ErrorKind::WouldBlock,
            }
        }
    }

    /// Writes what has waited, then this; keeps what the socket does not take. Whether it is open.
    fn send(&mut self, bytes: &[u8]) -> bool {
        if self.unsent.is_empty() {
            return match write(&mut self.stream, bytes) {
                Ok(written) => {
                    self.unsent.extend_from_slice(&bytes[written..]);
                    true
                }
                Err(_) => false,
            };
        }
        self.unsent.extend_from_slice(bytes);
        let written = write(&mut self.stream, &self.unsent);
        written.is_ok_and(|written| {
            self.unsent.drain(..written);
            true
        })
    }
}

fn write(stream: &mut Stream, bytes: &[u8]) -> std::io::Result<usize> {
    if bytes.is_empty() {
        return stream.flush().map(|()| 0);
    }
    match stream.write(bytes) {
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(0),
        written => written,
    }
}
