//! The log: one line per event on standard error, as text on a terminal and as JSON elsewhere.

use std::fmt;
use std::io::{IsTerminal, stderr};

use anyhow::Result;
use serde_json::json;
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Format, Json, JsonFields, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use crate::config::Config;
use crate::traces::Traces;

/// Starts the log and the traces, once per process.
///
/// # Errors
/// When the filter is invalid.
pub fn start(config: &Config, traces: &Traces) -> Result<()> {
    let filter = EnvFilter::try_new(&config.log)?;
    let terminal = stderr().is_terminal();
    let lines = tracing_subscriber::fmt::layer::<Registry>().with_writer(stderr);
    let lines = if config.log_as_json.unwrap_or(!terminal) {
        lines.event_format(JsonOfNode::new(config)).fmt_fields(JsonFields::new()).boxed()
    } else {
        lines.with_ansi(terminal).boxed()
    };
    traces.subscribe(filter, lines);
    Ok(())
}

/// JSON that names the node, since a collector has lines of several.
struct JsonOfNode {
    json: Format<Json>,
    node: String,
}

impl JsonOfNode {
    /// A node is its machine and port, as two nodes may share a machine.
    fn new(config: &Config) -> Self {
        let system = rustix::system::uname();
        let machine = system.nodename().to_string_lossy();
        let node = json!(format!("{machine}:{}", config.address.port())).to_string();
        let json = tracing_subscriber::fmt::format().json().flatten_event(true);
        Self { json: json.with_current_span(false).with_span_list(false), node }
    }
}

impl<S, N> FormatEvent<S, N> for JsonOfNode
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = String::new();
        self.json.format_event(context, Writer::new(&mut line), event)?;
        let fields = line.trim_end().strip_suffix('}').unwrap_or(&line);
        writeln!(writer, "{fields},\"node\":{}}}", self.node)
    }
}
