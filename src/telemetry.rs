//! Logs, figures and traces: fields without identity. The log goes to standard error, as text or JSON.

use std::io::IsTerminal as _;

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

pub mod disk;
pub mod figures;
pub mod traces;

use traces::Traces;

/// Starts logging, and with `traces` sends spans to a collector. May be called again (in tests): the first call wins.
///
/// Libraries that could print mail or credentials at trace level are held at `warn`.
pub fn start(level: &str, json: bool, traces: Option<&Traces>) {
    let filter = EnvFilter::new(format!("warn,caseconsultant={level}"));
    let colours = std::io::stderr().is_terminal();
    let lines = fmt::layer().with_writer(std::io::stderr).with_target(false).with_ansi(colours);
    let lines = if json { lines.json().boxed() } else { lines.boxed() };
    let _ = tracing_subscriber::registry().with(lines.with_filter(filter)).with(traces.map(Traces::layer)).try_init();
}

/// Lets a panic log its place and nothing else: its words may quote the mail or the server's line it stumbled over.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}
