//! The Rust client in groups and named channels, against the real server: each message once, from becoming a member to
//! being removed, and over restarts of either.

use chinwag_client::protocol::incoming::{ChannelEdit, NewChannel, PrefsChange};
use chinwag_client::protocol::outgoing::{Level, Message, Sys};
use chinwag_client::protocol::{Body, ErrorCode, UserUuid};
use chinwag_client::{
    Channel, ChannelId, Client, Error, Event, Events, Link, Login, Options, Positions,
};

use crate::support::{TestRedis, TestServer};

async fn sign_in(server: &TestServer, name: &str, saved: Option<Positions>) -> (Client, Events) {
    let login = Login::SignIn { name: name.into(), password: "secret".into() };
    let address = server.address().parse().unwrap();
    let signed_in = Client::sign_in_with(address, login, Options::from(saved)).await;
    let (client, mut events) = signed_in.unwrap();
    until_inbox(&mut events).await;
    (client, events)
}

async fn until_inbox(events: &mut Events) {
    loop {
        match events.next().await.unwrap() {
            Event::Inbox(_) => return,
            Event::Reset => panic!("the server lost nothing"),
            _ => {}
        }
    }
}

async fn next_message(events: &mut Events) -> Message {
    loop {
        match events.next().await.expect("the client has not ended") {
            Event::Message(message) => return *message,
            Event::Link(Link::Ended(error)) => panic!("{error}"),
            Event::Reset => panic!("the server lost nothing"),
            _ => {}
        }
    }
}

async fn next_text(events: &mut Events) -> String {
    next_message(events).await.text.to_string()
}

async fn next_news(events: &mut Events) -> Sys {
    loop {
        if let Event::News(news) = events.next().await.unwrap()
            && let Body::Sys(
                sys @ (Sys::Channel { .. } | Sys::ChannelGone { .. } | Sys::Members { .. }),
            ) = news.body
        {
            return sys;
        }
    }
}

async fn make(client: &Client, name: &str, private: bool, users: &[UserUuid]) -> ChannelId {
    let new = NewChannel {
        name: Some(name.into()),
        private: Some(private),
        users: Some(users.to_vec()),
        ..NewChannel::default()
    };
    client.create_channel(new).await.unwrap().uuid.into()
}

/// What is written to a file, and read from it.
fn saved(events: &Events) -> Positions {
    let json = serde_json::to_string(events.positions().unwrap()).unwrap();
    serde_json::from_str(&json).unwrap()
}

async fn goes_on_after_a_restart(server: &TestServer) {
    let (ada, _events) = sign_in(server, "Ada", None).await;
    let (bob, mut seen) = sign_in(server, "Bob", None).await;
    let (eve, _events) = sign_in(server, "Eve", None).await;
    let ops = make(&ada, "Ops", false, &[bob.me()]).await;
    let group = NewChannel { users: Some(vec![bob.me(), eve.me()]), ..NewChannel::default() };
    let group = Channel::Shared(ada.create_channel(group).await.unwrap().uuid);
    ada.send(ops, "one").await.unwrap();
    ada.send(ops, "two").await.unwrap();
    let one = next_message(&mut seen).await;
    assert_eq!((&*one.text, Channel::of(&one, bob.me()).id()), ("one", ops));
    let positions = saved(&seen);
    bob.close().await;
    eve.send(group, "in the group").await.unwrap();
    ada.send(ops, "three").await.unwrap();
    let (bob, mut seen) = sign_in(server, "Bob", Some(positions)).await;
    let mut texts = Vec::new();
    for _ in 0..3 {
        texts.push(next_text(&mut seen).await);
    }
    texts.sort();
    assert_eq!(texts, ["in the group", "three", "two"]);
    bob.send(ops, "four").await.unwrap();
    assert_eq!(next_text(&mut seen).await, "four");
    let positions = saved(&seen);
    assert_eq!((positions.channels[&ops], positions.channels[&group.id()]), (4, 1));
}

#[tokio::test]
async fn the_next_run_goes_on_in_channels_and_groups_embedded() {
    goes_on_after_a_restart(&TestServer::embedded()).await;
}

#[tokio::test]
async fn the_next_run_goes_on_in_channels_and_groups_on_redis() {
    let redis = TestRedis::start();
    goes_on_after_a_restart(&TestServer::on(&redis)).await;
}

async fn begins_when_a_member(server: &TestServer) {
    let (ada, _events) = sign_in(server, "Ada", None).await;
    let (bob, mut seen) = sign_in(server, "Bob", None).await;
    let (ops, secret) =
        (make(&ada, "Ops", false, &[]).await, make(&ada, "Secret", true, &[]).await);
    for channel in [ops, ops, ops, secret, secret] {
        ada.send(channel, "before").await.unwrap();
    }
    bob.become_member(ops).await.unwrap();
    let Sys::Channel { channel } = next_news(&mut seen).await else {
        panic!("the channel comes first")
    };
    assert_eq!((&*channel.name, ChannelId::from(channel.uuid)), ("Ops", ops));
    ada.send(ops, "four").await.unwrap();
    assert_eq!(next_text(&mut seen).await, "four");
    // One to which he comes between two runs begins there, too.
    let positions = saved(&seen);
    bob.close().await;
    ada.add_members(secret, vec![bob.me()], None).await.unwrap();
    ada.send(secret, "three").await.unwrap();
    let (bob, mut seen) = sign_in(server, "Bob", Some(positions)).await;
    let three = next_message(&mut seen).await;
    assert_eq!((&*three.text, three.seq), ("three", 3));
    // What he reads elsewhere meanwhile is not missed here.
    let positions = saved(&seen);
    bob.close().await;
    ada.send(secret, "four").await.unwrap();
    let (phone, _events) = sign_in(server, "Bob", None).await;
    phone.mark_read(secret, 4).await.unwrap();
    let (_bob, mut seen) = sign_in(server, "Bob", Some(positions)).await;
    assert_eq!(next_text(&mut seen).await, "four");
}

#[tokio::test]
async fn a_new_member_gets_what_follows_and_no_history_embedded() {
    begins_when_a_member(&TestServer::embedded()).await;
}

#[tokio::test]
async fn a_new_member_gets_what_follows_and_no_history_on_redis() {
    let redis = TestRedis::start();
    begins_when_a_member(&TestServer::on(&redis)).await;
}

async fn ends_when_removed(server: &TestServer) {
    let (ada, mut told) = sign_in(server, "Ada", None).await;
    let (bob, mut seen) = sign_in(server, "Bob", None).await;
    let secret = make(&ada, "Secret", true, &[bob.me()]).await;
    ada.send(secret, "one").await.unwrap();
    assert_eq!(next_text(&mut seen).await, "one");
    ada.remove_member(secret, bob.me()).await.unwrap();
    loop {
        match next_news(&mut seen).await {
            Sys::ChannelGone { channel_gone } => {
                assert_eq!(ChannelId::from(&channel_gone), secret);
                break;
            }
            _ => assert!(seen.positions().unwrap().channels.contains_key(&secret)),
        }
    }
    assert_eq!(seen.positions().unwrap().channels.get(&secret), None);
    while !matches!(next_news(&mut told).await, Sys::Members { .. }) {}
    ada.send(secret, "two").await.unwrap();
    ada.add_members(secret, vec![bob.me()], None).await.unwrap();
    ada.send(secret, "three").await.unwrap();
    assert_eq!(next_text(&mut seen).await, "three");
    // Removed between two runs: nothing is lost, and nothing comes.
    let positions = saved(&seen);
    bob.close().await;
    ada.remove_member(secret, bob.me()).await.unwrap();
    ada.send(secret, "four").await.unwrap();
    let (bob, mut seen) = sign_in(server, "Bob", Some(positions)).await;
    assert_eq!(seen.positions().unwrap().channels.get(&secret), None);
    ada.send(Channel::General, "to all").await.unwrap();
    assert_eq!(next_text(&mut seen).await, "to all");
    assert_eq!(bob.send(secret, "hello?").await.unwrap_err().code(), Some(ErrorCode::UnknownUser));
}

#[tokio::test]
async fn who_was_removed_hears_nothing_more_and_takes_it_for_no_loss_embedded() {
    ends_when_removed(&TestServer::embedded()).await;
}

#[tokio::test]
async fn who_was_removed_hears_nothing_more_and_takes_it_for_no_loss_on_redis() {
    let redis = TestRedis::start();
    ends_when_removed(&TestServer::on(&redis)).await;
}

#[tokio::test]
async fn kills_of_the_server_lose_double_and_reorder_nothing_in_a_channel() {
    let mut server = TestServer::with(&[("MESSAGE_RATE", "0")]);
    let (ada, _events) = sign_in(&server, "Ada", None).await;
    let (bob, mut seen) = sign_in(&server, "Bob", None).await;
    let ops = make(&ada, "Ops", false, &[bob.me()]).await;
    // He has joined it, too, which ends with each connection.
    bob.join(ops).await.unwrap();
    for round in 0..3_u64 {
        let sent: Vec<_> =
            (0..40).map(|number| ada.send(ops, (round * 40 + number).to_string())).collect();
        for (number, delivery) in sent.into_iter().enumerate() {
            if number == 15 {
                server.kill();
                server.restart();
            }
            delivery.await.unwrap();
        }
    }
    for number in 0..120 {
        let message = next_message(&mut seen).await;
        assert_eq!((message.seq, &*message.text), (number + 1, &*number.to_string()));
    }
}

#[tokio::test]
async fn a_public_channel_can_be_looked_at() {
    let server = TestServer::embedded();
    let (ada, _events) = sign_in(&server, "Ada", None).await;
    let (bob, mut seen) = sign_in(&server, "Bob", None).await;
    let ops = make(&ada, "Ops", false, &[]).await;
    ada.send(ops, "one").await.unwrap();
    let found = bob.channels("#o", 0).await.unwrap();
    assert_eq!((found.total, ChannelId::from(found.channels[0].uuid)), (1, ops));
    assert!(!found.channels[0].member);
    assert_eq!(&*bob.join(ops).await.unwrap().messages[0].text, "one");
    ada.send(ops, "two").await.unwrap();
    assert_eq!(next_text(&mut seen).await, "two");
    // Another inbox doesn't list it, which is no loss.
    bob.inbox().await.unwrap();
    bob.join(Channel::General).await.unwrap();
    ada.send(ops, "three").await.unwrap();
    ada.send(Channel::General, "to all").await.unwrap();
    assert_eq!(next_text(&mut seen).await, "to all");
    bob.join(ops).await.unwrap();
    ada.send(ops, "four").await.unwrap();
    assert_eq!(next_text(&mut seen).await, "four");
    assert_eq!(bob.send(ops, "me, too").await.unwrap_err().code(), Some(ErrorCode::NotAllowed));
}

#[tokio::test]
async fn channels_are_made_changed_and_refused_by_name() {
    let server = TestServer::embedded();
    let (ada, mut told) = sign_in(&server, "Ada", None).await;
    let (bob, mut seen) = sign_in(&server, "Bob", None).await;
    let ops = make(&ada, "#Ops", false, &[bob.me()]).await;
    let code = |error: Error| error.code().unwrap();
    let again = NewChannel { name: Some("ops".into()), ..NewChannel::default() };
    let refused = ada.create_channel(again).await.unwrap_err();
    assert_eq!(code(refused), ErrorCode::ChannelNotAcceptable);
    let edit = |topic: &str| ChannelEdit {
        recipient: ops.to_string(),
        topic: Some(topic.into()),
        ..ChannelEdit::default()
    };
    assert_eq!(code(bob.edit_channel(edit("mine")).await.unwrap_err()), ErrorCode::NotAllowed);
    assert_eq!(&*ada.edit_channel(edit("on fire")).await.unwrap().topic, "on fire");
    let topic = loop {
        match next_news(&mut seen).await {
            Sys::Channel { channel } if !channel.topic.is_empty() => break channel.topic,
            _ => {}
        }
    };
    assert_eq!(&*topic, "on fire");
    let nobody = UserUuid::random();
    let refused = ada.add_members(ops, vec![nobody], None).await.unwrap_err();
    assert_eq!(code(refused), ErrorCode::UnknownUser);
    let added = ada.add_members(ops, vec![bob.me()], Some(true)).await.unwrap();
    assert!(added.users[0].owner);
    let members = bob.members(ops, "b", 0).await.unwrap();
    assert_eq!((members.total, members.users[0].uuid), (1, bob.me()));
    let prefs = |level, pinned| PrefsChange {
        recipient: ops.to_string(),
        level,
        pinned,
        ..PrefsChange::default()
    };
    bob.change_prefs(prefs(Some(Level::None), None)).await.unwrap();
    let chosen = bob.change_prefs(prefs(None, Some(true))).await.unwrap().chosen;
    assert_eq!((chosen.level, chosen.pinned), (Some(Level::None), true));
    let listed = bob.inbox().await.unwrap();
    let entry = listed.channels.iter().find(|listed| Channel::from(*listed).id() == ops).unwrap();
    assert_eq!((entry.prefs.level, entry.prefs.pinned), (Some(Level::None), true));
    // The user's other sessions hear of preferences.
    let (phone, _events) = sign_in(&server, "Ada", None).await;
    phone.change_prefs(prefs(None, Some(true))).await.unwrap();
    loop {
        if let Event::News(news) = told.next().await.unwrap()
            && let Body::ChannelPrefs(prefs) = news.body
        {
            assert_eq!((ChannelId::from(&prefs.channel), prefs.chosen.pinned), (ops, true));
            break;
        }
    }
    assert_eq!(ada.remove_member(ops, ada.me()).await.unwrap().users_total, 1);
}
