//! A node restarts, and all its clients come back to it, while others talk on another node.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use chinwag_testbed::Server;
use clap::Args;

use super::{Scenario, as_f64};
use crate::bed::Bed;
use crate::crew::{Stage, join};
use crate::figures::{Figures, Latencies, figure};
use crate::fleet::Fleet;
use crate::message::{Messages, is_message, stamp};
use crate::people;
use crate::returning::Returning;

/// A node of two restarts with all its clients, and they come back when they were told to; needs
/// `--redis spawn`
#[derive(Args, Debug)]
pub struct Rejoin {
    /// Clients of the node that restarts, each a user
    #[arg(long, default_value_t = 19_000)]
    clients: usize,
    /// Others, on the other node: each of a pair writes ten times a second to the other
    #[arg(long, default_value_t = 100)]
    others: usize,
    /// Kill the node in place of stopping it: nobody is told how long to stay away
    #[arg(long)]
    kill: bool,
}

/// How often each of the others writes.
const EVERY: Duration = Duration::from_millis(100);

/// How long the others are measured in peace.
const PEACE: Duration = Duration::from_secs(5);

/// Those who come first come in so many milliseconds.
const FIRST_COMING: u64 = 20_000;

impl Scenario for Rejoin {
    fn prepare(&self, bed: &Bed) -> Result<Stage> {
        ensure!(bed.redis.is_some(), "two nodes need --redis spawn");
        Stage::prepare(bed, self.others, 10, 0)
    }

    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures> {
        let keys = people::with_keys(stage.ground.redis_url(), self.clients)?;
        let stays = bed.in_haste().start(&stage.ground, 1_000)?;
        let mut node = bed.in_haste().restartable(&stage.ground)?;
        let mut crowd = Returning::new(node.address, keys, FIRST_COMING)?;
        crowd.until(|crowd| crowd.joined == crowd.len())?;
        let (peace, storm, over) = (flag(), flag(), flag());
        let others = {
            let flags = [&peace, &storm, &over].map(Arc::clone);
            let mut fleet = stage.connect(&stays, self.others, |_| "/ws".to_owned())?;
            let to = |index: usize| join(&stage.accounts[index ^ 1].user);
            fleet.ask(0..self.others, to, "channelJoin", |_, _| Ok(()))?;
            let clock = Instant::now();
            let messages: Vec<_> = (0..self.others)
                .map(|index| Messages::requests(clock, &stage.accounts[index ^ 1].user, 100))
                .collect();
            thread::spawn(move || talk(fleet, &messages, clock, &flags))
        };
        peace.store(true, Ordering::Relaxed);
        let since = Instant::now();
        crowd.until(|_| since.elapsed() > PEACE)?;
        (crowd.told, crowd.untold) = (0, 0);
        storm.store(true, Ordering::Relaxed);
        let since = Instant::now();
        let restarted = thread::spawn({
            let kill = self.kill;
            move || restart(&mut node, kill).map(|()| (node, since.elapsed()))
        });
        crowd.until(|crowd| crowd.joined < crowd.len() / 2)?;
        crowd.until(|crowd| crowd.joined == crowd.len())?;
        let took = since.elapsed();
        over.store(true, Ordering::Relaxed);
        let panicked = |_| anyhow!("a thread panicked");
        let (_node, down) = restarted.join().map_err(panicked)??;
        let [in_peace, in_storm] = others.join().map_err(panicked)??;
        Ok(vec![
            figure("until all had joined again", "s", took.as_secs_f64()),
            figure("of them the node was away", "s", down.as_secs_f64()),
            figure("told how long to stay away", "", as_f64(crowd.told)),
            figure("lost or refused without it", "", as_f64(crowd.untold)),
            figure("the others' p99 in peace", "ms", in_peace.milliseconds(0.99)),
            figure("the others' p99 meanwhile", "ms", in_storm.milliseconds(0.99)),
        ])
    }
}

/// Ends it, as an operator would or as an accident, and starts it again.
fn restart(node: &mut Server, kill: bool) -> Result<()> {
    if !kill {
        node.process.stop()?;
    }
    node.restart()
}

fn flag() -> Arc<AtomicBool> {
    Arc::default()
}

/// Writes until it is over, and returns the latencies in peace and in the storm.
fn talk(
    mut fleet: Fleet,
    messages: &[Messages],
    clock: Instant,
    [peace, storm, over]: &[Arc<AtomicBool>; 3],
) -> Result<[Latencies; 2]> {
    let mut latencies = [Latencies::new(), Latencies::new()];
    let (mut turn, start) = (0_u32, Instant::now());
    while !over.load(Ordering::Relaxed) {
        // One after the other, evenly over the time, whether answers come or not.
        while start.elapsed() >= EVERY * turn / u32::try_from(fleet.len())? {
            let writer = turn as usize % fleet.len();
            fleet.write(writer, |out| messages[writer].write(writer, out))?;
            turn += 1;
        }
        let stormy = usize::from(storm.load(Ordering::Relaxed));
        let counts = peace.load(Ordering::Relaxed);
        fleet.turn(Duration::from_millis(1), |index, payload, _| {
            let stamp = stamp(payload).filter(|_| counts && is_message(payload));
            if let Some(stamp) = stamp.filter(|stamp| stamp.sender != index) {
                latencies[stormy].record(clock.elapsed().saturating_sub(stamp.sent));
            }
            Ok(())
        })?;
    }
    Ok(latencies)
}
