//! A refused sign-in is logged with its address and counted; the log holds no secret.

use serde_json::json;

use crate::support::{TestRedis, TestServer};

fn guess(server: &TestServer, from: &str, sign_in: &serde_json::Value) {
    let mut client = server.connect_from(from);
    client.send(&json!({"type": "signIn", "signIn": sign_in}));
    client.until("error");
}

#[test]
fn a_refused_sign_in_is_logged_and_counted() {
    let redis = TestRedis::start();
    let url = redis.url();
    let settings = [("TRUSTED_PROXIES", "127.0.0.1"), ("SIGN_IN_RATE", "2")];
    for server in [
        TestServer::with(&settings),
        TestServer::with(&[&settings[..], &[("REDIS_URL", &url)]].concat()),
    ] {
        server.sign_in("Ada");
        let wrong = json!({"username": "Ada", "password": "not-the-one"});
        guess(&server, "203.0.113.7", &wrong);
        guess(&server, "203.0.113.7", &wrong);
        guess(&server, "203.0.113.7", &wrong);
        let key = json!({"accessKey": "no-such-key"});
        guess(&server, "2001:db8::1", &key);
        let unknown = json!({"username": "Zoe", "password": "not-the-one", "create": false});
        guess(&server, "203.0.113.8", &unknown);
        for (address, reason) in [
            ("203.0.113.7", "password"),
            ("203.0.113.8", "password"),
            ("203.0.113.7", "too_many"),
            ("2001:db8::1", "access_key"),
        ] {
            server.until_logged(&format!(
                r#""message":"refused a sign-in","address":"{address}","reason":"{reason}""#
            ));
        }
        for secret in ["not-the-one", "no-such-key", "Ada", "Zoe"] {
            assert!(!server.log().contains(secret), "{}", server.log());
        }
        let metrics = server.metrics();
        for figure in [r#"password"} 3"#, r#"too_many"} 1"#, r#"access_key"} 1"#] {
            let line = format!(r#"chinwag_sign_ins_refused_total{{reason="{figure}"#);
            assert!(metrics.contains(&line), "{line}\n{metrics}");
        }
    }
}
