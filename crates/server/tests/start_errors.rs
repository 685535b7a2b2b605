//! What can't start says why in one sentence, and ends with an error.

mod support;

use support::TestServer;

#[test]
fn a_wrong_start_ends_with_one_clear_sentence() {
    let running = TestServer::embedded();
    for (variables, expected) in [
        ([("SERVER_ADDRESS", running.address())], running.address()),
        ([("DATA_DIR", "/proc/chinwag")], "DATA_DIR"),
        ([("REDIS_URL", "redis://127.0.0.1:1")], "Redis"),
        ([("MESSAGE_RATE", "many")], "MESSAGE_RATE"),
    ] {
        let stopped = TestServer::fail(&variables);
        assert!(!stopped.status.success(), "{variables:?}");
        let lines: Vec<_> = stopped.stderr.trim().lines().collect();
        assert_eq!(lines.len(), 1, "{variables:?}: {lines:?}");
        assert!(lines[0].contains(expected), "{variables:?}: {lines:?}");
    }
}
