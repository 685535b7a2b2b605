//! The space that a message takes, on the disk and in Redis.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use clap::Args;

use super::{Scenario, as_f64};
use crate::bed::Bed;
use crate::crew::{MOST_USERS, Stage};
use crate::figures::{Figures, figure};

/// Messages in General, and the space that each takes: of `chinwag.db` after a clean stop, or with `--redis spawn` of
/// its append-only files and its memory
#[derive(Args, Debug)]
pub struct Storage {
    /// How many, of 100 bytes each
    #[arg(long, default_value_t = 100_000)]
    messages: u64,
}

/// How the names of the files begin in which the stores keep messages.
const FILES: [&str; 2] = ["chinwag.db", "appendonly.aof"];

impl Scenario for Storage {
    fn prepare(&self, bed: &Bed) -> Result<Stage> {
        let redis = bed.redis.as_deref();
        ensure!(
            redis.is_none_or(|redis| redis == "spawn"),
            "the space is measured with --redis spawn"
        );
        Stage::prepare(bed, MOST_USERS, 0, 0)
    }

    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures> {
        let (folder, messages) = (stage.ground.folder(), as_f64(self.messages));
        let target = bed.start(&stage.ground, 0)?;
        let (before, memory) = (size(folder)?, target.redis_memory()?);
        stage.write_history(&target, self.messages)?;
        let memory = target.redis_memory()?.zip(memory);
        target.stop()?;
        let disk = as_f64(size(folder)?.saturating_sub(before));
        let mut figures = vec![figure("disk a message", "bytes", disk / messages)];
        figures.extend(memory.map(|(after, before)| {
            let grown = as_f64(after.saturating_sub(before));
            figure("memory of Redis a message", "bytes", grown * 1024.0 / messages)
        }));
        Ok(figures)
    }
}

/// The bytes of the stores' files in a folder and those below it.
fn size(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if entry.file_type()?.is_dir() {
            sum += size(&entry.path())?;
        } else if FILES.iter().any(|beginning| name.starts_with(beginning)) {
            sum += entry.metadata()?.len();
        }
    }
    Ok(sum)
}
