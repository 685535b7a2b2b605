//! Owners who add and remove members of private channels, members who write, and everybody who tries to read.

mod audit;
mod listener;
mod participant;
mod record;
mod rules;

use std::net::SocketAddr;

use anyhow::{Result, bail};
use serde_json::json;

use self::participant::Participant;
use self::record::Record;
use crate::audit::Cost;
use crate::client::{Answer, Person, text};
use crate::company::{self, Company};

const PEOPLE: usize = 6;
const CHANNELS: usize = 3;

/// The UUID of each person's own channel: the first ones own one each, all others come and go there. The tally's `read`
/// counts the messages by person and channel.
type Scene = company::Scene<Vec<String>>;

/// Participants under way.
pub type Members = Company<Vec<String>, Record>;

/// Signs everybody up, makes the channels, and waits until everybody acts.
pub fn start(nodes: Vec<SocketAddr>) -> Result<Members> {
    let channels = |people: &[Person], node| {
        people.iter().take(CHANNELS).map(|owner| own_channel(owner, node)).collect()
    };
    let scene = Scene::new(nodes, (PEOPLE, PEOPLE * CHANNELS), channels)?;
    Members::start(scene, |scene, who| Participant::new(scene, who).run())
}

/// Ends the load and counts what the faults cost.
pub fn end(members: Members) -> Result<Cost> {
    let end = members.end(audit::read, |found, scene| found.is_seen(&scene.tally))?;
    Ok(audit::count(&end.scene, &end.found, &end.left, end.slowest))
}

/// A private channel of which the owner is the only member.
fn own_channel(owner: &Person, node: SocketAddr) -> Result<String> {
    let (mut client, _) = owner.resume(node)?;
    let payload = json!({"name": owner.name, "private": true});
    let request = json!({"type": "channelCreate", "channelCreate": payload});
    match client.ask(&request, "channelCreate", |_| {})? {
        Answer::Reply(reply) => Ok(text(&reply["channelCreate"]["UUID"]).to_owned()),
        other => bail!("failed to make a channel: {other:?}"),
    }
}
