//! The commands of the binary, as a script runs them.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::TestServer;
use crate::support::commands::{Home, Running, complaint, printed};

fn as_json(line: &str) -> Value {
    serde_json::from_str(line).unwrap()
}

fn url(server: &TestServer) -> String {
    format!("http://{}", server.address())
}

#[test]
fn send_sends_to_everybody_or_to_one_from_the_arguments_or_the_input() {
    let (server, home) = (TestServer::embedded(), Home::new());
    let url = url(&server);
    let mut bob = server.sign_in("Bob");
    bob.send(&json!({"type": "inbox"}));
    bob.until("inbox");
    server.sign_in("Ada");
    assert_eq!(printed(home.of("Ada", &["send", &url, "Hello, all"])), "");
    assert_eq!(bob.until("channelMessage")["channelMessage"]["Message"], "Hello, all");

    let mut command = home.of("Ada", &["send", &url, "--to", "bOb"]);
    let mut sending = command.stdin(Stdio::piped()).spawn().unwrap();
    sending.stdin.take().unwrap().write_all(b"two\n lines\n").unwrap();
    assert!(sending.wait().unwrap().success());
    let message = bob.until("channelMessage")["channelMessage"].take();
    assert_eq!(message["Message"], "two\n lines");
    assert_eq!(message["RecipientUUID"], bob.user.as_str());
    assert!(!home.0.path().join(".local").exists(), "a password of the environment leaves no key");
}

#[test]
fn what_can_not_be_done_is_told_in_one_line_without_secrets() {
    let (server, home) = (TestServer::embedded(), Home::new());
    let url = url(&server);
    server.sign_in("Ada");
    let nobody = complaint(home.command(&["send", &url, "Hello"]));
    assert!(nobody.contains("CHINWAG_USER") && nobody.contains("chinwag chat"), "{nobody}");
    let missing = complaint(home.of("Ada", &["send", &url, "--to", "Zoe", "Hello"]));
    assert!(missing.contains("no user \"Zoe\""), "{missing}");
    let mut wrong = home.of("Ada", &["users", &url]);
    wrong.env("CHINWAG_PASSWORD", "not-the-one");
    let wrong = complaint(wrong);
    assert!(wrong.contains("name or the password is wrong"), "{wrong}");
    assert!(!wrong.contains("not-the-one"));
    let in_url = complaint(home.of("Ada", &["users", "http://ada:hush@localhost:5000"]));
    assert!(
        in_url.contains("must not have a name or a password") && !in_url.contains("hush"),
        "{in_url}"
    );
    let empty = complaint(home.of("Ada", &["send", &url, " "]));
    assert!(empty.contains("nothing to send"), "{empty}");
    let away = complaint(home.of("Ada", &["users", "127.0.0.1:1"]));
    assert!(away.contains("failed to reach http://127.0.0.1:1"), "{away}");
    let no_terminal = complaint(home.of("Ada", &["chat", &url]));
    assert!(no_terminal.contains("needs a terminal"), "{no_terminal}");
}

#[test]
fn tail_prints_a_line_of_json_for_each_message_also_after_a_break() {
    let mut server = TestServer::embedded();
    let (home, url) = (Home::new(), url(&server));
    server.sign_in("Ada");
    server.sign_in("Bob");
    for text in ["one", "two"] {
        printed(home.of("Ada", &["send", &url, text]));
    }
    let mut tail = Running::start(home.of("Bob", &["tail", &url, "--last", "1"]));
    let mut line = as_json(&tail.line());
    assert_eq!((&line["Message"], &line["Seq"]), (&json!("two"), &json!(2)));
    server.kill();
    server.restart();
    printed(home.of("Ada", &["send", &url, "three \u{1b}[2J"]));
    line = as_json(&tail.line());
    assert_eq!(line["Message"], "three \u{1b}[2J");
    assert_eq!(line["Sender"]["Username"], "Ada");
    printed(home.of("Ada", &["send", &url, "--to", "Bob", "psst"]));
    assert_eq!(as_json(&tail.line())["Message"], "psst");
}

#[test]
fn a_misspelt_name_makes_no_account_and_sign_up_does() {
    let (server, home) = (TestServer::embedded(), Home::new());
    let url = url(&server);
    for arguments in [&["send", &url, "Hello"][..], &["tail", &url], &["users", &url]] {
        let said = complaint(home.of("Sendr3", arguments));
        assert!(said.contains("no user \"Sendr3\"") && said.contains("sign-up"), "{said}");
    }
    let said = printed(home.of("Sender", &["sign-up", &url]));
    assert_eq!(said, format!("Sender has an account at {url}\n"));
    printed(home.of("Sender", &["send", &url, "Hello"]));
    assert!(complaint(home.of("sender", &["sign-up", &url])).contains("This name is taken"));
    assert_eq!(printed(home.of("Sender", &["users", &url])), "online   Sender\n");
    let said = complaint(home.of("Sender", &["send", &url, "--to", "Sendr", "Hello"]));
    assert!(said.contains("did you mean \"Sender\"?"), "{said}");

    let closed = TestServer::with(&[("REGISTRATION", "closed")]);
    let said = complaint(home.of("Zoe", &["sign-up", &format!("http://{}", closed.address())]));
    assert!(said.contains("Nobody can sign up here"), "{said}");
}

#[test]
fn send_waits_for_a_server_that_is_restarting() {
    let mut server = TestServer::embedded();
    let (home, url) = (Home::new(), url(&server));
    server.sign_in("Ada");
    server.sign_in("Bob");
    server.kill();
    let early = complaint(home.of("Ada", &["send", "--wait", "0", &url, "lost"]));
    assert!(early.contains("failed to reach"), "{early}");
    let mut sending =
        home.of("Ada", &["send", "--wait", "5m", "--to", "Bob", &url, "kept"]).spawn().unwrap();
    server.restart();
    assert!(sending.wait().unwrap().success());
    let mut bob = server.sign_in("Bob");
    let view = bob.join(&user_of(&server, "Ada"));
    assert_eq!(view["messages"][0]["Message"], "kept");
}

#[test]
fn a_text_that_no_request_holds_is_refused_at_once() {
    let (server, home) = (TestServer::embedded(), Home::new());
    server.sign_in("Ada");
    let mut command = home.of("Ada", &["send", &url(&server)]);
    let mut sending = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut input = sending.stdin.take().unwrap();
    // It reads no more than it needs to refuse.
    let _ = input.write_all(&vec![b'x'; 2_000_000]);
    drop(input);
    let output = sending.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("too long for a message"), "{said}");
}

#[test]
fn a_saved_key_tells_who_one_is_and_ends_by_sign_out() {
    let (server, home) = (TestServer::embedded(), Home::new());
    let url = url(&server);
    let (ada, bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    let folder = home.0.path().join(".local/state/chinwag");
    fs::create_dir_all(&folder).unwrap();
    let key = |user: &str, key: &str| json!({"user": user, "accessKey": key});
    let keys = json!({url.as_str(): [key("Bob", &bob.access_key), key("Ada", &ada.access_key)]});
    fs::write(folder.join("keys.json"), keys.to_string()).unwrap();
    assert_eq!(printed(home.command(&["whoami", &url])), "Bob\n");
    printed(home.command(&["send", &url, "--user", "ada", "Hello"]));
    printed(home.command(&["sign-out", &url]));
    assert_eq!(printed(home.command(&["whoami", &url])), "Ada\n");
    printed(home.command(&["sign-out", &url]));
    assert!(complaint(home.command(&["whoami", &url])).contains("nobody is signed in"));
    let mut ended = server.connect();
    ended.send(&json!({"type": "signIn", "signIn": {"accessKey": bob.access_key}}));
    assert_eq!(ended.answer()["error"]["code"], 4);
}

#[test]
fn users_lists_them_for_people_and_for_scripts() {
    let (server, home) = (TestServer::embedded(), Home::new());
    let url = url(&server);
    let bob = server.sign_in("Bob");
    let _ada = server.sign_in("Ada");
    assert_eq!(printed(home.of("Ada", &["users", &url])), "online   Ada\nonline   Bob\n");
    let found = printed(home.of("Ada", &["users", &url, "b", "--json"]));
    let found: Value = serde_json::from_str(&found).unwrap();
    assert_eq!(found, json!({"UUID": bob.user, "Username": "Bob", "OnLine": true}));
}

#[test]
fn an_access_key_that_is_kept_is_used_until_it_is_worth_nothing() {
    let (server, home) = (TestServer::embedded(), Home::new());
    let url = url(&server);
    let mut ada = server.sign_in("Ada");
    let folder = home.0.path().join(".local/state/chinwag");
    fs::create_dir_all(&folder).unwrap();
    let key = json!({"user": "Ada", "accessKey": ada.access_key});
    fs::write(folder.join("keys.json"), json!({url.as_str(): key}).to_string()).unwrap();
    printed(home.command(&["send", &url, "Hello"]));
    assert_eq!(printed(home.command(&["users", &url])), "online   Ada\n");
    ada.send(&json!({"type": "signOut"}));
    ada.until("signOut");
    assert!(complaint(home.command(&["send", &url, "Hello"])).contains("nobody is signed in"));
    let keys = fs::read_to_string(folder.join("keys.json")).unwrap();
    assert!(!keys.contains(&ada.access_key), "a key that is worth nothing is forgotten");
}

#[test]
fn health_tells_by_its_exit_code() {
    let home = Home::new();
    let mut redis = crate::support::TestRedis::start();
    let server = TestServer::on(&redis);
    assert_eq!(printed(home.command(&["health", &url(&server)])), "ready\n");
    let mut own = home.command(&["health"]);
    own.env("SERVER_ADDRESS", server.address());
    assert_eq!(printed(own), "ready\n");
    redis.kill();
    // The answer of the last second may still stand.
    let output = loop {
        let output = home.command(&["health", &url(&server)]).output().unwrap();
        if !output.status.success() {
            break output;
        }
    };
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with("not ready: ") && said.len() > 12, "{said}");
    assert!(complaint(home.command(&["health", "127.0.0.1:1"])).contains("failed to reach"));
}

#[test]
fn shells_and_man_get_what_they_need() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = printed(home.command(&["completions", shell]));
        let commands = "chat send tail search users channels sign-up health backup";
        for command in commands.split(' ') {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
    assert!(printed(home.command(&["man"])).starts_with(".ie"));
    let folder = home.0.path().to_str().unwrap();
    printed(home.command(&["man", folder]));
    for page in ["chinwag.1", "chinwag-chat.1", "chinwag-health.1"] {
        assert!(home.0.path().join(page).is_file(), "{page}");
    }
}

#[test]
fn an_output_may_be_closed_early() {
    let (server, home) = (TestServer::embedded(), Home::new());
    server.sign_in("Ada");
    let url = url(&server);
    server.sign_in("Bob");
    for arguments in [&["users", &url][..], &["completions", "bash"], &["man"]] {
        let mut command = home.of("Bob", arguments);
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
}

#[test]
fn a_text_may_begin_with_a_hyphen() {
    let (server, home) = (TestServer::embedded(), Home::new());
    let mut bob = server.sign_in("Bob");
    server.sign_in("Ada");
    let url = url(&server);
    printed(home.of("Ada", &["send", &url, "--to", "Bob", "- item"]));
    let joined = bob.join(&user_of(&server, "Ada"));
    assert_eq!(joined["messages"][0]["Message"], "- item");
    let said = complaint(home.of("Ada", &["send", &url, "--too"]));
    assert!(said.contains("--too is not an option"), "{said}");
}

fn user_of(server: &TestServer, name: &str) -> String {
    server.sign_in(name).user
}
