//! A plain TCP proxy: a balancer over several servers, or a cable that can be cut.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::Result;

/// How the cable is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Cable {
    /// Bytes pass.
    #[default]
    Whole,
    /// Connections end, and new ones are closed at once.
    Cut,
    /// Connections stay, but nothing passes.
    Silent,
}

/// Takes connections and passes them on.
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    cable: Mutex<Cable>,
    changed: Condvar,
    open: Mutex<Vec<TcpStream>>,
    /// Connections so far, and how many of them are dead.
    count: AtomicUsize,
    dead: AtomicUsize,
}

impl Proxy {
    /// In front of these servers, each in its turn; one that does not answer is passed over.
    pub fn start(servers: Vec<SocketAddr>) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (address, state) = (listener.local_addr()?, Arc::<State>::default());
        let accepting = Arc::clone(&state);
        thread::spawn(move || {
            for (turn, client) in listener.incoming().flatten().enumerate() {
                let reach = (0..servers.len())
                    .map(|next| servers[(turn + next) % servers.len()])
                    .find_map(|server| TcpStream::connect(server).ok());
                if let Some(server) = reach {
                    // A client that has gone already is no matter.
                    let _ = accepting.connect(&client, &server);
                }
            }
        });
        Ok(Self { address, state })
    }

    /// Changes the cable.
    pub fn set(&self, cable: Cable) {
        *self.state.cable() = cable;
        self.state.changed.notify_all();
        if cable == Cable::Cut {
            for stream in self.state.open().drain(..) {
                // It may have ended before.
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }
}

impl Proxy {
    /// Lets the connections that there are stay silent for ever, without a word to either side, as
    /// after a firewall has forgotten them.
    pub fn forget(&self) {
        self.state.dead.store(self.state.count.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

impl State {
    fn cable(&self) -> MutexGuard<'_, Cable> {
        self.cable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> MutexGuard<'_, Vec<TcpStream>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connect(self: &Arc<Self>, client: &TcpStream, server: &TcpStream) -> std::io::Result<()> {
        let cable = self.cable();
        if *cable == Cable::Cut {
            return Ok(());
        }
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        self.open().extend([client.try_clone()?, server.try_clone()?]);
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        for (from, to) in [(client, server), (server, client)] {
            let (state, from, to) = (Arc::clone(self), from.try_clone()?, to.try_clone()?);
            thread::spawn(move || state.pass(number, from, to));
        }
        Ok(())
    }

    /// One direction, until either side ends.
    fn pass(&self, number: usize, mut from: TcpStream, mut to: TcpStream) {
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            let silent = self.changed.wait_while(self.cable(), |cable| *cable == Cable::Silent);
            drop(silent);
            if number < self.dead.load(Ordering::Relaxed) {
                continue;
            }
            if to.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        // The other side learns of it; it may know.
        let _ = from.shutdown(Shutdown::Read);
        let _ = to.shutdown(Shutdown::Write);
    }
}
