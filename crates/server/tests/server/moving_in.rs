//! Archives of other chats are converted, imported on both stores, and read back by those who move in.

use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chinwag_store::transfer::Record;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{TestClient, TestRedis, TestServer};

fn chinwag(variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    command.envs(variables.iter().copied()).args(arguments).output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Slack's export of two people who talk in General, in a channel of their own and directly.
fn slack(path: &Path) {
    let files = [
        (
            "users.json",
            json!([
            {"id": "U1", "name": "ada", "profile": {"display_name": "Ada"}},
            {"id": "U2", "name": "bob", "profile": {"display_name": "Bob"}}]),
        ),
        (
            "channels.json",
            json!([
            {"id": "C1", "name": "general", "is_general": true, "members": ["U1", "U2"]},
            {"id": "C2", "name": "ops", "creator": "U1", "members": ["U1", "U2"], "topic": {"value": "What runs"}}]),
        ),
        ("dms.json", json!([{"id": "D1", "members": ["U1", "U2"]}])),
        (
            "general/2024-01-01.json",
            json!([
            {"user": "U1", "text": "hi <@U2>", "ts": "1704067200.000000"},
            {"subtype": "bot_message", "bot_id": "B1", "username": "CI", "text": "built", "ts": "1704067200.500000"}]),
        ),
        (
            "ops/2024-01-01.json",
            json!([
            {"subtype": "channel_join", "user": "U1", "text": "joined", "ts": "1704067200.000000"},
            {"user": "U1", "text": "it *runs* :tada:", "ts": "1704067201.000000", "thread_ts": "1704067201.000000",
             "edited": {"ts": "1704067209.000000"}, "reactions": [{"name": "+1", "users": ["U2"], "count": 1}],
             "pinned_to": ["C2"]},
            {"user": "U2", "text": "good", "ts": "1704067202.000000", "thread_ts": "1704067201.000000"}]),
        ),
        ("D1/2024-01-01.json", json!([{"user": "U2", "text": "psst", "ts": "1704067203.000000"}])),
    ];
    let mut zip = ZipWriter::new(fs::File::create(path).unwrap());
    for (name, content) in files {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.to_string().as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

/// The lines, in which Ada has an access key, and this key.
fn with_key(lines: &[u8]) -> (String, String) {
    let (mut key, mut keyed) = (String::new(), String::new());
    for line in std::str::from_utf8(lines).unwrap().lines() {
        let mut record: Record = serde_json::from_str(line).unwrap();
        if let Record::User { user } = &mut record
            && &*user.username == "Ada"
        {
            let bytes = [user.uuid.0.as_bytes().as_slice(), &[7; 24]].concat();
            let mut digest = String::new();
            for byte in Sha256::digest(&bytes) {
                write!(digest, "{byte:02x}").unwrap();
            }
            let now = jiff::Timestamp::now().as_second();
            user.access_keys.insert(digest, now);
            key = URL_SAFE_NO_PAD.encode(bytes);
        }
        keyed += &(serde_json::to_string(&record).unwrap() + "\n");
    }
    (keyed, key)
}

fn signed_in(server: &TestServer, key: &str) -> TestClient {
    let mut ada = server.connect();
    ada.send(&json!({"type": "signIn", "signIn": {"accessKey": key}}));
    let authorized = ada.answer();
    authorized["authorized"]["userUUID"].as_str().unwrap().clone_into(&mut ada.user);
    ada
}

fn history(client: &mut TestClient, recipient: &Value) -> Vec<Value> {
    let page = json!({"recipientUUID": recipient, "after": 0, "limit": 100});
    client.ask("channelMessages", page)["messages"].as_array().unwrap().clone()
}

fn reads_everything(server: &TestServer, key: &str) {
    let mut ada = signed_in(server, key);
    let inbox = ada.ask("inbox", json!({"wants": ["channels", "changes"]}));
    let entries = inbox["channels"].as_array().unwrap().clone();
    assert_eq!(entries.len(), 3);
    assert!(entries.iter().all(|entry| entry["unread"] == 0), "{entries:?}");
    let general = history(&mut ada, &json!(""));
    assert_eq!((general.len(), &general[0]["Message"]), (2, &json!("hi @Bob")));
    assert_eq!(general[0]["Sender"], json!({"UUID": ada.user, "Username": "Ada"}));
    let bot = &general[1]["Sender"];
    assert_eq!((&bot["Username"], &bot["Bot"]), (&json!("CI"), &json!(true)));
    assert_eq!(general[0]["Mentions"][0]["Username"], "Bob");
    let of = |name: &str| entries.iter().find(|entry| entry["Channel"]["Name"] == name).unwrap();
    let ops = of("ops");
    assert_eq!(
        (&ops["Channel"]["Owner"], &ops["Channel"]["Topic"]),
        (&json!(true), &json!("What runs"))
    );
    let messages = history(&mut ada, &ops["recipientUUID"]);
    assert_eq!(messages[0]["Message"], "it **runs** 🎉");
    assert_eq!(messages[0]["CreatedAt"], "2024-01-01T00:00:01Z");
    assert_eq!(messages[0]["EditedAt"], "2024-01-01T00:00:09Z");
    assert!(messages[0]["PinnedAt"].is_string());
    assert_eq!(
        (&messages[0]["Replies"], &messages[0]["Reactions"][0]["Emoji"]),
        (&json!(1), &json!("👍"))
    );
    assert_eq!(messages[1]["ReplyTo"]["Seq"], 1);
    let direct = entries.iter().find(|entry| entry["Recipient"]["Username"] == "Bob").unwrap();
    assert_eq!(history(&mut ada, &direct["recipientUUID"])[0]["Message"], "psst");
    // Bob has no password, so that none is his.
    for password in ["", "secret"] {
        let mut bob = server.connect();
        bob.send(&json!({"type": "signIn", "signIn": {"username": "Bob", "password": password}}));
        assert!(bob.until("error")["error"]["code"].is_number());
    }
    // On it goes.
    ada.say(ops["recipientUUID"].as_str().unwrap(), "and here?");
    assert_eq!(ada.until("channelMessage")["channelMessage"]["Seq"], 3);
}

#[test]
fn a_team_moves_in_on_both_stores() {
    let (dir, redis) = (TempDir::new().unwrap(), TestRedis::start());
    let (archive, lines) = (dir.path().join("slack.zip"), dir.path().join("chat.jsonl"));
    slack(&archive);
    let converted = chinwag(&[], &["convert", "slack", text(&archive)]);
    let said = String::from_utf8(converted.stderr).unwrap();
    assert!(converted.status.success(), "{said}");
    assert!(said.starts_with("converted 3 users, 3 channels, 5 messages\n"), "{said}");
    assert!(said.contains("1 lines about joins"), "{said}");
    let again = chinwag(&[], &["convert", "slack", text(&archive)]);
    assert!(again.stdout == converted.stdout);
    let (keyed, key) = with_key(&converted.stdout);
    fs::write(&lines, &keyed).unwrap();
    let other = dir.path().join("other.jsonl");
    fs::write(&other, &converted.stdout).unwrap();
    let data = dir.path().join("data");
    for target in [("DATA_DIR", text(&data)), ("REDIS_URL", &*redis.url())] {
        let imported = chinwag(&[target], &["import", text(&lines)]);
        assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
        // What is there is what was converted, and a second import changes nothing.
        let exported = chinwag(&[target], &["export", "-"]).stdout;
        assert_eq!(String::from_utf8_lossy(&exported), keyed);
        let again = |file: &Path| {
            let twice = chinwag(&[target], &["import", text(file)]);
            let said = String::from_utf8([twice.stdout, twice.stderr].concat()).unwrap();
            (twice.status.success(), said)
        };
        let nothing = (true, "this was imported before: nothing was added\n".to_owned());
        assert_eq!(again(&lines), nothing);
        let (taken, said) = again(&other);
        assert!(!taken && said.contains("holds a chat already"), "{said}");
        assert!(chinwag(&[target], &["export", "-"]).stdout == exported);
        let mut server = match target.0 {
            "REDIS_URL" => TestServer::on(&redis),
            _ => TestServer::with(&[target]),
        };
        reads_everything(&server, &key);
        let links = chinwag(&[target], &["reset", "--all"]).stdout;
        let links = String::from_utf8(links).unwrap();
        let mut named: Vec<_> = links.lines().filter_map(|line| line.split('\t').next()).collect();
        named.sort_unstable();
        assert_eq!(named, ["Ada", "Bob"], "{links}");
        // The chat has gone on: what was written since stays.
        server.terminate();
        assert!(server.stopped().success());
        let exported = chinwag(&[target], &["export", "-"]).stdout;
        assert_eq!(again(&lines), nothing);
        assert!(
            chinwag(&[target], &["export", "-"]).stdout == exported && exported.len() > keyed.len()
        );
    }
}

/// Mattermost's bulk export of one who sent a file.
fn mattermost(path: &Path) {
    let records = [
        json!({"type": "version", "version": 1}),
        json!({"type": "team", "team": {"name": "t", "type": "O"}}),
        json!({"type": "channel", "channel": {"team": "t", "name": "town-square", "type": "O"}}),
        json!({"type": "user", "user": {"username": "Ada", "teams": []}}),
        json!({"type": "post", "post": {"team": "t", "channel": "town-square", "user": "Ada", "message": "the plan",
            "create_at": 1_000, "attachments": [{"path": "20200101/plan.txt"}]}}),
    ];
    let lines: String = records.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    let mut zip = ZipWriter::new(fs::File::create(path).unwrap());
    for (name, content) in [("import.jsonl", &*lines), ("data/20200101/plan.txt", "First, oil.")] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
fn files_of_an_archive_move_in_with_their_messages() {
    let (dir, redis) = (TempDir::new().unwrap(), TestRedis::start());
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    mattermost(Path::new(&path("export.zip")));
    let taken = path("taken");
    let converted =
        chinwag(&[], &["convert", "mattermost", &path("export.zip"), "--files", &taken]);
    let said = String::from_utf8(converted.stderr).unwrap();
    assert_eq!(said, "converted 1 users, 1 channels, 1 messages, 1 files\n");
    let (keyed, key) = with_key(&converted.stdout);
    fs::write(path("chat.jsonl"), keyed).unwrap();
    let (data, home, url) = (path("data"), path("home"), redis.url());
    for target in [&[("DATA_DIR", &*data)][..], &[("REDIS_URL", &*url), ("FILES", &*home)]] {
        let imported = chinwag(target, &["import", "--files", &taken, &path("chat.jsonl")]);
        assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
        let checked = chinwag(target, &["files", "check"]);
        let said = String::from_utf8(checked.stdout).unwrap();
        assert!(checked.status.success() && said.starts_with("1 files and previews, 0"), "{said}");
        let server = match target[0].0 {
            "REDIS_URL" => TestServer::on(&redis),
            _ => TestServer::with(target),
        };
        let message = history(&mut signed_in(&server, &key), &json!(""))[0].clone();
        let file = &message["Files"][0];
        assert_eq!(
            (&message["Message"], &file["Name"], &file["Size"]),
            (&json!("the plan"), &json!("plan.txt"), &json!(11))
        );
    }
}

#[test]
fn what_is_no_archive_is_named_and_imports_nothing() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("chat.zip");
    fs::write(&file, "PK but no more").unwrap();
    let failed = chinwag(&[], &["convert", "slack", text(&file)]);
    let said = String::from_utf8(failed.stderr).unwrap();
    assert!(!failed.status.success() && failed.stdout.is_empty());
    assert!(said.contains("chat.zip") && said.contains("get the whole archive anew"), "{said}");
    let unknown = chinwag(&[], &["convert", "irc", text(&file)]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("slack, mattermost, discord"));
}
