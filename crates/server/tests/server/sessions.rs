//! Sessions end when they should: by key, everywhere, by a new password, on this node and on others.

use std::process::Command;
use std::time::Instant;

use serde_json::{Value, json};

use crate::support::calendar::Calendar;
use crate::support::{TestClient, TestRedis, TestServer, on_one_and_two};

fn resume(server: &TestServer, access_key: &str) -> TestClient {
    let mut client = server.connect();
    client.send(&json!({"type": "signIn", "signIn": {"accessKey": access_key}}));
    client
}

fn change(from: &str, to: &str) -> Value {
    json!({"type": "changePassword", "changePassword": {"password": from, "newPassword": to}})
}

fn password(server: &TestServer, password: &str) -> Value {
    let mut client = server.connect();
    client.send(&json!({"type": "signIn", "signIn": {"username": "Ada", "password": password}}));
    client.answer()
}

/// It is told that it was signed out, acts for nobody, and its key is worth nothing.
fn has_ended(client: &mut TestClient, server: &TestServer) {
    let told = client.until("signOut");
    assert_eq!((&told["signOut"]["uuid"], &told["id"]), (&json!(client.user), &Value::Null));
    client.send(&json!({"type": "users"}));
    assert_eq!(client.answer()["error"]["code"], 20);
    assert_eq!(resume(server, &client.access_key).answer()["error"]["code"], 4);
}

#[test]
fn signing_a_device_out_ends_all_that_use_its_key() {
    on_one_and_two(&[], |here, there| {
        let mut laptop = here.sign_in("Ada");
        let mut phone = there.sign_in("Ada");
        let mut tab = resume(there, &laptop.access_key);
        tab.until("authorized");
        tab.user.clone_from(&laptop.user);
        tab.access_key.clone_from(&laptop.access_key);
        let began = Instant::now();
        laptop.send(&json!({"type": "signOut"}));
        laptop.until("signOut");
        has_ended(&mut tab, here);
        println!("a sign-out had ended the other session after {:.1?}", began.elapsed());
        assert!(phone.so_far().iter().all(|frame| frame["type"] != "signOut"));
    });
}

#[test]
fn the_end_of_a_key_does_not_end_the_session_that_replaces_it() {
    let server = TestServer::embedded();
    let mut laptop = server.sign_in("Ada");
    let mut tab = resume(&server, &laptop.access_key);
    tab.until("authorized");
    // While the password is verified, the key is signed out: the session that has it is told to end.
    tab.send(&json!({"type": "signIn", "signIn": {"username": "Ada", "password": "secret"}}));
    laptop.send(&json!({"type": "signOut"}));
    laptop.until("signOut");
    let replaced = tab.until("authorized")["authorized"]["accessKey"].clone();
    assert_ne!(replaced, laptop.access_key.as_str());
    tab.send(&json!({"type": "inbox"}));
    tab.until("inbox");
    assert!(tab.so_far().iter().all(|frame| frame["type"] != "signOut"));
}

#[test]
fn signing_out_everywhere_ends_every_session() {
    on_one_and_two(&[], |here, there| {
        let mut laptop = here.sign_in("Ada");
        let mut phone = there.sign_in("Ada");
        let mut bob = there.sign_in("Bob");
        phone.join("");
        laptop.send(&json!({"type": "signOutEverywhere", "id": 1}));
        let reply = laptop.until("signOutEverywhere");
        assert_eq!(reply["signOutEverywhere"]["uuid"], laptop.user.as_str());
        assert_eq!(reply["id"], 1);
        has_ended(&mut phone, here);
        assert_eq!(resume(there, &laptop.access_key).answer()["error"]["code"], 4);
        bob.say("", "they are gone");
        bob.until("channelMessage");
        phone.send(&json!({"type": "users"}));
        assert_eq!(phone.answer()["error"]["code"], 20, "it does not hear the message");
        assert_eq!(password(there, "secret")["type"], "authorized");
    });
}

#[test]
fn a_new_password_ends_the_other_sessions() {
    on_one_and_two(&[], |here, there| {
        let mut laptop = here.sign_in("Ada");
        let mut phone = there.sign_in("Ada");
        laptop.send(&change("wrong", "better"));
        let refused = laptop.answer();
        assert_eq!(
            (&refused["error"]["code"], &refused["error"]["payload"]),
            (&json!(4), &json!("changePassword"))
        );
        laptop.send(&change("secret", ""));
        assert_eq!(laptop.answer()["error"]["code"], 5);
        laptop.send(&change("secret", "better"));
        let changed = laptop.answer()["changePassword"].take();
        assert_eq!(changed["uuid"], laptop.user.as_str());
        let key = changed["accessKey"].as_str().unwrap();
        has_ended(&mut phone, here);
        assert_eq!(password(there, "secret")["error"]["code"], 4);
        assert_eq!(password(there, "better")["type"], "authorized");
        assert_eq!(resume(there, key).answer()["type"], "authorized");
        assert_eq!(resume(here, &laptop.access_key).answer()["error"]["code"], 4, "a copied key");
        laptop.say("", "still here");
        laptop.until("channelMessage");
    });
}

#[test]
fn a_revocation_that_was_not_heard_is_found_out() {
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    redis.cli(&["DEL", &format!("access_key:{}", ada.user)]);
    // Nobody told of it; but a node whose feed was cut asks.
    redis.cli(&["CLIENT", "KILL", "TYPE", "pubsub"]);
    has_ended(&mut ada, &server);
    bob.say("", "still here");
    bob.until("channelMessage");
}

#[test]
fn an_access_key_lapses_after_30_days_without_use() {
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let ada = server.sign_in("Ada");
    let keys = format!("access_key:{}", ada.user);
    let digest = redis.cli(&["HKEYS", &keys]).remove(0);
    let now: i64 = redis.cli(&["TIME"])[0].parse().unwrap();
    for (days, expected) in [(29, "authorized"), (30, "error")] {
        let used = (now - days * 24 * 60 * 60).to_string();
        redis.cli(&["HSET", &keys, &digest, &used]);
        assert_eq!(resume(&server, &ada.access_key).answer()["type"], expected, "{days}");
    }
}

/// When the access key was last used, as an export has it.
fn last_use(server: &TestServer) -> i64 {
    let mut export = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    let output = export.env("DATA_DIR", server.data_dir()).args(["export", "-"]).output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let records = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let keys = records.filter_map(|record| record["user"]["AccessKeys"].as_object().cloned());
    let mut uses = keys.flatten().map(|(_, used_at)| used_at.as_i64().unwrap());
    uses.next().unwrap()
}

#[test]
fn the_key_of_whoever_is_connected_does_not_lapse() {
    let calendar = Calendar::new();
    let server = calendar.server(&[]);
    let ada = server.sign_in("Ada");
    let first = last_use(&server);
    calendar.set(29);
    // The server looks after its connections every few seconds. Ada says nothing.
    while last_use(&server) == first {}
    calendar.set(58);
    assert_eq!(resume(&server, &ada.access_key).answer()["type"], "authorized");
}

#[test]
fn a_sign_in_that_may_not_create_makes_no_user() {
    let sign_in = |server: &TestServer, name: &str, password: &str| {
        let sign_in = json!({"username": name, "password": password, "create": false});
        let mut client = server.connect();
        client.send(&json!({"type": "signIn", "signIn": sign_in}));
        client.answer()
    };
    let server = TestServer::embedded();
    assert_eq!(sign_in(&server, "Ada", "secret")["error"]["code"], 10);
    let mut bob = server.sign_in("Bob");
    bob.send(&json!({"type": "users"}));
    assert_eq!(bob.until("users")["users"]["total"], 1);
    server.sign_in("Ada");
    assert_eq!(sign_in(&server, "ADA", "secret")["type"], "authorized");
    assert_eq!(sign_in(&server, "Ada", "other")["error"]["code"], 4);

    let closed = TestServer::with(&[("REGISTRATION", "closed")]);
    assert_eq!(sign_in(&closed, "Ada", "secret")["error"]["code"], 4);
}
