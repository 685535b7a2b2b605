//! The commands of the binary over TLS: which servers they trust, and how they refuse the others.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::test_certificate::TestCertificate;
use crate::support::{TestRedis, TestServer};

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
fn every_command_speaks_to_a_server_that_the_system_trusts() {
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
fn an_untrusted_server_gets_no_password() {
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

/// A server's certificate, changed in one way, and what a command that trusts it says of it.
fn words_on(wrong: impl Fn(&mut CertificateParams)) -> String {
    let home = TempDir::new().unwrap();
    let mut parameters = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    wrong(&mut parameters);
    let key = KeyPair::generate().unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    let [cert_file, key_file] = ["cert.pem", "key.pem"].map(|name| home.path().join(name));
    fs::write(&cert_file, certificate.pem()).unwrap();
    fs::write(&key_file, key.serialize_pem()).unwrap();
    let files = [("TLS_CERT", &cert_file), ("TLS_KEY", &key_file)];
    let server = TestServer::with(&files.map(|(name, file)| (name, file.to_str().unwrap())));
    let url = format!("https://{}", server.address());
    let mut command = command(&TestCertificate::new(), &home, &["users", &url]);
    let output = command.env("SSL_CERT_FILE", &cert_file).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    said(&output).replace(&url, "URL")
}

#[test]
fn a_certificate_is_refused_in_plain_words() {
    let past = |parameters: &mut CertificateParams| {
        parameters.not_before = rcgen::date_time_ymd(2000, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(2001, 1, 1);
    };
    let start = "chinwag: failed to reach URL: its certificate";
    assert_eq!(words_on(past), format!("{start} has expired, or the clock here is wrong\n"));
    let future = |parameters: &mut CertificateParams| {
        parameters.not_before = rcgen::date_time_ymd(2500, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(2501, 1, 1);
    };
    assert_eq!(words_on(future), format!("{start} is not valid yet, or the clock here is wrong\n"));
    let name = |parameters: &mut CertificateParams| {
        parameters.subject_alt_names =
            CertificateParams::new(["other.example".to_owned()]).unwrap().subject_alt_names;
    };
    assert_eq!(words_on(name), format!("{start} is not for the name 127.0.0.1\n"));
    // As `openssl req -x509` makes it.
    let authority = |parameters: &mut CertificateParams| {
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    };
    let said = words_on(authority);
    assert!(said.starts_with(&format!("{start} is one of an authority")), "{said}");
}

#[test]
fn an_unknown_certificate_can_be_accepted_for_a_first_try() {
    let (certificate, home) = (TestCertificate::new(), TempDir::new().unwrap());
    let server = server(&certificate);
    let url = format!("https://{}", server.address());
    let other = TestCertificate::new();
    let refused = command(&other, &home, &["sign-up", &url]).output().unwrap();
    let refused = said(&refused);
    assert!(refused.contains("not of an authority that this system trusts"), "{refused}");
    let command = |arguments: &[&str]| command(&other, &home, arguments);
    printed(command(&["sign-up", &url, "--insecure"]));
    assert_eq!(printed(command(&["users", "--insecure", &url])), "online   Ada\n");
    assert_eq!(printed(command(&["health", "--insecure", &url])), "ready\n");
}

#[test]
fn a_wrong_scheme_is_named() {
    let (certificate, home) = (TestCertificate::new(), TempDir::new().unwrap());
    let (server, tls) = (TestServer::embedded(), server(&certificate));
    let said = |url: &str| {
        let output = command(&certificate, &home, &["users", url]).output().unwrap();
        said(&output)
    };
    let by_tls = said(&format!("https://{}", server.address()));
    assert!(by_tls.contains("it does not speak TLS on this port; try http://"), "{by_tls}");
    let plain = said(&format!("http://{}", tls.address()));
    assert!(plain.contains("it answered 400 Bad Request; try https://"), "{plain}");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let proxy = std::thread::spawn(move || {
        let (mut visitor, _) = listener.accept().unwrap();
        let mut request = BufReader::new(visitor.try_clone().unwrap()).lines();
        while request.next().is_some_and(|line| !line.unwrap().is_empty()) {}
        let answer = "HTTP/1.1 301 Moved Permanently\r\nlocation: https://chat.example.org/ws\r\n\
                      content-length: 0\r\n\r\n";
        visitor.write_all(answer.as_bytes()).unwrap();
    });
    let redirected = said(&url);
    proxy.join().unwrap();
    let expected = "it sends visitors to https://chat.example.org/ws; use that address";
    assert!(redirected.contains(expected), "{redirected}");
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
