//! The log: one line an event on standard error, text for people on a terminal, JSON for everything else.

use std::io::{IsTerminal, stderr};

use anyhow::Result;
use tracing_subscriber::EnvFilter;

use crate::config::Config;

/// Starts it, once in a process.
///
/// # Errors
/// When the filter can't be read.
pub fn start(config: &Config) -> Result<()> {
    let filter = EnvFilter::try_new(&config.log)?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    let terminal = stderr().is_terminal();
    if config.log_as_json.unwrap_or(!terminal) {
        log.json().flatten_event(true).with_current_span(false).with_span_list(false).init();
    } else {
        log.with_ansi(terminal).init();
    }
    Ok(())
}
