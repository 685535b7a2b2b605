//! Messages that are edited, deleted, answered, reacted to and pinned, over a restart of the server.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{ENTER, url};
use crate::support::terminal::Terminal;
use crate::support::{TestClient, TestServer};

const ADA: [(&str, &str); 2] = [("CHINWAG_USER", "Ada"), ("CHINWAG_PASSWORD", "secret")];

fn ask(client: &mut TestClient, kind: &str, payload: &Value) {
    client.send(&json!({"type": kind, "id": "asked", kind: payload}));
    let reply = client.until_answer("asked");
    assert_eq!(reply["type"], kind, "{reply}");
}

/// Waits until a change comes to this message that makes it so.
fn until(client: &mut TestClient, seq: u64, is_so: impl Fn(&Value) -> bool) {
    client.until_with("channelChanges", |frame| {
        let messages = frame["channelChanges"]["messages"].as_array().unwrap();
        messages.iter().any(|message| message["Seq"] == seq && is_so(message))
    });
}

#[test]
fn messages_change_by_keys_and_under_the_eyes_of_the_reader() {
    let mut server = TestServer::embedded();
    let home = TempDir::new().unwrap();
    server.sign_in("Ada");
    let mut bob = server.sign_in("Bob");
    ask(&mut bob, "inbox", &json!({"wants": ["channels", "changes"]}));
    bob.say("", "one");
    let mut ada = Terminal::start(&["chat", &url(&server)], home.path(), &ADA);
    ada.until("  one");
    ada.press("\u{1b}[1;5A+thumbsu\t\r");
    until(&mut bob, 1, |message| message["Reactions"][0]["Emoji"] == "👍");
    ada.until("[👍 1]");
    ada.press("\u{1b}[1;5Ar");
    ada.until("Answering Bob");
    ada.press("answer\r");
    let answer = bob.until("channelMessage")["channelMessage"].take();
    assert_eq!((&answer["Message"], &answer["ReplyTo"]["Seq"]), (&json!("answer"), &json!(1)));
    ada.until("↳ 1 reply");
    ada.until_screen("the message in its place", |screen| !screen.contents().contains("sending…"));
    ada.press("\u{1b}[A");
    ada.until("Editing:");
    ada.press("!\r");
    until(&mut bob, 2, |message| message["Message"] == "answer!");
    ada.until("answer! (edited)");
    ada.press("\u{1b}[1;5Ap");
    until(&mut bob, 2, |message| message["PinnedAt"].is_string());
    ada.press("/pinned\r");
    ada.until("┌ Pinned in General ");
    ada.press("\u{1b}");
    ada.until("(edited, pinned)");
    // What others change while the connection is away.
    ask(&mut bob, "messageEdit", &json!({"recipientUUID": "", "seq": 1, "message": "ONE"}));
    ada.until("  ONE (edited)");
    server.kill();
    ada.until("offline, next try in");
    server.restart();
    let mut bob = server.sign_in("Bob");
    ask(&mut bob, "messageDelete", &json!({"recipientUUID": "", "seq": 1}));
    ada.press("\u{14}");
    ada.until("↳ Bob: deleted");
    ada.press("/delete");
    ada.press(ENTER);
    ada.until("Delete this message for everybody?");
    ada.press("d");
    ada.until("2 messages deleted");
    ada.quit();
}
