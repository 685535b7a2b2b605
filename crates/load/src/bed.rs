//! The test bed: the server under test, its store, and what it has used.

use std::env::current_exe;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::ops::AddAssign;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};
use tempfile::TempDir;

use crate::plain::Writes;
use crate::process::{self, Cores, Process};
use crate::share::Share;

/// What is measured, and where.
#[derive(Args, Clone, Debug)]
pub struct Bed {
    /// The server's binary [default: chinwag beside this one]
    #[arg(long, global = true, value_name = "PATH")]
    pub server: Option<PathBuf>,

    /// Keep everything in this Redis, or in one of its own that fsyncs every write
    #[arg(long, global = true, value_name = "URL|spawn")]
    pub redis: Option<String>,

    /// Measure the plain epoll loop in place of Chinwag, with frames of the same size
    #[arg(long, global = true, value_name = "WRITES")]
    pub plain: Option<Writes>,

    /// The server's cores and the generator's
    #[arg(long, global = true, value_name = "CORES", default_value = "0,1",
          value_parser = Cores::parse)]
    pub cores: Cores,

    /// How many servers, each on the next of the server's cores
    #[arg(long, global = true, value_name = "NUMBER", default_value_t = 1)]
    nodes: usize,

    /// Give each server so many percent of a core and no more; takes root
    #[arg(long, global = true, value_name = "PERCENT")]
    share: Option<u32>,

    /// Where the first server listens, further ones on the ports behind it, so that something can watch them
    /// [default: free ports]
    #[arg(long, global = true, value_name = "HOST:PORT")]
    pub address: Option<SocketAddr>,

    /// How often to measure [default: 1, in a bench 5]
    #[arg(long, global = true, value_name = "NUMBER")]
    pub runs: Option<usize>,
}

/// Where a server keeps everything, from one of its lives to the next.
pub struct Ground {
    redis: Option<Process>,
    redis_url: String,
    folder: TempDir,
}

/// A running server, or several nodes of it.
pub struct Target {
    processes: Vec<Process>,
    /// Dropped after the processes that have them.
    shares: Vec<Share>,
    redis: Option<u32>,
    /// Where it listens.
    pub addresses: Vec<SocketAddr>,
    /// Whether it is the plain loop, which knows neither users nor channels.
    pub is_plain: bool,
}

/// What was used between two moments.
#[derive(Default)]
pub struct Used {
    /// By the clock.
    pub wall: Duration,
    /// By the server and its Redis.
    pub server: Duration,
    /// By the generator.
    pub generator: Duration,
}

impl AddAssign for Used {
    fn add_assign(&mut self, more: Self) {
        self.wall += more.wall;
        self.server += more.server;
        self.generator += more.generator;
    }
}

impl Bed {
    /// An empty store.
    pub fn ground(&self) -> Result<Ground> {
        // Beside the binary, since temporary folders may be in memory, where fsync costs nothing.
        let binary = current_exe()?;
        let folder = tempfile::tempdir_in(binary.parent().unwrap_or(Path::new(".")))?;
        let mut ground = Ground { redis: None, redis_url: String::new(), folder };
        match self.redis.as_deref() {
            Some("spawn") => {
                let (redis, url) = self.start_redis(ground.folder())?;
                (ground.redis, ground.redis_url) = (Some(redis), url);
            }
            url => url.unwrap_or_default().clone_into(&mut ground.redis_url),
        }
        Ok(ground)
    }

    fn start_redis(&self, folder: &Path) -> Result<(Process, String)> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let arguments = "--bind 127.0.0.1 --save  --appendonly yes --appendfsync always --port";
        let mut command = Command::new("redis-server");
        command.args(arguments.split(' ')).arg(port.to_string()).current_dir(folder);
        let redis = Process::start(command.stdout(Stdio::null()), &self.cores)?;
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(started.elapsed() < Duration::from_secs(5), "redis-server did not start");
            sleep(Duration::from_millis(20));
        }
        Ok((redis, format!("redis://127.0.0.1:{port}")))
    }

    /// Starts what is to be measured.
    pub fn start(&self, ground: &Ground, presence_limit: u32) -> Result<Target> {
        let mut target = Target {
            processes: Vec::new(),
            shares: Vec::new(),
            redis: ground.redis.as_ref().map(Process::id),
            addresses: Vec::new(),
            is_plain: self.plain.is_some(),
        };
        for node in 0..self.nodes {
            let mut cores = self.cores.clone();
            if self.nodes > 1 && !cores.server.is_empty() {
                cores.server = vec![cores.server[node % cores.server.len()]];
            }
            let mut command = self.command(ground, presence_limit)?;
            if let Some(mut address) = self.address {
                let port =
                    u16::try_from(node).ok().and_then(|node| address.port().checked_add(node));
                address.set_port(port.context("there are not so many ports")?);
                command.env("SERVER_ADDRESS", address.to_string());
            }
            let (process, address) = Process::listening(&mut command, &cores)?;
            let give = |percent| Share::give(process.id(), percent);
            target.shares.extend(self.share.map(give).transpose()?);
            target.processes.push(process);
            target.addresses.push(address);
        }
        Ok(target)
    }

    /// A node that can be restarted, and keeps its address.
    pub fn restartable(&self, ground: &Ground) -> Result<Restartable> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = self.command(ground, 1_000)?;
        command.env("SERVER_ADDRESS", address.to_string());
        let cores = self.cores.clone();
        let (process, _) = Process::listening(&mut command, &cores)?;
        Ok(Restartable { address, command, cores, process: Some(process) })
    }

    fn command(&self, ground: &Ground, presence_limit: u32) -> Result<Command> {
        if let Some(writes) = self.plain.and_then(|writes| writes.to_possible_value()) {
            let mut command = Command::new(current_exe()?);
            command.args(["plain", "--write", writes.get_name()]);
            return Ok(command);
        }
        let mut command = Command::new(self.server()?);
        command.current_dir(ground.folder()).stdout(Stdio::null()).env("NO_COLOR", "1");
        command.env("SERVER_ADDRESS", "127.0.0.1:0").env("DATA_DIR", ground.folder().join("data"));
        command.env("REDIS_URL", &ground.redis_url).env_remove("REDIS_ADDRESS").env_remove("PORT");
        command.env("PRESENCE_LIMIT", presence_limit.to_string());
        for rate in
            ["MESSAGE_RATE", "SIGN_IN_RATE", "CONNECTION_RATE", "MAX_CONNECTIONS_PER_ADDRESS"]
        {
            command.env(rate, "0");
        }
        Ok(command)
    }

    /// The server's binary.
    pub fn server(&self) -> Result<PathBuf> {
        let path = match &self.server {
            Some(path) => path.clone(),
            None => current_exe()?.with_file_name("chinwag"),
        };
        path.canonicalize().with_context(|| {
            format!("there is no server at {}: cargo build --release makes one", path.display())
        })
    }

    /// The same on all cores together, for what is not measured.
    pub fn in_haste(&self) -> Self {
        let mut cores = Cores::default();
        cores.server = [&self.cores.server[..], &self.cores.generator].concat();
        Self { cores, nodes: 1, ..self.clone() }
    }
}

/// A node that can be restarted.
pub struct Restartable {
    /// Where it listens.
    pub address: SocketAddr,
    command: Command,
    cores: Cores,
    process: Option<Process>,
}

impl Restartable {
    /// Ends it, as an operator would or as an accident, and starts it again.
    pub fn restart(&mut self, kill: bool) -> Result<()> {
        match self.process.take() {
            Some(process) if !kill => process.stop()?,
            killed => drop(killed),
        }
        self.process = Some(Process::listening(&mut self.command, &self.cores)?.0);
        Ok(())
    }
}

impl Ground {
    /// Where its Redis is; empty without one.
    pub fn redis_url(&self) -> &str {
        &self.redis_url
    }

    /// A folder on the disk that is removed with the ground.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Target {
    /// Ends it as an operator would.
    pub fn stop(self) -> Result<()> {
        self.processes.into_iter().try_for_each(Process::stop)
    }

    /// Processor time used so far, that of a Redis of its own included.
    pub fn cpu(&self) -> Result<Duration> {
        self.ids().chain(self.redis).map(process::cpu).sum()
    }

    /// Memory in use, in KB.
    pub fn memory(&self) -> Result<u64> {
        self.ids().map(process::memory).sum()
    }

    fn ids(&self) -> impl Iterator<Item = u32> {
        self.processes.iter().map(Process::id)
    }

    /// Does something and tells what it has used.
    pub fn used(&self, work: impl FnOnce() -> Result<()>) -> Result<Used> {
        let own = std::process::id();
        let (server, generator, start) = (self.cpu()?, process::cpu(own)?, Instant::now());
        work()?;
        Ok(Used {
            wall: start.elapsed(),
            server: self.cpu()?.saturating_sub(server),
            generator: process::cpu(own)?.saturating_sub(generator),
        })
    }

    /// Asks over HTTP whether the process lives, and waits for the answer.
    pub fn is_alive(&self) -> Result<()> {
        let mut socket = TcpStream::connect(self.addresses[0])?;
        socket
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer)?;
        ensure!(answer.starts_with("HTTP/1.1 200 "), "the server answered {answer:?}");
        Ok(())
    }
}
