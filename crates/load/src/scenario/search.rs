//! Searching a large history, and live messages while others search.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::Args;
use serde_json::{Value, json};

use super::live::Live;
use super::{Scenario, as_f64};
use crate::bed::{Bed, Ground, Target};
use crate::crew::{Stage, join};
use crate::figures::{Figure, Figures, Latencies, figure};
use crate::fleet::Fleet;
use crate::frame::{TEXT, write_masked};
use crate::message::is_message;
use crate::people;

/// Searches in private channels with a long history, and live messages in General beside them
#[derive(Args, Debug)]
pub struct Search {
    /// Messages in all channels together
    #[arg(long, default_value_t = 100_000)]
    messages: u64,
    /// Channels, of all of which every user is a member
    #[arg(long, default_value_t = 500)]
    channels: usize,
    /// Users who search, by turns
    #[arg(long, default_value_t = 20)]
    searchers: usize,
    /// Searches for each live message: 4 are 160 a second, as often as the limits let 20 users search
    #[arg(long, default_value_t = 4)]
    searches: u32,
    /// Live messages a second
    #[arg(long, default_value_t = 40.0)]
    rate: f64,
    /// Seconds to measure each for
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
}

/// Six kinds of queries, with the names of their figures.
const KINDS: [(&str, [&str; 2]); 6] = [
    ("\"w1\"", ["frequent word p50", "frequent word p99"]),
    ("\"w9876\"", ["rare word p50", "rare word p99"]),
    ("w1 \"w2\"", ["two words p50", "two words p99"]),
    ("\"w1 w2\"", ["phrase p50", "phrase p99"]),
    ("\"w1\" -w2", ["exclusion p50", "exclusion p99"]),
    ("w9", ["beginning of a word p50", "beginning of a word p99"]),
];

/// Sessions in General, which send and hear the live messages.
const LISTENERS: usize = 50;

/// Who writes the history, and with how many messages under way each.
const WRITERS: usize = 16;
const UNDER_WAY: u64 = 32;

/// How often live messages are measured alone and beside searches, by turns.
const TURNS: usize = 5;

/// The words of a message.
const WORDS: u32 = 14;

/// How often it is asked whether the index is made.
const POLL: Duration = Duration::from_millis(50);

impl Scenario for Search {
    fn prepare(&self, bed: &Bed) -> Result<Stage> {
        let (ground, users) = (bed.ground()?, self.searchers + 1);
        let (accounts, channels) =
            people::in_channels(bed, &ground, users, self.channels, users, true)?;
        let stage = Stage { ground, accounts, channels };
        let target = bed.in_haste().start(&stage.ground, 0)?;
        self.write_history(&target, &stage)?;
        target.stop()?;
        Ok(stage)
    }

    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures> {
        remove_index(&stage.ground)?;
        let mut figures = Vec::new();
        for name in ["index made in", "index opened in"] {
            let (target, started) = (bed.start(&stage.ground, 0)?, Instant::now());
            until_ready(&mut stage.connect(&target, 1, path)?)?;
            figures.push(figure(name, "s", started.elapsed().as_secs_f64()));
            target.stop()?;
        }
        let size = index_size(&stage.ground);
        figures.push(figure("index", "bytes a message", as_f64(size) / as_f64(self.messages)));
        let target = bed.start(&stage.ground, 0)?;
        let mut fleet = stage.connect(&target, self.searchers + LISTENERS, path)?;
        until_ready(&mut fleet)?;
        for (query, names) in KINDS {
            figures.extend(self.search(&mut fleet, query, names)?);
        }
        let listeners = self.searchers..self.searchers + LISTENERS;
        fleet.ask(listeners, |_| join(""), "channelJoin", |_, _| Ok(()))?;
        let mut latencies = [0, self.searchers].map(|searchers| (searchers, Latencies::new()));
        for _ in 0..TURNS {
            for (searchers, latencies) in &mut latencies {
                self.talk(&mut fleet, *searchers, latencies)?;
            }
        }
        let [alone, beside] = latencies.map(|(_, latencies)| latencies.milliseconds(0.99));
        ensure!(alone > 0.0 && beside > 0.0, "no live message came");
        figures.push(figure("live messages p99 alone", "ms", alone));
        figures.push(figure("live messages p99 beside searches", "ms", beside));
        Ok(figures)
    }
}

fn path(_: usize) -> String {
    "/ws".to_owned()
}

fn request(query: &str) -> String {
    json!({"type": "search", "search": {"query": query}}).to_string()
}

/// Waits until all messages are searched.
fn until_ready(fleet: &mut Fleet) -> Result<()> {
    let mut is_ready = false;
    while !is_ready {
        fleet.ask(
            0..1,
            |_| request("w1"),
            "search",
            |_, payload| {
                let found: Value = serde_json::from_slice(payload)?;
                is_ready = found["search"]["ready"] == 1;
                Ok(())
            },
        )?;
        std::thread::sleep(POLL);
    }
    Ok(())
}

/// The files of the index.
const INDEX: [&str; 3] = ["search.db", "search.db-wal", "search.db-seal"];

fn remove_index(ground: &Ground) -> Result<()> {
    for name in INDEX {
        let file = ground.folder().join("data").join(name);
        if file.exists() {
            fs::remove_file(file)?;
        }
    }
    Ok(())
}

/// Its bytes.
fn index_size(ground: &Ground) -> u64 {
    let file = |name| ground.folder().join("data").join(name);
    INDEX.into_iter().map(|name| file(name).metadata().map_or(0, |it| it.len())).sum()
}

impl Search {
    fn write_history(&self, target: &Target, stage: &Stage) -> Result<()> {
        let mut fleet = stage.connect(target, WRITERS, path)?;
        let (mut asked, mut stored, mut random) = (0, 0, 1);
        let mut write = |out: &mut Vec<u8>| {
            let channel = &stage.channels[usize::try_from(asked).unwrap_or(0) % self.channels];
            let text = text(&mut random);
            let payload = json!({"recipientUUID": channel, "message": text});
            let request = json!({"type": "channelMessage", "channelMessage": payload});
            write_masked(out, TEXT, request.to_string().as_bytes());
            asked += 1;
            asked < self.messages
        };
        let mut goes_on = self.messages > 0;
        for writer in 0..WRITERS {
            fleet.write(writer, |out| {
                for _ in 0..UNDER_WAY {
                    goes_on = goes_on && write(out);
                }
            })?;
        }
        while stored < self.messages {
            fleet.turn(Duration::from_secs(1), |_, payload, out| {
                if is_message(payload) {
                    stored += 1;
                    goes_on = goes_on && write(out);
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// One user searches again and again.
    fn search(
        &self,
        fleet: &mut Fleet,
        query: &str,
        names: [&'static str; 2],
    ) -> Result<[Figure; 2]> {
        let (request, mut latencies) = (request(query), Latencies::new());
        let end = Instant::now() + Duration::from_secs_f64(self.seconds);
        while Instant::now() < end {
            let asked_at = Instant::now();
            fleet.ask(0..1, |_| request.clone(), "search", |_, _| Ok(()))?;
            latencies.record(asked_at.elapsed());
        }
        let [p50, p99] = [0.5, 0.99].map(|share| latencies.milliseconds(share));
        Ok([figure(names[0], "ms", p50), figure(names[1], "ms", p99)])
    }

    /// Takes the latencies of live messages while this many users search: a message or a search at each step.
    fn talk(&self, fleet: &mut Fleet, searchers: usize, latencies: &mut Latencies) -> Result<()> {
        let mut senders = (self.searchers..self.searchers + LISTENERS).cycle();
        let mut searches = (0..searchers).zip(KINDS.iter().cycle()).cycle();
        let step = Duration::from_secs_f64(1.0 / self.rate / f64::from(1 + self.searches));
        let time = Duration::from_secs_f64(self.seconds);
        let measured = Live::measure(fleet, step, time, |fleet, messages, at| {
            if at % (1 + self.searches) == 0 {
                let sender = senders.next().unwrap_or_default();
                fleet.write(sender, |out| messages.write(sender, out))?;
            } else if let Some((searcher, (query, _))) = searches.next() {
                fleet.send(searcher, request(query).as_bytes())?;
            }
            Ok(())
        })?;
        latencies.add(&measured);
        Ok(())
    }
}

/// Words of which some are frequent, as in a language.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "the number is between 1 and 10,000"
)]
fn text(random: &mut u64) -> String {
    let word = |_| {
        // Numerical Recipes' linear congruential generator.
        *random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223) & 0xffff_ffff;
        let chance = *random as f64 / f64::from(u32::MAX);
        format!("w{}", 10_000_f64.powf(chance) as u64)
    };
    (0..WORDS).map(word).collect::<Vec<_>>().join(" ")
}
