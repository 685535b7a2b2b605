//! A core: one thread with its own event loop, its own sockets and its own part of the hub.
//!
//! Cores share nothing but the store. What concerns several of them reaches each as one batch in
//! its mailbox.

mod answered;
mod answers;
mod fan_out;
mod hub;
mod key_use;
mod members;
mod open_socket;
mod revocation;
mod waiting;

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chinwag_protocol::{RequestId, SessionUuid, UserUuid};
use chinwag_store::{Append, KeyDigest, User};
use slab::Slab;
use tokio::net::TcpStream;
use tokio::runtime;
use tokio::sync::Notify;
use tokio::task::LocalSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;
use crate::connection::socket::Socket;
use crate::connection::{CloseReason, Connection, DirtyList};
use crate::limits::admission::Place;
use crate::mailbox::{Mailbox, SignedIn, Work};
use crate::refused::Refused;
use crate::reply;
use crate::wire::{self, Opcode};
use hub::Hub;
pub use open_socket::OpenSocket;
use waiting::Waiting;

/// How many bytes one read takes, and so the most that is held of requests that wait.
const SCRATCH: usize = 16 * 1024;

/// Connections on which nobody has signed in may take this part of all places: a quarter.
const WAITING_SHARE: usize = 4;

/// How often a core looks after its connections, in seconds.
pub const LOOK_EVERY: u32 = 5;

/// Serves a new client of a core, in a task of its own.
pub type Door = Box<dyn Fn(&Rc<Core>, TcpStream, IpAddr, Place)>;

/// One core's connections and their part of the hub.
pub struct Core {
    /// What all cores share.
    pub app: Arc<App>,
    /// The frame that keeps connections alive.
    pub ping: Bytes,
    /// Who is signed in here and hears what.
    pub hub: RefCell<Hub>,
    index: u64,
    mailbox: Arc<Mailbox>,
    connections: RefCell<Slab<Rc<Connection>>>,
    waiting: RefCell<Waiting>,
    opened: Cell<u64>,
    dirty_list: Rc<DirtyList>,
    /// Messages for the store, from all connections that are read in this turn: together they cost
    /// one commit and one fan-out.
    appends: RefCell<Vec<Append>>,
    appended: Notify,
    door: Door,
    scratch: RefCell<Box<[u8]>>,
    stopping: Cell<bool>,
}

/// Runs a core until its mailbox says to stop and its connections are closed.
pub fn run(app: Arc<App>, index: usize, mailbox: Arc<Mailbox>, door: Door) -> std::io::Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let waiting = Waiting::new(app.admission.most() / WAITING_SHARE / app.cores.len());
    let core = Rc::new(Core {
        ping: wire::control(Opcode::Ping, b""),
        hub: RefCell::new(Hub::new(Arc::clone(&mailbox))),
        index: index as u64,
        mailbox,
        connections: RefCell::default(),
        waiting: RefCell::new(waiting),
        opened: Cell::new(0),
        dirty_list: DirtyList::new(app.started, &app.metrics),
        appends: RefCell::default(),
        appended: Notify::new(),
        door,
        scratch: RefCell::new(vec![0; SCRATCH].into_boxed_slice()),
        app,
        stopping: Cell::new(false),
    });
    LocalSet::new().block_on(&runtime, core.serve());
    Ok(())
}

impl Core {
    /// Names a connection: 8 bits of core, 24 of slot, 32 of a counter.
    const SLOT_BITS: u32 = 24;
    const SLOT_SHIFT: u32 = 32;

    /// Where a connection's core keeps it.
    fn slot(id: u64) -> usize {
        (id >> Self::SLOT_SHIFT) as usize & ((1 << Self::SLOT_BITS) - 1)
    }

    async fn serve(self: Rc<Self>) {
        let mut look = interval(Duration::from_secs(u64::from(LOOK_EVERY)));
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                work = self.mailbox.take() => {
                    self.take_all(work);
                    self.flush();
                }
                // Told once the connections that were ready before have had their turn.
                () = self.appended.notified() => self.hand_over(),
                _ = look.tick() => self.look_after_connections(),
            }
            if self.stopping.get() && self.mailbox.connections() == 0 {
                return;
            }
        }
    }

    /// Takes all that waited in the mailbox, in order. Batches of one channel that stand together become one.
    fn take_all(self: &Rc<Self>, work: Vec<Work>) {
        let mut work = work.into_iter();
        while let Some(next) = work.next() {
            let batches = work.as_slice().iter().map_while(Work::batch);
            let joined = next.batch().and_then(|batch| batch.join(batches));
            let Some((batch, joined)) = joined else {
                self.take(next, work.len() == 0);
                continue;
            };
            work.by_ref().take(joined).for_each(drop);
            self.deliver(&batch, work.len() == 0);
        }
    }

    fn take(self: &Rc<Self>, work: Work, last: bool) {
        match work {
            Work::Socket(socket, address, place) => self.open(socket, address, place),
            Work::Batch(batch) => self.deliver(&batch, last),
            // The asker may have gone.
            Work::Sessions(to) => drop(to.send(self.sessions())),
            Work::Leave(connection) => self.close_silent(connection),
            Work::Everybody(frame) => self.tell_everybody(&frame, None),
            Work::Stop => {
                self.stopping.set(true);
                self.close_all(CloseReason::GoingAway);
            }
            Work::Look => {}
        }
    }

    fn open(self: &Rc<Self>, socket: std::net::TcpStream, address: SocketAddr, place: Place) {
        match TcpStream::from_std(socket) {
            Ok(socket) => (self.door)(self, socket, address.ip(), place),
            Err(error) => {
                self.mailbox.connection_ended();
                tracing::warn!(%error, "failed to take a connection");
            }
        }
    }

    /// Adds an upgraded connection.
    pub fn add(self: &Rc<Self>, socket: Socket, address: IpAddr) -> Rc<Connection> {
        let mut connections = self.connections.borrow_mut();
        let entry = connections.vacant_entry();
        let count = self.opened.replace(self.opened.get() + 1) & u64::from(u32::MAX);
        let id = (self.index << 56) | ((entry.key() as u64) << Self::SLOT_SHIFT) | count;
        let connection = Rc::new(Connection::new(id, socket, address, Rc::clone(&self.dirty_list)));
        entry.insert(Rc::clone(&connection));
        drop(connections);
        self.waiting.borrow_mut().add(&connection, |id| self.connection(id));
        self.app.metrics.connections.increment(1);
        if self.stopping.get() {
            connection.close(CloseReason::GoingAway);
        }
        connection
    }

    /// Removes a connection that has ended.
    pub fn remove(&self, connection: &Connection) {
        self.hub.borrow_mut().end_entering(connection);
        self.end_waiting(connection);
        self.connections.borrow_mut().try_remove(Self::slot(connection.id));
        self.app.metrics.connections.decrement(1);
    }

    /// Notes that a connection waits for nobody to sign in any more.
    pub fn end_waiting(&self, connection: &Connection) {
        self.waiting.borrow_mut().remove(connection);
    }

    /// Notes that a socket's connection is closed.
    pub fn socket_closed(&self) {
        self.mailbox.connection_ended();
    }

    /// The connection of this name, if it is on this core and still there.
    pub fn connection(&self, id: u64) -> Option<Rc<Connection>> {
        if id >> 56 != self.index {
            return None;
        }
        let connections = self.connections.borrow();
        let connection = connections.get(Self::slot(id))?;
        (connection.id == id).then(|| Rc::clone(connection))
    }

    /// The keys of all sessions here, each once.
    pub fn keys_in_use(&self) -> HashSet<(UserUuid, KeyDigest)> {
        let connections = self.connections.borrow();
        let sessions = connections.iter().filter_map(|(_, connection)| {
            let session = connection.session.borrow();
            session.as_ref().map(|session| (session.user.uuid, session.key))
        });
        sessions.collect()
    }

    /// The sessions here.
    fn sessions(&self) -> Vec<SignedIn> {
        let connections = self.connections.borrow();
        let sessions = connections.iter().filter_map(|(_, connection)| {
            let session = connection.session.borrow();
            let session = session.as_ref()?;
            let (user, since) = (session.user.clone(), session.seat.since());
            Some(SignedIn { user, address: connection.address, since })
        });
        sessions.collect()
    }

    /// Sends a frame to every signed-in session but one.
    pub fn tell_everybody(self: &Rc<Self>, frame: &Bytes, except: Option<SessionUuid>) {
        for (_, connection) in &*self.connections.borrow() {
            if connection.session.borrow().is_some() && Some(connection.uuid) != except {
                connection.send_if_keeping_up(frame.clone());
            }
        }
    }

    /// Asks every connection to end.
    pub fn close_all(&self, reason: CloseReason) {
        for (_, connection) in &*self.connections.borrow() {
            connection.close(reason);
        }
    }

    /// Answers a request that is refused.
    pub fn refuse(
        &self,
        connection: &Rc<Connection>,
        id: Option<RequestId>,
        kind: &str,
        refused: Refused,
    ) {
        if let Some(cause) = &refused.cause {
            self.app.outage.note(cause);
        }
        self.app.metrics.refuse(refused.code);
        connection.send(reply::refusal(id, kind, refused));
    }

    /// Takes a message for the store, at this turn's end.
    pub fn append(&self, append: Append) {
        let mut appends = self.appends.borrow_mut();
        appends.push(append);
        if appends.len() == 1 {
            self.appended.notify_one();
        }
    }

    /// Hands this turn's messages to the store.
    fn hand_over(self: &Rc<Self>) {
        let appends = self.appends.take();
        if appends.is_empty() {
            return;
        }
        for (ticket, error) in self.app.store.append(appends) {
            self.refuse_send(ticket, Arc::new(error.into()));
        }
        self.flush();
    }

    /// Ends the connection's session: it leaves its channel and goes offline.
    pub fn sign_off(self: &Rc<Self>, connection: &Connection) -> Option<User> {
        // What it has sent comes before the news that it is gone.
        self.hand_over();
        self.hub.borrow_mut().remove(connection);
        connection.forget_sign_out();
        connection.wants_channels.set(false);
        let session = connection.session.borrow_mut().take()?;
        connection.signed_out_since.set(self.now());
        session.seat.leave(self.now());
        let joined = session.joined.map(|joined| joined.channel);
        self.app.store.session_ended(&session.user, connection.uuid, joined);
        self.app.metrics.sessions.decrement(1);
        Some(session.user)
    }

    /// Ends the session that has been silent longest of a user's too many, on whichever core it is.
    pub fn close_silent(&self, id: u64) {
        if let Some(connection) = self.connection(id) {
            connection.close(CloseReason::TooManySessions);
        } else if id >> 56 != self.index
            && let Some(core) = usize::try_from(id >> 56).ok().and_then(|at| self.app.cores.get(at))
        {
            core.leave(id);
        }
    }

    /// Writes all that was queued in this turn.
    pub fn flush(&self) {
        self.dirty_list.flush();
    }

    /// Lends the one read buffer of the core, so that no connection needs its own.
    pub fn with_scratch<T>(&self, work: impl FnOnce(&mut [u8]) -> T) -> T {
        work(&mut self.scratch.borrow_mut())
    }

    /// Seconds since the node was started.
    pub fn now(&self) -> u32 {
        self.dirty_list.now()
    }

    fn look_after_connections(self: &Rc<Self>) {
        let now = self.now();
        let mut waiting = 0;
        for (_, connection) in &*self.connections.borrow() {
            waiting += connection.waiting_bytes();
            connection.look_after(now, self.app.config.sign_in_deadline, &self.ping);
        }
        let connections = self.connections.borrow();
        self.note_key_uses(connections.iter().map(|(_, connection)| connection));
        drop(connections);
        self.flush();
        self.app.metrics.tell_outbox(self.index, waiting);
    }
}
