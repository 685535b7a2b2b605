//! Each request as a span of OpenTelemetry, with the feature `otel`; nothing without it.
//!
//! Both halves have the same names, so that nobody else asks which of them it has.

#[cfg(feature = "otel")]
mod collector;
#[cfg(not(feature = "otel"))]
mod off;
#[cfg(feature = "otel")]
mod on;

use tracing_subscriber::{Layer, Registry};

#[cfg(not(feature = "otel"))]
pub(crate) use off::Trace;
#[cfg(not(feature = "otel"))]
pub use off::Traces;
#[cfg(feature = "otel")]
pub(crate) use on::Trace;
#[cfg(feature = "otel")]
pub use on::Traces;

/// What writes the log.
pub(crate) type Lines = Box<dyn Layer<Registry> + Send + Sync>;

/// The variables of OpenTelemetry that say where traces go. Any of them turns traces on.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

/// The variable that turns traces on, if one does.
fn wanted_by() -> Option<&'static str> {
    ENDPOINTS.into_iter().find(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
