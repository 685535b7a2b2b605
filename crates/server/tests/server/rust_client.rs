//! The Rust client crate against the real server: nothing lost, doubled or reordered by breaks.

use std::time::Duration;

use chinwag_client::protocol::ErrorCode;
use chinwag_client::protocol::outgoing::Message;
use chinwag_client::{
    Channel, Client, Error, Event, Events, Link, Login, Options, Page, Positions,
};
use serde_json::json;

use crate::support::{TestClient, TestRedis, TestServer};

fn login(name: &str) -> Login {
    Login::SignIn { name: name.into(), password: "secret".into() }
}

/// Signs in and reads up to the first inbox: from there on everything is told.
async fn sign_in(server: &TestServer, name: &str) -> (Client, Events) {
    let (client, mut events) = Client::sign_in(server.address(), login(name)).await.unwrap();
    while !matches!(events.next().await.unwrap(), Event::Inbox(_)) {}
    (client, events)
}

async fn next_message(events: &mut Events) -> Message {
    loop {
        match events.next().await.expect("the client has not ended") {
            Event::Message(message) => return *message,
            Event::Link(Link::Ended(error)) => panic!("{error}"),
            _ => {}
        }
    }
}

async fn until_link(events: &mut Events, fits: impl Fn(&Link) -> bool) -> Link {
    loop {
        match events.next().await.expect("the client has not ended") {
            Event::Link(link) if fits(&link) => return link,
            _ => {}
        }
    }
}

async fn survives_kills(server: &mut TestServer) {
    const ROUND: usize = 60;
    const ROUNDS: usize = 3;
    let (ada, _events) = sign_in(server, "Ada").await;
    let (_bob, mut seen) = sign_in(server, "Bob").await;
    let mut stored = Vec::new();
    for round in 0..ROUNDS {
        let texts = (0..ROUND).map(|number| format!("{round}.{number}"));
        let posted: Vec<_> = texts.map(|text| ada.send(Channel::General, text)).collect();
        for (number, delivery) in posted.into_iter().enumerate() {
            if number == ROUND / 3 {
                // The others are under way or wait.
                server.kill();
                server.restart();
            }
            stored.push(delivery.await.unwrap());
        }
    }
    let expected: Vec<_> = (0..ROUNDS * ROUND)
        .map(|number| (number as u64 + 1, format!("{}.{}", number / ROUND, number % ROUND)))
        .collect();
    let place = |message: &Message| (message.seq, message.text.to_string());
    assert_eq!(stored.iter().map(place).collect::<Vec<_>>(), expected);
    for (place_in_channel, text) in expected {
        assert_eq!(place(&next_message(&mut seen).await), (place_in_channel, text));
    }
}

#[tokio::test]
async fn kills_of_the_server_lose_double_and_reorder_nothing_embedded() {
    survives_kills(&mut TestServer::with(&[("MESSAGE_RATE", "0")])).await;
}

#[tokio::test]
async fn kills_of_the_server_lose_double_and_reorder_nothing_on_redis() {
    let redis = TestRedis::start();
    let url = redis.url();
    survives_kills(&mut TestServer::with(&[("MESSAGE_RATE", "0"), ("REDIS_URL", &url)])).await;
}

#[tokio::test]
async fn a_private_channel_that_began_while_its_reader_was_away_is_told_from_its_beginning() {
    let redis = TestRedis::start();
    let url = redis.url();
    let mut near = TestServer::with(&[("REDIS_URL", &url)]);
    let far = TestServer::on(&redis);
    let (bob, mut seen) = sign_in(&near, "Bob").await;
    let (cleo, _events) = sign_in(&far, "Cleo").await;
    near.kill();
    until_link(&mut seen, |link| matches!(link, Link::Waiting { .. })).await;
    for text in ["one", "two"] {
        cleo.send(Channel::Direct(bob.me()), text).await.unwrap();
    }
    near.restart();
    bob.wake();
    assert_eq!(&*next_message(&mut seen).await.text, "one");
    assert_eq!(&*next_message(&mut seen).await.text, "two");
}

#[tokio::test]
async fn a_repeated_post_is_stored_once_even_by_another_client() {
    let server = TestServer::embedded();
    let (ada, mut events) = sign_in(&server, "Ada").await;
    let (again, _events) = sign_in(&server, "Ada").await;
    let post = |client: &Client| client.send_as(Channel::General, "once", "c-1");
    let first = post(&ada).await.unwrap();
    assert_eq!(post(&ada).await.unwrap(), first);
    assert_eq!(post(&again).await.unwrap().uuid, first.uuid);
    ada.send(Channel::General, "next").await.unwrap();
    assert_eq!(&*next_message(&mut events).await.text, "once");
    assert_eq!(&*next_message(&mut events).await.text, "next");
    assert_eq!(ada.history(Channel::General, Page::Last).await.unwrap().total, 2);
}

#[tokio::test]
async fn who_does_not_read_for_a_while_gets_every_message_all_the_same() {
    const MANY: u64 = 3_000;
    let server = TestServer::with(&[("MESSAGE_RATE", "0")]);
    let (ada, mut events) = sign_in(&server, "Ada").await;
    let mut bob: TestClient = server.sign_in("Bob");
    for number in 1..=MANY {
        bob.say("", &number.to_string());
        bob.until("channelMessage");
    }
    // More than the client keeps for a reader; its answer comes behind them.
    assert_eq!(ada.history(Channel::General, Page::Last).await.unwrap().total, MANY);
    for number in 1..=MANY {
        let message = next_message(&mut events).await;
        assert_eq!((message.seq, &*message.text), (number, &*number.to_string()));
    }
}

#[tokio::test]
async fn a_send_that_is_too_fast_waits_and_keeps_its_turn() {
    let server = TestServer::with(&[("MESSAGE_RATE", "5")]);
    let (ada, mut events) = sign_in(&server, "Ada").await;
    let posted: Vec<_> =
        (0..12).map(|number| ada.send(Channel::General, number.to_string())).collect();
    for delivery in posted {
        delivery.await.unwrap();
    }
    for number in 0..12 {
        assert_eq!(&*next_message(&mut events).await.text, number.to_string());
    }
}

#[tokio::test]
async fn a_refused_send_says_why_and_holds_nothing_up() {
    let server = TestServer::embedded();
    let (ada, _events) = sign_in(&server, "Ada").await;
    let (empty, good) = (ada.send(Channel::General, " "), ada.send(Channel::General, "Hello"));
    assert_eq!(empty.await.unwrap_err().code(), Some(ErrorCode::MessageRefused));
    assert_eq!(good.await.unwrap().seq, 1);
}

#[tokio::test]
async fn the_store_may_be_away_for_a_while() {
    let mut redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let (ada, _events) = sign_in(&server, "Ada").await;
    redis.kill();
    let posted = ada.send(Channel::General, "Hello");
    // Its error is the sign that the store is missed.
    assert_eq!(ada.inbox().await.unwrap_err().code(), Some(ErrorCode::StoreUnavailable));
    redis.restart();
    assert_eq!(posted.await.unwrap().seq, 1);
}

#[tokio::test]
async fn a_wrong_password_and_a_missing_server_are_told_at_once() {
    let server = TestServer::embedded();
    sign_in(&server, "Ada").await;
    let wrong = Login::SignIn { name: "Ada".into(), password: "other".into() };
    let refused = Client::sign_in(server.address(), wrong).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::SignInRefused));
    let missing = Client::sign_in("127.0.0.1:1", login("Ada")).await.unwrap_err();
    assert!(missing.to_string().contains("http://127.0.0.1:1"), "{missing}");
}

#[tokio::test]
async fn who_is_signed_out_elsewhere_does_not_come_back() {
    let server = TestServer::embedded();
    let (ada, _events) = sign_in(&server, "Ada").await;
    let resume = Login::Resume { access_key: ada.access_key() };
    let (phone, mut events) = Client::sign_in(server.address(), resume.clone()).await.unwrap();
    assert_eq!(phone.me(), ada.me());
    let mut laptop = server.sign_in("Ada");
    laptop.send(&json!({"type": "signOutEverywhere"}));
    let end = until_link(&mut events, |link| matches!(link, Link::Ended(_))).await;
    assert_eq!(end, Link::Ended(Error::SignedOut));
    assert_eq!(events.next().await, None);
    assert_eq!(phone.send(Channel::General, "Hello").await.unwrap_err(), Error::Closed);
    let again = Client::sign_in(server.address(), resume).await.unwrap_err();
    assert_eq!(again.code(), Some(ErrorCode::SignInRefused));
}

#[tokio::test]
async fn a_server_that_stops_says_when_to_come_back() {
    let mut server = TestServer::embedded();
    let (ada, mut events) = sign_in(&server, "Ada").await;
    server.terminate();
    let link = until_link(&mut events, |link| matches!(link, Link::Waiting { .. })).await;
    let Link::Waiting { until, .. } = link else { unreachable!("it was waited for") };
    // The server lets a few come back within 101 ms; without its word it would be 250 ms or more.
    let left = until.saturating_duration_since(tokio::time::Instant::now());
    assert!(left < Duration::from_millis(200), "{left:?}");
    server.stopped();
    server.restart();
    assert_eq!(ada.send(Channel::General, "Hello").await.unwrap().seq, 1);
}

#[tokio::test]
async fn a_server_that_begins_anew_is_another_one() {
    let mut server = TestServer::embedded();
    let (_ada, mut events) = sign_in(&server, "Ada").await;
    server.kill();
    std::fs::remove_dir_all(server.data_dir()).unwrap();
    server.restart();
    let end = until_link(&mut events, |link| matches!(link, Link::Ended(_))).await;
    assert_eq!(end, Link::Ended(Error::SignedOut));
}

#[tokio::test]
async fn the_joined_channel_is_joined_again_after_a_return() {
    let mut server = TestServer::embedded();
    let (ada, mut events) = sign_in(&server, "Ada").await;
    let (bob, _events) = sign_in(&server, "Bob").await;
    ada.join(Channel::Direct(bob.me())).await.unwrap();
    server.kill();
    server.restart();
    until_link(&mut events, |link| *link == Link::Live).await;
    let mut bob = server.sign_in("Bob");
    // Ada asks again until her return is complete, which her inbox tells.
    while !matches!(events.next().await.unwrap(), Event::Inbox(_)) {}
    ada.inbox().await.unwrap();
    bob.join(&ada.me().to_string());
    let typing = json!({"recipientUUID": ada.me().to_string()});
    bob.send(&json!({"type": "channelTyping", "channelTyping": typing}));
    loop {
        if let Event::News(news) = events.next().await.unwrap()
            && matches!(news.body, chinwag_client::protocol::Body::ChannelTyping(_))
        {
            break;
        }
    }
}

#[tokio::test]
async fn a_restored_backup_is_read_again_and_nothing_told_twice() {
    let mut server = TestServer::embedded();
    let (ada, _events) = sign_in(&server, "Ada").await;
    let (_bob, mut seen) = sign_in(&server, "Bob").await;
    let folder = tempfile::TempDir::new().unwrap();
    let backup = folder.path().join("backup.db");
    for text in ["one", "two"] {
        ada.send(Channel::General, text).await.unwrap();
    }
    let copied = std::process::Command::new(env!("CARGO_BIN_EXE_chinwag"))
        .arg("backup")
        .arg(&backup)
        .env("DATA_DIR", server.data_dir())
        .status();
    assert!(copied.unwrap().success());
    for text in ["lost three", "lost four"] {
        ada.send(Channel::General, text).await.unwrap();
    }
    for text in ["one", "two", "lost three", "lost four"] {
        assert_eq!(&*next_message(&mut seen).await.text, text);
    }
    server.kill();
    std::fs::remove_dir_all(server.data_dir()).unwrap();
    std::fs::create_dir(server.data_dir()).unwrap();
    std::fs::copy(&backup, server.data_dir().join("chinwag.db")).unwrap();
    server.restart();
    for text in ["three", "four", "five"] {
        ada.send(Channel::General, text).await.unwrap();
    }
    let mut told = Vec::new();
    while told.len() < 4 {
        match seen.next().await.unwrap() {
            Event::Reset => told.push((0, "reset".to_owned())),
            Event::Message(message) => told.push((message.seq, message.text.to_string())),
            _ => {}
        }
    }
    let expected = [(0, "reset"), (3, "three"), (4, "four"), (5, "five")];
    assert_eq!(told, expected.map(|(seq, text)| (seq, text.to_owned())));
}

#[tokio::test]
async fn the_next_run_goes_on_where_the_last_one_stopped() {
    let server = TestServer::embedded();
    let (ada, _events) = sign_in(&server, "Ada").await;
    let (bob, mut seen) = sign_in(&server, "Bob").await;
    for text in ["one", "two"] {
        ada.send(Channel::General, text).await.unwrap();
    }
    assert_eq!(&*next_message(&mut seen).await.text, "one");
    // What is written to a file, and read from it.
    let saved = serde_json::to_string(seen.positions().unwrap()).unwrap();
    bob.close().await;
    ada.send(Channel::General, "three").await.unwrap();
    ada.send(Channel::Direct(bob.me()), "in private").await.unwrap();
    let again = |saved: &str| {
        let positions: Positions = serde_json::from_str(saved).unwrap();
        let address = server.address().parse().unwrap();
        Client::sign_in_with(address, login("Bob"), Options::from(Some(positions)))
    };
    let (_bob, mut seen) = again(&saved).await.unwrap();
    let mut texts = Vec::new();
    for _ in 0..3 {
        texts.push(next_message(&mut seen).await.text.to_string());
    }
    texts.sort();
    assert_eq!(texts, ["in private", "three", "two"]);
    // Of another history: its numbers say nothing here.
    let (_bob, mut seen) = again(r#"{"epoch":"another","channels":{"":9}}"#).await.unwrap();
    while !matches!(seen.next().await.unwrap(), Event::Reset) {}
    assert_eq!(seen.positions(), None);
    while !matches!(seen.next().await.unwrap(), Event::Inbox(_)) {}
    assert_eq!(seen.positions().unwrap().channels[&Channel::General.into()], 3);
}

#[tokio::test]
async fn a_changed_password_brings_a_key_to_come_back_with() {
    let mut server = TestServer::embedded();
    let (ada, mut events) = sign_in(&server, "Ada").await;
    let before = ada.access_key();
    ada.change_password("secret", "a better secret").await.unwrap();
    assert_ne!(ada.access_key(), before);
    server.kill();
    server.restart();
    until_link(&mut events, |link| matches!(link, Link::Waiting { .. })).await;
    until_link(&mut events, |link| matches!(link, Link::Live | Link::Ended(_))).await;
    assert_eq!(ada.send(Channel::General, "Hello").await.unwrap().seq, 1);
}
