//! What can't start says why in one sentence, and ends with an error.

use tempfile::TempDir;

use crate::support::TestServer;
use crate::support::test_certificate::TestCertificate;

#[test]
fn a_wrong_start_ends_with_one_clear_sentence() {
    let running = TestServer::embedded();
    for (variables, expected) in [
        ([("SERVER_ADDRESS", running.address())], running.address()),
        ([("DATA_DIR", "/proc/chinwag")], "DATA_DIR"),
        ([("MESSAGE_RATE", "many")], "MESSAGE_RATE"),
    ] {
        let stopped = TestServer::fail(&variables);
        assert!(!stopped.status.success(), "{variables:?}");
        let lines: Vec<_> = stopped.stderr.trim().lines().collect();
        assert_eq!(lines.len(), 1, "{variables:?}: {lines:?}");
        assert!(lines[0].contains(expected), "{variables:?}: {lines:?}");
    }
}

#[test]
fn files_are_not_kept_where_everybody_reads() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("index.html"), "<p>page").unwrap();
    let served = folder.path().to_str().unwrap();
    let inside = format!("{served}/uploads");
    let stopped = TestServer::fail(&[("CLIENT_LOCATION", served), ("FILES", &inside)]);
    assert!(!stopped.status.success());
    let lines: Vec<_> = stopped.stderr.trim().lines().collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("CLIENT_LOCATION would show it to everybody"), "{lines:?}");
    // In DATA_DIR nothing is served.
    let data = format!("{served}/data");
    TestServer::with(&[("CLIENT_LOCATION", served), ("DATA_DIR", &data)]);
}

#[cfg(not(feature = "otel"))]
#[test]
fn traces_that_the_program_has_not_got_are_missed_aloud() {
    let server = TestServer::with(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")]);
    let warned = server.log().contains("--features otel");
    assert!(warned, "{}", server.log());
    assert!(!TestServer::embedded().log().contains("otel"));
}

#[test]
fn a_certificate_that_is_no_good_is_told_at_the_start() {
    let (one, other) = (TestCertificate::new(), TestCertificate::new());
    let [(_, certificate), (_, key)] = one.variables();
    let [_, (_, other_key)] = other.variables();
    for (certificate, key, expected) in [
        ("/nowhere/cert.pem", &key[..], "failed to read TLS_CERT, /nowhere/cert.pem"),
        (&certificate, "/nowhere/key.pem", "failed to read TLS_KEY, /nowhere/key.pem"),
        (&key, &key, "it holds no certificate in PEM"),
        (&certificate, &certificate, "failed to read TLS_KEY"),
        (&certificate, &other_key, "the key in TLS_KEY does not belong to the first certificate"),
        (&certificate, "", "TLS_KEY is"),
    ] {
        let stopped = TestServer::fail(&[("TLS_CERT", certificate), ("TLS_KEY", key)]);
        assert!(!stopped.status.success(), "{expected}");
        let lines: Vec<_> = stopped.stderr.trim().lines().collect();
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].contains(expected), "{lines:?}");
        assert!(!lines[0].contains("PRIVATE"), "{lines:?}");
    }
}
