//! The budgets of a user, the bounds of an answer, and the end of who asks without a pause.

use std::time::Instant;

use serde_json::{Value, json};

use crate::support::{TestClient, TestRedis, TestServer};

fn on_both(variables: &[(&str, &str)], case: impl Fn(&TestServer)) {
    case(&TestServer::with(variables));
    let redis = TestRedis::start();
    let url = redis.url();
    case(&TestServer::with(&[variables, &[("REDIS_URL", &url)]].concat()));
}

fn ask(client: &mut TestClient, kind: &str, payload: &Value) -> Value {
    client.send(&json!({"type": kind, kind: payload, "id": kind}));
    client.until_with(kind, |frame| frame["id"] == kind)[kind].take()
}

/// Signs in on one more connection.
fn again(server: &TestServer, client: &TestClient) -> TestClient {
    let mut other = server.connect();
    other.send(&json!({"type": "signIn", "signIn": {"accessKey": client.access_key}}));
    assert_eq!(other.answer()["type"], "authorized");
    other.until_sys("signIn");
    other
}

/// How many of these messages are stored, and the code of the first refusal.
fn stored(client: &mut TestClient, messages: usize, text: &str) -> (usize, Option<u64>) {
    let user = client.user.clone();
    let answers: Vec<_> = (0..messages)
        .map(|_| {
            client.say(&user, text);
            client.answer()
        })
        .collect();
    let refusal = answers.iter().find_map(|answer| answer["error"]["code"].as_u64());
    (answers.iter().filter(|answer| answer["type"] == "channelMessage").count(), refusal)
}

#[test]
fn all_sessions_of_a_user_share_one_budget() {
    let server = TestServer::with(&[("MESSAGE_RATE", "1")]);
    let began = Instant::now();
    let mut laptop = server.sign_in("Ada");
    let mut phone = again(&server, &laptop);
    phone.user.clone_from(&laptop.user);
    let mut taken = 0;
    for session in [&mut laptop, &mut phone] {
        let refusal = loop {
            match stored(session, 1, "x") {
                (0, refusal) => break refusal,
                (messages, _) => taken += messages,
            }
        };
        assert_eq!(refusal, Some(22));
    }
    // Two at once, and one more with each second.
    let most = 3 + began.elapsed().as_secs();
    assert!(taken as u64 <= most, "{taken} messages, {most} at most");
    // Nobody else has to wait.
    assert_eq!(stored(&mut server.sign_in("Bob"), 1, "x").0, 1);
}

#[test]
fn what_one_user_stores_in_a_day_is_bounded() {
    let server = TestServer::with(&[("DAILY_STORAGE", "10KB")]);
    let mut ada = server.sign_in("Ada");
    assert_eq!(stored(&mut ada, 2, &"x".repeat(4_000)), (2, None));
    assert_eq!(stored(&mut ada, 4, "x"), (2, Some(22)));
    ada.say(&ada.user.clone(), "x");
    let wait: u64 = ada.answer()["error"]["payload"].as_str().unwrap().parse().unwrap();
    assert!((60 * 60..24 * 60 * 60).contains(&wait), "{wait}");
    let off = TestServer::with(&[("DAILY_STORAGE", "10KB"), ("MESSAGE_RATE", "0")]);
    assert_eq!(stored(&mut off.sign_in("Ada"), 20, "x"), (20, None));
}

#[test]
fn of_too_many_sessions_the_one_silent_longest_is_closed() {
    let server = TestServer::embedded();
    let first = server.sign_in("Ada");
    let sessions: Vec<_> = (0..63).map(|_| again(&server, &first)).collect();
    let mut first = first;
    // A client that asks for something is not silent.
    first.so_far();
    let mut sessions = sessions.into_iter();
    let mut silent = sessions.next().unwrap();
    let mut others: Vec<_> = sessions.collect();
    for session in others.iter_mut().chain([&mut first]) {
        session.so_far();
    }
    let mut newest = again(&server, &first);
    assert_eq!(
        silent.closed_because(),
        (1008, "too many sessions of this user; retry=60000".into())
    );
    first.so_far();
    newest.so_far();
}

#[test]
fn a_page_holds_256_kib_of_text_and_the_rest_comes_when_asked_for() {
    on_both(&[("MESSAGE_RATE", "0"), ("MAX_MESSAGE_LENGTH", "300000")], |server| {
        let mut ada = server.sign_in("Ada");
        let own = ada.user.clone();
        let long = "x".repeat(100_000);
        for text in [&long, &long, &long, "short", &"y".repeat(300_000)] {
            ada.say(&own, text);
            ada.until("channelMessage");
        }
        let mut page = |payload: Value| {
            let page = ask(&mut ada, "channelMessages", &payload);
            let seqs = page["messages"].as_array().unwrap().iter();
            let seqs: Vec<_> = seqs.map(|message| message["Seq"].as_u64().unwrap()).collect();
            assert_eq!(page["received"], seqs.len());
            assert_eq!(page["total"], 5);
            seqs
        };
        assert_eq!(page(json!({"recipientUUID": own, "limit": 100})), [5], "one always comes");
        assert_eq!(page(json!({"recipientUUID": own, "limit": 100, "before": 5})), [4, 3, 2]);
        assert_eq!(page(json!({"recipientUUID": own, "limit": 100, "before": 2})), [1]);
        assert_eq!(page(json!({"recipientUUID": own, "limit": 100, "after": 0})), [1, 2]);
        assert_eq!(page(json!({"recipientUUID": own, "limit": 2, "after": 2})), [3, 4]);
    });
}

#[test]
fn the_inbox_cuts_long_last_messages() {
    on_both(&[], |server| {
        let mut ada = server.sign_in("Ada");
        let own = ada.user.clone();
        let last = |ada: &mut TestClient, text: &str| {
            ada.say(&own, text);
            ada.until("channelMessage");
            let mut inbox = ask(ada, "inbox", &json!({}));
            let last = inbox["channels"][1]["lastMessage"].take();
            (last["Message"].as_str().unwrap().to_owned(), last["Cut"].clone())
        };
        let whole = "é".repeat(200);
        assert_eq!(last(&mut ada, &whole), (whole.clone(), Value::Null));
        assert_eq!(last(&mut ada, &format!("{whole}x")), (whole, json!(true)));
    });
}

#[test]
fn whoever_asks_without_a_pause_is_closed() {
    let server = TestServer::embedded();
    let mut stranger = server.connect();
    for _ in 0..600 {
        stranger.try_send(&json!({"type": "ping"}));
    }
    assert_eq!(stranger.closed_because(), (1008, "too many requests; retry=60000".into()));
    let mut ada = server.sign_in("Ada");
    for _ in 0..3_000 {
        ada.try_send(&json!({"type": "ping"}));
    }
    assert_eq!(ada.closed_because().0, 1008);
    server.sign_in("Bob");
}

#[test]
fn the_channels_name_is_nobodys() {
    on_both(&[], |server| {
        for name in ["General", "general", "G\u{435}neral", " GENERAL "] {
            for kind in ["signUp", "signIn"] {
                let mut client = server.connect();
                let account = json!({"username": name, "password": "secret"});
                client.send(&json!({"type": kind, kind: account}));
                assert_eq!(client.answer()["type"], "error", "{kind} {name}");
            }
        }
        server.sign_in("The General");
    });
}
