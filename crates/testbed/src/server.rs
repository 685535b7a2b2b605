//! A chat server on a free port.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::Process;

/// The settings with which an address may connect, sign in and send as often and as much as it likes.
pub const NO_LIMITS: [(&str, &str); 5] = [
    ("DAILY_STORAGE", "0"),
    ("MESSAGE_RATE", "0"),
    ("SIGN_IN_RATE", "0"),
    ("CONNECTION_RATE", "0"),
    ("MAX_CONNECTIONS_PER_ADDRESS", "0"),
];

/// A started server.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its process. [`Server::restart`] starts it again.
    pub process: Process,
}

impl Server {
    /// What stands in the log before the address on which a server takes connections.
    pub const LISTENING: &str = "listening on http";

    /// Adds to a command of `chinwag` the settings of a server with everything in this folder, on a free port.
    #[must_use]
    pub fn command(mut program: Command, folder: &Path) -> Command {
        program.current_dir(folder).env("DATA_DIR", folder.join("data"));
        program.env("SERVER_ADDRESS", "127.0.0.1:0").env("LOG", "info").env("NO_COLOR", "1");
        for setting in ["PORT", "REDIS_URL", "REDIS_ADDRESS"] {
            program.env_remove(setting);
        }
        program
    }

    /// Starts a server on these cores, or on any if there are none, and waits until it listens.
    pub fn start(command: Command, cores: &[usize]) -> Result<Self> {
        Self::start_as(command, cores, Self::LISTENING)
    }

    /// The same with one in whose log this stands before the address.
    pub fn start_as(command: Command, cores: &[usize], listening: &'static str) -> Result<Self> {
        let process = Process::start(command, cores, listening)?;
        Ok(Self { address: address_of(&process, listening)?, process })
    }

    /// Kills it if it runs, and starts it again with the same settings and data: on another free port, if it was started
    /// on one.
    pub fn restart(&mut self) -> Result<()> {
        self.process.restart()?;
        self.address = address_of(&self.process, Self::LISTENING)?;
        Ok(())
    }

    /// Lets it listen on the same port after a restart.
    pub fn keep_address(&mut self) {
        self.process.command().env("SERVER_ADDRESS", self.address.to_string());
    }

    /// The address of the last URL in its log that begins behind this text with `http`, or `https`.
    #[must_use]
    pub fn logged_address(&self, text: &str) -> Option<SocketAddr> {
        address_behind(&self.process.log(), text)
    }
}

fn address_of(process: &Process, listening: &str) -> Result<SocketAddr> {
    address_behind(&process.log(), listening)
        .context("failed to find the server's address in its log")
}

fn address_behind(log: &str, text: &str) -> Option<SocketAddr> {
    let (_, address) = log.rsplit_once(text)?.1.split_once("://")?;
    address.split(|c: char| !"[].:".contains(c) && !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_address_is_read_from_a_log() {
        let log = "listening on http://127.0.0.1:1 metrics on http://127.0.0.1:2/metrics\n\
                   listening on https://[::]:4711 \u{1b}[3maddress";
        assert_eq!(address_behind(log, Server::LISTENING), Some(([0; 8], 4711).into()));
        assert_eq!(address_behind(log, "metrics on http"), Some(([127, 0, 0, 1], 2).into()));
        assert_eq!(address_behind("stopping", Server::LISTENING), None);
    }
}
