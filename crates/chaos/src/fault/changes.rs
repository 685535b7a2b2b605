//! Messages that change while nodes, Redis and its connections are killed.

use anyhow::Result;
use tempfile::TempDir;

use super::{Cluster, Plan};
use crate::audit::Cost;
use crate::changes::Changes;
use crate::random::Random;

/// Of how many acts some come before the next fault.
const ACTS: u64 = 200;

pub fn embedded(plan: &Plan) -> Result<(u32, Cost)> {
    let (folder, times, mut random) = (TempDir::new()?, plan.times(50, 5), Random::new(1));
    let mut node = plan.node(folder.path(), &[])?;
    let mut changes = Changes::start(vec![node.address])?;
    for _ in 0..times {
        changes.act(random.below(ACTS))?;
        node.restart()?;
        changes.recover()?;
    }
    Ok((times, changes.end()?))
}

pub fn redis(plan: &Plan) -> Result<(u32, Cost)> {
    let (mut cluster, times, mut random) =
        (Cluster::start(plan, 2)?, plan.times(50, 5), Random::new(2));
    let mut changes = Changes::start(cluster.addresses())?;
    for _ in 0..times {
        changes.act(random.below(ACTS))?;
        match random.below(4) {
            0 => cluster.redis.process.restart()?,
            1 => drop(cluster.redis.cli(&["CLIENT", "KILL", "TYPE", "pubsub"])?),
            _ => cluster.nodes[random.place(2)].restart()?,
        }
        changes.recover()?;
    }
    Ok((times, changes.end()?))
}
