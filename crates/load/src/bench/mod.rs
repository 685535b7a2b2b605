//! All measurements in one go, with the plain loop beside them, and the table of them.

mod plan;

use std::path::PathBuf;

use anyhow::{Context, Result};
use chinwag_testbed::table;
use clap::{Args, Parser};

use crate::bed::Bed;
use crate::crew::Stage;
use crate::figures::{Figures, Summary, rounded};
use crate::plain::Writes;
use crate::scenario::Scenario;
use crate::{Cli, machine, process};
use plan::{FULL, QUICK, Row};

/// Measures everything and writes the table into the documentation
#[derive(Args, Debug)]
pub struct Bench {
    /// Measure the most important things once, print their ratios to the plain loop, write nothing
    #[arg(long)]
    quick: bool,
    /// The page to write the table into
    #[arg(long, value_name = "PATH", default_value = "docs/performance.md")]
    page: PathBuf,
    /// Measure only rows whose title or command has this in it, and print the table
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    only: String,
}

/// What stands in a row's first cells; its ratio is to the loop that writes once a turn.
const HEAD: [&str; 7] = [
    "Measured",
    "To reach",
    "Chinwag",
    "Plain loop, one write a turn",
    "Plain loop, one write a frame",
    "Chinwag to the former",
    "Command",
];

/// What is measured in a row: Chinwag, perhaps the plain loop in both forms.
const SIDES: [Option<Writes>; 3] = [None, Some(Writes::Turn), Some(Writes::Each)];

impl Bench {
    /// Measures, and writes or prints what came of it.
    pub fn run(&self, bed: &Bed) -> Result<()> {
        let plan = if self.quick { QUICK } else { FULL };
        let wanted =
            |row: &&Row| row.title.contains(&self.only) || row.command.contains(&self.only);
        let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
        for row in plan.iter().filter(wanted) {
            process::say(&format!("{}: {}", row.title, row.command));
            let measured = self.measure(bed, row);
            if self.quick {
                print_ratios(row, &measured?)?;
            } else {
                rows.extend(cells(row, measured));
            }
        }
        let text = format!("{}\n\n{}", machine::describe()?, table::markdown(&rows));
        if self.quick {
            return Ok(());
        }
        if !self.only.is_empty() {
            return process::report(&text);
        }
        table::write(&self.page, "bench", &text)
    }

    /// Measures a row's sides by turns, so that what disturbs one disturbs all.
    fn measure(&self, bed: &Bed, row: &Row) -> Result<Vec<Vec<Figures>>> {
        let sides = if row.beside_plain { &SIDES[..] } else { &SIDES[..1] };
        let sides: Result<Vec<_>> = sides.iter().map(|&plain| Side::new(bed, row, plain)).collect();
        let mut sides = sides?;
        let runs = bed.runs.unwrap_or(if self.quick { 1 } else { 5 });
        for _ in 0..runs * row.times {
            sides.iter_mut().try_for_each(Side::run)?;
        }
        Ok(sides.into_iter().map(|side| side.runs).collect())
    }
}

/// One side of a row, ready to be measured.
struct Side {
    cli: Cli,
    stage: Stage,
    runs: Vec<Figures>,
}

impl Side {
    fn new(bed: &Bed, row: &Row, plain: Option<Writes>) -> Result<Self> {
        let mut cli = Cli::try_parse_from(format!("chinwag-load {}", row.command).split(' '))?;
        (cli.bed.server, cli.bed.plain) = (bed.server.clone(), plain);
        cli.bed.address = bed.address;
        if !row.command.contains("--cores") {
            cli.bed.cores = bed.cores.clone();
        }
        let stage = scenario(&cli)?.prepare(&cli.bed)?;
        Ok(Self { cli, stage, runs: Vec::new() })
    }

    fn run(&mut self) -> Result<()> {
        let figures = scenario(&self.cli)?.measure(&self.cli.bed, &self.stage)?;
        self.runs.push(figures);
        Ok(())
    }
}

fn scenario(cli: &Cli) -> Result<&dyn Scenario> {
    cli.what.scenario().context("a bench is made of scenarios")
}

/// One line of the table for each figure; where measuring failed, one line that says so.
fn cells(row: &Row, measured: Result<Vec<Vec<Figures>>>) -> Vec<Vec<String>> {
    let command = format!("`{}`", row.command);
    let sides = match measured {
        Ok(sides) => sides,
        Err(error) => {
            process::say(&format!("{error:#}"));
            let mut cells = vec![String::new(); HEAD.len()];
            row.title.clone_into(&mut cells[0]);
            cells[2] = format!("not measured: {error:#}");
            cells[6] = command;
            return vec![cells];
        }
    };
    let line = |&(name, bar): &(&str, &str)| {
        let cell = |it: Option<Summary>| it.map_or("–".to_owned(), |it| it.to_string());
        let side = |at: usize| cell(sides.get(at).and_then(|side| Summary::of(side, name)));
        let unit = Some(unit(&sides, name)).filter(|unit| !unit.is_empty());
        let unit = unit.map(|unit| format!(", {unit}")).unwrap_or_default();
        let title = format!("{}: {name}{unit}", row.title);
        let ratio = cell(ratio(&sides, name));
        vec![title, bar.to_owned(), side(0), side(1), side(2), ratio, command.clone()]
    };
    row.figures.iter().map(line).collect()
}

fn unit(sides: &[Vec<Figures>], name: &str) -> &'static str {
    let mut figures = sides.iter().flatten().flatten();
    figures.find(|figure| figure.name == name).map_or("", |figure| figure.unit)
}

/// What Chinwag has of what the plain loop has that writes once a turn.
fn ratio(sides: &[Vec<Figures>], name: &str) -> Option<Summary> {
    let [chinwag, plain, ..] = sides else { return None };
    Summary::of_ratios(chinwag, plain, name)
}

fn print_ratios(row: &Row, sides: &[Vec<Figures>]) -> Result<()> {
    for (name, _) in row.figures {
        let Some(chinwag) = Summary::of(&sides[0], name) else { continue };
        let (title, value, unit) = (row.title, rounded(chinwag.median), unit(sides, name));
        let ratio = ratio(sides, name).map(|ratio| format!(", {} of plain", rounded(ratio.median)));
        process::report(&format!("{title}: {name} {value} {unit}{}", ratio.unwrap_or_default()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::figure;

    #[test]
    fn every_command_of_the_plan_is_understood() {
        for row in FULL.iter().chain(QUICK) {
            let words = format!("chinwag-load {}", row.command);
            let cli = Cli::try_parse_from(words.split(' ')).unwrap();
            assert!(scenario(&cli).is_ok(), "{}", row.command);
        }
    }

    #[test]
    fn a_line_has_all_sides_and_their_ratio() {
        let row = Row {
            title: "Fan-out",
            command: "fanout",
            beside_plain: true,
            times: 1,
            figures: &[("deliveries", "5 at least")],
        };
        let side = |value| vec![vec![figure("deliveries", "/s", value)]];
        let lines = cells(&row, Ok(vec![side(3.0), side(4.0), side(1.0)]));
        let [line] = &lines[..] else { panic!() };
        assert_eq!(line[0], "Fan-out: deliveries, /s");
        assert_eq!(line[2], "3.00 (3.00 – 3.00)");
        assert_eq!(line[5], "0.750 (0.750 – 0.750)");
        let failed = cells(&row, Err(anyhow::anyhow!("no Redis")));
        assert_eq!(failed[0][2], "not measured: no Redis");
    }
}
