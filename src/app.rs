//! The only place that builds things: everything from the configuration, the loops, and their common stop.

use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::attachment::Reader;
use crate::clock::Clock;
use crate::config::{Config, CopiesKind, ModelKind, SourceKind, TransportKind};
use crate::corpus::{CorpusError, Shelf};
use crate::domain::heartbeat::Heartbeats;
use crate::domain::promise::{Office, OfficeError};
use crate::domain::worker::{Role, Roles, Worker};
use crate::identity::seal::SealError;
use crate::llm::scripted::{ScriptError, ScriptedModel};
use crate::llm::{LanguageModel, ModelError};
use crate::mail::dns::{Dns, DnsError};
use crate::mail::imap::ImapSource;
use crate::mail::maildir::{MaildirSource, MaildirTransport};
use crate::mail::smtp::SmtpTransport;
use crate::mail::{MailError, MailSource, MailTransport};
use crate::pipeline::{Consultant, Pipeline};
use crate::store::{Engine, Store, StoreError};
use crate::telemetry::figures::Figures;
use crate::web;
use crate::web::desk::{self, Desk};
use crate::web::importing::Importing;
use crate::webhook::send::SenderError;
use crate::webhook::{self, Sender};
use loops::{Loops, SharedSource, keep};
use turns::House;

mod alone;
mod collector;
mod keys;
mod loops;
mod outward;
mod supervisor;
mod turns;
mod watch;

use alone::Alone;
pub use collector::{CollectorError, traces};
pub use keys::keys;
pub use watch::{Mailbox, Watch};

/// Everything a running service consists of.
pub struct App {
    /// The pipeline with its store.
    pub pipeline: Pipeline,
    source: Option<SharedSource>,
    transport: Option<Arc<dyn MailTransport>>,
    /// Where copies of what left are looked for: the same mailbox, over a connection of its own.
    copies: Option<SharedSource>,
    roles: Roles,
    /// Held while this process serves the database in its data folder; on a server there may be several.
    alone: Option<Alone>,
    figures: Option<Figures>,
}

/// Why the service could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The edition.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
    /// The mail settings.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// Where senders are looked up.
    #[error(transparent)]
    Dns(#[from] DnsError),
    /// The model settings.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The file of canned completions.
    #[error("model.script: {0}")]
    Script(#[from] ScriptError),
    /// The keys of the seal.
    #[error("seal.keys: {0}")]
    Seal(#[from] SealError),
    /// The key of a trial, in its file.
    #[error("{path}: {reason}")]
    KeyFile {
        /// The file.
        path: String,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// The webhooks.
    #[error(transparent)]
    Webhook(#[from] SenderError),
    /// The hours of the office.
    #[error("review: {0}")]
    Office(#[from] OfficeError),
    /// Another process serves the same data folder.
    #[error(
        "{path}: another process serves this data folder. Stop it first; several workers need PostgreSQL (README, \"Several workers\")"
    )]
    Busy {
        /// The file that only one process holds.
        path: String,
    },
    /// A file has one process, which does all.
    #[error(
        "--only needs PostgreSQL: a file is served by one process, which does everything (database.url; README, \"Several workers\")"
    )]
    Alone,
    /// The address of the pages, or of the figures.
    #[error("{key} = {address:?}: {reason}")]
    Listen {
        /// The setting.
        key: &'static str,
        /// As configured.
        address: String,
        /// What the system said.
        reason: String,
    },
}

/// What answers questions: edition, model, clock.
///
/// # Errors
/// The edition or the model's settings cannot be used.
pub fn consultant(config: Arc<Config>, clock: Clock) -> Result<Consultant, StartError> {
    let shelf = Arc::new(Shelf::open(&config.data_dir)?);
    let rules = &config.model;
    let pause = std::time::Duration::from_secs(rules.breaker_seconds);
    let time = clock.clone();
    let now: crate::llm::breaker::Now = Box::new(move || time.now());
    let model = model(&config)?.map(move |model| -> Arc<dyn LanguageModel> {
        Arc::new(crate::llm::breaker::Breaker::new(model, now, rules.breaker_failures, pause))
    });
    let reader = Arc::new(reader(&config));
    Ok(Consultant { shelf, model, config, clock, reader })
}

/// What reads the files of messages: this program, once for each file.
pub fn reader(config: &Config) -> Reader {
    Reader::new(Reader::this_program(), config.attachments.clone())
}

/// The configured writer; `None` for the plain composer.
///
/// # Errors
/// Its settings cannot be used.
pub fn model(config: &Config) -> Result<Option<Arc<dyn LanguageModel>>, StartError> {
    Ok(match config.model.kind {
        ModelKind::None => None,
        ModelKind::Openai => Some(Arc::new(crate::llm::openai::OpenAiModel::new(&config.model)?)),
        ModelKind::Scripted => Some(Arc::new(ScriptedModel::open(config.model.script.as_ref())?)),
    })
}

/// The configured mailbox; `None` when there is none.
pub fn source(config: &Config) -> Option<Box<dyn MailSource>> {
    let source = &config.source;
    match source.kind {
        SourceKind::Imap => {
            Some(Box::new(ImapSource::new(&source.imap, source.max_message_bytes, source.from_beginning)))
        }
        SourceKind::Maildir => Some(Box::new(MaildirSource::new(&source.maildir.path, source.max_message_bytes))),
        SourceKind::None => None,
    }
}

/// The configured way out; `None` when there is none.
///
/// # Errors
/// Its certificate file cannot be read.
pub fn transport(config: &Config) -> Result<Option<Arc<dyn MailTransport>>, MailError> {
    Ok(match config.transport.kind {
        TransportKind::Smtp => {
            let smtp = &config.transport.smtp;
            let domain = config.service.address.rsplit('@').next().unwrap_or("localhost");
            let hello = if smtp.hello.is_empty() { domain } else { &smtp.hello };
            Some(Arc::new(SmtpTransport::new(smtp, hello)?))
        }
        TransportKind::Maildir => Some(Arc::new(MaildirTransport::new(&config.transport.maildir.path))),
        TransportKind::None => None,
    })
}

impl App {
    /// Builds the service from its configuration.
    ///
    /// # Errors
    /// Whatever cannot be used, named with its cure.
    pub async fn build(config: Arc<Config>, roles: Roles, clock: Clock) -> Result<Self, StartError> {
        let store =
            Store::open(&config).await?.with_keys(keys(&config)?).used_by(&format!("{:016x}", crate::clock::random()));
        if store.engine() == Engine::Sqlite && !roles.is_all() {
            return Err(StartError::Alone);
        }
        let alone = match store.engine() {
            Engine::Sqlite => Some(Alone::with(&config.data_dir)?),
            Engine::Postgres => None,
        };
        if alone.is_some() {
            // Nobody else works on this database: what an earlier process had in hand is free.
            store.end_leases().await?;
        }
        Office::parse(&config.review.days, &config.review.open, &config.review.zone)?;
        let (source, transport) = (source(&config), transport(&config)?);
        let dns = Dns::open(&config.trust)?;
        let consultant = consultant(config, clock)?;
        hear(&store, &consultant.shelf).await?;
        let wanted = consultant.config.copies.kind != CopiesKind::None || !consultant.config.copies.save.is_empty();
        let copies = if wanted { self::source(&consultant.config) } else { None };
        let app = Self::assemble(Pipeline::new(consultant, store, dns), source, transport);
        Ok(Self { alone, roles, ..app.looking_into(copies) })
    }

    /// The same with a place to look for copies of what left.
    #[must_use]
    pub fn looking_into(mut self, copies: Option<Box<dyn MailSource>>) -> Self {
        self.copies = copies.map(|source| Arc::new(Mutex::new(source)));
        self
    }

    /// Puts a service together from parts: what tests do with mail in memory.
    pub fn assemble(
        pipeline: Pipeline,
        source: Option<Box<dyn MailSource>>,
        transport: Option<Arc<dyn MailTransport>>,
    ) -> Self {
        Self {
            pipeline,
            source: source.map(|source| Arc::new(Mutex::new(source))),
            transport,
            copies: None,
            alone: None,
            roles: Roles::default(),
            figures: None,
        }
    }

    /// With what counts, for `/metrics`.
    #[must_use]
    pub fn counting(mut self, figures: Figures) -> Self {
        self.figures = Some(figures);
        self
    }

    /// Runs every loop until `stop`, then lets each finish what it has in hand.
    ///
    /// # Errors
    /// The health page cannot listen.
    pub async fn run(self, stop: CancellationToken) -> Result<(), StartError> {
        let Self { pipeline, source, transport, copies, roles, alone: _alone, figures } = self;
        let reading = match &source {
            Some(source) => Some(turns::reading(source).await),
            None => None,
        };
        let (source, transport) =
            (source.filter(|_| roles.has(Role::Receive)), transport.filter(|_| roles.has(Role::Deliver)));
        let copies = copies.filter(|_| roles.has(Role::Deliver));
        let house = House::new(pipeline.store.engine());
        let config = pipeline.consultant.config.clone();
        let mut tasks = JoinSet::new();
        let clock = pipeline.consultant.clock.clone();
        let mailbox = Mailbox::new(clock.now());
        let watched = source.is_some().then(|| mailbox.clone());
        let heartbeats = Heartbeats::default();
        let engine = engine(&pipeline, &heartbeats, &roles, figures.clone());
        let health = engine.model.as_ref().map(|(_, health)| health.clone());
        let watch =
            Watch::new(pipeline.store.clone(), config.clone(), clock.clone(), watched).in_house(house.clone(), reading);
        let watch = watch.with_engine(health, heartbeats.clone());
        let desk = Desk {
            store: pipeline.store.clone(),
            shelf: pipeline.consultant.shelf.clone(),
            config: config.clone(),
            clock: clock.clone(),
            troubles: watch.subscribe(),
            stop: stop.clone(),
            engine,
        };
        if roles.has(Role::Web) && !config.web.listen.is_empty() {
            let listener = listen("web.listen", &config.web.listen).await?;
            tasks.spawn(web::serve(listener, desk.clone()));
        }
        if !config.metrics.listen.is_empty() {
            let listener = listen("metrics.listen", &config.metrics.listen).await?;
            tasks.spawn(web::serve_watchers(listener, desk));
        }
        let loops = Loops::new(pipeline, mailbox, heartbeats, stop.clone()).counting(figures);
        if let Some(source) = source {
            let loops = loops.clone();
            tasks.spawn(keep("mailbox", stop.clone(), move || loops.clone().poll_in_turn(source.clone())));
        }
        let workers = if roles.has(Role::Pipeline) { config.pipeline.workers } else { 0 };
        for _ in 0..workers {
            let loops = loops.clone();
            tasks.spawn(keep("worker", stop.clone(), move || loops.clone().work()));
        }
        let watching = loops.clone();
        tasks.spawn(keep("shelf", stop.clone(), move || watching.clone().watch_shelf()));
        let watch = Arc::new(Mutex::new(watch));
        let looking = loops.clone();
        tasks.spawn(keep("watch", stop.clone(), move || looking.clone().watch(watch.clone())));
        let purging = loops.clone();
        tasks.spawn(keep("house", stop.clone(), move || purging.clone().keep_house(house.clone())));
        let (hearing, living) = (loops.clone(), loops.clone());
        tasks.spawn(keep("bells", stop.clone(), move || hearing.clone().hear()));
        let (worker, store) = (worker(&loops.pipeline, &roles), loops.pipeline.store.clone());
        let name = worker.id.clone();
        // It is said before anything is sent: a message of a process that nobody knows counts as abandoned.
        store.record_worker(worker.clone(), config.database.alive(), loops.pipeline.consultant.clock.now()).await?;
        tasks.spawn(keep("alive", stop.clone(), move || living.clone().say_alive(worker.clone())));
        webhook::deliver::announce(&loops.pipeline.store, &config).await?;
        let sender =
            if roles.has(Role::Deliver) && !config.webhook.is_empty() { Some(Sender::new(&config)?) } else { None };
        outward::spawn(&mut tasks, &loops, outward::Outward { sender, copies, transport });
        tasks.spawn(supervisor::until_stopped(stop.clone()));
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(panicked = error.is_panic(), "a part of the service ended by itself");
            }
        }
        if let Err(error) = store.record_worker_ended(&name, clock.now()).await {
            tracing::warn!(%error, "this process could not say that it ended; others find out by themselves");
        }
        Ok(())
    }
}

/// What this process says of itself.
fn worker(pipeline: &Pipeline, roles: &Roles) -> Worker {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let now = pipeline.consultant.clock.now();
    Worker {
        id: pipeline.store.process().to_owned(),
        host: format!("{}, process {}", host.trim(), std::process::id()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        roles: roles.to_string(),
        edition: String::new(),
        started_at: now,
        seen_at: now,
    }
}

/// What the pages tell of the running service itself.
fn engine(pipeline: &Pipeline, heartbeats: &Heartbeats, roles: &Roles, figures: Option<Figures>) -> desk::Engine {
    let model = pipeline.consultant.model.as_ref();
    let model = model.and_then(|model| Some((model.name().to_owned(), model.health()?)));
    desk::Engine {
        heartbeats: heartbeats.clone(),
        roles: roles.clone(),
        model,
        figures,
        importing: Importing::default(),
    }
}

/// Tells the shelf what the office says of rule cards, where that is another thing than it heard before.
///
/// # Errors
/// The database failed.
async fn hear(store: &Store, shelf: &Arc<Shelf>) -> Result<(), StoreError> {
    if store.confirmations_version().await? == shelf.current().office().version {
        return Ok(());
    }
    let (office, shelf) = (Arc::new(store.list_confirmations().await?), Arc::clone(shelf));
    // An edition that hears something opens what it needs to answer, which takes a moment.
    let heard = tokio::task::spawn_blocking(move || shelf.hear(&office)).await;
    heard.unwrap_or_else(|error| tracing::error!(panicked = error.is_panic(), "the shelf did not hear the office"));
    Ok(())
}

async fn listen(key: &'static str, address: &str) -> Result<tokio::net::TcpListener, StartError> {
    let refused =
        |error: std::io::Error| StartError::Listen { key, address: address.to_owned(), reason: error.to_string() };
    tokio::net::TcpListener::bind(address).await.map_err(refused)
}
