//! What is followed of a request, and how it leaves the program.

use std::env;
use std::time::Duration;

use anyhow::{Context, Result};
use chinwag_client::Address;
use chinwag_protocol::ErrorCode;
use http::Uri;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{SpanExporter, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::instrument::{Instrument, Instrumented};
use tracing::{Span, field, info_span};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, registry};

use super::collector::Collector;
use super::{Lines, wanted_by};

/// Marks the spans that are sent away. Nothing else is, so that a trace holds no line of the log.
const TARGET: &str = "chinwag_traces";

/// How long the last traces may take to leave once the server has stopped.
const STOP_TIMEOUT: Duration = Duration::from_secs(2);

/// What sends traces away, if somebody wants them.
pub struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Of a program that sends none, such as a command.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// As OpenTelemetry's variables want it.
    ///
    /// # Errors
    /// When the endpoint is no URL.
    pub fn from_environment() -> Result<Self> {
        let is = |name, value| env::var(name).is_ok_and(|set| set.eq_ignore_ascii_case(value));
        let off = is("OTEL_SDK_DISABLED", "true") || is("OTEL_TRACES_EXPORTER", "none");
        let Some(name) = wanted_by().filter(|_| !off) else { return Ok(Self::none()) };
        // The value is not repeated: it may hold a password.
        let wrong =
            || format!("{name} can't be used: it takes a URL such as http://localhost:4318");
        env::var(name).ok().filter(|url| leads_somewhere(url)).with_context(wrong)?;
        let exporter = SpanExporter::builder().with_http().with_http_client(Collector::default());
        let exporter = exporter.build().ok().with_context(wrong)?;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource())
            .build();
        Ok(Self(Some(provider)))
    }

    /// Begins to log, and to follow.
    pub(crate) fn subscribe(&self, filter: EnvFilter, lines: Lines) {
        // With this a span costs a comparison where nobody wants it, at every log level.
        let unfollowed = match format!("{TARGET}=off").parse() {
            Ok(directive) => filter.add_directive(directive),
            Err(_) => filter,
        };
        let followed = self.0.as_ref().map(|provider| {
            tracing_opentelemetry::layer()
                .with_tracer(provider.tracer("chinwag"))
                .with_context_activation(false)
                .with_level(false)
                .with_location(false)
                .with_target(false)
                .with_threads(false)
                .with_tracked_inactivity(false)
                .with_filter(Targets::new().with_target(TARGET, LevelFilter::INFO))
        });
        registry().with(lines.with_filter(unfollowed)).with(followed).init();
    }

    /// Says that there are traces.
    pub fn tell(&self) {
        if self.0.is_some() {
            tracing::info!("traces are sent as OpenTelemetry's variables say");
        }
    }

    /// Sends what is left.
    pub fn stop(self) {
        if let Some(provider) = self.0
            && let Err(error) = provider.shutdown_with_timeout(STOP_TIMEOUT)
        {
            tracing::warn!(%error, "the last traces were not taken");
        }
    }
}

/// The exporter would take another place for a URL that it can't read.
fn leads_somewhere(url: &str) -> bool {
    let Ok(url) = url.parse::<Uri>() else { return false };
    let place = format!(
        "{}://{}",
        url.scheme_str().unwrap_or("none"),
        url.authority().map_or("", |it| it.as_str())
    );
    place.starts_with("http") && place.parse::<Address>().is_ok()
}

/// What sends: its name, unless the variables have another, and its version.
fn resource() -> Resource {
    let named = env::var_os("OTEL_SERVICE_NAME").is_some_and(|name| !name.is_empty())
        || env::var("OTEL_RESOURCE_ATTRIBUTES").is_ok_and(|list| list.contains("service.name="));
    let version = opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let resource = Resource::builder().with_attribute(version);
    if named { resource.build() } else { resource.with_service_name("chinwag").build() }
}

/// A request on its way. What it is about, from whom and where to, is not told.
pub struct Trace(Span);

impl Trace {
    /// Begins with a request of this type, and ends when dropped.
    pub fn request(kind: &'static str) -> Self {
        Self(request(kind))
    }

    /// Begins when a message is handed to the store. If that is its handler's doing, it goes on with its trace.
    pub fn message() -> Self {
        let handled = Span::current();
        Self(if handled.is_none() { request("channelMessage") } else { handled })
    }

    /// Does what belongs to the request.
    pub fn follow<F: Future>(&self, work: F) -> Instrumented<F> {
        work.instrument(self.0.clone())
    }

    /// Notes how it ends. Only what is the server's fault counts as one.
    pub fn refused(&self, code: ErrorCode) {
        self.0.record("error.type", code.number());
        if code == ErrorCode::StoreUnavailable {
            self.0.record("otel.status_code", "ERROR");
        }
    }
}

fn request(kind: &'static str) -> Span {
    info_span!(
        target: TARGET,
        parent: None,
        "request",
        otel.name = kind,
        otel.kind = "server",
        otel.status_code = field::Empty,
        error.type = field::Empty,
    )
}
