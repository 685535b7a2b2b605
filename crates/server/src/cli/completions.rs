//! `chinwag completions`: completion scripts for shells.

use std::io::{Write, stdout};

use anyhow::Result;
use chinwag_terminal::may_close;
use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use super::Arguments;

/// Print a completion script for your shell
///
/// For bash: chinwag completions bash > ~/.local/share/bash-completion/completions/chinwag
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> Result<()> {
        let mut script = Vec::new();
        generate(self.shell, &mut Arguments::command(), "chinwag", &mut script);
        may_close(stdout().write_all(&script).map_err(Into::into))
    }
}
