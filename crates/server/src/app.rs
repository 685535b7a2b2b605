//! What all cores share, built once and passed on.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use chinwag_store::Store;
use tokio::sync::{Notify, watch};

use crate::config::Config;
use crate::connection::decoder::Sizes;
use crate::feed::Dispatcher;
use crate::files::Files;
use crate::followers::search::Search;
use crate::limits::Limits;
use crate::limits::admission::Admission;
use crate::limits::people::People;
use crate::mailbox::Mailbox;
use crate::metrics::Metrics;
use crate::outage::Outage;
use crate::passwords::Passwords;
use crate::push::Push;
use crate::readiness::Readiness;
use crate::refusals::Refusals;
use crate::side::Side;
use crate::tls::Tls;

/// What all cores share.
pub struct App {
    /// The settings.
    pub config: Config,
    /// What all nodes share.
    pub store: Arc<dyn Store>,
    /// Finds messages.
    pub search: Search,
    /// Whether the store does its work.
    pub readiness: Readiness,
    /// Hashes and verifies passwords.
    pub passwords: Passwords,
    /// How many sockets may be open.
    pub admission: Arc<Admission>,
    /// How to shake hands, if clients have to.
    pub tls: Option<Tls>,
    /// Rate limits by address, by name and by access key.
    pub limits: Limits,
    /// Budgets and sessions of each user.
    pub people: People,
    /// Counts and logs refused sign-ins.
    pub refusals: Refusals,
    /// What `/metrics` shows.
    pub metrics: Metrics,
    /// Takes events to the cores.
    pub dispatcher: Arc<Dispatcher>,
    /// Wakes the task that deletes messages of users.
    pub deletions: Notify,
    /// Sends notifications; `None` where they are off.
    pub push: Option<Arc<Push>>,
    /// Takes and gives files; `None` where they are off.
    pub files: Option<Arc<Files>>,
    /// Runs what must not hold up the chat.
    pub side: Side,
    /// How large a request may be.
    pub sizes: Sizes,
    /// The ways to the cores.
    pub cores: Vec<Arc<Mailbox>>,
    /// The port that it listens on.
    pub port: u16,
    /// When the node was started: the zero of its cores' clock.
    pub started: Instant,
    /// Turns true when the server stops.
    pub stopping: watch::Receiver<bool>,
    /// Logs outages of the store.
    pub outage: Outage,
    /// Whether the log has said that a proxy isn't trusted.
    pub warned_of_proxy: AtomicBool,
}

/// The smallest limits for a request and for what is skipped, in bytes.
const MIN_REQUEST: usize = 64 * 1024;
const MIN_CONNECTION: usize = 1024 * 1024;

/// A character takes 12 bytes at the most: two escaped surrogates.
const BYTES_PER_CHARACTER: usize = 12;

/// What a request needs besides its text.
const ENVELOPE: usize = 4 * 1024;

impl App {
    /// How large a request may be, so that the longest message fits.
    pub fn sizes(config: &Config) -> Sizes {
        let longest = config.max_message_length * BYTES_PER_CHARACTER + ENVELOPE;
        Sizes { request: longest.max(MIN_REQUEST), connection: (4 * longest).max(MIN_CONNECTION) }
    }

    /// The address at which people reach this server, without a slash at its end.
    pub fn public_url(&self) -> String {
        let local = || format!("http://localhost:{}", self.port);
        self.config.public_url.clone().unwrap_or_else(local)
    }

    /// How many sockets are open on this node.
    pub fn connections(&self) -> usize {
        self.cores.iter().map(|core| core.connections()).sum()
    }

    /// Says once that a proxy, by the header that it sends, isn't among `TRUSTED_PROXIES`.
    pub fn warn_of_proxy(&self, peer: IpAddr) {
        if !self.warned_of_proxy.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "X-Forwarded-For comes from {peer}, which isn't in TRUSTED_PROXIES: if that is your \
                 proxy, name it there; until then all its clients count as one address"
            );
        }
    }

    /// Milliseconds that a client waits before it comes back, drawn so that all of this node's
    /// clients come back at about a thousand a second.
    pub fn reconnect_delay(&self) -> usize {
        let mut random = [0; 4];
        // Without randomness all come back at once, which is no reason not to stop.
        let _ = getrandom::fill(&mut random);
        u32::from_ne_bytes(random) as usize % (100 + self.connections())
    }
}
