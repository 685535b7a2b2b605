//! Backups, exports and imports take files along, and `chinwag files check` finds what is missing.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::json;
use tempfile::TempDir;

use crate::files::ask::{PNG, ask, bearer, create, put, read, send, status, text, upload};
use crate::support::{TestClient, TestRedis, TestServer};

/// The output of `chinwag`.
fn chinwag(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    command.args(arguments).envs(variables.iter().copied()).output().unwrap()
}

fn done(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let output = chinwag(arguments, variables);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A picture with a preview and a text, in one message each.
fn send_two(server: &TestServer, ada: &mut TestClient) -> [String; 2] {
    let up = create(ada, "", "a.png", PNG.len());
    let preview = format!("PUT {}/preview", text(&up, "url"));
    assert_eq!(status(&put(server, &up, 0, PNG)), "204");
    assert_eq!(status(&ask(server, &preview, &bearer(text(&up, "token")), PNG)), "204");
    let files = [text(&up, "UUID").to_owned(), upload(server, ada, "", "plan.txt", b"a plan")];
    for file in &files {
        send(ada, "", &[file]);
    }
    files
}

fn has_both(server: &TestServer, [picture, plan]: &[String; 2]) {
    let mut ada = server.sign_in("Ada");
    assert_eq!(read(server, &ada, picture, "").1, PNG);
    assert_eq!(read(server, &ada, &format!("{picture}/preview"), "").1, PNG);
    assert_eq!(read(server, &ada, plan, "").1, b"a plan");
    let filter = json!({"recipientUUID": "", "files": true});
    let page = ada.ask("channelMessages", filter);
    let files = page["messages"].as_array().unwrap().iter().map(|message| &message["Files"][0]);
    let shown: Vec<_> = files.map(|file| (&file["Name"], &file["Preview"])).collect();
    let (plan, picture) = (json!("plan.txt"), json!("a.png"));
    assert_eq!(shown, [(&plan, &json!(null)), (&picture, &json!(true))]);
}

fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

/// Of this server a backup where it is embedded, and an export into the other store.
fn copies_are_whole(redis: Option<&TestRedis>) {
    let folder = TempDir::new().unwrap();
    let (home, data) = (path(&folder, "home"), path(&folder, "data"));
    let url = redis.map(TestRedis::url).unwrap_or_default();
    let variables = [("FILES", &*home), ("DATA_DIR", &data), ("REDIS_URL", &url)];
    let server = TestServer::with(&variables);
    let mut ada = server.sign_in("Ada");
    let files = send_two(&server, &mut ada);
    // In no message, so in no copy.
    upload(&server, &mut ada, "", "draft.txt", b"a draft");
    let (copied, export) = (path(&folder, "copied"), path(&folder, "chat.jsonl"));
    done(&["export", &export, "--files", &copied], &variables);
    let backup = path(&folder, "restored/chinwag.db");
    if redis.is_none() {
        fs::create_dir(Path::new(&backup).parent().unwrap()).unwrap();
        done(&["backup", &backup, "--files", &copied], &variables);
    }
    drop(server);
    let other = redis.is_none().then(TestRedis::start);
    let (home, data) = (path(&folder, "other home"), path(&folder, "other data"));
    let url = other.as_ref().map(TestRedis::url).unwrap_or_default();
    let variables = [("FILES", &*home), ("DATA_DIR", &data), ("REDIS_URL", &url)];
    done(&["import", &export, "--files", &copied], &variables);
    let checked = done(&["files", "check"], &variables);
    assert_eq!(checked, "3 files and previews, 0 missing, 0 left over or in no message yet\n");
    has_both(&TestServer::with(&variables), &files);
    if redis.is_none() {
        let data = path(&folder, "restored");
        has_both(&TestServer::with(&[("FILES", &copied), ("DATA_DIR", &data)]), &files);
    }
}

#[test]
fn an_embedded_store_is_copied_with_its_files() {
    copies_are_whole(None);
}

#[test]
fn a_redis_is_copied_with_its_files() {
    copies_are_whole(Some(&TestRedis::start()));
}

#[test]
fn a_check_names_what_is_missing_and_left_over() {
    let folder = TempDir::new().unwrap();
    let (home, data) = (path(&folder, "home"), path(&folder, "data"));
    let variables = [("FILES", &*home), ("DATA_DIR", &data)];
    let server = TestServer::with(&variables);
    let mut ada = server.sign_in("Ada");
    let [picture, plan] = send_two(&server, &mut ada);
    let place = |file: &str| folder.path().join("home").join(&file[..2]).join(file);
    fs::remove_file(place(&picture)).unwrap();
    let unknown = "0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b";
    fs::create_dir_all(place(unknown).parent().unwrap()).unwrap();
    fs::write(place(unknown), "unknown").unwrap();
    let output = chinwag(&["files", "check"], &variables);
    assert_eq!(output.status.code(), Some(1));
    let lines = format!(
        "missing: {picture}\nleft over: {unknown}\n\
         3 files and previews, 1 missing, 1 left over or in no message yet\n"
    );
    assert_eq!(String::from_utf8(output.stdout).unwrap(), lines);
    assert_eq!(status(&read(&server, &ada, &picture, "")), "404");
    assert_eq!(status(&read(&server, &ada, &plan, "")), "200");
    let output = chinwag(&["files", "check"], &[("REDIS_URL", "redis://127.0.0.1:1")]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("set FILES"), "{output:?}");
}
