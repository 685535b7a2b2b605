//! Settings from a file, from the command line, and where a server then listens.

use std::fs;
use std::net::{Ipv6Addr, TcpListener, TcpStream};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::support::{TestClient, TestServer};

/// Runs the program in a folder with this `.env`.
fn run(env_file: &str, arguments: &[&str]) -> Output {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join(".env"), env_file).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    command.args(arguments).current_dir(dir.path()).output().unwrap()
}

/// What it said when it failed, in one line.
fn complaint(output: &Output) -> String {
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn a_bad_line_is_named_by_its_number() {
    let said = complaint(&run("PORT=0\n\nsecret word\n", &[]));
    assert!(said.contains("line 3 of the file .env is not NAME=value"), "{said}");
    assert!(!said.contains("secret"), "{said}");
    let said = complaint(&run("ALLOWED_ORIGINS=https://a, https://b\n", &["backup", "file"]));
    assert!(said.contains("line 1 of the file .env"), "{said}");
    let said = complaint(&run("PORT=0\nMESSAGE_RATE=many\n", &[]));
    assert!(said.contains("MESSAGE_RATE is \"many\""), "{said}");
    assert!(said.contains("It is in line 2 of the file .env."), "{said}");
    // It may be right there, and wrong on the command line.
    let said = complaint(&run("MESSAGE_RATE=5\n", &["--message-rate", "many"]));
    assert!(!said.contains(".env"), "{said}");
}

#[test]
fn a_wrong_setting_has_an_exit_code_of_its_own() {
    for (env_file, arguments) in [
        ("LOG=loud\n", &[][..]),
        ("LOG=info,chinwag_store\n", &[]),
        ("", &["--port", "many"]),
        ("secret word\n", &[]),
        ("PORT=many\n", &["backup", "file"]),
    ] {
        let output = run(env_file, arguments);
        complaint(&output);
        assert_eq!(output.status.code(), Some(78), "{env_file}{arguments:?}");
    }
    // What may pass by itself is worth another start.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let output = run(&format!("SERVER_ADDRESS={}\n", taken.local_addr().unwrap()), &[]);
    assert!(complaint(&output).contains("failed to listen on"));
    assert_eq!(output.status.code(), Some(1), "{}", complaint(&output));
}

#[test]
fn a_misspelt_setting_is_warned_of() {
    let server = TestServer::with(&[("MESAGE_RATE", "3"), ("CHINWAG_PASSWORD", "secret")]);
    let warned = "MESAGE_RATE is no setting: did you mean MESSAGE_RATE?";
    assert!(server.log().contains(warned), "{}", server.log());
    assert_eq!(server.log().matches("is no setting").count(), 1, "{}", server.log());
}

#[test]
fn short_help_is_short_and_both_say_what_happens_without_a_command() {
    let help = |argument| String::from_utf8(run("", &[argument]).stdout).unwrap();
    let (short, long) = (help("-h"), help("--help"));
    for help in [&short, &long] {
        assert!(help.contains("Without a command"), "{help}");
        assert!(help.contains("serves the chat"), "{help}");
    }
    assert!(short.lines().count() < 40, "{short}");
    let manual = String::from_utf8(run("", &["man"]).stdout).unwrap();
    assert!(manual.contains("Longest message, in characters"), "{manual}");
    let headings =
        ["Listen:", "TLS:", "Store:", "Limits:", "Log:"].map(|heading| long.find(heading));
    assert!(headings.is_sorted() && headings[0].is_some(), "{headings:?}\n{long}");
}

#[test]
fn a_bad_setting_stops_no_command_that_needs_none() {
    for env_file in ["secret word\n", "PORT=many\n"] {
        for arguments in [&["completions", "bash"][..], &["man"], &["--help"], &["--version"]] {
            let output = run(env_file, arguments);
            assert!(output.status.success(), "{env_file}: {arguments:?}");
        }
        let said = complaint(&run(env_file, &["health", "http://127.0.0.1:1"]));
        assert!(said.contains("failed to reach"), "{said}");
        assert!(!said.contains("many") && !said.contains(".env"), "{said}");
        assert!(complaint(&run(env_file, &["health"])).contains(".env"));
    }
}

#[test]
fn only_the_working_directory_is_looked_at() {
    let above = TempDir::new().unwrap();
    fs::write(above.path().join(".env"), "MESSAGE_RATE=many\n").unwrap();
    let below = above.path().join("below");
    fs::create_dir(&below).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    let output = command.args(["backup", "file"]).current_dir(&below).output().unwrap();
    assert!(complaint(&output).contains("has no chinwag.db"));
}

#[test]
fn a_setting_behind_the_command_is_told_where_to_stand() {
    let output = run("", &["backup", "--data-dir", "folder", "file"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("'--data-dir' is a setting: put it before the command"), "{said}");
    let said = String::from_utf8(run("", &["backup", "--fast", "file"]).stderr).unwrap();
    assert!(!said.contains("is a setting"), "{said}");
}

#[test]
fn a_port_is_one_of_every_address() {
    let server = TestServer::with(&[("PORT", "0")]);
    let port = server.address().rsplit(':').next().unwrap();
    assert!(server.log().contains("[::]:"), "{}", server.log());
    for address in ["127.0.0.1", "[::1]"] {
        TcpStream::connect(format!("{address}:{port}")).unwrap();
    }
    // Who comes by IPv4 has that address: here a proxy's, whose clients are counted each.
    let settings =
        [("PORT", "0"), ("TRUSTED_PROXIES", "127.0.0.1"), ("MAX_CONNECTIONS_PER_ADDRESS", "1")];
    let limited = TestServer::with(&settings);
    let address = format!("127.0.0.1:{}", limited.address().rsplit(':').next().unwrap());
    let connect = |from| TestClient::connect_with(&address, &[("x-forwarded-for", from)]);
    let _clients = [connect("203.0.113.7"), connect("203.0.113.8")];
    // What another one uses is not taken by IPv4 alone.
    let taken = TcpListener::bind((Ipv6Addr::UNSPECIFIED, 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let stopped = TestServer::fail(&[("PORT", &port)]);
    assert!(stopped.stderr.contains("failed to listen on [::]"), "{}", stopped.stderr);
    assert!(stopped.stderr.contains("by SERVER_ADDRESS or PORT"), "{}", stopped.stderr);
    let stopped = TestServer::fail(&[("METRICS_ADDRESS", &format!("[::]:{port}"))]);
    assert!(stopped.stderr.contains("by METRICS_ADDRESS"), "{}", stopped.stderr);
}
