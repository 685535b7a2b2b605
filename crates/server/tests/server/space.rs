//! Metrics that tell how much is left: of the disk, of the memory of Redis, of the time of a certificate.

use std::fs;
use std::process::Command;

use crate::support::test_certificate::TestCertificate;
use crate::support::{TestRedis, TestServer};

/// The value of a metric without labels, if it is shown.
fn figure(metrics: &str, name: &str) -> Option<f64> {
    let value = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value.map(|value| value.parse().unwrap())
}

#[test]
fn the_free_space_of_the_disk_is_shown() {
    let server = TestServer::embedded();
    let metrics = server.metrics();
    let free = figure(&metrics, "chinwag_disk_free_bytes").unwrap();
    let size = figure(&metrics, "chinwag_disk_size_bytes").unwrap();
    assert!(0.0 < free && free < size, "{free} {size}");
    let mut df = Command::new("df");
    df.args(["--block-size=1", "--output=size"]).arg(server.data_dir());
    let df = df.output().unwrap();
    let df = String::from_utf8(df.stdout).unwrap();
    assert_eq!(df.lines().last().unwrap().trim(), format!("{size:.0}"));
    assert!(!metrics.contains("chinwag_redis") && !metrics.contains("chinwag_certificate"));
}

#[test]
fn the_memory_of_redis_is_shown_if_its_user_may_ask() {
    let mut redis = TestRedis::start();
    redis.cli(&["CONFIG", "SET", "maxmemory", "100mb"]);
    let server = TestServer::on(&redis);
    let metrics = server.metrics();
    assert_eq!(figure(&metrics, "chinwag_redis_memory_max_bytes"), Some(100.0 * 1_048_576.0));
    assert!(figure(&metrics, "chinwag_redis_memory_used_bytes").unwrap() > 500_000.0);
    assert!(!metrics.contains("chinwag_disk"));
    for (rights, is_shown) in [("-@dangerous", false), ("+info", true)] {
        redis.cli(&[
            "ACL",
            "SETUSER",
            "chinwag",
            "on",
            ">secret",
            "~*",
            "&*",
            "+@all",
            "-@dangerous",
        ]);
        redis.cli(&["ACL", "SETUSER", "chinwag", rights]);
        let url = redis.url().replace("redis://", "redis://chinwag:secret@");
        let server = TestServer::with(&[("REDIS_URL", &url)]);
        assert_eq!(server.metrics().contains("chinwag_redis_memory"), is_shown);
    }
    redis.kill();
    let used = figure(&server.metrics(), "chinwag_redis_memory_used_bytes");
    assert!(used.unwrap().is_nan(), "an old number is shown");
}

#[test]
fn the_end_of_the_certificate_is_shown() {
    let mut certificate = TestCertificate::new();
    let variables = certificate.variables();
    let variables = variables.each_ref().map(|(name, value)| (*name, &value[..]));
    let server = TestServer::with(&variables);
    let shown = || figure(&server.metrics(), "chinwag_certificate_expiry_seconds").unwrap();
    // rcgen's default: 4096-01-01.
    assert_eq!(shown().to_string(), "67090118400");
    certificate.change_to_expired();
    server.hang_up();
    server.until_logged("the certificate expired on 2001-");
    assert!(shown() < 1_000_000_000.0);
    fs::remove_file(certificate.key()).unwrap();
    server.hang_up();
    server.until_logged("the old certificate stays");
    assert!(shown() < 1_000_000_000.0);
}
