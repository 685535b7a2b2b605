//! A server that starts before its Redis is ready waits for it.

use chinwag_testbed::Process;
use tempfile::TempDir;

use crate::support::{TestRedis, TestServer};

/// A server in this folder that waits for its Redis.
fn waiting_for(redis: &TestRedis, dir: &TempDir) -> Process {
    let mut command = TestServer::command(dir.path(), None);
    command.env("REDIS_URL", redis.url());
    Process::start(command, &[], "waiting for Redis").unwrap()
}

#[test]
fn a_redis_that_is_not_there_yet_is_waited_for() {
    let (mut redis, dir) = (TestRedis::start(), TempDir::new().unwrap());
    redis.kill();
    let mut server = waiting_for(&redis, &dir);
    let (waits, address) = (server.log(), redis.url().replace("redis://", ""));
    assert!(waits.contains(&address) && waits.contains("refused"), "{waits}");
    redis.restart();
    server.until_logged(&format!("Redis at {address} is ready")).unwrap();
    server.until_logged("listening on").unwrap();
    assert!(server.stop().unwrap().success());
}

#[test]
fn a_redis_that_loads_its_data_is_waited_for() {
    let (mut redis, dir) = (TestRedis::start(), TempDir::new().unwrap());
    redis.cli(&["EVAL", "for i = 1, 20000 do redis.call('SET', 'other' .. i, i) end", "0"]);
    redis.load_slowly();
    let server = waiting_for(&redis, &dir);
    // A Redis that loads answers late, so that an attempt may time out first.
    server.until_logged("loading the dataset").unwrap();
    redis.load_fast();
    server.until_logged("listening on").unwrap();
}

#[test]
fn a_server_that_waits_for_redis_can_be_stopped() {
    let (mut redis, dir) = (TestRedis::start(), TempDir::new().unwrap());
    redis.kill();
    let mut server = waiting_for(&redis, &dir);
    assert!(server.stop().unwrap().success());
}
