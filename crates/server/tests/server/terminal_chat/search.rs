//! `/search` on the real server.

use std::thread::sleep;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use super::{ENTER, url};
use crate::support::TestServer;
use crate::support::terminal::Terminal;

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
    ada.quit();
}

#[test]
fn a_hit_far_back_is_gone_to() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    server.sign_in("Ada");
    // Each user's budget pays for 40 at once.
    for talker in 1..=8 {
        let mut talker = server.sign_in(&format!("Talker {talker}"));
        for count in 1..=35 {
            let text = format!("{count} of {}", talker.user);
            talker.ask("channelMessage", json!({"recipientUUID": "", "message": text}));
        }
    }
    let mut bob = server.sign_in("Bob");
    let first = bob.ask("channelMessages", json!({"recipientUUID": "", "after": 69, "limit": 2}));
    let text = |nth: usize| first["messages"][nth]["Message"].as_str().unwrap().to_owned();
    let (hit, next) = (text(0), text(1));
    while bob.ask("search", json!({"query": hit}))["messages"].as_array().unwrap().is_empty() {
        // The user's budget pays for so many.
        sleep(Duration::from_millis(200));
    }
    let mut ada = Terminal::start(&["chat", &url(&server)], home.path(), &ADA);
    ada.until("# General");
    ada.press(&format!("/search \"{hit}\"\r"));
    ada.until("Enter goes to the message");
    ada.press(ENTER);
    ada.until_screen("the place", |screen| {
        let text = screen.contents();
        text.contains(&hit) && text.contains(&next) && !text.contains("Found:")
    });
    ada.until("Esc leads back to the newest message");
    bob.say("", "the end");
    ada.press("\u{1b}");
    ada.until("  the end");
    ada.quit();
}
