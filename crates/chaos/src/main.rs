//! Does faults to Chinwag under load, and counts what they cost.

mod audit;
mod changes;
mod client;
mod clock;
mod company;
mod crowd;
mod disk;
mod fault;
mod files;
mod members;
mod proxy;
mod reader;
mod table;
mod tally;
mod writer;

use std::env;
use std::io::{Write, stderr, stdout};
use std::path::{self, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use chinwag_testbed::table::{markdown, write};
use clap::Parser;

use fault::{FAULTS, Fault, Plan};
use table::HEAD;

/// Does faults to a Chinwag under load that it starts itself, and counts what they cost
#[derive(Parser, Debug)]
#[command(name = "chinwag-chaos", version, max_term_width = 100)]
struct Cli {
    /// Each fault a few times only, a minute in all
    #[arg(long)]
    short: bool,

    /// Only the faults whose name has this in it
    #[arg(long, default_value = "", hide_default_value = true)]
    only: String,

    /// The server's binary; without it, the one beside this program
    #[arg(long)]
    server: Option<PathBuf>,

    /// The server's binary of 0.1.0, for the upgrade from it
    #[arg(long)]
    released: Option<PathBuf>,

    /// Write the table into this page
    #[arg(long)]
    page: Option<PathBuf>,
}

/// Within this after a fault's end everybody writes and reads again.
const LIVE_AGAIN: Duration = Duration::from_secs(3);

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("chinwag-chaos: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<()> {
    let plan = Plan { binary: binary(cli)?, released: released(cli)?, short: cli.short };
    let faults: Vec<_> = FAULTS.iter().filter(|(name, _)| name.contains(&cli.only)).collect();
    let (mut rows, mut broken, mut skipped) =
        (vec![HEAD.map(str::to_owned).to_vec()], Vec::new(), 0);
    for fault in &faults {
        say(fault.0);
        if let Some(obstacle) = fault::obstacle(&plan, fault.0) {
            say(&format!("SKIPPED: {obstacle}"));
            rows.push(vec![fault.0.to_owned(), format!("not run: {obstacle}")]);
            skipped += 1;
            continue;
        }
        match inflict(&plan, fault) {
            Ok(row) => rows.push(row.to_vec()),
            Err(error) => {
                say(&format!("{}: {error:#}", fault.0));
                broken.push(fault.0);
            }
        }
    }
    let table = markdown(&rows);
    let (passed, failed) = (rows.len() - 1 - skipped, broken.len());
    writeln!(stdout(), "{table}\n{passed} passed, {failed} failed, {skipped} skipped")?;
    if !broken.is_empty() || faults.is_empty() {
        bail!("the promise was not kept: {}", broken.join("; "));
    }
    cli.page.as_deref().map_or(Ok(()), |page| write(page, "chaos", &table))
}

fn inflict(plan: &Plan, (name, inflict): &Fault) -> Result<[String; HEAD.len()]> {
    let (times, cost) = inflict(plan)?;
    let row = table::row(name, times, &cost);
    // The short form may share its machine with much else: how long it took says little there.
    if !cost.nothing() || (!plan.short && cost.slowest > LIVE_AGAIN) {
        bail!("{cost:?}");
    }
    Ok(row)
}

fn binary(cli: &Cli) -> Result<PathBuf> {
    let beside = || Ok(env::current_exe()?.with_file_name("chinwag"));
    let binary = cli.server.clone().map_or_else(beside, path::absolute)?;
    found(binary)
}

fn released(cli: &Cli) -> Result<Option<PathBuf>> {
    let released = cli.released.as_deref().map(path::absolute).transpose()?;
    released.map(found).transpose()
}

fn found(binary: PathBuf) -> Result<PathBuf> {
    if !binary.is_file() {
        bail!("failed to find {}: build it first", binary.display());
    }
    Ok(binary)
}

fn say(what: &str) {
    // Its reader has closed it.
    let _ = writeln!(stderr(), "{what}");
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
