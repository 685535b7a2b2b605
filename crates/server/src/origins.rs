//! Which pages may connect, by the `Origin` and `Host` headers that browsers send.

use std::net::{IpAddr, SocketAddr};

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, Uri};

/// Which pages may connect: the server's own, and those of sites that are allowed.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// Sites besides the server's own.
    pub allowed: Vec<Allowed>,
    /// Names of this server, in lower case.
    pub hosts: Vec<String>,
    /// Which other names are this server's, too.
    pub others: Others,
}

/// Which names that aren't listed are this server's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Others {
    /// None.
    #[default]
    None,
    /// Any, where `Host` names another port than the server's: then a proxy stands between.
    BehindProxy,
    /// Any.
    Any,
}

/// A site whose pages may connect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Allowed {
    /// Every site.
    All,
    /// This one.
    One(Origin),
}

/// Scheme, host and port, RFC 6454, section 4.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    scheme: Scheme,
    host: String,
    port: u16,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Scheme {
    Http,
    Https,
}

impl Origins {
    /// Whether the request, which came to this port, is of a page that may connect. What is no browser
    /// sends no origin.
    pub fn allow(&self, headers: &HeaderMap, port: u16) -> bool {
        let mut origins = headers.get_all(ORIGIN).iter();
        let Some(origin) = origins.next() else { return true };
        let origin = origin.to_str().ok().and_then(Origin::parse);
        let Some(origin) = origin.filter(|_| origins.next().is_none()) else {
            return self.allowed.contains(&Allowed::All)
                && headers.get_all(ORIGIN).iter().count() == 1;
        };
        let allowed = self.allowed.iter().any(|allowed| match allowed {
            Allowed::All => true,
            Allowed::One(one) => *one == origin,
        });
        allowed || self.is_own(&origin, headers, port)
    }

    /// Whether the page came from this server: its origin is where the request went to, and that is
    /// a name of this server. Else a page elsewhere could turn its own name to this server's address
    /// (DNS rebinding). An IP address can't be turned.
    fn is_own(&self, origin: &Origin, headers: &HeaderMap, port: u16) -> bool {
        let mut hosts = headers.get_all(HOST).iter();
        let host = hosts.next().and_then(|host| host.to_str().ok());
        let Some(host) = host.filter(|_| hosts.next().is_none()) else { return false };
        let known = match self.others {
            Others::None => false,
            Others::BehindProxy => origin.port != port,
            Others::Any => true,
        };
        let known = known
            || origin.host == "localhost"
            || is_ip_address(&origin.host)
            || self.hosts.contains(&origin.host);
        known
            && authority(host, origin.scheme)
                .is_some_and(|(host, port)| host == origin.host && port == origin.port)
    }
}

impl Allowed {
    /// Reads an entry of `ALLOWED_ORIGINS`; `None` if no page's origin can be it.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "*" => Some(Self::All),
            text => Origin::parse(text.strip_suffix('/').unwrap_or(text)).map(Self::One),
        }
    }
}

impl Origin {
    fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return None,
        };
        let (host, port) = authority(rest, scheme)?;
        Some(Self { scheme, host, port })
    }
}

/// Host and port, the scheme's own where none is named.
fn authority(text: &str, scheme: Scheme) -> Option<(String, u16)> {
    let uri: Uri = text.parse().ok()?;
    let authority = uri.authority().filter(|authority| authority.as_str() == text)?;
    let port = match text.strip_prefix(authority.host())? {
        "" if scheme == Scheme::Https => 443,
        "" => 80,
        port => port.strip_prefix(':')?.parse().ok()?,
    };
    let host = authority.host().to_ascii_lowercase();
    (is_ip_address(&host) || host_name(&host).is_some()).then_some((host, port))
}

/// A name as browsers send it, in lower case: letters, digits and hyphens between dots, so that
/// names in other letters stand as `xn--…`.
pub fn host_name(text: &str) -> Option<String> {
    let fits = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    text.trim_end_matches('.').split('.').all(fits).then(|| text.to_ascii_lowercase())
}

/// An IPv4 address, or an IPv6 address in brackets.
fn is_ip_address(host: &str) -> bool {
    host.parse::<IpAddr>().is_ok_and(|address| address.is_ipv4())
        || format!("{host}:0").parse::<SocketAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(origins: &[&str], host: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for origin in origins {
            headers.append(ORIGIN, origin.parse().unwrap());
        }
        headers.insert(HOST, host.parse().unwrap());
        headers
    }

    fn any_host(allowed: &[&str]) -> Origins {
        let allowed = allowed.iter().map(|text| Allowed::parse(text).unwrap()).collect();
        Origins { allowed, others: Others::Any, ..Origins::default() }
    }

    #[test]
    fn only_the_own_origin_and_those_named_may_connect() {
        let origins = any_host(&["https://app.example", "https://other.example:443"]);
        let may = |origin: &str| origins.allow(&headers(&[origin], "chat.example:5000"), 5000);
        assert!(origins.allow(&headers(&[], "chat.example:5000"), 5000), "no browser");
        for origin in [
            "http://chat.example:5000",
            "https://chat.example:5000",
            "https://APP.example",
            "https://app.example:443",
            "https://other.example",
        ] {
            assert!(may(origin), "{origin}");
        }
        for origin in [
            "null",
            "",
            "http://chat.example",
            "http://chat.example:5001",
            "https://app.example.evil",
            "https://evil.example",
            "ftp://chat.example:5000",
            "http://chat.example:5000.evil",
            "http://evil/chat.example:5000",
            "http://chat.example:5000@evil.example",
            "http://evil@chat.example:5000",
            "chat.example:5000",
            "http://app.example",
            "https://app.example:444",
        ] {
            assert!(!may(origin), "{origin}");
        }
        assert!(any_host(&["*"]).allow(&headers(&["https://any.example"], "x"), 5000));
        assert!(any_host(&["*"]).allow(&headers(&["null"], "x"), 5000));
    }

    #[test]
    fn the_usual_port_may_be_named_or_not() {
        let origins = any_host(&[]);
        for (origin, host) in [
            ("https://chat.example", "chat.example:443"),
            ("https://chat.example:443", "chat.example"),
            ("http://chat.example", "chat.example:80"),
            ("http://[::1]:5000", "[::1]:5000"),
        ] {
            assert!(origins.allow(&headers(&[origin], host), 5000), "{origin} {host}");
        }
        assert!(!origins.allow(&headers(&["http://chat.example"], "chat.example:443"), 5000));
    }

    #[test]
    fn two_origins_and_one_that_is_not_ascii_are_refused() {
        let origins = any_host(&["*"]);
        let own = "http://chat.example:5000";
        assert!(!origins.allow(&headers(&[own, own], "chat.example:5000"), 5000));
        let mut odd = headers(&[], "chat.example:5000");
        odd.insert(ORIGIN, http::HeaderValue::from_bytes(b"http://ch\xe4t.example").unwrap());
        assert!(!any_host(&[]).allow(&odd, 5000));
    }

    #[test]
    fn a_name_that_is_not_this_servers_is_refused() {
        let hosts = vec!["chat.example".to_owned()];
        let own = Origins { hosts, ..Origins::default() };
        let may = |host: &str| own.allow(&headers(&[&format!("http://{host}")], host), 5000);
        for host in
            ["localhost:5000", "127.0.0.1:5000", "[::1]:5000", "10.0.0.5", "chat.example:5000"]
        {
            assert!(may(host), "{host}");
        }
        for host in ["evil.example:5000", "chat.example.evil", "localhost.evil", "1.2.3.4.evil"] {
            assert!(!may(host), "{host}");
        }
        let rebound = headers(&["http://evil.example"], "evil.example");
        let loopback = Origins { others: Others::BehindProxy, ..Origins::default() };
        assert!(!own.allow(&rebound, 5000));
        assert!(!loopback.allow(&rebound, 80), "it came to the server's own port");
        assert!(loopback.allow(&rebound, 5000), "a proxy's port");
    }

    #[test]
    fn an_entry_that_can_match_nothing_is_none() {
        for wrong in [
            "https://*.example.org",
            "https://example.org/chat",
            "https://m\u{fc}nchen.example",
            "example.org",
            "https://",
            "ftp://example.org",
        ] {
            assert_eq!(Allowed::parse(wrong), None, "{wrong}");
        }
        assert!(Allowed::parse("https://xn--mnchen-3ya.example").is_some());
    }
}
