//! Messages that change while nodes, Redis and its connections are killed.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use chinwag_testbed::Server;
use tempfile::TempDir;

use super::{Cluster, Plan};
use crate::audit::Cost;
use crate::changes;

pub fn embedded(plan: &Plan) -> Result<(u32, Cost)> {
    let folder = TempDir::new()?;
    let mut node = plan.node(folder.path(), &[])?;
    let mut changes = changes::start(vec![node.address])?;
    let times = plan.disturb(&mut changes, |_| node.restart())?;
    let mut ended = changes::end(changes)?;
    ended.look("an export", &export(plan, folder.path(), &[])?);
    node.process.stop()?;
    for file in fs::read_dir(folder.path().join("data"))? {
        let file = file?;
        if file.file_type()?.is_file() {
            ended.look(&file.file_name().to_string_lossy(), &fs::read(file.path())?);
        }
    }
    Ok((times, ended.cost))
}

pub fn redis(plan: &Plan) -> Result<(u32, Cost)> {
    let mut cluster = Cluster::start(plan, 2)?;
    let mut changes = changes::start(cluster.addresses())?;
    let times = plan.disturb(&mut changes, |random| match random.below(4) {
        0 => cluster.redis.process.restart(),
        1 => cluster.redis.cli(&["CLIENT", "KILL", "TYPE", "pubsub"]).map(drop),
        _ => cluster.nodes[random.place(2)].restart(),
    })?;
    let mut ended = changes::end(changes)?;
    let (folder, redis) = (TempDir::new()?, &cluster.redis);
    ended.look("an export", &export(plan, folder.path(), &[("REDIS_URL", &redis.url())])?);
    // Texts stand in it as they are.
    redis.cli(&["CONFIG", "SET", "rdbcompression", "no"])?;
    redis.cli(&["SAVE"])?;
    ended.look("Redis", &fs::read(redis.folder.join("dump.rdb"))?);
    Ok((times, ended.cost))
}

/// All that `chinwag export` writes.
fn export(plan: &Plan, folder: &Path, settings: &[(&str, &str)]) -> Result<Vec<u8>> {
    let mut command = Server::command(Command::new(&plan.binary), folder);
    let output = command.envs(settings.iter().copied()).args(["export", "-"]).output()?;
    ensure!(
        output.status.success(),
        "failed to export: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output.stdout)
}
