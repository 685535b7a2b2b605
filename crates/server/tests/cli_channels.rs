//! Channels in the commands for scripts: `channels`, `send --to '#ops'`, `tail --channel '#ops'`.

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use support::{TestClient, TestServer};
use tempfile::TempDir;

fn command(home: &TempDir, user: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    command.args(arguments).current_dir(home.path()).env("HOME", home.path());
    for variable in ["XDG_STATE_HOME", "PORT"] {
        command.env_remove(variable);
    }
    command.env("CHINWAG_USER", user).env("CHINWAG_PASSWORD", "secret").env("TZ", "UTC");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What it printed, after it succeeded.
fn printed(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What it complained about, after it failed with one line.
fn complaint(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

/// A command under way, which ends with its test.
struct Running(Child, BufReader<ChildStdout>);

impl Running {
    fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self(child, out)
    }

    /// The next line that is not a day's.
    fn line(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert!(self.1.read_line(&mut line).unwrap() > 0, "it ended");
            if !line.starts_with("──") {
                return line.trim_end().to_owned();
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn make(client: &mut TestClient, payload: &Value) -> String {
    client.send(&json!({"type": "channelCreate", "channelCreate": payload}));
    client.until("channelCreate")["channelCreate"]["UUID"].as_str().unwrap().to_owned()
}

#[test]
fn channels_are_listed_for_people_and_for_scripts() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let url = format!("http://{}", server.address());
    let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    make(&mut ada, &json!({"name": "Ops", "topic": "on fire"}));
    make(&mut ada, &json!({"name": "Secret", "private": true}));
    make(&mut bob, &json!({"name": "Zoo"}));
    let listed = printed(command(&home, "Ada", &["channels", &url]));
    assert_eq!(
        listed,
        "member      1  #Ops  on fire\nprivate     1  #Secret\n            1  #Zoo\n"
    );
    let found = printed(command(&home, "Bob", &["channels", &url, "#o", "--json"]));
    let found: Value = serde_json::from_str(&found).unwrap();
    assert_eq!((&found["Name"], found.get("Member")), (&json!("Ops"), None));
    assert_eq!(printed(command(&home, "Bob", &["channels", &url, "sec"])), "");
}

#[test]
fn scripts_make_join_fill_and_leave_channels() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let url = format!("http://{}", server.address());
    for name in ["Ada", "Bob", "Eve Smith"] {
        server.sign_in(name);
    }
    let create = ["channels", "create", &url, "#Ops", "Bob", "--topic", "on fire"];
    let ops = printed(command(&home, "Ada", &create));
    printed(command(&home, "Bob", &["send", &url, "--to", ops.trim(), "I am in"]));
    printed(command(&home, "Eve Smith", &["channels", "join", &url, "#ops"]));
    printed(command(&home, "Eve Smith", &["channels", "join", &url, "ops"]));
    printed(command(&home, "Eve Smith", &["send", &url, "--to", "#ops", "me, too"]));
    printed(command(&home, "Eve Smith", &["channels", "leave", &url, "#ops"]));
    let refused = complaint(command(&home, "Eve Smith", &["send", &url, "--to", "#ops", "x"]));
    assert!(refused.contains("member"), "{refused}");
    printed(command(&home, "Ada", &["channels", "create", &url, "Secret", "--private"]));
    printed(command(&home, "Ada", &["channels", "add", &url, "secret", "Bob", "eve smith"]));
    let listed = printed(command(&home, "Eve Smith", &["channels", &url]));
    assert_eq!(listed, "            2  #Ops  on fire\nprivate     3  #Secret\n");
    for (arguments, why) in [
        (&["create", &url, "ops"][..], "Another channel has this name"),
        (&["join", &url, "#nope"], "there is no channel \"#nope\""),
        (&["leave", &url, "General"], "nobody leaves it"),
        (&["add", &url, "secret", "Zoe"], "there is no user \"Zoe\""),
    ] {
        let said = complaint(command(&home, "Ada", &[&["channels"], arguments].concat()));
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn send_and_tail_take_the_name_of_a_channel() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let url = format!("http://{}", server.address());
    let (mut ada, bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    let ops = make(&mut ada, &json!({"name": "Ops", "users": [bob.user]}));
    server.sign_in("Eve");
    printed(command(&home, "Bob", &["send", &url, "--to", "#ops", "one"]));
    printed(command(&home, "Bob", &["send", &url, "hello"]));
    let all = ["tail", &url, "--last", "1", "--text"];
    let mut all = Running::start(command(&home, "Ada", &all));
    assert!(all.line().ends_with("Bob: hello"));
    // A public channel can be read without being a member.
    let tail = ["tail", &url, "--channel", "#ops", "--last", "1", "--text"];
    let mut of_eve = Running::start(command(&home, "Eve", &tail));
    assert!(of_eve.line().ends_with("Bob → #Ops: one"));
    printed(command(&home, "Bob", &["send", &url, "--to", &ops, "two"]));
    printed(command(&home, "Bob", &["send", &url, "to all"]));
    printed(command(&home, "Bob", &["send", &url, "--to", "#OPS", "three"]));
    for text in ["Bob → #Ops: two", "Bob: to all", "Bob → #Ops: three"] {
        let line = all.line();
        assert!(line.ends_with(text), "{line}");
    }
    for text in ["Bob → #Ops: two", "Bob → #Ops: three"] {
        let line = of_eve.line();
        assert!(line.ends_with(text), "{line}");
    }
    let refused = complaint(command(&home, "Eve", &["send", &url, "--to", "#ops", "me, too"]));
    assert!(refused.contains("member"), "{refused}");
    for arguments in
        [&["send", &url, "--to", "#nope", "x"][..], &["tail", &url, "--channel", "nope"]]
    {
        let said = complaint(command(&home, "Eve", arguments));
        assert!(
            said.contains("there is no channel \"#nope\"; `chinwag channels` lists all"),
            "{said}"
        );
    }
}
