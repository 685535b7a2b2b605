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
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use serde_json::{Value, json};

pub use self::ended::Ended;
use self::held::Held;
use self::participant::Participant;
use self::record::{Record, said};
use crate::client::{Answer, Person, text};
use crate::clock::Clock;
use crate::tally::{Tally, count};

/// An even number: each two share a direct channel.
const PEOPLE: usize = 4;
const GENERAL: usize = 0;
const PRIVATE: usize = 1;
const CHANNELS: usize = 2 + PEOPLE / 2;

/// How many messages General has before: Redis keeps copies of its pages of 128, and they change.
const BEFORE: u64 = 120;

/// What the participants share.
struct Scene {
    nodes: Vec<SocketAddr>,
    people: Vec<Person>,
    /// The UUID of the private channel, whose members they all are.
    private: String,
    clock: Clock,
    /// Numbers the texts.
    texts: AtomicU64,
    /// `acknowledged` counts the acts of each person; `read` has, by person and channel, the last `Seq` and the `Rev`.
    tally: Tally,
    /// Those who act no more and only listen.
    resting: AtomicUsize,
}

impl Scene {
    fn new(nodes: Vec<SocketAddr>) -> Result<Self> {
        let person = |number| Person::new(nodes[0], &format!("person{number}"));
        let people: Vec<_> = (0..PEOPLE).map(person).collect::<Result<_>>()?;
        let users: Vec<_> = people[1..].iter().map(|person| &person.user).collect();
        let payload = json!({"name": "changes", "private": true, "users": users});
        let request = json!({"type": "channelCreate", "channelCreate": payload});
        let (mut client, _) = people[0].resume(nodes[0])?;
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
        let tally = Tally::new(PEOPLE, PEOPLE * CHANNELS * 2);
        let (clock, resting) = Default::default();
        let texts = AtomicU64::new(BEFORE);
        Ok(Self { nodes, people, private, clock, texts, tally, resting })
    }

    fn closed(&self) -> bool {
        self.tally.close.load(Ordering::Relaxed)
    }

    /// The channels of a person: General, the private channel, and the direct one.
    fn channels(who: usize) -> [usize; 3] {
        [GENERAL, PRIVATE, 2 + who / 2]
    }

    /// How a person names a channel.
    fn name(&self, who: usize, channel: usize) -> &str {
        match channel {
            GENERAL => "",
            PRIVATE => &self.private,
            _ => &self.people[who ^ 1].user,
        }
    }

    /// The channel that a frame to a person names, in a message or besides it.
    fn channel(&self, who: usize, named: &Value) -> usize {
        match text(named) {
            "" => GENERAL,
            uuid if uuid == self.private => PRIVATE,
            _ => 2 + who / 2,
        }
    }

    /// The last `Seq` and the `Rev` up to which a person holds a channel.
    fn marks(&self, who: usize, channel: usize) -> &[AtomicU64] {
        let at = (who * CHANNELS + channel) * 2;
        &self.tally.read[at..at + 2]
    }
}

/// Participants under way.
pub struct Changes {
    scene: Arc<Scene>,
    participants: Vec<JoinHandle<(Record, Vec<Held>)>>,
    slowest: Duration,
}

impl Changes {
    /// Signs everybody up, makes the private channel, and waits until everybody acts.
    pub fn start(nodes: Vec<SocketAddr>) -> Result<Self> {
        let scene = Arc::new(Scene::new(nodes)?);
        let participate = |who| {
            let participant = Participant::new(Arc::clone(&scene), who);
            thread::spawn(|| participant.run())
        };
        let participants = (0..PEOPLE).map(participate).collect();
        let mut changes = Self { scene, participants, slowest: Duration::ZERO };
        changes.recover()?;
        changes.slowest = Duration::ZERO;
        Ok(changes)
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
    pub fn end(self) -> Result<Ended> {
        let Self { scene, participants, slowest } = self;
        scene.tally.stop.store(true, Ordering::Relaxed);
        let resting = |_: &Tally| scene.resting.load(Ordering::SeqCst) == PEOPLE;
        scene.tally.wait("a participant", resting)?;
        let found = read::read(&scene)?;
        // What a reader still lacks is counted below.
        let _ = scene.tally.wait("a reader", |_| found.is_held(&scene));
        scene.tally.close.store(true, Ordering::Relaxed);
        let ended = participants
            .into_iter()
            .map(|participant| participant.join().map_err(|_| anyhow!("a participant panicked")));
        let ended: Vec<_> = ended.collect::<Result<_>>()?;
        Ok(audit::count(&scene, found, ended, slowest))
    }
}
