//! Everybody comes back: connect, resume by access key, join.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::Args;

use super::{Scenario, cpu_each};
use crate::bed::{Bed, Target, Used};
use crate::crew::{GROUP, Stage, join, users_for};
use crate::figures::{Figures, figure};
use crate::fleet::{FEW, Fleet, READY};
use crate::frame::{TEXT, write_masked};

/// Clients that connect, resume and join, each as fast as it can, under the server's default limit
/// of presence; then once more in groups, to see what each step costs
#[derive(Args, Debug)]
pub struct Storm {
    /// How many
    #[arg(long, default_value_t = 10_000)]
    clients: u32,
}

/// The server's own default.
const PRESENCE_LIMIT: u32 = 1_000;

/// How long nobody may get on.
const PATIENCE: Duration = Duration::from_mins(1);

impl Scenario for Storm {
    fn prepare(&self, bed: &Bed) -> Result<Stage> {
        Stage::prepare(bed, users_for(usize::try_from(self.clients)?), 0, 0)
    }

    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures> {
        let clients = usize::try_from(self.clients)?;
        let target = bed.start(&stage.ground, PRESENCE_LIMIT)?;
        let empty = target.memory()?;
        let started = Instant::now();
        let fleet = storm(&target, stage, clients)?;
        let took = started.elapsed().as_secs_f64();
        let memory = u32::try_from(target.memory()?.saturating_sub(empty))?;
        drop(fleet);
        target.stop()?;
        let each = f64::from(self.clients);
        let [connect, sign_in, join] =
            steps(&bed.start(&stage.ground, PRESENCE_LIMIT)?, stage, clients)?;
        Ok(vec![
            figure("until all have joined", "s", took),
            figure("memory a connection", "KB", f64::from(memory) / each),
            cpu_each("server CPU a connect", &connect, each),
            cpu_each("server CPU a sign-in by key", &sign_in, each),
            cpu_each("server CPU a join", &join, each),
        ])
    }
}

/// Lets each client take its next step as soon as it has its reply.
fn storm(target: &Target, stage: &Stage, clients: usize) -> Result<Fleet> {
    let mut fleet = target.fleet()?;
    let (mut ready, mut joined, mut alive) = (0, 0, Instant::now());
    while joined < clients {
        while fleet.len() < clients.min(ready + FEW) {
            let address = target.addresses[fleet.len() % target.addresses.len()];
            fleet.add(address, "/ws")?;
        }
        fleet.turn(Duration::from_millis(100), |index, payload, out| {
            if payload.starts_with(READY) {
                ready += 1;
                write_masked(out, TEXT, stage.resume(index).as_bytes());
            } else if payload.starts_with(br#"{"type":"authorized""#) {
                write_masked(out, TEXT, join("").as_bytes());
            } else if payload.starts_with(br#"{"type":"channelJoin""#) {
                (joined, alive) = (joined + 1, Instant::now());
            }
            Ok(())
        })?;
        ensure!(alive.elapsed() < PATIENCE, "only {joined} of {clients} clients have joined");
    }
    Ok(fleet)
}

/// What connecting, signing in and joining use, each for a group of clients at a time.
fn steps(target: &Target, stage: &Stage, clients: usize) -> Result<[Used; 3]> {
    let mut fleet = target.fleet()?;
    let mut all = [Used::default(), Used::default(), Used::default()];
    while fleet.len() < clients {
        let group = fleet.len()..clients.min(fleet.len() + GROUP);
        let path = |_| "/ws".to_owned();
        all[0] += target.used(|| fleet.connect(&target.addresses, group.end, path))?;
        all[1] += target.used(|| stage.sign_in(&mut fleet, group.clone()))?;
        all[2] += target.used(|| fleet.ask(group, |_| join(""), "channelJoin", |_, _| Ok(())))?;
    }
    Ok(all)
}
