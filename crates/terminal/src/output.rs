//! The output of commands, whose reader may close it.

use std::io::{self, ErrorKind, IsTerminal, stdout};

use anyhow::Result;

/// Takes an output that was closed early, as by `head`, for an orderly end.
///
/// # Errors
/// Every other failure.
pub fn may_close(outcome: Result<()>) -> Result<()> {
    match outcome {
        Err(error) if is_broken_pipe(&error) => Ok(()),
        outcome => outcome,
    }
}

/// Whether it shows colours.
pub fn has_colours() -> bool {
    stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|wish| wish.is_empty())
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
