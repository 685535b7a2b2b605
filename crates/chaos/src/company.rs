//! Participants under way: each acts on a thread of its own, then only listens, and leaves a record.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use serde_json::Value;

use crate::client::{Answer, Person};
use crate::clock::Clock;
use crate::tally::{Tally, count, one_more};

/// What participants share.
pub struct Scene<T> {
    /// Where they connect, in turn.
    pub nodes: Vec<SocketAddr>,
    /// Who they are.
    pub people: Vec<Person>,
    /// The channels, besides General and direct ones.
    pub channels: T,
    /// Numbers all acts and frames in their order.
    pub clock: Clock,
    /// `acknowledged` counts the acts of each.
    pub tally: Tally,
    /// How many act no more and only listen.
    resting: AtomicUsize,
}

impl<T> Scene<T> {
    /// Signs the people up, and makes the channels. `marks` is the length of the tally's `read`.
    pub fn new(
        nodes: Vec<SocketAddr>,
        (people, marks): (usize, usize),
        channels: impl FnOnce(&[Person], SocketAddr) -> Result<T>,
    ) -> Result<Self> {
        let person = |number| Person::new(nodes[0], &format!("person{number}"));
        let signed_up: Vec<_> = (0..people).map(person).collect::<Result<_>>()?;
        let channels = channels(&signed_up, nodes[0])?;
        let (clock, resting) = Default::default();
        let tally = Tally::new(people, marks);
        Ok(Self { nodes, people: signed_up, channels, clock, tally, resting })
    }

    /// Whether the participants are to end.
    pub fn closed(&self) -> bool {
        self.tally.close.load(Ordering::Relaxed)
    }

    /// One more rests.
    pub fn rest(&self) {
        self.resting.fetch_add(1, Ordering::SeqCst);
    }

    /// The reply. After anything else the participant comes back on a new connection.
    pub fn accept(&self, answer: Answer) -> Result<Value> {
        match answer {
            Answer::Reply(reply) => return Ok(reply),
            Answer::Error(code) => self.tally.error(code),
            Answer::Silence => one_more(&self.tally.silences),
        }
        bail!("not now")
    }
}

/// Participants under way, each of whom leaves an `R`.
pub struct Company<T, R> {
    scene: Arc<Scene<T>>,
    participants: Vec<JoinHandle<R>>,
    slowest: Duration,
}

/// The result of a company's run.
pub struct End<T, R, F> {
    /// What they shared.
    pub scene: Arc<Scene<T>>,
    /// What they left.
    pub left: Vec<R>,
    /// What the store held.
    pub found: F,
    /// The longest return after a fault.
    pub slowest: Duration,
}

impl<T: Send + Sync + 'static, R: Send + 'static> Company<T, R> {
    /// Lets them begin, each by its place, and waits until everybody acts.
    pub fn start(scene: Scene<T>, participate: fn(Arc<Scene<T>>, usize) -> R) -> Result<Self> {
        let scene = Arc::new(scene);
        let begin = |who| {
            let scene = Arc::clone(&scene);
            thread::spawn(move || participate(scene, who))
        };
        let participants = (0..scene.people.len()).map(begin).collect();
        let mut company = Self { scene, participants, slowest: Duration::ZERO };
        company.recover()?;
        company.slowest = Duration::ZERO;
        Ok(company)
    }

    /// The fault has just ended: waits until everybody has got an answer to something done since.
    pub fn recover(&mut self) -> Result<()> {
        let since = Instant::now();
        self.scene.tally.wait_for_all("a participant")?;
        self.slowest = self.slowest.max(since.elapsed());
        Ok(())
    }

    /// Waits until this many more things have been done.
    pub fn act(&self, more: u64) -> Result<()> {
        let acts = |tally: &Tally| tally.acknowledged.iter().map(count).sum::<u64>();
        let before = acts(&self.scene.tally);
        self.scene.tally.wait("a participant", |tally| acts(tally) >= before + more)
    }

    /// Ends the load: reads what the store holds once everybody rests, and waits until they have it.
    pub fn end<F>(
        self,
        read: impl FnOnce(&Scene<T>) -> Result<F>,
        has_come: impl Fn(&F, &Scene<T>) -> bool,
    ) -> Result<End<T, R, F>> {
        let Self { scene, participants, slowest } = self;
        let everybody = scene.people.len();
        scene.tally.stop.store(true, Ordering::Relaxed);
        let resting = |_: &Tally| scene.resting.load(Ordering::SeqCst) == everybody;
        scene.tally.wait("a participant", resting)?;
        let found = read(&scene)?;
        // What they still lack is counted by the audit.
        let _ = scene.tally.wait("a participant", |_| has_come(&found, &scene));
        scene.tally.close.store(true, Ordering::Relaxed);
        let left = participants
            .into_iter()
            .map(|participant| participant.join().map_err(|_| anyhow!("a participant panicked")));
        let left = left.collect::<Result<_>>()?;
        Ok(End { scene, left, found, slowest })
    }
}
