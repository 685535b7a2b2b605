//! Addresses that clients give: endpoints of push services, origins, and hops of proxies.

#![no_main]

#[path = "../../crates/server/src/origins.rs"]
#[expect(dead_code, reason = "the server uses the rest")]
mod origins;
#[path = "../../crates/server/src/proxies.rs"]
#[expect(dead_code, reason = "the server uses the rest")]
mod proxies;
#[path = "../../crates/server/src/push/public.rs"]
mod public;
#[path = "../../crates/server/src/push_hosts.rs"]
#[expect(dead_code, reason = "the server uses the rest")]
mod push_hosts;

use std::net::IpAddr;

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;
use origins::Origins;
use proxies::Proxies;
use push_hosts::{PushHosts, Service};

const KNOWN: [&str; 6] = [
    "fcm.googleapis.com",
    "android.googleapis.com",
    "jmt17.google.com",
    "updates.push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
];

fuzz_target!(|text: &str| {
    match PushHosts::default().service(text) {
        Ok(Service::Public(host)) => assert!(KNOWN.iter().any(|known| is_of(&host, known))),
        Ok(Service::Local(address)) => panic!("{address} is on this machine"),
        Err(_) => {}
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        assert!(!public::is_public(address) || !address.is_loopback() && !address.is_unspecified());
    }
    let Ok(value) = HeaderValue::from_str(text) else { return };
    let mut headers = HeaderMap::new();
    headers.insert(ORIGIN, value.clone());
    headers.insert(HOST, HeaderValue::from_static("chat.example.org"));
    let allowed = Origins::default().allow(&headers, 443);
    assert!(!allowed || text.contains("chat.example.org"));
    headers.insert(HeaderName::from_static("x-forwarded-for"), value);
    let (proxy, proxies) = (IpAddr::from([10, 0, 0, 1]), Proxies::parse("10.0.0.0/8").unwrap());
    proxies.client(proxy, &headers);
    let stranger = IpAddr::from([192, 0, 2, 1]);
    assert_eq!(proxies.client(stranger, &headers), stranger);
});

fn is_of(host: &str, known: &str) -> bool {
    if known.starts_with('.') { host.ends_with(known) } else { host == known }
}
