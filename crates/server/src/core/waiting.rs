//! Connections on which nobody has signed in: they may wait, but not in any number.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::rc::Rc;

use crate::connection::{CloseReason, Connection};
use crate::limits;

/// How many connections of one core may wait from one address.
const MOST_PER_ADDRESS: usize = 256;

/// The connections of a core that wait for their user to sign in.
pub struct Waiting {
    all: Queue,
    by_address: HashMap<IpAddr, Queue>,
    most: usize,
}

/// Waiting connections, the oldest first.
#[derive(Default)]
struct Queue {
    /// With some that wait no more, which are passed over when their turn comes.
    ids: VecDeque<u64>,
    /// How many do wait.
    waiting: usize,
}

impl Waiting {
    /// Room for so many.
    pub fn new(most: usize) -> Self {
        Self { all: Queue::default(), by_address: HashMap::new(), most: most.max(1) }
    }

    /// Lets one more wait. Where that is too many, the oldest goes: of its address, or of all.
    pub fn add(&mut self, newcomer: &Connection, find: impl Fn(u64) -> Option<Rc<Connection>>) {
        let waits = |id| find(id).is_some_and(|other| other.waits.get());
        // A client that is being signed in waits for the server.
        let is_asking = |id| find(id).is_some_and(|other| other.is_asking.get());
        newcomer.waits.set(true);
        self.all.push(newcomer.id, waits);
        let there = self.by_address.entry(limits::network(newcomer.address)).or_default();
        there.push(newcomer.id, waits);
        let leaves = if there.waiting > MOST_PER_ADDRESS {
            there.oldest(waits, is_asking)
        } else if self.all.waiting > self.most {
            self.all.oldest(waits, is_asking)
        } else {
            None
        };
        if let Some(connection) = leaves.and_then(find) {
            self.remove(&connection);
            connection.close(CloseReason::NotSignedIn);
        }
    }

    /// Notes that a connection waits no more: somebody signed in, or it has ended.
    pub fn remove(&mut self, connection: &Connection) {
        if !connection.waits.replace(false) {
            return;
        }
        self.all.waiting -= 1;
        let address = limits::network(connection.address);
        if let Some(there) = self.by_address.get_mut(&address) {
            there.waiting -= 1;
            if there.waiting == 0 {
                self.by_address.remove(&address);
            }
        }
    }
}

impl Queue {
    fn push(&mut self, id: u64, waits: impl Fn(u64) -> bool) {
        // Swept when half of it is of no use, so that each costs the same however many wait.
        if self.ids.len() > 2 * self.waiting + 16 {
            self.ids.retain(|&id| waits(id));
        }
        self.ids.push_back(id);
        self.waiting += 1;
    }

    /// The oldest that waits and asks for nothing.
    fn oldest(
        &mut self,
        waits: impl Fn(u64) -> bool,
        is_asking: impl Fn(u64) -> bool,
    ) -> Option<u64> {
        while self.ids.pop_front_if(|&mut id| !waits(id)).is_some() {}
        self.ids.iter().copied().find(|&id| waits(id) && !is_asking(id))
    }
}
