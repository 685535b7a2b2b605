//! The examples run as they stand and do what they say.

mod support;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use support::TestServer;

/// A bot, which ends with its test.
struct Bot(Child);

impl Bot {
    /// Starts it as `echo` and waits for its first line, which says that it is there.
    fn start(command: &mut Command) -> Self {
        command.env("CHINWAG_USER", "echo").env("CHINWAG_PASSWORD", "secret");
        let mut bot = Self(command.stdout(Stdio::piped()).spawn().unwrap());
        let mut line = String::new();
        BufReader::new(bot.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("echoing at "), "{line:?}");
        bot
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A private message comes back from the bot, word for word.
fn echoes(server: &TestServer) {
    let mut ada = server.sign_in("Ada");
    ada.send(&serde_json::json!({"type": "users", "users": {"query": "echo"}}));
    let bot = ada.until("users")["users"]["users"][0]["UUID"].as_str().unwrap().to_owned();
    ada.join(&bot);
    for text in ["Hello", "two\nlines \u{1f600}"] {
        ada.say(&bot, text);
        let back = ada.until_with("channelMessage", |frame| {
            frame["channelMessage"]["SenderUUID"] == bot.as_str()
        });
        assert_eq!(back["channelMessage"]["Message"], text);
    }
}

fn at_most_40_lines(path: &str) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    let lines = std::fs::read_to_string(source).unwrap().lines().count();
    assert!(lines <= 40, "{path} has {lines} lines");
}

#[test]
fn the_echo_bot_in_rust_answers() {
    at_most_40_lines("crates/client/examples/echo_bot.rs");
    let server = TestServer::embedded();
    // `cargo test --workspace` has built it, so that nothing is left to do.
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--workspace", "--example", "echo_bot"])
        .status();
    assert!(built.unwrap().success());
    let bot = Path::new(env!("CARGO_BIN_EXE_chinwag")).with_file_name("examples/echo_bot");
    let _bot = Bot::start(Command::new(bot).arg(format!("http://{}", server.address())));
    echoes(&server);
}
