//! The real binary on a free port.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{TestClient, TestRedis};

/// After this what should be logged counts as missing, and the test fails.
const MISSING: Duration = Duration::from_secs(20);

pub struct TestServer {
    address: String,
    metrics: String,
    process: Child,
    variables: Vec<(String, String)>,
    open_files: Option<u32>,
    dir: TempDir,
    log: Log,
}

/// What the server has logged.
type Log = Arc<Mutex<String>>;

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

    /// With a clock that runs 20 times as fast, by Debian's libfaketime.
    pub fn in_a_hurry() -> Self {
        Self::in_a_hurry_with(&[])
    }

    pub fn in_a_hurry_with(variables: &[(&str, &str)]) -> Self {
        Self::with_faketime(&[&[("FAKETIME", "+0 x20")], variables].concat())
    }

    /// With a clock that these variables of libfaketime set.
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
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let log = Log::default();
        let (process, address, metrics) = launch(&dir, &variables, open_files, &log);
        Self { address, metrics, process, variables, open_files, dir, log }
    }

    /// Starts and waits for the end, for settings with which nothing can run.
    pub fn fail(variables: &[(&str, &str)]) -> Stopped {
        let dir = TempDir::new().unwrap();
        let output = command(&dir, None).envs(variables.iter().copied()).output().unwrap();
        Stopped { status: output.status, stderr: String::from_utf8(output.stderr).unwrap() }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// The server's resident memory, in bytes.
    pub fn memory(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// The most that it was since it began or was last told to forget, in bytes.
    pub fn memory_at_its_height(&self) -> u64 {
        self.status("VmHWM:")
    }

    /// The processor time that it has taken, by the scheduler's clock.
    pub fn processor_time(&self) -> Duration {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.process.id())).unwrap();
        // A thread may end meanwhile.
        let times = tasks.flatten().filter_map(|task| {
            let times = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
            times.split(' ').next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(times.sum())
    }

    /// Lets its height be measured anew.
    pub fn forget_memory_height(&self) {
        // proc(5): 5 sets the peak to what is resident now.
        std::fs::write(format!("/proc/{}/clear_refs", self.process.id()), "5").unwrap();
    }

    fn status(&self, name: &str) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }

    /// Whether the process that was started is still the one that runs.
    pub fn is_running(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
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
        get(&self.metrics, "/metrics", "connection: close")
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
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it anew on the same data.
    pub fn restart(&mut self) {
        (self.process, self.address, self.metrics) =
            launch(&self.dir, &self.variables, self.open_files, &self.log);
    }

    /// Asks it to stop.
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    pub fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until it has logged this.
    pub fn until_logged(&self, text: &str) {
        let began = Instant::now();
        while !self.log().contains(text) {
            assert!(began.elapsed() < MISSING, "{text:?} is not in the log:\n{}", self.log());
            std::thread::yield_now();
        }
    }

    /// Waits for its end.
    pub fn stopped(&mut self) -> ExitStatus {
        self.process.wait().unwrap()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn get(address: &str, path: &str, headers: &str) -> String {
    let mut response = Vec::new();
    // Whoever asks too often is refused, perhaps by a reset.
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

fn command(dir: &TempDir, open_files: Option<u32>) -> Command {
    let program = env!("CARGO_BIN_EXE_chinwag");
    let mut command = Command::new(open_files.map_or(program, |_| "prlimit"));
    if let Some(most) = open_files {
        command.args([&format!("--nofile={most}:{most}"), program]);
    }
    command
        .current_dir(dir.path())
        .env("SERVER_ADDRESS", "127.0.0.1:0")
        .env("DATA_DIR", dir.path().join("data"))
        .env("METRICS_ADDRESS", "127.0.0.1:0")
        .env("LOG", "info");
    command
}

fn launch(
    dir: &TempDir,
    variables: &[(String, String)],
    open_files: Option<u32>,
    kept: &Log,
) -> (Child, String, String) {
    let mut command = command(dir, open_files);
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(process.stderr.take().unwrap());
    let mut metrics = String::new();
    let address = loop {
        let mut line = String::new();
        assert!(log.read_line(&mut line).unwrap() > 0, "the server ended before it listened");
        kept.lock().unwrap().push_str(&line);
        if let Some(address) = address_after(&line, "metrics on http") {
            metrics = address;
        }
        if let Some(address) = address_after(&line, "listening on http") {
            break address;
        }
    };
    let kept = Arc::clone(kept);
    // A full pipe would stop the server.
    std::thread::spawn(move || {
        for line in log.lines().map_while(Result::ok) {
            kept.lock().unwrap().push_str(&(line + "\n"));
        }
    });
    (process, address, metrics)
}

/// The address and port of the URL that begins so.
fn address_after(line: &str, begin: &str) -> Option<String> {
    let (_, address) = line.split_once(begin)?.1.split_once("://")?;
    let address = address.split(|c: char| !"[].:".contains(c) && !c.is_ascii_digit()).next()?;
    Some(address.to_owned())
}
