//! The memory of idle connections: each of a user of its own, who is in 50 channels.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chinwag_protocol::UserUuid;
use chinwag_store::embedded::EmbeddedStore;
use chinwag_store::{
    Account, ChannelName, KeyDigest, NewAccount, NewChannel, Standing, Store, User,
};
use futures_util::future::join_all;
use jiff::Timestamp;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::TestServer;
use crate::support::raw_socket::RawSocket;

const USERS: usize = 2_000;
const CHANNELS: usize = 500;
const MEMBERS: usize = 200;

/// The most bytes of a connection in a debug build with few of them, where it takes 5,900: a buffer of 4 KB
/// that each kept would be too much. The structures that make it up have bounds of their own, to the byte.
const MOST: u64 = 8 * 1024;

/// A text frame, and a close frame.
const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;

#[test]
fn an_idle_connection_is_small_and_leaves_nothing_behind() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
    // Nobody is told who comes and goes.
    let mut server = TestServer::with(&[
        ("CONNECTION_RATE", "0"),
        ("MAX_CONNECTIONS_PER_ADDRESS", "0"),
        ("PRESENCE_LIMIT", "0"),
    ]);
    server.kill();
    let keys = fill(&server);
    server.restart();
    // What is there once, as the pages that SQLite keeps, is there after the first half.
    let (first, second) = keys.split_at(USERS / 2);
    let mut here = enter(&server, first);
    let half = server.memory();
    here.extend(enter(&server, second));
    let all = server.memory();
    let each = all.saturating_sub(half) / (USERS / 2) as u64;
    leave(here);
    let here = enter(&server, &keys);
    let again = server.memory();
    leave(here);
    println!("{each} bytes each; {all} at first, {again} when all have come back");
    assert!(each <= MOST, "{each} bytes each");
    assert!(again <= all + all / 20, "{all} at first, {again} when all have come back");
}

/// Signs users in, each on a connection that hears all channels.
fn enter(server: &TestServer, keys: &[String]) -> Vec<RawSocket> {
    let enter = |key| {
        let mut socket = RawSocket::upgraded(server.address()).unwrap();
        ask(&mut socket, &json!({"type": "signIn", "signIn": {"accessKey": key}}), "authorized");
        ask(&mut socket, &json!({"type": "inbox", "inbox": {"wants": ["channels"]}}), "inbox");
        socket
    };
    keys.iter().map(enter).collect()
}

fn leave(sockets: Vec<RawSocket>) {
    for mut socket in sockets {
        socket.say(&RawSocket::frame(CLOSE, &1_000_u16.to_be_bytes())).unwrap();
        assert_eq!(socket.closed(), Some(1_000));
    }
}

fn ask(socket: &mut RawSocket, request: &Value, answer: &str) {
    socket.say(&RawSocket::frame(TEXT, request.to_string().as_bytes())).unwrap();
    loop {
        let (_, payload) = socket.read_frame().unwrap();
        let frame: Value = serde_json::from_slice(&payload).unwrap();
        assert_ne!(frame["type"], "error", "{frame}");
        if frame["type"] == answer {
            return;
        }
    }
}

/// Makes the users and their channels, and returns an access key of each user.
#[tokio::main(flavor = "current_thread")]
async fn fill(server: &TestServer) -> Vec<String> {
    let store: Arc<dyn Store> = EmbeddedStore::open(&server.data_dir(), Box::new(|_| {})).unwrap();
    let users = join_all((0..USERS).map(|number| add_user(&store, number))).await;
    for channel in 0..CHANNELS {
        let member = |at: usize| &users[(channel * MEMBERS + at) % USERS].0;
        let name = format!("channel {channel:03}");
        let new = NewChannel {
            made_by: member(0).clone(),
            name: Some(ChannelName { shown: name.as_str().into(), folded: name }),
            topic: "".into(),
            private: false,
            users: (1..MEMBERS).map(|at| member(at).uuid).collect(),
            client_uuid: None,
            created_at: Timestamp::now(),
            by_admins: false,
        };
        store.create_channel(new).await.unwrap();
    }
    store.close().await;
    users.into_iter().map(|(_, key)| key).collect()
}

/// Makes a user without a password, and an access key: the user's 16 bytes and 24 more.
async fn add_user(store: &Arc<dyn Store>, number: usize) -> (User, String) {
    let name = format!("user {number:04}");
    let user = User { uuid: UserUuid::random(), name: name.as_str().into() };
    let password_hash = String::new();
    let new = NewAccount { user: user.clone(), folded_name: name, password_hash, link: None };
    store.create_account(new).await.unwrap();
    let key = [user.uuid.0.as_bytes(), &[7; 24][..]].concat();
    let digest = KeyDigest(Sha256::digest(&key).into());
    let account =
        Account { user: user.clone(), password_hash: String::new(), standing: Standing::default() };
    store.add_access_key(&account, digest, "").await.unwrap();
    (user, URL_SAFE_NO_PAD.encode(key))
}
