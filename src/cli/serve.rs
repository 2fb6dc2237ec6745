//! `serve` and `migrate`.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{Failure, print};
use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, SourceKind, TransportKind};
use crate::store::Store;
use crate::telemetry;
use crate::telemetry::figures::Figures;
use crate::telemetry::traces::Traces;

/// Runs the service until SIGTERM or SIGINT.
pub fn run(config: Config, traces: Option<Traces>) -> Result<(), Failure> {
    if config.source.kind == SourceKind::None || config.transport.kind == TransportKind::None {
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
        let mut app = App::build(Arc::new(config), Clock::System).await?;
        if let Some(figures) = figures {
            app = app.counting(figures);
        }
        let stop = CancellationToken::new();
        tokio::spawn(signals(stop.clone()));
        tracing::info!(edition = app.pipeline.consultant.shelf.current().edition(), "serving");
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

/// Brings the database schema up to date.
pub async fn migrate(config: Config) -> Result<(), Failure> {
    let store = Store::open_any(&config.data_dir).await?;
    let steps = store.migrate().await?;
    // Originals of the time before the seal lie open until now.
    let store = store.with_keys(crate::app::keys(&config)?);
    let sealed = store.reseal(crate::clock::random_bytes).await?;
    if sealed > 0 {
        store.compact().await?;
    }
    store.close().await;
    let path = Store::path(&config.data_dir);
    print(&format!("{}: {steps} steps taken, the schema is up to date; {sealed} originals sealed", path.display()))
}
