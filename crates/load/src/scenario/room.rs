//! A room whose members count what they get, for fan-out in a closed and in an open loop.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::bed::{Target, Used};
use crate::crew::Stage;
use crate::figures::{Figures, Latencies, figure};
use crate::fleet::Fleet;
use crate::message::{Messages, is_message, stamp};
use crate::scenario::{as_f64, busy, cpu_each};

/// General, or the one room of the plain loop.
pub struct Room {
    /// The members' clients.
    fleet: Fleet,
    clock: Instant,
    messages: Messages,
    tally: Tally,
}

/// What the members have sent and got.
struct Tally {
    sent: u64,
    got: u64,
    latencies: Latencies,
    /// One in so many members measures the latency; who publishes does it always.
    one_in: usize,
    /// The first members, who answer each message of their own with a next one.
    publishers: usize,
}

impl Room {
    /// Lets the members in.
    pub fn open(target: &Target, stage: &Stage, members: usize, size: usize) -> Result<Self> {
        let fleet = stage.in_general(target, members)?;
        let clock = Instant::now();
        let messages = if target.is_plain {
            Messages::frames(clock, false, size)
        } else {
            Messages::requests(clock, "", size)
        };
        let tally =
            Tally { sent: 0, got: 0, latencies: Latencies::new(), one_in: 1, publishers: 0 };
        Ok(Self { fleet, clock, messages, tally })
    }

    /// Lets the first members publish in a closed loop.
    pub fn publish(&mut self, publishers: usize, under_way: usize) -> Result<()> {
        (self.tally.publishers, self.tally.one_in) = (publishers, 16);
        for _ in 0..under_way {
            (0..publishers).try_for_each(|publisher| self.send(publisher))?;
        }
        Ok(())
    }

    /// Sends one message.
    pub fn send(&mut self, sender: usize) -> Result<()> {
        self.tally.sent += 1;
        self.fleet.write(sender, |out| self.messages.write(sender, out))
    }

    /// Lets messages flow, at most so long and at least one turn.
    pub fn turn(&mut self, wait: Duration) -> Result<()> {
        let Self { fleet, clock, messages, tally } = self;
        fleet.turn(wait, |index, payload, out| {
            if tally.hear(index, payload, clock) {
                tally.sent += 1;
                messages.write(index, out);
            }
            Ok(())
        })
    }

    /// Measures while `work` goes on, then lets the room come to rest and sees that nothing is lost.
    pub fn measure(
        mut self,
        target: &Target,
        work: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<Figures> {
        self.tally.latencies.clear();
        let before = self.tally.got;
        let used = target.used(|| work(&mut self))?;
        let figures = self.tally.figures(&used, self.tally.got - before);
        self.come_to_rest()?;
        Ok(figures)
    }

    fn come_to_rest(&mut self) -> Result<()> {
        let Self { fleet, clock, tally, .. } = self;
        tally.publishers = 0;
        fleet.drain(Duration::from_millis(500), |index, payload| {
            tally.hear(index, payload, clock);
        })?;
        let expected = tally.sent * fleet.len() as u64;
        ensure!(tally.got == expected, "{} deliveries came, not {expected}", tally.got);
        Ok(())
    }
}

impl Tally {
    /// Whether it was an answer that lets its publisher send the next one.
    fn hear(&mut self, index: usize, payload: &[u8], clock: &Instant) -> bool {
        if !is_message(payload) {
            return false;
        }
        self.got += 1;
        let publishes = index < self.publishers;
        if !publishes && !index.is_multiple_of(self.one_in) {
            return false;
        }
        let Some(stamp) = stamp(payload) else { return false };
        self.latencies.record(clock.elapsed().saturating_sub(stamp.sent));
        publishes && stamp.sender == index
    }

    fn figures(&self, used: &Used, got: u64) -> Figures {
        let got = as_f64(got);
        let mut figures = vec![
            cpu_each("server CPU a delivery", used, got),
            figure("deliveries", "/s", got / used.wall.as_secs_f64()),
        ];
        figures.extend(self.latencies.figures());
        figures.extend(busy(used));
        figures
    }
}
