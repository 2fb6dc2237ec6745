//! Logs: fields without identity, to standard error, as text or JSON.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

pub mod disk;

/// Starts logging. May be called again (in tests): the first call wins.
///
/// Libraries that could print mail or credentials at trace level are held at `warn`.
pub fn start(level: &str, json: bool) {
    let filter = EnvFilter::new(format!("warn,caseconsultant={level}"));
    let colours = std::io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let builder = builder.with_ansi(colours);
    let _ = if json { builder.json().try_init() } else { builder.try_init() };
}

/// Lets a panic log its place and nothing else: its words may quote the mail or the server's line it stumbled over.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}
