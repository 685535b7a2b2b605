//! The client's address behind proxies: the nearest hop that is no trusted proxy.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

/// The other end of a request's socket: the client, or a proxy.
#[derive(Clone, Copy)]
pub struct Peer(pub IpAddr);

/// The most hops that are looked at.
const MAX_HOPS: usize = 64;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The proxies whose `X-Forwarded-For` is believed.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Reads addresses and networks, separated by commas; `None` if one is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let net =
            |part: &str| part.parse().ok().or_else(|| part.parse::<IpAddr>().ok().map(IpNet::from));
        parts.map(net).collect::<Option<_>>().map(Self)
    }

    /// Whether none is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this peer is one of them.
    pub fn trust(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.0.iter().any(|net| net.contains(&peer))
    }

    /// Who speaks: the peer itself, or the rightmost hop that is not trusted, since each hop only
    /// vouches for what stands to its right.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.trust(peer) {
            return peer;
        }
        let lines = headers.get_all(FORWARDED_FOR).iter().rev();
        let hops = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.rsplit(','));
        let mut client = peer;
        for hop in hops.take(MAX_HOPS) {
            let Some(address) = address(hop.trim()) else { break };
            client = address.to_canonical();
            if !self.trust(client) {
                break;
            }
        }
        client
    }
}

/// Whether a proxy has written down for whom it speaks.
pub fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.contains_key(FORWARDED_FOR)
}

/// A hop's address, which some gateways write with its port or in brackets.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, lines: &[&str]) -> String {
        let proxies = Proxies::parse("10.0.0.0/8, 192.0.2.9, 2001:db8::/32").unwrap();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(client("198.51.100.7", &["203.0.113.1"]), "198.51.100.7");
        assert_eq!(client("10.1.2.3", &["203.0.113.1"]), "203.0.113.1");
        assert_eq!(client("::ffff:10.1.2.3", &["203.0.113.1"]), "203.0.113.1");
        assert_eq!(client("10.1.2.3", &[]), "10.1.2.3");
    }

    #[test]
    fn what_the_client_itself_wrote_is_not_believed() {
        assert_eq!(client("10.1.2.3", &["1.1.1.1, 203.0.113.1, 192.0.2.9"]), "203.0.113.1");
        assert_eq!(client("10.1.2.3", &["1.1.1.1", "203.0.113.1", "2001:db8::1"]), "203.0.113.1");
        assert_eq!(client("10.1.2.3", &["203.0.113.1, nonsense, 10.9.9.9"]), "10.9.9.9");
    }

    #[test]
    fn a_hop_may_have_a_port_and_brackets() {
        assert_eq!(client("10.1.2.3", &["203.0.113.7:51008"]), "203.0.113.7");
        assert_eq!(client("10.1.2.3", &["[2001:db9::1]:51008"]), "2001:db9::1");
        assert_eq!(client("10.1.2.3", &["[2001:db9::1]"]), "2001:db9::1");
        assert_eq!(client("10.1.2.3", &["203.0.113.1, 10.9.9.9:80"]), "203.0.113.1");
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for wrong in ["proxy", "10.0.0.0/33", "10.0.0.1/x", "10.0.0.1 10.0.0.2"] {
            assert!(Proxies::parse(wrong).is_none(), "{wrong}");
        }
        assert!(!Proxies::parse("").unwrap().trust(IpAddr::from([127, 0, 0, 1])));
    }
}
