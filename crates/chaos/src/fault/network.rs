//! A node whose way to Redis is cut while its clients stay.

use anyhow::Result;

use super::{Cluster, Plan};
use crate::audit::Cost;
use crate::crowd::Crowd;
use crate::proxy::{Cable, Proxy};

pub fn cut(plan: &Plan) -> Result<(u32, Cost)> {
    cable(plan, Cable::Cut, plan.times(20, 1), |_| {})
}

pub fn silent(plan: &Plan) -> Result<(u32, Cost)> {
    cable(plan, Cable::Silent, plan.times(5, 1), |_| {})
}

/// What was connected before the silence stays dead after it.
pub fn forgotten(plan: &Plan) -> Result<(u32, Cost)> {
    cable(plan, Cable::Silent, plan.times(5, 1), Proxy::forget)
}

fn cable(
    plan: &Plan,
    fault: Cable,
    times: u32,
    at_the_end: impl Fn(&Proxy),
) -> Result<(u32, Cost)> {
    let cluster = Cluster::start(plan, 2)?;
    let proxy = Proxy::start(vec![cluster.redis.address])?;
    let behind = cluster.node(plan, proxy.address)?;
    let mut nodes = cluster.addresses();
    nodes.push(behind.address);
    let mut crowd = Crowd::start(nodes)?;
    for _ in 0..times {
        proxy.set(fault);
        // The writers on that node are told, each twice.
        crowd.refused(4)?;
        at_the_end(&proxy);
        proxy.set(Cable::Whole);
        crowd.recover()?;
    }
    Ok((times, crowd.end()?))
}
