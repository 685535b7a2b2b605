//! Connections on which nobody has signed in: they may wait, but not in any number.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::rc::Rc;

use crate::connection::{CloseReason, Connection};
use crate::limits;

/// How many connections of one core may wait from one address.
const MOST_PER_ADDRESS: usize = 256;

/// The connections of a core that wait for their user to sign in, the oldest first.
///
/// Those that have signed in, are about to, or have ended are swept out when their number matters.
pub struct Waiting {
    queue: VecDeque<u64>,
    most: usize,
}

impl Waiting {
    /// Room for so many.
    pub fn new(most: usize) -> Self {
        Self { queue: VecDeque::new(), most: most.max(1) }
    }

    /// Lets one more wait. Where that is too many, the oldest goes: of its address, or of all.
    pub fn add(&mut self, newcomer: &Connection, find: impl Fn(u64) -> Option<Rc<Connection>>) {
        self.queue.push_back(newcomer.id);
        if self.queue.len() <= MOST_PER_ADDRESS.min(self.most) {
            return;
        }
        let network = limits::network(newcomer.address);
        let (mut from_there, mut oldest_from_there) = (0, None);
        self.queue.retain(|&id| {
            let Some(address) = address_of_waiting(&find, id, newcomer) else { return false };
            if limits::network(address) == network {
                from_there += 1;
                oldest_from_there.get_or_insert(id);
            }
            true
        });
        let leaves = if from_there > MOST_PER_ADDRESS {
            oldest_from_there
        } else {
            self.queue.front().copied().filter(|_| self.queue.len() > self.most)
        };
        if let Some(leaves) = leaves {
            self.queue.retain(|&id| id != leaves);
            if let Some(connection) = find(leaves) {
                connection.close(CloseReason::NotSignedIn);
            }
        }
    }
}

/// Where the connection comes from, if it still waits. The newcomer can't be found yet.
fn address_of_waiting(
    find: &impl Fn(u64) -> Option<Rc<Connection>>,
    id: u64,
    newcomer: &Connection,
) -> Option<IpAddr> {
    if id == newcomer.id {
        return Some(newcomer.address);
    }
    let connection = find(id)?;
    // Whoever is being signed in waits for the server.
    let waits = connection.session.borrow().is_none() && !connection.is_asking.get();
    waits.then_some(connection.address)
}
