//! A backup is taken while the server runs, and a server starts on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::support::TestServer;

fn backup(data: &Path, file: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    command.env("DATA_DIR", data).arg("backup").arg(file).output().unwrap()
}

#[test]
fn what_was_acknowledged_is_in_the_backup() {
    let server = TestServer::embedded();
    let mut ada = server.sign_in("Ada");
    ada.say("", "before");
    ada.until("channelMessage");
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("chinwag.db");
    let output = backup(&server.data_dir(), &file);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    ada.say("", "after");
    ada.until("channelMessage");

    let data = dir.path().to_str().unwrap();
    let restored = TestServer::with(&[("DATA_DIR", data)]);
    let joined = restored.sign_in("Ada").join("");
    let messages = joined["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 1, "{joined}");
    assert_eq!(messages[0]["Message"], "before");
}

#[test]
fn a_disk_needs_no_hard_links() {
    let (server, dir) = (TestServer::embedded(), TempDir::new().unwrap());
    server.sign_in("Ada");
    let library = without_links(dir.path());
    for (verb, name) in [("backup", "backup.db"), ("export", "chat.jsonl")] {
        let file = dir.path().join(name);
        let write = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
            command.env("DATA_DIR", server.data_dir()).env("LD_PRELOAD", &library);
            command.arg(verb).arg(&file).output().unwrap()
        };
        let output = write();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let before = std::fs::read(&file).unwrap();
        assert!(before.len() > 100 && !file.with_extension("db.part").exists());
        assert!(String::from_utf8_lossy(&write().stderr).contains("already exists"));
        assert_eq!(std::fs::read(&file).unwrap(), before);
    }
}

/// A library with which a program finds every disk without hard links.
fn without_links(dir: &Path) -> PathBuf {
    let (source, library) = (dir.join("links.c"), dir.join("links.so"));
    let code = "#include <errno.h>\n\
        int link(void) { errno = EPERM; return -1; }\n\
        int linkat(void) { errno = EPERM; return -1; }\n";
    std::fs::write(&source, code).unwrap();
    let mut compile = Command::new("cc");
    compile.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source);
    assert!(compile.status().unwrap().success());
    library
}

#[test]
fn nothing_is_overwritten_and_nothing_made_up() {
    let dir = TempDir::new().unwrap();
    let (empty, file) = (dir.path().join("empty"), dir.path().join("file"));
    let output = backup(&empty, &file);
    assert!(String::from_utf8_lossy(&output.stderr).contains("set DATA_DIR to the server's"));
    assert!(!output.status.success() && !file.exists() && !empty.exists());

    let server = TestServer::embedded();
    std::fs::write(&file, "mine").unwrap();
    let output = backup(&server.data_dir(), &file);
    assert!(String::from_utf8_lossy(&output.stderr).contains("already exists"));
    assert!(!output.status.success());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}
