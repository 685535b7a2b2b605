//! Which error codes each request can get: the table of docs/protocol.md, tried at a real server.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{TestClient, TestServer};

const DOCUMENT: &str = include_str!("../../../../docs/protocol.md");

/// No user, channel or hook.
const NOBODY: &str = "123e4567-e89b-12d3-a456-426614174000";

/// The rows of the table, as pairs of request and code.
fn documented() -> BTreeSet<(String, u64)> {
    let (_, table) = DOCUMENT.split_once("| request | reply | cost | codes |").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with("| `"));
    let pairs = rows.flat_map(|row| {
        let mut cells = row.split('|').map(str::trim).skip(1);
        let request = cells.next().unwrap().trim_matches('`').to_owned();
        let codes = cells.nth(2).unwrap();
        let codes = codes.split([',', ';']).filter_map(|code| code.split_whitespace().next());
        codes.map(move |code| (request.clone(), code.parse().unwrap()))
    });
    pairs.collect()
}

fn refused(client: &mut TestClient, request: &str, payload: &Value) -> (String, u64) {
    client.send(&json!({"type": request, request: payload, "id": request}));
    let answer = client.until_with("error", |frame| frame["id"] == request);
    assert_eq!(answer["error"]["payload"], request);
    (request.to_owned(), answer["error"]["code"].as_u64().unwrap())
}

#[test]
fn each_code_of_the_table_is_got_by_its_request() {
    let server = TestServer::with(&[("SIGN_IN_RATE", "0"), ("MESSAGE_RATE", "0")]);
    let mut ada = server.sign_in("Ada");
    let mut bob = server.sign_in("Bob");
    let ops = create(&mut bob, "Ops");
    // As many as one user can be in.
    for number in 1..1_000 {
        create(&mut bob, &format!("Channel {number}"));
    }
    let mine = create(&mut ada, "Mine");
    bob.ask("channelMessage", json!({"recipientUUID": ops["recipientUUID"], "message": "Hello"}));
    let hook = bob.ask("hookCreate", json!({"recipientUUID": ops["recipientUUID"], "name": "CI"}));
    let nobody = NOBODY;
    let (stranger, general) = (json!({"recipientUUID": nobody}), json!({"recipientUUID": ""}));
    let with = |channel: &Value, name: &str, value: Value| {
        let mut payload = channel.clone();
        payload[name] = value;
        payload
    };
    let message = |channel: &Value, name: &str, value: Value| {
        with(&with(channel, name, value), "seq", json!(1))
    };
    let reaction =
        |channel: &Value| with(&message(channel, "emoji", json!("👍")), "on", json!(true));
    let tries = [
        ("signIn", json!({"username": "Ada", "password": "wrong"})),
        ("signIn", json!({"username": "Ad\u{430}", "password": "secret"})),
        ("signIn", json!({"username": "Nobody", "password": "secret", "create": false})),
        ("signUp", json!({"username": "Ada", "password": "secret"})),
        ("changePassword", json!({"password": "wrong", "newPassword": "better"})),
        ("changePassword", json!({"password": "secret", "newPassword": ""})),
        ("channelJoin", stranger.clone()),
        ("channelLeave", stranger.clone()),
        ("channelLeave", general.clone()),
        ("channelMessage", with(&general, "message", json!(" "))),
        ("channelMessage", with(&stranger, "message", json!("Hello"))),
        ("channelMessage", with(&with(&general, "message", json!("")), "files", json!([nobody]))),
        ("fileCreate", with(&with(&stranger, "name", json!("x")), "size", json!(1))),
        ("fileCreate", with(&with(&general, "name", json!("x")), "size", json!(1_u64 << 40))),
        ("fileCreate", with(&with(&ops, "name", json!("x")), "size", json!(1))),
        ("channelMessages", stranger.clone()),
        ("channelMessages", with(&general, "limit", json!(0))),
        ("channelRead", with(&stranger, "seq", json!(1))),
        ("channelTyping", stranger.clone()),
        ("channelTyping", ops.clone()),
        ("channelMessage", with(&ops, "message", json!("Hello"))),
        ("channelRead", with(&ops, "seq", json!(1))),
        ("channelPrefs", stranger.clone()),
        ("channelPrefs", ops.clone()),
        ("channelMembers", stranger.clone()),
        ("channelCreate", json!({"name": "x", "users": [nobody]})),
        ("channelCreate", json!({"name": "OPS"})),
        ("channelEdit", stranger.clone()),
        ("channelEdit", ops.clone()),
        ("channelEdit", with(&mine, "name", json!("Ops"))),
        ("memberAdd", stranger.clone()),
        ("memberAdd", general.clone()),
        ("memberAdd", with(&mine, "users", json!([bob.user]))),
        ("memberRemove", with(&stranger, "userUUID", json!(nobody))),
        ("memberRemove", with(&ops, "userUUID", json!(bob.user))),
        ("messageEdit", message(&general, "message", json!(" "))),
        ("messageEdit", message(&mine, "message", json!("Hello"))),
        ("messageEdit", message(&stranger, "message", json!("Hello"))),
        ("messageEdit", message(&ops, "message", json!("Hello"))),
        ("messageDelete", with(&mine, "seq", json!(1))),
        ("messageDelete", with(&stranger, "seq", json!(1))),
        ("messageDelete", with(&ops, "seq", json!(1))),
        ("messageReact", reaction(&mine)),
        ("messageReact", reaction(&stranger)),
        ("messageReact", reaction(&ops)),
        ("messagePin", message(&mine, "on", json!(true))),
        ("messagePin", message(&stranger, "on", json!(true))),
        ("messagePin", message(&ops, "on", json!(true))),
        ("messageReactors", reaction(&mine)),
        ("messageReactors", reaction(&stranger)),
        ("channelChanges", with(&stranger, "after", json!(0))),
        ("activity", json!({"before": "x"})),
        ("pushSubscribe", json!({"endpoint": "https://example.org", "p256dh": "", "auth": ""})),
        ("pushTest", json!({"endpoint": "https://example.org"})),
    ];
    let mut got: BTreeSet<_> =
        tries.iter().map(|(request, payload)| refused(&mut ada, request, payload)).collect();
    for (request, payload) in of_people([&ada.user, &bob.user], &ops, &hook) {
        got.insert(refused(&mut ada, request, &payload));
    }
    let mut admin = admin(&server);
    got.insert(refused(&mut admin, "userEdit", &json!({"userUUID": nobody, "role": "admin"})));
    got.insert(refused(&mut admin, "reportClose", &json!({"UUID": nobody})));
    let owners_post = json!({"recipientUUID": "", "posting": "owners"});
    admin.ask("channelEdit", owners_post);
    let file = with(&with(&general, "name", json!("x")), "size", json!(1));
    got.insert(refused(&mut ada, "fileCreate", &file));
    let password = json!({"password": "", "newPassword": "secret"});
    got.insert(refused(&mut bot(&server), "changePassword", &password));
    let server = TestServer::with(&[("CHANNEL_CREATION", "admins")]);
    got.insert(refused(&mut server.sign_in("Ada"), "channelCreate", &json!({"name": "x"})));
    assert_eq!(got, documented());
}

/// What a member may not ask about people, links and hooks.
fn of_people([ada, bob]: [&String; 2], ops: &Value, hook: &Value) -> Vec<(&'static str, Value)> {
    vec![
        ("signIn", json!({"link": "unknown"})),
        ("signUp", json!({"username": "New", "password": "secret", "link": "unknown"})),
        ("linkCheck", json!({"link": "unknown"})),
        ("linkCreate", json!({"kind": "reset"})),
        ("linkCreate", json!({"kind": "invite"})),
        ("linkRevoke", json!({"UUID": NOBODY})),
        ("deviceEnd", json!({"UUID": NOBODY})),
        ("userEdit", json!({"userUUID": bob, "role": "admin"})),
        ("block", json!({"userUUID": NOBODY})),
        ("block", json!({"userUUID": ada})),
        ("report", json!({"recipientUUID": "", "seq": 99})),
        ("report", json!({"recipientUUID": NOBODY, "seq": 1})),
        ("reports", json!({"before": "x"})),
        ("reports", json!({})),
        ("reportClose", json!({"UUID": NOBODY})),
        ("server", json!({})),
        ("botCreate", json!({"username": ""})),
        ("botCreate", json!({"username": "Robot"})),
        ("hookCreate", json!({"recipientUUID": "", "name": ""})),
        ("hookCreate", json!({"recipientUUID": "", "name": "Builds"})),
        ("hookCreate", json!({"recipientUUID": NOBODY, "name": "Builds"})),
        ("hooks", json!({"recipientUUID": NOBODY})),
        ("hooks", ops.clone()),
        ("hookDelete", json!({"UUID": NOBODY})),
        ("hookDelete", json!({"UUID": hook["UUID"]})),
    ]
}

/// Eve, who becomes an admin by a link of the command line.
fn admin(server: &TestServer) -> TestClient {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    let printed = command.args(["admin", "Eve"]).env("DATA_DIR", server.data_dir()).output();
    let printed = String::from_utf8(printed.unwrap().stdout).unwrap();
    let (_, link) = printed.trim_end().split_once("#link=").unwrap();
    let mut client = server.connect();
    let sign_up = json!({"username": "Eve", "password": "secret", "link": link});
    client.send(&json!({"type": "signUp", "signUp": sign_up}));
    client.until("authorized");
    client
}

/// A bot that the operator makes.
fn bot(server: &TestServer) -> TestClient {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    let key = command.args(["bot", "Robot"]).env("DATA_DIR", server.data_dir()).output().unwrap();
    let key = String::from_utf8(key.stdout).unwrap();
    let mut bot = server.connect();
    bot.send(&json!({"type": "signIn", "signIn": {"accessKey": key.trim_end()}}));
    bot.until("authorized");
    bot
}

/// Makes a public channel, and names it as requests do.
fn create(client: &mut TestClient, name: &str) -> Value {
    client.send(&json!({"type": "channelCreate", "channelCreate": {"name": name}}));
    json!({"recipientUUID": client.until("channelCreate")["channelCreate"]["UUID"]})
}

#[test]
fn what_the_page_says_of_repetitions_is_so() {
    let server = TestServer::embedded();
    let mut ada = server.sign_in("Ada");
    let message = |text: &str| {
        json!({"type": "channelMessage", "channelMessage":
        {"recipientUUID": "", "message": text, "clientUUID": "c-1"}})
    };
    ada.send(&message("first"));
    let first = ada.until("channelMessage");
    ada.send(&message("another text"));
    assert_eq!(ada.until("channelMessage"), first);
    let beyond = json!({"recipientUUID": "", "seq": 99});
    ada.send(&json!({"type": "channelRead", "channelRead": beyond}));
    assert_eq!(ada.until("channelRead")["channelRead"]["seq"], 1);
    let mut again = server.connect();
    again.send(&json!({"type": "signIn", "signIn": {"accessKey": ada.access_key}}));
    assert_eq!(again.until("authorized")["authorized"]["accessKey"], ada.access_key.as_str());
    let change = json!({"password": "wrong", "newPassword": "better"});
    ada.send(&json!({"type": "changePassword", "changePassword": change}));
    assert_eq!(ada.until("error")["error"]["error"], "The current password is wrong.");
    let other = server.sign_in("Ada");
    assert_ne!(other.access_key, ada.access_key);
    again.send(&json!({"type": "signIn", "signIn": {"accessKey": ada.access_key}}));
    assert_eq!(again.until("authorized")["authorized"]["userUUID"], ada.user.as_str());
}

#[test]
fn a_channel_that_begins_after_the_inbox_needs_no_other_one() {
    let server = TestServer::embedded();
    let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    ada.send(&json!({"type": "inbox"}));
    ada.until("inbox");
    bob.say(&ada.user.clone(), "Hello");
    assert_eq!(ada.until("channelMessage")["channelMessage"]["Message"], "Hello");
}
