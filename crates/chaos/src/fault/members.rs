//! Members who come and go while nodes are killed.

use anyhow::Result;
use tempfile::TempDir;

use super::{Cluster, Plan};
use crate::audit::Cost;
use crate::members::Members;
use crate::random::Random;

/// Of how many acts some come before the next kill.
const ACTS: u64 = 200;

pub fn embedded(plan: &Plan) -> Result<(u32, Cost)> {
    let (folder, times, mut random) = (TempDir::new()?, plan.times(50, 5), Random::new(1));
    let mut node = plan.node(folder.path(), &[])?;
    let mut members = Members::start(vec![node.address])?;
    for _ in 0..times {
        members.act(random.below(ACTS))?;
        node.restart()?;
        members.recover()?;
    }
    Ok((times, members.end()?))
}

pub fn redis(plan: &Plan) -> Result<(u32, Cost)> {
    let (mut cluster, times, mut random) =
        (Cluster::start(plan, 2)?, plan.times(50, 5), Random::new(2));
    let mut members = Members::start(cluster.addresses())?;
    for _ in 0..times {
        members.act(random.below(ACTS))?;
        cluster.nodes[random.place(2)].restart()?;
        members.recover()?;
    }
    Ok((times, members.end()?))
}
