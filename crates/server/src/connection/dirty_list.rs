//! The connections of a core that have something to write.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

use metrics::Counter;

use super::Connection;
use crate::metrics::Metrics;

/// The connections of a core that have something to write, with the clock and the counters of their
/// core. Each connection has it, and marks itself in it.
pub struct DirtyList {
    connections: RefCell<Vec<Rc<Connection>>>,
    started: Instant,
    /// Frames that slow readers were spared.
    pub(super) dropped_frames: Counter,
    /// Connections closed because they read too slowly.
    pub(super) slow_closes: Counter,
}

impl DirtyList {
    /// An empty list. The clock counts from `started`.
    pub fn new(started: Instant, metrics: &Metrics) -> Rc<Self> {
        Rc::new(Self {
            connections: RefCell::default(),
            started,
            dropped_frames: metrics.dropped_frames.clone(),
            slow_closes: metrics.slow_closes.clone(),
        })
    }

    /// Seconds since the node was started.
    pub fn now(&self) -> u32 {
        u32::try_from(self.started.elapsed().as_secs()).unwrap_or(u32::MAX)
    }

    pub(super) fn add(&self, connection: &Rc<Connection>) {
        self.connections.borrow_mut().push(Rc::clone(connection));
    }

    /// Writes all that was queued since the last time.
    pub fn flush(&self) {
        let mut connections = self.connections.take();
        for connection in connections.drain(..) {
            connection.flush();
        }
        // Flushing queues nothing, so the empty vector can serve again.
        self.connections.replace(connections);
    }
}
