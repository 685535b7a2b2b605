//! The push services to which notifications are sent.

use std::net::{IpAddr, SocketAddr};

use http::Uri;

use crate::origins::host_name;

/// Google's (Chrome and its siblings), Mozilla's, Apple's and Microsoft's (Edge). `*.` stands for one or more labels.
const KNOWN: [&str; 6] = [
    "fcm.googleapis.com",
    "android.googleapis.com",
    "jmt17.google.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
];

/// The longest endpoint, in bytes. Edge's have some 600.
const LONGEST: usize = 2_048;

/// The push services that are used.
#[derive(Clone, Debug, Default)]
pub struct PushHosts {
    /// Besides the known ones.
    names: Vec<String>,
    /// On this machine, by plain HTTP.
    local: Vec<SocketAddr>,
}

/// A push service.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Service {
    /// By https on port 443 of this host.
    Public(String),
    /// By http on this machine.
    Local(SocketAddr),
}

/// Why an endpoint is not used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unfit {
    /// It is no URL.
    Malformed,
    /// It is not of a push service that is used.
    Foreign,
}

impl PushHosts {
    /// Reads the entries of `PUSH_HOSTS`: names, of which `*.` may be the beginning, and addresses of this machine as
    /// `http://127.0.0.1:PORT`. The entry that can't be read is returned.
    ///
    /// # Errors
    /// The first entry that is neither.
    pub fn parse<'a>(entries: impl Iterator<Item = &'a str>) -> Result<Self, &'a str> {
        let mut hosts = Self::default();
        for entry in entries {
            if let Some(address) = entry.strip_prefix("http://") {
                let address = address.trim_end_matches('/').parse().ok();
                let is_local = |address: &SocketAddr| address.ip().is_loopback();
                hosts.local.push(address.filter(is_local).ok_or(entry)?);
            } else {
                hosts.names.push(pattern(entry).ok_or(entry)?);
            }
        }
        Ok(hosts)
    }

    /// Whether one of them is on this machine.
    pub fn has_local(&self) -> bool {
        !self.local.is_empty()
    }

    /// The push service of an endpoint.
    pub fn service(&self, endpoint: &str) -> Result<Service, Unfit> {
        let uri: Uri = endpoint.parse().map_err(|_| Unfit::Malformed)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(Unfit::Malformed);
        };
        if endpoint.len() > LONGEST || endpoint.contains('#') {
            return Err(Unfit::Malformed);
        }
        let host = authority.host().to_ascii_lowercase();
        match scheme {
            "https" if authority.as_str().eq_ignore_ascii_case(&host) || is_on_443(&uri, &host) => {
                let mut patterns = KNOWN.into_iter().chain(self.names.iter().map(String::as_str));
                let is_used = patterns.any(|pattern| fits(pattern, &host));
                if is_used { Ok(Service::Public(host)) } else { Err(Unfit::Foreign) }
            }
            "http" => {
                let address = authority.as_str().parse().ok();
                let local = address.filter(|address| self.local.contains(address));
                local.map(Service::Local).ok_or(Unfit::Foreign)
            }
            _ => Err(Unfit::Foreign),
        }
    }
}

impl Service {
    /// The origin of its URLs, by which a signature is for it alone.
    pub fn origin(&self) -> String {
        match self {
            Self::Public(host) => format!("https://{host}"),
            Self::Local(address) => format!("http://{address}"),
        }
    }
}

/// Whether the port is named, and nothing else beside it.
fn is_on_443(uri: &Uri, host: &str) -> bool {
    let authority = uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
    authority.eq_ignore_ascii_case(&format!("{host}:443"))
}

fn pattern(entry: &str) -> Option<String> {
    let name = host_name(entry.strip_prefix("*.").unwrap_or(entry))?;
    // An address is no name: the certificate of a push service is for a name.
    if name.parse::<IpAddr>().is_ok() || !name.contains('.') {
        return None;
    }
    Some(if entry.starts_with("*.") { format!("*.{name}") } else { name })
}

fn fits(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(end) => host.len() > end.len() && host.ends_with(end) && host_name(host).is_some(),
        None => host == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(entries: &[&str]) -> PushHosts {
        PushHosts::parse(entries.iter().copied()).unwrap()
    }

    #[test]
    fn only_known_services_are_used() {
        let hosts = hosts(&["push.example.org", "*.ntfy.example", "http://127.0.0.1:8080"]);
        let public = |host: &str| Ok(Service::Public(host.to_owned()));
        let (foreign, malformed) = (Err(Unfit::Foreign), Err(Unfit::Malformed));
        let local = "127.0.0.1:8080".parse().unwrap();
        for (endpoint, expected) in [
            ("https://fcm.googleapis.com/fcm/send/a:b", public("fcm.googleapis.com")),
            ("https://FCM.googleapis.com:443/wp/a", public("fcm.googleapis.com")),
            (
                "https://updates.push.services.mozilla.com/wpush/v2/a",
                public("updates.push.services.mozilla.com"),
            ),
            ("https://web.push.apple.com/a?b=c", public("web.push.apple.com")),
            (
                "https://wns2-par02p.notify.windows.com/w/?token=a%2b",
                public("wns2-par02p.notify.windows.com"),
            ),
            ("https://push.example.org/a", public("push.example.org")),
            ("https://a.ntfy.example/a", public("a.ntfy.example")),
            ("http://127.0.0.1:8080/a", Ok(Service::Local(local))),
            ("http://127.0.0.1:8081/a", foreign.clone()),
            ("http://127.0.0.1/a", foreign.clone()),
            ("http://localhost:8080/a", foreign.clone()),
            ("https://127.0.0.1:8080/a", foreign.clone()),
            ("http://fcm.googleapis.com/a", foreign.clone()),
            ("https://fcm.googleapis.com:8443/a", foreign.clone()),
            ("https://fcm.googleapis.com:0443/a", foreign.clone()),
            ("https://me@fcm.googleapis.com/a", foreign.clone()),
            ("https://me:443@fcm.googleapis.com/a", foreign.clone()),
            ("https://fcm.googleapis.com.example.org/a", foreign.clone()),
            ("https://xfcm.googleapis.com/a", foreign.clone()),
            ("https://fcm.googleapis.com./a", foreign.clone()),
            ("https://push.apple.com/a", foreign.clone()),
            ("https://evilpush.apple.com.example/a", foreign.clone()),
            ("https://notify.windows.com/a", foreign.clone()),
            ("https://.notify.windows.com/a", foreign.clone()),
            ("https://ntfy.example/a", foreign.clone()),
            ("https://169.254.169.254/a", foreign.clone()),
            ("https://[::1]/a", foreign.clone()),
            ("https://example.org/a", foreign.clone()),
            ("ftp://fcm.googleapis.com/a", foreign),
            ("https://fcm.googleapis.com/a b", malformed.clone()),
            ("https://fcm.googleapis.com/a\r\nx: y", malformed.clone()),
            ("https://fcm.googleapis.com/a#b", malformed.clone()),
            ("/fcm/send", malformed.clone()),
            ("fcm.googleapis.com", malformed.clone()),
            ("", malformed.clone()),
            ("https:///a", malformed),
        ] {
            assert_eq!(hosts.service(endpoint), expected, "{endpoint}");
        }
        let long = format!("https://fcm.googleapis.com/{}", "a".repeat(LONGEST));
        assert_eq!(hosts.service(&long), Err(Unfit::Malformed));
        assert_eq!(PushHosts::default().service("http://127.0.0.1:8080/a"), Err(Unfit::Foreign));
    }

    #[test]
    fn an_entry_is_a_name_or_an_address_of_this_machine() {
        assert!(hosts(&["http://[::1]:80/"]).has_local());
        assert!(!hosts(&["push.example.org"]).has_local());
        for entry in [
            "https://push.example.org",
            "http://10.0.0.1:80",
            "http://127.0.0.1",
            "http://localhost:80",
            "http://push.example.org",
            "10.0.0.1",
            "push.example.org:8443",
            "push.example.org/path",
            "a.*.example.org",
            "*",
            "*.",
            "localhost",
        ] {
            assert_eq!(PushHosts::parse([entry].into_iter()).unwrap_err(), entry);
        }
    }
}
