//! Owners who add and remove members of private channels, members who write, and everybody who tries to read.

mod audit;
mod listener;
mod participant;
mod record;
mod rules;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use serde_json::json;

use self::participant::Participant;
use self::record::Record;
use crate::audit::Cost;
use crate::client::{Answer, Person, text};
use crate::clock::Clock;
use crate::tally::{Tally, count};

const PEOPLE: usize = 6;
const CHANNELS: usize = 3;

/// What the participants share. The first ones own a channel each; all others come and go there.
struct Scene {
    nodes: Vec<SocketAddr>,
    people: Vec<Person>,
    /// The UUID of each person's own channel.
    channels: Vec<String>,
    clock: Clock,
    /// `acknowledged` counts the acts of each person, `read` the messages by person and channel.
    tally: Tally,
    /// Those who act no more and only listen.
    resting: AtomicUsize,
}

impl Scene {
    fn new(nodes: Vec<SocketAddr>) -> Result<Self> {
        let person = |number| Person::new(nodes[0], &format!("person{number}"));
        let people: Vec<_> = (0..PEOPLE).map(person).collect::<Result<_>>()?;
        let channels = people.iter().take(CHANNELS).map(|owner| own_channel(owner, nodes[0]));
        let channels = channels.collect::<Result<_>>()?;
        let tally = Tally::new(PEOPLE, PEOPLE * CHANNELS);
        let (clock, resting) = (Clock::default(), AtomicUsize::default());
        Ok(Self { nodes, people, channels, clock, tally, resting })
    }

    fn closed(&self) -> bool {
        self.tally.close.load(Ordering::Relaxed)
    }
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

/// Participants under way.
pub struct Members {
    scene: Arc<Scene>,
    participants: Vec<JoinHandle<Record>>,
    slowest: Duration,
}

impl Members {
    /// Signs everybody up, makes the channels, and waits until everybody acts.
    pub fn start(nodes: Vec<SocketAddr>) -> Result<Self> {
        let scene = Arc::new(Scene::new(nodes)?);
        let participate = |who| {
            let participant = Participant::new(Arc::clone(&scene), who);
            thread::spawn(|| participant.run())
        };
        let participants = (0..PEOPLE).map(participate).collect();
        let mut members = Self { scene, participants, slowest: Duration::ZERO };
        members.recover()?;
        members.slowest = Duration::ZERO;
        Ok(members)
    }

    /// The fault has just ended: waits until everybody has got an answer to something done since.
    pub fn recover(&mut self) -> Result<()> {
        let (since, acts) = (Instant::now(), &self.scene.tally.acknowledged);
        let before: Vec<_> = acts.iter().map(count).collect();
        // The first one may have been done before.
        self.scene.tally.wait("a participant", |tally| {
            tally.acknowledged.iter().zip(&before).all(|(now, before)| count(now) >= before + 2)
        })?;
        self.slowest = self.slowest.max(since.elapsed());
        Ok(())
    }

    /// Waits until this many more things have been done.
    pub fn act(&self, more: u64) -> Result<()> {
        let acts = |tally: &Tally| tally.acknowledged.iter().map(count).sum::<u64>();
        let before = acts(&self.scene.tally);
        self.scene.tally.wait("a participant", |tally| acts(tally) >= before + more)
    }

    /// Ends the load and counts what the faults cost.
    pub fn end(self) -> Result<Cost> {
        let Self { scene, participants, slowest } = self;
        scene.tally.stop.store(true, Ordering::Relaxed);
        let resting = |_: &Tally| scene.resting.load(Ordering::SeqCst) == PEOPLE;
        scene.tally.wait("a participant", resting)?;
        let found = audit::read(&scene)?;
        // What a member still lacks is counted below.
        let _ = scene.tally.wait("a member", |tally| found.is_seen(tally));
        scene.tally.close.store(true, Ordering::Relaxed);
        let records = participants
            .into_iter()
            .map(|participant| participant.join().map_err(|_| anyhow!("a participant panicked")));
        let records: Vec<_> = records.collect::<Result<_>>()?;
        Ok(audit::count(&scene, &found, &records, slowest))
    }
}
