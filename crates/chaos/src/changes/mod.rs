//! Writers who edit, delete, react, pin and reply in channels of all kinds, and follow the rules for readers.

mod audit;
mod ended;
mod held;
mod kept;
mod participant;
mod read;
mod record;
mod rules;
mod shape;

use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;

use anyhow::{Result, bail};
use serde_json::{Value, json};

pub use self::ended::Ended;
use self::held::Held;
use self::participant::Participant;
use self::record::{Record, said};
use crate::client::{Answer, Person, text};
use crate::company::{self, Company};

/// An even number: each two share a direct channel.
const PEOPLE: usize = 4;
const GENERAL: usize = 0;
const PRIVATE: usize = 1;
const CHANNELS: usize = 2 + PEOPLE / 2;

/// How many messages General has before: Redis keeps copies of its pages of 128, and they change.
const BEFORE: u64 = 120;

/// The tally's `read` has, by person and channel, the last `Seq` and the `Rev`.
type Scene = company::Scene<Channels>;

/// Participants under way.
pub type Changes = Company<Channels, (Record, Vec<Held>)>;

/// What they write to.
pub struct Channels {
    /// The UUID of the private channel, whose members they all are.
    private: String,
    /// Numbers the texts.
    texts: AtomicU64,
}

/// Signs everybody up, makes the private channel, and waits until everybody acts.
pub fn start(nodes: Vec<SocketAddr>) -> Result<Changes> {
    let scene = Scene::new(nodes, (PEOPLE, PEOPLE * CHANNELS * 2), Channels::new)?;
    Changes::start(scene, |scene, who| Participant::new(scene, who).run())
}

/// Ends the load and counts what the faults cost.
pub fn end(changes: Changes) -> Result<Ended> {
    Ok(audit::count(changes.end(read::read, read::Found::is_held)?))
}

impl Channels {
    fn new(people: &[Person], node: SocketAddr) -> Result<Self> {
        let users: Vec<_> = people[1..].iter().map(|person| &person.user).collect();
        let payload = json!({"name": "changes", "private": true, "users": users});
        let request = json!({"type": "channelCreate", "channelCreate": payload});
        let (mut client, _) = people[0].resume(node)?;
        let private = match client.ask(&request, "channelCreate", |_| {})? {
            Answer::Reply(reply) => text(&reply["channelCreate"]["UUID"]).to_owned(),
            other => bail!("failed to make a channel: {other:?}"),
        };
        for text in 0..BEFORE {
            match client.say("", &said(text))? {
                Answer::Reply(_) => {}
                other => bail!("failed to send: {other:?}"),
            }
        }
        Ok(Self { private, texts: AtomicU64::new(BEFORE) })
    }
}

impl Scene {
    /// The channels of a person: General, the private channel, and the direct one.
    fn channels(who: usize) -> [usize; 3] {
        [GENERAL, PRIVATE, 2 + who / 2]
    }

    /// How a person names a channel.
    fn name(&self, who: usize, channel: usize) -> &str {
        match channel {
            GENERAL => "",
            PRIVATE => &self.channels.private,
            _ => &self.people[who ^ 1].user,
        }
    }

    /// The channel that a frame to a person names, in a message or besides it.
    fn channel(&self, who: usize, named: &Value) -> usize {
        match text(named) {
            "" => GENERAL,
            uuid if uuid == self.channels.private => PRIVATE,
            _ => 2 + who / 2,
        }
    }

    /// The last `Seq` and the `Rev` up to which a person holds a channel.
    fn marks(&self, who: usize, channel: usize) -> &[AtomicU64] {
        let at = (who * CHANNELS + channel) * 2;
        &self.tally.read[at..at + 2]
    }
}
