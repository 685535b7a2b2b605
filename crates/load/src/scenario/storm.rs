//! Everybody comes back at once: connect, resume by access key, join.

use anyhow::Result;
use clap::Args;

use super::{Scenario, cpu_each};
use crate::bed::Bed;
use crate::crew::{Stage, join};
use crate::figures::{Figures, figure};
use crate::fleet::Fleet;

/// Many clients that resume and join at once, under the server's default limit of presence
#[derive(Args, Debug)]
pub struct Storm {
    /// How many
    #[arg(long, default_value_t = 10_000)]
    clients: u32,
}

/// The server's own default.
const PRESENCE_LIMIT: u32 = 1_000;

impl Scenario for Storm {
    fn measure(&self, bed: &Bed, stage: &Stage) -> Result<Figures> {
        let target = bed.start(&stage.ground, PRESENCE_LIMIT)?;
        let empty = target.memory()?;
        let mut fleet = Fleet::new()?;
        let clients = usize::try_from(self.clients)?;
        let path = |_| "/ws".to_owned();
        let connect = target.used(|| fleet.connect(&target.addresses, clients, path))?;
        let sign_in = target.used(|| stage.sign_in(&mut fleet, clients))?;
        let join =
            target.used(|| fleet.ask_all(clients, |_| join(""), "channelJoin", |_, _| Ok(())))?;
        let seconds = (connect.wall + sign_in.wall + join.wall).as_secs_f64();
        let memory = u32::try_from(target.memory()?.saturating_sub(empty))?;
        let each = f64::from(self.clients);
        Ok(vec![
            figure("until all have joined", "s", seconds),
            figure("memory a connection", "KB", f64::from(memory) / each),
            cpu_each("server CPU a connect", &connect, each),
            cpu_each("server CPU a sign-in by key", &sign_in, each),
            cpu_each("server CPU a join", &join, each),
        ])
    }
}
