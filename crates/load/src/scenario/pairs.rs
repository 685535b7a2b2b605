//! Private conversations: in each pair one message is under way, answered as soon as it comes.

use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Args;

use super::{Scenario, WARM_UP, as_f64, busy, cpu_each};
use crate::bed::{Bed, Target};
use crate::crew::{Stage, join};
use crate::figures::{Figures, Latencies, figure};
use crate::fleet::Fleet;
use crate::message::{Messages, is_message, stamp};

/// Private pairs, with one message under way in each
#[derive(Args, Debug)]
pub struct Pairs {
    /// How many pairs
    #[arg(long = "pairs", default_value_t = 200, value_name = "PAIRS")]
    count: usize,
    /// Bytes of a message's text
    #[arg(long, default_value_t = 100)]
    size: usize,
    /// Seconds to measure for
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
}

impl Scenario for Pairs {
    fn prepare(&self, bed: &Bed) -> Result<Stage> {
        Stage::prepare(bed, self.count * 2, 0, 0)
    }

    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures> {
        let target = bed.start(&stage.ground, 0)?;
        let mut fleet = self.connect(&target, stage)?;
        let mut talk = self.talk(&target, stage);
        for first in (0..self.count * 2).step_by(2) {
            fleet.write(first, |out| talk.messages[first].write(first, out))?;
        }
        talk.go_on(&mut fleet, WARM_UP)?;
        talk.got = 0;
        talk.latencies.clear();
        let time = Duration::from_secs_f64(self.seconds);
        let used = target.used(|| talk.go_on(&mut fleet, time))?;
        let got = as_f64(talk.got);
        let mut figures = vec![
            cpu_each("server CPU a message", &used, got),
            figure("messages", "/s", got / used.wall.as_secs_f64()),
        ];
        figures.extend(talk.latencies.figures());
        figures.extend(busy(&used));
        Ok(figures)
    }
}

/// The other one of a pair.
fn other(index: usize) -> usize {
    index ^ 1
}

/// Where a pair meets that has no users.
fn room(index: usize) -> String {
    format!("/{}", index / 2)
}

impl Pairs {
    fn connect(&self, target: &Target, stage: &Stage) -> Result<Fleet> {
        let path = |index| if target.is_plain { room(index) } else { "/ws".to_owned() };
        let mut fleet = stage.connect(target, self.count * 2, path)?;
        if !target.is_plain {
            let join = |index| join(&stage.accounts[other(index)].user);
            fleet.ask(0..self.count * 2, join, "channelJoin", |_, _| Ok(()))?;
        }
        Ok(fleet)
    }

    fn talk(&self, target: &Target, stage: &Stage) -> Talk {
        let clock = Instant::now();
        let messages = (0..self.count * 2).map(|index| {
            target.frames(clock, true, self.size, &room(index)).unwrap_or_else(|| {
                Messages::requests(clock, &stage.accounts[other(index)].user, self.size)
            })
        });
        Talk { clock, messages: messages.collect(), got: 0, latencies: Latencies::new() }
    }
}

/// The conversations and what came of them.
struct Talk {
    clock: Instant,
    messages: Vec<Messages>,
    got: u64,
    latencies: Latencies,
}

impl Talk {
    fn go_on(&mut self, fleet: &mut Fleet, time: Duration) -> Result<()> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            fleet.turn(Duration::from_millis(10), |index, payload, out| {
                let stamp = stamp(payload).filter(|_| is_message(payload));
                if let Some(stamp) = stamp.filter(|stamp| stamp.sender == other(index)) {
                    self.got += 1;
                    self.latencies.record(self.clock.elapsed().saturating_sub(stamp.sent));
                    self.messages[index].write(index, out);
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}
