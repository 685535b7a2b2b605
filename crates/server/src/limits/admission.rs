//! How many sockets may be open on this node: in all, and from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::Config;
use crate::limits;

/// Seconds after which a client that found the server full may try again.
pub const FULL_RETRY: u64 = 5;

/// Descriptors that are no client's sockets: the store's files and connections, the cores'
/// event loops, the listener, and files being served from `CLIENT_LOCATION`.
const RESERVED: u64 = 256;

/// Connections from one address where nothing else is set: a large office fits, and an attacker
/// needs many addresses to take all places.
const MOST_PER_ADDRESS: usize = 1_000;

/// Counts the open sockets and refuses those beyond the bounds.
pub struct Admission {
    most: usize,
    most_per_address: usize,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// An open socket's place, given back when it is dropped.
pub struct Place {
    admission: Arc<Admission>,
    address: Option<IpAddr>,
    /// Whether it is a socket's own, and not of a client behind a proxy.
    of_socket: bool,
}

impl Admission {
    /// The bounds of the configuration, capped by the limit of open files.
    pub fn new(config: &Config) -> Self {
        let most_files = usize::try_from(raise_file_limit()).unwrap_or(usize::MAX);
        let most = if config.max_connections == 0 { most_files } else { config.max_connections };
        if most > most_files {
            tracing::warn!("the limit of open files allows {most_files} connections, not {most}");
        }
        let most = most.min(most_files);
        let most_per_address = config.max_connections_per_address.unwrap_or_else(|| {
            // Behind a proxy many people may share the address that it names: a carrier's.
            if config.trusted_proxies.is_empty() {
                MOST_PER_ADDRESS.min(most / 2).max(1)
            } else {
                0
            }
        });
        Self::with(most, most_per_address)
    }

    fn with(most: usize, most_per_address: usize) -> Self {
        Self { most, most_per_address, open: Mutex::default() }
    }

    /// How many sockets may be open.
    pub fn most(&self) -> usize {
        self.most
    }

    /// A place for a socket from this address, if there is one left.
    pub fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        self.place(Some(address), true)
    }

    /// A place for a socket from a proxy, whose clients are counted by [`Self::admit_behind_proxy`].
    pub fn admit_proxy(self: &Arc<Self>) -> Option<Place> {
        self.place(None, true)
    }

    /// A place among those of this address, for a client on a socket that has its own already.
    pub fn admit_behind_proxy(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        self.place(Some(address), false)
    }

    fn place(self: &Arc<Self>, address: Option<IpAddr>, of_socket: bool) -> Option<Place> {
        let address = address.filter(|_| self.most_per_address > 0).map(limits::network);
        let mut open = self.lock();
        if of_socket && open.all >= self.most {
            return None;
        }
        if let Some(address) = address {
            let from_there = open.by_address.entry(address).or_default();
            if *from_there >= self.most_per_address {
                return None;
            }
            *from_there += 1;
        }
        open.all += usize::from(of_socket);
        Some(Place { admission: Arc::clone(self), address, of_socket })
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.admission.lock();
        open.all -= usize::from(self.of_socket);
        let Some(address) = self.address else { return };
        if let Some(from_there) = open.by_address.get_mut(&address) {
            *from_there -= 1;
            if *from_there == 0 {
                open.by_address.remove(&address);
            }
        }
    }
}

/// Raises the limit of open files as far as this process may, and returns how many sockets it
/// leaves room for.
fn raise_file_limit() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_ok();
    let files = if raised { maximum } else { current };
    files.unwrap_or(u64::MAX).saturating_sub(RESERVED).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn places_end_and_come_back() {
        let admission = Arc::new(Admission::with(3, 2));
        let first = admission.admit(address("192.0.2.1"));
        let second = admission.admit(address("192.0.2.1"));
        assert!(first.is_some() && second.is_some());
        assert!(admission.admit(address("192.0.2.1")).is_none(), "two from there are open");
        let other = admission.admit(address("192.0.2.2"));
        assert!(other.is_some());
        assert!(admission.admit(address("192.0.2.3")).is_none(), "three are open");
        drop(first);
        assert!(admission.admit(address("192.0.2.1")).is_some());
        drop((second, other));
        assert!(admission.lock().by_address.is_empty());
        assert_eq!(admission.lock().all, 0);
    }

    #[test]
    fn clients_behind_a_proxy_are_counted_by_their_own_address() {
        let admission = Arc::new(Admission::with(3, 1));
        let sockets: Vec<_> = (0..3).map(|_| admission.admit_proxy()).collect();
        assert!(sockets.iter().all(Option::is_some) && admission.admit_proxy().is_none());
        let first = admission.admit_behind_proxy(address("192.0.2.1"));
        assert!(first.is_some());
        assert!(admission.admit_behind_proxy(address("192.0.2.1")).is_none());
        assert!(admission.admit_behind_proxy(address("192.0.2.2")).is_some());
        drop((first, sockets));
        assert!(admission.admit_behind_proxy(address("192.0.2.1")).is_some());
    }
}
