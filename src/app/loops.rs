//! The loops of a running service: mail in, cases on, mail out. Each outlives errors by a pause, and panics too.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::supervisor;
use super::watch::{Mailbox, Watch};
use crate::domain::alarm::Trouble;
use crate::domain::heartbeat::{Heartbeats, Loop};
use crate::domain::time::Timestamp;
use crate::mail::{MailSource, MailTransport};
use crate::pipeline::Pipeline;
use crate::receive;
use crate::reply::{copies, deliver};
use crate::store::StoreError;
use crate::telemetry::figures::{self, Figures};
use crate::webhook::{self, Sender};

/// The pause of a loop that found nothing, unless its bell rings first.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The pause of a loop that panicked, or that could not reach its database.
pub(super) const AFTER_FAULT: Duration = Duration::from_secs(2);
/// How often copies are looked for, and how often those that were not found in time.
const LOOK_FOR_COPIES: Duration = Duration::from_secs(2);
const LOOK_SELDOM: Duration = Duration::from_secs(300);
/// How often the watch looks.
const WATCH_EVERY: Duration = Duration::from_secs(5);

/// How often originals are looked through for what is to be purged, and the length of a day.
const PURGE_EVERY: Duration = Duration::from_secs(3_600);
const DAY_MICROS: u64 = 24 * 3_600 * 1_000_000;

/// A mailbox that outlives a loop that panicked with it in hand.
pub type SharedSource = Arc<Mutex<Box<dyn MailSource>>>;

/// Runs a loop in a task of its own; where it panicked, begins it anew after a pause. One hostile line from a server
/// must not stop the service.
pub async fn keep<F>(name: &'static str, stop: CancellationToken, mut begin: impl FnMut() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        match AbortOnDropHandle::new(tokio::spawn(begin())).await {
            Err(error) if error.is_panic() => tracing::error!(task = name, "panicked; it begins anew after a pause"),
            _ => return,
        }
        if pause(&stop, AFTER_FAULT).await {
            return;
        }
    }
}

/// True when the service stops before the time is over.
pub(super) async fn pause(stop: &CancellationToken, time: Duration) -> bool {
    tokio::time::timeout(time, stop.cancelled()).await.is_ok()
}

/// What the loops share.
#[derive(Clone)]
pub struct Loops {
    /// What is done with a mail.
    pub pipeline: Pipeline,
    /// Ends all of them.
    pub stop: CancellationToken,
    /// How the mailbox fares.
    pub(super) mailbox: Mailbox,
    /// When each loop last went through.
    heartbeats: Heartbeats,
    /// What was counted, where anybody asked for it.
    figures: Option<Figures>,
    /// Rung when a message is on disk.
    pub(super) arrived: Arc<Notify>,
    /// Rung when something may be in the outbox.
    pub(super) outgoing: Arc<Notify>,
}

impl Loops {
    /// Nothing runs yet.
    pub fn new(pipeline: Pipeline, mailbox: Mailbox, heartbeats: Heartbeats, stop: CancellationToken) -> Self {
        let (arrived, outgoing) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        Self { pipeline, stop, mailbox, heartbeats, figures: None, arrived, outgoing }
    }

    /// With the figures, which are tidied now and then.
    #[must_use]
    pub fn counting(mut self, figures: Option<Figures>) -> Self {
        self.figures = figures;
        self
    }

    fn begin(&self, of: Loop) {
        self.heartbeats.begin(of, self.pipeline.consultant.clock.now());
    }

    fn beat(&self, of: Loop) {
        self.heartbeats.beat(of, self.pipeline.consultant.clock.now());
    }

    fn miss(&self, of: Loop) {
        self.heartbeats.miss(of, self.pipeline.consultant.clock.now());
    }

    /// Polls, waits for news, and after an error tries again with growing pauses.
    pub async fn poll(self, source: SharedSource) {
        self.begin(Loop::Mailbox);
        let mut source = source.lock().await;
        source.reset().await;
        let mut failures: u32 = 0;
        while !self.stop.is_cancelled() {
            let polled = tokio::select! {
                () = self.stop.cancelled() => return,
                polled = self.poll_once(source.as_mut()) => polled,
            };
            let time = match polled {
                Ok(more) => {
                    self.mailbox.was_read(self.pipeline.consultant.clock.now());
                    self.beat(Loop::Mailbox);
                    if failures > 0 {
                        tracing::info!(mailbox = source.name(), "mailbox is back");
                    }
                    failures = 0;
                    if more {
                        continue;
                    }
                    let every = Duration::from_secs(self.pipeline.consultant.config.source.poll_seconds);
                    let waited = tokio::select! {
                        () = self.stop.cancelled() => return,
                        waited = source.wait(every) => waited,
                    };
                    let Err(error) = waited else { continue };
                    tracing::warn!(mailbox = source.name(), %error, "waiting for mail failed");
                    Duration::from_millis(200)
                }
                Err(error) => {
                    failures += 1;
                    self.mailbox.failed(&error, self.pipeline.consultant.clock.now());
                    self.miss(Loop::Mailbox);
                    tracing::warn!(mailbox = source.name(), %error, failures, "polling failed");
                    Duration::from_secs(1 << failures.min(6))
                }
            };
            source.reset().await;
            if pause(&self.stop, time).await {
                return;
            }
        }
    }

    /// True when the mailbox holds more.
    async fn poll_once(&self, source: &mut dyn MailSource) -> Result<bool, receive::ReceiveError> {
        let consultant = &self.pipeline.consultant;
        let ring = |n: usize| (0..n.min(64)).for_each(|_| self.arrived.notify_one());
        let polled = receive::poll(source, &self.pipeline.store, &consultant.clock, &consultant.config, ring).await?;
        figures::mails(polled.opened, polled.known);
        if polled.opened + polled.known > 0 {
            tracing::info!(opened = polled.opened, known = polled.known, "mail taken in");
        }
        Ok(polled.more)
    }

    /// Purges originals whose time is over, counts of past days, and what was told a week ago: at the start, and every hour.
    pub async fn purge(self) {
        self.begin(Loop::Retention);
        let consultant = &self.pipeline.consultant;
        let days = consultant.config.retention.original_days;
        loop {
            let now = consultant.clock.now();
            if let Err(error) = self.pipeline.store.drop_tallies(now.date().to_string()).await {
                tracing::warn!(%error, "the counts of past days could not be dropped");
            }
            let week = Timestamp(now.0.saturating_sub_unsigned(7 * DAY_MICROS));
            if let Err(error) = self.pipeline.store.drop_told(week).await {
                tracing::warn!(%error, "what webhooks were told could not be dropped");
            }
            // 0 days keeps them for ever.
            let days = if days == 0 { u64::MAX } else { days };
            let before = Timestamp(now.0.saturating_sub_unsigned(days.saturating_mul(DAY_MICROS)));
            match self.pipeline.store.purge_originals(before, now).await {
                Ok(purged) => {
                    self.beat(Loop::Retention);
                    if purged > 0 {
                        tracing::info!(purged, "originals purged: their cases have rested long enough");
                    }
                }
                Err(error) => {
                    self.miss(Loop::Retention);
                    tracing::warn!(%error, "originals could not be purged");
                }
            }
            if pause(&self.stop, PURGE_EVERY).await {
                return;
            }
        }
    }

    /// Tells programs of others what happened.
    pub async fn tell(self, sender: Sender) {
        while !self.stop.is_cancelled() {
            match self.tell_once(&sender).await {
                Ok(0) => {
                    pause(&self.stop, LOOK_EVERY).await;
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "the webhooks could not reach their database");
                    pause(&self.stop, AFTER_FAULT).await;
                }
            }
        }
    }

    async fn tell_once(&self, sender: &Sender) -> Result<usize, StoreError> {
        webhook::deliver::run(&self.pipeline.store, sender, &self.pipeline.consultant.clock).await
    }

    /// Looks for what must not go on unseen.
    pub async fn watch(self, watch: Arc<Mutex<Watch>>) {
        self.begin(Loop::Watch);
        let mut watch = watch.lock().await;
        loop {
            watch.look().await;
            self.beat(Loop::Watch);
            // Where a part stands still, whoever started the service is not told that all is well, and begins it anew.
            let troubles = watch.subscribe().borrow().clone();
            if !troubles.iter().any(|trouble| matches!(trouble, Trouble::Loop { .. })) {
                supervisor::is_alive();
            }
            if let Some(figures) = &self.figures {
                figures.tidy();
            }
            if pause(&self.stop, WATCH_EVERY).await {
                return;
            }
        }
    }

    /// One worker: takes the next case, or waits for one.
    pub async fn work(self) {
        self.begin(Loop::Workers);
        // Every other case is the oldest of all; between them the shares take turns, so that neither a case nor an account
        // waits behind another's thousands.
        let (mut turn, mut by_turn) = (String::new(), false);
        while !self.stop.is_cancelled() {
            let stepped = self.pipeline.step_after(by_turn.then(|| turn.clone())).await;
            by_turn = !by_turn;
            if stepped.is_ok() {
                self.beat(Loop::Workers);
            }
            match stepped {
                Ok(Some(share)) => {
                    turn = share;
                    self.outgoing.notify_one();
                }
                // The bell may ring for another worker; the look every second finds cases whose time has come.
                Ok(None) => self.rest(&self.arrived).await,
                Err(error) => {
                    self.miss(Loop::Workers);
                    tracing::error!(%error, "the pipeline could not reach its database");
                    pause(&self.stop, AFTER_FAULT).await;
                }
            }
        }
    }

    /// Takes a new edition into service when an import made one current.
    pub async fn watch_shelf(self) {
        self.begin(Loop::Shelf);
        while !pause(&self.stop, LOOK_EVERY).await {
            let shelf = Arc::clone(&self.pipeline.consultant.shelf);
            if let Err(error) = super::hear(&self.pipeline.store, &shelf).await {
                tracing::error!(%error, "what the office says of rule cards cannot be read; what was heard last holds");
            }
            let before = shelf.current().edition().to_owned();
            let looked = tokio::task::spawn_blocking(move || shelf.refresh()).await;
            if matches!(looked, Ok(Ok(_))) {
                self.beat(Loop::Shelf);
            } else {
                self.miss(Loop::Shelf);
            }
            match looked {
                Ok(Ok(Some(edition))) => {
                    figures::edition_taken();
                    figures::edition(&before, 0.0);
                    tracing::info!(edition, "a new edition is in service");
                }
                Ok(Ok(None)) => {}
                Ok(Err(error)) => {
                    tracing::error!(%error, "the new edition cannot be opened; the one before keeps answering");
                    pause(&self.stop, AFTER_FAULT).await;
                }
                Err(error) => tracing::error!(panicked = error.is_panic(), "the new edition could not be looked at"),
            }
        }
    }

    /// The outbox worker. A message between its first byte and the server's answer is never abandoned by a stop.
    pub async fn send(self, transport: Arc<dyn MailTransport>) {
        self.begin(Loop::Outbox);
        let mut recovered = false;
        while !self.stop.is_cancelled() {
            let sent = self.send_once(transport.as_ref(), &mut recovered).await;
            if sent.is_ok() {
                self.beat(Loop::Outbox);
            }
            match sent {
                Ok(0) => self.rest(&self.outgoing).await,
                Ok(_) => {}
                Err(error) => {
                    recovered = false;
                    self.miss(Loop::Outbox);
                    tracing::error!(%error, "the outbox could not reach its database");
                    pause(&self.stop, AFTER_FAULT).await;
                }
            }
        }
    }

    /// Sends what is due. After a start, a panic or an error, looks first for what was left half-sent.
    async fn send_once(&self, transport: &dyn MailTransport, recovered: &mut bool) -> Result<usize, StoreError> {
        let consultant = &self.pipeline.consultant;
        if !*recovered {
            let messages = self.pipeline.store.recover_sending(true, consultant.clock.now()).await?;
            if messages > 0 {
                tracing::warn!(messages, "found half-sent: uncertain, a person must look");
            }
            *recovered = true;
        }
        deliver::run(&self.pipeline.store, transport, &consultant.clock, &consultant.config).await
    }

    /// Looks for the copies of messages whose last answer was lost, and keeps copies of what left.
    pub async fn look_for_copies(self, source: SharedSource) {
        let mut source = source.lock().await;
        let consultant = &self.pipeline.consultant;
        let mut seldom = 0_u32;
        while !pause(&self.stop, LOOK_FOR_COPIES).await {
            let rules = &consultant.config.copies;
            let looking = copies::run(&self.pipeline.store, source.as_mut(), &consultant.clock, rules);
            let looked = tokio::select! {
                () = self.stop.cancelled() => return,
                looked = looking => looked,
            };
            match looked {
                Ok(looked) => {
                    seldom = seldom.saturating_sub(1);
                    if looked.left + looked.again > 0 {
                        tracing::info!(left = looked.left, again = looked.again, "uncertain messages were settled");
                        self.outgoing.notify_one();
                    }
                    // Those that a person must settle are looked for once in a while: a copy may be late.
                    if looked.unknown > 0 && looked.waiting == 0 && pause(&self.stop, LOOK_SELDOM).await {
                        return;
                    }
                }
                Err(error) => {
                    seldom = (seldom + 1).min(6);
                    tracing::warn!(%error, "copies of what left could not be looked for");
                    source.reset().await;
                    if pause(&self.stop, Duration::from_secs(1 << seldom)).await {
                        return;
                    }
                }
            }
        }
    }

    async fn rest(&self, bell: &Notify) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = bell.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}
