//! Wall clocks that jump, by Debian's libfaketime.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chinwag_testbed::Redis;
use tempfile::TempDir;

use super::Plan;
use crate::audit::Cost;
use crate::crowd::Crowd;

/// By how much each node's clock is off, in hours, jump by jump.
const JUMPS: [[i32; 3]; 4] = [[5, -5, 0], [-30, 0, 7], [0, 48, -48], [0, 0, 0]];

pub fn moved(plan: &Plan) -> Result<(u32, Cost)> {
    let (library, folder, rounds) = (library()?, TempDir::new()?, plan.times(5, 1));
    let redis = Redis::start()?;
    let clocks = [0, 1, 2].map(|node| folder.path().join(format!("clock{node}")));
    let start = |clock: &PathBuf| {
        set(clock, 0)?;
        let settings = [
            ("REDIS_URL", &*redis.url()),
            ("LD_PRELOAD", &library.to_string_lossy()),
            ("FAKETIME_TIMESTAMP_FILE", &clock.to_string_lossy()),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ];
        plan.node(folder.path(), &settings)
    };
    let nodes: Vec<_> = clocks.iter().map(start).collect::<Result<_>>()?;
    let mut crowd = Crowd::start(nodes.iter().map(|node| node.address).collect())?;
    for jump in (0..rounds).flat_map(|_| JUMPS) {
        for (clock, hours) in clocks.iter().zip(jump) {
            set(clock, hours)?;
        }
        crowd.recover()?;
        // What was written under these clocks is read back in the order in which it was stored.
        redis.cli(&["CLIENT", "KILL", "TYPE", "pubsub"])?;
        crowd.recover()?;
    }
    Ok((rounds * 4, crowd.end()?))
}

fn set(clock: &Path, hours: i32) -> Result<()> {
    // A node must never find half a file.
    let fresh = clock.with_extension("new");
    fs::write(&fresh, format!("{hours:+}h\n"))?;
    Ok(fs::rename(fresh, clock)?)
}

/// Debian puts it into a folder of the machine's kind.
fn library() -> Result<PathBuf> {
    let found = fs::read_dir("/usr/lib")?.flatten().find_map(|entry| {
        Some(entry.path().join("faketime/libfaketimeMT.so.1")).filter(|path| path.is_file())
    });
    found.context("failed to find libfaketime: `make install` installs it")
}
