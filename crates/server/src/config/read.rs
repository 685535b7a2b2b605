//! Checks the settings. An invalid one is an error in one sentence.

use std::net::{Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use chinwag_protocol::outgoing::Registration;

use super::values::{
    MAX_LENGTH, bound, certificates, is_host, is_log_filter, is_origin, list, percent_encoded,
    rate, size, socket_address, whole,
};
use super::{Config, Settings, StoreConfig};
use crate::origins::{Allowed, Origins, Others, host_name};
use crate::proxies::Proxies;
use crate::push_hosts::PushHosts;

/// A setting that can't be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable} is {got}, but must be {takes}.")]
pub struct Wrong {
    variable: &'static str,
    got: String,
    takes: &'static str,
}

impl Wrong {
    /// The setting, as an environment variable is named.
    #[must_use]
    pub fn variable(&self) -> &'static str {
        self.variable
    }
}

impl Settings {
    /// Checks every setting.
    ///
    /// # Errors
    /// The first one that can't be used.
    pub fn check(&self) -> Result<Config, Wrong> {
        Ok(Config {
            address: self.address()?,
            metrics_address: self.metrics_address()?,
            tls: self.tls()?,
            store: self.store()?,
            data_dir: Some(self.data_dir.trim()).filter(|dir| !dir.is_empty()).map(PathBuf::from),
            client_location: self.client_location()?,
            public_url: self.public_url()?,
            push_hosts: self.push_hosts()?,
            registration: self.registration()?,
            files: self.files(),
            file_size: size("FILE_SIZE", &self.file_size)?,
            file_quota: size("FILE_QUOTA", &self.file_quota)?,
            file_space: size("FILE_SPACE", &self.file_space)?,
            channel_creation: self.channel_creation()?,
            message_rate: rate("MESSAGE_RATE", &self.message_rate)?,
            hook_rate: rate("HOOK_RATE", &self.hook_rate)?,
            daily_storage: size("DAILY_STORAGE", &self.daily_storage)?,
            sign_in_rate: rate("SIGN_IN_RATE", &self.sign_in_rate)?,
            connection_rate: rate("CONNECTION_RATE", &self.connection_rate)?,
            max_connections: bound("MAX_CONNECTIONS", &self.max_connections)?,
            max_connections_per_address: self.max_connections_per_address()?,
            trusted_proxies: self.trusted_proxies()?,
            sign_in_deadline: u32::try_from(whole(
                "SIGN_IN_DEADLINE",
                &self.sign_in_deadline,
                1,
                MAX_LENGTH,
            )?)
            .unwrap_or(u32::MAX),
            presence_limit: whole("PRESENCE_LIMIT", &self.presence_limit, 0, u64::MAX)?,
            max_message_length: usize::try_from(whole(
                "MAX_MESSAGE_LENGTH",
                &self.max_message_length,
                1,
                MAX_LENGTH,
            )?)
            .unwrap_or(usize::MAX),
            edit_window: Some(whole("EDIT_WINDOW", &self.edit_window, 0, u64::MAX)?)
                .filter(|seconds| *seconds > 0)
                .map(Duration::from_secs),
            origins: self.origins()?,
            log: self.log()?,
            log_as_json: self.log_as_json()?,
        })
    }

    fn address(&self) -> Result<SocketAddr, Wrong> {
        let port = self.port.trim();
        if !port.is_empty() {
            let parsed = port.parse().map_err(|_| wrong("PORT", port, "a port, 0 to 65535"))?;
            return Ok((Ipv6Addr::UNSPECIFIED, parsed).into());
        }
        let takes = "an address and a port such as 127.0.0.1:5000";
        socket_address("SERVER_ADDRESS", &self.server_address, takes)
    }

    /// Beside the embedded store where nothing else is said. Nodes on Redis need a home that they share.
    fn files(&self) -> Option<String> {
        let home = self.files.trim();
        if !home.is_empty() {
            return Some(home.to_owned());
        }
        let is_embedded = self.redis_url.trim().is_empty() && self.redis_address.trim().is_empty();
        is_embedded.then(|| format!("{}/files", self.data_dir.trim()))
    }

    fn store(&self) -> Result<StoreConfig, Wrong> {
        let (url, address) = (self.redis_url.trim(), self.redis_address.trim());
        if !matches!(self.redis_tls_insecure.trim(), "0" | "1") {
            return Err(wrong("REDIS_TLS_INSECURE", &self.redis_tls_insecure, "0 or 1"));
        }
        if !url.is_empty() {
            return self.redis(url);
        }
        if !address.is_empty() {
            let parts = address.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok());
            let (host, port) = parts.filter(|(host, _)| is_host(host)).ok_or_else(|| {
                wrong("REDIS_ADDRESS", address, "a host and a port such as localhost:6379")
            })?;
            let host = if host.is_empty() { "localhost" } else { host };
            let password = percent_encoded(&self.redis_password);
            let login = if password.is_empty() { password } else { format!(":{password}@") };
            return self.redis(&format!("redis://{login}{host}:{port}"));
        }
        let folder = self.data_dir.trim();
        if folder.is_empty() {
            return Err(wrong("DATA_DIR", folder, "a folder"));
        }
        Ok(StoreConfig::Embedded(PathBuf::from(folder)))
    }

    fn redis(&self, url: &str) -> Result<StoreConfig, Wrong> {
        let by_tls = url.starts_with("rediss://");
        if !(url.starts_with("redis://") || by_tls) {
            let takes = "a URL such as redis://localhost:6379";
            return Err(Wrong { variable: "REDIS_URL", got: "not shown here".into(), takes });
        }
        let (ca, insecure) = (self.redis_tls_ca.trim(), self.redis_tls_insecure.trim() == "1");
        if !ca.is_empty() && (!by_tls || insecure) {
            let takes = "empty unless REDIS_URL is rediss:// and REDIS_TLS_INSECURE is 0";
            return Err(wrong("REDIS_TLS_CA", ca, takes));
        }
        let roots = match ca {
            "" => None,
            ca => Some(certificates(ca).ok_or_else(|| {
                wrong("REDIS_TLS_CA", ca, "a file with certificates in PEM that can be read")
            })?),
        };
        let trust = if by_tls && insecure { "#insecure" } else { "" };
        Ok(StoreConfig::Redis { url: format!("{url}{trust}"), roots })
    }

    fn client_location(&self) -> Result<Option<PathBuf>, Wrong> {
        let folder = self.client_location.trim();
        if folder.is_empty() {
            return Ok(None);
        }
        if PathBuf::from(folder).join("index.html").is_file() {
            return Ok(Some(PathBuf::from(folder)));
        }
        Err(wrong("CLIENT_LOCATION", folder, "a folder with an index.html"))
    }

    fn public_url(&self) -> Result<Option<String>, Wrong> {
        let url = self.public_url.trim();
        if url.is_empty() {
            let domain = list(&self.tls_domain).next();
            return Ok(domain.map(|domain| format!("https://{}", domain.to_lowercase())));
        }
        let takes = "an address such as https://chat.example.org, without a path";
        is_origin(url.strip_suffix('/').unwrap_or(url))
            .then(|| Some(url.trim_end_matches('/').to_owned()))
            .ok_or_else(|| wrong("PUBLIC_URL", url, takes))
    }

    /// Push services identify a server by its address in https; one on this machine takes any.
    fn push_hosts(&self) -> Result<Option<PushHosts>, Wrong> {
        if self.push_hosts.trim() == "none" {
            return Ok(None);
        }
        let takes = "names such as push.example.org, without a port, separated by commas; or none";
        let hosts = PushHosts::parse(list(&self.push_hosts))
            .map_err(|entry| wrong("PUSH_HOSTS", entry, takes))?;
        let is_secure = self.public_url()?.is_some_and(|url| url.starts_with("https://"));
        Ok((is_secure || hosts.has_local()).then_some(hosts))
    }

    fn registration(&self) -> Result<Registration, Wrong> {
        match self.registration.trim() {
            "open" => Ok(Registration::Open),
            "invite" => Ok(Registration::Invite),
            "closed" => Ok(Registration::Closed),
            other => Err(wrong("REGISTRATION", other, "open, invite or closed")),
        }
    }

    fn channel_creation(&self) -> Result<bool, Wrong> {
        match self.channel_creation.trim() {
            "members" => Ok(true),
            "admins" => Ok(false),
            other => Err(wrong("CHANNEL_CREATION", other, "members or admins")),
        }
    }

    fn metrics_address(&self) -> Result<Option<SocketAddr>, Wrong> {
        let address = self.metrics_address.trim();
        if address.is_empty() {
            return Ok(None);
        }
        let takes = "an address and a port such as 127.0.0.1:9464";
        socket_address("METRICS_ADDRESS", address, takes).map(Some)
    }

    fn max_connections_per_address(&self) -> Result<Option<usize>, Wrong> {
        match self.max_connections_per_address.trim() {
            "" => Ok(None),
            number => bound("MAX_CONNECTIONS_PER_ADDRESS", number).map(Some),
        }
    }

    fn origins(&self) -> Result<Origins, Wrong> {
        let takes = "origins such as https://chat.example.org, separated by commas, or *";
        let allowed = list(&self.allowed_origins)
            .map(|origin| {
                Allowed::parse(origin).ok_or_else(|| wrong("ALLOWED_ORIGINS", origin, takes))
            })
            .collect::<Result<_, _>>()?;
        let takes = "names such as chat.example.org, without a port, separated by commas";
        let mut hosts = list(&self.hosts)
            .map(|host| host_name(host).ok_or_else(|| wrong("HOSTS", host, takes)))
            .collect::<Result<Vec<_>, _>>()?;
        let others = match (hosts.is_empty(), self.address()?.ip().is_loopback()) {
            (false, _) => Others::None,
            (true, true) => Others::BehindProxy,
            (true, false) => Others::Any,
        };
        hosts.extend(list(&self.tls_domain).filter_map(host_name));
        Ok(Origins { allowed, hosts, others })
    }

    fn trusted_proxies(&self) -> Result<Proxies, Wrong> {
        let takes = "addresses and networks such as 10.0.0.0/8, separated by commas";
        Proxies::parse(&self.trusted_proxies)
            .ok_or_else(|| wrong("TRUSTED_PROXIES", &self.trusted_proxies, takes))
    }

    fn log_as_json(&self) -> Result<Option<bool>, Wrong> {
        match self.log_format.trim() {
            "auto" => Ok(None),
            "text" => Ok(Some(false)),
            "json" => Ok(Some(true)),
            other => Err(wrong("LOG_FORMAT", other, "auto, text or json")),
        }
    }

    fn log(&self) -> Result<String, Wrong> {
        let takes = "error, warn, info, debug, trace, or directives like info,chinwag_store=debug";
        let is_filter = is_log_filter(&self.log);
        is_filter.then(|| self.log.clone()).ok_or_else(|| wrong("LOG", &self.log, takes))
    }
}

pub(super) fn wrong(variable: &'static str, got: &str, takes: &'static str) -> Wrong {
    Wrong { variable, got: format!("\"{got}\""), takes }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    fn check(arguments: &[&str]) -> Result<Config, Wrong> {
        Settings::try_parse_from([&["chinwag"], arguments].concat()).unwrap().check()
    }

    #[test]
    fn each_wrong_value_is_named_with_what_it_takes() {
        for (arguments, sentence) in [
            (["--port", "70000"], "PORT is \"70000\", but must be a port, 0 to 65535."),
            (
                ["--registration", "maybe"],
                "REGISTRATION is \"maybe\", but must be open, invite or closed.",
            ),
            (
                ["--presence-limit", "few"],
                "PRESENCE_LIMIT is \"few\", but must be a whole number, 0 or more.",
            ),
        ] {
            assert_eq!(check(&arguments).unwrap_err().to_string(), sentence);
        }
        for arguments in [
            ["--server-address", "nowhere"],
            ["--redis-address", "localhost"],
            ["--client-location", "/nowhere"],
            ["--message-rate", "fast"],
            ["--sign-in-rate", "minus one"],
            ["--connection-rate", "1.5"],
            ["--max-connections", "all"],
            ["--max-connections-per-address", "many"],
            ["--sign-in-deadline", "soon"],
            ["--trusted-proxies", "localhost"],
            ["--redis-tls-insecure", "yes"],
            ["--tls-domain", "localhost"],
            ["--max-message-length", "0"],
            ["--metrics-address", "9464"],
            ["--daily-storage", "much"],
            ["--daily-storage", "1.5GB"],
            ["--hosts", "https://chat.example.org"],
            ["--hosts", "chat.example.org:5000"],
            ["--hosts", "*.example.org"],
            ["--allowed-origins", "example.org"],
            ["--allowed-origins", "https://*.example.org"],
            ["--allowed-origins", "https://example.org/chat"],
            ["--allowed-origins", "https://example.org:port"],
            ["--public-url", "chat.example.org"],
            ["--public-url", "https://chat.example.org/chat"],
            ["--public-url", "https://me@chat.example.org"],
            ["--public-url", "https://"],
            ["--public-url", "ftp://chat.example.org"],
            ["--push-hosts", "https://push.example.org"],
            ["--push-hosts", "http://10.0.0.1:80"],
            ["--log", "chinwag=loud"],
            ["--log", "loud"],
            ["--log", "info,chinwag_store"],
            ["--log", ""],
            ["--log-format", "xml"],
        ] {
            let variable = arguments[0].trim_start_matches('-').replace('-', "_").to_uppercase();
            assert!(check(&arguments).unwrap_err().to_string().starts_with(&variable));
        }
    }

    #[test]
    fn notifications_need_an_address_in_https() {
        let (url, local) = ("https://chat.example.org:8443", "http://127.0.0.1:8080");
        for (arguments, public_url, pushes) in [
            (&[][..], None, false),
            (&["--push-hosts", "push.example.org"], None, false),
            (&["--push-hosts", local], None, true),
            (&["--public-url", "https://chat.example.org:8443/"], Some(url), true),
            (&["--public-url", url, "--push-hosts", "none"], Some(url), false),
            (&["--public-url", "http://[::1]:80"], Some("http://[::1]:80"), false),
            (
                &["--public-url", "http://[::1]:80", "--push-hosts", local],
                Some("http://[::1]:80"),
                true,
            ),
            (&["--tls-domain", "Chat.example.org, b.org"], Some("https://chat.example.org"), true),
        ] {
            let config = check(arguments).unwrap();
            let found = (config.public_url.as_deref(), config.push_hosts.is_some());
            assert_eq!(found, (public_url, pushes), "{arguments:?}");
        }
    }

    #[test]
    fn a_size_is_a_number_with_or_without_a_unit() {
        for (text, bytes) in
            [("0", None), ("1500", Some(1_500)), ("2kb", Some(2_000)), ("3 MB", Some(3_000_000))]
        {
            assert_eq!(check(&["--daily-storage", text]).unwrap().daily_storage, bytes);
        }
    }

    #[test]
    fn a_port_alone_is_every_address_or_this_machine() {
        for (arguments, expected) in [
            (["--server-address", ":5555"], "[::]:5555"),
            (["--port", "5555"], "[::]:5555"),
            (["--server-address", "127.0.0.1:5555"], "127.0.0.1:5555"),
        ] {
            assert_eq!(check(&arguments).unwrap().address.to_string(), expected);
        }
        let metrics = check(&["--metrics-address", ":9464"]).unwrap().metrics_address;
        assert_eq!(metrics.unwrap().to_string(), "[::]:9464");
        for (address, expected) in [
            (":6379", "redis://localhost:6379"),
            ("redis_1.example:6379", "redis://redis_1.example:6379"),
            ("[::1]:6379", "redis://[::1]:6379"),
        ] {
            let store = check(&["--redis-address", address]).unwrap().store;
            let StoreConfig::Redis { url, .. } = store else { panic!("{address}") };
            assert_eq!(url, expected);
        }
        for address in ["::1:6379", "a@b:6379", "a/b:6379", "redis://a:6379", "[a]:6379"] {
            let wrong = check(&["--redis-address", address]).unwrap_err().to_string();
            assert!(wrong.starts_with("REDIS_ADDRESS is"), "{wrong}");
        }
    }

    #[test]
    fn a_redis_password_is_neither_mangled_nor_shown() {
        let arguments = ["--redis-address", "localhost:6379", "--redis-password", "p@ss/word"];
        let config = check(&arguments).unwrap();
        assert!(!format!("{config:?}").contains("word"));
        let StoreConfig::Redis { url, .. } = config.store else { panic!("a Redis was configured") };
        assert_eq!(url, "redis://:p%40ss%2Fword@localhost:6379");
        let wrong = check(&["--redis-url", "http://:secret@localhost"]).unwrap_err();
        assert!(!wrong.to_string().contains("secret"));
    }

    #[test]
    fn the_sample_file_lists_exactly_the_variables() {
        let sample = include_str!("../../../../.env.sample");
        let sampled: Vec<_> = sample
            .lines()
            .filter_map(|line| line.trim_start_matches('#').split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let command = Settings::command();
        let known: Vec<_> = command
            .get_arguments()
            .filter_map(|argument| {
                let name = argument.get_env()?.to_str()?.to_owned();
                let default = argument.get_default_values().first()?.to_str()?.to_owned();
                Some((name, default))
            })
            .collect();
        assert_eq!(sampled, known);
    }
}
