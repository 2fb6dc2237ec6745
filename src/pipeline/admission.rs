//! The first stage: whose mail it is, which case it belongs to, and what may be done with it.

use std::time::Duration;

use super::asked::Asked;
use super::{Pipeline, StageError};
use crate::admit::caps::{self, Capped};
use crate::admit::{self, Arrival, Gate, Payer};
use crate::domain::address::Address;
use crate::domain::case::CaseStatus;
use crate::domain::command::Command;
use crate::domain::courtesy;
use crate::domain::message::{SenderTrust, TrustVerdict};
use crate::domain::outbox::OutboxKind;
use crate::domain::time::Timestamp;
use crate::domain::waits::Waits;
use crate::receive::thread;
use crate::store::bounce::NewBounce;
use crate::store::case::{Lease, Progress};
use crate::store::thread::Turn;

/// A mail of a proved person.
pub(super) struct Letter<'a> {
    /// The mail.
    pub arrival: &'a Arrival,
    /// Who sent it.
    pub from: Address,
    /// Who pays.
    pub payer: Payer,
    /// The case it belongs to.
    pub parent: Option<Turn>,
}

impl Letter<'_> {
    /// What every row of this mail says.
    pub fn progress(&self, reason: impl Into<String>) -> Progress {
        Progress {
            reason: reason.into(),
            account: Some(self.payer.key.clone()),
            thread: self.parent.as_ref().map(|parent| parent.root.clone()),
            ..Progress::default()
        }
    }
}

impl Pipeline {
    pub(super) async fn admit(&self, lease: &Lease) -> Result<Option<Lease>, StageError> {
        let config = &self.consultant.config;
        let now = self.consultant.clock.now();
        if let Some(decided) = self.store.find_decision(&lease.case).await? {
            self.tell_decision(lease, &decided).await?;
            return Ok(None);
        }
        let (raw, size) = self.original(lease).await?;
        let arrival = admit::read_and_check(&raw, config, &self.dns).await;
        let sender = admit::find_sender(&self.store, arrival.message.from.as_ref(), config).await?;
        match admit::gate(&arrival, size, &sender, config) {
            Gate::Later(reason) => self.look_again(lease, reason).await,
            Gate::Ignore(reason) => {
                self.record_bounce(lease, &raw, &arrival).await?;
                let progress = Progress { reason, ..Progress::default() };
                self.store.close_quietly(lease, CaseStatus::Ignored, progress, now).await?;
                Ok(None)
            }
            Gate::Hold(reason) => {
                let progress = self.to_review(Waits::Sender, lease, Progress { reason, ..Progress::default() }).await?;
                self.store.close_quietly(lease, CaseStatus::InReview, progress, now).await?;
                Ok(None)
            }
            Gate::Refuse(to, kind, reason) => {
                let payer = admit::payer(&self.store, &to, now.date(), config).await?;
                let letter = Letter { arrival: &arrival, from: to, payer, parent: None };
                if !self.is_stopped(lease, &letter, None).await? {
                    self.refuse(lease, &letter, kind, CaseStatus::Declined, letter.progress(reason)).await?;
                }
                Ok(None)
            }
            Gate::Open(from) => {
                let payer = admit::payer(&self.store, &from, now.date(), config).await?;
                let parent = self.parent(&raw, &arrival, &payer, &from).await?;
                self.open(lease, &Letter { arrival: &arrival, from, payer, parent }).await
            }
        }
    }

    async fn open(&self, lease: &Lease, letter: &Letter<'_>) -> Result<Option<Lease>, StageError> {
        let now = self.consultant.clock.now();
        let message = &letter.arrival.message;
        let command = Command::parse(&message.text, &message.subject);
        if self.is_stopped(lease, letter, command.as_ref()).await? {
            return Ok(None);
        }
        if let Some(command) = command {
            self.command(lease, letter, &command).await?;
            return Ok(None);
        }
        // What comes with a file may be about the file.
        let awaited = letter.parent.as_ref().is_some_and(|parent| parent.status == CaseStatus::Asked);
        if courtesy::is_thanks(&message.text, awaited) && (message.attachments.is_empty() || letter.parent.is_some()) {
            self.store.close_quietly(lease, CaseStatus::Ignored, letter.progress("thanks"), now).await?;
            return Ok(None);
        }
        let asked = self.asked(lease, letter).await?;
        self.book(lease, letter, &asked).await
    }

    /// True where nothing may be sent: the sender asked for silence, or a cap is reached. The case is closed then.
    async fn is_stopped(
        &self,
        lease: &Lease,
        letter: &Letter<'_>,
        command: Option<&Command>,
    ) -> Result<bool, StageError> {
        let now = self.consultant.clock.now();
        let config = &self.consultant.config;
        if self.store.is_silent(&letter.from.key()).await? && !command.is_some_and(Command::ends_silence) {
            let progress = letter.progress("its sender asked for silence (STOP); START ends it");
            self.store.close_quietly(lease, CaseStatus::Ignored, progress, now).await?;
            return Ok(true);
        }
        let Some(capped) = caps::check(&self.store, &letter.payer, &letter.from, now, config).await? else {
            return Ok(false);
        };
        tracing::warn!(case.id = %lease.case, why = %capped.why(), "a cap is reached; nothing is sent");
        match capped {
            Capped::Sender(_) => {
                let progress = letter.progress(capped.why());
                self.refuse(lease, letter, OutboxKind::Capped, CaseStatus::Declined, progress).await?;
            }
            Capped::Address(_) | Capped::Total(_) => {
                let progress = self.to_review(Waits::Capped, lease, letter.progress(capped.why())).await?;
                self.store.close_quietly(lease, CaseStatus::InReview, progress, now).await?;
            }
        }
        Ok(true)
    }

    /// The case that a mail belongs to: named by our token or by a mail of the thread, and its sender may see it. A mail
    /// that names a case of others opens a new one.
    async fn parent(
        &self,
        raw: &[u8],
        arrival: &Arrival,
        payer: &Payer,
        from: &Address,
    ) -> Result<Option<Turn>, StageError> {
        let named = thread::named(raw, &arrival.message, self.store.keys(), &self.consultant.config.service.address);
        let mut turns = Vec::new();
        if let Some(case) = &named.signed {
            turns.extend(self.store.find_turn(case).await?);
        }
        for id in &named.mails {
            if turns.is_empty() {
                turns.extend(self.store.find_turn_of_mail(id.as_str(), &thread::mail_key(id.as_str())).await?);
            }
        }
        let own_alone = self.store.sees_own_alone(&payer.key).await?;
        let theirs = |turn: &Turn| turn.account == payer.key && (!own_alone || turn.sender == from.key());
        Ok(turns.into_iter().find(theirs))
    }

    /// Books the answer: for nothing, on the plan, on what was bought beside it; else the question is kept.
    async fn book(&self, lease: &Lease, letter: &Letter<'_>, asked: &Asked) -> Result<Option<Lease>, StageError> {
        let now = self.consultant.clock.now();
        let payer = &letter.payer;
        let progress = Progress {
            question: Some(asked.question.as_str().to_owned()),
            question_digest: Some(asked.digest.clone()),
            client: Some(asked.client.clone()),
            repeats: asked.repeats.as_ref().map(|answered| answered.case.clone()),
            ..letter.progress(proof(&letter.arrival.trust))
        };
        if asked.is_free {
            return Ok(Some(self.store.admit_free(lease, &payer.key, &payer.quota.period, progress, now).await?));
        }
        if let Some(lease) = self.store.reserve(lease, &payer.key, &payer.quotas(), progress.clone(), now).await? {
            return Ok(Some(lease));
        }
        self.keep(lease, letter, progress).await?;
        Ok(None)
    }

    /// Over the quota: kept until the next period, and told once a day.
    async fn keep(&self, lease: &Lease, letter: &Letter<'_>, progress: Progress) -> Result<(), StageError> {
        let now = self.consultant.clock.now();
        let days = self.consultant.config.quota.keep_days;
        let came = self.store.find_case(&lease.case).await?.map_or(now, |case| case.created_at);
        let until = Timestamp(came.0.saturating_add_unsigned(days.saturating_mul(super::DAY_MICROS)));
        if now >= until {
            let progress = Progress { reason: format!("kept for {days} days without an answer left"), ..progress };
            self.store.close_quietly(lease, CaseStatus::Declined, progress, now).await?;
            return Ok(());
        }
        let resets = letter.payer.quota.resets.and_then(midnight);
        let run_at = resets.unwrap_or(until).min(until).max(now.plus(Duration::from_secs(60)));
        let progress = Progress { reason: "quota used up".to_owned(), run_at: Some(run_at), ..progress };
        if lease.status == CaseStatus::Kept {
            self.store.close_quietly(lease, CaseStatus::Kept, progress, now).await?;
            return Ok(());
        }
        self.refuse(lease, letter, OutboxKind::OverQuota, CaseStatus::Kept, progress).await
    }

    /// A notice that a mail of ours did not arrive is shown on the case it was for. Only our own Message-ID counts, whose
    /// token nobody else can make.
    async fn record_bounce(&self, lease: &Lease, raw: &[u8], arrival: &Arrival) -> Result<(), StageError> {
        let bounce = &arrival.message.bounce;
        if !bounce.is {
            return Ok(());
        }
        let own = &self.consultant.config.service.address;
        let keys = self.store.keys();
        let of_returned = bounce.original_message_id.as_ref().map(|id| id.as_str().to_owned());
        let mut ids: Vec<String> = of_returned.into_iter().filter(|id| thread::is_signed(id, keys)).collect();
        if let Some(case) = thread::named(raw, &arrival.message, keys, own).signed.filter(|_| ids.is_empty()) {
            let latest = self.store.list_outbox(&case).await?.pop();
            ids.extend(latest.map(|row| row.message_id));
        }
        let Some(message_id) = ids.pop() else { return Ok(()) };
        let kind = bounce.kind.map_or("soft", |kind| kind.key());
        let new = NewBounce {
            notice: lease.case.to_string(),
            message_id,
            recipient: bounce.recipient.clone().unwrap_or_default(),
            kind,
            status: bounce.status.clone().unwrap_or_default(),
        };
        if let Some(case) = self.store.record_bounce(new, self.consultant.clock.now()).await? {
            tracing::info!(case.id = %case, kind, "a mail of ours did not arrive");
        }
        Ok(())
    }
}

/// The first moment of a day, UTC.
fn midnight(day: jiff::civil::Date) -> Option<Timestamp> {
    let instant = jiff::tz::Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()?;
    Some(Timestamp(instant.as_microsecond()))
}

/// How the sender was proved, for whoever reads the story of the case.
fn proof(trust: &SenderTrust) -> String {
    match trust.verdict {
        TrustVerdict::Proved => format!("sender proved: {}", trust.why),
        _ => format!("sender believed by the settings: {}", trust.why),
    }
}
