//! The log: one line per event on standard error, as text on a terminal and as JSON elsewhere.

use std::io::{IsTerminal, stderr};

use anyhow::Result;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

use crate::config::Config;
use crate::traces::Traces;

/// Starts the log and the traces, once per process.
///
/// # Errors
/// When the filter is invalid.
pub fn start(config: &Config, traces: &Traces) -> Result<()> {
    let filter = EnvFilter::try_new(&config.log)?;
    let terminal = stderr().is_terminal();
    let lines = fmt::layer::<Registry>().with_writer(stderr);
    let lines = if config.log_as_json.unwrap_or(!terminal) {
        lines.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed()
    } else {
        lines.with_ansi(terminal).boxed()
    };
    traces.subscribe(filter, lines);
    Ok(())
}
