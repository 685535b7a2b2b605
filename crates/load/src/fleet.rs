//! Many WebSocket clients on one thread and one epoll.

use std::io::{ErrorKind, Read, Write};
use std::mem::take;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use memchr::memmem;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, socket_with};
use rustls::ClientConfig;

use crate::frame::{self, BINARY, CLOSE, Frame, PING, PONG, TEXT};
use crate::nats::Listener;
use crate::stream::Stream;

/// What one read takes. Enough for all that a socket's buffer holds.
const SCRATCH: usize = 512 * 1024;

/// How many clients connect or ask at once: less than the backlog of any listener.
pub const FEW: usize = 100;

/// How long a phase may stand still.
const PATIENCE: Duration = Duration::from_mins(1);

/// A number of connected clients.
pub struct Fleet {
    poll: Poll,
    events: Events,
    clients: Vec<Client>,
    scratch: Box<[u8]>,
    tls: Option<Arc<ClientConfig>>,
    is_nats: bool,
}

struct Client {
    stream: Stream,
    /// Whether the server has agreed to speak WebSocket.
    upgraded: bool,
    /// With NATS.
    listener: Option<Listener>,
    /// The beginning of a frame whose rest has not come in.
    pending: Vec<u8>,
    out: Outgoing,
    /// Whether what comes in is counted and thrown away.
    skims: bool,
}

/// Where a client's frames wait to be written.
#[derive(Default)]
struct Outgoing {
    bytes: Vec<u8>,
    written: usize,
}

impl Fleet {
    /// A fleet without clients, which connect over TLS with a configuration, and may speak to NATS.
    pub fn new(tls: Option<Arc<ClientConfig>>, is_nats: bool) -> Result<Self> {
        let scratch = vec![0; SCRATCH].into_boxed_slice();
        let (poll, events) = (Poll::new()?, Events::with_capacity(4_096));
        Ok(Self { poll, events, clients: Vec::new(), scratch, tls, is_nats })
    }

    /// Connects clients until there are so many, spread over the addresses; `path` names what each
    /// asks for. Returns when each has got its first frame.
    pub fn connect(
        &mut self,
        addresses: &[SocketAddr],
        count: usize,
        path: impl Fn(usize) -> String,
    ) -> Result<()> {
        let (mut ready, mut alive) = (self.clients.len(), Instant::now());
        while ready < count {
            while self.clients.len() < count.min(ready + FEW) {
                let index = self.clients.len();
                let address = addresses[index % addresses.len()];
                self.add(address, &path(index)).context("failed to connect")?;
            }
            let before = ready;
            self.turn(Duration::from_millis(100), |_, payload, _| {
                ready += usize::from(payload.starts_with(READY));
                Ok(())
            })?;
            if ready > before {
                alive = Instant::now();
            }
            ensure!(alive.elapsed() < PATIENCE, "only {ready} of {count} clients got connected");
        }
        Ok(())
    }

    /// Begins to connect one more client.
    pub fn add(&mut self, address: SocketAddr, path: &str) -> Result<()> {
        let mut socket = connect(address, source(self.clients.len()))?;
        let token = Token(self.clients.len());
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(&mut socket, token, interest)?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        let out = Outgoing { bytes: request.into_bytes(), written: 0 };
        let stream = Stream::client(socket, self.tls.as_ref())?;
        let listener = self.is_nats.then(|| Listener::new(path));
        let (pending, skims) = (Vec::new(), false);
        self.clients.push(Client { stream, upgraded: false, listener, pending, out, skims });
        Ok(())
    }

    /// How many clients there are.
    pub fn len(&self) -> usize {
        self.clients.len()
    }

    /// Sends a request of each of these clients, [`FEW`] under way at once, until each has its
    /// reply of the type `reply`.
    pub fn ask(
        &mut self,
        clients: Range<usize>,
        request: impl Fn(usize) -> String,
        reply: &str,
        mut on_reply: impl FnMut(usize, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let beginning = format!("{{\"type\":\"{reply}\"");
        let (mut asked, mut answered, mut alive) = (clients.start, clients.start, Instant::now());
        while answered < clients.end {
            while asked < clients.end.min(answered + FEW) {
                self.send(asked, request(asked).as_bytes())?;
                asked += 1;
            }
            let before = answered;
            self.turn(Duration::from_millis(100), |index, payload, _| {
                if payload.starts_with(beginning.as_bytes()) {
                    answered += 1;
                    on_reply(index, payload)?;
                }
                Ok(())
            })?;
            if answered > before {
                alive = Instant::now();
            }
            ensure!(alive.elapsed() < PATIENCE, "the clients from {answered} on got no {reply}");
        }
        Ok(())
    }

    /// From now on counts what comes in, and lets these clients throw it away unread. They have
    /// nothing pending. So the generator leaves more of a shared core to the server.
    pub fn skim(&mut self, skims: impl Fn(usize) -> bool) {
        for (index, client) in self.clients.iter_mut().enumerate() {
            (client.skims, client.stream.received) = (skims(index), 0);
        }
    }

    /// How many bytes have come over the wire for a client, since they are counted.
    pub fn bytes(&self, index: usize) -> u64 {
        self.clients[index].stream.received
    }

    /// Whether the same messages may come with another number of bytes around them to each client: as many share a
    /// record of TLS as happen to, and one of NATS's frames.
    pub fn is_packed(&self) -> bool {
        self.tls.is_some() || self.is_nats
    }

    /// Sends a text.
    pub fn send(&mut self, index: usize, text: &[u8]) -> Result<()> {
        self.write(index, |out| frame::write_masked(out, TEXT, text))
    }

    /// Sends the frames that `frames` appends.
    pub fn write(&mut self, index: usize, frames: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        let client = &mut self.clients[index];
        frames(&mut client.out.bytes);
        client.out.flush(&mut client.stream)
    }

    /// Waits for something to come in, at most so long, and deals with it: `on_text` gets each
    /// text frame with its client's number, and may append frames that this client sends.
    pub fn turn(
        &mut self,
        wait: Duration,
        mut on_text: impl FnMut(usize, &[u8], &mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        match self.poll.poll(&mut self.events, Some(wait)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            polled => polled?,
        }
        for event in &self.events {
            let index = event.token().0;
            let client = &mut self.clients[index];
            if event.is_readable() && client.skims {
                client.throw_away(&mut self.scratch)?;
            } else if event.is_readable() {
                client.read(&mut self.scratch, |text, out| on_text(index, text, out))?;
            }
            client.out.flush(&mut client.stream)?;
        }
        Ok(())
    }

    /// Lets what is on its way come in, until nothing has come for `quiet`.
    pub fn drain(&mut self, quiet: Duration, mut on_text: impl FnMut(usize, &[u8])) -> Result<()> {
        let mut heard = Instant::now();
        while heard.elapsed() < quiet {
            self.turn(quiet, |index, text, _| {
                heard = Instant::now();
                on_text(index, text);
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// Clients that share an address, as behind one router. A server bounds what it takes from each.
const PER_ADDRESS: usize = 100;

/// Where a client connects from: an address of the loopback network 127.0.0.0/8.
fn source(client: usize) -> Ipv4Addr {
    let [high, low] = u16::try_from(client / PER_ADDRESS + 2).unwrap_or(2).to_be_bytes();
    Ipv4Addr::new(127, 0, high, low)
}

/// Begins to connect from an address.
fn connect(address: SocketAddr, source: Ipv4Addr) -> Result<TcpStream> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
    bind(&socket, &SocketAddr::from((source, 0)))?;
    match rustix::net::connect(&socket, &address) {
        Ok(()) | Err(Errno::INPROGRESS) => Ok(TcpStream::from_std(socket.into())),
        Err(error) => Err(error.into()),
    }
}

/// How the first frame of every connection begins.
pub const READY: &[u8] = b"{\"type\":\"ready\"";

impl Client {
    fn read(
        &mut self,
        scratch: &mut [u8],
        mut on_text: impl FnMut(&[u8], &mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        loop {
            let read = match self.stream.read(scratch) {
                Ok(0) => bail!("the server has closed a connection"),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error).context("failed to read from the server"),
            };
            if self.pending.is_empty() {
                let taken = self.take_frames(&scratch[..read], &mut on_text)?;
                self.pending.extend_from_slice(&scratch[taken..read]);
            } else {
                let mut pending = take(&mut self.pending);
                pending.extend_from_slice(&scratch[..read]);
                let taken = self.take_frames(&pending, &mut on_text)?;
                self.pending.extend_from_slice(&pending[taken..]);
            }
            // A read that was not filled has emptied the socket; epoll tells of what comes later.
            if read < scratch.len() {
                return Ok(());
            }
        }
    }

    /// Counts what has come in.
    fn throw_away(&mut self, scratch: &mut [u8]) -> Result<()> {
        loop {
            let read = match self.stream.throw_away(scratch) {
                Ok(0) => bail!("the server has closed a connection"),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                read => read?,
            };
            if read < scratch.len() {
                return Ok(());
            }
        }
    }

    /// Returns how much of the bytes is dealt with.
    fn take_frames(
        &mut self,
        bytes: &[u8],
        on_text: &mut impl FnMut(&[u8], &mut Vec<u8>) -> Result<()>,
    ) -> Result<usize> {
        let mut taken = 0;
        if !self.upgraded {
            let Some(end) = memmem::find(bytes, b"\r\n\r\n") else { return Ok(0) };
            ensure!(bytes.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(bytes));
            (self.upgraded, taken) = (true, end + 4);
        }
        while let Some((Frame { opcode, payload }, length)) = frame::next(&bytes[taken..]) {
            match opcode {
                TEXT if payload.starts_with(ERROR) => {
                    bail!("the server answered {}", String::from_utf8_lossy(payload))
                }
                TEXT => on_text(payload, &mut self.out.bytes)?,
                BINARY if let Some(listener) = &mut self.listener => {
                    listener.take(payload, &mut self.out.bytes, &mut *on_text)?;
                }
                PING => frame::write_masked(&mut self.out.bytes, PONG, payload),
                CLOSE => bail!("the server has closed a connection: {payload:?}"),
                _ => {}
            }
            taken += length;
        }
        Ok(taken)
    }
}

/// How every refusal begins. The generator asks for nothing that should be refused.
const ERROR: &[u8] = b"{\"type\":\"error\"";

impl Outgoing {
    /// Writes what the socket takes; the rest goes when it takes more.
    fn flush(&mut self, stream: &mut Stream) -> Result<()> {
        match self.write(stream) {
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected) =>
            {
                Ok(())
            }
            written => written.context("failed to write to the server"),
        }
    }

    fn write(&mut self, stream: &mut Stream) -> std::io::Result<()> {
        while self.written < self.bytes.len() {
            self.written += stream.write(&self.bytes[self.written..])?;
        }
        (self.bytes, self.written) = (Vec::new(), 0);
        stream.flush()
    }
}
