//! Processes that are measured: on which cores they run, what they have used, and their end.

use std::fs;
use std::io::{BufRead, BufReader, Write, copy, sink, stderr, stdout};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};
use rustix::thread::{CpuSet, sched_setaffinity};

/// A started process, which ends with its owner.
pub struct Process(Child);

impl Process {
    /// Starts it on these cores, or on any.
    pub fn start(command: &mut Command, cores: &Cores) -> Result<Self> {
        // A child is born on the cores of its parent, and so counts no more than it may use.
        pin(&cores.server)?;
        let child = command.spawn();
        pin(&cores.generator)?;
        Ok(Self(
            child
                .with_context(|| format!("failed to start {}", command.get_program().display()))?,
        ))
    }

    /// Starts a server and reads from its log where it listens.
    pub fn listening(command: &mut Command, cores: &Cores) -> Result<(Self, SocketAddr)> {
        let mut process = Self::start(command.stderr(Stdio::piped()), cores)?;
        let Some(log) = process.0.stderr.take() else { bail!("a server without a log") };
        let mut log = BufReader::new(log);
        let mut said = String::new();
        loop {
            let start = said.len();
            if log.read_line(&mut said)? == 0 {
                bail!("the server did not start: {}", said.trim());
            }
            if let Some(address) = address(&said[start..]) {
                // Nobody reads the rest, but it must not fill the pipe.
                thread::spawn(move || copy(&mut log, &mut sink()));
                return Ok((process, address));
            }
        }
    }

    /// By what `/proc` knows it.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(mut self) -> Result<()> {
        kill_process(Pid::from_child(&self.0), Signal::TERM)?;
        self.0.wait()?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn address(line: &str) -> Option<SocketAddr> {
    let (_, address) = line.split_once("listening on http://")?;
    let end = address.find(|c: char| !matches!(c, '0'..='9' | '.' | ':'));
    address[..end.unwrap_or(address.len())].parse().ok()
}

/// Which cores the servers run on, and which the generator; empty for any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cores {
    /// The server's, its Redis's too.
    pub server: Vec<usize>,
    /// The generator's.
    pub generator: Vec<usize>,
}

impl Cores {
    /// Reads `0,1`, `0-1,2` or `any`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let range = |text: &str| {
            let (first, last) = text.split_once('-').unwrap_or((text, text));
            Some((first.parse().ok()?..=last.parse().ok()?).collect())
        };
        if text == "any" {
            return Ok(Self::default());
        }
        text.split_once(',')
            .and_then(|(server, generator)| {
                Some(Self { server: range(server)?, generator: range(generator)? })
            })
            .ok_or_else(|| "it takes the server's and the generator's cores: 0,1 or 0-1,2".into())
    }
}

fn pin(cores: &[usize]) -> Result<()> {
    let mut set = CpuSet::new();
    for &core in cores {
        set.set(core);
    }
    if !cores.is_empty() {
        let pinned = sched_setaffinity(None, &set);
        pinned.with_context(|| format!("failed to run on the cores {cores:?}, see --cores"))?;
    }
    Ok(())
}

/// The processor time that a process has used, to the nanosecond: the sum over its threads. Those
/// that have ended are missing, and with them what they had used.
pub fn cpu(process: u32) -> Result<Duration> {
    let mut used = 0;
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        // A thread may end meanwhile.
        if let Ok(stat) = fs::read_to_string(thread?.path().join("schedstat")) {
            used += nanoseconds(&stat).ok_or_else(|| anyhow!("schedstat is not as expected"))?;
        }
    }
    Ok(Duration::from_nanos(used))
}

/// The first field of a `schedstat`, sched-stats.rst of the kernel: time on a processor.
fn nanoseconds(schedstat: &str) -> Option<u64> {
    schedstat.split(' ').next()?.parse().ok()
}

/// The memory that is a process's share, in KB.
pub fn memory(process: u32) -> Result<u64> {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
    let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    let pss = pss.and_then(|pss| pss.trim().strip_suffix(" kB")?.trim().parse().ok());
    pss.ok_or_else(|| anyhow!("/proc/{process}/smaps_rollup has no Pss"))
}

/// Lets this process and those that it starts have as many open files as the system allows.
pub fn raise_open_files() -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })?;
    Ok(())
}

/// Tells what is going on, on a line of the error output.
pub fn say(what: &str) {
    // Whoever closed it doesn't want to know.
    let _ = writeln!(stderr(), "{what}");
}

/// Tells what was measured, on a line of the output.
pub fn report(what: &str) -> Result<()> {
    writeln!(stdout(), "{what}").context("failed to print")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_counts_on() {
        let before = cpu(std::process::id()).unwrap();
        while cpu(std::process::id()).unwrap() <= before {}
        assert_eq!(nanoseconds("300 7 1\n"), Some(300));
        assert_eq!(nanoseconds(""), None);
    }

    #[test]
    fn the_address_is_read_from_a_coloured_log() {
        let line = "INFO chinwag: listening on http://127.0.0.1:4711 \u{1b}[3maddress";
        assert_eq!(address(line), Some(([127, 0, 0, 1], 4711).into()));
        assert_eq!(address("INFO chinwag: stopping"), None);
    }

    #[test]
    fn cores_are_read() {
        let cores = |server: &[usize], generator: &[usize]| {
            Ok(Cores { server: server.to_vec(), generator: generator.to_vec() })
        };
        assert_eq!(Cores::parse("0,1"), cores(&[0], &[1]));
        assert_eq!(Cores::parse("0-1,2-3"), cores(&[0, 1], &[2, 3]));
        assert_eq!(Cores::parse("any"), cores(&[], &[]));
        assert!(Cores::parse("0").is_err() && Cores::parse("a,b").is_err());
    }
}
