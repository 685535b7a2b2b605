//! `/search` on the real server.

use std::thread::sleep;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use super::{ENTER, url};
use crate::support::TestServer;
use crate::terminal::Terminal;

const ADA: [(&str, &str); 2] = [("CHINWAG_USER", "Ada"), ("CHINWAG_PASSWORD", "secret")];

#[test]
fn what_others_said_is_found_and_gone_to() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let user = server.sign_in("Ada").user;
    let mut bob = server.sign_in("Bob");
    let news =
        bob.ask("channelCreate", json!({"name": "News"}))["UUID"].as_str().unwrap().to_owned();
    for (channel, text) in [(&news, "a fox in public"), (&user, "a fox in private")] {
        bob.ask("channelMessage", json!({"recipientUUID": channel, "message": text}));
    }
    while bob.ask("search", json!({"query": "fox"}))["messages"].as_array().unwrap().len() < 2 {
        // The user's budget pays for so many.
        sleep(Duration::from_millis(200));
    }
    let mut ada = Terminal::start(&["chat", &url(&server)], home.path(), &ADA);
    ada.until("# General");
    ada.press("/search fox from:bob");
    ada.press(ENTER);
    ada.until_screen("both hits", |screen| {
        let text = screen.contents();
        text.contains("Bob · Bob: a fox in private")
            && text.contains("#News · Bob: a fox in public")
    });
    ada.press("\u{1b}[B");
    ada.press(ENTER);
    ada.until_screen("the place in its channel", |screen| {
        let text = screen.contents();
        text.contains("  a fox in public") && !text.contains("Found:")
    });
    ada.press("\u{11}");
    assert!(ada.ended().0.success());
}
