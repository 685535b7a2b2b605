//! The real binary on a free port.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use chinwag_testbed::usage::{cpu, kilobytes};
use chinwag_testbed::{Server, Signal};
use tempfile::TempDir;

use super::{TestClient, TestRedis};

pub struct TestServer {
    server: Server,
    address: String,
    dir: TempDir,
}

/// How a server ended.
pub struct Stopped {
    pub status: ExitStatus,
    pub stderr: String,
}

impl TestServer {
    /// On an embedded store of its own.
    pub fn embedded() -> Self {
        Self::with(&[])
    }

    /// A node on this Redis.
    pub fn on(redis: &TestRedis) -> Self {
        Self::with(&[("REDIS_URL", &redis.url())])
    }

    /// Speeds up the server's clock by this factor.
    pub fn in_a_hurry(times: u32) -> Self {
        Self::with_faketime(&[("FAKETIME", &format!("+0 x{times}"))])
    }

    /// With a clock that these variables of Debian's libfaketime set.
    pub fn with_faketime(variables: &[(&str, &str)]) -> Self {
        let library = std::fs::read_dir("/usr/lib").unwrap().flatten().find_map(|entry| {
            Some(entry.path().join("faketime/libfaketimeMT.so.1")).filter(|path| path.is_file())
        });
        let library = library.expect("libfaketime is installed: `make test` sees to it");
        let preload = ("LD_PRELOAD", library.to_str().unwrap());
        Self::with(&[&[preload], variables].concat())
    }

    pub fn with(variables: &[(&str, &str)]) -> Self {
        Self::start(variables, None)
    }

    /// A process that may have so many files open.
    pub fn with_open_files(most: u32, variables: &[(&str, &str)]) -> Self {
        Self::start(variables, Some(most))
    }

    fn start(variables: &[(&str, &str)], open_files: Option<u32>) -> Self {
        let dir = TempDir::new().unwrap();
        let mut command = Self::command(dir.path(), open_files);
        command.envs(variables.iter().copied());
        let server = Server::start(command, &[]).unwrap();
        Self { address: server.address.to_string(), server, dir }
    }

    /// The command of a server in this folder, which may have so many files open.
    pub fn command(folder: &Path, open_files: Option<u32>) -> Command {
        let binary = env!("CARGO_BIN_EXE_chinwag");
        let mut program = Command::new(open_files.map_or(binary, |_| "prlimit"));
        if let Some(most) = open_files {
            program.args([&format!("--nofile={most}:{most}"), binary]);
        }
        let mut command = Server::command(program, folder);
        command.env("METRICS_ADDRESS", "127.0.0.1:0");
        command
    }

    /// Starts and waits for the end, for settings with which nothing can run.
    pub fn fail(variables: &[(&str, &str)]) -> Stopped {
        let dir = TempDir::new().unwrap();
        let output =
            Self::command(dir.path(), None).envs(variables.iter().copied()).output().unwrap();
        Stopped { status: output.status, stderr: String::from_utf8(output.stderr).unwrap() }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.server.process.log()
    }

    /// The server's resident memory, in bytes.
    pub fn memory(&self) -> u64 {
        self.status("VmRSS")
    }

    /// The most that it was since it began or was last told to forget, in bytes.
    pub fn memory_at_its_height(&self) -> u64 {
        self.status("VmHWM")
    }

    /// The processor time that it has taken, by the scheduler's clock.
    pub fn processor_time(&self) -> Duration {
        cpu(self.server.process.id()).unwrap()
    }

    /// Lets its height be measured anew.
    pub fn forget_memory_height(&self) {
        // proc(5): 5 sets the peak to what is resident now.
        std::fs::write(format!("/proc/{}/clear_refs", self.server.process.id()), "5").unwrap();
    }

    fn status(&self, field: &str) -> u64 {
        kilobytes(format!("/proc/{}/status", self.server.process.id()), field).unwrap() * 1024
    }

    /// Whether the process that was started is still the one that runs.
    pub fn is_running(&mut self) -> bool {
        self.server.process.is_running().unwrap()
    }

    /// Where the embedded store is, unless the variables say otherwise.
    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// A new connection, its `ready` frame read.
    pub fn connect(&self) -> TestClient {
        TestClient::connect(&self.address)
    }

    /// A new connection through a proxy that says it comes from there, its `ready` frame read.
    pub fn connect_from(&self, client: &str) -> TestClient {
        TestClient::connect_with(&self.address, &[("x-forwarded-for", client)])
    }

    /// A new connection, signed in.
    pub fn sign_in(&self, username: &str) -> TestClient {
        let mut client = self.connect();
        client.sign_in(username);
        client
    }

    /// What GET answers: the whole response.
    pub fn get(&self, path: &str) -> String {
        get(&self.address, path, "connection: close")
    }

    /// What `METRICS_ADDRESS` answers: the whole response.
    pub fn metrics(&self) -> String {
        let address = self.server.logged_address("metrics on http").unwrap().to_string();
        get(&address, "/metrics", "connection: close")
    }

    /// The header that answers an upgrade.
    pub fn upgrade_with(&self, header: &str) -> String {
        self.upgrade_of("x", header)
    }

    /// The same for an upgrade that names this host.
    pub fn upgrade_of(&self, host: &str, header: &str) -> String {
        let headers = format!(
            "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n{header}"
        );
        let mut answer = BufReader::new(ask_host(&self.address, host, "/ws", &headers))
            .lines()
            .map_while(Result::ok);
        answer.by_ref().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }

    /// The same with these lines in the header.
    pub fn get_with(&self, path: &str, headers: &str) -> String {
        get(&self.address, path, headers)
    }

    pub fn kill(&mut self) {
        self.server.process.kill().unwrap();
    }

    /// Kills it while others use it; [`Self::kill`] waits for its end.
    pub fn begin_to_kill(&self) {
        self.server.process.signal(Signal::KILL).unwrap();
    }

    /// Starts it anew on the same data and at the same address.
    pub fn restart(&mut self) {
        self.server.keep_address();
        self.server.restart().unwrap();
    }

    /// Asks it to stop.
    pub fn terminate(&self) {
        self.server.process.signal(Signal::TERM).unwrap();
    }

    /// Asks it to read its certificate again.
    pub fn hang_up(&self) {
        self.server.process.signal(Signal::HUP).unwrap();
    }

    /// Waits until it has logged this.
    pub fn until_logged(&self, text: &str) {
        self.server.process.until_logged(text).unwrap();
    }

    /// Waits for its end.
    pub fn stopped(&mut self) -> ExitStatus {
        self.server.process.wait().unwrap()
    }
}

fn get(address: &str, path: &str, headers: &str) -> String {
    let mut response = Vec::new();
    // Too many requests are refused, perhaps by a reset.
    let _ = ask(address, path, headers).read_to_end(&mut response);
    String::from_utf8_lossy(&response).into_owned()
}

fn ask(address: &str, path: &str, headers: &str) -> TcpStream {
    ask_host(address, "x", path, headers)
}

fn ask_host(address: &str, host: &str, path: &str, headers: &str) -> TcpStream {
    let mut socket = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n{headers}\r\n\r\n");
    socket.write_all(request.as_bytes()).unwrap();
    socket
}
