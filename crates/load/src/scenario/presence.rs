//! What it costs a Redis that many users are online and do nothing.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;

use super::{Scenario, as_f64};
use crate::bed::Bed;
use crate::crew::Stage;
use crate::figures::{Figures, figure};
use crate::people;
use crate::returning::Returning;

/// Many users online, each in General and quiet, and the commands that Redis runs for them; needs
/// `--redis spawn`
#[derive(Args, Debug)]
pub struct Presence {
    /// How many
    #[arg(long, default_value_t = 10_000)]
    clients: usize,
    /// Seconds to measure for
    #[arg(long, default_value_t = 60)]
    seconds: u64,
}

/// Everybody comes in so many milliseconds.
const COMING: u64 = 10_000;

impl Scenario for Presence {
    fn prepare(&self, bed: &Bed) -> Result<Stage> {
        ensure!(bed.redis.is_some(), "presence is measured with --redis spawn");
        Stage::prepare(bed, 2, 0, 0)
    }

    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures> {
        let redis = stage.ground.redis_url();
        let keys = people::with_keys(redis, self.clients)?;
        let target = bed.in_haste().start(&stage.ground, 1_000)?;
        let mut crowd = Returning::new(target.addresses[0], keys, COMING)?;
        crowd.until(|crowd| crowd.joined == crowd.len())?;
        let (before, since) = (Commands::so_far(redis)?, Instant::now());
        crowd.until(|_| since.elapsed() >= Duration::from_secs(self.seconds))?;
        let (after, seconds) = (Commands::so_far(redis)?, since.elapsed().as_secs_f64());
        let rate = |count: fn(&Commands) -> u64| as_f64(count(&after) - count(&before)) / seconds;
        Ok(vec![
            figure("commands sent to Redis", "/s", rate(|commands| commands.sent)),
            figure("commands run, those of scripts", "/s", rate(|commands| commands.run)),
            figure("of them SET", "/s", rate(|commands| commands.set)),
        ])
    }
}

/// What Redis has run since its start.
struct Commands {
    /// All, those of scripts too.
    run: u64,
    /// Of them those that were sent: all but what a script of ours runs.
    sent: u64,
    set: u64,
}

impl Commands {
    fn so_far(redis: &str) -> Result<Self> {
        let address = redis.rsplit('/').next().unwrap_or_default();
        let mut socket = BufReader::new(TcpStream::connect(address)?);
        socket.get_mut().write_all(b"INFO commandstats\r\n")?;
        let mut length = String::new();
        socket.read_line(&mut length)?;
        let length = length.trim().trim_start_matches('$').parse()?;
        let mut stats = vec![0; length];
        socket.read_exact(&mut stats)?;
        let mut commands = Self { run: 0, sent: 0, set: 0 };
        for line in String::from_utf8(stats)?.lines() {
            let Some((name, rest)) = line.split_once(":calls=") else { continue };
            let calls: u64 = rest.split(',').next().context("a line without calls")?.parse()?;
            commands.run += calls;
            match name.trim_start_matches("cmdstat_") {
                "set" => commands.set += calls,
                "evalsha" | "ping" | "smembers" | "sadd" | "info" => commands.sent += calls,
                _ => {}
            }
        }
        Ok(commands)
    }
}
