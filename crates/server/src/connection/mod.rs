//! One client's connection: its socket, its session, and the loop that reads it.
//!
//! A connection belongs to one core and is touched by that core's thread alone. What is sent to it
//! is written by the senders, without waking its task; the task only reads.

pub mod decoder;
mod dirty_list;
mod header;
mod in_flight;
mod key_use;
mod outbox;
mod patience;
pub mod session;
mod skim;
pub mod socket;

use std::cell::{Cell, RefCell};
use std::net::IpAddr;
use std::rc::Rc;
use std::task::{Poll, Waker};

use bytes::Bytes;
use chinwag_protocol::SessionUuid;

pub use dirty_list::DirtyList;
pub use in_flight::{InFlight, Send};
use outbox::{Flushed, Outbox};
use patience::Patience;
pub use session::Session;
use socket::Socket;

/// One client's connection. In memory, what a fan-out looks at stands first and side by side.
#[repr(C)]
pub struct Connection {
    /// Whether it gets an answer among the messages that are being delivered.
    pub answered_in_run: Cell<bool>,
    /// Whether its session wants the messages and news of all groups and named channels of its user.
    pub wants_channels: Cell<bool>,
    dirty: Cell<bool>,
    order: Cell<Order>,
    /// Whether it waits for the answer to a request.
    pub is_asking: Cell<bool>,
    /// Whether it is among those that wait for somebody to sign in.
    pub waits: Cell<bool>,
    /// When something last came in, in seconds of the core's clock.
    pub last_heard: Cell<u32>,
    /// Since when it has acted for nobody, in seconds of the core's clock.
    pub signed_out_since: Cell<u32>,
    dirty_list: Rc<DirtyList>,
    socket: Socket,
    outbox: RefCell<Outbox>,
    /// Names it among all connections of the node: core, slot and a counter.
    pub id: u64,
    /// Where the hub keeps it among the listeners of channels: of General, of the joined channel, and of
    /// the one that is being joined.
    pub heard: Cell<[Option<Heard>; 3]>,
    /// Whom it acts for.
    pub session: RefCell<Option<Box<Session>>>,
    /// Its sends that are not answered yet, oldest first.
    pub in_flight: RefCell<InFlight>,
    waker: RefCell<Option<Waker>>,
    /// Its session's UUID, which `ready` told.
    pub uuid: SessionUuid,
    /// How many more requests are answered that come too fast, or before anybody signs in.
    patience: Patience,
    /// Since when the socket has been full, in seconds of the core's clock.
    full_since: Cell<Option<u32>>,
    /// Where it comes from.
    pub address: IpAddr,
}

/// A place among the listeners of a channel.
#[derive(Clone, Copy)]
pub struct Heard {
    /// Where the hub keeps the channel.
    pub channel: u32,
    /// Where the connection stands among its listeners.
    pub place: u32,
}

/// What others want the connection's task to do, the strongest last.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Order {
    #[default]
    None,
    /// Its access key has ended.
    SignOut,
    /// Answer what is under way, then close.
    Close(CloseReason),
    /// It is of no use any more: the peer is gone.
    Abandon,
}

/// Why the server closes a connection.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CloseReason {
    /// The server stops.
    GoingAway,
    /// The store holds less than before.
    Reset,
    /// The client reads too slowly.
    TooSlow,
    /// Nobody signed in.
    NotSignedIn,
    /// Requests come without a pause, from nobody or beyond the user's budget.
    TooManyRequests,
    /// The user has signed in on too many other connections since.
    TooManySessions,
}

impl Connection {
    /// A connection that has just been upgraded.
    pub fn new(id: u64, socket: Socket, address: IpAddr, dirty_list: Rc<DirtyList>) -> Self {
        let now = dirty_list.now();
        Self {
            id,
            uuid: SessionUuid::random(),
            address,
            session: RefCell::default(),
            in_flight: RefCell::default(),
            heard: Cell::default(),
            answered_in_run: Cell::default(),
            wants_channels: Cell::default(),
            is_asking: Cell::default(),
            waits: Cell::default(),
            last_heard: Cell::new(now),
            signed_out_since: Cell::new(now),
            patience: Patience::new(now),
            full_since: Cell::default(),
            dirty_list,
            socket,
            outbox: RefCell::default(),
            dirty: Cell::default(),
            order: Cell::default(),
            waker: RefCell::default(),
        }
    }

    /// Queues a frame. It is written before its core waits again.
    pub fn send(self: &Rc<Self>, frame: Bytes) {
        self.outbox.borrow_mut().push(frame);
        self.mark_dirty();
    }

    fn mark_dirty(self: &Rc<Self>) {
        if !self.dirty.replace(true) {
            self.dirty_list.add(self);
        }
    }

    /// Writes frames at once, where nothing waits before them and the socket takes them.
    pub fn write(self: &Rc<Self>, frames: &Bytes) {
        if !self.outbox.borrow().is_empty() {
            return self.send(frames.clone());
        }
        match self.socket.try_write_unnoted(frames) {
            Ok(written) if written < frames.len() => {
                self.outbox.borrow_mut().push_rest(frames.slice(written..));
                self.mark_dirty();
            }
            Ok(_) if self.socket.try_flush().is_ok() => {}
            // Taken, and encrypted, but not all of it is on its way.
            Ok(_) => self.mark_dirty(),
            // Queued and tried again: errors are dealt with there.
            Err(_) => self.send(frames.clone()),
        }
    }

    /// Queues a frame that a slow reader is spared.
    pub fn send_if_keeping_up(self: &Rc<Self>, frame: Bytes) {
        if self.outbox.borrow().is_congested() {
            self.dirty_list.dropped_frames.increment(1);
        } else {
            self.send(frame);
        }
    }

    /// Writes what is queued. What the socket does not take is written when it does.
    pub fn flush(self: &Rc<Self>) {
        self.dirty.set(false);
        if self.full_since.get().is_some() {
            self.outbox.borrow_mut().own();
        } else {
            match self.outbox.borrow_mut().flush(&self.socket) {
                Ok(Flushed::All) => return,
                Ok(Flushed::Some) => self.drain_later(),
                Err(_) => return self.order(Order::Abandon),
            }
        }
        if self.outbox.borrow().is_overfull()
            && self.order.get() < Order::Close(CloseReason::TooSlow)
        {
            self.dirty_list.slow_closes.increment(1);
            self.outbox.borrow_mut().drop_unbegun();
            self.order(Order::Close(CloseReason::TooSlow));
        }
    }

    /// Bytes that the socket has not taken yet.
    pub fn waiting_bytes(&self) -> usize {
        self.outbox.borrow().bytes()
    }

    /// Whether so much waits that no further answer should be made.
    pub fn is_congested(&self) -> bool {
        self.outbox.borrow().is_congested()
    }

    /// Counts a request that nobody's budget pays for; ends the connection when there are too many.
    pub fn try_patience(&self) {
        if !self.patience.take(self.dirty_list.now()) {
            self.close(CloseReason::TooManyRequests);
        }
    }

    /// Asks the connection to end.
    pub fn close(&self, reason: CloseReason) {
        self.order(Order::Close(reason));
    }

    /// Tells the connection that its access key has ended.
    pub fn sign_out(&self) {
        self.order(Order::SignOut);
    }

    /// Takes back the order to sign out: the session that it was meant for has ended.
    pub fn forget_sign_out(&self) {
        if self.order.get() == Order::SignOut {
            self.order.set(Order::None);
        }
    }

    /// Looks after a connection that may be dead: pings it when it is quiet, gives it up when it
    /// stays so or takes nothing. `sign_in_deadline` is in seconds.
    pub fn look_after(self: &Rc<Self>, now: u32, sign_in_deadline: u32, ping: &Bytes) {
        let quiet = now.saturating_sub(self.last_heard.get());
        let full = self.full_since.get().map_or(0, |since| now.saturating_sub(since));
        if quiet >= DEAD_AFTER || full >= FULL_AFTER {
            self.order(Order::Abandon);
        } else if self.session.borrow().is_none()
            && now.saturating_sub(self.signed_out_since.get()) >= sign_in_deadline
        {
            self.close(CloseReason::NotSignedIn);
        } else if quiet >= PING_AFTER {
            self.send(ping.clone());
        }
    }

    /// Wakes the task to look at `in_flight` again.
    pub fn wake(&self) {
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }

    fn order(&self, order: Order) {
        if order > self.order.get() {
            self.order.set(order);
            self.wake();
        }
    }

    /// Writes the rest in a task of its own, as the socket takes it.
    fn drain_later(self: &Rc<Self>) {
        self.full_since.set(Some(self.dirty_list.now()));
        let connection = Rc::clone(self);
        tokio::task::spawn_local(async move {
            while connection.socket.writable().await.is_ok() {
                let flushed = connection.outbox.borrow_mut().flush(&connection.socket);
                if !connection.is_congested() {
                    connection.wake();
                }
                match flushed {
                    Ok(Flushed::Some) if connection.order.get() == Order::Abandon => return,
                    Ok(Flushed::Some) => {
                        connection.full_since.set(Some(connection.dirty_list.now()));
                    }
                    Ok(Flushed::All) => {
                        connection.full_since.set(None);
                        return connection.wake();
                    }
                    Err(_) => return connection.order(Order::Abandon),
                }
            }
        });
    }

    /// The socket, for its reader.
    pub fn socket(&self) -> &Socket {
        &self.socket
    }

    /// What others want its task to do.
    pub fn ordered(&self) -> Order {
        self.order.get()
    }

    /// Gives it up: nothing more is written.
    pub fn abandon(&self) {
        self.order.set(Order::Abandon);
    }

    /// Waits until there is something to read, or an order. Where something is there already,
    /// other connections go first.
    pub async fn readable(&self) -> std::io::Result<()> {
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

    /// Waits until the condition holds, looking again whenever the connection is woken.
    pub async fn woken_until(&self, condition: impl Fn() -> bool) {
        std::future::poll_fn(|context| {
            if condition() {
                return Poll::Ready(());
            }
            self.waker.replace(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }
}

// An idle connection is no larger than it has to be: with the two counters of `Rc` 320 bytes, one of the
// allocator's sizes.
const _: () = assert!(size_of::<Connection>() <= 304);

/// Seconds of quiet after which a connection is pinged.
const PING_AFTER: u32 = 30;

/// Seconds of quiet after which a connection is given up. The core looks every 5 seconds,
/// so that none lives past 60.
const DEAD_AFTER: u32 = 50;

/// Seconds for which a socket may take nothing.
const FULL_AFTER: u32 = 5;
