//! `chinwag chat` in a real terminal, against the real server.

#[path = "support/picture.rs"]
mod picture;
mod support;
#[path = "support/terminal.rs"]
mod terminal;

use std::path::Path;

use serde_json::json;
use support::TestServer;
use tempfile::TempDir;
use terminal::Terminal;

const ENTER: &str = "\r";

fn url(server: &TestServer) -> String {
    format!("http://{}", server.address())
}

/// Creates an account by the form.
fn sign_up(terminal: &mut Terminal, name: &str) {
    terminal.until("Sign in at http://");
    terminal.press(name);
    terminal.press(ENTER);
    terminal.press("secret");
    terminal.until("••••••");
    terminal.press(ENTER);
    terminal.until(&format!("There is no user “{name}”."));
    terminal.press(ENTER);
    terminal.until("# General");
}

/// All of the terminal is given back: the screen, the cursor, the pasting.
fn given_back(sent: &[u8]) {
    let sent = String::from_utf8_lossy(sent);
    let (_, end) = sent.rsplit_once("\u{1b}[?1049h").expect("the screen was taken over");
    for code in ["\u{1b}[?1049l", "\u{1b}[?2004l", "\u{1b}[?1004l"] {
        assert!(end.contains(code), "{code:?}");
    }
}

#[test]
fn a_talk_from_the_first_sign_in_to_the_next_visit() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let mut bob = server.sign_in("Bob");
    bob.join("");
    let mut ada = Terminal::start(&["chat", &url(&server)], home.path(), &[]);
    sign_up(&mut ada, "Ada");
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
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut server = TestServer::with(&[("SERVER_ADDRESS", &port.to_string())]);
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
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut server = TestServer::with(&[("SERVER_ADDRESS", &port.to_string())]);
    let home = TempDir::new().unwrap();
    server.kill();
    let waiting = Terminal::start(&["chat", &url(&server), "--wait", "5m"], home.path(), &[]);
    waiting.until("trying again for");
    server.restart();
    waiting.until("Sign in at http://");
}

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

/// The pictures of the documents are what the terminal shows; `CHINWAG_PICTURES=1` takes them anew.
#[test]
fn the_pictures_can_be_taken() {
    let (server, home) = (TestServer::embedded(), TempDir::new().unwrap());
    let mut bob = server.sign_in("Bob");
    bob.join("");
    let mut cleo = server.sign_in("Cleo");
    cleo.join("");
    let mut ada = Terminal::start(&["chat", &url(&server)], home.path(), &[]);
    sign_up(&mut ada, "Ada");
    bob.send(&json!({"type": "users", "users": {"query": "Ada"}}));
    let ada_uuid = bob.until("users")["users"]["users"][0]["UUID"].as_str().unwrap().to_owned();
    for (who, text) in [
        ("Bob", "Good morning! Did the new release go out?"),
        ("Cleo", "Last night. All three nodes were restarted in turn, and nobody noticed 🎉"),
        ("Cleo", "The graphs are in the usual place."),
    ] {
        let client = if who == "Bob" { &mut bob } else { &mut cleo };
        client.say("", text);
        client.until_with("channelMessage", |frame| frame["channelMessage"]["Message"] == text);
    }
    ada.until("usual place");
    ada.press("I noticed: my terminal said \"offline\" for a second. Then everything was there.\r");
    ada.until("Ada (you)");
    bob.say("", "That is how it should be.");
    cleo.say(&ada_uuid, "Lunch at one?");
    bob.send(&json!({"type": "channelTyping", "channelTyping": {"recipientUUID": ""}}));
    ada.until("● Cleo              1 │");
    ada.until("Bob is typing…");
    ada.press("Shall we do");
    ada.until("› Shall we do");
    take("terminal.svg", &ada);
    ada.press("\u{b}");
    ada.until(" Go to ");
    ada.until("● Bob");
    take("terminal-go-to.svg", &ada);
}

fn take(name: &str, terminal: &Terminal) {
    let picture = picture::svg(&terminal.screen());
    assert!(picture.contains("General"));
    if std::env::var_os("CHINWAG_PICTURES").is_some() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pictures");
        std::fs::write(folder.join(name), picture).unwrap();
    }
}
