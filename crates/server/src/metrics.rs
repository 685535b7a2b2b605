//! The metrics. Counting costs one atomic addition.

use std::sync::OnceLock;

use chinwag_protocol::ErrorCode;
use chinwag_store::Space;
use metrics::{Counter, Gauge, Histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};
use metrics_process::Collector;

use crate::refusals::Reasons;

/// The buckets of durations, in seconds.
const BUCKETS: &[f64] = &[
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

/// All metrics of this process, and their text.
pub struct Metrics {
    figures: Figures,
    space: OnceLock<[Gauge; 2]>,
    process: Collector,
    recorder: PrometheusRecorder,
}

/// The metrics that the server itself counts.
pub struct Figures {
    /// Open WebSocket connections.
    pub connections: Gauge,
    /// Sessions signed in on this node.
    pub sessions: Gauge,
    /// Sign-ins by name and password.
    pub sign_ins_by_password: Counter,
    /// Sign-ins by access key.
    pub sign_ins_by_key: Counter,
    /// Sign-ups, each of which also signs in.
    pub sign_ups: Counter,
    /// Messages stored by this node's sessions.
    pub messages_stored: Counter,
    /// Messages delivered to a session, once for each receiver.
    pub deliveries: Counter,
    /// Typing and presence frames not sent to sessions that read too slowly.
    pub dropped_frames: Counter,
    /// Connections closed because they read too slowly.
    pub slow_closes: Counter,
    /// Interruptions of the store's feed.
    pub feed_interruptions: Counter,
    /// Seconds from receiving a message until it is stored and announced.
    pub store_latency: Histogram,
    users_online: Gauge,
    /// One for each core.
    outbox_bytes: Vec<Gauge>,
    /// In the order of [`ErrorCode::ALL`].
    refused: Vec<Counter>,
}

/// Notifications by web push, by what the push service did with them.
pub struct PushFigures {
    /// Took them.
    pub taken: Counter,
    /// Said that the subscription has ended.
    pub gone: Counter,
    /// Wanted them later, or gave no answer.
    pub later: Counter,
    /// Refused them.
    pub refused: Counter,
}

impl std::ops::Deref for Metrics {
    type Target = Figures;

    fn deref(&self) -> &Figures {
        &self.figures
    }
}

impl Metrics {
    /// All metrics at zero, for this number of cores and this limit of open sockets.
    pub fn new(cores: usize, most_sockets: usize) -> anyhow::Result<Self> {
        let recorder = PrometheusBuilder::new().set_buckets(BUCKETS)?.build_recorder();
        let process = Collector::default();
        let figures = metrics::with_local_recorder(&recorder, || {
            process.describe();
            Figures::register(cores, most_sockets)
        });
        Ok(Self { figures, space: OnceLock::new(), process, recorder })
    }

    /// When the certificate ends, in seconds since 1970; 0 until there is one. Only a server with TLS
    /// shows it.
    pub fn certificate_expiry(&self) -> Gauge {
        let name = "chinwag_certificate_expiry_seconds";
        let help = "When the TLS certificate ends, in seconds since 1970.";
        metrics::with_local_recorder(&self.recorder, || gauge(name, help))
    }

    /// Counts refused sign-ins by their reason.
    pub fn refused_sign_ins(&self) -> Reasons<Counter> {
        metrics::with_local_recorder(&self.recorder, || Reasons {
            password: refused_sign_in("password"),
            access_key: refused_sign_in("access_key"),
            too_many: refused_sign_in("too_many"),
        })
    }

    /// Counts notifications by web push. Only a server that sends some shows them.
    pub fn pushes(&self) -> PushFigures {
        metrics::with_local_recorder(&self.recorder, || PushFigures {
            taken: pushes("taken"),
            gone: pushes("gone"),
            later: pushes("later"),
            refused: pushes("refused"),
        })
    }

    /// Notes the space of the store. Where it can't be read any more, nothing old is shown.
    fn note(&self, space: Option<Space>) {
        let values = match space {
            Some(Space::Disk { free, size }) => [free, size],
            Some(Space::Memory { used, limit }) => [used, limit],
            None => {
                return self
                    .space
                    .get()
                    .into_iter()
                    .flatten()
                    .for_each(|gauge| gauge.set(f64::NAN));
            }
        };
        let is_disk = matches!(space, Some(Space::Disk { .. }));
        let register = || metrics::with_local_recorder(&self.recorder, || space_gauges(is_disk));
        for (gauge, bytes) in self.space.get_or_init(register).iter().zip(values) {
            gauge.set(self::bytes(bytes));
        }
    }

    /// The figures in Prometheus' text format.
    pub fn render(&self, users_online: u64, space: Option<Space>) -> String {
        self.users_online.set(count(users_online));
        self.note(space);
        metrics::with_local_recorder(&self.recorder, || self.process.collect());
        let handle = self.recorder.handle();
        handle.run_upkeep();
        handle.render()
    }
}

impl Figures {
    fn register(cores: usize, most_sockets: usize) -> Self {
        gauge("chinwag_cores", "Cores that this node uses.").set(count(cores));
        gauge("chinwag_connections_max", "Sockets that may be open.").set(count(most_sockets));
        let version = env!("CARGO_PKG_VERSION");
        metrics::describe_gauge!("chinwag_build_info", "1, with the running version.");
        metrics::gauge!("chinwag_build_info", "version" => version).set(1.0);
        Self {
            connections: gauge("chinwag_connections", "Open WebSocket connections."),
            sessions: gauge("chinwag_sessions", "Sessions signed in on this node."),
            users_online: gauge(
                "chinwag_users_online",
                "Users with a session anywhere, as far as this node has heard.",
            ),
            sign_ins_by_password: sign_ins("password"),
            sign_ins_by_key: sign_ins("access_key"),
            sign_ups: sign_ins("sign_up"),
            messages_stored: counter(
                "chinwag_messages_stored_total",
                "Messages stored by this node's sessions.",
            ),
            deliveries: counter(
                "chinwag_deliveries_total",
                "Messages delivered to a session, once for each receiver.",
            ),
            dropped_frames: counter(
                "chinwag_frames_dropped_total",
                "Typing and presence frames not sent to sessions that read too slowly.",
            ),
            slow_closes: counter(
                "chinwag_slow_readers_closed_total",
                "Connections closed because they read too slowly.",
            ),
            feed_interruptions: counter(
                "chinwag_feed_interruptions_total",
                "Interruptions of the store's feed.",
            ),
            store_latency: store_latency(),
            outbox_bytes: (0..cores).map(outbox_bytes).collect(),
            refused: ErrorCode::ALL.iter().copied().map(refused).collect(),
        }
    }

    /// Sets the bytes that wait for the sockets of a core.
    pub fn tell_outbox(&self, core: u64, bytes: usize) {
        let gauge = usize::try_from(core).ok().and_then(|core| self.outbox_bytes.get(core));
        if let Some(gauge) = gauge {
            gauge.set(count(bytes));
        }
    }

    /// Counts a request that is answered with this error.
    pub fn refuse(&self, code: ErrorCode) {
        let at = ErrorCode::ALL.iter().position(|known| *known == code);
        if let Some(counter) = at.and_then(|at| self.refused.get(at)) {
            counter.increment(1);
        }
    }
}

fn counter(name: &'static str, help: &'static str) -> Counter {
    metrics::describe_counter!(name, help);
    metrics::counter!(name)
}

fn gauge(name: &'static str, help: &'static str) -> Gauge {
    metrics::describe_gauge!(name, help);
    metrics::gauge!(name)
}

fn sign_ins(method: &'static str) -> Counter {
    metrics::describe_counter!("chinwag_sign_ins_total", "Sign-ins that succeeded.");
    metrics::counter!("chinwag_sign_ins_total", "method" => method)
}

fn refused_sign_in(reason: &'static str) -> Counter {
    let name = "chinwag_sign_ins_refused_total";
    metrics::describe_counter!(name, "Sign-ins refused, by reason.");
    metrics::counter!(name, "reason" => reason)
}

fn pushes(outcome: &'static str) -> Counter {
    let name = "chinwag_pushes_total";
    metrics::describe_counter!(name, "Notifications posted to push services, by what these did.");
    metrics::counter!(name, "outcome" => outcome)
}

fn space_gauges(is_disk: bool) -> [Gauge; 2] {
    if is_disk {
        let free = "Bytes that are free on the disk of the embedded store.";
        let size = "Bytes on the disk of the embedded store.";
        [gauge("chinwag_disk_free_bytes", free), gauge("chinwag_disk_size_bytes", size)]
    } else {
        let used = "Bytes of memory that Redis uses.";
        let limit = "The maxmemory of Redis in bytes; 0 if it has no limit.";
        [
            gauge("chinwag_redis_memory_used_bytes", used),
            gauge("chinwag_redis_memory_max_bytes", limit),
        ]
    }
}

fn refused(code: ErrorCode) -> Counter {
    let name = "chinwag_requests_refused_total";
    metrics::describe_counter!(name, "Requests answered with an error, by its code.");
    metrics::counter!(name, "code" => code.number().to_string())
}

fn outbox_bytes(core: usize) -> Gauge {
    let name = "chinwag_outbox_bytes";
    metrics::describe_gauge!(name, "Bytes waiting for slow sockets.");
    metrics::gauge!(name, "core" => core.to_string())
}

fn store_latency() -> Histogram {
    let name = "chinwag_store_append_seconds";
    metrics::describe_histogram!(
        name,
        "Time from receiving a message until it is stored and announced."
    );
    metrics::histogram!(name)
}

/// Beyond 2^53 bytes, 9 PB, the last digits are lost.
#[expect(clippy::cast_precision_loss, reason = "the last digits of a disk's size are no matter")]
fn bytes(number: u64) -> f64 {
    number as f64
}

/// The counts are far below the largest integer that a float holds exactly.
fn count(number: impl TryInto<u32>) -> f64 {
    f64::from(number.try_into().unwrap_or(u32::MAX))
}
