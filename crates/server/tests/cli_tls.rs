//! The commands of the binary over TLS: whom they believe, and what they say of whom they don't.

mod support;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use support::test_certificate::TestCertificate;
use support::{TestRedis, TestServer};
use tempfile::TempDir;

fn server(certificate: &TestCertificate) -> TestServer {
    let variables = certificate.variables();
    TestServer::with(&variables.each_ref().map(|(name, value)| (*name, &value[..])))
}

/// A command of Ada's, whose system trusts this certificate alone.
fn command(trusted: &TestCertificate, home: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    command.args(arguments).current_dir(home.path()).env("HOME", home.path());
    command.env_remove("XDG_STATE_HOME").env_remove("SSL_CERT_DIR");
    command.env("SSL_CERT_FILE", trusted.certificate());
    command.env("CHINWAG_USER", "Ada").env("CHINWAG_PASSWORD", "secret");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn printed(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn every_command_speaks_to_a_server_that_the_system_vouches_for() {
    let (certificate, home) = (TestCertificate::new(), TempDir::new().unwrap());
    let server = server(&certificate);
    let (web, socket) = ["https", "wss"].map(|it| format!("{it}://{}", server.address())).into();
    let command = |arguments: &[&str]| command(&certificate, &home, arguments);
    assert_eq!(printed(command(&["health", &web])), "ready\n");
    let mut bob = certificate.sign_in(&server, "Bob");
    bob.join("");
    printed(command(&["sign-up", &web]));
    assert_eq!(printed(command(&["send", &socket, "by TLS"])), "");
    assert_eq!(bob.until("channelMessage")["channelMessage"]["Message"], "by TLS");
    assert!(printed(command(&["users", &socket])).contains("online   Bob"));
    let mut tail = command(&["tail", &socket, "--last", "1"]).spawn().unwrap();
    let mut lines = BufReader::new(tail.stdout.take().unwrap()).lines();
    let mut line = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(line()["Message"], "by TLS");
    bob.say("", "and back");
    assert_eq!(line()["Message"], "and back");
    tail.kill().unwrap();
    tail.wait().unwrap();
}

#[test]
fn a_server_that_nobody_vouches_for_gets_no_password() {
    let (certificate, home) = (TestCertificate::new(), TempDir::new().unwrap());
    let server = server(&certificate);
    let (url, other) = (format!("https://{}", server.address()), TestCertificate::new());
    for arguments in
        [&["health", &url][..], &["users", &url], &["send", &url, "x"], &["tail", &url]]
    {
        let output = command(&other, &home, arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said = said(&output);
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains(&url) && said.contains("certificate"), "{said}");
        assert!(!said.contains("secret"), "{said}");
    }
    let users = certificate.sign_in(&server, "Bob").so_far();
    assert!(!json!(users).to_string().contains("Ada"), "{users:?}");
}

#[test]
fn a_chat_moves_out_of_one_redis_and_into_another_by_tls() {
    let certificate = TestCertificate::new();
    let (from, to) = (TestRedis::with_tls(&certificate), TestRedis::with_tls(&certificate));
    let ca = certificate.certificate();
    let settings = |redis: &TestRedis| {
        let url = redis.url().replace("redis://", "rediss://");
        [("REDIS_URL", url), ("REDIS_TLS_CA", ca.to_str().unwrap().to_owned())]
    };
    let serve = |redis: &TestRedis| {
        TestServer::with(&settings(redis).each_ref().map(|(name, value)| (*name, &value[..])))
    };
    let server = serve(&from);
    let mut ada = server.sign_in("Ada");
    ada.join("");
    ada.say("", "to be moved");
    ada.until("channelMessage");
    drop((ada, server));
    let home = TempDir::new().unwrap();
    let file = home.path().join("chat");
    let moved = |redis: &TestRedis, what: &str, file: &Path| {
        let mut command = command(&certificate, &home, &[what, file.to_str().unwrap()]);
        command.envs(settings(redis)).output().unwrap()
    };
    for (redis, what) in [(&from, "export"), (&to, "import")] {
        let output = moved(redis, what, &file);
        assert!(output.status.success(), "{what}: {}", said(&output));
    }
    let server = serve(&to);
    let history = server.sign_in("Ada").join("");
    assert!(history.to_string().contains("to be moved"), "{history}");
    let other = TestCertificate::new();
    let mut untrusting = command(&other, &home, &["export", "another"]);
    untrusting.env("REDIS_URL", &settings(&from)[0].1);
    let output = untrusting.output().unwrap();
    assert!(!output.status.success() && said(&output).contains("certificate"), "{}", said(&output));
}
