//! Nodes of 0.1.0 that are replaced by nodes of this version, on one Redis, while clients write.

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use chinwag_testbed::{NO_LIMITS, Process, Redis, Server, free_address};
use tempfile::TempDir;

use super::Plan;
use crate::audit::Cost;
use crate::crowd::Crowd;

/// What a node logs while nodes of 0.1 live on its Redis.
const WAITING: &str = "servers of Chinwag 0.1 run on this Redis";

pub fn from_0_1_0(plan: &Plan) -> Result<(u32, Cost)> {
    let released = plan.released.as_deref().context("there is no program of 0.1.0")?;
    let (redis, folder) = (Redis::start()?, TempDir::new()?);
    let command = |program: &Path, address: SocketAddr| {
        let mut command = Server::command(Command::new(program), folder.path());
        command.envs(NO_LIMITS).env("REDIS_URL", redis.url());
        command.env("SERVER_ADDRESS", address.to_string());
        command
    };
    let nodes = [free_address()?, free_address()?, free_address()?];
    let old = |address| Server::start(command(released, address), &[]);
    let new = |address| Process::start(command(&plan.binary, address), &[], WAITING);
    let (mut first, mut second) = (old(nodes[0])?, old(nodes[1])?);
    let mut crowd = Crowd::start(nodes.to_vec())?;
    // Beside both, and in place of one of them.
    let third = new(nodes[2])?;
    crowd.recover()?;
    first.process.stop()?;
    let first = new(nodes[0])?;
    crowd.recover()?;
    for waiting in [nodes[0], nodes[2]] {
        ensure!(TcpStream::connect(waiting).is_err(), "a node doesn't wait for 0.1.0 to end");
    }
    second.process.stop()?;
    for node in [&first, &third] {
        node.until_logged("listening on")?;
    }
    crowd.recover()?;
    Ok((2, crowd.end()?))
}
