//! Fan-out in General at a given rate: an open loop, whose messages come evenly.

use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Args;

use super::room::Room;
use super::{Scenario, WARM_UP};
use crate::bed::Bed;
use crate::crew::Stage;
use crate::figures::Figures;

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
    /// Bytes of a message's text
    #[arg(long, default_value_t = 100)]
    size: usize,
    /// Seconds to measure for
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
}

impl Scenario for Open {
    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures> {
        let target = bed.start(&stage.ground, 0)?;
        let mut room = Room::open(&target, stage, self.members, self.size, self.channel)?;
        self.flow(&mut room, WARM_UP)?;
        room.measure(&target, |room| self.flow(room, Duration::from_secs_f64(self.seconds)))
    }
}

/// Timers are this exact; the rest of the time until a message is due is spent awake.
const TIMER: Duration = Duration::from_millis(1);

impl Open {
    fn flow(&self, room: &mut Room, time: Duration) -> Result<()> {
        let period = Duration::from_secs_f64(1.0 / self.rate);
        let start = Instant::now();
        let mut due = start;
        for sender in (0..self.members).cycle() {
            while let Some(left) = due.checked_duration_since(Instant::now()) {
                room.turn(left.saturating_sub(TIMER))?;
            }
            if due >= start + time {
                return Ok(());
            }
            room.send(sender)?;
            due += period;
        }
        Ok(())
    }
}
