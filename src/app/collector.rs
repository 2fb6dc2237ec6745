//! The way of spans to their collector: our own HTTP client, on a small runtime of its own. The exporter's thread waits for it,
//! and nothing else does.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};

use crate::config::Config;
use crate::mail::{MailError, tls};
use crate::telemetry::traces::{Traces, TracesError};

/// The limit of one request.
const SECONDS: u64 = 10;

/// Why spans cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum CollectorError {
    /// The address.
    #[error(transparent)]
    Traces(#[from] TracesError),
    /// The certificates of the system.
    #[error("telemetry.otlp: {0}")]
    Tls(#[from] MailError),
    /// The client.
    #[error("telemetry.otlp: {0}")]
    Client(#[from] reqwest::Error),
    /// The system gives no thread or descriptor for it.
    #[error("telemetry.otlp: {0}")]
    Runtime(#[from] std::io::Error),
}

/// Spans for the collector that the settings name, if they do.
///
/// # Errors
/// It cannot be reached in the way they say.
pub fn traces(config: &Config) -> Result<Option<Traces>, CollectorError> {
    if config.telemetry.otlp.is_empty() {
        return Ok(None);
    }
    let tls = tls::client_config("telemetry", &config.telemetry.ca_file)?;
    let client = reqwest::Client::builder()
        .user_agent(concat!("caseconsultant/", env!("CARGO_PKG_VERSION"), " (traces)"))
        .tls_backend_preconfigured((*tls).clone())
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(Duration::from_secs(SECONDS))
        .build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(Some(Traces::new(&config.telemetry.otlp, Collector { client, runtime: Arc::new(runtime) })?))
}

#[derive(Debug)]
struct Collector {
    client: reqwest::Client,
    runtime: Arc<tokio::runtime::Runtime>,
}

#[async_trait]
impl HttpClient for Collector {
    /// Called on the exporter's own thread, which may be blocked.
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        self.runtime.block_on(async {
            let answer = self.client.execute(request.try_into()?).await?;
            let mut response = Response::builder().status(answer.status());
            if let Some(headers) = response.headers_mut() {
                headers.extend(answer.headers().clone());
            }
            // What it says is read by nobody.
            Ok(response.body(Bytes::new())?)
        })
    }
}
