//! Disks without room.

use anyhow::Result;
use chinwag_testbed::Redis;
use tempfile::TempDir;

use super::Plan;
use crate::audit::Cost;
use crate::crowd::Crowd;
use crate::disk::Disk;

/// Enough for a while of writing, and filled in a moment.
const MEGABYTES: u32 = 64;

pub fn embedded(plan: &Plan) -> Result<(u32, Cost)> {
    let (disk, times) = (Disk::mount(MEGABYTES)?, plan.times(10, 1));
    let node = plan.node(disk.path(), &[])?;
    let mut crowd = Crowd::start(vec![node.address])?;
    for _ in 0..times {
        disk.fill()?;
        crowd.refused(100)?;
        disk.free()?;
        crowd.recover()?;
    }
    Ok((times, crowd.end()?))
}

/// A Redis that can't make a write durable ends, with `appendfsync always`; it is started again
/// when there is room.
pub fn redis(plan: &Plan) -> Result<(u32, Cost)> {
    let (disk, times) = (Disk::mount(MEGABYTES)?, plan.times(5, 1));
    let (mut redis, home) = (Redis::start_in(disk.path(), &[])?, TempDir::new()?);
    let node = || plan.node(home.path(), &[("REDIS_URL", &redis.url())]);
    let nodes = [node()?, node()?];
    let mut crowd = Crowd::start(nodes.iter().map(|node| node.address).collect())?;
    for _ in 0..times {
        disk.fill()?;
        redis.process.wait()?;
        crowd.refused(4)?;
        disk.free()?;
        redis.process.restart()?;
        crowd.recover()?;
    }
    Ok((times, crowd.end()?))
}
