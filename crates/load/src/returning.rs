//! Clients that come back by themselves, as the web client does, when their server goes.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use chinwag_testbed::Random;
use memchr::memmem;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::crew::join;
use crate::frame::{self, CLOSE, Frame, PING, PONG, TEXT};

/// How long nobody may get anywhere.
const PATIENCE: Duration = Duration::from_secs(30);

/// The first wait of a client that was told none, doubled each time up to the last.
const FIRST_WAIT: u64 = 500;
const LAST_WAIT: u64 = 30_000;

/// A crowd, each with a user of their own.
pub struct Returning {
    poll: Poll,
    address: SocketAddr,
    clients: Vec<Client>,
    scratch: Vec<u8>,
    /// In General now.
    pub joined: usize,
    /// Lost connections whose server had said how long to stay away.
    pub told: u64,
    /// Lost connections, and attempts that failed, without a word.
    pub untold: u64,
    random: Random,
}

struct Client {
    key: String,
    socket: Option<TcpStream>,
    input: Vec<u8>,
    upgraded: bool,
    joined: bool,
    attempts: u32,
    /// When to connect; nothing while connected.
    due: Option<Instant>,
}

impl Returning {
    /// A crowd with these access keys, which comes within so many milliseconds.
    pub fn new(address: SocketAddr, keys: Vec<String>, within: u64) -> Result<Self> {
        let mut random = Random::new(20_260_101);
        let start = Instant::now();
        let mut client = |key| {
            let due = Some(start + Duration::from_millis(random.below(within)));
            Client {
                key,
                socket: None,
                input: Vec::new(),
                upgraded: false,
                joined: false,
                attempts: 0,
                due,
            }
        };
        let clients = keys.into_iter().map(&mut client).collect();
        let (poll, scratch) = (Poll::new()?, vec![0; 256 * 1024]);
        Ok(Self { poll, address, clients, scratch, joined: 0, told: 0, untold: 0, random })
    }

    /// Lets everybody come and go until the crowd says that it is enough.
    pub fn until(&mut self, enough: impl Fn(&Self) -> bool) -> Result<()> {
        let (mut events, mut alive, mut before) = (Events::with_capacity(4_096), Instant::now(), 0);
        while !enough(self) {
            self.connect_those_due()?;
            self.poll.poll(&mut events, Some(Duration::from_millis(5)))?;
            for event in &events {
                self.serve(event.token().0)?;
            }
            if self.joined != before || self.joined == self.len() {
                (before, alive) = (self.joined, Instant::now());
            }
            ensure!(alive.elapsed() < PATIENCE, "only {} are in General", self.joined);
        }
        Ok(())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.clients.len()
    }

    fn connect_those_due(&mut self) -> Result<()> {
        let now = Instant::now();
        for index in 0..self.clients.len() {
            let client = &mut self.clients[index];
            if client.due.is_none_or(|due| due > now) {
                continue;
            }
            client.due = None;
            let mut socket = TcpStream::connect(self.address)?;
            let interest = Interest::READABLE | Interest::WRITABLE;
            self.poll.registry().register(&mut socket, Token(index), interest)?;
            (client.socket, client.upgraded) = (Some(socket), false);
            client.input.clear();
        }
        Ok(())
    }

    fn serve(&mut self, index: usize) -> Result<()> {
        let client = &mut self.clients[index];
        let Some(socket) = &mut client.socket else { return Ok(()) };
        if !client.upgraded && client.input.is_empty() {
            // The first event tells that the connection is there, or that there is none.
            let connected = socket.take_error()?.is_none() && socket.peer_addr().is_ok();
            if !connected {
                return self.lose(index, None);
            }
            let request = format!(
                "GET /ws HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                 Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                self.address
            );
            client.input.push(0);
            if socket.write_all(request.as_bytes()).is_err() {
                return self.lose(index, None);
            }
        }
        loop {
            match socket.read(&mut self.scratch) {
                Ok(0) => return self.lose(index, None),
                Ok(read) => client.input.extend_from_slice(&self.scratch[..read]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => return self.lose(index, None),
            }
        }
        match client.take()? {
            Step::Nothing => {}
            Step::Joined => self.joined += 1,
            Step::Closed(wait) => return self.lose(index, wait),
        }
        Ok(())
    }

    fn lose(&mut self, index: usize, told: Option<u64>) -> Result<()> {
        let client = &mut self.clients[index];
        if let Some(mut socket) = client.socket.take() {
            self.poll.registry().deregister(&mut socket)?;
        }
        if std::mem::take(&mut client.joined) {
            (self.joined, client.attempts) = (self.joined - 1, 0);
        }
        let wait = if let Some(wait) = told {
            self.told += 1;
            wait
        } else {
            self.untold += 1;
            let longest = LAST_WAIT.min(FIRST_WAIT << client.attempts.min(10));
            client.attempts += 1;
            longest / 2 + self.random.below(longest / 2)
        };
        client.due = Some(Instant::now() + Duration::from_millis(wait));
        Ok(())
    }
}

/// What came of a client's frames.
enum Step {
    Nothing,
    Joined,
    /// With the milliseconds that it is to stay away, if the server said so.
    Closed(Option<u64>),
}

impl Client {
    fn take(&mut self) -> Result<Step> {
        let mut input = std::mem::take(&mut self.input);
        let mut taken = 0;
        if !self.upgraded {
            let Some(end) = memmem::find(&input, b"\r\n\r\n") else {
                self.input = input;
                return Ok(Step::Nothing);
            };
            // The first byte is a mark of ours.
            ensure!(input[1..].starts_with(b"HTTP/1.1 101 "), "an upgrade was refused");
            (self.upgraded, taken) = (true, end + 4);
        }
        let mut step = Step::Nothing;
        while let Some((Frame { opcode, payload }, length)) = frame::next(&input[taken..]) {
            match opcode {
                TEXT if payload.starts_with(br#"{"type":"ready""#) => {
                    let key = &self.key;
                    self.send(
                        TEXT,
                        &format!(r#"{{"type":"signIn","signIn":{{"accessKey":"{key}"}}}}"#),
                    );
                }
                TEXT if payload.starts_with(br#"{"type":"authorized""#) => {
                    self.send(TEXT, &join(""));
                }
                TEXT if payload.starts_with(br#"{"type":"channelJoin""#) => {
                    (self.joined, step) = (true, Step::Joined);
                }
                TEXT if payload.starts_with(br#"{"type":"error""#) => {
                    bail!("the server answered {}", String::from_utf8_lossy(payload))
                }
                PING => self.send(PONG, ""),
                CLOSE => return Ok(Step::Closed(wait(payload))),
                _ => {}
            }
            taken += length;
        }
        input.drain(..taken);
        self.input = input;
        Ok(step)
    }

    /// Little goes out on a connection: what the socket does not take at once is lost with it.
    fn send(&mut self, opcode: u8, text: &str) {
        let mut out = Vec::new();
        frame::write_masked(&mut out, opcode, text.as_bytes());
        if let Some(socket) = &mut self.socket {
            let _ = socket.write_all(&out);
        }
    }
}

/// The wait in the reason of a close frame.
fn wait(payload: &[u8]) -> Option<u64> {
    let reason = std::str::from_utf8(payload.get(2..)?).ok()?;
    reason.split_once("retry=")?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_read_from_the_close_frame() {
        assert_eq!(wait(b"\x03\xe9going away; retry=1234"), Some(1_234));
        assert_eq!(wait(b"\x03\xe9bye"), None);
        assert_eq!(wait(b""), None);
    }
}
