//! Messages with files: searched, edited, answered, and read by those who still may.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::files::ask::{PNG, ask, bearer, on_both_stores, read, send, status, upload};
use crate::support::{TestClient, TestRedis, TestServer};

/// The `Seq` of what is found, once it is this.
fn until_found(client: &mut TestClient, query: &str, expected: &[&Value]) {
    loop {
        let found = client.ask("search", json!({"query": query}));
        let seqs = found["messages"].as_array().unwrap().iter().map(|message| &message["Seq"]);
        if found["ready"] == 1 && seqs.eq(expected.iter().copied()) {
            return;
        }
        // The user's budget pays for one search in so long.
        sleep(Duration::from_millis(200));
    }
}

#[test]
fn messages_with_files_are_found() {
    on_both_stores(|server, _| {
        let mut ada = server.sign_in("Ada");
        let words = json!({"recipientUUID": "", "message": "words"});
        ada.ask("channelMessage", words);
        let (plan, picture) = (
            upload(server, &mut ada, "", "plan.txt", b"a plan"),
            upload(server, &mut ada, "", "a.png", PNG),
        );
        let plan = send(&mut ada, "", &[&plan])["Seq"].clone();
        let picture = send(&mut ada, "", &[&picture])["Seq"].clone();
        until_found(&mut ada, "has:file", &[&picture, &plan]);
        until_found(&mut ada, "has:image", &[&picture]);
        ada.ask("messageDelete", json!({"recipientUUID": "", "seq": picture}));
        until_found(&mut ada, "has:file", &[&plan]);
    });
}

#[test]
fn a_caption_can_be_taken_away_and_an_answer_shows_the_name() {
    on_both_stores(|server, _| {
        let mut ada = server.sign_in("Ada");
        let file = upload(server, &mut ada, "", "plan.txt", b"a plan");
        let message = json!({"recipientUUID": "", "message": "look", "files": [file]});
        let sent = ada.ask("channelMessage", message);
        let edit = json!({"recipientUUID": "", "seq": sent["Seq"], "message": ""});
        let edited = ada.ask("messageEdit", edit);
        assert_eq!(edited["message"]["Message"], "");
        assert_eq!(edited["message"]["Files"], sent["Files"]);
        let answer = json!({"recipientUUID": "", "message": "fine", "replyTo": sent["Seq"]});
        let answer = ada.ask("channelMessage", answer);
        assert_eq!(answer["ReplyTo"]["Excerpt"], "plan.txt");
        let empty = json!({"recipientUUID": "", "seq": answer["Seq"], "message": ""});
        assert_eq!(ada.refused("messageEdit", empty), 7);
        assert_eq!(status(&read(server, &ada, &file, "")), "200");
    });
}

#[test]
fn who_is_removed_or_deactivated_reads_no_file() {
    for redis in [None, Some(TestRedis::start())] {
        let url = redis.as_ref().map(TestRedis::url).unwrap_or_default();
        let folder = TempDir::new().unwrap();
        let variables = [("FILES", folder.path().to_str().unwrap()), ("REDIS_URL", &url)];
        let server = &TestServer::with(&variables);
        let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
        let channel = json!({"name": "plans", "private": true});
        let channel = ada.ask("channelCreate", channel)["UUID"].as_str().unwrap().to_owned();
        ada.ask("memberAdd", json!({"recipientUUID": channel, "users": [bob.user]}));
        let file = upload(server, &mut bob, &channel, "plan.txt", b"a plan");
        send(&mut bob, &channel, &[&file]);
        let (head, _) = ask(server, "POST /files/session", &bearer(&bob.access_key), b"");
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        let cookie = format!("cookie: {}\r\n", cookie.split(';').next().unwrap());
        let by_cookie = |file: &str| ask(server, &format!("GET /files/{file}"), &cookie, b"");
        assert_eq!(status(&by_cookie(&file)), "200");
        ada.ask("memberRemove", json!({"recipientUUID": channel, "userUUID": bob.user}));
        assert_eq!(status(&by_cookie(&file)), "404");
        assert_eq!(status(&read(server, &bob, &file, "")), "404");
        assert_eq!(status(&read(server, &ada, &file, "")), "200");
        let public = upload(server, &mut bob, "", "public.txt", b"for all");
        send(&mut bob, "", &[&public]);
        assert_eq!(status(&by_cookie(&public)), "200");
        become_admin(&server.data_dir(), &variables, &mut ada);
        ada.ask("userEdit", json!({"userUUID": bob.user, "deactivated": true}));
        assert_eq!(status(&by_cookie(&public)), "404");
        assert_eq!(status(&read(server, &bob, &public, "")), "404");
        assert_eq!(status(&read(server, &ada, &public, "")), "200");
    }
}

/// Signs in by the link of `chinwag admin`.
pub fn become_admin(data_dir: &Path, variables: &[(&str, &str)], ada: &mut TestClient) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    command.args(["admin", "Ada"]).env("DATA_DIR", data_dir).envs(variables.iter().copied());
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (_, link) = text.trim().split_once("#link=").unwrap();
    let password = json!({"link": link, "password": "secret"});
    ada.send(&json!({"type": "signIn", "signIn": password}));
    let authorized = ada.until("authorized")["authorized"].clone();
    assert_eq!(authorized["role"], "admin");
    authorized["accessKey"].as_str().unwrap().clone_into(&mut ada.access_key);
}

#[test]
fn a_bot_and_the_command_line_send_files() {
    let server = TestServer::embedded();
    let mut ada = server.sign_in("Ada");
    ada.join("");
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("plan.bin");
    let bytes: Vec<u8> = (0..2_000_000_u32).map(|number| number.to_le_bytes()[1]).collect();
    fs::write(&path, &bytes).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    let url = format!("http://{}", server.address());
    command.args(["send", &url, "--user", "Ada", "--file"]).arg(&path);
    command.env("CHINWAG_PASSWORD", "secret").env("XDG_STATE_HOME", folder.path());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let message = ada.until("channelMessage")["channelMessage"].clone();
    assert_eq!(
        (&message["Message"], &message["Files"][0]["Name"]),
        (&json!(""), &json!("plan.bin"))
    );
    let file = message["Files"][0]["UUID"].as_str().unwrap().to_owned();
    assert_eq!(read(&server, &ada, &file, "").1, bytes);
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    command.args(["send", &url, "--user", "Ada", "--file", "/nowhere"]);
    command.env("CHINWAG_PASSWORD", "secret").env("XDG_STATE_HOME", folder.path());
    let output = command.output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("failed to read \"/nowhere\""));
}

#[test]
fn the_command_line_uploads_many_files_and_downloads_those_of_a_message() {
    let server = TestServer::embedded();
    let (mut ada, bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    ada.join("");
    let folder = TempDir::new().unwrap();
    let url = format!("http://{}", server.address());
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
        command.args([arguments[0], &url, "--user", "Ada"]).args(&arguments[1..]);
        command.env("CHINWAG_PASSWORD", "secret").env("XDG_STATE_HOME", folder.path());
        let output = command.current_dir(folder.path()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        (
            String::from_utf8(output.stdout).unwrap(),
            said.lines().map(str::to_owned).collect::<Vec<_>>(),
        )
    };
    let names: Vec<_> = (1..=12).map(|number| format!("{number}.txt")).collect();
    for name in &names {
        fs::write(folder.path().join(name), format!("in {name}")).unwrap();
    }
    let arguments = ["upload", "--caption", "All of them"].into_iter();
    let arguments: Vec<_> = arguments.chain(names.iter().map(String::as_str)).collect();
    assert_eq!(run(&arguments), (String::new(), Vec::new()));
    let mut sent = || {
        let message = ada.until("channelMessage")["channelMessage"].clone();
        (message["Message"].clone(), message["Files"].as_array().unwrap().len())
    };
    assert_eq!([sent(), sent()], [(json!("All of them"), 10), (json!(""), 2)]);
    // Nothing is overwritten, and the newest message is taken unless another one is named.
    assert_eq!(run(&["download"]).0, "./11 (2).txt\n./12 (2).txt\n");
    fs::create_dir(folder.path().join("saved")).unwrap();
    let saved = run(&["download", "--into", "saved", "1"]).0;
    assert_eq!(saved.lines().count(), 10);
    assert_eq!(fs::read(folder.path().join("saved/10.txt")).unwrap(), b"in 10.txt");
    for (arguments, why) in [
        (&["download", "--into", "nowhere"][..], "there is no folder \"nowhere\""),
        (&["download", "7"], "there is no message 7 in this channel"),
        (&["download", "--to", &bob.user], "none of the last messages has a file"),
        (&["upload", "saved"], "\"saved\" is not a file"),
        (&["upload", "--to", "#none", "1.txt"], "there is no channel \"#none\""),
    ] {
        let (printed, said) = run(arguments);
        assert_eq!((&*printed, said.len()), ("", 1), "{arguments:?}: {said:?}");
        assert!(said[0].contains(why), "{arguments:?}: {said:?}");
    }
    let left = fs::read_dir(folder.path().join("saved")).unwrap();
    assert!(left.flatten().all(|file| file.path().extension().is_some_and(|it| it == "txt")));
}
