//! A user of many channels who signs in, and whose inbox lists them.

use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Args;

use super::{Scenario, as_f64, cpu_each};
use crate::bed::Bed;
use crate::crew::{ALL_CHANNELS, Stage};
use crate::figures::{Figures, Latencies, figure};
use crate::message::{Messages, is_message};
use crate::people;

/// Sign-ins of users in many private channels, and their inboxes, one request at a time
#[derive(Args, Debug)]
pub struct Inbox {
    /// Channels of each user, each with a message
    #[arg(long, default_value_t = 500)]
    channels: usize,
    /// Users, each on one connection
    #[arg(long, default_value_t = 20)]
    users: usize,
    /// Seconds to measure inboxes for
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
}

fn path(_: usize) -> String {
    "/ws".to_owned()
}

impl Scenario for Inbox {
    fn prepare(&self, bed: &Bed) -> Result<Stage> {
        let ground = bed.ground()?;
        let (accounts, channels) =
            people::in_channels(bed, &ground, self.users, self.channels, self.users, true)?;
        let stage = Stage { ground, accounts, channels };
        let target = bed.in_haste().start(&stage.ground, 0)?;
        let (mut fleet, clock) = (stage.connect(&target, 1, path)?, Instant::now());
        fleet.write(0, |out| {
            for channel in &stage.channels {
                Messages::requests(clock, channel, 100).write(0, out);
            }
        })?;
        let mut stored = 0;
        while stored < self.channels {
            fleet.turn(Duration::from_secs(1), |_, payload, _| {
                stored += usize::from(is_message(payload));
                Ok(())
            })?;
        }
        target.stop()?;
        Ok(stage)
    }

    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures> {
        let target = bed.start(&stage.ground, 0)?;
        let (mut fleet, mut sign_ins) = (target.fleet()?, Latencies::new());
        fleet.connect(&target.addresses, self.users, path)?;
        let signed_in = target.used(|| {
            (0..self.users).try_for_each(|user| {
                let asked_at = Instant::now();
                stage.sign_in(&mut fleet, user..user + 1)?;
                sign_ins.record(asked_at.elapsed());
                Ok(())
            })
        })?;
        let (mut inboxes, mut count, mut length) = (Latencies::new(), 0, 0);
        let end = Instant::now() + Duration::from_secs_f64(self.seconds);
        let asked = target.used(|| {
            for user in (0..self.users).cycle().take_while(|_| Instant::now() < end) {
                let asked_at = Instant::now();
                let request = |_| ALL_CHANNELS.to_owned();
                fleet.ask(user..user + 1, request, "inbox", |_, payload| {
                    length = payload.len();
                    Ok(())
                })?;
                inboxes.record(asked_at.elapsed());
                count += 1;
            }
            Ok(())
        })?;
        Ok(vec![
            cpu_each("server CPU a sign-in by key", &signed_in, as_f64(self.users as u64)),
            figure("sign-in p50", "ms", sign_ins.milliseconds(0.5)),
            cpu_each("server CPU an inbox", &asked, as_f64(count)),
            figure("inbox p50", "ms", inboxes.milliseconds(0.5)),
            figure("inbox p99", "ms", inboxes.milliseconds(0.99)),
            figure("inbox", "KB", as_f64(length as u64) / 1e3),
        ])
    }
}
