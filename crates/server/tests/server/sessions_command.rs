//! `chinwag sessions`: who is signed in on the servers of this machine, without an account.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::support::{TestRedis, TestServer};

fn sessions(data_dir: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    command.arg("sessions").args(arguments).env("DATA_DIR", data_dir).current_dir("/");
    command.output().unwrap()
}

fn listed(data_dir: &Path) -> Vec<Value> {
    let output = sessions(data_dir, &["--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_sessions_are_listed_with_their_addresses_on_either_store() {
    let redis = TestRedis::start();
    let url = redis.url();
    let trusted = ("TRUSTED_PROXIES", "127.0.0.1");
    for server in [TestServer::with(&[trusted]), TestServer::with(&[trusted, ("REDIS_URL", &url)])]
    {
        assert_eq!(listed(&server.data_dir()), [json!(null); 0]);
        let (mut ada, mut bob) =
            (server.connect_from("203.0.113.7"), server.connect_from("2001:db8::1"));
        bob.sign_in("Bob");
        ada.sign_in("Ada");
        let _waiting = server.connect();
        let lines = listed(&server.data_dir());
        let told = |name: &str| lines.iter().map(|line| line[name].clone()).collect::<Vec<_>>();
        assert_eq!(told("user"), ["Ada", "Bob"]);
        assert_eq!(told("userUUID"), [ada.user.as_str(), bob.user.as_str()]);
        assert_eq!(told("address"), ["203.0.113.7", "2001:db8::1"]);
        for since in told("since") {
            assert!(since.as_str().unwrap().ends_with('Z'), "{since}");
        }
        let table = sessions(&server.data_dir(), &[]).stdout;
        let table = String::from_utf8(table).unwrap();
        let rows: Vec<_> = table.lines().collect();
        assert_eq!(rows[0], "USER  ADDRESS      SINCE");
        assert!(rows[1].starts_with("Ada   203.0.113.7  20"), "{table}");
    }
}

#[test]
fn only_the_servers_own_user_can_ask_and_nothing_is_left_behind() {
    let mut server = TestServer::embedded();
    let folder = server.data_dir().join("control");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let socket = folder.join(format!("{}.sock", server.address()));
    assert_eq!((mode(&folder), mode(&socket)), (0o700, 0o600));
    // A socket that a killed server left is nobody's, and its folder serves the next one.
    server.kill();
    let output = sessions(&server.data_dir(), &[]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("no server runs") && said.lines().count() == 1, "{said}");
    server.restart();
    let _ada = server.sign_in("Ada");
    assert_eq!(listed(&server.data_dir()).len(), 1);
    server.terminate();
    server.stopped();
    let left = fs::read_dir(&folder).into_iter().flatten().flatten();
    // The killed one's, on another port.
    assert!(left.count() <= 1);
}

#[test]
fn a_server_without_a_place_for_the_socket_serves_all_the_same() {
    let redis = TestRedis::start();
    let server = TestServer::with(&[("REDIS_URL", &redis.url()), ("DATA_DIR", "/proc/chinwag")]);
    server.until_logged("commands will not reach this server");
    server.sign_in("Ada");
}
