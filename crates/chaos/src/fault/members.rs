//! Members who come and go while nodes are killed.

use anyhow::Result;
use tempfile::TempDir;

use super::{Cluster, Plan};
use crate::audit::Cost;
use crate::members;

pub fn embedded(plan: &Plan) -> Result<(u32, Cost)> {
    let folder = TempDir::new()?;
    let mut node = plan.node(folder.path(), &[])?;
    let mut members = members::start(vec![node.address])?;
    let times = plan.disturb(&mut members, |_| node.restart())?;
    Ok((times, members::end(members)?))
}

pub fn redis(plan: &Plan) -> Result<(u32, Cost)> {
    let mut cluster = Cluster::start(plan, 2)?;
    let mut members = members::start(cluster.addresses())?;
    let times = plan.disturb(&mut members, |random| cluster.nodes[random.place(2)].restart())?;
    Ok((times, members::end(members)?))
}
