//! Fan-out in General as fast as it goes: a closed loop of a few publishers.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::Args;

use super::room::Room;
use super::{Scenario, WARM_UP};
use crate::bed::Bed;
use crate::crew::Stage;
use crate::figures::Figures;

/// Fan-out in General in a closed loop
#[derive(Args, Debug)]
pub struct Fanout {
    /// Members of the room, the publishers among them
    #[arg(long, default_value_t = 1_000)]
    members: usize,
    /// Members who send
    #[arg(long, default_value_t = 4)]
    publishers: usize,
    /// Messages that each publisher has under way
    #[arg(long, default_value_t = 8)]
    under_way: usize,
    /// In a named channel instead of General
    #[arg(long)]
    channel: bool,
    /// Bytes of a message's text
    #[arg(long, default_value_t = 100)]
    size: usize,
    /// Seconds to measure for
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
}

impl Scenario for Fanout {
    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures> {
        ensure!(self.publishers <= self.members, "there are more publishers than members");
        let target = bed.start(&stage.ground, 0)?;
        let mut room = Room::open(&target, stage, self.members, self.size, self.channel)?;
        room.publish(self.publishers, self.under_way)?;
        flow(&mut room, WARM_UP)?;
        room.measure(&target, |room| flow(room, Duration::from_secs_f64(self.seconds)))
    }
}

fn flow(room: &mut Room, time: Duration) -> Result<()> {
    let end = Instant::now() + time;
    while Instant::now() < end {
        room.turn(Duration::from_millis(10))?;
    }
    Ok(())
}
