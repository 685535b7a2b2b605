//! The real binary on a free port.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};

use tempfile::TempDir;

use super::{TestClient, TestRedis};

pub struct TestServer {
    address: String,
    process: Child,
    variables: Vec<(String, String)>,
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

    pub fn with(variables: &[(&str, &str)]) -> Self {
        let dir = TempDir::new().unwrap();
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let (process, address) = launch(&dir, &variables);
        Self { address, process, variables, dir }
    }

    /// Starts and waits for the end, for settings with which nothing can run.
    pub fn fail(variables: &[(&str, &str)]) -> Stopped {
        let dir = TempDir::new().unwrap();
        let output = command(&dir).envs(variables.iter().copied()).output().unwrap();
        Stopped { status: output.status, stderr: String::from_utf8(output.stderr).unwrap() }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// Where the embedded store is, unless the variables say otherwise.
    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// A new connection, its `ready` frame read.
    pub fn connect(&self) -> TestClient {
        TestClient::connect(&self.address)
    }

    /// A new connection, signed in.
    pub fn sign_in(&self, username: &str) -> TestClient {
        let mut client = self.connect();
        client.sign_in(username);
        client
    }

    /// What GET answers: the whole response.
    pub fn get(&self, path: &str) -> String {
        let mut socket = TcpStream::connect(&self.address).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        std::io::Write::write_all(&mut socket, request.as_bytes()).unwrap();
        let mut response = Vec::new();
        socket.read_to_end(&mut response).unwrap();
        String::from_utf8_lossy(&response).into_owned()
    }

    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it anew on the same data.
    pub fn restart(&mut self) {
        (self.process, self.address) = launch(&self.dir, &self.variables);
    }

    /// Asks it to stop.
    pub fn terminate(&self) {
        let sent = Command::new("kill").arg(self.process.id().to_string()).status().unwrap();
        assert!(sent.success());
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

fn command(dir: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    command
        .current_dir(dir.path())
        .env("SERVER_ADDRESS", "127.0.0.1:0")
        .env("DATA_DIR", dir.path().join("data"))
        .env("SIGN_IN_RATE", "0")
        .env("CONNECTION_RATE", "0")
        .env("LOG", "info");
    command
}

fn launch(dir: &TempDir, variables: &[(String, String)]) -> (Child, String) {
    let mut command = command(dir);
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(process.stderr.take().unwrap());
    let address = loop {
        let mut line = String::new();
        assert!(log.read_line(&mut line).unwrap() > 0, "the server ended before it listened");
        if let Some((_, address)) = line.split_once("listening on http://") {
            break address
                .split(|c: char| c != '.' && c != ':' && !c.is_ascii_digit())
                .next()
                .unwrap()
                .to_owned();
        }
    };
    // A full pipe would stop the server.
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    (process, address)
}
