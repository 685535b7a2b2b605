//! Several writers change messages at random on two nodes while readers come and go: at rest each reader, which
//! follows the rules of docs/protocol.md, holds what a fresh read gives.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use chinwag_testbed::Random;
use serde_json::{Value, json};

use crate::support::{TestClient, TestRedis, TestServer};

/// Who changes at most so often needs a budget for it.
const RATE: (&str, &str) = ("MESSAGE_RATE", "1000");

const WRITERS: usize = 3;
const STEPS: usize = 150;
const BETWEEN_CUTS: usize = 25;
const EMOJI: [&str; 3] = ["👍", "❤\u{fe0f}", "🎉"];

/// Says or changes something in one of the channels.
fn step(writer: &mut TestClient, channels: &[String], random: &mut Random) {
    let channel = &channels[random.place(channels.len())];
    // The newest messages are changed most.
    let newest = writer.ask("channelMessages", json!({"recipientUUID": channel, "limit": 8}));
    let messages = newest["messages"].as_array().unwrap().clone();
    let picked = |random: &mut Random| messages[random.place(messages.len())].clone();
    let text = format!("{} {}", writer.user, random.below(1_000_000));
    let (kind, payload) = match random.below(10) {
        0..3 => ("channelMessage", json!({"recipientUUID": channel, "message": text})),
        _ if messages.is_empty() => {
            ("channelMessage", json!({"recipientUUID": channel, "message": text}))
        }
        3 => {
            let seq = picked(random)["Seq"].clone();
            ("channelMessage", json!({"recipientUUID": channel, "message": text, "replyTo": seq}))
        }
        4 | 5 => {
            let seq = picked(random)["Seq"].clone();
            ("messageEdit", json!({"recipientUUID": channel, "seq": seq, "message": text}))
        }
        6 => ("messageDelete", json!({"recipientUUID": channel, "seq": picked(random)["Seq"]})),
        7 => {
            let on = random.below(2) == 0;
            (
                "messagePin",
                json!({"recipientUUID": channel, "seq": picked(random)["Seq"], "on": on}),
            )
        }
        _ => {
            let (emoji, on) = (EMOJI[random.place(EMOJI.len())], random.below(3) > 0);
            let seq = picked(random)["Seq"].clone();
            (
                "messageReact",
                json!({"recipientUUID": channel, "seq": seq, "emoji": emoji, "on": on}),
            )
        }
    };
    writer.send(&json!({"type": kind, "id": "step", kind: payload}));
    let answer = writer.until_answer("step");
    // Others' messages can't be edited, deleted ones not be changed; of a send it may not be known in time. All else
    // is taken.
    let code = answer["error"]["code"].as_u64();
    assert!(matches!(code, None | Some(8 | 12 | 30)), "{answer}");
}

/// What a reader holds of a channel.
#[derive(Default)]
struct Held {
    /// Up to which `Rev` it knows the changes; none before the first page.
    rev: Option<u64>,
    messages: BTreeMap<u64, Value>,
    /// Changed messages that are still to come.
    ahead: BTreeMap<u64, Value>,
    /// The greatest `rev` that a frame told before the first page.
    heard: u64,
}

impl Held {
    /// Holds a message.
    fn hold(&mut self, message: &Value) {
        let seq = message["Seq"].as_u64().unwrap();
        keep_newer(&mut self.messages, message);
        if let Some(ahead) = self.ahead.remove(&seq) {
            keep_newer(&mut self.messages, &ahead);
        }
    }

    /// Takes the state of a message that is held or still to come.
    fn change(&mut self, message: &Value) {
        let seq = message["Seq"].as_u64().unwrap();
        if self.messages.contains_key(&seq) {
            keep_newer(&mut self.messages, message);
        } else if seq > self.last() {
            keep_newer(&mut self.ahead, message);
        }
    }

    fn last(&self) -> u64 {
        self.messages.keys().next_back().copied().unwrap_or_default()
    }

    /// Takes a frame of changes; whether some are missing.
    fn take_changes(&mut self, changes: &Value) -> bool {
        let (after, to) = (changes["after"].as_u64().unwrap(), changes["rev"].as_u64().unwrap());
        let Some(rev) = self.rev else {
            self.heard = self.heard.max(to);
            return false;
        };
        for message in changes["messages"].as_array().unwrap() {
            self.change(message);
        }
        if rev < after {
            return true;
        }
        self.rev = Some(rev.max(to));
        false
    }
}

/// Keeps the newer one of two states of a message.
fn keep_newer(messages: &mut BTreeMap<u64, Value>, message: &Value) {
    let seq = message["Seq"].as_u64().unwrap();
    let held = messages.get(&seq).map(|held| held["Rev"].as_u64());
    if held.is_none_or(|held| held < message["Rev"].as_u64()) {
        messages.insert(seq, message.clone());
    }
}

/// A reader who comes and goes, and keeps what it holds.
struct Reader {
    client: TestClient,
    held: BTreeMap<String, Held>,
}

impl Reader {
    fn enter(server: &TestServer, key: &str) -> TestClient {
        let mut client = server.connect();
        client.send(&json!({"type": "signIn", "signIn": {"accessKey": key}}));
        client.until("authorized");
        client
    }

    /// Asks for all that is missing.
    fn catch_up(&mut self) {
        let inbox = self.client.ask("inbox", json!({"wants": ["channels", "changes"]}));
        for entry in inbox["channels"].as_array().unwrap() {
            let channel = entry["recipientUUID"].as_str().unwrap().to_owned();
            let (total, rev) = (entry["total"].as_u64().unwrap(), entry["rev"].as_u64().unwrap());
            self.read_up_to(&channel, total);
            if self.held[&channel].rev.is_some_and(|known| known < rev) {
                self.ask_for_changes(&channel);
            }
        }
    }

    /// Reads the messages up to this `Seq` that it doesn't hold.
    fn read_up_to(&mut self, channel: &str, total: u64) {
        while self.held.entry(channel.to_owned()).or_default().last() < total {
            let held = self.held.get_mut(channel).unwrap();
            let (after, known) = (held.last(), held.rev);
            let asked = json!({"recipientUUID": channel, "after": after, "limit": 20});
            let page = self.client.ask("channelMessages", asked);
            let rev = page["rev"].as_u64().unwrap();
            for message in page["messages"].as_array().unwrap() {
                held.hold(message);
            }
            let is_behind = match known {
                None => {
                    held.rev = Some(rev);
                    rev < held.heard
                }
                // Changes that are known here may have come after the page was read.
                Some(known) if rev < known => {
                    held.rev = Some(rev);
                    true
                }
                Some(_) => false,
            };
            if is_behind {
                self.ask_for_changes(channel);
            }
        }
        let held = self.held.get_mut(channel).unwrap();
        if held.rev.is_none() {
            // It holds no message yet.
            held.rev = Some(0);
            if held.heard > 0 {
                self.ask_for_changes(channel);
            }
        }
    }

    fn ask_for_changes(&mut self, channel: &str) {
        loop {
            let held = self.held.get_mut(channel).unwrap();
            let asked = json!({"recipientUUID": channel, "after": held.rev, "limit": 10});
            let changes = self.client.ask("channelChanges", asked);
            assert!(!held.take_changes(&changes), "{changes}");
            if changes["messages"].as_array().unwrap().len() < 10 {
                return;
            }
        }
    }

    /// Takes the next frame.
    fn hear(&mut self, me: &str) {
        let frame = self.client.read();
        if frame["type"] == "channelMessage" {
            let message = &frame["channelMessage"];
            let channel = address(message, me);
            let seq = message["Seq"].as_u64().unwrap();
            self.read_up_to(&channel, seq - 1);
            self.held.get_mut(&channel).unwrap().hold(&past(message));
        } else if frame["type"] == "channelChanges" {
            let changes = &frame["channelChanges"];
            let channel = changes["recipientUUID"].as_str().unwrap().to_owned();
            if self.held.entry(channel.clone()).or_default().take_changes(changes) {
                self.ask_for_changes(&channel);
            }
        }
    }

    /// Whether it has heard of everything that a fresh read of the inbox tells.
    fn is_at_rest(&self, inbox: &Value) -> bool {
        inbox["channels"].as_array().unwrap().iter().all(|entry| {
            let held = self.held.get(entry["recipientUUID"].as_str().unwrap());
            held.is_some_and(|held| {
                held.last() == entry["total"].as_u64().unwrap() && held.rev == entry["rev"].as_u64()
            })
        })
    }
}

/// The channel of a message, as the reader names it.
fn address(message: &Value, me: &str) -> String {
    let (sender, recipient) =
        (message["SenderUUID"].as_str().unwrap(), message["RecipientUUID"].as_str().unwrap());
    let is_to_me = message.get("Recipient").is_some() && recipient == me;
    if is_to_me { sender.to_owned() } else { recipient.to_owned() }
}

/// A message as it stands in the history, which says nothing of presence and of the reader's own reactions. The
/// excerpt of what it answers is shown from the answered message.
fn past(message: &Value) -> Value {
    let mut past = message.clone();
    for name in ["Sender", "Recipient"] {
        past.get_mut(name).and_then(Value::as_object_mut).map(|user| user.remove("OnLine"));
    }
    past.get_mut("ReplyTo").and_then(Value::as_object_mut).map(|reply| reply.remove("Excerpt"));
    for reaction in past.get_mut("Reactions").and_then(Value::as_array_mut).into_iter().flatten() {
        reaction.as_object_mut().unwrap().remove("Mine");
    }
    past
}

fn read_until_the_end(server: &TestServer, (me, key): (&str, &str), done: &AtomicBool, seed: u64) {
    let mut random = Random::new(seed);
    let mut reader = Reader { client: Reader::enter(server, key), held: BTreeMap::new() };
    reader.catch_up();
    while !done.load(Ordering::Relaxed) {
        if random.below(500) == 0 {
            reader.client = Reader::enter(server, key);
            reader.catch_up();
        }
        // There is something to hear then, also when nobody writes any more.
        reader.client.send(&json!({"type": "ping"}));
        reader.hear(me);
    }
    // Nothing is asked for any more: what is missing comes by itself.
    let mut fresh = Reader::enter(server, key);
    let inbox = fresh.ask("inbox", json!({"wants": ["channels", "changes"]}));
    while !reader.is_at_rest(&inbox) {
        reader.hear(me);
    }
    for entry in inbox["channels"].as_array().unwrap() {
        let channel = entry["recipientUUID"].as_str().unwrap();
        let held = reader.held[channel].messages.values();
        let mut after = 0;
        for message in held {
            if message["Seq"] == json!(after + 1) && after % 100 == 0 {
                let page = json!({"recipientUUID": channel, "after": after, "limit": 100});
                let page = fresh.ask("channelMessages", page);
                let stored: Vec<_> =
                    page["messages"].as_array().unwrap().iter().map(past).collect();
                let range = after + 1..=after + stored.len() as u64;
                let held: Vec<_> =
                    range.map(|seq| past(&reader.held[channel].messages[&seq])).collect();
                assert_eq!(held, stored, "seed {seed}");
            }
            after = message["Seq"].as_u64().unwrap();
        }
        assert_eq!(json!(after), entry["total"], "seed {seed}");
    }
}

/// `cut` is called now and then while messages change.
fn converge(here: &TestServer, there: &TestServer, cut: impl Fn() + Sync) {
    let seed = u64::from(std::process::id()) * 2_654_435_761;
    let mut writers: Vec<_> = (0..WRITERS)
        .map(|number| {
            (if number % 2 == 0 { here } else { there }).sign_in(&format!("Writer {number}"))
        })
        .collect();
    let users: Vec<_> = writers.iter().map(|writer| writer.user.clone()).collect();
    let keys: Vec<_> = writers.iter().map(|writer| writer.access_key.clone()).collect();
    let made = writers[0]
        .ask("channelCreate", json!({"name": "Ops", "private": true, "users": users[1..]}));
    let ops = made["UUID"].as_str().unwrap().to_owned();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let readers = users.iter().zip(&keys).zip(0..).map(|((me, key), number)| {
            let node = if number % 2 == 0 { there } else { here };
            let done = &done;
            scope.spawn(move || read_until_the_end(node, (me, key), done, seed + number + 1))
        });
        let readers: Vec<_> = readers.collect();
        let writers: Vec<_> = writers
            .iter_mut()
            .zip(0..)
            .map(|(writer, number)| {
                let other = users[(number + 1) % WRITERS].clone();
                let channels = [String::new(), other, ops.clone()];
                let cut = &cut;
                scope.spawn(move || {
                    let mut random = Random::new(seed + 100 + u64::try_from(number).unwrap());
                    for number in 1..=STEPS {
                        if number % BETWEEN_CUTS == 0 {
                            cut();
                        }
                        step(writer, &channels, &mut random);
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        done.store(true, Ordering::Relaxed);
        for reader in readers {
            reader.join().unwrap();
        }
    });
}

#[test]
fn readers_hold_what_is_stored_embedded() {
    let server = TestServer::with(&[RATE]);
    converge(&server, &server, || ());
}

#[test]
fn readers_hold_what_is_stored_redis() {
    let redis = TestRedis::start();
    let node = || TestServer::with(&[("REDIS_URL", &redis.url()), RATE]);
    converge(&node(), &node(), || ());
}

#[test]
fn readers_hold_what_is_stored_while_the_nodes_lose_their_feeds() {
    let redis = TestRedis::start();
    let node = || TestServer::with(&[("REDIS_URL", &redis.url()), RATE]);
    converge(&node(), &node(), || drop(redis.cli(&["CLIENT", "KILL", "TYPE", "pubsub"])));
}
