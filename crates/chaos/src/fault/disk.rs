//! Disks without room.

use anyhow::Result;

use super::Plan;
use crate::audit::Cost;
use crate::crowd::Crowd;
use crate::disk::Disk;
use crate::process::{Node, Redis};

/// Enough for a while of writing, and filled in a moment.
const MEGABYTES: u32 = 64;

pub fn embedded(plan: &Plan) -> Result<(u32, Cost)> {
    let (disk, times) = (Disk::mount(MEGABYTES)?, plan.times(10, 1));
    let node = Node::embedded(&plan.binary, disk.path())?;
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
    let mut redis = Redis::start(disk.path())?;
    let nodes = [Node::on(&plan.binary, redis.address)?, Node::on(&plan.binary, redis.address)?];
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
