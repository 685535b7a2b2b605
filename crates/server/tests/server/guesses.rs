//! Passwords can't be guessed fast, from one address or from many.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{TestClient, TestServer};

/// Behind a trusted proxy a test may come from any address.
fn server() -> TestServer {
    TestServer::with(&[("SIGN_IN_RATE", "1000"), ("TRUSTED_PROXIES", "127.0.0.0/8")])
}

fn guess(client: &mut TestClient, password: &str) -> Value {
    let account = json!({"username": "Ada", "password": password});
    client.send(&json!({"type": "signIn", "signIn": account}));
    client.answer()
}

#[test]
fn wrong_guesses_from_one_address_have_to_wait_and_others_need_not() {
    let server = server();
    server.sign_in("Ada");
    let refused = (3..).find_map(|host| {
        let mut thief = server.connect_from(&format!("192.0.2.{host}"));
        let answers: Vec<_> = (0..4).map(|_| guess(&mut thief, "wrong")).collect();
        let fifth = Instant::now();
        let answers = [answers, vec![guess(&mut thief, "wrong")]].concat();
        assert!(answers.iter().all(|answer| answer["error"]["code"] == 4), "{answers:?}");
        let refused = guess(&mut thief, "secret");
        // The wait is a second: a machine that was busy for so long tries again, from elsewhere.
        (fifth.elapsed() < Duration::from_secs(1)).then_some(refused)
    });
    let refused = refused.unwrap();
    assert_eq!(refused["error"]["code"], 22, "not even the right one: {refused}");
    assert!(refused["error"]["payload"].as_str().unwrap().parse::<u64>().unwrap() >= 1);
    let mut owner = server.connect_from("192.0.2.2");
    assert_eq!(guess(&mut owner, "secret")["type"], "authorized");
}

#[test]
fn one_account_is_not_guessed_at_from_many_addresses() {
    let server = server();
    server.sign_in("Ada");
    let codes: Vec<_> = (1..=60)
        .map(|host| {
            let mut thief = server.connect_from(&format!("198.51.100.{host}"));
            guess(&mut thief, "wrong")["error"]["code"].as_u64().unwrap()
        })
        .collect();
    let looked_at = codes.iter().filter(|&&code| code == 4).count();
    // While the test runs, a guess or two may have been paid back.
    assert!((50..55).contains(&looked_at), "{codes:?}");
    assert!(codes[looked_at..].contains(&22), "{codes:?}");
}

#[test]
fn strangers_lock_no_owner_out_of_a_known_network_nor_out_of_changing_the_password() {
    let server = server();
    let mut laptop = server.connect_from("192.0.2.1");
    laptop.sign_in("Ada");
    let mut by_key = server.connect_from("2001:db8:0:1::1");
    by_key.send(&json!({"type": "signIn", "signIn": {"accessKey": laptop.access_key}}));
    assert_eq!(by_key.answer()["type"], "authorized");
    let mut strangers = (0..200).map(|host| server.connect_from(&format!("198.51.100.{host}")));
    assert!(strangers.any(|mut stranger| guess(&mut stranger, "wrong")["error"]["code"] == 22));
    for elsewhere in ["192.0.2.2", "2001:db8:0:100::1"] {
        let refused = guess(&mut server.connect_from(elsewhere), "secret");
        assert_eq!(refused["error"]["code"], 22, "{elsewhere}");
    }
    for known in ["192.0.2.1", "2001:db8:0:ff::2"] {
        let answer = guess(&mut server.connect_from(known), "secret");
        assert_eq!(answer["type"], "authorized", "{known}: {answer}");
    }
    let change = json!({"password": "secret", "newPassword": "better"});
    laptop.send(&json!({"type": "changePassword", "changePassword": change}));
    assert_eq!(laptop.answer()["type"], "changePassword");
}

#[test]
fn a_copied_key_has_five_tries_to_change_the_password() {
    let server = TestServer::embedded();
    let mut thief = server.sign_in("Ada");
    let mut change = || {
        let change = json!({"password": "wrong", "newPassword": "stolen"});
        thief.send(&json!({"type": "changePassword", "changePassword": change}));
        thief.answer()["error"]["code"].as_u64().unwrap()
    };
    let codes: Vec<_> = (0..6).map(|_| change()).collect();
    assert_eq!(codes, [4, 4, 4, 4, 4, 22]);
}

#[test]
fn bad_keys_keep_nobody_from_signing_in() {
    let server = TestServer::embedded();
    let mut stranger = server.connect();
    for key in ["x".to_owned(), "A".repeat(54)].iter().cycle().take(130) {
        stranger.send(&json!({"type": "signIn", "signIn": {"accessKey": key}}));
        stranger.answer();
    }
    server.sign_in("Ada");
}

#[test]
fn a_proxy_that_is_not_trusted_is_named_once() {
    let server = TestServer::embedded();
    drop((server.connect_from("192.0.2.1"), server.connect_from("192.0.2.2")));
    server.until_logged("X-Forwarded-For comes from 127.0.0.1");
    assert_eq!(server.log().matches("TRUSTED_PROXIES").count(), 1, "{}", server.log());
}

#[test]
fn nobody_else_is_believed_about_addresses() {
    let server = TestServer::with(&[("SIGN_IN_RATE", "1")]);
    let mut first = server.connect_from("192.0.2.1");
    assert_eq!(guess(&mut first, "secret")["type"], "authorized");
    let mut second = server.connect_from("192.0.2.2");
    assert_eq!(guess(&mut second, "secret")["error"]["code"], 22);
}

#[test]
fn behind_a_trusted_proxy_each_client_has_its_own_bound() {
    let server =
        TestServer::with(&[("MAX_CONNECTIONS_PER_ADDRESS", "1"), ("TRUSTED_PROXIES", "127.0.0.1")]);
    let first = server.connect_from("192.0.2.1");
    let second = server.connect_from("192.0.2.2");
    let refused = server.upgrade_with("x-forwarded-for: 192.0.2.1");
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    drop((first, second));
}
