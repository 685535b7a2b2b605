//! A server that starts before its Redis is ready waits for it.

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};

use support::TestRedis;
use tempfile::TempDir;

/// A server that has just been started.
struct Starting {
    process: Child,
    log: BufReader<ChildStderr>,
    _dir: TempDir,
}

impl Starting {
    fn on(redis: &TestRedis) -> Self {
        let dir = TempDir::new().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
        command.current_dir(dir.path()).stderr(Stdio::piped());
        command.env("SERVER_ADDRESS", "127.0.0.1:0").env("REDIS_URL", redis.url());
        let mut process = command.spawn().unwrap();
        let log = BufReader::new(process.stderr.take().unwrap());
        Self { process, log, _dir: dir }
    }

    /// The first line with this text, of those that come from now on.
    fn line_with(&mut self, text: &str) -> String {
        let mut line = String::new();
        while !line.contains(text) {
            line.clear();
            assert!(self.log.read_line(&mut line).unwrap() > 0, "it ended before {text:?}");
        }
        line
    }

    fn terminate(mut self) -> ExitStatus {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-s", "TERM", &id]).status().unwrap().success());
        self.process.wait().unwrap()
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_redis_that_is_not_there_yet_is_waited_for() {
    let mut redis = TestRedis::start();
    redis.kill();
    let mut server = Starting::on(&redis);
    let address = redis.url().replace("redis://", "");
    let waits = server.line_with("waiting for Redis");
    assert!(waits.contains(&address) && waits.contains("refused"), "{waits}");
    redis.restart();
    server.line_with(&format!("Redis at {address} is ready"));
    server.line_with("listening on");
    assert!(server.terminate().success());
}

#[test]
fn a_redis_that_loads_its_data_is_waited_for() {
    let mut redis = TestRedis::start();
    redis.cli(&["EVAL", "for i = 1, 20000 do redis.call('SET', 'other' .. i, i) end", "0"]);
    redis.kill();
    redis.load_slowly();
    let mut server = Starting::on(&redis);
    // A Redis that loads answers late, so that an attempt may time out first.
    server.line_with("loading the dataset");
    redis.load_fast();
    server.line_with("listening on");
}

#[test]
fn a_server_that_waits_for_redis_can_be_stopped() {
    let mut redis = TestRedis::start();
    redis.kill();
    let mut server = Starting::on(&redis);
    server.line_with("waiting for Redis");
    assert!(server.terminate().success());
}
