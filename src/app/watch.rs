//! The watch: looks every few seconds for what must not go on unseen, and says it. In the log, once a change; on the
//! health page; and through the operator's command.

use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::process::Command;
use tokio::sync::watch;

use super::turns::House;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::domain::alarm::{Bell, Trouble};
use crate::domain::heartbeat::{Heartbeats, Loop};
use crate::domain::outbox::OutboxState;
use crate::domain::time::Timestamp;
use crate::llm::health::Health;
use crate::mail::MailError;
use crate::receive::ReceiveError;
use crate::store::{Store, StoreError};
use crate::telemetry::disk;
use crate::web::ready::standing_still;

/// How the mailbox fares, as the loop that reads it tells.
#[derive(Debug, Clone)]
pub struct Mailbox(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// When it was last read through, or the service began.
    read_at: Timestamp,
    /// Another process reads it.
    rests: bool,
    /// Since when there is no access token: how the command failed, and whether waiting may help.
    token: Option<(Timestamp, String, bool)>,
}

impl Mailbox {
    /// A mailbox that nobody tried yet.
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(State { read_at: now, rests: false, token: None })))
    }

    /// It was read through.
    pub fn was_read(&self, now: Timestamp) {
        *self.state() = State { read_at: now, rests: false, token: None };
    }

    /// From now on it is read here.
    pub fn begins(&self, now: Timestamp) {
        self.was_read(now);
    }

    /// It is read by another process, or by none: what is said of it here would not be true.
    pub fn rests(&self) {
        self.state().rests = true;
    }

    /// It could not be read.
    pub fn failed(&self, error: &ReceiveError, now: Timestamp) {
        let mut state = self.state();
        state.token = match error {
            ReceiveError::Mail(MailError::Token { reason, passing }) => {
                let since = state.token.as_ref().map_or(now, |(since, ..)| *since);
                Some((since, reason.clone(), *passing))
            }
            _ => None,
        };
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn troubles(&self, config: &Config, now: Timestamp) -> Vec<Trouble> {
        let state = self.state();
        if state.rests {
            return Vec::new();
        }
        let limit = config.alarm.mailbox_minutes;
        if let Some((since, reason, passing)) = &state.token {
            let over = !passing || minutes(*since, now) >= limit;
            return if over { vec![Trouble::Token { reason: reason.clone() }] } else { Vec::new() };
        }
        // A mailbox that is looked at seldom is silent between two looks.
        let limit = limit.max(config.source.poll_seconds.saturating_mul(2) / 60);
        let silent = minutes(state.read_at, now);
        if silent >= limit.max(1) { vec![Trouble::Mailbox { minutes: silent }] } else { Vec::new() }
    }
}

/// A day, in microseconds.
const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;
/// So many days before a secret ends it is told.
const SECRET_DAYS: i64 = 15;

/// Whole minutes between two times.
fn minutes(since: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(now.0.saturating_sub(since.0)).unwrap_or(0) / 60_000_000
}

/// What looks, and what it looks at.
pub struct Watch {
    store: Store,
    config: Arc<Config>,
    clock: Clock,
    mailbox: Option<Mailbox>,
    house: House,
    /// The task of reading the mailbox, which processes have in turn.
    reading: Option<String>,
    model: Option<Health>,
    heartbeats: Heartbeats,
    bell: Bell,
    shown: watch::Sender<Vec<Trouble>>,
}

impl Watch {
    /// Looks at a service, and at its mailbox where there is one.
    pub fn new(store: Store, config: Arc<Config>, clock: Clock, mailbox: Option<Mailbox>) -> Self {
        let (model, heartbeats) = (None, Heartbeats::default());
        Self {
            store,
            config,
            clock,
            mailbox,
            house: House::kept(),
            reading: None,
            model,
            heartbeats,
            bell: Bell::default(),
            shown: watch::Sender::default(),
        }
    }

    /// The same for a process that keeps house in its turn: what belongs to all is said by that one alone.
    #[must_use]
    pub fn in_house(mut self, house: House, reading: Option<String>) -> Self {
        (self.house, self.reading) = (house, reading);
        self
    }

    /// Looks at the model and at the loops too.
    #[must_use]
    pub fn with_engine(mut self, model: Option<Health>, heartbeats: Heartbeats) -> Self {
        (self.model, self.heartbeats) = (model, heartbeats);
        self
    }

    /// Goes on under other settings.
    pub fn obey(&mut self, config: Arc<Config>) {
        self.config = config;
    }

    /// What is wrong now, for the health page.
    pub fn subscribe(&self) -> watch::Receiver<Vec<Trouble>> {
        self.shown.subscribe()
    }

    /// One look. What it finds is shown, logged and said.
    pub async fn look(&mut self) {
        let now = self.clock.now();
        let troubles = match self.find(now).await {
            Ok(troubles) => troubles,
            Err(error) => {
                tracing::debug!(%error, "the watch could not read the database");
                let mut troubles = self.machine_troubles(now);
                troubles.push(Trouble::Database);
                troubles
            }
        };
        let rules = &self.config.alarm;
        let again = i64::try_from(rules.again_minutes).unwrap_or(i64::MAX).saturating_mul(60_000_000);
        // What belongs to all is said by the one that keeps house.
        let own = if self.house.is_kept_here() { troubles.clone() } else { self.mailbox_troubles(now) };
        let said = self.bell.look(&own, now, again);
        self.shown.send_replace(troubles);
        for trouble in &said.began {
            tracing::error!(alarm = trouble.key(), "{trouble}");
        }
        for key in &said.ended {
            tracing::info!(alarm = key, "is over");
        }
        if let Some(words) = said.ring
            && let Err(reason) = ring(rules, &words).await
        {
            tracing::error!(%reason, "alarm.command failed; it is run again in a minute");
            self.bell.unheard(now);
        }
    }

    /// Whether a mailbox is read by no process at all, as the one that keeps house sees it.
    async fn idle(&self, now: Timestamp) -> Result<Option<Trouble>, StoreError> {
        let Some(task) = self.reading.as_ref().filter(|_| self.house.is_kept_here()) else { return Ok(None) };
        let since = self.store.find_idle(task, now).await?;
        let minutes = since.map_or(0, |since| minutes(since, now));
        Ok((minutes >= self.config.alarm.mailbox_minutes.max(1)).then_some(Trouble::Mailbox { minutes }))
    }

    fn mailbox_troubles(&self, now: Timestamp) -> Vec<Trouble> {
        self.mailbox.as_ref().map(|mailbox| mailbox.troubles(&self.config, now)).unwrap_or_default()
    }

    /// What can be found without the database.
    fn machine_troubles(&self, now: Timestamp) -> Vec<Trouble> {
        let rules = &self.config.alarm;
        let mut troubles = self.mailbox_troubles(now);
        if let Ok(Some(ends)) = self.config.oauth.secret_ends() {
            let days = ends.saturating_mul(1_000_000).saturating_sub(now.0).div_euclid(DAY_MICROS);
            if days < SECRET_DAYS {
                troubles.push(Trouble::Secret { days });
            }
        }
        let unwell = self.model.as_ref().and_then(|health| health.known().unwell_since);
        let failing = unwell.map_or(0, |since| minutes(since, now));
        if rules.model_minutes > 0 && unwell.is_some() && failing >= rules.model_minutes {
            troubles.push(Trouble::Model { minutes: failing });
        }
        let free = disk::space(&self.config.data_dir).map(|space| space.free.saturating_mul(100) / space.total.max(1));
        if let Some(percent) = free.filter(|free| *free < rules.disk_percent) {
            troubles.push(Trouble::Disk { percent });
        }
        // The mailbox has an alarm of its own.
        let still = standing_still(&self.heartbeats, &self.config, now);
        if let Some((of, minutes)) = still.into_iter().find(|(of, _)| *of != Loop::Mailbox) {
            troubles.push(Trouble::Loop { name: of.words(), minutes });
        }
        troubles
    }

    async fn find(&self, now: Timestamp) -> Result<Vec<Trouble>, StoreError> {
        let rules = &self.config.alarm;
        let mut troubles = self.machine_troubles(now);
        if troubles.is_empty() {
            troubles.extend(self.idle(now).await?);
        }
        let outbox = self.store.count_outbox().await?;
        let uncertain = outbox.iter().find(|(state, _)| *state == OutboxState::Uncertain).map_or(0, |(_, n)| *n);
        if uncertain > 0 {
            troubles.push(Trouble::Uncertain { count: u64::try_from(uncertain).unwrap_or(0) });
        }
        let waiting = self.store.find_oldest().await?;
        let machine = waiting.machine.map_or(0, |since| minutes(since, now));
        if rules.answer_minutes > 0 && machine >= rules.answer_minutes {
            troubles.push(Trouble::Unanswered { minutes: machine });
        }
        let person = waiting.person.map_or(0, |since| minutes(since, now)) / 60;
        if rules.review_hours > 0 && person >= rules.review_hours {
            troubles.push(Trouble::Review { hours: person });
        }
        let missing = |(id, _): &&(String, i64)| !id.is_empty() && !self.store.keys().holds(id);
        let closed: i64 = self.store.count_seals().await?.iter().filter(missing).map(|(_, count)| count).sum();
        if closed > 0 {
            troubles.push(Trouble::SealKey { count: u64::try_from(closed).unwrap_or(0) });
        }
        let given_up = self.store.count_given_up().await?;
        if given_up > 0 {
            troubles.push(Trouble::Webhook { count: given_up });
        }
        Ok(troubles)
    }
}

/// Runs the operator's command with the words as its last argument.
async fn ring(rules: &config::Alarm, words: &str) -> Result<(), String> {
    let Some((program, arguments)) = rules.command.split_first() else { return Ok(()) };
    let run = Command::new(program)
        .args(arguments)
        .arg(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .status();
    match tokio::time::timeout(Duration::from_secs(rules.command_seconds), run).await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(status.to_string()),
        Ok(Err(error)) => Err(error.kind().to_string()),
        Err(_) => Err(format!("it did not end within {} s", rules.command_seconds)),
    }
}
