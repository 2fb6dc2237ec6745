//! Spans for a collector that speaks OTLP over HTTP: one for each time that a case is worked on, with one for each of its
//! stages inside, and one for each message that is sent. They hold the number of the case, the stage and how often it was
//! tried: no address, no text, and no line of the log.

use std::time::Duration;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::HttpClient;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

/// How long the end of the service waits for spans that are still to be sent.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Spans on their way to a collector.
pub struct Traces(SdkTracerProvider);

/// The collector's address cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("telemetry.otlp: {0}")]
pub struct TracesError(String);

impl Traces {
    /// Spans go to `endpoint`, under the path that the protocol has for them, through this client.
    ///
    /// # Errors
    /// The address is none.
    pub fn new(endpoint: &str, client: impl HttpClient + 'static) -> Result<Self, TracesError> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
            .build()
            .map_err(|error| TracesError(error.to_string()))?;
        let resource = Resource::builder_empty()
            .with_attribute(opentelemetry::KeyValue::new("service.name", "caseconsultant"))
            .with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self(SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build()))
    }

    /// What hands our own spans on. Events are left to the log, and what libraries do is nobody's business.
    pub(super) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        let ours = filter_fn(|of| of.is_span() && of.target().starts_with("caseconsultant"));
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("caseconsultant"))
            .with_threads(false)
            .with_location(false)
            .with_filter(ours)
    }

    /// Sends what is left, for so long as it may take.
    pub fn end(self) {
        if let Err(error) = self.0.shutdown_with_timeout(LAST_WORDS) {
            tracing::warn!(%error, "the last spans did not reach the collector");
        }
    }
}
