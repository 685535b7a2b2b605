//! Signing in and up, and waiting for a server.

use serde_json::json;
use tempfile::TempDir;

use super::{ENTER, url};
use crate::support::TestServer;
use crate::support::terminal::Terminal;

#[test]
fn a_wrong_password_is_told_and_can_be_mended() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    server.sign_in("Ada");
    let mut ada = Terminal::start(&["chat", &url(&server)], home.path(), &[]);
    ada.until("Sign in at http://");
    ada.press("Ada\tother\r");
    ada.until("The name or the password is wrong.");
    for _ in 0.."other".len() {
        ada.press("\u{7f}");
    }
    ada.press("secret\r");
    ada.until("# General");
    let shown = ada.screen().contents();
    assert!(!shown.contains("secret"), "{shown}");
}

#[test]
fn a_misspelt_name_becomes_no_account_unless_one_says_so() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    server.sign_in("Ada");
    let mut ada = Terminal::start(&["chat", &url(&server), "--user", "Adda"], home.path(), &[]);
    ada.until("Sign in at http://");
    ada.press("secret\r");
    ada.until("There is no user “Adda”.");
    ada.press("\t\u{7f}\u{7f}a\t\r");
    ada.until("# General");
    let mut bob = server.sign_in("Bob");
    bob.send(&json!({"type": "users"}));
    assert_eq!(bob.until("users")["users"]["total"], 2);

    let variables = [("CHINWAG_USER", "Zoe"), ("CHINWAG_PASSWORD", "secret")];
    let mut zoe = Terminal::start(&["chat", &url(&server)], home.path(), &variables);
    zoe.until("There is no user “Zoe”.");
    zoe.press(ENTER);
    zoe.until("# General");
}

#[test]
fn a_refused_sign_up_is_told_in_the_servers_words() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    server.sign_in("Alice");
    let mut form = Terminal::start(&["chat", &url(&server)], home.path(), &[]);
    form.until("Sign in at http://");
    form.press("\u{1b}OQ");
    form.until("Create account at http://");
    form.press("Alice\tsecret\r");
    form.until("This name is taken; choose another.");
    form.press("\t\u{15}A1ice\t\r");
    form.until("This name looks like one that is taken;");
    form.press("\t\u{15}Bob\t\u{15}");
    form.press(&"x".repeat(300));
    form.press(ENTER);
    form.until("A password has 1 to 256 bytes.");

    let closed = TestServer::with(&[("REGISTRATION", "closed")]);
    let mut form = Terminal::start(&["chat", &url(&closed)], home.path(), &[]);
    form.until("Sign in at http://");
    form.press("\u{1b}OQ");
    form.press("Alice\tsecret\r");
    form.until("Nobody can sign up here;");
}

#[test]
fn a_chat_waits_for_a_server_that_is_restarting() {
    let mut server = TestServer::embedded();
    let home = TempDir::new().unwrap();
    server.kill();
    let waiting = Terminal::start(&["chat", &url(&server), "--wait", "5m"], home.path(), &[]);
    waiting.until("trying again for");
    server.restart();
    waiting.until("Sign in at http://");
}
