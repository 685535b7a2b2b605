//! A chat moves from one store to another and back, and from the first server's Redis, with all it has.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::terminal::Terminal;
use crate::support::{TestRedis, TestServer};

const SEED_USERS: [&str; 3] = [
    "aaaaaaaa-0000-4000-8000-000000000001",
    "aaaaaaaa-0000-4000-8000-000000000002",
    "aaaaaaaa-0000-4000-8000-000000000003",
];

fn chinwag(variables: &[(&str, &str)], arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    command.envs(variables.iter().copied()).args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    chinwag(variables, arguments).output().unwrap()
}

fn succeed(variables: &[(&str, &str)], arguments: &[&str]) {
    let output = run(variables, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What went wrong, which is to be told.
fn fail(variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let output = run(variables, arguments);
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A chat with everything in it that lasts, and the access key of its Ada.
fn talk(server: &TestServer) -> String {
    let (mut ada, mut bob) = (server.connect(), server.sign_in("Bób 🦊"));
    ada.sign_in("Ada");
    server.sign_in("Eve");
    for number in 0..300 {
        ada.say("", &format!("{number} \u{202e} \" \\ \u{1f98a}\n"));
        ada.until("channelMessage");
    }
    for (to, number) in [(bob.user.clone(), 1), (ada.user.clone(), 2)] {
        let payload =
            json!({"recipientUUID": to, "message": "psst", "clientUUID": number.to_string()});
        ada.send(&json!({"type": "channelMessage", "channelMessage": payload}));
        ada.until("channelMessage");
    }
    bob.join(&ada.user);
    bob.send(&json!({"type": "channelRead", "channelRead": {"recipientUUID": ada.user, "seq": 1}}));
    bob.until("channelRead");
    bob.send(&json!({"type": "channelRead", "channelRead": {"recipientUUID": "", "seq": 7}}));
    bob.until("channelRead");
    // Looked up, and never written in.
    bob.join(&bob.user.clone());
    ada.access_key
}

/// Makes Ada an admin, who deactivates Eve and writes in General alone, and lets Bob block Eve.
fn govern(server: &TestServer) {
    let data = server.data_dir();
    let claim = run(&[("DATA_DIR", text(&data))], &["admin", "Ada"]).stdout;
    let claim = String::from_utf8(claim).unwrap();
    let (_, link) = claim.trim_end().split_once("#link=").unwrap();
    let (mut ada, mut bob) = (server.connect(), server.sign_in("bób 🦊"));
    ada.send(&json!({"type": "signIn", "signIn": {"link": link, "password": "secret", "device": "Laptop 🦊"}}));
    assert_eq!(ada.until("authorized")["authorized"]["role"], "admin");
    let eve = ada.ask("users", json!({"query": "eve"}))["users"][0]["UUID"].clone();
    bob.ask("block", json!({"userUUID": eve, "on": true}));
    ada.ask("userEdit", json!({"userUUID": eve, "deactivated": true}));
    ada.ask("channelEdit", json!({"recipientUUID": "", "topic": "News 🦊", "posting": "owners"}));
}

#[test]
fn a_chat_comes_back_byte_for_byte() {
    let (dir, redis) = (TempDir::new().unwrap(), TestRedis::start());
    let file = |name: &str| dir.path().join(name);
    let (first, second, third) = (file("first"), file("second"), file("third"));
    let server = TestServer::with(&[("MESSAGE_RATE", "0")]);
    let key = talk(&server);
    govern(&server);
    let from = server.data_dir();
    succeed(&[("DATA_DIR", text(&from))], &["export", text(&first)]);
    succeed(&[("REDIS_URL", &redis.url())], &["import", text(&first)]);
    succeed(&[("REDIS_URL", &redis.url())], &["export", text(&second)]);
    let back = file("back");
    succeed(&[("DATA_DIR", text(&back))], &["import", text(&second)]);
    succeed(&[("DATA_DIR", text(&back))], &["export", text(&third)]);
    let lines = fs::read_to_string(&first).unwrap();
    assert!(lines.lines().count() > 300 && lines.ends_with("}\n"));
    assert_eq!(fs::read_to_string(&second).unwrap(), lines);
    assert_eq!(fs::read_to_string(&third).unwrap(), lines);
    for server in [TestServer::on(&redis), TestServer::with(&[("DATA_DIR", text(&back))])] {
        looks_the_same(&server, &key);
    }
    // What was moved is a store like any other.
    succeed(&[("REDIS_URL", &redis.url())], &["export", text(&file("fourth"))]);
}

fn looks_the_same(server: &TestServer, key: &str) {
    let mut ada = server.connect();
    ada.send(&json!({"type": "signIn", "signIn": {"accessKey": key}}));
    let authorized = ada.answer()["authorized"].take();
    assert_eq!(authorized["role"], "admin");
    let user = authorized["userUUID"].as_str().unwrap().to_owned();
    let devices = ada.ask("devices", json!({}))["devices"].take();
    let mut devices = devices.as_array().unwrap().iter();
    assert!(devices.any(|device| device["Name"] == "Laptop 🦊"));
    let mut eve = server.connect();
    eve.send(&json!({"type": "signIn", "signIn": {"username": "Eve", "password": "secret"}}));
    assert_eq!(eve.until("error")["error"]["code"], 4);
    let mut bob = server.sign_in("bób 🦊");
    assert_eq!(bob.ask("block", json!({}))["users"][0]["Username"], "Eve");
    let to_eve = bob.ask("users", json!({"query": "eve"}))["users"][0]["UUID"].clone();
    assert_eq!(bob.refused("channelMessage", json!({"recipientUUID": to_eve, "message": "?"})), 7);
    bob.send(&json!({"type": "inbox"}));
    let inbox = bob.until("inbox")["inbox"]["channels"].clone();
    assert_eq!((&inbox[0]["total"], &inbox[0]["unread"]), (&json!(300), &json!(293)));
    assert_eq!((&inbox[1]["total"], &inbox[1]["unread"]), (&json!(1), &json!(0)));
    assert_eq!(inbox[1]["recipientUUID"], user);
    for seq in [1, 129, 300] {
        let page = json!({"recipientUUID": "", "before": seq + 1, "limit": 1});
        bob.send(&json!({"type": "channelMessages", "channelMessages": page}));
        let found = bob.until("channelMessages")["channelMessages"]["messages"][0].clone();
        assert_eq!(found["Message"], format!("{} \u{202e} \" \\ \u{1f98a}\n", seq - 1));
    }
    let general = bob.ask("inbox", json!({"wants": ["channels"]}))["channels"][0]["Channel"].take();
    assert_eq!((&general["Topic"], &general["Posting"]), (&json!("News 🦊"), &json!("owners")));
    assert_eq!(bob.refused("channelMessage", json!({"recipientUUID": "", "message": "?"})), 7);
    let again = json!({"recipientUUID": bob.user, "message": "psst", "clientUUID": "1"});
    ada.send(&json!({"type": "channelMessage", "channelMessage": again}));
    assert_eq!(ada.until("channelMessage")["channelMessage"]["Seq"], 1);
    ada.say("", "on we go");
    assert_eq!(ada.until("channelMessage")["channelMessage"]["Seq"], 301);
}

#[test]
fn an_export_goes_to_the_output_too_and_an_import_takes_the_input() {
    let (dir, server) = (TempDir::new().unwrap(), TestServer::with(&[("MESSAGE_RATE", "0")]));
    talk(&server);
    let (data, file, pipe) = (server.data_dir(), dir.path().join("file"), dir.path().join("pipe"));
    let from = [("DATA_DIR", text(&data))];
    succeed(&from, &["export", text(&file)]);
    let whole = fs::read(&file).unwrap();
    let piped = run(&from, &["export", "-"]);
    assert!(piped.status.success() && piped.stdout == whole);
    assert!(String::from_utf8_lossy(&piped.stderr).starts_with("exported 3 users"));
    let mut import = chinwag(&[("DATA_DIR", text(&dir.path().join("back")))], &["import", "-"]);
    let mut import = import.stdin(Stdio::piped()).spawn().unwrap();
    import.stdin.take().unwrap().write_all(&whole).unwrap();
    assert!(import.wait().unwrap().success());
    let back = run(&[("DATA_DIR", text(&dir.path().join("back")))], &["export", "-"]);
    assert!(back.stdout == whole);
    let redirected = dir.path().join("redirected");
    let mut export = chinwag(&from, &["export", "/dev/stdout"]);
    export.stdout(File::create(&redirected).unwrap());
    assert!(export.status().unwrap().success());
    assert_eq!(fs::read(&redirected).unwrap(), whole);
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut export = chinwag(&from, &["export", text(&pipe)]).spawn().unwrap();
    assert_eq!(fs::read(&pipe).unwrap(), whole);
    assert!(export.wait().unwrap().success());
}

#[test]
fn a_failed_export_leaves_nothing() {
    let (dir, server) = (TempDir::new().unwrap(), TestServer::with(&[("MESSAGE_RATE", "0")]));
    talk(&server);
    let (data, file) = (server.data_dir(), dir.path().join("file"));
    let part = dir.path().join("file.part");
    // What a killed one has left is written anew.
    fs::write(&part, "torn").unwrap();
    succeed(&[("DATA_DIR", text(&data))], &["export", text(&file)]);
    assert!(
        !part.exists() && fs::read_to_string(&file).unwrap().starts_with("{\"type\":\"chinwag\"")
    );
    let nowhere = [("DATA_DIR", text(dir.path()))];
    assert!(fail(&nowhere, &["export", text(&dir.path().join("other"))]).contains("DATA_DIR"));
    assert!(!dir.path().join("other.part").exists());
}

#[test]
fn a_terminal_shows_how_far_an_export_is() {
    let (dir, server) = (TempDir::new().unwrap(), TestServer::with(&[("MESSAGE_RATE", "0")]));
    talk(&server);
    let (data, file) = (server.data_dir(), dir.path().join("file"));
    let from = [("DATA_DIR", text(&data))];
    let mut terminal = Terminal::start(&["export", text(&file)], dir.path(), &from);
    let (status, shown) = terminal.ended();
    assert!(status.success());
    let shown = String::from_utf8_lossy(&shown);
    for part in ["%, ", " of 305 users and messages, ", " left"] {
        assert!(shown.contains(part), "{shown}");
    }
    assert!(terminal.screen().contents().starts_with("exported 3 users"));
}

/// An import that has stored something and then stands still, since its file is a pipe.
fn begun(redis: &TestRedis, pipe: &Path, lines: &str) -> Child {
    let made = Command::new("mkfifo").arg(pipe).status().unwrap();
    assert!(made.success());
    let import = chinwag(&[("REDIS_URL", &redis.url())], &["import", text(pipe)]).spawn().unwrap();
    let mut end = File::options().write(true).open(pipe).unwrap();
    end.write_all(lines.as_bytes()).unwrap();
    while redis.cli(&["HGET", "import", "lines"]).concat().is_empty() {}
    // The pipe stays open until the import has been killed.
    std::mem::forget(end);
    import
}

#[test]
fn a_killed_import_goes_on_where_it_was() {
    let (dir, redis) = (TempDir::new().unwrap(), TestRedis::start());
    let on_redis = [("REDIS_URL", &*redis.url())];
    let file = dir.path().join("file");
    fs::write(&file, many_lines()).unwrap();
    let lines = fs::read_to_string(&file).unwrap();
    let most: usize = lines.split_inclusive('\n').take(1_200).map(str::len).sum();
    let mut import = begun(&redis, &dir.path().join("pipe"), &lines[..most]);
    import.kill().unwrap();
    import.wait().unwrap();

    let stopped = TestServer::fail(&on_redis);
    assert!(stopped.stderr.contains("was not finished"), "{}", stopped.stderr);
    let other = dir.path().join("other");
    fs::write(&other, lines.replace("number 7\"", "number seven\"")).unwrap();
    assert!(fail(&on_redis, &["import", text(&other)]).contains("of another file"));
    succeed(&on_redis, &["import", text(&file)]);
    let again = dir.path().join("again");
    succeed(&on_redis, &["export", text(&again)]);
    assert_eq!(fs::read_to_string(&again).unwrap(), lines);
    succeed(&on_redis, &["import", text(&file)]);
    assert!(fail(&on_redis, &["import", text(&other)]).contains("holds a chat already"));
}

/// An export with two users and 2,000 messages in General.
fn many_lines() -> String {
    let user = |uuid: &str, name: &str| {
        json!({"type": "user", "user": {"UUID": uuid, "Username": name, "Password": "$argon2id$x",
            "AccessKeys": {}, "Read": 3}})
    };
    let mut lines = vec![json!({"type": "chinwag", "version": 2})];
    lines.extend([user(SEED_USERS[0], "Ada"), user(SEED_USERS[1], "Bob")]);
    lines.push(json!({"type": "channel", "channel": {"UUID": "public", "Kind": "general", "Messages": 2_000}}));
    for seq in 1..=2_000 {
        lines.push(json!({"type": "message", "message": {"Seq": seq, "UUID": message_uuid(seq),
            "SenderUUID": SEED_USERS[seq % 2], "Message": format!("number {seq}"),
            "CreatedAt": "2026-01-02T03:04:05Z"}}));
    }
    let end = json!({"users": 2, "channels": 1, "messages": 2_000});
    lines.push(json!({"type": "end", "end": end}));
    // An export has the properties in the order of its types, these have them sorted.
    lines.iter().map(|line| ordered(line) + "\n").collect()
}

fn ordered(line: &Value) -> String {
    let record: chinwag_store::transfer::Record = serde_json::from_value(line.clone()).unwrap();
    serde_json::to_string(&record).unwrap()
}

fn message_uuid(number: usize) -> String {
    format!("bbbbbbbb-0000-4000-8000-{number:012}")
}

#[test]
fn what_is_not_whole_is_not_taken() {
    let dir = TempDir::new().unwrap();
    let (file, data) = (dir.path().join("file"), dir.path().join("data"));
    let lines = many_lines();
    let cut = lines.rfind("{\"type\":\"end\"").unwrap();
    for (wrong, reason) in [
        (lines[..cut].to_owned(), "the file ends before its end"),
        (lines.replace("number 9\"", "number 9"), "line 13 is not of an export"),
        (lines.replace("\"Seq\":9,", "\"Seq\":10,"), "line 13: the message 9 is not there"),
        (lines.replacen(SEED_USERS[1], SEED_USERS[2], 1), "of a user who is not there"),
        (lines.replace("\"version\":2", "\"version\":3"), "of version 3; this takes 1 to 2"),
        ("hello\n".to_owned(), "line 1 is not of an export"),
    ] {
        fs::write(&file, wrong).unwrap();
        let _ = fs::remove_dir_all(&data);
        let said = fail(&[("DATA_DIR", text(&data))], &["import", text(&file)]);
        assert!(said.contains(reason), "{said}");
    }
    let server = TestServer::embedded();
    let used = server.data_dir();
    fs::write(&file, &lines).unwrap();
    let said = fail(&[("DATA_DIR", text(&used))], &["import", text(&file)]);
    assert!(said.contains("in use by another Chinwag"), "{said}");
    let said = fail(&[("DATA_DIR", text(&used))], &["export", text(&file)]);
    assert!(said.contains("already exists"), "{said}");
}

/// As the first server wrote it, with what happens to data over time.
fn seed(redis: &TestRedis) {
    let users = [("Ada", "open sesame"), ("a\u{202e}b", "pass"), ("Ada", "other")];
    for (index, (name, password)) in users.iter().enumerate() {
        let user = json!({"UUID": SEED_USERS[index], "Username": name, "Password": password,
            "AccessKey": "old", "OnLine": true});
        redis.cli(&["RPUSH", "users", &user.to_string()]);
        let index = index.to_string();
        redis.cli(&["SET", &format!("usersUUIDListIndex.{}", SEED_USERS[0]), &index]);
    }
    // By the MD5 of the name: of the two Adas the second could sign in.
    redis.cli(&["SET", "usersUsernameListIndex.4e6f1dc2bc30e8d5b1ffb37b6b5d3c38", "2"]);
    redis.cli(&["SET", "usersUsernameListIndex.187ef4436122d1cc2f40dc2b92f0eba0", "1"]);
    let message = |number: usize, sender: usize, to: &str, time: &str| {
        json!({"UUID": message_uuid(number), "SenderUUID": SEED_USERS[sender], "RecipientUUID": to,
            "Message": format!("seed {number}"), "CreatedAt": time, "Sender": {"Username": "x"}})
        .to_string()
    };
    let write = |channel: &str, message: &str| {
        redis.cli(&["RPUSH", &format!("channelMessages.{channel}"), message]);
    };
    write("public", &message(1, 0, "", "2020-01-02T03:04:05.123456789+02:00"));
    write("public", &message(2, 2, "", "0001-01-01T00:00:00Z"));
    let [a, b, _] = SEED_USERS;
    let channels = ["cccccccc-0000-4000-8000-000000000001", "cccccccc-0000-4000-8000-000000000002"];
    redis.cli(&["SET", &format!("channelSenderRecipient.{a}.public"), "public"]);
    redis.cli(&["SET", &format!("channelSenderRecipient.{a}.{b}"), channels[0]]);
    redis.cli(&["SET", &format!("channelSenderRecipient.{b}.{a}"), channels[1]]);
    write(channels[0], &message(3, 0, b, "2020-01-02T00:00:01Z"));
    write(channels[0], &message(5, 0, b, "2020-01-02T00:00:03Z"));
    write(channels[1], &message(4, 1, a, "2020-01-02T00:00:02Z"));
}

#[test]
fn the_first_servers_data_are_taken_over() {
    let (old, dir) = (TestRedis::start(), TempDir::new().unwrap());
    seed(&old);
    let data = dir.path().join("data");
    let target = [("DATA_DIR", text(&data)), ("NO_COLOR", "1")];
    let said = fail(&target, &["import", "--seed", &old.url()]);
    assert!(
        said.contains("nothing was written") && said.contains("\"Ada\": is another user's"),
        "{said}"
    );
    assert!(said.contains("A name has no control characters"), "{said}");
    succeed(&target, &["import", "--seed", &old.url(), "--repair"]);
    let server = TestServer::with(&[("DATA_DIR", text(&data))]);
    let sign_in = |name: &str, password: &str| {
        let mut client = server.connect();
        let sign_in = json!({"username": name, "password": password});
        client.send(&json!({"type": "signIn", "signIn": sign_in}));
        client.user =
            client.answer()["authorized"]["userUUID"].as_str().unwrap_or_default().to_owned();
        client
    };
    assert_eq!(sign_in("Ada", "open sesame").user, "");
    assert_eq!(sign_in("ada", "other").user, SEED_USERS[2]);
    assert_eq!(sign_in("ab", "pass").user, SEED_USERS[1]);
    let mut ada = sign_in("Ada 2", "open sesame");
    assert_eq!(ada.user, SEED_USERS[0]);
    let general = ada.join("");
    assert_eq!(general["messages"][1]["Message"], "seed 1");
    assert_eq!(general["messages"][1]["CreatedAt"], "2020-01-02T01:04:05.123456789Z");
    assert_eq!(general["messages"][0]["CreatedAt"], "1970-01-01T00:00:00Z");
    let private = ada.join(SEED_USERS[1]);
    let said: Vec<_> =
        private["messages"].as_array().unwrap().iter().map(|m| &m["Message"]).collect();
    assert_eq!(said, ["seed 5", "seed 4", "seed 3"]);
    let stored = fs::read(data.join("chinwag.db")).unwrap();
    assert!(!stored.windows(11).any(|bytes| bytes == b"open sesame"));
    // A chat's own Redis is no place for another's data.
    let same = [("REDIS_URL", &*old.url())];
    assert!(fail(&same, &["import", "--seed", &old.url()]).contains("holds a chat already"));
}
