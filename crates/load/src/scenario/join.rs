//! Joining General, with a short or a long history and few or many users.

use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Args;

use super::{Scenario, WARM_UP, as_f64, busy, cpu_each};
use crate::bed::Bed;
use crate::crew::{MOST_USERS, Stage, join};
use crate::figures::{Figures, Latencies, figure};
use crate::fleet::Fleet;

/// Joining General again and again, each client as soon as it has its reply
#[derive(Args, Debug)]
pub struct Join {
    /// Messages in General
    #[arg(long, default_value_t = 10)]
    history: u64,
    /// Further users, added to the embedded store
    #[arg(long, default_value_t = 0)]
    users: u64,
    /// Sessions that join
    #[arg(long, default_value_t = 50)]
    clients: usize,
    /// Seconds to measure for
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
}

impl Scenario for Join {
    fn prepare(&self, bed: &Bed) -> Result<Stage> {
        Stage::prepare(bed, MOST_USERS, self.history, self.users)
    }

    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures> {
        let target = bed.start(&stage.ground, 0)?;
        let mut fleet = stage.in_general(&target, self.clients)?;
        let mut joins = Joins {
            asked_at: vec![Instant::now(); self.clients],
            count: 0,
            latencies: Latencies::new(),
        };
        for client in 0..self.clients {
            fleet.send(client, join("").as_bytes())?;
        }
        joins.go_on(&mut fleet, WARM_UP)?;
        joins.count = 0;
        joins.latencies.clear();
        let time = Duration::from_secs_f64(self.seconds);
        let used = target.used(|| joins.go_on(&mut fleet, time))?;
        let count = as_f64(joins.count);
        let mut figures = vec![
            cpu_each("server CPU a join", &used, count),
            figure("joins", "/s", count / used.wall.as_secs_f64()),
        ];
        figures.extend(joins.latencies.figures());
        figures.extend(busy(&used));
        Ok(figures)
    }
}

struct Joins {
    asked_at: Vec<Instant>,
    count: u64,
    latencies: Latencies,
}

impl Joins {
    fn go_on(&mut self, fleet: &mut Fleet, time: Duration) -> Result<()> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            fleet.turn(Duration::from_millis(10), |index, payload, out| {
                if payload.starts_with(br#"{"type":"channelJoin""#) {
                    self.count += 1;
                    self.latencies.record(self.asked_at[index].elapsed());
                    self.asked_at[index] = Instant::now();
                    crate::frame::write_masked(out, crate::frame::TEXT, join("").as_bytes());
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}
