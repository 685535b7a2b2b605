//! Every setting as an option of the command line and a variable of the environment, as text.

use clap::{Arg, Parser};

/// Every setting as text.
#[derive(Parser, Debug)]
#[command(mut_args = in_long_help)]
pub struct Settings {
    /// Listen on this address; :PORT is that port on every address.
    #[arg(
        long,
        env,
        default_value = "127.0.0.1:5000",
        value_name = "ADDRESS:PORT",
        help_heading = "Listen"
    )]
    pub(super) server_address: String,

    /// Listen on this port on every address, IPv6 and IPv4, instead of `SERVER_ADDRESS`.
    #[arg(long, env, default_value = "", value_name = "NUMBER", help_heading = "Listen")]
    pub(super) port: String,

    /// Host names by which browsers may reach this server, separated by commas. IP addresses, localhost
    /// and the names in `TLS_DOMAIN` are always allowed. Default: any name; on a loopback address only
    /// those, unless a proxy is in front.
    #[arg(long, env, default_value = "", value_name = "NAMES", help_heading = "Listen")]
    pub(super) hosts: String,

    /// The address at which people reach this server, such as `https://chat.example.org`. Default: `https://` and
    /// the first name in `TLS_DOMAIN`, else `http://localhost:PORT`. Notifications need https.
    #[arg(long, env, default_value = "", value_name = "URL", help_heading = "Listen")]
    pub(super) public_url: String,

    /// Origins of other sites whose pages may connect, separated by commas; * = all.
    #[arg(long, env, default_value = "", value_name = "ORIGINS", help_heading = "Listen")]
    pub(super) allowed_origins: String,

    /// Proxies whose X-Forwarded-For header is trusted: addresses and networks, separated by commas.
    #[arg(long, env, default_value = "", value_name = "NETWORKS", help_heading = "Listen")]
    pub(super) trusted_proxies: String,

    /// Serve the web client in this folder instead of the built-in one.
    #[arg(long, env, default_value = "", value_name = "FOLDER", help_heading = "Listen")]
    pub(super) client_location: String,

    /// Serve `/metrics` on this address, and only there. Default: no metrics.
    #[arg(long, env, default_value = "", value_name = "ADDRESS:PORT", help_heading = "Listen")]
    pub(super) metrics_address: String,

    /// Serve TLS with the certificate chain in this PEM file.
    #[arg(long, env, default_value = "", value_name = "FILE", help_heading = "TLS")]
    pub(super) tls_cert: String,

    /// The private key for `TLS_CERT`, in PEM. Both files are read again when they change, and on SIGHUP.
    #[arg(long, env, default_value = "", value_name = "FILE", help_heading = "TLS")]
    pub(super) tls_key: String,

    /// Serve TLS with a certificate for these names, ordered by ACME. They must lead to port 443 of this
    /// server.
    #[arg(long, env, default_value = "", value_name = "NAMES", help_heading = "TLS")]
    pub(super) tls_domain: String,

    /// Email address at which the certificate authority may contact you.
    #[arg(long, env, default_value = "", value_name = "ADDRESS", help_heading = "TLS")]
    pub(super) acme_email: String,

    /// The certificate authority. Account and certificate are kept in `DATA_DIR`.
    #[arg(
        long,
        env,
        default_value = "https://acme-v02.api.letsencrypt.org/directory",
        value_name = "URL",
        help_heading = "TLS"
    )]
    pub(super) acme_directory: String,

    /// The folder of the embedded store.
    #[arg(long, env, default_value = "./data", value_name = "FOLDER", help_heading = "Store")]
    pub(super) data_dir: String,

    /// Use this Redis or Valkey instead of the embedded store:
    /// `redis://[user[:password]@]host[:port][/database]`, or `rediss://` for TLS.
    #[arg(
        long,
        env,
        default_value = "",
        value_name = "URL",
        help_heading = "Store",
        hide_env_values = true
    )]
    pub(super) redis_url: String,

    /// The same by host and port, with the password in `REDIS_PASSWORD`.
    #[arg(long, env, default_value = "", value_name = "HOST:PORT", help_heading = "Store")]
    pub(super) redis_address: String,

    /// The password for `REDIS_ADDRESS`.
    #[arg(
        long,
        env,
        default_value = "",
        value_name = "PASSWORD",
        help_heading = "Store",
        hide_env_values = true
    )]
    pub(super) redis_password: String,

    /// PEM file with the CA certificates to trust for `rediss://`, instead of the system's.
    #[arg(long, env, default_value = "", value_name = "FILE", help_heading = "Store")]
    pub(super) redis_tls_ca: String,

    /// 1 = don't verify Redis's certificate (needed on Heroku); allows man-in-the-middle attacks.
    #[arg(long, env, default_value = "0", value_name = "0|1", help_heading = "Store")]
    pub(super) redis_tls_insecure: String,

    /// Who may sign up: everybody (open), those with an invite link (invite), or nobody (closed).
    #[arg(
        long,
        env,
        default_value = "open",
        value_name = "open|invite|closed",
        help_heading = "Limits"
    )]
    pub(super) registration: String,

    /// Who makes named channels: all members, or admins alone. Groups are made by everybody.
    #[arg(
        long,
        env,
        default_value = "members",
        value_name = "members|admins",
        help_heading = "Limits"
    )]
    pub(super) channel_creation: String,

    /// Messages per second and user, with a burst of twice as many; other requests count by their cost.
    /// 0 = no limit, and none on storage.
    #[arg(long, env, default_value = "20", value_name = "NUMBER", help_heading = "Limits")]
    pub(super) message_rate: String,

    /// Posts per second to a hook, with a burst of four times as many; 0 = no limit.
    #[arg(long, env, default_value = "5", value_name = "NUMBER", help_heading = "Limits")]
    pub(super) hook_rate: String,

    /// Storage per day and user: bytes, or a number with KB, MB or GB; 0 = no limit.
    #[arg(long, env, default_value = "100MB", value_name = "SIZE", help_heading = "Limits")]
    pub(super) daily_storage: String,

    /// Home of the files that users upload: a folder, or `s3://BUCKET/PREFIX?region=…&endpoint=…&style=path|host`;
    /// without it `files` in the data folder, on Redis none.
    #[arg(long, env, default_value = "", value_name = "HOME", help_heading = "Limits")]
    pub(super) files: String,

    /// Largest file: bytes, or a number with KB, MB or GB; 0 = no files.
    #[arg(long, env, default_value = "25MB", value_name = "SIZE", help_heading = "Limits")]
    pub(super) file_size: String,

    /// Files of a user: bytes, or a number with KB, MB or GB; 0 = no limit.
    #[arg(long, env, default_value = "1GB", value_name = "SIZE", help_heading = "Limits")]
    pub(super) file_quota: String,

    /// All files: bytes, or a number with KB, MB or GB; 0 = no limit.
    #[arg(long, env, default_value = "0", value_name = "SIZE", help_heading = "Limits")]
    pub(super) file_space: String,

    /// Longest message, in characters.
    #[arg(long, env, default_value = "4000", value_name = "NUMBER", help_heading = "Limits")]
    pub(super) max_message_length: String,

    /// Seconds in which a message can be edited; 0 = at any time.
    #[arg(long, env, default_value = "0", value_name = "SECONDS", help_heading = "Limits")]
    pub(super) edit_window: String,

    /// Sign-in attempts per minute and address; 0 = no limit, and none on password guesses.
    #[arg(long, env, default_value = "60", value_name = "NUMBER", help_heading = "Limits")]
    pub(super) sign_in_rate: String,

    /// Close a connection on which nobody has signed in after this many seconds.
    #[arg(long, env, default_value = "900", value_name = "SECONDS", help_heading = "Limits")]
    pub(super) sign_in_deadline: String,

    /// New connections per second and address, with a burst of twice as many; 0 = no limit.
    #[arg(long, env, default_value = "100", value_name = "NUMBER", help_heading = "Limits")]
    pub(super) connection_rate: String,

    /// Open connections; 0 = as many as the limit of open files allows.
    #[arg(long, env, default_value = "0", value_name = "NUMBER", help_heading = "Limits")]
    pub(super) max_connections: String,

    /// Open connections per address; 0 = no limit. Default: 1000, or half of all if that is less; no limit
    /// if `TRUSTED_PROXIES` is set.
    #[arg(long, env, default_value = "", value_name = "NUMBER", help_heading = "Limits")]
    pub(super) max_connections_per_address: String,

    /// Announce individual sign-ins and sign-outs while at most this many sessions are online on all
    /// nodes; above it, only the number of users.
    #[arg(long, env, default_value = "1000", value_name = "NUMBER", help_heading = "Limits")]
    pub(super) presence_limit: String,

    /// Push services besides those of Google, Mozilla, Apple and Microsoft, separated by commas: names, of
    /// which *. may be the beginning, or `http://127.0.0.1:PORT` for tests; none = no notifications at all.
    #[arg(long, env, default_value = "", value_name = "NAMES", help_heading = "Notifications")]
    pub(super) push_hosts: String,

    /// Log level: error, warn, info, debug, trace, or directives such as `info,chinwag_store=debug`.
    #[arg(long, env, default_value = "info", value_name = "LEVEL", help_heading = "Log")]
    pub(super) log: String,

    /// Log format: text or json; auto = text on a terminal, JSON elsewhere.
    #[arg(long, env, default_value = "auto", value_name = "auto|text|json", help_heading = "Log")]
    pub(super) log_format: String,
}

/// `-h` lists no settings, and an empty default isn't shown.
fn in_long_help(arg: Arg) -> Arg {
    if arg.get_env().is_none() {
        return arg;
    }
    let is_empty = arg.get_default_values().iter().all(|value| value.is_empty());
    arg.hide_short_help(true).hide_default_value(is_empty)
}
