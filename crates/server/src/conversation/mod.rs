//! The conversation with a client: read, take apart, admit, act, until either side ends it.

mod admit;
mod goodbye;
mod reader;
pub mod upgrade;

use std::io::ErrorKind;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use chinwag_protocol::outgoing::{Ready, SignedOut};
use chinwag_protocol::{Body, ErrorCode, Incoming, Refusal};
use futures_util::FutureExt;
use tokio::task::spawn_local;
use tokio::time::timeout;

use crate::commands::{self, message};
use crate::connection::decoder::{Breach, Decoder, Input};
use crate::connection::socket::Socket;
use crate::connection::{CloseReason, Connection, Order};
use crate::core::{Core, OpenSocket};
use crate::limits::admission::Place;
use crate::wire::{self, Opcode};
use admit::{Rejected, admit};
use goodbye::Goodbye;
use reader::Reader;

/// How long the peer has to answer a close frame.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(3);

/// Frames taken apart before other connections have their turn.
const FRAMES_A_TURN: usize = 64;

/// What a turn of reading ended with.
enum Turn {
    /// No whole frame is left, and the socket had nothing more.
    Done,
    /// Whole frames may be left; other connections go first.
    More,
    /// A request that has to wait for something, or for its refusal's turn.
    Request(Result<Box<Incoming>, Box<Rejected>>),
    /// The connection is over.
    Over(Goodbye),
}

/// One client's connection, on its core.
struct Conversation {
    core: Rc<Core>,
    connection: Rc<Connection>,
}

/// The most bytes of a connection's task: with what tokio adds, 384.
const MOST_OF_A_TASK: usize = 280;

/// Serves an upgraded socket until its end, in a task of its own; `early` came in together with the upgrade.
///
/// The task is much of an idle connection. So it is a new one, which holds nothing of the upgrade, and one
/// block: an `async fn` holds what it is called with twice.
fn begin(
    core: Rc<Core>,
    socket: Socket,
    address: IpAddr,
    early: Vec<u8>,
    held: (Rc<OpenSocket>, Option<Place>),
) {
    let connection = core.add(socket, address);
    let mut reader = Reader::new(core.app.sizes, early);
    let conversation = Conversation { core, connection };
    spawn_small(async move {
        let goodbye = AssertUnwindSafe(conversation.hold(&mut reader)).catch_unwind().await;
        // Boxed, so that an idle connection holds no room for it.
        Box::pin(conversation.finish(&mut reader, goodbye)).await;
        drop(held);
    });
}

fn spawn_small<F: Future<Output = ()> + 'static>(task: F) {
    const { assert!(size_of::<F>() <= MOST_OF_A_TASK) };
    spawn_local(task);
}

impl Conversation {
    /// Takes leave of the client and of the core.
    async fn finish(&self, reader: &mut Reader, goodbye: thread::Result<Goodbye>) {
        let Self { core, connection } = self;
        let goodbye = goodbye.unwrap_or_else(|_| {
            tracing::error!("a connection panicked");
            Goodbye::Nothing
        });
        // The session ends here and not with the socket, for which a peer may take its time.
        core.sign_off(connection);
        let _ = timeout(CLOSE_TIMEOUT, self.end(reader, goodbye)).await;
        connection.abandon();
        core.remove(connection);
    }

    async fn hold(&self, reader: &mut Reader) -> Goodbye {
        let Self { core, connection } = self;
        let registration = core.app.config.registration;
        let ready = Ready { session: connection.uuid, registration };
        connection.send(wire::text(&Body::Ready(ready).into()));
        let mut more = reader.holds_more();
        loop {
            core.flush();
            if more {
                // Nobody keeps the core by sending without a pause.
                tokio::task::yield_now().await;
            } else if connection.readable().await.is_err() {
                return Goodbye::Nothing;
            }
            match connection.ordered() {
                Order::None => {}
                Order::SignOut => self.end_revoked(),
                Order::Close(reason) => {
                    return Goodbye::Say(Box::pin(self.say_goodbye(reason)).await);
                }
                Order::Abandon => return Goodbye::Nothing,
            }
            more = match self.turn(reader) {
                Turn::Done => false,
                Turn::More => true,
                Turn::Request(request) => {
                    // Boxed, so that an idle connection holds no room for it.
                    Box::pin(self.act(request)).await;
                    reader.holds_more()
                }
                Turn::Over(goodbye) => return goodbye,
            };
        }
    }

    /// Deals with the whole frames that are here, up to the first that has to wait, and reads once
    /// when none is left: what a client sends faster than it is served stays in its socket.
    fn turn(&self, reader: &mut Reader) -> Turn {
        if reader.taken < reader.pending.len() {
            let input = &mut reader.pending[reader.taken..];
            let (taken, turn) = self.take_frames(&mut reader.decoder, input);
            reader.taken += taken;
            if !matches!(turn, Turn::Done) {
                return turn;
            }
        }
        reader.keep_rest();
        self.core.with_scratch(|scratch| {
            let read = match self.connection.socket().try_read(scratch) {
                Ok(0) => return Turn::Over(Goodbye::Nothing),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Turn::Done,
                Err(_) => return Turn::Over(Goodbye::Nothing),
            };
            self.connection.last_heard.set(self.core.now());
            if reader.pending.is_empty() {
                let input = &mut scratch[..read];
                let (taken, turn) = self.take_frames(&mut reader.decoder, input);
                reader.pending.extend_from_slice(&input[taken..]);
                return turn;
            }
            reader.pending.extend_from_slice(&scratch[..read]);
            let (taken, turn) = self.take_frames(&mut reader.decoder, &mut reader.pending);
            reader.taken = taken;
            turn
        })
    }

    /// Returns how much of the input is dealt with.
    fn take_frames(&self, decoder: &mut Decoder, input: &mut [u8]) -> (usize, Turn) {
        let mut taken = 0;
        for _ in 0..FRAMES_A_TURN {
            let (length, message) = match decoder.next(&mut input[taken..]) {
                Ok(Some(read)) => read,
                Ok(None) => return (taken, Turn::Done),
                Err(Breach(code)) => {
                    return (taken, Turn::Over(Goodbye::Say(wire::close(code, ""))));
                }
            };
            taken += length;
            let request = match message {
                Input::Text(text) => Incoming::parse(text),
                Input::Assembled(text) => Incoming::parse(&text),
                Input::TooLarge(head) => Err(Refusal::too_large(&head)),
                Input::Binary => Err(binary()),
                Input::Ping(payload) => {
                    self.connection.send(wire::control(Opcode::Pong, payload));
                    self.connection.try_patience();
                    continue;
                }
                Input::Close(code) => {
                    // 1005 stands for "no code" and must not be sent.
                    let code = if code == 1005 { 1000 } else { code };
                    return (taken, Turn::Over(Goodbye::Answer(wire::close(code, ""))));
                }
                Input::Pong => {
                    self.connection.try_patience();
                    continue;
                }
                Input::Part => continue,
            };
            match admit(&self.connection, request) {
                Ok(admitted) => {
                    let waits = message::send_now(&self.core, &self.connection, admitted);
                    if let Some(request) = waits {
                        return (taken, Turn::Request(Ok(Box::new(request))));
                    }
                }
                Err(rejected) => return (taken, Turn::Request(Err(rejected))),
            }
        }
        (taken, Turn::More)
    }

    /// Acts on a request after all earlier ones are answered, and the answers mostly taken.
    async fn act(&self, request: Result<Box<Incoming>, Box<Rejected>>) {
        let Self { core, connection } = self;
        core.flush();
        let is_closing = || connection.ordered() >= Order::Close(CloseReason::TooSlow);
        connection
            .woken_until(|| {
                let answered =
                    connection.in_flight.borrow().is_empty() && !connection.is_congested();
                answered || is_closing()
            })
            .await;
        if is_closing() {
            return;
        }
        connection.is_asking.set(true);
        match request {
            Ok(incoming) => commands::run(core, connection, *incoming).await,
            Err(rejected) => {
                let Rejected { id, kind, refused } = *rejected;
                core.refuse(connection, id, kind, refused);
            }
        }
        connection.is_asking.set(false);
    }

    /// Tells the client that its access key has ended, and forgets whom it acted for.
    fn end_revoked(&self) {
        self.connection.forget_sign_out();
        if let Some(user) = self.core.sign_off(&self.connection) {
            let sign_out = SignedOut { uuid: user.uuid };
            self.connection.send(wire::text(&Body::SignOut(sign_out).into()));
        }
    }
}

fn binary() -> Refusal {
    let sentence = "Binary frames are not understood; send JSON in text frames.".to_owned();
    Refusal { id: None, code: ErrorCode::Malformed, kind: "", sentence }
}
