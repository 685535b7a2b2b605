//! A talk from the first sign-in to the next visit, also over a restart of the server.

use serde_json::json;
use tempfile::TempDir;

use super::{ENTER, given_back, url};
use crate::support::TestServer;
use crate::support::terminal::Terminal;

#[test]
fn a_talk_from_the_first_sign_in_to_the_next_visit() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let mut bob = server.sign_in("Bob");
    bob.join("");
    let mut ada = Terminal::start(&["chat", &url(&server)], home.path(), &[]);
    ada.sign_up("Ada");
    // From then on she is told who types.
    bob.until_with("sys", |frame| {
        frame["sys"]["type"] == "channelJoin" && frame["user"]["Username"] == "Ada"
    });
    ada.press("\u{1b}[200~Hello\r\n  漢字 👋\u{1b}[201~");
    ada.until("漢字");
    ada.press(ENTER);
    let message = bob.until("channelMessage")["channelMessage"].take();
    assert_eq!(message["Message"], "Hello\n  漢字 👋");
    ada.until("Ada (you)");

    bob.send(&json!({"type": "channelTyping", "channelTyping": {"recipientUUID": ""}}));
    ada.until("Bob is typing…");
    bob.say("", "Hello, Ada. \u{1b}[2J");
    // The sign in the place of the control character is none for vt100.
    ada.until("Hello, Ada. [2J");
    let user = message["SenderUUID"].as_str().unwrap().to_owned();
    bob.say(&user, "only for you");
    ada.until("● Bob               1 │");
    ada.press("\u{b}bo");
    ada.until(" Go to ");
    ada.until("● Bob");
    ada.press(ENTER);
    ada.until("  only for you");
    bob.join(&user);
    ada.press("and only for you");
    ada.press(ENTER);
    bob.until_with("channelMessage", |frame| {
        frame["channelMessage"]["Message"] == "and only for you"
    });
    ada.until_screen("the message in its place", |screen| {
        let text = screen.contents();
        text.contains("  and only for you") && !text.contains("sending…")
    });
    ada.press("?");
    ada.until("┌ Help ");
    ada.press("\u{1b}");
    ada.press("\u{11}");
    let (status, sent) = ada.ended();
    assert!(status.success());
    given_back(&sent);

    let mut again = Terminal::start(&["chat", &url(&server)], home.path(), &[("NO_COLOR", "1")]);
    again.until("Hello, Ada.");
    again.press("half a sentence");
    again.until("› half a sentence");
    again.press("\u{1b}[20~");
    again.until("┌ Sign out? ");
    again.press("\u{1b}");
    again.until_screen("the chat", |screen| !screen.contents().contains("Sign out?"));
    again.press("\u{1b}[20~");
    again.until("is not sent yet, and kept here until you quit.");
    again.press(ENTER);
    again.until("You signed out. What you wrote is kept");
    again.until("Sign in at http://");
    again.press("Ada\tsecret\r");
    again.until("# General");
    again.until("› half a sentence");
    again.press("\u{15}");
    again.until("Message ");
    again.press("\u{1b}[20~");
    again.until("┌ Sign out? ");
    again.press(ENTER);
    again.until("You signed out.");
    again.press("\u{3}");
    let (status, sent) = again.ended();
    assert!(status.success());
    given_back(&sent);
    let colour = |code: &&str| {
        code.split(['m', 'H', 'J', 'h', 'l', 'K', 'X']).next().unwrap_or_default().split(';').any(
            |number| number.parse().is_ok_and(|number: u8| matches!(number, 30..=38 | 40..=48)),
        )
    };
    let sent = String::from_utf8_lossy(&sent).into_owned();
    let coloured: Vec<_> = sent
        .split("\u{1b}[")
        .skip(1)
        .filter(|code| {
            code.find(|c: char| c.is_alphabetic()).is_some_and(|at| code[at..].starts_with('m'))
        })
        .filter(colour)
        .collect();
    assert!(coloured.is_empty(), "NO_COLOR is honoured: {coloured:?}");
}

#[test]
fn a_server_that_goes_and_comes_back_loses_nothing_that_was_written() {
    let mut server = TestServer::embedded();
    let home = TempDir::new().unwrap();
    let variables = [("CHINWAG_USER", "Ada"), ("CHINWAG_PASSWORD", "secret")];
    server.sign_in("Ada");
    let mut ada = Terminal::start(&["chat", &url(&server)], home.path(), &variables);
    ada.until("# General");
    server.kill();
    ada.until("offline, next try in");
    ada.press("written while away");
    ada.press(ENTER);
    ada.until("sending…");
    server.restart();
    ada.press("\u{14}");
    ada.until_screen("the message in its place", |screen| {
        let text = screen.contents();
        text.contains("  written while away")
            && !text.contains("sending…")
            && !text.contains("offline")
    });
    let mut bob = server.sign_in("Bob");
    let view = bob.join("");
    assert_eq!(view["messages"].as_array().unwrap().len(), 1);

    ada.resize(9, 32);
    ada.until_screen("a small window", |screen| {
        screen.contents().lines().next().is_some_and(|line| line.starts_with(" # General"))
    });
    ada.terminate();
    let (status, sent) = ada.ended();
    assert!(status.success());
    given_back(&sent);
}

#[test]
fn a_message_calls_the_user_and_carries_no_command() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let (mut bob, user) = (server.sign_in("Bob;1"), server.sign_in("Ada").user);
    let variables =
        [("CHINWAG_USER", "Ada"), ("CHINWAG_PASSWORD", "secret"), ("CHINWAG_NOTIFY", "osc777")];
    let mut ada = Terminal::start(&["chat", &url(&server)], home.path(), &variables);
    ada.until("# General");
    ada.until_sent("\u{1b}]0;General · Chinwag\u{7}");
    // With the inbox, which calls nobody.
    ada.until("2 online");
    // The key shows that she has looked away before Bob speaks.
    ada.press("\u{1b}[Ox");
    ada.until("› x");
    bob.say(&user, "psst\u{1b}\\\u{7}\u{9d}0;owned\u{9c}");
    ada.until_sent("\u{7}\u{1b}]777;notify;Chinwag: Bob,1;psst\u{fffd}\\\u{fffd}\u{fffd}0;owned\u{fffd}\u{1b}\\");
    ada.until_sent("\u{1b}]0;(1) General · Chinwag\u{7}");
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_takes_it_back() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let script = r#"set -m; "$0" chat "$1"; echo suspended; fg > /dev/null; echo ended"#;
    let arguments = ["-c", script, env!("CARGO_BIN_EXE_chinwag"), &url(&server)];
    let mut ada = Terminal::run("sh", &arguments, home.path(), &[]);
    ada.sign_up("Ada");
    ada.press("\u{1a}");
    ada.until_sent("suspended");
    ada.until("# General");
    ada.press("\u{c}still there");
    ada.until("› still there");
    ada.press("\u{15}/quit\r");
    ada.until("ended");
    let (status, sent) = ada.ended();
    assert!(status.success());
    given_back(&sent);
    let sent = String::from_utf8_lossy(&sent);
    let (chat, _) = sent.split_once("suspended").unwrap();
    given_back(chat.replace("\u{1b}[?1000l", "\u{1b}[?1000l\u{1b}[23;2t").as_bytes());
}
