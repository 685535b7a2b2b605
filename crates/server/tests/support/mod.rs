//! What the tests speak to: the real binary, a real Redis, and a client of nothing but the public protocol.

#![expect(dead_code, reason = "each test file uses a part of it")]

pub mod agent;
pub mod calendar;
pub mod commands;
pub mod lossy_proxy;
pub mod nodes;
pub mod picture;
pub mod push_service;
pub mod raw_socket;
pub mod terminal;
pub mod test_certificate;
mod test_client;
pub mod test_collector;
mod test_redis;
mod test_server;

pub use test_client::TestClient;
pub use test_redis::TestRedis;
pub use test_server::TestServer;

/// Runs a case on one node, and across two, with these settings.
pub fn on_one_and_two(settings: &[(&str, &str)], case: impl Fn(&TestServer, &TestServer)) {
    let server = TestServer::with(settings);
    case(&server, &server);
    let redis = TestRedis::start();
    let url = redis.url();
    let node = || TestServer::with(&[settings, &[("REDIS_URL", url.as_str())]].concat());
    case(&node(), &node());
}
