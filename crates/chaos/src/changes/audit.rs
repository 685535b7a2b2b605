//! Compares the records of all participants with each other and with the store at the end.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::Scene;
use super::held::{Held, messages, whole};
use super::record::{Act, Frame, Record, State, past};
use super::rules;
use crate::audit::Cost;
use crate::client::{Answer, Client, PAGE};
use crate::tally::count as counted;

/// What a person reads of a channel on a node at the end.
struct Read {
    who: usize,
    channel: usize,
    /// The channel's `rev`.
    rev: u64,
    /// All its messages.
    history: Vec<Value>,
    /// All its changes.
    changes: Vec<Value>,
    /// The pinned messages.
    pinned: Vec<Value>,
}

/// What everybody reads on every node at the end.
pub struct Found {
    reads: Vec<Read>,
    /// The frames of the audit.
    record: Record,
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
    let mut found = Found { reads: Vec::new(), record: Record::default() };
    for node in &scene.nodes {
        for who in 0..scene.people.len() {
            let mut auditor = Auditor::new(scene, *node, who)?;
            for channel in Scene::channels(who) {
                found.reads.push(auditor.read(channel)?);
            }
            found.record.frames.append(&mut auditor.frames);
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
        let history = self.all("channelMessages", &name, "Seq")?;
        let changes = self.all("channelChanges", &name, "Rev")?;
        let pinned = json!({"recipientUUID": name, "limit": PAGE, "pinned": true});
        let pinned = messages(&self.ask("channelMessages", &pinned)?).to_vec();
        let join = json!({"recipientUUID": name, "limit": PAGE});
        self.ask("channelJoin", &join)?;
        Ok(Read { who: self.who, channel, rev, history, changes, pinned })
    }

    /// All messages, in pages after the last one's `Seq` or `Rev`.
    fn all(&mut self, kind: &str, name: &str, number: &str) -> Result<Vec<Value>> {
        let mut all: Vec<Value> = Vec::new();
        loop {
            let after = all.last().map_or(0, |last| whole(&last[number]));
            let page = json!({"recipientUUID": name, "after": after, "limit": PAGE});
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

/// Counts the cost.
pub fn count(
    scene: &Scene,
    found: Found,
    ended: Vec<(Record, Vec<Held>)>,
    slowest: Duration,
) -> Cost {
    let (mut records, held): (Vec<_>, Vec<_>) = ended.into_iter().unzip();
    let mut cost = Cost {
        refused: counted(&scene.tally.refused),
        silences: counted(&scene.tally.silences),
        reconnects: counted(&scene.tally.reconnects),
        slowest,
        surprises: scene.tally.surprises(),
        ..Cost::default()
    };
    let done = records.iter().flat_map(|record| &record.done);
    cost.acknowledged = done.clone().filter(|done| done.acknowledged.is_some()).count();
    if !done.clone().any(|done| done.act == Act::Delete && done.acknowledged.is_some()) {
        cost.surprises.push("nothing was deleted".to_owned());
    }
    let mut stored = vec![Vec::new(); super::CHANNELS];
    for read in &found.reads {
        cost.holes += holes(read);
        cost.surprises.extend(differences(read, &held[read.who][read.channel]));
        stored[read.channel] =
            read.history.iter().map(|message| State::new(message, read.channel)).collect();
    }
    let users: Vec<_> = scene.people.iter().map(|person| person.user.as_str()).collect();
    let lost = rules::lost(&records, &users, &stored);
    cost.lost = lost.len();
    cost.surprises.extend(lost);
    records.push(found.record);
    cost.surprises.extend(rules::faults(&records));
    cost
}

/// The places without a message, and the differences between the channel's `rev` and the last change.
fn holes(read: &Read) -> usize {
    let seqs = (1..).zip(&read.history);
    let holes = seqs.filter(|(place, message)| message["Seq"] != *place).count();
    let last = read.changes.last().map_or(0, |message| whole(&message["Rev"]));
    holes + usize::from(last != read.rev)
}

/// Where two ways of reading a channel differ, and where a reader holds something else.
fn differences(read: &Read, held: &Held) -> Vec<String> {
    let past = |messages: &[Value]| messages.iter().map(past).collect::<Vec<_>>();
    let history = past(&read.history);
    let select = |is: &dyn Fn(&Value) -> bool| {
        history.iter().filter(|message| is(message)).cloned().collect::<Vec<_>>()
    };
    let mut changed = select(&|message| whole(&message["Rev"]) > 0);
    changed.sort_by_key(|message| whole(&message["Rev"]));
    let mut pinned = past(&read.pinned);
    pinned.sort_by_key(|message| whole(&message["Seq"]));
    let replies = history.iter().filter(|root| {
        let is_reply = |message: &&Value| {
            message["ReplyTo"]["Root"] == root["Seq"] && message["DeletedAt"].is_null()
        };
        whole(&root["Replies"]) != history.iter().filter(is_reply).count() as u64
    });
    let held = held.messages.values().map(super::record::past);
    let checks = [
        ("channelChanges differs from the history", past(&read.changes) != changed),
        (
            "the pinned messages differ from the history",
            pinned != select(&|message| message["PinnedAt"].is_string()),
        ),
        ("a root counts other replies than there are", replies.count() > 0),
        ("the reader holds something else", !held.eq(history.iter().cloned())),
    ];
    let wrong = checks.into_iter().filter(|(_, is_wrong)| *is_wrong);
    let place = |fault| format!("person {}, channel {}: {fault}", read.who, read.channel);
    wrong.map(|(fault, _)| place(fault)).collect()
}
