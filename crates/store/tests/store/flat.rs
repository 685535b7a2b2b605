//! What a page of history and a page of users cost, near and far. A measurement, not a test: run it by
//! `cargo test --release -p chinwag-store --test store flat:: -- --ignored --nocapture`. That a far page of users
//! costs what a near one does is counted in `embedded/users.rs`, and on Redis it is a sorted set's.

use std::time::Instant;

use chinwag_protocol::UserUuid;
use chinwag_store::{Channel, Creation, HistoryPage, Page, User, UsersQuery};
use chinwag_testbed::Redis;
use futures_util::future::join_all;

use crate::node::{Nodes, Person, account};

const MESSAGES: u64 = 1_000_000;
const USERS: usize = 100_000;
const RUNS: u32 = 200;

#[tokio::test]
#[ignore = "a measurement, which takes a minute"]
async fn redis() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    measure("Redis", &nodes).await;
}

#[tokio::test]
#[ignore = "a measurement, which takes a minute"]
async fn embedded() {
    measure("embedded", &Nodes::embedded()).await;
}

async fn measure(what: &str, nodes: &Nodes) {
    let ada = nodes.user("Ada").await;
    history(what, nodes, &ada, 0).await;
    write(nodes, &ada, MESSAGES).await;
    history(what, nodes, &ada, MESSAGES).await;
    users(what, nodes, 0).await;
    sign_up(nodes).await;
    users(what, nodes, USERS).await;
}

async fn write(nodes: &Nodes, ada: &Person, count: u64) {
    let mut stored = 0;
    for serial in 0..u32::try_from(count).unwrap() {
        nodes.first.append(ada, &Channel::GENERAL, &"x".repeat(100), None, serial);
        if u64::from(serial) - stored > 4_000 {
            stored = nodes.first.message().await.seq;
        }
    }
    while stored < count {
        stored = nodes.first.message().await.seq;
    }
}

async fn history(what: &str, nodes: &Nodes, ada: &Person, total: u64) {
    let places = [("the newest", Page::Last), ("in the middle", Page::Before(total / 2 + 25))];
    for (place, page) in places {
        let page = HistoryPage::of_all(page, 50);
        let read = async || {
            nodes.first.store.messages(&Channel::GENERAL, &ada.user, page).await.unwrap();
        };
        let took = each(read).await;
        report(&format!("{what}, {total} messages: a page of 50, {place}"), took);
    }
}

async fn sign_up(nodes: &Nodes) {
    for from in (0..USERS).step_by(1_000) {
        let create = |number: usize| async move {
            let user = User { uuid: UserUuid::random(), name: format!("p {number:06}").into() };
            let created = nodes.first.store.create_account(account(&user)).await.unwrap();
            assert_eq!(created, Creation::Created);
        };
        join_all((from..from + 1_000).map(create)).await;
    }
}

async fn users(what: &str, nodes: &Nodes, total: usize) {
    for (place, offset) in [("the first", 0), ("the last", total.saturating_sub(100))] {
        let read = async || {
            let query =
                UsersQuery { offset: offset as u64, limit: 100, folded_prefix: String::new() };
            nodes.first.store.users(query).await.unwrap();
        };
        let took = each(read).await;
        report(&format!("{what}, {total} users: 100 of them, {place}"), took);
    }
    let read = async || {
        assert!(nodes.first.store.account("p 050000").await.unwrap().is_some() == (total > 0));
    };
    report(&format!("{what}, {total} users: one by name"), each(read).await);
}

async fn each(read: impl AsyncFn()) -> f64 {
    read().await;
    let start = Instant::now();
    for _ in 0..RUNS {
        read().await;
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(RUNS)
}

fn report(what: &str, microseconds: f64) {
    println!("{what}: {microseconds:.0} µs");
}
