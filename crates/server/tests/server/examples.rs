//! The examples run as they stand and do what they say.

#[path = "../../../client/examples/echo_bot.rs"]
mod echo_bot;

use std::env;
use std::path::Path;
use std::process::Command;

use chinwag_testbed::Process;

use crate::support::TestServer;

/// A private message comes back from the bot, word for word, and a command to all is marked.
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
    ada.send(&serde_json::json!({"type": "inbox", "inbox": {"wants": ["changes"]}}));
    ada.say("", "!echo to all");
    let is_answer = |frame: &serde_json::Value| frame["channelMessage"]["Message"] == "to all";
    let answer = ada.until_with("channelMessage", is_answer);
    assert_eq!(answer["channelMessage"]["SenderUUID"], bot.as_str());
    let marked = &ada.until("channelChanges")["channelChanges"]["messages"][0];
    let by_bot = serde_json::json!([{"Emoji": "✅", "Count": 1, "Users": [bot]}]);
    assert_eq!((&marked["Message"], &marked["Reactions"]), (&"!echo to all".into(), &by_bot));
}

fn at_most_45_lines(path: &str) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    let lines = std::fs::read_to_string(source).unwrap().lines().count();
    assert!(lines <= 45, "{path} has {lines} lines");
}

/// The example's own program, in a process of its own: built with this test, and not by a second cargo, which would build
/// everything that it needs anew where its features are others. Its address is the first argument, as the example wants
/// it, and for what runs the tests one more name of a test, which there is not.
#[test]
#[ignore = "the_echo_bot_in_rust_answers starts it"]
fn echo_bot_in_rust() {
    echo_bot::main().unwrap();
}

#[test]
fn the_echo_bot_in_rust_answers() {
    at_most_45_lines("crates/client/examples/echo_bot.rs");
    let server = TestServer::embedded();
    let mut bot = Command::new(env::current_exe().unwrap());
    bot.arg(format!("http://{}", server.address()));
    bot.args(["examples::echo_bot_in_rust", "--exact", "--ignored", "--nocapture"]);
    bot.env("CHINWAG_USER", "echo").env("CHINWAG_PASSWORD", "secret");
    let _bot = Process::start(bot, &[], "echoing at ").unwrap();
    echoes(&server);
}
