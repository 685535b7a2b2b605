//! Terminals that show ASCII alone.

use tempfile::TempDir;

use super::url;
use crate::support::TestServer;
use crate::support::terminal::Terminal;

#[test]
fn a_terminal_without_utf8_gets_ascii_alone() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let mut bob = server.sign_in("Bob");
    bob.join("");
    bob.say("", "Grüße, 漢字…");
    bob.until("channelMessage");
    let url = url(&server);
    let account = [("CHINWAG_USER", "Bob"), ("CHINWAG_PASSWORD", "secret"), ("LC_ALL", "POSIX")];
    let mut chat = Terminal::start(&["chat", &url], home.path(), &account);
    chat.until("Gru?e, ? ? .");
    chat.until("> ");
    chat.press("\u{b}");
    chat.until("+ Go to ---");
    chat.press("\u{11}");
    let mut tail = Terminal::start(&["tail", &url, "--last", "1"], home.path(), &account);
    tail.until("Bob: Gru?e, ??.");
    tail.press("\u{3}");
    for mut terminal in [chat, tail] {
        let (status, sent) = terminal.ended();
        assert!(status.success());
        assert!(sent.is_ascii(), "{}", String::from_utf8_lossy(&sent));
    }
}
