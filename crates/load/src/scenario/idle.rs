//! Connections that are signed in, in General, and quiet.

use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Args;

use super::{Scenario, busy};
use crate::bed::Bed;
use crate::crew::{Stage, users_for};
use crate::figures::{Figures, figure};
use crate::fleet::Fleet;

/// Idle connections, signed in and joined
#[derive(Args, Debug)]
pub struct Idle {
    /// How many
    #[arg(long, default_value_t = 10_000)]
    connections: u32,
    /// Seconds to measure the processor time for; Chinwag pings after 30 s of quiet
    #[arg(long, default_value_t = 60.0)]
    seconds: f64,
}

/// How long the server has to come to rest.
const REST: Duration = Duration::from_secs(3);

impl Scenario for Idle {
    fn prepare(&self, bed: &Bed) -> Result<Stage> {
        Stage::prepare(bed, users_for(usize::try_from(self.connections)?), 0, 0)
    }

    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures> {
        let target = bed.start(&stage.ground, 0)?;
        let empty = target.memory()?;
        let mut fleet = stage.in_general(&target, usize::try_from(self.connections)?)?;
        stay(&mut fleet, REST)?;
        let memory = u32::try_from(target.memory()?.saturating_sub(empty))?;
        let time = Duration::from_secs_f64(self.seconds);
        let used = target.used(|| stay(&mut fleet, time))?;
        let mut figures = vec![figure(
            "memory a connection",
            "KB",
            f64::from(memory) / f64::from(self.connections),
        )];
        figures.extend(busy(&used));
        Ok(figures)
    }
}

/// Answers pings.
fn stay(fleet: &mut Fleet, time: Duration) -> Result<()> {
    let end = Instant::now() + time;
    while Instant::now() < end {
        fleet.turn(Duration::from_millis(100), |_, _, _| Ok(()))?;
    }
    Ok(())
}
