//! Messages that change while nodes, Redis and its connections are killed.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use chinwag_testbed::Server;
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
    let mut ended = changes.end()?;
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
    let mut ended = changes.end()?;
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
