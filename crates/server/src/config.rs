//! The settings: flags, environment variables and a `.env` file, read once at the start.

mod read;
mod tls;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;

use crate::cli::Command;
use crate::origins::Origins;
use crate::proxies::Proxies;

pub use read::Wrong;
pub use tls::{Acme, CertificateFiles, TlsConfig};

/// A chat server with its own web client, on an embedded store or on Redis.
///
/// Every setting is a flag or an environment variable; a file named .env in the working directory
/// is read, too. A flag wins over the environment, and the environment over the file.
#[derive(Parser, Debug)]
#[command(name = "chinwag", version, max_term_width = 100)]
pub struct Settings {
    /// Where to listen, ADDRESS:PORT; :PORT is that port of every address.
    #[arg(
        long,
        env = "SERVER_ADDRESS",
        default_value = "127.0.0.1:5000",
        value_name = "ADDRESS:PORT"
    )]
    server_address: String,

    /// Listen on this port of every address, IPv6 and IPv4, in place of `SERVER_ADDRESS`.
    #[arg(
        long,
        env = "PORT",
        default_value = "",
        value_name = "NUMBER",
        hide_default_value = true
    )]
    port: String,

    /// Serve `/metrics` here, ADDRESS:PORT, and nowhere else; empty = no metrics.
    #[arg(
        long,
        env = "METRICS_ADDRESS",
        default_value = "",
        value_name = "ADDRESS:PORT",
        hide_default_value = true
    )]
    metrics_address: String,

    /// Speak TLS with the certificate in this file, in PEM with those that vouch for it.
    #[arg(
        long,
        env = "TLS_CERT",
        default_value = "",
        value_name = "FILE",
        hide_default_value = true
    )]
    tls_cert: String,

    /// The key of `TLS_CERT`, in PEM. Both files are read again when they change, and on SIGHUP.
    #[arg(
        long,
        env = "TLS_KEY",
        default_value = "",
        value_name = "FILE",
        hide_default_value = true
    )]
    tls_key: String,

    /// Speak TLS with a certificate for these names that is ordered by ACME; they must lead to
    /// this server on port 443.
    #[arg(
        long,
        env = "TLS_DOMAIN",
        default_value = "",
        value_name = "NAMES",
        hide_default_value = true
    )]
    tls_domain: String,

    /// Where the certificate authority may write to.
    #[arg(
        long,
        env = "ACME_EMAIL",
        default_value = "",
        value_name = "ADDRESS",
        hide_default_value = true
    )]
    acme_email: String,

    /// The certificate authority. Its answers are kept in `DATA_DIR`.
    #[arg(
        long,
        env = "ACME_DIRECTORY",
        default_value = "https://acme-v02.api.letsencrypt.org/directory",
        value_name = "URL"
    )]
    acme_directory: String,

    /// The folder of the embedded store.
    #[arg(long, env = "DATA_DIR", default_value = "./data", value_name = "FOLDER")]
    data_dir: String,

    /// Use this Redis or Valkey in place of the embedded store: `redis://[user[:password]@]host[:port][/database]`, or `rediss://` for TLS.
    #[arg(
        long,
        env = "REDIS_URL",
        default_value = "",
        value_name = "URL",
        hide_default_value = true,
        hide_env_values = true
    )]
    redis_url: String,

    /// The same by HOST:PORT, with the password in `REDIS_PASSWORD`.
    #[arg(
        long,
        env = "REDIS_ADDRESS",
        default_value = "",
        value_name = "HOST:PORT",
        hide_default_value = true
    )]
    redis_address: String,

    /// The password for `REDIS_ADDRESS`.
    #[arg(
        long,
        env = "REDIS_PASSWORD",
        default_value = "",
        value_name = "PASSWORD",
        hide_default_value = true,
        hide_env_values = true
    )]
    redis_password: String,

    /// Trust a Redis at `rediss://` that the certificates in this file vouch for, in PEM, in place of
    /// those of the system.
    #[arg(
        long,
        env = "REDIS_TLS_CA",
        default_value = "",
        value_name = "FILE",
        hide_default_value = true
    )]
    redis_tls_ca: String,

    /// 1 = trust any Redis at `rediss://`, as Heroku's needs: whoever stands between can read and write.
    #[arg(long, env = "REDIS_TLS_INSECURE", default_value = "0", value_name = "0|1")]
    redis_tls_insecure: String,

    /// Serve the client in this folder in place of the built-in one.
    #[arg(
        long,
        env = "CLIENT_LOCATION",
        default_value = "",
        value_name = "FOLDER",
        hide_default_value = true
    )]
    client_location: String,

    /// Whether new users may sign up: open or closed.
    #[arg(long, env = "REGISTRATION", default_value = "open", value_name = "open|closed")]
    registration: String,

    /// Messages a second that one user may send, with twice as many at once; other requests count
    /// by their cost. 0 = no limit on these, nor on storage.
    #[arg(long, env = "MESSAGE_RATE", default_value = "20", value_name = "NUMBER")]
    message_rate: String,

    /// What one user may store in a day: bytes, or a number with KB, MB or GB; 0 = no limit.
    #[arg(long, env = "DAILY_STORAGE", default_value = "100MB", value_name = "SIZE")]
    daily_storage: String,

    /// Sign-ins a minute from one address; 0 = no limit, and none on guesses at one account.
    #[arg(long, env = "SIGN_IN_RATE", default_value = "60", value_name = "NUMBER")]
    sign_in_rate: String,

    /// New connections a second from one address, with twice as many at once; 0 = no limit.
    #[arg(long, env = "CONNECTION_RATE", default_value = "100", value_name = "NUMBER")]
    connection_rate: String,

    /// Connections that may be open at once; 0 = as many as the limit of open files allows.
    #[arg(long, env = "MAX_CONNECTIONS", default_value = "0", value_name = "NUMBER")]
    max_connections: String,

    /// Connections that may be open at once from one address; 0 = no bound. Default: 1000, or
    /// half of all where that is less; no bound where `TRUSTED_PROXIES` names proxies.
    #[arg(
        long,
        env = "MAX_CONNECTIONS_PER_ADDRESS",
        default_value = "",
        value_name = "NUMBER",
        hide_default_value = true
    )]
    max_connections_per_address: String,

    /// Seconds for which a connection may wait until its user signs in.
    #[arg(long, env = "SIGN_IN_DEADLINE", default_value = "900", value_name = "SECONDS")]
    sign_in_deadline: String,

    /// Proxies whose X-Forwarded-For is believed: addresses and networks, separated by commas.
    #[arg(
        long,
        env = "TRUSTED_PROXIES",
        default_value = "",
        value_name = "NETWORKS",
        hide_default_value = true
    )]
    trusted_proxies: String,

    /// Up to how many sessions on the whole system everybody is told of everybody's coming and going.
    #[arg(long, env = "PRESENCE_LIMIT", default_value = "1000", value_name = "NUMBER")]
    presence_limit: String,

    /// The longest message, in characters.
    #[arg(long, env = "MAX_MESSAGE_LENGTH", default_value = "4000", value_name = "NUMBER")]
    max_message_length: String,

    /// Names by which browsers may reach this server, separated by commas. IP addresses, localhost
    /// and the names of `TLS_DOMAIN` always count. Default: any name, but on a loopback address
    /// only those, unless a proxy stands between.
    #[arg(
        long,
        env = "HOSTS",
        default_value = "",
        value_name = "NAMES",
        hide_default_value = true
    )]
    hosts: String,

    /// Origins of other sites whose pages may connect, separated by commas; * = all.
    #[arg(
        long,
        env = "ALLOWED_ORIGINS",
        default_value = "",
        value_name = "ORIGINS",
        hide_default_value = true
    )]
    allowed_origins: String,

    /// What to log: error, warn, info, debug, trace, or directives like `info,chinwag_store=debug`.
    #[arg(long, env = "LOG", default_value = "info", value_name = "LEVEL")]
    log: String,

    /// How to write the log: text or json; auto = text on a terminal, JSON elsewhere.
    #[arg(long, env = "LOG_FORMAT", default_value = "auto", value_name = "auto|text|json")]
    log_format: String,

    /// What to do in place of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The settings, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub address: SocketAddr,
    /// Where to serve metrics, if anywhere.
    pub metrics_address: Option<SocketAddr>,
    /// How to speak TLS, if at all.
    pub tls: Option<TlsConfig>,
    /// What to keep everything in.
    pub store: StoreConfig,
    /// A folder to serve in place of the built-in client.
    pub client_location: Option<PathBuf>,
    /// Whether new users may sign up.
    pub registration_open: bool,
    /// Messages a second of one user.
    pub message_rate: Option<u32>,
    /// Bytes that one user may store in a day.
    pub daily_storage: Option<u64>,
    /// Sign-ins a minute for one address.
    pub sign_in_rate: Option<u32>,
    /// Connections a second for one address.
    pub connection_rate: Option<u32>,
    /// Open at once; 0 is as many as there can be.
    pub max_connections: usize,
    /// Open at once from one address; 0 is no bound, `None` the default one.
    pub max_connections_per_address: Option<usize>,
    /// Whose word on the client's address is believed.
    pub trusted_proxies: Proxies,
    /// In seconds.
    pub sign_in_deadline: u32,
    /// Sessions on the whole system up to which presence is told one by one.
    pub presence_limit: u64,
    /// In characters.
    pub max_message_length: usize,
    /// Whose pages may connect.
    pub origins: Origins,
    /// The filter for the log.
    pub log: String,
    /// Whether the log is JSON, where it was said.
    pub log_as_json: Option<bool>,
}

/// What to keep everything in.
#[derive(Clone)]
pub enum StoreConfig {
    /// The embedded store in this folder.
    Embedded(PathBuf),
    /// Redis at this URL, which may hold a password; whom these certificates in PEM vouch for.
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
