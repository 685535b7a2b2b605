//! Writers and readers under way, and when they are all well again.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use crate::audit::{self, Cost};
use crate::client::Person;
use crate::reader::{Reader, Seen};
use crate::tally::{Tally, count};
use crate::writer::{Acknowledged, Writer};

const WRITERS: usize = 8;
const READERS: usize = 3;

/// Writers and readers under way.
pub struct Crowd {
    nodes: Arc<Vec<SocketAddr>>,
    /// What they count.
    pub tally: Arc<Tally>,
    writers: Vec<(Person, JoinHandle<Vec<Acknowledged>>)>,
    readers: Vec<(Person, JoinHandle<Seen>)>,
    slowest: Duration,
}

impl Crowd {
    /// Signs everybody up, and waits until everybody writes and reads.
    pub fn start(nodes: Vec<SocketAddr>) -> Result<Self> {
        let people = |role: &str, count: usize| -> Result<Vec<Person>> {
            (0..count).map(|i| Person::new(nodes[0], &format!("{role}{i}"))).collect()
        };
        let (writers, readers) = (people("writer", WRITERS)?, people("reader", READERS)?);
        let tally = Arc::new(Tally::new(WRITERS, READERS));
        let nodes = Arc::new(nodes);
        let write = |(index, person): (usize, &Person)| {
            let writer = Writer {
                person: person.clone(),
                partner: readers[index % READERS].user.clone(),
                index,
                nodes: Arc::clone(&nodes),
                tally: Arc::clone(&tally),
            };
            (person.clone(), thread::spawn(|| writer.run()))
        };
        let read = |(index, person): (usize, &Person)| {
            let partners = writers.iter().skip(index).step_by(READERS);
            let reader = Reader {
                person: person.clone(),
                partners: partners.map(|writer| writer.user.clone()).collect(),
                index,
                nodes: Arc::clone(&nodes),
                tally: Arc::clone(&tally),
            };
            (person.clone(), thread::spawn(|| reader.run()))
        };
        let mut crowd = Self {
            readers: readers.iter().enumerate().map(read).collect(),
            writers: writers.iter().enumerate().map(write).collect(),
            nodes: Arc::clone(&nodes),
            tally,
            slowest: Duration::ZERO,
        };
        crowd.recover()?;
        crowd.slowest = Duration::ZERO;
        Ok(crowd)
    }

    /// The fault has just ended: waits until every writer has been acknowledged a message sent since,
    /// and every reader has seen all that was.
    pub fn recover(&mut self) -> Result<Duration> {
        let since = Instant::now();
        self.tally.wait_for_all("a writer")?;
        let newest = count(&self.tally.newest);
        self.tally.wait("a reader", |tally| tally.read.iter().all(|read| count(read) >= newest))?;
        self.slowest = self.slowest.max(since.elapsed());
        Ok(since.elapsed())
    }

    /// Waits until so many more sends were refused with error 30.
    pub fn refused(&self, more: u64) -> Result<()> {
        let before = count(&self.tally.refused);
        self.tally.wait("error 30", |tally| count(&tally.refused) >= before + more)
    }

    /// Ends the load and counts what the faults cost.
    pub fn end(self) -> Result<Cost> {
        let Self { nodes, tally, writers, readers, slowest } = self;
        tally.stop.store(true, Ordering::Relaxed);
        let mut written = Vec::new();
        for (person, writer) in writers {
            written.push((person, writer.join().map_err(|_| anyhow!("a writer panicked"))?));
        }
        let (person, _) = readers.first().ok_or_else(|| anyhow!("there are no readers"))?;
        let total = audit::history(person, nodes[0], "")?.len() as u64;
        // What a reader still lacks is counted below.
        let _ = tally.wait("a reader", |tally| tally.read.iter().all(|read| count(read) >= total));
        tally.close.store(true, Ordering::Relaxed);
        let mut seen = Vec::new();
        for (person, reader) in readers {
            seen.push((person, reader.join().map_err(|_| anyhow!("a reader panicked"))?));
        }
        audit::count(nodes[0], &written, &seen, &tally, slowest)
    }
}
