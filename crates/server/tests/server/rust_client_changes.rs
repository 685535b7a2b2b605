//! The Rust client while messages change on the real server: frames are dropped, connections break, the program begins
//! anew; at rest it holds what a fresh read shows, and each state came once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chinwag_client::protocol::ErrorCode;
use chinwag_client::protocol::incoming::NewChannel;
use chinwag_client::protocol::outgoing::Message;
use chinwag_client::{
    At, Channel, Client, Error, Event, Events, Link, Login, Messages, Options, Page, Positions,
};
use chinwag_testbed::Random;
use tokio::task::JoinSet;

use crate::support::lossy_proxy::LossyProxy;
use crate::support::{TestRedis, TestServer};

const GENERAL: Channel = Channel::General;
const EMOJI: [&str; 3] = ["👍", "🎉", "❤\u{fe0f}"];

async fn sign_in(address: &str, name: &str, saved: Option<Positions>) -> (Client, Events) {
    let login = Login::SignIn { name: name.into(), password: "secret".into() };
    let options = Options::from(saved);
    Client::sign_in_with(address.parse().unwrap(), login, options).await.unwrap()
}

/// What is written to a file, and read from it.
fn saved(events: &Events) -> Option<Positions> {
    let json = serde_json::to_string(events.positions()?).unwrap();
    Some(serde_json::from_str(&json).unwrap())
}

/// A program that holds General, and notices what comes twice or out of order.
#[derive(Default)]
struct Program {
    held: Messages,
    /// The `Rev` of the last change of this run.
    last: u64,
}

impl Program {
    fn take(&mut self, event: Event) {
        match event {
            Event::Message(message) => {
                assert_eq!(self.held.get(message.seq), None, "{} again", message.seq);
                self.held.add(*message);
            }
            Event::Changed { message, live } => {
                assert!(message.rev > Some(self.last), "{:?} after {}", message.rev, self.last);
                self.last = message.rev.unwrap();
                self.held.change(*message, live);
            }
            Event::Skipped(_) | Event::Reset => panic!("nothing is lost"),
            _ => {}
        }
    }
}

/// One message or change; what is refused because of others' changes is none.
async fn write(client: &Client, random: &mut Random, total: u64) {
    let at = At::from((GENERAL, 1 + random.below(total)));
    let emoji = EMOJI[usize::try_from(random.below(3)).unwrap()];
    let text = format!("text {}", random.below(1_000));
    let done = match random.below(7) {
        0 => client.send(GENERAL, text).await,
        1 => {
            let At::Seq(_, seq) = at else { unreachable!("it stands there") };
            client.reply_to(&Message { seq, ..Message::default() }, text).await
        }
        2 => client.edit(at, text).await,
        3 | 4 => client.react(at, emoji, random.below(3) > 0).await,
        5 => client.pin(at, random.below(2) > 0).await,
        _ if random.below(4) == 0 => client.delete(at).await,
        _ => return,
    };
    let code = done.as_ref().err().map(|error| error.code().unwrap());
    let is_fine = matches!(code, None | Some(ErrorCode::ChangeRefused | ErrorCode::NotAllowed));
    assert!(is_fine, "{done:?}");
}

/// All of General as it is now, and its `rev`.
async fn all(client: &Client) -> (Vec<Message>, u64) {
    let mut messages = Vec::new();
    loop {
        let last = messages.last().map_or(0, |message: &Message| message.seq);
        let page = client.history(GENERAL, Page::After(last)).await.unwrap();
        if page.messages.is_empty() {
            return (messages, page.rev);
        }
        messages.extend(page.messages);
    }
}

/// What everybody sees of it.
fn as_seen(message: Message) -> Message {
    let mut seen = Message { client_uuid: None, ..message };
    seen.reactions.iter_mut().for_each(|reaction| reaction.mine = false);
    seen.sender.online = None;
    seen
}

/// Writes 150 times, to one of the `total` messages each time.
async fn write_all(address: String, seed: u64, total: Arc<AtomicU64>) {
    let (client, _events) = sign_in(&address, &format!("Writer {seed}"), None).await;
    let mut random = Random::new(seed);
    for _ in 0..150 {
        write(&client, &mut random, total.load(Ordering::Relaxed).max(1)).await;
    }
    client.close().await;
}

async fn converges(settings: &[(&str, &str)]) {
    let settings = [&[("MESSAGE_RATE", "0"), ("CONNECTION_RATE", "0")], settings].concat();
    let server = TestServer::with(&settings);
    let proxy = LossyProxy::before(server.address());
    let (ada, _events) = sign_in(server.address(), "Ada", None).await;
    let mut program = Program::default();
    let (mut client, mut events) = sign_in(proxy.address(), "Reader", None).await;
    while !matches!(events.next().await.unwrap(), Event::Inbox(_)) {}
    ada.send(GENERAL, "first").await.unwrap();
    let total = Arc::new(AtomicU64::new(1));
    let mut writers = JoinSet::new();
    for seed in 1..=3 {
        writers.spawn(write_all(server.address().to_owned(), seed, Arc::clone(&total)));
    }
    let mut random = Random::new(9);
    while !writers.is_empty() {
        let event = tokio::select! {
            event = events.next() => event.unwrap(),
            done = writers.join_next() => {
                done.unwrap().unwrap();
                continue;
            }
        };
        match &event {
            Event::Link(Link::Waiting { .. }) => client.wake(),
            Event::Message(message) => total.store(message.seq, Ordering::Relaxed),
            _ => {}
        }
        program.take(event);
        match random.below(60) {
            0 | 1 => proxy.cut(),
            2 => {
                let positions = saved(&events);
                client.close().await;
                (client, events) = sign_in(proxy.address(), "Reader", positions).await;
                program.last = 0;
            }
            _ => {}
        }
    }
    // A last frame that was dropped is noticed when the connection comes back.
    let (messages, rev) = all(&ada).await;
    proxy.cut();
    let last = messages.last().unwrap().seq;
    let is_there = |events: &Events| {
        let positions = events.positions()?;
        let general = GENERAL.id();
        Some((positions.channels.get(&general)?, positions.revs.get(&general)?) == (&last, &rev))
    };
    while is_there(&events) != Some(true) {
        let event = events.next().await.unwrap();
        if let Event::Link(Link::Waiting { .. }) = &event {
            client.wake();
        }
        program.take(event);
    }
    let by_seq = |messages: Vec<Message>| -> BTreeMap<u64, Message> {
        messages.into_iter().map(as_seen).map(|message| (message.seq, message)).collect()
    };
    assert_eq!(by_seq(program.held.iter().collect()), by_seq(messages));
    assert!(rev > 100, "{rev} changes");
}

#[tokio::test]
async fn at_rest_a_program_holds_what_the_server_holds_embedded() {
    converges(&[]).await;
}

#[tokio::test]
async fn at_rest_a_program_holds_what_the_server_holds_on_redis() {
    let redis = TestRedis::start();
    converges(&[("REDIS_URL", &redis.url())]).await;
}

async fn next(events: &mut Events) -> Event {
    loop {
        match events.next().await.expect("the client has not ended") {
            Event::Link(_) | Event::News(_) => {}
            event => return event,
        }
    }
}

async fn until_inbox(events: &mut Events) {
    while !matches!(next(events).await, Event::Inbox(_)) {}
}

#[tokio::test]
async fn messages_are_changed_and_read_as_threads_and_pins() {
    let server = TestServer::embedded();
    let (ada, _events) = sign_in(server.address(), "Ada", None).await;
    let (bob, mut seen) = sign_in(server.address(), "Bob", None).await;
    until_inbox(&mut seen).await;
    let first = ada.send(Channel::Direct(bob.me()), "first").await.unwrap();
    let answer = bob.reply_to_as(&first, "an answer", "c-1").await.unwrap();
    assert_eq!(answer.reply_to.as_ref().unwrap().excerpt.as_deref(), Some("first"));
    assert_eq!(bob.reply_to_as(&first, "again", "c-1").await.unwrap().uuid, answer.uuid);
    let reacted = bob.react(&first, "👍", true).await.unwrap();
    assert_eq!((reacted.reactions[0].count, reacted.reactions[0].mine), (1, true));
    let reactors = ada.reactors(&first, "👍", 0).await.unwrap();
    assert_eq!((reactors.total, &*reactors.users[0].username), (1, "Bob"));
    assert!(ada.pin(&answer, true).await.unwrap().pinned_at.is_some());
    let seqs = |page: chinwag_client::protocol::outgoing::History| -> Vec<u64> {
        page.messages.iter().map(|message| message.seq).collect()
    };
    assert_eq!(seqs(bob.pinned(Channel::Direct(ada.me()), Page::Last).await.unwrap()), [2]);
    assert_eq!(seqs(bob.thread(&answer, Page::After(0)).await.unwrap()), [1, 2]);
    assert_eq!(&*ada.edit(&first, "edited").await.unwrap().text, "edited");
    let with_ada = Channel::Direct(ada.me());
    let refused = bob.edit((with_ada, 1), "mine").await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotAllowed));
    let mut texts = Vec::new();
    while seen.positions().unwrap().revs.get(&with_ada.id()) != Some(&4) {
        match next(&mut seen).await {
            Event::Message(message) => texts.push(format!("{}", message.seq)),
            Event::Changed { message, live: true } => texts.push(format!("{} again", message.seq)),
            event => panic!("{event:?}"),
        }
    }
    assert_eq!(texts[..2], ["1", "2"]);
    assert!(texts[2..].iter().all(|text| text.ends_with("again")), "{texts:?}");
    assert!(ada.delete((Channel::Direct(bob.me()), 1)).await.unwrap().deleted_at.is_some());
}

async fn goes_on(settings: &[(&str, &str)]) {
    let server = TestServer::with(&[&[("MESSAGE_RATE", "0")], settings].concat());
    let (ada, _events) = sign_in(server.address(), "Ada", None).await;
    let (bob, mut seen) = sign_in(server.address(), "Bob", None).await;
    until_inbox(&mut seen).await;
    ada.send(GENERAL, "first").await.unwrap();
    assert!(matches!(next(&mut seen).await, Event::Message(_)));
    let positions = saved(&seen).unwrap();
    bob.close().await;
    ada.edit((GENERAL, 1), "edited").await.unwrap();
    let second = ada.send(GENERAL, "second").await.unwrap();
    ada.edit(&second, "edited, too").await.unwrap();
    for (rev, expected) in
        [(true, vec!["1 edited", "2 edited, too"]), (false, vec!["2 edited, too"])]
    {
        let mut positions = positions.clone();
        if !rev {
            positions.revs.clear();
        }
        let (bob, mut seen) = sign_in(server.address(), "Bob", Some(positions)).await;
        until_inbox(&mut seen).await;
        let mut told = Vec::new();
        for _ in &expected {
            match next(&mut seen).await {
                Event::Message(message) | Event::Changed { message, live: false } => {
                    told.push(format!("{} {}", message.seq, message.text));
                }
                event => panic!("{event:?}"),
            }
        }
        told.sort();
        assert_eq!(told, expected);
        bob.close().await;
    }
    // More than 1,000 changes are left out.
    for number in 0..1_001 {
        ada.react((GENERAL, 1), "👍", number % 2 == 0).await.unwrap();
    }
    let (_bob, mut seen) = sign_in(server.address(), "Bob", Some(positions)).await;
    until_inbox(&mut seen).await;
    assert_eq!(next(&mut seen).await, Event::Skipped(GENERAL.id()));
    let Event::Message(second) = next(&mut seen).await else { panic!("the second message") };
    assert_eq!(&*second.text, "edited, too");
    assert_eq!(seen.positions().unwrap().revs[&GENERAL.id()], 1_003);
    ada.edit((GENERAL, 1), "at last").await.unwrap();
    let Event::Changed { message, live: true } = next(&mut seen).await else { panic!("a change") };
    assert_eq!((&*message.text, message.rev), ("at last", Some(1_004)));
}

#[tokio::test]
async fn the_next_run_misses_no_change_and_positions_of_0_1_begin_with_those_of_now_embedded() {
    goes_on(&[]).await;
}

#[tokio::test]
async fn the_next_run_misses_no_change_and_positions_of_0_1_begin_with_those_of_now_on_redis() {
    let redis = TestRedis::start();
    goes_on(&[("REDIS_URL", &redis.url())]).await;
}

#[tokio::test]
async fn a_channel_has_its_changes_from_a_join_and_from_the_first_message_of_a_member() {
    let server = TestServer::embedded();
    let (ada, _events) = sign_in(server.address(), "Ada", None).await;
    let (bob, mut seen) = sign_in(server.address(), "Bob", None).await;
    until_inbox(&mut seen).await;
    let make = async |name: &str| {
        let new = NewChannel { name: Some(name.into()), ..NewChannel::default() };
        Channel::Shared(ada.create_channel(new).await.unwrap().uuid)
    };
    let (ops, dev) = (make("Ops").await, make("Dev").await);
    for channel in [ops, dev] {
        let message = ada.send(channel, "one").await.unwrap();
        ada.edit(&message, "edited").await.unwrap();
    }
    // He only looks at the first one, and becomes a member of the second.
    assert_eq!(&*bob.join(ops).await.unwrap().messages[0].text, "edited");
    ada.edit((ops, 1), "again").await.unwrap();
    let Event::Changed { message, live: true } = next(&mut seen).await else { panic!("a change") };
    assert_eq!((&*message.text, message.rev), ("again", Some(2)));
    bob.become_member(dev).await.unwrap();
    let two = ada.send(dev, "two").await.unwrap();
    let Event::Message(message) = next(&mut seen).await else { panic!("a message") };
    assert_eq!(message.seq, two.seq);
    ada.edit(&two, "edited").await.unwrap();
    let Event::Changed { message, .. } = next(&mut seen).await else { panic!("a change") };
    assert_eq!((message.seq, &*message.text), (2, "edited"));
    let positions = saved(&seen).unwrap();
    assert_eq!((positions.channels[&dev.id()], positions.revs[&dev.id()]), (2, 2));
}

#[tokio::test]
async fn changes_are_refused_by_name() {
    let server = TestServer::embedded();
    let (ada, _events) = sign_in(server.address(), "Ada", None).await;
    let code = |error: Error| error.code().unwrap();
    let nowhere = ada.delete((GENERAL, 1)).await.unwrap_err();
    assert_eq!(code(nowhere), ErrorCode::ChangeRefused);
    let message = ada.send(GENERAL, "one").await.unwrap();
    let no_emoji = ada.react(&message, "one", true).await.unwrap_err();
    assert_eq!(code(no_emoji), ErrorCode::ChangeRefused);
    let nobody = Message { seq: 9, ..Message::default() };
    let of_nothing = ada.reply_to(&nobody, "what?").await.unwrap_err();
    assert_eq!(code(of_nothing), ErrorCode::MessageRefused);
}
