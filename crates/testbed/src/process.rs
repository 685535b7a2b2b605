//! A program that is started, followed by its log, and ended.

use std::io::{BufRead, BufReader, PipeReader, pipe};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// How long a test waits for an event before it fails.
pub const MISSING: Duration = Duration::from_mins(1);

/// A started program. It is killed when it is dropped.
pub struct Process {
    command: Command,
    cores: Vec<usize>,
    ready: &'static str,
    child: Child,
    log: Arc<Log>,
}

/// What a program has written to its output and its error output.
#[derive(Default)]
struct Log {
    text: Mutex<String>,
    grown: Condvar,
}

impl Process {
    /// Starts a program on these cores, or on any if there are none, and waits for a line of its log that contains
    /// `ready`.
    ///
    /// # Errors
    /// If the program ends before that, with its log.
    pub fn start(mut command: Command, cores: &[usize], ready: &'static str) -> Result<Self> {
        let (child, output) = spawn(&mut command, cores)?;
        let log = Arc::default();
        let process = Self { command, cores: cores.to_vec(), ready, child, log };
        process.follow(output, ready)?;
        Ok(process)
    }

    /// Kills the program if it runs, starts it again and waits until it is ready.
    pub fn restart(&mut self) -> Result<()> {
        self.restart_until(self.ready)
    }

    /// The same, but waits for a line of its log that contains this text.
    pub fn restart_until(&mut self, text: &str) -> Result<()> {
        self.kill()?;
        let (child, output) = spawn(&mut self.command, &self.cores)?;
        self.child = child;
        self.follow(output, text)
    }

    /// The command of the next restart.
    pub fn command(&mut self) -> &mut Command {
        &mut self.command
    }

    /// The number by which `/proc` knows it.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it with signal 9, and waits for its end.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.wait().map(drop)
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        Ok(kill_process(Pid::from_child(&self.child), signal)?)
    }

    /// Asks it to end, and waits for that.
    pub fn stop(&mut self) -> Result<ExitStatus> {
        self.signal(Signal::TERM)?;
        self.wait()
    }

    /// Waits until it ends by itself.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        Ok(self.child.wait()?)
    }

    /// Whether it has not ended.
    pub fn is_running(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// Its log so far, from all its starts.
    #[must_use]
    pub fn log(&self) -> String {
        self.log.text().clone()
    }

    /// Waits until its log contains this text.
    ///
    /// # Errors
    /// After 20 seconds, with the log.
    pub fn until_logged(&self, text: &str) -> Result<()> {
        let waited =
            self.log.grown.wait_timeout_while(self.log.text(), MISSING, |log| !log.contains(text));
        let (log, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        ensure!(!waited.timed_out(), "{text:?} is not in the log:\n{log}");
        Ok(())
    }

    /// Reads the log to the line that contains `ready`, and leaves the rest to a thread: a full pipe would stop the
    /// program.
    fn follow(&self, output: PipeReader, ready: &str) -> Result<()> {
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let (log, mut said) = (Arc::clone(&self.log), String::new());
        while !said.contains(ready) {
            let Some(line) = lines.next() else {
                bail!("{} did not start: {}", self.command.get_program().display(), said.trim());
            };
            log.add(&line);
            said.extend([&line, "\n"]);
        }
        thread::spawn(move || lines.for_each(|line| log.add(&line)));
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It fails only when the program has ended already.
        let _ = self.kill();
    }
}

impl Log {
    fn text(&self) -> MutexGuard<'_, String> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, line: &str) {
        self.text().extend([line, "\n"]);
        self.grown.notify_all();
    }
}

fn spawn(command: &mut Command, cores: &[usize]) -> Result<(Child, PipeReader)> {
    let (output, input) = pipe()?;
    command.stdout(input.try_clone()?).stderr(input);
    // A child is born on the cores of its parent, and so counts no more than it may use.
    let own = sched_getaffinity(None)?;
    pin(cores)?;
    let child = command.spawn();
    sched_setaffinity(None, &own)?;
    // The command would keep the pipe open, which is to end with the program.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let failed = || format!("failed to start {}", command.get_program().display());
    Ok((child.with_context(failed)?, output))
}

/// Keeps this thread, and the threads and processes that it starts, on these cores; on any if there are none.
pub fn pin(cores: &[usize]) -> Result<()> {
    let mut set = CpuSet::new();
    for &core in cores {
        set.set(core);
    }
    if !cores.is_empty() {
        let pinned = sched_setaffinity(None, &set);
        pinned.with_context(|| format!("failed to run on the cores {cores:?}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn both_outputs_are_its_log() {
        let script = "echo begun; echo ready >&2; read _; echo more; exec sleep 60";
        let (input, keys) = pipe().unwrap();
        let mut command = shell(script);
        command.stdin(input);
        let mut process = Process::start(command, &[], "ready").unwrap();
        assert_eq!(process.log(), "begun\nready\n");
        drop((process.command().stdin(Stdio::null()), keys));
        process.until_logged("more").unwrap();
        assert!(process.is_running().unwrap());
        process.restart().unwrap();
        assert_eq!(process.stop().unwrap().code(), None);
        assert!(!process.is_running().unwrap());
        process.kill().unwrap();
    }

    #[test]
    fn what_does_not_start_says_why() {
        let error = Process::start(shell("echo no room >&2"), &[], "ready").err().unwrap();
        assert_eq!(error.to_string(), "sh did not start: no room");
        let missing = Process::start(Command::new("/nowhere"), &[], "ready").err().unwrap();
        assert_eq!(missing.to_string(), "failed to start /nowhere");
    }

    #[test]
    fn a_child_is_pinned_and_its_parent_is_not() {
        let own = sched_getaffinity(None).unwrap();
        let core = (0..CpuSet::MAX_CPU).rfind(|&core| own.is_set(core)).unwrap();
        let command = shell("grep Cpus_allowed_list /proc/self/status; echo ready");
        let process = Process::start(command, &[core], "ready").unwrap();
        assert_eq!(process.log(), format!("Cpus_allowed_list:\t{core}\nready\n"));
        assert!(sched_getaffinity(None).unwrap() == own);
    }
}
