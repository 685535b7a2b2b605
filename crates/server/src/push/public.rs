//! Which addresses are public, by the IANA's registries of special-purpose addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// The networks of IPv4 without unicast addresses of the internet.
const SPECIAL_4: [Ipv4Net; 15] = [
    net_4([0, 0, 0, 0], 8),
    net_4([10, 0, 0, 0], 8),
    net_4([100, 64, 0, 0], 10),
    net_4([127, 0, 0, 0], 8),
    net_4([169, 254, 0, 0], 16),
    net_4([172, 16, 0, 0], 12),
    net_4([192, 0, 0, 0], 24),
    net_4([192, 0, 2, 0], 24),
    net_4([192, 88, 99, 0], 24),
    net_4([192, 168, 0, 0], 16),
    net_4([198, 18, 0, 0], 15),
    net_4([198, 51, 100, 0], 24),
    net_4([203, 0, 113, 0], 24),
    net_4([224, 0, 0, 0], 4),
    net_4([240, 0, 0, 0], 4),
];

/// The network of all unicast addresses of the internet.
const GLOBAL_6: Ipv6Net = net_6([0x2000, 0, 0, 0], 3);

/// The networks in it with another use: protocols such as Teredo, documentation, and 6to4, which carries an IPv4 address.
const SPECIAL_6: [Ipv6Net; 4] = [
    net_6([0x2001, 0, 0, 0], 23),
    net_6([0x2001, 0xdb8, 0, 0], 32),
    net_6([0x2002, 0, 0, 0], 16),
    net_6([0x3fff, 0, 0, 0], 20),
];

/// The network in which NAT64 shows addresses of IPv4, RFC 6052.
const NAT64: Ipv6Net = net_6([0x64, 0xff9b, 0, 0], 96);

const fn net_4([a, b, c, d]: [u8; 4], bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn net_6([a, b, c, d]: [u16; 4], bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), bits)
}

/// Whether an address is one of the internet, and leads to no network or machine that is private.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_4(address),
        IpAddr::V6(address) if NAT64.contains(&address) => {
            let [.., a, b, c, d] = address.octets();
            is_public_4(Ipv4Addr::new(a, b, c, d))
        }
        IpAddr::V6(address) => {
            GLOBAL_6.contains(&address) && !SPECIAL_6.iter().any(|net| net.contains(&address))
        }
    }
}

fn is_public_4(address: Ipv4Addr) -> bool {
    !SPECIAL_4.iter().any(|net| net.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_and_special_addresses_are_not_public() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b:1::808:808",
            "100::1",
            "2001::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:808:808::1",
            "3fff::1",
            "fc00::1",
            "fd00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "5f00::1",
            "4000::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.255.255",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.1.1",
            "198.17.255.255",
            "223.255.255.255",
            "2001:4860:4860::8888",
            "2600::1",
            "2a00:1450:4001::5f",
            "3ffe::1",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }
}
