//! No traces: types without size and calls without code.

use anyhow::Result;
use chinwag_protocol::ErrorCode;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, registry};

use super::{Lines, wanted_by};

/// What sends traces away: nothing.
pub struct Traces;

#[expect(clippy::unused_self, reason = "the other half needs it")]
impl Traces {
    /// Of a program that sends none, such as a command.
    #[must_use]
    pub fn none() -> Self {
        Self
    }

    /// As OpenTelemetry's variables want it.
    pub fn from_environment() -> Result<Self> {
        Ok(Self)
    }

    /// Begins to log.
    pub(crate) fn subscribe(&self, filter: EnvFilter, lines: Lines) {
        registry().with(lines).with(filter).init();
    }

    /// Warns that there are no traces, where they are asked for.
    pub fn tell(&self) {
        if let Some(name) = wanted_by() {
            tracing::warn!(
                "{name} is set, but this program was built without traces: `cargo build --release --features otel` builds one with them"
            );
        }
    }

    /// Ends.
    pub fn stop(self) {}
}

/// A request on its way, which nobody follows.
#[derive(Clone, Copy)]
pub struct Trace;

#[expect(clippy::unused_self, reason = "the other half needs it")]
impl Trace {
    pub fn request(_kind: &'static str) -> Self {
        Self
    }

    pub fn message() -> Self {
        Self
    }

    pub fn follow<F: Future>(self, work: F) -> F {
        work
    }

    pub fn refused(self, _code: ErrorCode) {}
}
