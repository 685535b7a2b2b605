//! An export that was cut off goes on where it was, on either store, and nothing is lost or there twice.

mod support;
#[path = "support/terminal.rs"]
#[expect(dead_code, reason = "this file uses a part of it")]
mod terminal;

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use chinwag_store::transfer::Record;
use serde_json::{Value, json};
use support::{TestRedis, TestServer};
use tempfile::TempDir;
use terminal::Terminal;

const ADA: &str = "aaaaaaaa-0000-4000-8000-000000000001";
const BOB: &str = "aaaaaaaa-0000-4000-8000-000000000002";
const EVE: &str = "aaaaaaaa-0000-4000-8000-000000000003";

/// A folder with a chat of so many messages in General and in two private channels, and where it is.
struct Chat {
    dir: TempDir,
    redis: Option<TestRedis>,
    lines: String,
}

impl Chat {
    fn on_each_store(messages: usize) -> [Self; 2] {
        [None, Some(TestRedis::start())].map(|redis| {
            let chat = Self { dir: TempDir::new().unwrap(), redis, lines: lines(messages) };
            fs::write(chat.file("source"), &chat.lines).unwrap();
            chat.succeed("import", "source");
            chat
        })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn variables(&self) -> [(&'static str, String); 2] {
        let data = self.file("data").to_str().unwrap().to_owned();
        [
            ("DATA_DIR", data),
            ("REDIS_URL", self.redis.as_ref().map_or_else(String::new, TestRedis::url)),
        ]
    }

    fn chinwag(&self, verb: &str, file: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
        command.envs(self.variables()).arg(verb).arg(self.file(file));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, verb: &str, file: &str) -> Output {
        self.chinwag(verb, file).output().unwrap()
    }

    /// Without a terminal it says nothing of its progress.
    fn succeed(&self, verb: &str, file: &str) {
        let output = self.run(verb, file);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }

    fn fail(&self, file: &str) -> String {
        let output = self.run("export", file);
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    }

    /// What there is when an export has gone on from this.
    fn gone_on_from(&self, part: &str) -> String {
        let file = self.file("file");
        fs::write(self.file("file.part"), part).unwrap();
        self.succeed("export", "file");
        assert!(!self.file("file.part").exists());
        let whole = fs::read_to_string(&file).unwrap();
        fs::remove_file(file).unwrap();
        whole
    }

    /// Kills an export as soon as its file has so many bytes. Returns what is there.
    fn killed_at(&self, bytes: u64) -> Vec<u8> {
        let part = self.file("killed.part");
        loop {
            let mut export = self.chinwag("export", "killed").spawn().unwrap();
            let length = || fs::metadata(&part).map_or(0, |part| part.len());
            while length() < bytes && export.try_wait().unwrap().is_none() {}
            // SIGKILL, unless it was quicker.
            export.kill().unwrap();
            export.wait().unwrap();
            if part.exists() {
                return fs::read(part).unwrap();
            }
            fs::remove_file(self.file("killed")).unwrap();
        }
    }
}

/// An export.
fn lines(messages: usize) -> String {
    let mut records = vec![json!({"type": "chinwag", "version": 1})];
    for (uuid, name) in [(ADA, "Ada"), (BOB, "Bob"), (EVE, "Eve")] {
        records.push(json!({"type": "user", "user": {"UUID": uuid, "Username": name,
            "Password": "$argon2id$x", "AccessKeys": {}, "Read": 3}}));
    }
    let mut number = 0;
    for (channel, users) in [
        ("public", None),
        ("cccccccc-0000-4000-8000-000000000001", Some([ADA, BOB])),
        ("cccccccc-0000-4000-8000-000000000002", Some([BOB, EVE])),
    ] {
        let mut record = json!({"UUID": channel, "Messages": messages});
        if let Some(users) = users {
            record["Users"] = json!(users);
            record["Read"] = json!([1, 2]);
        }
        records.push(json!({"type": "channel", "channel": record}));
        for seq in 1..=messages {
            number += 1;
            let mut message = json!({"Seq": seq, "SenderUUID": users.unwrap_or([ADA, EVE])[seq % 2],
                "UUID": format!("bbbbbbbb-0000-4000-8000-{number:012}"),
                "Message": format!("number {number} \u{1f98a}"), "CreatedAt": "2026-01-02T03:04:05Z"});
            if seq % 3 == 0 {
                message["clientUUID"] = json!(number.to_string());
            }
            records.push(json!({"type": "message", "message": message}));
        }
    }
    let end = json!({"users": 3, "channels": 3, "messages": number});
    records.push(json!({"type": "end", "end": end}));
    records.iter().map(|record| ordered(record) + "\n").collect()
}

/// With the properties in the order in which an export has them.
fn ordered(line: &Value) -> String {
    let record: Record = serde_json::from_value(line.clone()).unwrap();
    serde_json::to_string(&record).unwrap()
}

#[test]
fn a_killed_export_goes_on_where_it_was() {
    for chat in Chat::on_each_store(2_000) {
        let source = &chat.lines;
        for bytes in [100_000, 700_000] {
            let part = chat.killed_at(bytes);
            assert!(source.as_bytes().starts_with(&part) && part.len() < source.len());
            let mut torn = File::options().append(true).open(chat.file("killed.part")).unwrap();
            torn.write_all(b"{\"type\":\"message\",\"mess").unwrap();
            chat.succeed("export", "killed");
            assert!(fs::read_to_string(chat.file("killed")).unwrap() == *source);
            fs::remove_file(chat.file("killed")).unwrap();
        }
    }
}

#[test]
fn it_goes_on_from_wherever_it_was_cut_off() {
    for chat in Chat::on_each_store(3) {
        let source = &chat.lines;
        let mut end = 0;
        for line in source.split_inclusive('\n') {
            for cut in [end + line.len() / 2, end + line.len()] {
                // Torn in its first line it is no export, and empty it is a new one.
                if cut >= source.find('\n').unwrap() {
                    assert_eq!(chat.gone_on_from(&source[..cut]), *source);
                }
            }
            end += line.len();
        }
        assert_eq!(chat.gone_on_from(""), *source);
        // What is there stays as it is: it is gone on with, and not begun anew.
        let cut = source.find("number 5").unwrap();
        let part = source[..cut].replace("\"Read\":3", "\"Read\":2");
        assert_eq!(chat.gone_on_from(&part), source.replace("\"Read\":3", "\"Read\":2"));
        // Garbage that a crash of the machine left is cut off, with all behind it.
        let part = source.replace("number 5", "\0\0\0\0");
        assert_eq!(chat.gone_on_from(&part), *source);
    }
}

#[test]
fn what_came_meanwhile_spoils_nothing() {
    for chat in Chat::on_each_store(30) {
        let source = &chat.lines;
        let variables = chat.variables();
        let variables: Vec<_> =
            variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let server = TestServer::with(&variables);
        let mut new = server.sign_in("Newcomer");
        for to in ["", EVE] {
            new.say(to, "hello");
            new.until("channelMessage");
        }
        let cuts = ["number 7 ", "number 30 ", "number 31 ", "number 64 ", "number 90 ", "\"end\""];
        for cut in cuts {
            let cut = source.find(cut).unwrap();
            let whole = chat.gone_on_from(&source[..cut]);
            assert_eq!(whole, *source);
        }
        // From its beginning it is another one, with all that is there now.
        let anew = chat.gone_on_from(&source[..source.find("number 1 ").unwrap()]);
        assert_eq!(anew.matches("hello").count(), 2);
        assert_eq!(anew.lines().count(), source.lines().count() + 4);
    }
}

#[test]
fn another_chats_file_is_not_gone_on_with() {
    for chat in Chat::on_each_store(3) {
        let source = &chat.lines;
        let cut = source.find("number 6").unwrap();
        let part = chat.file("file.part");
        let another_uuid = |seen: &str| source[..cut].replace(seen, "dddddddd");
        let mut longer = source[..cut].replace("\"Messages\":3", "\"Messages\":4");
        for other in
            [another_uuid("bbbbbbbb"), another_uuid("cccccccc"), std::mem::take(&mut longer)]
        {
            fs::write(&part, &other).unwrap();
            let said = chat.fail("file");
            assert!(said.contains("Remove that file, which ends in .part"), "{said}");
        }
        fs::write(&part, "Dear diary,\n").unwrap();
        assert!(chat.fail("file").contains("does not begin like an export"));
        assert_eq!(fs::read_to_string(&part).unwrap(), "Dear diary,\n");
        fs::write(&part, source).unwrap();
        let held = File::open(&part).unwrap();
        held.lock().unwrap();
        assert!(chat.fail("file").contains("another export writes"));
        drop(held);
        chat.succeed("export", "file");
        assert!(chat.fail("file").contains("is there already"));
        assert!(!part.exists());
    }
}

#[test]
fn a_terminal_shows_how_far_it_is() {
    for chat in Chat::on_each_store(2_000) {
        let variables = chat.variables();
        let variables: Vec<_> =
            variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let file = chat.file("file");
        let mut terminal = Terminal::start(&["export", path(&file)], chat.dir.path(), &variables);
        let (status, shown) = terminal.ended();
        assert!(status.success());
        let shown = String::from_utf8_lossy(&shown);
        for part in ["%, ", " of 6,003 users and messages, ", " left"] {
            assert!(shown.contains(part), "{shown}");
        }
        assert!(terminal.screen().contents().starts_with("exported 3 users"));
    }
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}
