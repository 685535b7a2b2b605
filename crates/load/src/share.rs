//! A share of a core for a server, by a control group of Linux: so that one node and two can be
//! compared where there are no cores to spare.

use std::fs::{create_dir, remove_dir, write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The length of the periods in which the share is given, in µs: as short as messages wait anyway.
const PERIOD: u32 = 10_000;

/// A control group, removed when it is dropped after its process has ended.
pub struct Share(PathBuf);

impl Share {
    /// Gives a process so many percent of a core and no more.
    pub fn give(process: u32, percent: u32) -> Result<Self> {
        let root = Path::new("/sys/fs/cgroup");
        let unified = root.join("cgroup.controllers").exists();
        let root = if unified { root.to_owned() } else { root.join("cpu") };
        let folder = root.join(format!("chinwag-load.{process}"));
        let failed = "failed to make a control group, which root may";
        create_dir(&folder).context(failed)?;
        let share = Self(folder);
        let quota = PERIOD / 100 * percent;
        if unified {
            share.set("cpu.max", &format!("{quota} {PERIOD}"))?;
        } else {
            share.set("cpu.cfs_period_us", &PERIOD.to_string())?;
            share.set("cpu.cfs_quota_us", &quota.to_string())?;
        }
        share.set("cgroup.procs", &process.to_string())?;
        Ok(share)
    }

    fn set(&self, name: &str, value: &str) -> Result<()> {
        write(self.0.join(name), value).with_context(|| format!("failed to set {name} to {value}"))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        // One that can't be removed yet is empty, and harms nobody.
        let _ = remove_dir(&self.0);
    }
}
