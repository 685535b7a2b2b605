//! A redis-server on a free port.

use std::env;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use tempfile::TempDir;

use crate::Process;

/// A started redis-server, or the program that `CHINWAG_REDIS_SERVER` names in its place: Valkey's. It makes every write
/// durable, as the documents ask for.
pub struct Redis {
    /// Where it listens, also after a restart.
    pub address: SocketAddr,
    /// Its process.
    pub process: Process,
    /// Where its files are.
    pub folder: PathBuf,
    _temporary: Option<TempDir>,
}

impl Redis {
    /// Starts one in a temporary folder.
    pub fn start() -> Result<Self> {
        let folder = TempDir::new()?;
        let redis = Self::start_in(folder.path(), &[])?;
        Ok(Self { _temporary: Some(folder), ..redis })
    }

    /// Starts one in this folder, on these cores, or on any if there are none.
    pub fn start_in(folder: &Path, cores: &[usize]) -> Result<Self> {
        loop {
            let address = free_address()?;
            match Process::start(command(address, folder), cores, "Ready to accept connections") {
                // Between the look and the start another program has taken the port.
                Err(error) if error.to_string().contains("Address already in use") => {}
                process => {
                    let (process, folder) = (process?, folder.to_owned());
                    return Ok(Self { address, process, folder, _temporary: None });
                }
            }
        }
    }

    /// Its URL, without a database.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// What redis-cli prints, line by line.
    pub fn cli(&self, arguments: &[&str]) -> Result<Vec<String>> {
        let port = self.address.port().to_string();
        let output = Command::new("redis-cli").args(["-p", &port]).args(arguments).output()?;
        Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
    }
}

fn command(address: SocketAddr, folder: &Path) -> Command {
    let program = env::var_os("CHINWAG_REDIS_SERVER");
    let mut command = Command::new(program.unwrap_or_else(|| "redis-server".into()));
    command
        .args(["--port", &address.port().to_string(), "--bind", "127.0.0.1", "--save", ""])
        .args(["--appendonly", "yes", "--appendfsync", "always", "--dir"])
        .arg(folder);
    command
}

/// An address on which nothing listens now.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
