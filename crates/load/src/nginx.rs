//! An nginx to compare with: it takes and gives files, and knows nobody.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use chinwag_testbed::Process;

/// A running nginx.
pub struct Nginx {
    /// Where it listens.
    pub address: SocketAddr,
    _process: Process,
}

impl Nginx {
    /// Starts it on these cores, with its files in a folder.
    pub fn start(program: &Path, folder: &Path, cores: &[usize]) -> Result<Self> {
        let folder = folder.join("nginx");
        fs::create_dir_all(folder.join("files"))?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let at = folder.display();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {at}/{name};"))
            .join(" ");
        let config = format!(
            "daemon off; user root; worker_processes 1; pid {at}/pid; error_log stderr notice; events {{}}
             http {{ access_log off; sendfile on; client_max_body_size 0; {temporary}
             server {{ listen {address}; root {at}/files; location / {{ dav_methods PUT; }} }} }}"
        );
        fs::write(folder.join("nginx.conf"), config)?;
        let mut command = Command::new(program);
        command.args(["-e", "stderr", "-p"]).arg(&folder).arg("-c").arg(folder.join("nginx.conf"));
        let process = Process::start(command, cores, "start worker process ");
        let failed = || format!("failed to start {}; `make programs` brings it", program.display());
        Ok(Self { address, _process: process.with_context(failed)? })
    }
}
