//! What `/metrics` shows, each figure a handle that costs an atomic addition.

use metrics::{Counter, Gauge, Histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// The buckets of durations, in seconds.
const BUCKETS: &[f64] = &[
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

/// The figures of this process.
pub struct Metrics {
    /// Open WebSocket connections.
    pub connections: Gauge,
    /// Sessions signed in on this node.
    pub sessions: Gauge,
    /// Messages stored by this node's sessions.
    pub messages_stored: Counter,
    /// Messages that could not be stored.
    pub messages_refused: Counter,
    /// Messages handed to a session, once for each receiver.
    pub deliveries: Counter,
    /// Typing and presence frames not sent to sessions that read too slowly.
    pub dropped_frames: Counter,
    /// Connections closed because they read too slowly.
    pub slow_closes: Counter,
    /// Requests that were answered with an error.
    pub errors: Counter,
    /// Seconds from taking a message until it is stored and announced.
    pub store_latency: Histogram,
    handle: PrometheusHandle,
}

impl Metrics {
    /// All figures at zero.
    pub fn new() -> anyhow::Result<Self> {
        let recorder = PrometheusBuilder::new().set_buckets(BUCKETS)?.build_recorder();
        let handle = recorder.handle();
        Ok(metrics::with_local_recorder(&recorder, || Self::register(handle)))
    }

    fn register(handle: PrometheusHandle) -> Self {
        let counter = |name: &'static str, help: &'static str| {
            metrics::describe_counter!(name, help);
            metrics::counter!(name)
        };
        let gauge = |name: &'static str, help: &'static str| {
            metrics::describe_gauge!(name, help);
            metrics::gauge!(name)
        };
        metrics::describe_histogram!(
            "chinwag_store_seconds",
            "Time from taking a message until it is stored and announced."
        );
        Self {
            connections: gauge("chinwag_connections", "Open WebSocket connections."),
            sessions: gauge("chinwag_sessions", "Sessions signed in on this node."),
            messages_stored: counter(
                "chinwag_messages_stored_total",
                "Messages stored by this node's sessions.",
            ),
            messages_refused: counter(
                "chinwag_messages_refused_total",
                "Messages that could not be stored.",
            ),
            deliveries: counter(
                "chinwag_deliveries_total",
                "Messages handed to a session, once for each receiver.",
            ),
            dropped_frames: counter(
                "chinwag_dropped_frames_total",
                "Typing and presence frames not sent to sessions that read too slowly.",
            ),
            slow_closes: counter(
                "chinwag_slow_closes_total",
                "Connections closed because they read too slowly.",
            ),
            errors: counter("chinwag_errors_total", "Requests that were answered with an error."),
            store_latency: metrics::histogram!("chinwag_store_seconds"),
            handle,
        }
    }

    /// The figures in Prometheus' text format.
    pub fn render(&self) -> String {
        self.handle.run_upkeep();
        self.handle.render()
    }
}
