//! The settings: options, environment variables and a `.env` file, read once at the start.

mod read;
mod settings;
mod tls;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use chinwag_protocol::outgoing::Registration;

use crate::origins::Origins;
use crate::proxies::Proxies;
use crate::push_hosts::PushHosts;

pub use read::Wrong;
pub use settings::Settings;
pub use tls::{Acme, CertificateFiles, TlsConfig};

/// The settings, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address and port of the chat.
    pub address: SocketAddr,
    /// The address and port of the metrics; `None` for no metrics.
    pub metrics_address: Option<SocketAddr>,
    /// The source of the certificate; `None` for plain HTTP.
    pub tls: Option<TlsConfig>,
    /// The store.
    pub store: StoreConfig,
    /// The folder of the embedded store, of certificates by ACME and of the control socket. `None` only
    /// on Redis.
    pub data_dir: Option<PathBuf>,
    /// A folder with a web client to serve instead of the built-in one.
    pub client_location: Option<PathBuf>,
    /// The server's own address, without a slash at its end; `None` for `http://localhost` with the port.
    pub public_url: Option<String>,
    /// The push services that notifications are sent to; `None` for no notifications.
    pub push_hosts: Option<PushHosts>,
    /// Who may sign up.
    pub registration: Registration,
    /// The home of files that users upload, a folder or `s3://…`; `None` for no files.
    pub files: Option<String>,
    /// The largest file in bytes; `None` for no files.
    pub file_size: Option<u64>,
    /// Bytes of files per user; `None` is no limit.
    pub file_quota: Option<u64>,
    /// Bytes of all files; `None` is no limit.
    pub file_space: Option<u64>,
    /// Whether members make named channels; else admins alone.
    pub channel_creation: bool,
    /// Messages per second and user; `None` is no limit.
    pub message_rate: Option<u32>,
    /// Posts per second to a hook, with a burst of four times as many; `None` is no limit.
    pub hook_rate: Option<u32>,
    /// Bytes per day and user; `None` is no limit.
    pub daily_storage: Option<u64>,
    /// Sign-in attempts per minute and address; `None` is no limit.
    pub sign_in_rate: Option<u32>,
    /// New connections per second and address; `None` is no limit.
    pub connection_rate: Option<u32>,
    /// Open connections; 0 is as many as the limit of open files allows.
    pub max_connections: usize,
    /// Open connections per address; 0 is no limit, `None` the default.
    pub max_connections_per_address: Option<usize>,
    /// Proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Proxies,
    /// Seconds until a connection is closed on which nobody signs in.
    pub sign_in_deadline: u32,
    /// Sessions on all nodes up to which sign-ins and sign-outs are announced one by one.
    pub presence_limit: u64,
    /// The longest message, in characters.
    pub max_message_length: usize,
    /// How long a message can be edited; `None` for ever.
    pub edit_window: Option<Duration>,
    /// The origins whose pages may connect.
    pub origins: Origins,
    /// The filter of the log.
    pub log: String,
    /// Whether the log is JSON; `None` to decide by the terminal.
    pub log_as_json: Option<bool>,
}

/// The store and its place.
#[derive(Clone)]
pub enum StoreConfig {
    /// The embedded store in this folder.
    Embedded(PathBuf),
    /// Redis at this URL, which may hold a password, with the CA certificates to trust in PEM.
    Redis { url: String, roots: Option<Vec<u8>> },
}

impl std::fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Embedded(folder) => f.debug_tuple("Embedded").field(folder).finish(),
            Self::Redis { .. } => f.write_str("Redis(…)"),
        }
    }
}
