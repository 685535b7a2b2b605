//! `/upload`, `/save`, `/hook`, `/hooks` and `/bot` on the real server.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;

use super::{ENTER, url};
use crate::support::terminal::Terminal;
use crate::support::{TestClient, TestServer};

const ADA: [(&str, &str); 2] = [("CHINWAG_USER", "Ada"), ("CHINWAG_PASSWORD", "secret")];

fn start(server: &TestServer, home: &Path) -> Terminal {
    let ada = Terminal::start(&["chat", &url(server)], home, &ADA);
    ada.until("# General");
    ada
}

#[test]
fn a_file_is_uploaded_shown_and_saved() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    server.sign_in("Ada");
    let mut bob = server.sign_in("Bob");
    bob.join("");
    let bytes: Vec<u8> = (0..400_000_u32).flat_map(u32::to_le_bytes).collect();
    fs::write(home.path().join("my plan.bin"), &bytes).unwrap();
    let mut ada = start(&server, home.path());
    ada.press("/upload my\\ plan.bin The plan\r");
    ada.until("[my plan.bin, 1.6 MB]");
    let message = bob.until("channelMessage")["channelMessage"].clone();
    assert_eq!(message["Message"], "The plan");
    let file = message["Files"][0]["UUID"].as_str().unwrap().to_owned();
    ada.until_sent(&format!("\u{1b}]8;;{}/files/{file}\u{1b}\\[my plan.bin", url(&server)));
    ada.press("/save\r");
    ada.until("my plan (2).bin");
    assert_eq!(fs::read(home.path().join("my plan (2).bin")).unwrap(), bytes);
    ada.press("/upload nowhere\r");
    ada.until("Failed to read");
    ada.press("\u{15}");
    ada.quit();
}

/// Makes Ada an admin, by the link of `chinwag admin`.
fn admin(server: &TestServer, ada: &mut TestClient) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    let output =
        command.args(["admin", "Ada"]).env("DATA_DIR", server.data_dir()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (_, link) = text.trim().split_once("#link=").unwrap();
    ada.send(&json!({"type": "signIn", "signIn": {"link": link, "password": "secret"}}));
    assert_eq!(ada.until("authorized")["authorized"]["role"], "admin");
}

#[test]
fn hooks_and_bots_are_made_listed_and_ended() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let mut other = server.sign_in("Ada");
    let mut ada = start(&server, home.path());
    ada.press("/hook Alerts\r");
    ada.until("Only admins may do that.");
    admin(&server, &mut other);
    ada.press(ENTER);
    ada.until("What is posted to this address");
    ada.until("/hooks/");
    ada.press("c");
    ada.until_sent("\u{1b}]52;c;");
    ada.press("\u{1b}");
    ada.until_screen("the window closed", |screen| !screen.contents().contains("What is posted"));
    ada.press("/hooks\r");
    ada.until("Alerts  since");
    ada.press("d");
    ada.until("End this hook?");
    ada.press("d");
    ada.until("The hook Alerts has ended");
    assert_eq!(other.ask("hooks", json!({}))["hooks"], json!([]));
    ada.press("/bot Helper\r");
    ada.until("The bot signs in with this access key");
    ada.press("\u{1b}");
    ada.until_screen("the window closed", |screen| !screen.contents().contains("signs in with"));
    ada.press("/bots\r");
    ada.until("d end");
    ada.until(" Helper");
    ada.press("dd");
    ada.until("The bot Helper is deactivated");
    ada.press("/who\r");
    ada.until("Helper  bot, deactivated");
    ada.quit();
}
