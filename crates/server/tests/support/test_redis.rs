//! A redis-server, and what only tests do to it.

use std::path::{Path, PathBuf};

use chinwag_testbed::Redis;

use super::test_certificate::TestCertificate;

pub struct TestRedis(Redis);

impl TestRedis {
    pub fn start() -> Self {
        Self(Redis::start().expect("redis-server is installed: `make test` sees to it"))
    }

    /// One that speaks TLS and nothing else.
    pub fn with_tls(certificate: &TestCertificate) -> Self {
        let mut redis = Self::start();
        let port = redis.0.address.port().to_string();
        let command = redis.0.process.command();
        command.args(["--port", "0", "--tls-port", &port, "--tls-auth-clients", "no"]);
        command.arg("--tls-cert-file").arg(certificate.certificate());
        command.arg("--tls-key-file").arg(certificate.key());
        redis.restart();
        redis
    }

    pub fn url(&self) -> String {
        self.0.url()
    }

    /// What redis-cli prints, line by line.
    pub fn cli(&self, arguments: &[&str]) -> Vec<String> {
        self.0.cli(arguments).unwrap()
    }

    pub fn kill(&mut self) {
        self.0.process.kill().unwrap();
    }

    pub fn restart(&mut self) {
        self.0.process.restart().unwrap();
    }

    /// Keeps a copy of what it holds now.
    pub fn snapshot(&self) {
        copy_folder(&self.data(), &self.0.folder.join("snapshot"));
    }

    /// Kills it and starts it with what it held at the snapshot, as after a fail-over to a replica
    /// that lagged.
    pub fn set_back(&mut self) {
        self.kill();
        std::fs::remove_dir_all(self.data()).unwrap();
        copy_folder(&self.0.folder.join("snapshot"), &self.data());
        self.restart();
    }

    fn data(&self) -> PathBuf {
        self.0.folder.join("appendonlydir")
    }

    /// Starts it, so that it takes 0.3 ms for each command in its file, and answers LOADING meanwhile.
    pub fn load_slowly(&mut self) {
        self.0.process.command().args(["--key-load-delay", "300"]);
        self.0.process.restart_until("Reading RDB base file").unwrap();
    }

    /// Lets it load the rest without a pause.
    pub fn load_fast(&self) {
        self.cli(&["CONFIG", "SET", "key-load-delay", "0"]);
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}
