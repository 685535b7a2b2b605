//! The test bed: the server under test, its store, and what it has used.

use std::env::current_exe;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::ops::AddAssign;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chinwag_testbed::usage::{cpu, kilobytes, open_files, threads};
use chinwag_testbed::{NO_LIMITS, Redis, Server, pin};
use clap::{Args, ValueEnum};
use rustls::ClientConfig;
use tempfile::TempDir;

use crate::fleet::Fleet;
use crate::message::Messages;
use crate::nats;
use crate::plain::Writes;
use crate::process::Cores;
use crate::share::Share;
use crate::stream::Certificate;

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

    /// Measure this NATS server over WebSocket in place of Chinwag, with messages of the same size
    #[arg(long, global = true, value_name = "PATH", conflicts_with_all = ["plain", "redis", "tls"])]
    pub nats: Option<PathBuf>,

    /// Connect over TLS, to the plain loop, too
    #[arg(long, global = true)]
    pub tls: bool,

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
    redis: Option<Redis>,
    redis_url: String,
    certificate: Certificate,
    folder: TempDir,
}

/// A running server, or several nodes of it.
pub struct Target {
    servers: Vec<Server>,
    /// Dropped after the servers that have them.
    shares: Vec<Share>,
    redis: Option<u32>,
    /// Where it listens.
    pub addresses: Vec<SocketAddr>,
    tls: Option<Arc<ClientConfig>>,
    /// Whether it is the plain loop or NATS, which know neither users nor channels.
    pub is_plain: bool,
    is_nats: bool,
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
        let (mut redis, mut redis_url) = (None, self.redis.clone().unwrap_or_default());
        if redis_url == "spawn" {
            let started = Redis::start_in(folder.path(), &self.cores.server)?;
            redis_url = started.url();
            redis = Some(started);
        }
        let certificate = Certificate::make(folder.path())?;
        Ok(Ground { redis, redis_url, certificate, folder })
    }

    /// Starts what is to be measured.
    pub fn start(&self, ground: &Ground, presence_limit: u32) -> Result<Target> {
        let mut target = Target {
            servers: Vec::new(),
            shares: Vec::new(),
            redis: ground.redis.as_ref().map(|redis| redis.process.id()),
            addresses: Vec::new(),
            tls: self.tls.then(|| ground.certificate.client()).transpose()?,
            is_plain: self.is_plain(),
            is_nats: self.nats.is_some(),
        };
        pin(&self.cores.generator).context("failed to pin the generator, see --cores")?;
        for node in 0..self.nodes {
            let mut cores = &self.cores.server[..];
            if self.nodes > 1 && !cores.is_empty() {
                cores = &cores[node % cores.len()..][..1];
            }
            let mut command = self.command(ground, presence_limit)?;
            if let Some(mut address) = self.address {
                let port =
                    u16::try_from(node).ok().and_then(|node| address.port().checked_add(node));
                address.set_port(port.context("there are not so many ports")?);
                command.env("SERVER_ADDRESS", address.to_string());
            }
            let listening = if target.is_nats { nats::LISTENING } else { Server::LISTENING };
            let server = Server::start_as(command, cores, listening)?;
            let give = |percent| Share::give(server.process.id(), percent);
            target.shares.extend(self.share.map(give).transpose()?);
            target.addresses.push(server.address);
            target.servers.push(server);
        }
        Ok(target)
    }

    /// A node that keeps its address when it is restarted.
    pub fn restartable(&self, ground: &Ground) -> Result<Server> {
        let mut node = Server::start(self.command(ground, 1_000)?, &self.cores.server)?;
        node.keep_address();
        Ok(node)
    }

    /// Whether neither users nor channels are known there.
    pub fn is_plain(&self) -> bool {
        self.plain.is_some() || self.nats.is_some()
    }

    fn command(&self, ground: &Ground, presence_limit: u32) -> Result<Command> {
        if let Some(server) = &self.nats {
            return nats::command(server, ground.folder());
        }
        if let Some(writes) = self.plain.and_then(|writes| writes.to_possible_value()) {
            let mut command = Command::new(current_exe()?);
            command.args(["plain", "--write", writes.get_name()]);
            if self.tls {
                command.arg("--certificate").arg(&ground.certificate.path);
                command.arg("--key").arg(&ground.certificate.key);
            }
            return Ok(command);
        }
        let mut command = Server::command(Command::new(self.server()?), ground.folder());
        command.env("REDIS_URL", &ground.redis_url).envs(NO_LIMITS);
        command.env("PRESENCE_LIMIT", presence_limit.to_string());
        if self.tls {
            command.env("TLS_CERT", &ground.certificate.path);
            command.env("TLS_KEY", &ground.certificate.key);
        }
        command
            .env("FILES", ground.folder().join("files"))
            .env("FILE_SIZE", "8GB")
            .env("FILE_QUOTA", "0");
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

    /// The same on all cores together and without TLS, for what is not measured.
    pub fn in_haste(&self) -> Self {
        let all = [&self.cores.server[..], &self.cores.generator].concat();
        let cores = Cores { server: all.clone(), generator: all };
        Self { cores, nodes: 1, tls: false, ..self.clone() }
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
        self.servers.into_iter().try_for_each(|mut server| server.process.stop().map(drop))
    }

    /// Processor time used so far, that of a Redis of its own included.
    pub fn cpu(&self) -> Result<Duration> {
        self.ids().chain(self.redis).map(cpu).sum()
    }

    /// The memory that is the servers' share, in KB.
    pub fn memory(&self) -> Result<u64> {
        self.ids().map(|id| kilobytes(format!("/proc/{id}/smaps_rollup"), "Pss")).sum()
    }

    /// The most memory that the servers have had since [`Self::forget_peak`], in KB.
    pub fn peak(&self) -> Result<u64> {
        self.ids().map(|id| kilobytes(format!("/proc/{id}/status"), "VmHWM")).sum()
    }

    /// Begins to measure that anew.
    pub fn forget_peak(&self) -> Result<()> {
        self.ids().try_for_each(|id| Ok(std::fs::write(format!("/proc/{id}/clear_refs"), "5")?))
    }

    /// The memory of a Redis of its own, in KB.
    pub fn redis_memory(&self) -> Result<Option<u64>> {
        let memory = |id| kilobytes(format!("/proc/{id}/smaps_rollup"), "Pss");
        self.redis.map(memory).transpose()
    }

    /// A fleet without clients that connects as the servers take it.
    pub fn fleet(&self) -> Result<Fleet> {
        Fleet::new(self.tls.clone(), self.is_nats)
    }

    /// What is handed on as it is to those who asked for this path, where no users are known.
    pub fn frames(
        &self,
        clock: Instant,
        private: bool,
        size: usize,
        path: &str,
    ) -> Option<Messages> {
        self.is_plain.then(|| {
            if self.is_nats {
                Messages::published(clock, private, size, path)
            } else {
                Messages::frames(clock, private, size)
            }
        })
    }

    /// How many files the servers have open.
    pub fn open_files(&self) -> Result<u32> {
        self.ids().map(open_files).sum()
    }

    /// How many threads the servers have.
    pub fn threads(&self) -> Result<u32> {
        self.ids().map(threads).sum()
    }

    fn ids(&self) -> impl Iterator<Item = u32> {
        self.servers.iter().map(|server| server.process.id())
    }

    /// Does something and tells what it has used.
    pub fn used(&self, work: impl FnOnce() -> Result<()>) -> Result<Used> {
        let own = std::process::id();
        let (server, generator, start) = (self.cpu()?, cpu(own)?, Instant::now());
        work()?;
        Ok(Used {
            wall: start.elapsed(),
            server: self.cpu()?.saturating_sub(server),
            generator: cpu(own)?.saturating_sub(generator),
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
