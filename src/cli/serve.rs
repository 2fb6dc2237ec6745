//! `serve`.

use std::sync::Arc;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::Failure;
use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, SourceKind, TransportKind};
use crate::domain::worker::{Role, Roles};
use crate::telemetry;
use crate::telemetry::figures::Figures;
use crate::telemetry::traces::Traces;

/// `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Only these parts of the service: receive, pipeline, deliver, web, with commas between them. Other processes over the same
    /// database do the others; needs PostgreSQL [default: all]
    #[arg(long, value_name = "PARTS", value_parser = Roles::parse)]
    only: Option<Roles>,
}

/// Runs the service until SIGTERM or SIGINT.
pub fn run(serve: Serve, config: Config, traces: Option<Traces>) -> Result<(), Failure> {
    let roles = serve.only.unwrap_or_default();
    let lacks_source = roles.has(Role::Receive) && config.source.kind == SourceKind::None;
    let lacks_transport = roles.has(Role::Deliver) && config.transport.kind == TransportKind::None;
    if lacks_source || lacks_transport {
        return Err(Failure::Usage(
            "nothing to serve: set source.kind and transport.kind (README, \"A real mailbox\"), or try `caseconsultant demo`".to_owned(),
        ));
    }
    telemetry::quiet_panics();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Work(format!("no runtime: {error}")))?;
    let counts = !config.metrics.listen.is_empty() || !config.metrics.token.is_empty();
    let figures = if counts { Some(Figures::begin()?) } else { None };
    let served = runtime.block_on(async {
        let only = roles.to_string();
        let mut app = App::build(Arc::new(config), roles, Clock::System).await?;
        if let Some(figures) = figures {
            app = app.counting(figures);
        }
        let stop = CancellationToken::new();
        tokio::spawn(signals(stop.clone()));
        tracing::info!(%only, edition = app.pipeline.consultant.shelf.current().edition(), "serving");
        app.run(stop).await?;
        tracing::info!("stopped");
        Ok(())
    });
    // The last spans are of the stop itself.
    if let Some(traces) = traces {
        traces.end();
    }
    served
}

/// The first signal stops gently; the second ends the process at once, which is safe by design.
pub(super) async fn signals(stop: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        tracing::error!("signals cannot be listened for: stop the service with SIGKILL");
        return;
    };
    let mut next = async || tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} };
    next().await;
    tracing::info!("stopping");
    stop.cancel();
    next().await;
    std::process::exit(130);
}
