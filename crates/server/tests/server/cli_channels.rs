//! Channels in the commands for scripts: `channels`, `send --to '#ops'`, `tail --channel '#ops'`.

use serde_json::{Value, json};

use crate::support::commands::{Home, Running, complaint, printed};
use crate::support::{TestClient, TestServer};

fn make(client: &mut TestClient, payload: &Value) -> String {
    client.send(&json!({"type": "channelCreate", "channelCreate": payload}));
    client.until("channelCreate")["channelCreate"]["UUID"].as_str().unwrap().to_owned()
}

#[test]
fn channels_are_listed_for_people_and_for_scripts() {
    let (server, home) = (TestServer::embedded(), Home::new());
    let url = format!("http://{}", server.address());
    let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    make(&mut ada, &json!({"name": "Ops", "topic": "on fire"}));
    make(&mut ada, &json!({"name": "Secret", "private": true}));
    make(&mut bob, &json!({"name": "Zoo"}));
    let listed = printed(home.of("Ada", &["channels", &url]));
    assert_eq!(
        listed,
        "member      1  #Ops  on fire\nprivate     1  #Secret\n            1  #Zoo\n"
    );
    let found = printed(home.of("Bob", &["channels", &url, "#o", "--json"]));
    let found: Value = serde_json::from_str(&found).unwrap();
    assert_eq!((&found["Name"], found.get("Member")), (&json!("Ops"), None));
    assert_eq!(printed(home.of("Bob", &["channels", &url, "sec"])), "");
}

#[test]
fn scripts_make_join_fill_and_leave_channels() {
    let (server, home) = (TestServer::embedded(), Home::new());
    let url = format!("http://{}", server.address());
    for name in ["Ada", "Bob", "Eve Smith"] {
        server.sign_in(name);
    }
    let create = ["channels", "create", &url, "#Ops", "Bob", "--topic", "on fire"];
    let ops = printed(home.of("Ada", &create));
    printed(home.of("Bob", &["send", &url, "--to", ops.trim(), "I am in"]));
    printed(home.of("Eve Smith", &["channels", "join", &url, "#ops"]));
    printed(home.of("Eve Smith", &["channels", "join", &url, "ops"]));
    printed(home.of("Eve Smith", &["send", &url, "--to", "#ops", "me, too"]));
    printed(home.of("Eve Smith", &["channels", "leave", &url, "#ops"]));
    let refused = complaint(home.of("Eve Smith", &["send", &url, "--to", "#ops", "x"]));
    assert!(refused.contains("member"), "{refused}");
    printed(home.of("Ada", &["channels", "create", &url, "Secret", "--private"]));
    printed(home.of("Ada", &["channels", "add", &url, "secret", "Bob", "eve smith"]));
    let listed = printed(home.of("Eve Smith", &["channels", &url]));
    assert_eq!(listed, "            2  #Ops  on fire\nprivate     3  #Secret\n");
    for (arguments, why) in [
        (&["create", &url, "ops"][..], "Another channel has this name"),
        (&["join", &url, "#nope"], "there is no channel \"#nope\""),
        (&["leave", &url, "General"], "nobody leaves it"),
        (&["add", &url, "secret", "Zoe"], "there is no user \"Zoe\""),
    ] {
        let said = complaint(home.of("Ada", &[&["channels"], arguments].concat()));
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn send_and_tail_take_the_name_of_a_channel() {
    let (server, home) = (TestServer::embedded(), Home::new());
    let url = format!("http://{}", server.address());
    let (mut ada, bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    let ops = make(&mut ada, &json!({"name": "Ops", "users": [bob.user]}));
    server.sign_in("Eve");
    printed(home.of("Bob", &["send", &url, "--to", "#ops", "one"]));
    printed(home.of("Bob", &["send", &url, "hello"]));
    let all = ["tail", &url, "--last", "1", "--text"];
    let mut all = Running::start(home.of("Ada", &all));
    assert!(all.line().ends_with("Bob: hello"));
    // A public channel can be read without being a member.
    let tail = ["tail", &url, "--channel", "#ops", "--last", "1", "--text"];
    let mut of_eve = Running::start(home.of("Eve", &tail));
    assert!(of_eve.line().ends_with("Bob → #Ops: one"));
    printed(home.of("Bob", &["send", &url, "--to", &ops, "two"]));
    printed(home.of("Bob", &["send", &url, "to all"]));
    printed(home.of("Bob", &["send", &url, "--to", "#OPS", "three"]));
    for text in ["Bob → #Ops: two", "Bob: to all", "Bob → #Ops: three"] {
        let line = all.line();
        assert!(line.ends_with(text), "{line}");
    }
    for text in ["Bob → #Ops: two", "Bob → #Ops: three"] {
        let line = of_eve.line();
        assert!(line.ends_with(text), "{line}");
    }
    let refused = complaint(home.of("Eve", &["send", &url, "--to", "#ops", "me, too"]));
    assert!(refused.contains("member"), "{refused}");
    for arguments in
        [&["send", &url, "--to", "#nope", "x"][..], &["tail", &url, "--channel", "nope"]]
    {
        let said = complaint(home.of("Eve", arguments));
        assert!(
            said.contains("there is no channel \"#nope\"; `chinwag channels` lists all"),
            "{said}"
        );
    }
}
