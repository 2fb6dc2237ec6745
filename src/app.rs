//! The only place that builds things: everything from the configuration, the loops, and their common stop.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::{Config, ModelKind, SourceKind, TransportKind};
use crate::corpus::{Corpus, CorpusError};
use crate::llm::scripted::{ScriptError, ScriptedModel};
use crate::llm::{LanguageModel, ModelError};
use crate::mail::imap::ImapSource;
use crate::mail::maildir::{MaildirSource, MaildirTransport};
use crate::mail::smtp::SmtpTransport;
use crate::mail::{MailError, MailSource, MailTransport};
use crate::pipeline::{Consultant, Pipeline};
use crate::reply::deliver;
use crate::store::{Store, StoreError};
use crate::{receive, web};

/// Everything a running service consists of.
pub struct App {
    /// The pipeline with its store.
    pub pipeline: Pipeline,
    source: Option<Box<dyn MailSource>>,
    transport: Option<Arc<dyn MailTransport>>,
    /// Rung when a message is on disk.
    arrived: Arc<Notify>,
    /// Rung when something may be in the outbox.
    outgoing: Arc<Notify>,
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
    /// The model settings.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The file of canned completions.
    #[error("model.script: {0}")]
    Script(#[from] ScriptError),
    /// The health page's address.
    #[error("web.listen = {address:?}: {reason}")]
    Listen {
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
    let corpus = Arc::new(Corpus::open(&config.data_dir)?);
    let model = model(&config)?;
    Ok(Consultant { corpus, model, config, clock })
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
    pub async fn build(config: Arc<Config>, clock: Clock) -> Result<Self, StartError> {
        let store = Store::open(&config.data_dir).await?;
        let (source, transport) = (source(&config), transport(&config)?);
        let consultant = consultant(config, clock)?;
        Ok(Self::assemble(Pipeline { consultant, store }, source, transport))
    }

    /// Puts a service together from parts: what tests do with mail in memory.
    pub fn assemble(
        pipeline: Pipeline,
        source: Option<Box<dyn MailSource>>,
        transport: Option<Arc<dyn MailTransport>>,
    ) -> Self {
        Self { pipeline, source, transport, arrived: Arc::new(Notify::new()), outgoing: Arc::new(Notify::new()) }
    }

    /// Runs every loop until `stop`, then lets each finish what it has in hand.
    ///
    /// # Errors
    /// The health page cannot listen, or the database fails at start.
    pub async fn run(mut self, stop: CancellationToken) -> Result<(), StartError> {
        let clock = self.pipeline.consultant.clock.clone();
        let recovered = self.pipeline.store.recover_sending(clock.now()).await?;
        if recovered > 0 {
            tracing::warn!(messages = recovered, "found half-sent after the last stop: uncertain, a person must look");
        }
        let mut loops = JoinSet::new();
        let listen = self.pipeline.consultant.config.web.listen.clone();
        if !listen.is_empty() {
            let refused = |error: std::io::Error| StartError::Listen { address: listen.clone(), reason: error.to_string() };
            let listener = tokio::net::TcpListener::bind(&listen).await.map_err(refused)?;
            let store = self.pipeline.store.clone();
            loops.spawn(web::serve(listener, store, self.pipeline.consultant.corpus.clone(), stop.clone()));
        }
        if let Some(source) = self.source.take() {
            loops.spawn(poll(source, self.pipeline.clone(), self.arrived.clone(), stop.clone()));
        }
        for _ in 0..self.pipeline.consultant.config.pipeline.workers {
            loops.spawn(work(self.pipeline.clone(), self.arrived.clone(), self.outgoing.clone(), stop.clone()));
        }
        if let Some(transport) = self.transport.take() {
            loops.spawn(send(transport, self.pipeline.clone(), self.outgoing.clone(), stop.clone()));
        }
        while loops.join_next().await.is_some() {}
        Ok(())
    }
}

/// Polls, waits for news, and after an error tries again with growing pauses.
async fn poll(mut source: Box<dyn MailSource>, pipeline: Pipeline, arrived: Arc<Notify>, stop: CancellationToken) {
    let config = pipeline.consultant.config.clone();
    let every = Duration::from_secs(config.source.poll_seconds);
    let mut failures: u32 = 0;
    while !stop.is_cancelled() {
        let ring = |n: usize| (0..n.min(64)).for_each(|_| arrived.notify_one());
        let polled = tokio::select! {
            () = stop.cancelled() => return,
            polled = receive::poll(source.as_mut(), &pipeline.store, &pipeline.consultant.clock, &config, ring) => polled,
        };
        let pause = match polled {
            Ok(polled) => {
                if failures > 0 {
                    tracing::info!(mailbox = source.name(), "mailbox is back");
                }
                failures = 0;
                if polled.more {
                    continue;
                }
                let waited = tokio::select! {
                    () = stop.cancelled() => return,
                    waited = source.wait(every) => waited,
                };
                let Err(error) = waited else { continue };
                tracing::warn!(mailbox = source.name(), %error, "waiting for mail failed");
                Duration::from_millis(200)
            }
            Err(error) => {
                failures += 1;
                tracing::warn!(mailbox = source.name(), %error, failures, "polling failed");
                Duration::from_secs(1 << failures.min(6))
            }
        };
        source.reset().await;
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// One worker: takes the next case, or waits for one.
async fn work(pipeline: Pipeline, arrived: Arc<Notify>, outgoing: Arc<Notify>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match pipeline.step().await {
            Ok(true) => outgoing.notify_one(),
            Ok(false) => {
                // The bell may ring for another worker; the pause finds cases whose time has come.
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = arrived.notified() => {}
                    () = tokio::time::sleep(Duration::from_secs(1)) => {}
                }
            }
            Err(error) => {
                tracing::error!(%error, "the pipeline could not reach its database");
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(Duration::from_secs(2)) => {}
                }
            }
        }
    }
}

/// The outbox worker. A message between its first byte and the server's answer is never abandoned by a stop.
async fn send(transport: Arc<dyn MailTransport>, pipeline: Pipeline, outgoing: Arc<Notify>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let consultant = &pipeline.consultant;
        match deliver::run(&pipeline.store, transport.as_ref(), &consultant.clock, &consultant.config.outbox).await {
            Ok(tried) if tried > 0 => {}
            Ok(_) => {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = outgoing.notified() => {}
                    () = tokio::time::sleep(Duration::from_secs(1)) => {}
                }
            }
            Err(error) => {
                tracing::error!(%error, "the outbox could not reach its database");
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(Duration::from_secs(2)) => {}
                }
            }
        }
    }
}
