//! Compares the records of all participants with the store at the end, and with the members at each moment.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::Scene;
use super::record::{Record, Sent};
use super::rules::Rules;
use crate::audit::{Cost, history};
use crate::client::{Answer, text};
use crate::tally::{Tally, count as counted};
use crate::writer::Acknowledged;

/// What the store holds at the end.
pub struct Found {
    /// The messages of each channel.
    stored: Vec<Vec<Value>>,
    /// By channel, whether each person is a member.
    members: Vec<Vec<bool>>,
}

impl Found {
    /// Whether every member has seen all messages.
    pub fn is_seen(&self, tally: &Tally) -> bool {
        let channels = self.stored.len();
        self.stored.iter().enumerate().all(|(channel, stored)| {
            self.members[channel].iter().enumerate().all(|(who, member)| {
                let read = counted(&tally.read[who * channels + channel]);
                !member || read >= stored.len() as u64
            })
        })
    }
}

/// Reads what the store holds, and whether all nodes say the same about it.
pub fn read(scene: &Scene) -> Result<Found> {
    let mut found = Vec::new();
    for node in &scene.nodes {
        let members: Vec<_> = (0..scene.channels.len())
            .map(|channel| members(scene, *node, channel))
            .collect::<Result<_>>()?;
        for who in 0..scene.people.len() {
            let listed = inbox(scene, *node, who)?;
            let is: Vec<_> = members.iter().map(|members: &Vec<bool>| members[who]).collect();
            if listed != is {
                let name = &scene.people[who].name;
                scene.tally.surprise(format!("{name}'s inbox lists {listed:?}, not {is:?}"));
            }
        }
        found.push(members);
    }
    if found.windows(2).any(|nodes| nodes[0] != nodes[1]) {
        scene.tally.surprise(format!("the nodes name other members: {found:?}"));
    }
    let read =
        |(channel, uuid): (usize, &String)| history(&scene.people[channel], scene.nodes[0], uuid);
    let stored = scene.channels.iter().enumerate().map(read).collect::<Result<_>>()?;
    Ok(Found { stored, members: found.swap_remove(0) })
}

/// Who is a member of a channel, as its owner reads it.
fn members(scene: &Scene, node: SocketAddr, channel: usize) -> Result<Vec<bool>> {
    let payload = json!({"recipientUUID": scene.channels[channel]});
    let reply = ask(scene, node, channel, "channelMembers", &payload)?;
    let users = reply["users"].as_array().map_or(&[][..], Vec::as_slice);
    let is = |user: &str| users.iter().any(|listed| listed["UUID"] == user);
    Ok(scene.people.iter().map(|person| is(&person.user)).collect())
}

/// Which channels a person's inbox lists.
fn inbox(scene: &Scene, node: SocketAddr, who: usize) -> Result<Vec<bool>> {
    let reply = ask(scene, node, who, "inbox", &json!({"wants": ["channels"]}))?;
    let entries = reply["channels"].as_array().map_or(&[][..], Vec::as_slice);
    let is = |uuid: &String| entries.iter().any(|entry| entry["recipientUUID"] == **uuid);
    Ok(scene.channels.iter().map(is).collect())
}

fn ask(
    scene: &Scene,
    node: SocketAddr,
    who: usize,
    request: &str,
    payload: &Value,
) -> Result<Value> {
    let (mut client, _) = scene.people[who].resume(node)?;
    let frame = json!({"type": request, request: payload});
    match client.ask(&frame, request, |_| {})? {
        Answer::Reply(mut reply) => Ok(reply[request].take()),
        other => bail!("failed to audit: {request} got {other:?}"),
    }
}

/// Counts the cost.
pub fn count(scene: &Scene, found: &Found, records: &[Record], slowest: Duration) -> Cost {
    let changes = records.iter().flat_map(|record| &record.changes);
    let made = changes.filter(|change| change.acknowledged.is_some()).count();
    let sent: Vec<_> = records.iter().flat_map(|record| &record.sent).collect();
    let mut cost = Cost::new(&scene.tally, slowest);
    cost.acknowledged = made;
    for (channel, stored) in found.stored.iter().enumerate() {
        let sent = sent.iter().filter(|sent| sent.channel == channel);
        let acknowledged: Vec<_> = sent.filter_map(|sent| acknowledged(sent)).collect();
        cost.acknowledged += acknowledged.len();
        cost.compare(stored, &acknowledged.iter().collect::<Vec<_>>());
        for (record, member) in records.iter().zip(&found.members[channel]) {
            let seen = &record.seen[channel];
            // Who isn't a member has seen a beginning.
            let due = if *member { stored.len() } else { seen.len().min(stored.len()) };
            cost.see(&stored[..due], seen);
        }
    }
    let texts = found
        .stored
        .iter()
        .map(|stored| stored.iter().map(|message| text(&message["Message"])).collect::<Vec<_>>());
    let rules = Rules::new(records, &texts.collect::<Vec<_>>());
    cost.surprises.extend(rules.faults(&found.members));
    if records.iter().all(|record| record.gone.is_empty()) {
        cost.surprises.push("nobody was told of a removal".to_owned());
    }
    cost
}

fn acknowledged(sent: &Sent) -> Option<Acknowledged> {
    let (_, seq, uuid) = sent.acknowledged.clone()?;
    Some(Acknowledged { to: String::new(), text: sent.text.clone(), seq, uuid })
}
