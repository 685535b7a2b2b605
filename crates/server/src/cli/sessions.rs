//! `chinwag sessions`: who is connected to the servers of this machine.

use std::fmt::Write as _;
use std::io::{Write, stdout};

use anyhow::{Context, Result, bail};
use chinwag_terminal::may_close;
use clap::Args;
use serde_json::Value;

use crate::config::Config;
use crate::control;

/// List who is signed in on the server that runs here: user, address, and since when
///
/// It needs no account. It asks each server that runs with the same `DATA_DIR`, on either store, through a
/// socket there that only the server's user and root can open. A server lists its own sessions, not those
/// of other nodes.
#[derive(Args, Debug)]
pub struct Sessions {
    /// Print each session as one line of JSON
    #[arg(long)]
    json: bool,
}

impl Sessions {
    pub(super) fn run(&self, config: &Config) -> Result<()> {
        let lines = ask(config)?;
        let text = if self.json { lines.join("\n") } else { table(&lines)? };
        let text = text.trim_end();
        if text.is_empty() {
            return Ok(());
        }
        may_close(writeln!(stdout(), "{text}").map_err(Into::into))
    }
}

/// What all servers answer, a session each.
fn ask(config: &Config) -> Result<Vec<String>> {
    let folder = config.data_dir.as_deref().context("set DATA_DIR to the server's")?;
    let answers = control::ask(folder, control::SESSIONS)?;
    if answers.is_empty() {
        bail!(
            "no server runs with DATA_DIR \"{}\", or its folder is not yours: set DATA_DIR to the server's, \
             and run this as its user or root",
            folder.display()
        );
    }
    Ok(answers.iter().flat_map(|answer| answer.lines()).map(str::to_owned).collect())
}

fn table(lines: &[String]) -> Result<String> {
    let rows: Vec<_> = lines.iter().map(|line| row(line)).collect::<Result<_>>()?;
    let header = ["USER", "ADDRESS", "SINCE"].map(str::to_owned);
    let width = |column: usize| {
        let cells = rows.iter().chain([&header]).map(|row| row[column].chars().count());
        cells.max().unwrap_or_default()
    };
    let (user, address) = (width(0), width(1));
    let mut text = String::new();
    for [name, from, since] in [&header].into_iter().chain(&rows) {
        writeln!(text, "{name:user$}  {from:address$}  {since}")?;
    }
    Ok(text)
}

fn row(line: &str) -> Result<[String; 3]> {
    let session: Value = serde_json::from_str(line)?;
    Ok(["user", "address", "since"].map(|name| {
        let text = session[name].as_str().unwrap_or_default();
        text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
    }))
}
