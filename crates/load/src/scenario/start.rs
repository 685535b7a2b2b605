//! How soon a started server answers.

use std::time::Instant;

use anyhow::Result;
use clap::Args;

use super::{Scenario, as_f64};
use crate::bed::Bed;
use crate::crew::Stage;
use crate::figures::{Figures, figure};

/// From the start of the process to its first answer over HTTP
#[derive(Args, Debug)]
pub struct Start {
    /// Messages in General
    #[arg(long, default_value_t = 0)]
    history: u64,
}

impl Scenario for Start {
    fn prepare(&self, bed: &Bed) -> Result<Stage> {
        Stage::prepare(bed, usize::from(self.history > 0), self.history, 0)
    }

    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures> {
        let started = Instant::now();
        let target = bed.start(&stage.ground, 0)?;
        target.is_alive()?;
        let took = started.elapsed();
        let size = bed.server()?.metadata()?.len();
        target.stop()?;
        Ok(vec![
            figure("start to first answer", "ms", took.as_secs_f64() * 1e3),
            figure("binary", "MB", as_f64(size) / 1e6),
        ])
    }
}
