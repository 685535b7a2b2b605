//! The loop of a connection: read, take apart, act, until either side ends it.

use std::io::ErrorKind;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use chinwag_protocol::outgoing::{Outgoing, Ready, SignedOut};
use chinwag_protocol::{ErrorCode, Incoming, Refusal};
use futures_util::FutureExt;
use tokio::time::timeout;

use super::decoder::{Breach, Decoder, Input};
use super::{CloseReason, Connection, Order};
use crate::command;
use crate::core::Core;
use crate::wire::{self, Opcode};

/// How long the peer has to answer a close frame.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(3);

/// How many bytes are read and thrown away for a peer that goes on sending, so that it gets the
/// close frame: a socket that is closed with unread bytes is reset.
const MOST_DRAINED: usize = 1024 * 1024;

/// Frames taken apart before other connections have their turn.
const FRAMES_A_TURN: usize = 64;

/// What a turn of reading ended with.
enum Turn {
    /// No whole frame is left, and the socket had nothing more.
    Done,
    /// Whole frames may be left; other connections go first.
    More,
    /// A request that has to wait for something.
    Request(Box<Result<Incoming, Refusal>>),
    /// The connection is over.
    Over(Goodbye),
}

/// How a connection ends.
enum Goodbye {
    /// The peer has sent its close frame and gets this one.
    Answer(Bytes),
    /// The server closes first, with this frame.
    Say(Bytes),
    /// The peer is gone, or not worth a frame.
    Nothing,
}

/// What a connection keeps between two turns of reading.
struct Reader {
    decoder: Decoder,
    /// Input that came in and is not dealt with yet.
    pending: Vec<u8>,
    /// The part of `pending` that is dealt with.
    taken: usize,
}

impl Reader {
    /// Passes over frames up to a close frame, and tells whether there was one. Bytes that break the
    /// protocol are passed over, too.
    fn skip_to_close(&mut self) -> bool {
        loop {
            match self.decoder.next(&mut self.pending[self.taken..]) {
                Ok(Some((_, Input::Close(_)))) => return true,
                Ok(Some((length, _))) => self.taken += length,
                Ok(None) => return false,
                Err(_) => self.taken = self.pending.len(),
            }
        }
    }

    /// Drops what is dealt with. Only called when no whole frame is left, so that the rest is short.
    fn keep_rest(&mut self) {
        self.pending.drain(..self.taken);
        self.taken = 0;
        if self.pending.is_empty() {
            self.pending = Vec::new();
        }
    }
}

impl Connection {
    /// Serves the connection until its end; `early` came in together with the upgrade.
    pub async fn serve(self: Rc<Self>, core: Rc<Core>, early: Vec<u8>) {
        let decoder = Decoder::new(core.app.sizes);
        let mut reader = Reader { decoder, pending: early, taken: 0 };
        let conversation = AssertUnwindSafe(self.converse(&core, &mut reader));
        let goodbye = conversation.catch_unwind().await.unwrap_or_else(|_| {
            tracing::error!("a connection panicked");
            Goodbye::Nothing
        });
        // The session ends here and not with the socket, for which a peer may take its time.
        core.sign_off(&self);
        // Boxed, so that an idle connection holds no room for it.
        let ended = Box::pin(self.close_socket(&core, &mut reader, goodbye));
        let _ = timeout(CLOSE_TIMEOUT, ended).await;
        self.order.set(Order::Abandon);
        core.remove(&self);
    }

    async fn converse(self: &Rc<Self>, core: &Rc<Core>, reader: &mut Reader) -> Goodbye {
        let ready = Ready { session: self.uuid };
        self.send(core, wire::text(&Outgoing::Ready { ready }));
        let mut more = !reader.pending.is_empty();
        loop {
            core.flush();
            if more {
                // Nobody keeps the core by sending without a pause.
                tokio::task::yield_now().await;
            } else if self.readable().await.is_err() {
                return Goodbye::Nothing;
            }
            match self.order.get() {
                Order::None => {}
                Order::SignOut => {
                    self.order.set(Order::None);
                    self.end_revoked(core);
                }
                Order::Close(reason) => {
                    return Goodbye::Say(Box::pin(self.say_goodbye(core, reason)).await);
                }
                Order::Abandon => return Goodbye::Nothing,
            }
            more = match self.turn(core, reader) {
                Turn::Done => false,
                Turn::More => true,
                Turn::Request(request) => {
                    // Boxed, so that an idle connection holds no room for it.
                    Box::pin(self.act(core, *request)).await;
                    !reader.pending.is_empty()
                }
                Turn::Over(goodbye) => return goodbye,
            };
        }
    }

    /// Deals with the whole frames that are here, up to the first that has to wait, and reads once
    /// when none is left: what a client sends faster than it is served stays in its socket.
    fn turn(self: &Rc<Self>, core: &Rc<Core>, reader: &mut Reader) -> Turn {
        if reader.taken < reader.pending.len() {
            let input = &mut reader.pending[reader.taken..];
            let (taken, turn) = self.take_frames(core, &mut reader.decoder, input);
            reader.taken += taken;
            if !matches!(turn, Turn::Done) {
                return turn;
            }
        }
        reader.keep_rest();
        core.with_scratch(|scratch| {
            let read = match self.socket.try_read(scratch) {
                Ok(0) => return Turn::Over(Goodbye::Nothing),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Turn::Done,
                Err(_) => return Turn::Over(Goodbye::Nothing),
            };
            self.last_heard.set(core.now());
            if reader.pending.is_empty() {
                let input = &mut scratch[..read];
                let (taken, turn) = self.take_frames(core, &mut reader.decoder, input);
                reader.pending.extend_from_slice(&input[taken..]);
                return turn;
            }
            reader.pending.extend_from_slice(&scratch[..read]);
            let (taken, turn) = self.take_frames(core, &mut reader.decoder, &mut reader.pending);
            reader.taken = taken;
            turn
        })
    }

    /// Returns how much of the input is dealt with.
    fn take_frames(
        self: &Rc<Self>,
        core: &Rc<Core>,
        decoder: &mut Decoder,
        input: &mut [u8],
    ) -> (usize, Turn) {
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
                    self.send(core, wire::control(Opcode::Pong, payload));
                    self.try_patience(core);
                    continue;
                }
                Input::Close(code) => {
                    // 1005 stands for "no code" and must not be sent.
                    let code = if code == 1005 { 1000 } else { code };
                    return (taken, Turn::Over(Goodbye::Answer(wire::close(code, ""))));
                }
                Input::Pong => {
                    self.try_patience(core);
                    continue;
                }
                Input::Part => continue,
            };
            match request.map_or_else(
                |refusal| Some(Err(refusal)),
                |request| command::message::send_now(core, self, request).map(Ok),
            ) {
                None => {}
                Some(waits) => return (taken, Turn::Request(Box::new(waits))),
            }
        }
        (taken, Turn::More)
    }

    /// Acts on a request after all earlier ones are answered, and the answers mostly taken.
    async fn act(self: &Rc<Self>, core: &Rc<Core>, request: Result<Incoming, Refusal>) {
        core.flush();
        self.woken_until(|| {
            let answered = self.in_flight.borrow().is_empty() && !self.is_congested();
            answered || self.order.get() >= Order::Close(CloseReason::TooSlow)
        })
        .await;
        if self.order.get() >= Order::Close(CloseReason::TooSlow) {
            return;
        }
        self.is_asking.set(true);
        match request {
            Ok(incoming) => command::run(core, self, incoming).await,
            Err(refusal) => command::refuse(core, self, refusal),
        }
        self.is_asking.set(false);
    }

    /// Waits until there is something to read, or an order. Where something is there already,
    /// other connections go first.
    async fn readable(&self) -> std::io::Result<()> {
        let mut waited = false;
        let readable = std::future::poll_fn(|context| {
            if self.order.get() != Order::None {
                return Poll::Ready(Ok(()));
            }
            self.waker.replace(Some(context.waker().clone()));
            let readable = self.socket.poll_read_ready(context);
            waited |= readable.is_pending();
            readable
        })
        .await;
        if !waited {
            tokio::task::yield_now().await;
        }
        readable
    }

    /// Waits until what is under way is answered, and makes the frame to close with.
    async fn say_goodbye(self: &Rc<Self>, core: &Rc<Core>, reason: CloseReason) -> Bytes {
        match reason {
            CloseReason::TooSlow => {
                let delay = core.app.reconnect_delay();
                let reason = format!("reading too slowly; come back and catch up; retry={delay}");
                return wire::close(1013, &reason);
            }
            CloseReason::NotSignedIn => {
                return wire::close(1008, "nobody signed in; come back to do so");
            }
            CloseReason::TooManyRequests => {
                return wire::close(1008, "too many requests; retry=60000");
            }
            CloseReason::TooManySessions => {
                return wire::close(1008, "too many sessions of this user; retry=60000");
            }
            CloseReason::GoingAway | CloseReason::Reset => {}
        }
        self.woken_until(|| {
            self.in_flight.borrow().is_empty() || self.order.get() == Order::Abandon
        })
        .await;
        let delay = core.app.reconnect_delay();
        if reason == CloseReason::Reset {
            return wire::close(1012, &format!("messages may be lost; read again; retry={delay}"));
        }
        wire::close(1001, &format!("going away; retry={delay}"))
    }

    /// Ends the WebSocket as RFC 6455, sections 5.5.1 and 7.1.1, has it: with both close frames
    /// sent, the server closes the socket at once.
    async fn close_socket(self: &Rc<Self>, core: &Rc<Core>, reader: &mut Reader, goodbye: Goodbye) {
        match goodbye {
            Goodbye::Nothing => {}
            Goodbye::Answer(frame) => {
                self.send(core, frame);
                core.flush();
                self.woken_until(|| {
                    self.waiting_bytes() == 0 || self.order.get() == Order::Abandon
                })
                .await;
            }
            Goodbye::Say(frame) => {
                self.send(core, frame);
                core.flush();
                self.until_peer_closes(core, reader).await;
            }
        }
    }

    /// Reads and throws away until the peer has sent its close frame or closed its socket.
    async fn until_peer_closes(&self, core: &Rc<Core>, reader: &mut Reader) {
        let mut left = MOST_DRAINED;
        while !reader.skip_to_close() {
            reader.keep_rest();
            let read: std::io::Result<_> = core.with_scratch(|scratch| {
                let read = self.socket.try_read(scratch)?;
                reader.pending.extend_from_slice(&scratch[..read]);
                Ok(read)
            });
            match read {
                Ok(0) => return,
                Ok(read) if read > left => return,
                Ok(read) => {
                    left -= read;
                    tokio::task::yield_now().await;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if self.socket.readable().await.is_err() {
                        return;
                    }
                }
                Err(_) => return,
            }
        }
    }

    /// Tells the client that its access key has ended, and forgets whom it acted for.
    fn end_revoked(self: &Rc<Self>, core: &Rc<Core>) {
        if let Some(user) = core.sign_off(self) {
            let sign_out = SignedOut { uuid: user.uuid };
            self.send(core, wire::text(&Outgoing::SignOut { id: None, sign_out }));
        }
    }
}

fn binary() -> Refusal {
    let sentence = "Binary frames are not understood; send JSON in text frames.".to_owned();
    Refusal { id: None, code: ErrorCode::Malformed, kind: "", sentence }
}
