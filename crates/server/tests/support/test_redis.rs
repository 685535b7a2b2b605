//! A redis-server of one's own on a free port, durable as the documents ask for.

use std::io::{BufRead, BufReader, copy, sink};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use tempfile::TempDir;

use super::test_certificate::TestCertificate;

pub struct TestRedis {
    port: u16,
    dir: TempDir,
    process: Child,
}

impl TestRedis {
    pub fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let dir = TempDir::new().unwrap();
        let process = launch(&mut command(port, &dir));
        Self { port, dir, process }
    }

    /// One that speaks TLS and nothing else.
    pub fn with_tls(certificate: &TestCertificate) -> Self {
        let mut redis = Self::start();
        redis.kill();
        let (cert, key) = (certificate.certificate(), certificate.key());
        let mut command = command(0, &redis.dir);
        command.args(["--tls-port", &redis.port.to_string(), "--tls-auth-clients", "no"]);
        command.arg("--tls-cert-file").arg(cert).arg("--tls-key-file").arg(key);
        redis.process = launch(&mut command);
        redis
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// What redis-cli prints, line by line.
    pub fn cli(&self, arguments: &[&str]) -> Vec<String> {
        let port = self.port.to_string();
        let output =
            Command::new("redis-cli").args(["-p", &port]).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
    }

    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Keeps a copy of what it holds now.
    pub fn snapshot(&self) {
        copy_folder(&self.data(), &self.dir.path().join("snapshot"));
    }

    /// Kills it and starts it with what it held at the snapshot, as after a fail-over to a replica
    /// that lagged.
    pub fn set_back(&mut self) {
        self.kill();
        std::fs::remove_dir_all(self.data()).unwrap();
        copy_folder(&self.dir.path().join("snapshot"), &self.data());
        self.restart();
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("appendonlydir")
    }

    pub fn restart(&mut self) {
        self.process = launch(&mut command(self.port, &self.dir));
    }

    /// Starts it, so that it takes 0.3 ms for each command in its file, and answers LOADING meanwhile.
    pub fn load_slowly(&mut self) {
        let mut command = command(self.port, &self.dir);
        command.args(["--key-load-delay", "300"]);
        self.process = launch_until(&mut command, "Reading RDB base file");
    }

    /// Lets it load the rest without a pause.
    pub fn load_fast(&self) {
        self.cli(&["CONFIG", "SET", "key-load-delay", "0"]);
    }
}

impl Drop for TestRedis {
    fn drop(&mut self) {
        // It may have been killed before.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

fn command(port: u16, dir: &TempDir) -> Command {
    let mut command = Command::new("redis-server");
    command
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
        .args(["--appendonly", "yes", "--appendfsync", "always", "--dir"])
        .arg(dir.path());
    command
}

fn launch(command: &mut Command) -> Child {
    launch_until(command, "Ready to accept connections")
}

fn launch_until(command: &mut Command, said: &str) -> Child {
    let mut process = command
        .stdout(Stdio::piped())
        .spawn()
        .expect("redis-server is installed: `make test` sees to it");
    let mut log = BufReader::new(process.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains(said) {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "redis-server ended before {said:?}");
    }
    // A full pipe would stop it.
    thread::spawn(move || copy(&mut log, &mut sink()));
    process
}
