//! `chinwag tail` on a terminal.

use tempfile::TempDir;

use super::url;
use crate::support::TestServer;
use crate::terminal::Terminal;

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
