//! The client of a Redis, with TLS where its URL says so.

use redis::{Client, RedisResult, TlsCertificates};

/// The client of the Redis at the URL; these certificates in PEM vouch for it, or the system's.
pub(super) fn of(url: &str, roots: Option<Vec<u8>>) -> RedisResult<Client> {
    match roots {
        None => Client::open(url),
        roots => {
            Client::build_with_tls(url, TlsCertificates { client_tls: None, root_cert: roots })
        }
    }
}
