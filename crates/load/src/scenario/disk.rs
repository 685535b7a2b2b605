//! What the disk asks for making a write durable, for comparison with durable messages.

use std::fs::File;
use std::io::Write;
use std::time::Instant;

use anyhow::Result;
use clap::Args;

use super::Scenario;
use crate::bed::Bed;
use crate::crew::Stage;
use crate::figures::{Figures, Latencies};

/// The disk alone: 4 KB appended and fsynced
#[derive(Args, Debug)]
pub struct Disk {
    /// How often
    #[arg(long, default_value_t = 1_000)]
    writes: u32,
}

impl Scenario for Disk {
    fn prepare(&self, bed: &Bed) -> Result<Stage> {
        Ok(Stage { ground: bed.ground()?, accounts: Vec::new(), channels: Vec::new() })
    }

    fn measure(&self, _: &Bed, stage: &Stage) -> Result<Figures> {
        let mut file = File::create(stage.ground.folder().join("disk"))?;
        let mut latencies = Latencies::new();
        for _ in 0..self.writes {
            let start = Instant::now();
            file.write_all(&[0; 4_096])?;
            file.sync_data()?;
            latencies.record(start.elapsed());
        }
        Ok(latencies.figures().into())
    }
}
