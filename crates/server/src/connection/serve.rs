//! The loop of a connection: read, take apart, act, until either side ends it.

use std::io::ErrorKind;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::task::{Poll, ready};
use std::time::Duration;

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

/// What a turn of reading ended with.
enum Turn {
    /// Everything that has come in is dealt with.
    Done,
    /// A request that has to wait for something.
    Request(Box<Result<Incoming, Refusal>>),
    /// The connection is over; answer with this code.
    Close(u16),
    /// The peer is gone.
    Gone,
}

/// What a connection keeps between two turns of reading.
struct Reader {
    decoder: Decoder,
    /// The beginning of a frame whose rest has not come in.
    pending: Vec<u8>,
}

impl Connection {
    /// Serves the connection until its end; `early` came in together with the upgrade.
    pub async fn serve(self: Rc<Self>, core: Rc<Core>, early: Vec<u8>) {
        let conversation = AssertUnwindSafe(self.converse(&core, early));
        if conversation.catch_unwind().await.is_err() {
            tracing::error!("a connection panicked");
        }
        self.order.set(Order::Abandon);
        core.sign_off(&self);
        core.remove(&self);
    }

    async fn converse(self: &Rc<Self>, core: &Rc<Core>, early: Vec<u8>) {
        let ready = Ready { session: self.uuid };
        self.send(core, wire::text(&Outgoing::Ready { ready }));
        let mut reader = Reader { decoder: Decoder::new(core.app.sizes), pending: early };
        let mut readable = !reader.pending.is_empty();
        let code = loop {
            core.flush();
            if !readable && self.readable().await.is_err() {
                break None;
            }
            readable = false;
            match self.order.get() {
                Order::None => {}
                Order::SignOut => {
                    self.order.set(Order::None);
                    self.end_revoked(core);
                }
                Order::Close(reason) => {
                    break Some(Box::pin(self.say_goodbye(core, reason)).await);
                }
                Order::Abandon => break None,
            }
            match self.turn(core, &mut reader) {
                Turn::Done => {}
                Turn::Request(request) => {
                    // Boxed, so that an idle connection holds no room for it.
                    Box::pin(self.act(core, *request)).await;
                    readable = !reader.pending.is_empty();
                }
                Turn::Close(code) => break Some(wire::close(code, "")),
                Turn::Gone => break None,
            }
        };
        if let Some(frame) = code {
            self.send(core, frame);
            core.flush();
            // The peer has its time to close, and the frame to leave; then the socket goes anyway.
            // Boxed, so that an idle connection holds no room for it.
            let _ = Box::pin(timeout(CLOSE_TIMEOUT, self.drained())).await;
        }
    }

    /// Reads once and deals with all whole frames, up to the first that has to wait.
    fn turn(self: &Rc<Self>, core: &Rc<Core>, reader: &mut Reader) -> Turn {
        let Reader { decoder, pending } = reader;
        core.with_scratch(|scratch| {
            let read = match self.socket.try_read(scratch) {
                Ok(0) => return Turn::Gone,
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock && !pending.is_empty() => 0,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Turn::Done,
                Err(_) => return Turn::Gone,
            };
            if read > 0 {
                self.last_heard.set(core.now());
            }
            if pending.is_empty() {
                let input = &mut scratch[..read];
                let (taken, turn) = self.take_frames(core, decoder, input);
                pending.extend_from_slice(&input[taken..]);
                return turn;
            }
            pending.extend_from_slice(&scratch[..read]);
            let (taken, turn) = self.take_frames(core, decoder, pending);
            pending.drain(..taken);
            if pending.is_empty() {
                *pending = Vec::new();
            }
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
        loop {
            let (length, message) = match decoder.next(&mut input[taken..]) {
                Ok(Some(read)) => read,
                Ok(None) => return (taken, Turn::Done),
                Err(Breach(code)) => return (taken, Turn::Close(code)),
            };
            let request = match message {
                Input::Text(text) => Incoming::parse(text),
                Input::Assembled(text) => Incoming::parse(&text),
                Input::TooLarge => Err(too_large()),
                Input::Binary => Err(binary()),
                Input::Ping(payload) => {
                    self.send(core, wire::control(Opcode::Pong, payload));
                    taken += length;
                    continue;
                }
                Input::Close(code) => {
                    // 1005 stands for "no code" and must not be sent.
                    let code = if code == 1005 { 1000 } else { code };
                    return (taken + length, Turn::Close(code));
                }
                Input::Pong | Input::Part => {
                    taken += length;
                    continue;
                }
            };
            taken += length;
            match request.map_or_else(
                |refusal| Some(Err(refusal)),
                |request| command::message::send_now(core, self, request).map(Ok),
            ) {
                None => {}
                Some(waits) => return (taken, Turn::Request(Box::new(waits))),
            }
        }
    }

    /// Acts on a request after all earlier ones are answered.
    async fn act(self: &Rc<Self>, core: &Rc<Core>, request: Result<Incoming, Refusal>) {
        self.woken_until(|| {
            self.in_flight.borrow().is_empty() || self.order.get() == Order::Abandon
        })
        .await;
        self.is_asking.set(true);
        match request {
            Ok(incoming) => command::run(core, self, incoming).await,
            Err(refusal) => command::refuse(core, self, refusal),
        }
        self.is_asking.set(false);
    }

    /// Waits until there is something to read, or an order.
    async fn readable(&self) -> std::io::Result<()> {
        std::future::poll_fn(|context| {
            if self.order.get() != Order::None {
                return Poll::Ready(Ok(()));
            }
            self.waker.replace(Some(context.waker().clone()));
            ready!(self.socket.poll_read_ready(context))?;
            Poll::Ready(Ok(()))
        })
        .await
    }

    /// Waits until what is under way is answered, and makes the frame to close with.
    async fn say_goodbye(self: &Rc<Self>, core: &Rc<Core>, reason: CloseReason) -> bytes::Bytes {
        match reason {
            CloseReason::TooSlow => {
                let delay = core.app.reconnect_delay();
                let reason = format!("reading too slowly; come back and catch up; retry={delay}");
                return wire::close(1013, &reason);
            }
            CloseReason::NotSignedIn => {
                return wire::close(1008, "nobody signed in; come back to do so");
            }
            CloseReason::GoingAway => {}
        }
        self.woken_until(|| {
            self.in_flight.borrow().is_empty() || self.order.get() == Order::Abandon
        })
        .await;
        wire::close(1001, &format!("going away; retry={}", core.app.reconnect_delay()))
    }

    /// Reads and throws away until the peer has closed.
    async fn drained(&self) {
        let mut end = [0; 1_024];
        while self.socket.readable().await.is_ok() {
            match self.socket.try_read(&mut end) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
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

fn too_large() -> Refusal {
    let sentence = "The request is too large.".to_owned();
    Refusal { id: None, code: ErrorCode::TooLarge, kind: "", sentence }
}

fn binary() -> Refusal {
    let sentence = "Binary frames are not understood; send JSON in text frames.".to_owned();
    Refusal { id: None, code: ErrorCode::Malformed, kind: "", sentence }
}
