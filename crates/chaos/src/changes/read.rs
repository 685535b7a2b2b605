//! What everybody reads at the end, on every node.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::Scene;
use super::held::{messages, whole};
use super::participant::{EMOJI, NEWEST};
use super::record::{Frame, Record};
use crate::client::{Answer, Client, PAGE, text};
use crate::tally::count as counted;

/// What a person reads of a channel on a node at the end.
#[derive(Default)]
pub struct Read {
    /// The person.
    pub who: usize,
    /// The channel.
    pub channel: usize,
    /// The channel's `rev`.
    pub rev: u64,
    /// All its messages.
    pub history: Vec<Value>,
    /// All its changes.
    pub changes: Vec<Value>,
    /// The pinned messages.
    pub pinned: Vec<Value>,
    /// The threads of the newest messages, by root.
    pub threads: BTreeMap<u64, Vec<Value>>,
    /// Those who reacted to the newest messages.
    pub reactors: Vec<Reactors>,
}

/// Those who reacted to a message with an emoji.
pub struct Reactors {
    /// The message.
    pub seq: u64,
    /// With what.
    pub emoji: &'static str,
    /// How many.
    pub total: u64,
    /// Who.
    pub users: Vec<String>,
}

/// What everybody reads on every node at the end.
pub struct Found {
    /// By node, person and channel.
    pub reads: Vec<Read>,
    /// The frames of the audit, by person.
    pub records: Vec<Record>,
}

impl Found {
    /// Whether everybody holds everything.
    pub fn is_held(&self, scene: &Scene) -> bool {
        self.reads.iter().all(|read| {
            let marks = scene.marks(read.who, read.channel);
            counted(&marks[0]) == read.history.len() as u64 && counted(&marks[1]) == read.rev
        })
    }
}

/// Reads everything as everybody on every node.
pub fn read(scene: &Scene) -> Result<Found> {
    let records = scene.people.iter().map(|_| Record::default()).collect();
    let mut found = Found { reads: Vec::new(), records };
    for node in &scene.nodes {
        for who in 0..scene.people.len() {
            let mut auditor = Auditor::new(scene, *node, who)?;
            for channel in Scene::channels(who) {
                found.reads.push(auditor.read(channel)?);
            }
            found.records[who].frames.append(&mut auditor.frames);
        }
    }
    Ok(found)
}

/// Somebody who reads everything that is stored.
struct Auditor<'a> {
    scene: &'a Scene,
    who: usize,
    client: Client,
    inbox: Value,
    frames: Vec<Frame>,
}

impl<'a> Auditor<'a> {
    fn new(scene: &'a Scene, node: SocketAddr, who: usize) -> Result<Self> {
        let (client, _) = scene.people[who].resume(node)?;
        let mut auditor = Self { scene, who, client, inbox: Value::Null, frames: Vec::new() };
        auditor.inbox = auditor.ask("inbox", &json!({"wants": ["channels", "changes"]}))?;
        Ok(auditor)
    }

    fn read(&mut self, channel: usize) -> Result<Read> {
        let name = self.scene.name(self.who, channel).to_owned();
        let mut entries = self.inbox["channels"].as_array().into_iter().flatten();
        let entry = entries.find(|entry| entry["recipientUUID"] == *name);
        let rev = entry.map_or(0, |entry| whole(&entry["rev"]));
        let of = json!({"recipientUUID": name, "limit": PAGE});
        let history = self.all("channelMessages", of.clone(), "Seq")?;
        let changes = self.all("channelChanges", of, "Rev")?;
        let pinned = json!({"recipientUUID": name, "limit": PAGE, "pinned": true});
        let pinned = messages(&self.ask("channelMessages", &pinned)?).to_vec();
        let join = json!({"recipientUUID": name, "limit": PAGE});
        self.ask("channelJoin", &join)?;
        let threads = self.threads(&name, &history)?;
        let reactors = self.reactors(&name, history.len() as u64)?;
        Ok(Read { who: self.who, channel, rev, history, changes, pinned, threads, reactors })
    }

    /// Those who reacted to the newest messages up to this one.
    fn reactors(&mut self, name: &str, last: u64) -> Result<Vec<Reactors>> {
        let newest = last.saturating_sub(NEWEST as u64) + 1..=last;
        let each = newest.flat_map(|seq| EMOJI.map(|emoji| (seq, emoji)));
        let ask = |(seq, emoji)| {
            let payload = json!({"recipientUUID": name, "seq": seq, "emoji": emoji});
            let reply = self.ask("messageReactors", &payload)?;
            let users = reply["users"].as_array().into_iter().flatten();
            let users = users.map(|user| text(&user["UUID"]).to_owned()).collect();
            Ok(Reactors { seq, emoji, total: whole(&reply["total"]), users })
        };
        each.map(ask).collect()
    }

    /// The threads of the newest messages, by root.
    fn threads(&mut self, name: &str, history: &[Value]) -> Result<BTreeMap<u64, Vec<Value>>> {
        let newest = history.iter().rev().take(NEWEST);
        let roots: BTreeSet<_> = newest.map(root).collect();
        let read = |root| {
            let of = json!({"recipientUUID": name, "limit": PAGE, "root": root});
            Ok((root, self.all("channelMessages", of, "Seq")?))
        };
        roots.into_iter().map(read).collect()
    }

    /// All messages, in pages after the last one's `Seq` or `Rev`.
    fn all(&mut self, kind: &str, mut page: Value, number: &str) -> Result<Vec<Value>> {
        let mut all: Vec<Value> = Vec::new();
        loop {
            page["after"] = all.last().map_or(0, |last| whole(&last[number])).into();
            let reply = self.ask(kind, &page)?;
            all.extend_from_slice(messages(&reply));
            if messages(&reply).len() < PAGE {
                return Ok(all);
            }
        }
    }

    fn ask(&mut self, kind: &str, payload: &Value) -> Result<Value> {
        let asked = self.scene.clock.tick();
        let request = json!({"type": kind, "id": "audit", kind: payload});
        let answer = self.client.send(&request).and_then(|()| {
            self.client.answer(|frame| frame["id"] == "audit" && frame["type"] == kind, |_| {})
        })?;
        let Answer::Reply(mut reply) = answer else {
            bail!("failed to audit: {kind} got {answer:?}")
        };
        let channel = |named: &Value| self.scene.channel(self.who, named);
        let at = self.scene.clock.tick();
        self.frames.push(Frame::new(&reply, (0, Some(asked), at), &channel));
        Ok(reply[kind].take())
    }
}

/// The first message of a message's thread.
pub fn root(message: &Value) -> u64 {
    message["ReplyTo"]["Root"].as_u64().unwrap_or_else(|| whole(&message["Seq"]))
}
