//! Nodes that end: killed, or restarted with grace.

use anyhow::Result;
use tempfile::TempDir;

use super::{Cluster, Plan};
use crate::audit::Cost;
use crate::crowd::Crowd;
use crate::proxy::Proxy;
use crate::tally::count;

pub fn killed_alone(plan: &Plan) -> Result<(u32, Cost)> {
    let (folder, times) = (TempDir::new()?, plan.times(50, 3));
    let mut node = plan.node(folder.path(), &[])?;
    let mut crowd = Crowd::start(vec![node.address])?;
    for _ in 0..times {
        node.restart()?;
        crowd.recover()?;
    }
    Ok((times, crowd.end()?))
}

pub fn killed_of_three(plan: &Plan) -> Result<(u32, Cost)> {
    let (mut cluster, times) = (Cluster::start(plan, 3)?, plan.times(50, 3));
    let mut crowd = Crowd::start(cluster.addresses())?;
    for time in 0..times {
        cluster.nodes[time as usize % 3].restart()?;
        crowd.recover()?;
    }
    Ok((times, crowd.end()?))
}

pub fn rolling_restart(plan: &Plan) -> Result<(u32, Cost)> {
    let (mut cluster, rounds) = (Cluster::start(plan, 3)?, plan.times(5, 1));
    let balancer = Proxy::start(cluster.addresses())?;
    let mut crowd = Crowd::start(vec![balancer.address])?;
    for time in 0..3 * rounds {
        let node = &mut cluster.nodes[time as usize % 3];
        node.process.stop()?;
        node.restart()?;
        crowd.recover()?;
    }
    let refused = count(&crowd.tally.refused);
    let mut cost = crowd.end()?;
    if refused > 0 {
        cost.surprises.push(format!("clients noticed more than a reconnect: {refused} errors 30"));
    }
    Ok((3 * rounds, cost))
}
