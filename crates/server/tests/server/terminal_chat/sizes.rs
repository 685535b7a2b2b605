//! How the chat looks at several sizes, and the pictures of the documents.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::url;
use crate::support::picture;
use crate::support::terminal::Terminal;
use crate::support::{TestClient, TestServer};

/// A talk in General of three people, with a reaction and an answer, two channels and a group, a private message that waits, somebody typing, and a draft.
fn scene(server: &TestServer, home: &TempDir) -> (Terminal, [TestClient; 2]) {
    let (mut bob, mut cleo) = (server.sign_in("Bob"), server.sign_in("Cleo"));
    bob.join("");
    cleo.join("");
    let mut ada = Terminal::start(&["chat", &url(server)], home.path(), &[]);
    ada.sign_up("Ada");
    bob.send(&json!({"type": "users", "users": {"query": "Ada"}}));
    let user = bob.until("users")["users"]["users"][0]["UUID"].as_str().unwrap().to_owned();
    for (client, text) in [
        (&mut bob, "Good morning! Did the new release go out?"),
        (&mut cleo, "Last night. All three nodes were restarted in turn, and nobody noticed 🎉"),
    ] {
        client.say("", text);
        client.until_with("channelMessage", |frame| frame["channelMessage"]["Message"] == text);
    }
    cleo.say("", "The graphs are in the usual place. Ada, have a look?");
    ada.until("have a look?");
    let noticed =
        "I noticed: my terminal said \"offline\" for a second. Then everything was there.";
    ada.press(&format!("{noticed}\r"));
    bob.until_with("channelMessage", |frame| frame["channelMessage"]["Message"] == noticed);
    make(&mut bob, &json!({"name": "ops", "users": [user]}), "The backup of tonight is done.");
    make(
        &mut cleo,
        &json!({"name": "planning", "private": true, "users": [user, bob.user]}),
        "I wrote the plan down.",
    );
    make(&mut cleo, &json!({"users": [user, bob.user]}), "Who comes on Friday?");
    for row in ["# ops               • │", "& Bob, Cleo         1 │"] {
        ada.until(row);
    }
    bob.send(&json!({"type": "messageReact",
        "messageReact": {"recipientUUID": "", "seq": 2, "emoji": "👍", "on": true}}));
    ada.until("👍");
    bob.send(&json!({"type": "channelMessage",
        "channelMessage": {"recipientUUID": "", "message": "That is how it should be.", "replyTo": 4}}));
    cleo.say(&user, "Lunch at one?");
    bob.send(&json!({"type": "channelTyping", "channelTyping": {"recipientUUID": ""}}));
    ada.until("● Cleo              1 │");
    ada.until("Bob is typing…");
    ada.press("Shall we do");
    ada.until("› Shall we do");
    (ada, [bob, cleo])
}

/// Makes a channel or a group, and says something there.
fn make(client: &mut TestClient, channel: &Value, text: &str) {
    client.send(&json!({"type": "channelCreate", "channelCreate": channel}));
    let made = client.until("channelCreate")["channelCreate"].take();
    client.say(made["UUID"].as_str().unwrap(), text);
}

/// `CHINWAG_PICTURES=1` takes the pictures anew.
#[test]
fn the_pictures_can_be_taken() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let (mut ada, [mut bob, _cleo]) = scene(&server, &home);
    take("terminal.svg", &ada);
    ada.press("\u{b}");
    ada.until(" Go to ");
    ada.until("● Bob");
    take("terminal-go-to.svg", &ada);
    ada.press("\u{1b}");
    ada.until_screen("the chat alone", |screen| !screen.contents().contains(" Go to "));
    for (rows, columns, name) in [(40, 120, "terminal-large.svg"), (12, 40, "terminal-small.svg")] {
        ada.resize(rows, columns);
        // News would show the new size before the resize is read. A key that comes together with that is read with the
        // next key.
        if takes_pictures() {
            bob.send(&json!({"type": "channelTyping", "channelTyping": {"recipientUUID": ""}}));
        }
        let foot = usize::from(rows) - 1;
        ada.until_screen(name, |screen| {
            let lines: Vec<_> = screen.rows(0, columns).collect();
            lines[foot].starts_with(" ? help · Ctrl+Q quit")
                && lines[0].contains("# General")
                && lines.iter().any(|line| line.contains("That is how it should be."))
                && lines[foot - 1].contains("› Shall we do")
        });
        take(name, &ada);
    }
    ada.press("\u{1b}OP");
    ada.until("more lines");
    ada.press("\u{1b}[F");
    ada.until("begins with");
    ada.resize(24, 80);
    // A key that comes together with a resize is read with the next key.
    ada.until_screen("the end at this size", |screen| {
        screen.rows(0, 80).nth(23).is_some_and(|row| row.contains(" above "))
    });
    ada.press("\u{1b}[H");
    ada.until("send the message");
    ada.until(" more lines ┘");
    take("terminal-help.svg", &ada);
}

fn takes_pictures() -> bool {
    std::env::var_os("CHINWAG_PICTURES").is_some()
}

fn take(name: &str, terminal: &Terminal) {
    let picture = picture::svg(&terminal.screen());
    if takes_pictures() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pictures");
        std::fs::write(folder.join(name), picture).unwrap();
    }
    if std::env::var_os("CHINWAG_TEXTS").is_some() {
        println!("{name}\n{}", terminal.screen().contents());
    }
}
