//! Files that come and go while nodes are killed.

use std::path::Path;

use anyhow::Result;
use chinwag_testbed::Server;
use tempfile::TempDir;

use super::{Cluster, Plan};
use crate::audit::Cost;
use crate::files;

pub fn embedded(plan: &Plan) -> Result<(u32, Cost)> {
    let folder = TempDir::new()?;
    let mut node = plan.node(folder.path(), &[])?;
    let mut files = files::start(vec![node.address])?;
    let times = plan.disturb(&mut files, |_| node.restart())?;
    Ok((times, files::end(files, &folder.path().join("data/files"))?))
}

pub fn redis(plan: &Plan) -> Result<(u32, Cost)> {
    let (cluster, home) = (Cluster::start(plan, 0)?, TempDir::new()?);
    let start = |_| node(plan, &cluster, home.path());
    let mut nodes: Vec<Server> = (0..2).map(start).collect::<Result<_>>()?;
    let mut files = files::start(nodes.iter().map(|node| node.address).collect())?;
    let times = plan.disturb(&mut files, |random| nodes[random.place(2)].restart())?;
    Ok((times, files::end(files, home.path())?))
}

/// A node of the cluster that shares this home of files.
fn node(plan: &Plan, cluster: &Cluster, home: &Path) -> Result<Server> {
    let (url, home) = (cluster.redis.url(), home.to_string_lossy());
    plan.node(cluster.folder.path(), &[("REDIS_URL", &url), ("FILES", &home)])
}
