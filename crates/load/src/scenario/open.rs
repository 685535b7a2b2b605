//! Fan-out in General at a given rate: an open loop, whose messages come evenly.

use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Args;

use super::room::Room;
use super::{Scenario, WARM_UP};
use crate::bed::Bed;
use crate::crew::{Stage, users_for};
use crate::figures::Figures;
use crate::people;

/// Fan-out in General in an open loop, at a rate
#[derive(Args, Debug)]
pub struct Open {
    /// Members of the room; they send by turns
    #[arg(long, default_value_t = 500)]
    members: usize,
    /// Messages a second
    #[arg(long, default_value_t = 40.0)]
    rate: f64,
    /// In a named channel instead of General
    #[arg(long)]
    channel: bool,
    /// Further members of the named channel, who aren't signed in
    #[arg(long, default_value_t = 0, requires = "channel")]
    absent: usize,
    /// Messages a second that mention all members of the named channel
    #[arg(long, default_value_t = 0.0, requires = "channel")]
    mention_all: f64,
    /// Bytes of a message's text
    #[arg(long, default_value_t = 100)]
    size: usize,
    /// Reactions a second to one message, by turns; all members hear of changes then
    #[arg(long, default_value_t = 0.0)]
    reactions: f64,
    /// Seconds to measure for
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
}

impl Scenario for Open {
    fn prepare(&self, bed: &Bed) -> Result<Stage> {
        if self.absent == 0 {
            return Stage::prepare(bed, users_for(self.members), 0, 0);
        }
        let (ground, users) = (bed.ground()?, self.members + self.absent);
        let (accounts, channels) = people::in_channels(bed, &ground, users, 1, users, false)?;
        Ok(Stage { ground, accounts, channels })
    }

    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures> {
        let target = bed.start(&stage.ground, 0)?;
        let mut room = Room::open(&target, stage, self.members, self.size, self.channel)?;
        if self.reactions > 0.0 {
            room.hear_changes()?;
        }
        self.flow(&mut room, WARM_UP)?;
        room.measure(&target, |room| self.flow(room, Duration::from_secs_f64(self.seconds)))
    }
}

/// Timers are this exact; the rest of the time until a message is due is spent awake.
const TIMER: Duration = Duration::from_millis(1);

impl Open {
    fn flow(&self, room: &mut Room, time: Duration) -> Result<()> {
        let end = Instant::now() + time;
        let mut messages = Ticks::new(self.rate, end);
        let mut reactions = Ticks::new(self.reactions, end);
        let mut to_all = Ticks::new(self.mention_all, end);
        loop {
            let due = messages.due.min(reactions.due).min(to_all.due);
            if due >= end {
                return Ok(());
            }
            while let Some(left) = due.checked_duration_since(Instant::now()) {
                room.turn(left.saturating_sub(TIMER))?;
            }
            if messages.due == due {
                room.send(messages.next() % self.members)?;
            } else if reactions.due == due {
                room.react(reactions.next() % self.members)?;
            } else {
                to_all.next();
                room.mention_all()?;
            }
        }
    }
}

/// Moments at a rate.
struct Ticks {
    period: Duration,
    due: Instant,
    count: usize,
}

impl Ticks {
    /// Without a rate there is none before the end.
    fn new(rate: f64, end: Instant) -> Self {
        let (period, due) = if rate > 0.0 {
            (Duration::from_secs_f64(1.0 / rate), Instant::now())
        } else {
            (Duration::ZERO, end)
        };
        Self { period, due, count: 0 }
    }

    /// Goes on to the next; how many there were.
    fn next(&mut self) -> usize {
        self.due += self.period;
        self.count += 1;
        self.count - 1
    }
}
