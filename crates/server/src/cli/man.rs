//! `chinwag man`: the manual pages.

use std::io::{Write, stdout};
use std::path::PathBuf;

use anyhow::{Context, Result};
use chinwag_terminal::may_close;
use clap::{Args, CommandFactory};

use super::Arguments;

/// Print the manual page, or write a page for each command into a folder
#[derive(Args, Debug)]
pub struct Man {
    /// An existing folder
    folder: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(&self) -> Result<()> {
        // What short help hides would lack its explanation here.
        let command = Arguments::command().mut_args(|setting| setting.hide_short_help(false));
        if let Some(folder) = &self.folder {
            return clap_mangen::generate_to(command, folder)
                .with_context(|| format!("failed to write into {}", folder.display()));
        }
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        may_close(stdout().write_all(&page).map_err(Into::into))
    }
}
