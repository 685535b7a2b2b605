//! A Redis that ends, stays away, or drops its subscribers.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Result, bail};

use super::{Cluster, Plan};
use crate::audit::Cost;
use crate::crowd::Crowd;

pub fn restarted(plan: &Plan) -> Result<(u32, Cost)> {
    let (mut cluster, times) = (Cluster::start(plan, 3)?, plan.times(20, 2));
    let mut crowd = Crowd::start(cluster.addresses())?;
    for _ in 0..times {
        cluster.redis.process.restart()?;
        crowd.recover()?;
    }
    Ok((times, crowd.end()?))
}

pub fn away(plan: &Plan) -> Result<(u32, Cost)> {
    let mut cluster = Cluster::start(plan, 3)?;
    let mut crowd = Crowd::start(cluster.addresses())?;
    cluster.redis.process.kill()?;
    // Being away is the fault, and its length a part of it.
    sleep(Duration::from_secs(plan.times(60, 2).into()));
    crowd.refused(1)?;
    cluster.redis.process.restart()?;
    crowd.recover()?;
    Ok((1, crowd.end()?))
}

pub fn subscriptions_cut(plan: &Plan) -> Result<(u32, Cost)> {
    let (cluster, times) = (Cluster::start(plan, 3)?, plan.times(200, 10));
    let mut crowd = Crowd::start(cluster.addresses())?;
    for _ in 0..times {
        let killed = cluster.redis.cli(&["CLIENT", "KILL", "TYPE", "pubsub"])?;
        if killed == ["0"] {
            bail!("no subscription was there to be cut");
        }
        crowd.recover()?;
    }
    Ok((times, crowd.end()?))
}
