//! What the pages work with.

use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::importing::Importing;
use crate::clock::Clock;
use crate::config::Config;
use crate::corpus::Shelf;
use crate::domain::alarm::Trouble;
use crate::domain::heartbeat::Heartbeats;
use crate::domain::worker::Roles;
use crate::llm::health::Health;
use crate::store::Store;
use crate::telemetry::figures::Figures;

/// Everything a page may use. It holds no way to send: a page records what a person decided, and the pipeline sends.
#[derive(Clone)]
pub struct Desk {
    /// Cases, reviewers, sessions; with the keys of the seal.
    pub store: Store,
    /// The knowledge.
    pub shelf: Arc<Shelf>,
    /// Settings.
    pub config: Arc<Config>,
    /// Time.
    pub clock: Clock,
    /// What the watch found last.
    pub troubles: watch::Receiver<Vec<Trouble>>,
    /// The end of the service: what is told as it happens ends with it, or nothing would stop.
    pub stop: CancellationToken,
    /// How the service itself runs.
    pub engine: Engine,
}

/// What the page of the system tells, and the import that runs beside the pages.
#[derive(Clone, Default)]
pub struct Engine {
    /// When each loop last went through.
    pub heartbeats: Heartbeats,
    /// What this process does.
    pub roles: Roles,
    /// The model's name and health; none where the plain rules write.
    pub model: Option<(String, Health)>,
    /// What was counted; none where nobody asked for it.
    pub figures: Option<Figures>,
    /// The import of official files.
    pub importing: Importing,
}
