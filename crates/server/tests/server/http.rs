//! HTTP besides the socket: the page, health, metrics, and what it costs to be rude.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{TestRedis, TestServer};

#[test]
fn the_store_answers_for_readiness_and_the_process_for_health() {
    let mut redis = TestRedis::start();
    let server = TestServer::on(&redis);
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
    let ready = server.get("/readyz");
    assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
    assert!(ready.ends_with("{\"ready\":true,\"reasons\":[]}\n"), "{ready}");
    redis.kill();
    let away = loop {
        // An answer is good for a second.
        let answer = server.get("/readyz");
        if answer.starts_with("HTTP/1.1 503") {
            break answer;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    let reason = "\"reasons\":[\"the store isn't ready: failed to store on Redis: ";
    assert!(away.contains(reason), "{away}");
    // Others learn no more than that.
    let forwarded = "connection: close\r\nx-forwarded-for: 203.0.113.7";
    let away = server.get_with("/readyz", forwarded);
    assert!(away.contains("[\"the store isn't ready\"]"), "{away}");
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
}

#[test]
fn metrics_count_what_happens() {
    let server = TestServer::embedded();
    let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    ada.join("");
    bob.join("");
    ada.say("", "Hello");
    ada.until("channelMessage");
    bob.until("channelMessage");
    bob.send(&json!({"type": "dance"}));
    bob.until("error");
    // A core counts what it has written before it answers again.
    for client in [&mut ada, &mut bob] {
        client.so_far();
    }
    let metrics = server.metrics();
    for line in [
        "chinwag_connections 2",
        "chinwag_sessions 2",
        "chinwag_messages_stored_total 1",
        "chinwag_deliveries_total 2",
        "chinwag_frames_dropped_total 0",
        "chinwag_slow_readers_closed_total 0",
        "chinwag_feed_interruptions_total 0",
        "chinwag_requests_refused_total{code=\"2\"} 1",
        "chinwag_requests_refused_total{code=\"30\"} 0",
        "chinwag_sign_ins_total{method=\"password\"} 2",
        "chinwag_users_online 2",
        "chinwag_store_append_seconds_count 1",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line} is not in:\n{metrics}");
    }
    for name in ["process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds"] {
        assert!(metrics.contains(&format!("\n{name} ")), "{name} is not in:\n{metrics}");
    }
}

#[test]
fn metrics_are_on_their_own_address_only() {
    let server = TestServer::embedded();
    assert!(server.metrics().starts_with("HTTP/1.1 200"));
    assert!(server.get("/metrics").starts_with("HTTP/1.1 404"));
    let without = TestServer::with(&[("METRICS_ADDRESS", "")]);
    assert!(without.get("/metrics").starts_with("HTTP/1.1 404"));
    assert!(!without.log().contains("metrics on"));
}

#[test]
fn a_page_whose_name_was_turned_to_this_address_can_not_connect() {
    let answer = |server: &TestServer, host: &str| {
        let headers = format!("origin: http://{host}");
        server.upgrade_of(host, &headers).lines().next().unwrap().to_owned()
    };
    let server = TestServer::embedded();
    let (_, port) = server.address().split_once(':').unwrap();
    for own in ["localhost", "127.0.0.1", "[::1]"] {
        let own = format!("{own}:{port}");
        assert_eq!(answer(&server, &own), "HTTP/1.1 101 Switching Protocols", "{own}");
    }
    let turned = format!("evil.example:{port}");
    assert_eq!(answer(&server, &turned), "HTTP/1.1 403 Forbidden");
    // Another port than the server's is a proxy's.
    assert_eq!(answer(&server, "chat.example:80"), "HTTP/1.1 101 Switching Protocols");
    let named = TestServer::with(&[("HOSTS", "chat.example, other.example")]);
    assert_eq!(answer(&named, "chat.example:5000"), "HTTP/1.1 101 Switching Protocols");
    assert_eq!(answer(&named, "evil.example:5000"), "HTTP/1.1 403 Forbidden");
}

#[test]
fn a_folder_shows_only_its_own_visible_files() {
    let (folder, outside) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    fs::write(folder.path().join("index.html"), "<p>page").unwrap();
    fs::write(folder.path().join(".env"), "hidden").unwrap();
    fs::write(outside.path().join("secret.txt"), "hidden").unwrap();
    fs::create_dir(folder.path().join("intranet")).unwrap();
    std::os::unix::fs::symlink(outside.path(), folder.path().join("link")).unwrap();
    let data = folder.path().join("data");
    let server = TestServer::with(&[
        ("CLIENT_LOCATION", folder.path().to_str().unwrap()),
        ("DATA_DIR", data.to_str().unwrap()),
    ]);
    assert!(server.get("/").ends_with("<p>page"));
    for path in ["/.env", "/%2eenv", "/link/secret.txt", "/data/chinwag.db", "//intranet"] {
        let answer = server.get(path);
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
}

#[test]
fn each_event_is_one_line_of_json_except_for_people() {
    let log = TestServer::embedded().log();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let listening =
        lines.iter().find(|line| line["message"].as_str().unwrap().contains("listening"));
    let listening = listening.unwrap();
    assert_eq!(listening["level"], "INFO");
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let of_node = |line: &Value| line["node"].as_str().is_some_and(|node| node.starts_with(&name));
    assert!(lines.iter().all(of_node), "{log}");
    assert!(listening["timestamp"].as_str().unwrap().ends_with('Z'), "{listening}");
    let text = TestServer::with(&[("LOG_FORMAT", "text")]).log();
    assert!(text.contains("INFO chinwag"), "{text}");
}

#[test]
fn another_client_can_be_served_in_place_of_the_built_in_one() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("index.html"), "<p>My own client</p>").unwrap();
    fs::write(folder.path().join("app.js"), "1").unwrap();
    let server = TestServer::with(&[("CLIENT_LOCATION", folder.path().to_str().unwrap())]);
    let browser = "accept: text/html,*/*\r\nconnection: close";
    for path in ["/", "/some/route"] {
        let page = server.get_with(path, browser);
        assert!(page.ends_with("<p>My own client</p>"), "{path}");
    }
    assert!(server.get("/some/route").starts_with("HTTP/1.1 404"));
    let script = server.get("/app.js");
    assert!(script.to_lowercase().contains("content-type: text/javascript"), "{script}");
    assert!(script.contains("x-content-type-options: nosniff"), "{script}");
    assert!(!server.get("/../Cargo.toml").contains("[package]"));
    server.sign_in("Ada");
}

#[test]
fn the_page_may_be_kept_only_where_its_name_says_what_it_is() {
    let server = TestServer::embedded();
    let page = server.get("/");
    // A build without Node.js has no page, and says so.
    if page.starts_with("HTTP/1.1 404") {
        assert!(page.contains("install Node.js"), "{page}");
        return;
    }
    assert!(page.contains("cache-control: no-cache"), "{page}");
    assert!(page.contains("content-security-policy: default-src 'none'"), "{page}");
    for header in [
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "permissions-policy: camera=()",
    ] {
        assert!(page.contains(header), "{page}");
    }
    assert!(page.contains("frame-ancestors 'none'") && !page.contains("unsafe-"), "{page}");
    let script = page.split("src=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let script = server.get(script);
    assert!(script.starts_with("HTTP/1.1 200"), "{script}");
    assert!(server.get("/assets/missing.js").starts_with("HTTP/1.1 404"));
}

#[test]
fn a_mistyped_path_is_not_found() {
    let server = TestServer::embedded();
    for path in ["/health", "/healthz/", "/readyz/", "/ws/", "/index", "//"] {
        let answer = server.get(path);
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
    assert!(server.upgrade_with("").starts_with("HTTP/1.1 101"));
}

/// Sends a request and reads its answer; nothing if the connection ends before.
fn asked(socket: &mut TcpStream) -> Option<String> {
    socket.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").ok()?;
    let (mut answer, mut part) = (Vec::new(), [0; 4096]);
    while !answer.ends_with(b"ok\n") {
        let length = socket.read(&mut part).ok().filter(|length| *length > 0)?;
        answer.extend_from_slice(&part[..length]);
    }
    String::from_utf8(answer).ok()
}

/// Asks on one connection until that ends. Returns whether the last answer said that it would.
fn is_told_of_the_end(server: &TestServer) -> bool {
    let mut socket = TcpStream::connect(server.address()).unwrap();
    while let Some(answer) = asked(&mut socket) {
        if answer.contains("connection: close") {
            return socket.read(&mut [0]).unwrap() == 0;
        }
    }
    false
}

#[test]
fn the_last_answer_on_a_connection_says_so() {
    let server = TestServer::in_a_hurry(20);
    // A machine that is busy elsewhere for a quarter of a second lets an idle connection end, which
    // is another end than that of its time.
    assert!((0..50).any(|_| is_told_of_the_end(&server)));
}
