//! `chinwag tail` on a terminal.

use serde_json::json;
use tempfile::TempDir;

use super::url;
use crate::support::TestServer;
use crate::support::terminal::Terminal;

#[test]
fn a_tail_on_a_terminal_is_for_people() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let mut bob = server.sign_in("Bob");
    server.sign_in("Ada");
    let variables = [("CHINWAG_USER", "Ada"), ("CHINWAG_PASSWORD", "secret")];
    bob.join("");
    bob.say("", "Hello\u{1b}[2J");
    bob.until("channelMessage");
    let url = url(&server);
    let mut tail = Terminal::start(&["tail", &url, "--last", "1"], home.path(), &variables);
    tail.until(" Bob: Hello");
    assert!(!tail.screen().contents().contains('{'));
    tail.press("\u{3}");
    let (status, sent) = tail.ended();
    assert!(status.success());
    let sent = String::from_utf8_lossy(&sent);
    assert!(sent.contains("\u{1b}[1m") && !sent.contains("\u{1b}[2J"), "{sent:?}");
}

#[test]
fn a_changed_message_is_printed_again() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let mut bob = server.sign_in("Bob");
    server.sign_in("Ada");
    let variables = [("CHINWAG_USER", "Ada"), ("CHINWAG_PASSWORD", "secret")];
    bob.join("");
    bob.say("", "Hello");
    bob.until("channelMessage");
    let url = url(&server);
    let tail = |json: &'static str| {
        let arguments = ["tail", &url, "--last", "1", json];
        Terminal::start(&arguments, home.path(), &variables)
    };
    let (text, lines) = (tail("--text"), tail("--json"));
    text.until(" Bob: Hello");
    lines.until("\"Message\":\"Hello\"");
    let mut ask = |kind: &str, payload: serde_json::Value| {
        bob.send(&json!({"type": kind, "id": kind, kind: payload}));
        bob.until_answer(kind);
    };
    let react = json!({"recipientUUID": "", "seq": 1, "emoji": "\u{1f44d}", "on": true});
    ask("messageReact", react);
    lines.until("\"Reactions\":[{");
    ask("messageEdit", json!({"recipientUUID": "", "seq": 1, "message": "Hi"}));
    text.until("): Hi");
    lines.until("{\"type\":\"changed\",");
    lines.until("\"Message\":\"Hi\"");
    let send = ["send", &url, "--reply-to", "1", "Hi yourself"];
    let (status, _) = Terminal::start(&send, home.path(), &variables).ended();
    assert!(status.success());
    lines.until("\"ReplyTo\":{\"Seq\":1,");
    let wrong = ["send", &url, "--reply-to", "9", "Hi"];
    let wrong = Terminal::start(&wrong, home.path(), &variables);
    wrong.until("there is no message 9 in this channel");
    ask("messageDelete", json!({"recipientUUID": "", "seq": 1}));
    text.until(" Bob (deleted, of ");
    lines.until("\"DeletedAt\":");
    let shown = text.screen().contents();
    assert_eq!(shown.matches("(edited, of ").count(), 1, "a reaction is no line: {shown}");
}
