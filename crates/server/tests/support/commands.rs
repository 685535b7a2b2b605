//! The commands of the binary, as a script runs them.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use tempfile::TempDir;

/// A user's home, and the commands that run there.
pub struct Home(pub TempDir);

impl Home {
    pub fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// As nobody yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
        command.args(arguments).current_dir(self.0.path()).env("HOME", self.0.path());
        for variable in ["XDG_STATE_HOME", "CHINWAG_USER", "CHINWAG_PASSWORD", "PORT"] {
            command.env_remove(variable);
        }
        command.env("TZ", "UTC");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// As this user, with the usual password.
    pub fn of(&self, user: &str, arguments: &[&str]) -> Command {
        let mut command = self.command(arguments);
        command.env("CHINWAG_USER", user).env("CHINWAG_PASSWORD", "secret");
        command
    }
}

/// What it printed, after it succeeded.
#[track_caller]
pub fn printed(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What it complained about, after it failed with one line.
#[track_caller]
pub fn complaint(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

/// A command under way, which ends with its test.
pub struct Running(Child, BufReader<ChildStdout>);

impl Running {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self(child, out)
    }

    /// The next line that is not a day's.
    pub fn line(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert!(self.1.read_line(&mut line).unwrap() > 0, "it ended");
            if !line.starts_with("──") {
                return line.trim_end().to_owned();
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
