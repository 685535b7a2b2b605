//! The processes that faults are done to: nodes of Chinwag and a redis-server.

use std::io::{BufRead, BufReader, copy, sink};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

/// A process that can be killed and started again, and ends with its owner.
pub struct Process {
    start: Box<dyn Fn() -> Command + Send>,
    /// What it says when it is ready, and on which of its outputs.
    ready: &'static str,
    child: Child,
}

impl Process {
    fn start(start: Box<dyn Fn() -> Command + Send>, ready: &'static str) -> Result<Self> {
        let child = launch(start(), ready)?;
        Ok(Self { start, ready, child })
    }

    /// Kills it with signal 9.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(&mut self) -> Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        self.wait()
    }

    /// Waits until it ends by itself.
    pub fn wait(&mut self) -> Result<()> {
        self.child.wait()?;
        Ok(())
    }

    /// Starts it again and waits until it is ready.
    pub fn restart(&mut self) -> Result<()> {
        self.child = launch((self.start)(), self.ready)?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn launch(mut command: Command, ready: &str) -> Result<Child> {
    let name = command.get_program().display().to_string();
    let spawned = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.with_context(|| format!("failed to start {name}"))?;
    // A node writes its log to the one, Redis to the other.
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let logs: [Option<Box<dyn std::io::Read + Send>>; 2] = if ready.starts_with("Ready") {
        [stdout.map(|log| Box::new(log) as _), stderr.map(|log| Box::new(log) as _)]
    } else {
        [stderr.map(|log| Box::new(log) as _), stdout.map(|log| Box::new(log) as _)]
    };
    let [Some(log), Some(mut rest)] = logs else { bail!("{name} has no output") };
    // Nobody reads the rest, but it must not fill the pipe.
    thread::spawn(move || copy(&mut rest, &mut sink()));
    let (mut log, mut said) = (BufReader::new(log), String::new());
    loop {
        let start = said.len();
        if log.read_line(&mut said)? == 0 {
            bail!("{name} did not start: {}", said.trim());
        }
        if said[start..].contains(ready) {
            thread::spawn(move || copy(&mut log, &mut sink()));
            return Ok(child);
        }
    }
}

/// A node with its address, which it keeps.
pub struct Node {
    /// Where it listens.
    pub address: SocketAddr,
    /// The process.
    pub process: Process,
}

impl Node {
    /// On an embedded store in this folder.
    pub fn embedded(binary: &Path, folder: &Path) -> Result<Self> {
        Self::start(binary, vec![("DATA_DIR".to_owned(), folder.display().to_string())])
    }

    /// On the Redis at this address.
    pub fn on(binary: &Path, redis: SocketAddr) -> Result<Self> {
        Self::start(binary, vec![("REDIS_URL".to_owned(), format!("redis://{redis}"))])
    }

    /// With these environment variables.
    pub fn start(binary: &Path, variables: Vec<(String, String)>) -> Result<Self> {
        let (address, binary) = (free_port()?, binary.to_owned());
        let start = move || {
            let mut command = Command::new(&binary);
            command
                .env("SERVER_ADDRESS", address.to_string())
                .envs([
                    ("SIGN_IN_RATE", "0"),
                    ("CONNECTION_RATE", "0"),
                    ("MESSAGE_RATE", "0"),
                    ("MAX_CONNECTIONS_PER_ADDRESS", "0"),
                ])
                .env("LOG", "info")
                .envs(variables.iter().map(|(name, value)| (name, value)));
            command
        };
        let process = Process::start(Box::new(start), "listening on http://")?;
        Ok(Self { address, process })
    }
}

/// A redis-server that makes every write durable.
pub struct Redis {
    /// Where it listens.
    pub address: SocketAddr,
    /// The process.
    pub process: Process,
}

impl Redis {
    /// In this folder.
    pub fn start(folder: &Path) -> Result<Self> {
        let (address, folder) = (free_port()?, PathBuf::from(folder));
        let start = move || {
            let mut command = Command::new("redis-server");
            command
                .args(["--port", &address.port().to_string(), "--bind", "127.0.0.1"])
                .args(["--save", "", "--appendonly", "yes", "--appendfsync", "always", "--dir"])
                .arg(&folder);
            command
        };
        let process = Process::start(Box::new(start), "Ready to accept connections")?;
        Ok(Self { address, process })
    }

    /// What redis-cli prints.
    pub fn cli(&self, arguments: &[&str]) -> Result<String> {
        let port = self.address.port().to_string();
        let output = Command::new("redis-cli").args(["-p", &port]).args(arguments).output()?;
        Ok(String::from_utf8(output.stdout)?)
    }
}

/// Nobody else gets this port soon: the system hands them out in turn.
fn free_port() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
