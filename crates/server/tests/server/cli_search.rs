//! `chinwag search`.

use std::process::Output;
use std::thread::sleep;
use std::time::{Duration, Instant};

use chinwag_testbed::MISSING;
use serde_json::{Value, json};

use crate::support::commands::Home;
use crate::support::{TestClient, TestServer};

/// Between two searches, so that the user's budget pays for them.
const PAUSE: Duration = Duration::from_millis(200);

/// Searches as Ada, once her budget pays for it: each command signs in.
fn search(url: &str, arguments: &[&str]) -> Output {
    loop {
        let output = search_at_once(url, arguments);
        if !String::from_utf8_lossy(&output.stderr).contains("Too many requests") {
            return output;
        }
        sleep(PAUSE);
    }
}

fn search_at_once(url: &str, arguments: &[&str]) -> Output {
    let home = Home::new();
    home.of("Ada", &[&["search", url], arguments].concat()).output().unwrap()
}

/// What it prints, after it succeeded.
fn found(url: &str, arguments: &[&str]) -> String {
    let output = search(url, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What it prints besides the lines of days.
fn lines(url: &str, arguments: &[&str]) -> Vec<String> {
    let found = found(url, arguments);
    let lines = found.lines().filter(|line| !line.starts_with("── "));
    lines.map(|line| line.split_once(' ').unwrap().1.to_owned()).collect()
}

fn say(client: &mut TestClient, recipient: &str, text: &str) {
    client.ask("channelMessage", json!({"recipientUUID": recipient, "message": text}));
}

/// Waits until the index has this many of the messages.
fn until_found(client: &mut TestClient, query: &str, count: usize) {
    let began = Instant::now();
    loop {
        let found = client.ask("search", json!({"query": query, "limit": 50}));
        if found["messages"].as_array().unwrap().len() == count && found["ready"] == 1 {
            return;
        }
        assert!(began.elapsed() < MISSING, "{found}");
        sleep(PAUSE);
    }
}

#[test]
fn hits_are_printed_newest_first_with_their_channels() {
    let server = TestServer::embedded();
    let url = format!("http://{}", server.address());
    let (ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    let make = json!({"name": "Ops", "users": [ada.user]});
    let ops = bob.ask("channelCreate", make)["UUID"].as_str().unwrap().to_owned();
    let news = bob.ask("channelCreate", json!({"name": "News"}));
    let news = news["UUID"].as_str().unwrap().to_owned();
    say(&mut bob, "", "The deploy went down");
    say(&mut bob, &ops, "deploy again\nnow");
    say(&mut bob, &ada.user, "no deploy");
    say(&mut bob, &news, "Deployed\u{1b}[2J");
    until_found(&mut bob, "deploy", 4);
    let all = [
        "Bob → #News: Deployed\u{fffd}[2J",
        "Bob → Ada: no deploy",
        "Bob → #Ops: deploy again",
        "     now",
        "Bob: The deploy went down",
    ];
    assert_eq!(lines(&url, &["deploy"]), all);
    assert_eq!(lines(&url, &["deploy", "--limit", "2"]), all[..2]);
    assert_eq!(lines(&url, &["down", "depl"]), all[4..]);
    assert_eq!(lines(&url, &["\"deploy went\""]), all[4..]);
    assert_eq!(lines(&url, &["deploy in:#ops"]), all[2..4]);
    assert_eq!(lines(&url, &["--", "-went", "-again", "-no", "deploy"]), all[..1]);
    assert_eq!(found(&url, &["nothing"]), "");
    let json = found(&url, &["--json", "depl", "from:Bob"]);
    let texts = json.lines().map(|line| {
        assert!(!line.contains('\u{1b}'));
        let message: Value = serde_json::from_str(line).unwrap();
        message["Message"].as_str().unwrap().to_owned()
    });
    let texts: Vec<_> = texts.collect();
    assert_eq!(
        texts,
        ["Deployed\u{1b}[2J", "no deploy", "deploy again\nnow", "The deploy went down"]
    );
}

#[test]
fn more_than_a_page_is_printed_and_what_it_cannot_do_is_said() {
    let server = TestServer::embedded();
    let url = format!("http://{}", server.address());
    let mut ada = server.sign_in("Ada");
    for number in 1..=30 {
        say(&mut ada, "", &format!("word {number}"));
        say(&mut ada, "", &format!("word {number} again"));
        // Faster than the budget allows, they would be refused.
        sleep(Duration::from_millis(100));
    }
    until_found(&mut ada, "again", 30);
    let found = lines(&url, &["word", "--limit", "55"]);
    assert_eq!((found.len(), found[0].as_str()), (55, "Ada: word 30 again"));
    assert_eq!(found[54], "Ada: word 3 again");
    assert_eq!(lines(&url, &["word"]).len(), 20);
    assert_eq!(search(&url, &[]).status.code(), Some(2));
    let output = search("http://127.0.0.1:1", &["word"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stderr).unwrap().lines().count(), 1);
}
