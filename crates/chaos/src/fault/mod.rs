//! The faults, one file a kind.

mod changes;
mod clock;
mod disk;
mod files;
mod members;
mod network;
mod node;
mod redis;
mod repeat;
mod upgrade;
mod wal;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use chinwag_testbed::{NO_LIMITS, Random, Redis, Server};
use tempfile::TempDir;

use crate::audit::Cost;
use crate::company::Company;
use crate::disk::Disk;

/// Before the next fault come less than this many acts.
const ACTS: u64 = 200;

/// How much is done.
pub struct Plan {
    /// The chinwag binary.
    pub binary: PathBuf,
    /// The chinwag binary of 0.1.0, if it is there.
    pub released: Option<PathBuf>,
    /// A minute in all in place of as often as the documents say.
    pub short: bool,
}

/// A fault by its name, and what does it: how many times, and what it cost.
pub type Fault = (&'static str, fn(&Plan) -> Result<(u32, Cost)>);

/// All faults, in the order of the table.
pub const FAULTS: [Fault; 22] = [
    ("the only node killed (-9), embedded store", node::killed_alone),
    ("one of three nodes killed (-9), Redis", node::killed_of_three),
    ("three nodes restarted in turn behind a TCP balancer", node::rolling_restart),
    (UPGRADE, upgrade::from_0_1_0),
    ("members come and go, the only node killed (-9), embedded store", members::embedded),
    ("members come and go, one of two nodes killed (-9), Redis", members::redis),
    ("messages change, the only node killed (-9), embedded store", changes::embedded),
    ("messages change, a node, Redis or its Pub/Sub connections killed (-9)", changes::redis),
    ("files come and go, the only node killed (-9), embedded store", files::embedded),
    ("files come and go, one of two nodes killed (-9), Redis", files::redis),
    ("Redis killed (-9) and restarted", redis::restarted),
    ("Redis away (60 s; short: 2 s)", redis::away),
    ("Pub/Sub connections cut", redis::subscriptions_cut),
    ("a node cut off from Redis: connections ended", network::cut),
    ("a node cut off from Redis: nothing passes", network::silent),
    ("a node cut off from Redis: old connections stay dead", network::forgotten),
    ("disk full, embedded store", disk::embedded),
    ("disk full, Redis", disk::redis),
    ("wall clocks of three nodes moved by hours", clock::moved),
    ("the write-ahead log cut at a random place", wal::cut),
    ("every send repeated five times over three nodes", repeat::sends),
    ("one name wanted from three nodes at once", repeat::names),
];

const UPGRADE: &str = "two nodes of 0.1.0 replaced one after the other, Redis";

/// Why a fault can't be done here, by its name.
pub fn obstacle(plan: &Plan, name: &str) -> Option<String> {
    if name == UPGRADE && plan.released.is_none() {
        return Some("it needs --released, the program of 0.1.0 (make upgrade)".to_owned());
    }
    let needs_disk = name.starts_with("disk full");
    needs_disk.then(|| Disk::mount(1).err())?.map(|error| format!("{error:#}"))
}

impl Plan {
    /// How often: in full, or in short.
    fn times(&self, full: u32, short: u32) -> u32 {
        if self.short { short } else { full }
    }

    /// Does a fault again and again, each time after some acts.
    fn disturb<T: Send + Sync + 'static, R: Send + 'static>(
        &self,
        company: &mut Company<T, R>,
        mut fault: impl FnMut(&mut Random) -> Result<()>,
    ) -> Result<u32> {
        let (times, mut random) = (self.times(50, 5), Random::new(1));
        for _ in 0..times {
            company.act(random.below(ACTS))?;
            fault(&mut random)?;
            company.recover()?;
        }
        Ok(times)
    }

    /// A node with its files in this folder and these settings, which keeps its address.
    fn node(&self, folder: &Path, settings: &[(&str, &str)]) -> Result<Server> {
        let mut command = Server::command(Command::new(&self.binary), folder);
        command.envs(NO_LIMITS).envs(settings.iter().copied());
        let mut node = Server::start(command, &[])?;
        node.keep_address();
        Ok(node)
    }
}

/// Nodes on one Redis.
struct Cluster {
    nodes: Vec<Server>,
    redis: Redis,
    folder: TempDir,
}

impl Cluster {
    fn start(plan: &Plan, nodes: usize) -> Result<Self> {
        let (redis, folder) = (Redis::start()?, TempDir::new()?);
        let mut cluster = Self { nodes: Vec::new(), redis, folder };
        for _ in 0..nodes {
            cluster.nodes.push(cluster.node(plan, cluster.redis.address)?);
        }
        Ok(cluster)
    }

    /// One more node, which reaches Redis at this address.
    fn node(&self, plan: &Plan, redis: SocketAddr) -> Result<Server> {
        plan.node(self.folder.path(), &[("REDIS_URL", &format!("redis://{redis}"))])
    }

    fn addresses(&self) -> Vec<SocketAddr> {
        self.nodes.iter().map(|node| node.address).collect()
    }
}
