//! Redis by TLS: whom a server believes to be its Redis.

use crate::support::test_certificate::TestCertificate;
use crate::support::{TestRedis, TestServer};

#[test]
fn redis_may_be_reached_by_tls_and_must_be_vouched_for() {
    let (certificate, other) = (TestCertificate::new(), TestCertificate::new());
    let redis = TestRedis::with_tls(&certificate);
    let url = redis.url().replace("redis://", "rediss://");
    let file = certificate.certificate();
    let ca = file.to_str().unwrap();
    for trust in [("REDIS_TLS_CA", ca), ("REDIS_TLS_INSECURE", "1")] {
        let server = TestServer::with(&[("REDIS_URL", &url), trust]);
        let mut ada = server.sign_in("Ada");
        ada.join("");
        ada.say("", "by TLS");
        ada.until("channelMessage");
        let warned = server.log().contains("a man in the middle");
        assert_eq!(warned, trust.0 == "REDIS_TLS_INSECURE", "{}", server.log());
    }
    let file = other.certificate();
    for trust in [("REDIS_TLS_CA", file.to_str().unwrap()), ("LOG", "info")] {
        let stopped = TestServer::fail(&[("REDIS_URL", &url), trust]);
        assert!(
            !stopped.status.success() && stopped.stderr.contains("by REDIS_TLS_CA"),
            "{}",
            stopped.stderr
        );
    }
    let stopped = TestServer::fail(&[("REDIS_URL", &redis.url()), ("REDIS_TLS_CA", ca)]);
    assert!(stopped.stderr.contains("REDIS_TLS_CA is"), "{}", stopped.stderr);
}
