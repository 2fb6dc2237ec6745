//! Logs: fields without identity, to standard error, as text or JSON.

use tracing_subscriber::EnvFilter;

/// Starts logging. May be called again (in tests): the first call wins.
///
/// Libraries that could print mail or credentials at trace level are held at `warn`.
pub fn start(level: &str, json: bool) {
    let filter = EnvFilter::new(format!("warn,caseconsultant={level}"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let _ = if json { builder.json().try_init() } else { builder.try_init() };
}
