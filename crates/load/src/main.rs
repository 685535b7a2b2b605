//! The load generator and the benchmarks of Chinwag.

mod bed;
mod bench;
mod crew;
mod figures;
mod fleet;
mod frame;
mod http;
mod machine;
mod message;
mod nats;
mod nginx;
mod people;
mod plain;
mod process;
mod returning;
mod scenario;
mod share;
mod stream;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use bed::Bed;
use bench::Bench;
use figures::{Figures, Summary};
use plain::PlainLoop;
use scenario::{
    Channels, Disk, Fanout, Files, Hooks, Idle, Inbox, Join, Open, Pairs, Presence, Rejoin,
    Scenario, Search, Soak, Start, Storage, Storm,
};

/// Measures a Chinwag server that it starts itself.
#[derive(Parser, Debug)]
#[command(name = "chinwag-load", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    bed: Bed,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    Fanout(Fanout),
    Open(Open),
    Pairs(Pairs),
    Idle(Idle),
    Inbox(Inbox),
    Storage(Storage),
    Channels(Channels),
    Join(Join),
    Storm(Storm),
    Presence(Presence),
    Rejoin(Rejoin),
    Search(Search),
    Files(Files),
    Soak(Soak),
    Hooks(Hooks),
    Start(Start),
    Disk(Disk),
    Plain(PlainLoop),
    Bench(Bench),
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            process::say(&format!("chinwag-load: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<()> {
    process::raise_open_files()?;
    match (&cli.what, cli.what.scenario()) {
        (_, Some(scenario)) => measure(&cli.bed, scenario),
        (What::Plain(plain), _) => plain::serve(plain),
        (What::Bench(bench), _) => bench.run(&cli.bed),
        _ => unreachable!("all else is a scenario"),
    }
}

impl What {
    fn scenario(&self) -> Option<&dyn Scenario> {
        Some(match self {
            Self::Fanout(fanout) => fanout,
            Self::Open(open) => open,
            Self::Pairs(pairs) => pairs,
            Self::Idle(idle) => idle,
            Self::Inbox(inbox) => inbox,
            Self::Storage(storage) => storage,
            Self::Channels(channels) => channels,
            Self::Join(join) => join,
            Self::Storm(storm) => storm,
            Self::Presence(presence) => presence,
            Self::Rejoin(rejoin) => rejoin,
            Self::Search(search) => search,
            Self::Files(files) => files,
            Self::Soak(soak) => soak,
            Self::Hooks(hooks) => hooks,
            Self::Start(start) => start,
            Self::Disk(disk) => disk,
            Self::Plain(_) | Self::Bench(_) => return None,
        })
    }
}

fn measure(bed: &Bed, scenario: &dyn Scenario) -> Result<()> {
    let stage = scenario.prepare(bed)?;
    let runs: Result<Vec<Figures>> =
        (0..bed.runs.unwrap_or(1)).map(|_| scenario.measure(bed, &stage)).collect();
    let runs = runs?;
    for figure in runs.first().into_iter().flatten() {
        if let Some(summary) = Summary::of(&runs, figure.name) {
            process::report(&format!("{:30} {summary} {}", figure.name, figure.unit))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_flags_are_consistent() {
        Cli::command().debug_assert();
    }
}
