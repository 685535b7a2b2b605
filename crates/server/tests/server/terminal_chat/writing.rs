//! Commands, the mouse, and a paste that is too long.

use serde_json::json;
use tempfile::TempDir;

use super::{ENTER, given_back, url};
use crate::support::TestServer;
use crate::support::terminal::Terminal;

#[test]
fn commands_and_the_mouse_work() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let mut bob = server.sign_in("Bob");
    bob.send(&json!({"type": "inbox"}));
    bob.until("inbox");
    bob.join("");
    let mut ada = Terminal::start(&["chat", &url(&server)], home.path(), &[]);
    ada.sign_up("Ada");
    ada.until("2 online");
    ada.press("/shrug\r");
    ada.until("No command /shrug");
    ada.press("\u{15}/msg bo\tonly for you\r");
    let message = bob.until("channelMessage")["channelMessage"].take();
    assert_eq!(message["Message"], "only for you");
    ada.until_screen("the message is stored", |screen| {
        let text = screen.contents();
        text.contains("only for you") && !text.contains("sending…")
    });
    ada.press("\u{1b}[<0;4;5M");
    ada.until("Message General");
    ada.press("\u{1b}[<0;4;7M");
    ada.until("Message Bob");
    ada.press("\u{1b}[A");
    ada.until("✎ only for you");
    ada.press("\u{1b}");
    ada.until("Message Bob");
    ada.press("/quit\r");
    let (status, sent) = ada.ended();
    assert!(status.success());
    given_back(&sent);
}

#[test]
fn a_paste_that_no_request_holds_stays_and_the_next_message_is_sent() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let mut bob = server.sign_in("Bob");
    bob.join("");
    let mut ada = Terminal::start(&["chat", &url(&server)], home.path(), &[]);
    ada.sign_up("Ada");
    ada.press(&format!("\u{1b}[200~{}\u{1b}[201~", "x".repeat(70_000)));
    ada.until("xxxxxxxx");
    ada.press(ENTER);
    ada.until("This text is too long for a message");
    ada.press("\u{15}still alive?\r");
    let message = bob.until("channelMessage")["channelMessage"].take();
    assert_eq!(message["Message"], "still alive?");
}
