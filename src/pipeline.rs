//! Leases a case, runs its next stage, records the outcome. The only file that knows the order of the stages.
//!
//! A stage hands over by writing a value through the store, under a lease whose token fences off a worker that was
//! too slow. No network call happens inside a database transaction. Failure is never silence: it ends as a state
//! that names the reason.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::admit::{self, Arrival, Gate, Question};
use crate::attachment::Reader;
use crate::clock::Clock;
use crate::config::Config;
use crate::corpus::{Corpus, CorpusError, Shelf};
use crate::domain::address::Address;
use crate::domain::attachment::Receipt;
use crate::domain::case::CaseStatus;
use crate::domain::check::{Program, Setting};
use crate::domain::draft::Draft;
use crate::domain::evidence::Evidence;
use crate::domain::finding::Report;
use crate::domain::outbox::OutboxKind;
use crate::domain::release::Release;
use crate::domain::time::AsOf;
use crate::draft;
use crate::llm::LanguageModel;
use crate::reply::notice::Notice;
use crate::reply::render::{Body, Footing, render};
use crate::reply::{self, ReplyError};
use crate::research::Reading;
use crate::store::case::{Lease, Progress};
use crate::store::original::Opener;
use crate::store::{Store, StoreError};
use crate::verify;
use files::research;

mod files;

/// Everything that one consultation needs, whoever asks: a mail, the command line, an evaluation.
#[derive(Clone)]
pub struct Consultant {
    /// The knowledge.
    pub shelf: Arc<Shelf>,
    /// The writer, if there is one; the plain composer needs none.
    pub model: Option<Arc<dyn LanguageModel>>,
    /// Settings.
    pub config: Arc<Config>,
    /// Time.
    pub clock: Clock,
    /// What reads the files of a message.
    pub reader: Arc<Reader>,
}

/// A question with its evidence, its draft and what verification says.
#[derive(Debug, Clone)]
pub struct Consultation {
    /// What was found.
    pub evidence: Evidence,
    /// What would be said.
    pub draft: Draft,
    /// What verification objects to.
    pub report: Report,
    /// Milliseconds of each stage.
    pub timings: Vec<(&'static str, f64)>,
}

impl Consultant {
    /// How a question is to be read: today, the message's date, the defaults of the configuration.
    pub fn reading(&self, message_date: Option<jiff::civil::Date>, on: Option<AsOf>) -> Reading {
        let rules = &self.config.corpus;
        Reading {
            today: self.clock.now().date(),
            message_date,
            on,
            setting: Setting::parse(&rules.setting).unwrap_or(Setting::Practitioner),
            program: Program::parse(&rules.program).unwrap_or(Program::Medicare),
        }
    }

    /// Research, draft, verify: the whole of an answer without mail around it.
    ///
    /// # Errors
    /// The edition is damaged.
    pub async fn consult(&self, question: &Question, reading: &Reading) -> Result<Consultation, CorpusError> {
        let started = Instant::now();
        let corpus = self.shelf.current();
        let evidence = research(&corpus, question, reading)?;
        let researched = started.elapsed();
        let draft = self.draft(&corpus, &evidence).await;
        let drafted = started.elapsed();
        let report = verify::run(&corpus, &evidence, &draft, &self.config.policy);
        let verified = started.elapsed();
        let ms = |duration: Duration| (duration.as_secs_f64() * 1e5).round() / 100.0;
        let timings = vec![
            ("research", ms(researched)),
            ("draft", ms(drafted.saturating_sub(researched))),
            ("verify", ms(verified.saturating_sub(drafted))),
        ];
        Ok(Consultation { evidence, draft, report, timings })
    }

    /// A draft by the model, or by the plain rules when there is none or it fails: for each question of the message.
    pub async fn draft(&self, corpus: &Corpus, evidence: &Evidence) -> Draft {
        let mut first = self.draft_one(corpus, evidence).await;
        let mut also = Vec::new();
        for evidence in &evidence.also {
            also.push(self.draft_one(corpus, evidence).await);
        }
        first.also = also;
        first
    }

    async fn draft_one(&self, corpus: &Corpus, evidence: &Evidence) -> Draft {
        // There is nothing to be said better in a polite no.
        let declined = evidence.inquiry.decline.is_some() || evidence.inquiry.blank;
        if let Some(model) = self.model.as_ref().filter(|_| !declined) {
            let limits = draft::model::Settings::new(&self.config.model, self.clock.now().date());
            let nonce = crate::clock::random();
            match draft::model::write(corpus, evidence, model.as_ref(), &limits, nonce).await {
                Ok(draft) => return draft,
                Err(error) => tracing::warn!(%error, "the model gave no draft; the plain rules write it"),
            }
        }
        draft::compose(corpus, evidence)
    }
}

/// The pipeline over one store.
#[derive(Clone)]
pub struct Pipeline {
    /// What answers.
    pub consultant: Consultant,
    /// Where cases live.
    pub store: Store,
}

/// Why a stage did not finish.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The edition is damaged.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
    /// The reply could not be made.
    #[error(transparent)]
    Reply(#[from] ReplyError),
    /// A case holds less than its state promises.
    #[error("the case has no {0}")]
    Missing(&'static str),
}

impl Pipeline {
    /// Leases the case that waits longest and moves it as far as it goes. False when nothing waits.
    ///
    /// # Errors
    /// The database failed; the case is leased again once its lease has run out.
    pub async fn step(&self) -> Result<bool, StoreError> {
        let now = self.consultant.clock.now();
        let until = now.plus(self.consultant.config.lease());
        let Some(mut lease) = self.store.lease_next(now, until).await? else { return Ok(false) };
        if lease.attempts > i64::from(self.consultant.config.pipeline.max_attempts) {
            let why = format!("{} attempts at its stage ended without a word; a person must look", lease.attempts - 1);
            self.give_up(&lease, &why).await?;
            return Ok(true);
        }
        loop {
            match self.stage(&lease).await {
                Ok(Some(next)) => lease = next,
                Ok(None) => return Ok(true),
                Err(StageError::Store(StoreError::LeaseLost(case))) => {
                    tracing::warn!(case.id = %case, "lease lost; another worker goes on");
                    return Ok(true);
                }
                Err(error) => {
                    self.failed(&lease, &error).await?;
                    return Ok(true);
                }
            }
        }
    }

    /// Runs one stage; the lease with the new state, or nothing where the case rests.
    async fn stage(&self, lease: &Lease) -> Result<Option<Lease>, StageError> {
        let started = Instant::now();
        let next = match lease.status {
            CaseStatus::Received => self.admit(lease).await?,
            CaseStatus::Admitted => self.research(lease).await?,
            CaseStatus::Researched => Some(self.write(lease).await?),
            CaseStatus::Drafted => Some(self.verify(lease).await?),
            CaseStatus::Verified => self.release(lease).await?,
            _ => None,
        };
        let took = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(case.id = %lease.case, stage = lease.status.key(), duration_ms = took, "stage done");
        Ok(next)
    }

    /// The message of a case in hand, unsealed for this stage.
    async fn original(&self, lease: &Lease) -> Result<(Vec<u8>, u64), StoreError> {
        self.store.open_original(&lease.case, &Opener::Service, self.consultant.clock.now()).await
    }

    async fn admit(&self, lease: &Lease) -> Result<Option<Lease>, StageError> {
        let config = &self.consultant.config;
        let now = self.consultant.clock.now();
        let (raw, size) = self.original(lease).await?;
        let arrival = admit::read(&raw, config);
        match admit::gate(&arrival, size, config) {
            Gate::Ignore(reason) => {
                let progress = Progress { reason, ..Progress::default() };
                self.store.close_quietly(lease, CaseStatus::Ignored, progress, now).await?;
                Ok(None)
            }
            Gate::Hold(reason) => {
                let progress = Progress { reason, ..Progress::default() };
                self.store.close_quietly(lease, CaseStatus::InReview, progress, now).await?;
                Ok(None)
            }
            Gate::Refuse(to, kind, reason) => self.refuse(lease, &arrival, &to, kind, reason).await,
            Gate::Open(from) => {
                let payer = admit::payer(&self.store, &from, now.date(), config).await?;
                match self.store.reserve(lease, &payer.key, payer.quota, now).await? {
                    Some(lease) => Ok(Some(lease)),
                    None => {
                        self.refuse(lease, &arrival, &from, OutboxKind::OverQuota, "quota used up".to_owned()).await
                    }
                }
            }
        }
    }

    async fn research(&self, lease: &Lease) -> Result<Option<Lease>, StageError> {
        let (raw, _) = self.original(lease).await?;
        let mut arrival = admit::read(&raw, &self.consultant.config);
        let question = self.consultant.question(&raw, &mut arrival.message).await;
        arrival.files.clone_from(&question.files);
        if let (Some(to), Some((kind, why))) = (arrival.message.from.clone(), question.refusal()) {
            return self.refuse(lease, &arrival, &to, kind, why.to_owned()).await;
        }
        let reading = self.consultant.reading(arrival.message.date, None);
        let evidence = research(&self.consultant.shelf.current(), &question, &reading)?;
        let progress = Progress { evidence: Some(evidence), ..Progress::default() };
        let now = self.consultant.clock.now();
        Ok(Some(self.store.advance(lease, CaseStatus::Researched, progress, now).await?))
    }

    async fn write(&self, lease: &Lease) -> Result<Lease, StageError> {
        let (evidence, ..) = self.store.get_work(&lease.case).await?;
        let evidence = evidence.ok_or(StageError::Missing("evidence"))?;
        // A case ends with the edition it began with, whatever became current meanwhile.
        let corpus = self.consultant.shelf.edition(&evidence.edition);
        let draft = self.consultant.draft(&corpus, &evidence).await;
        let progress = Progress { reason: format!("by {}", draft.writer), draft: Some(draft), ..Progress::default() };
        Ok(self.store.advance(lease, CaseStatus::Drafted, progress, self.consultant.clock.now()).await?)
    }

    async fn verify(&self, lease: &Lease) -> Result<Lease, StageError> {
        let (evidence, draft, _) = self.store.get_work(&lease.case).await?;
        let evidence = evidence.ok_or(StageError::Missing("evidence"))?;
        let draft = draft.ok_or(StageError::Missing("draft"))?;
        let corpus = self.consultant.shelf.edition(&evidence.edition);
        let report = verify::run(&corpus, &evidence, &draft, &self.consultant.config.policy);
        let reason = format!("{} findings", report.findings.len());
        let progress = Progress { report: Some(report), reason, ..Progress::default() };
        Ok(self.store.advance(lease, CaseStatus::Verified, progress, self.consultant.clock.now()).await?)
    }

    /// Clean: the answer goes to the outbox, or the polite no, or the question back. Anything else waits for a person, and the asker is told.
    async fn release(&self, lease: &Lease) -> Result<Option<Lease>, StageError> {
        let (evidence, draft, report) = self.store.get_work(&lease.case).await?;
        let evidence = evidence.ok_or(StageError::Missing("evidence"))?;
        let draft = draft.ok_or(StageError::Missing("draft"))?;
        let report = report.ok_or(StageError::Missing("report"))?;
        let (raw, _) = self.original(lease).await?;
        let arrival = admit::read(&raw, &self.consultant.config);
        let Some(to) = arrival.message.from.clone() else { return Err(StageError::Missing("sender")) };
        let mut foot = self.footing(lease, &evidence.files);
        if let Some(release) = Release::automatic(&draft, &report) {
            foot.quota = self.balance(lease, &to).await?;
            let body = render(&draft, &evidence, &foot).map_err(ReplyError::from)?;
            self.send(lease, &release, &arrival, &to, &body, CaseStatus::Replying, String::new()).await?;
            return Ok(None);
        }
        if let Some(release) = Release::unanswered(&draft, &report) {
            let body = render(&draft, &evidence, &foot).map_err(ReplyError::from)?;
            let status =
                if release.kind() == OutboxKind::Clarification { CaseStatus::Asked } else { CaseStatus::Declined };
            let reason = release.reason().to_owned();
            self.send(lease, &release, &arrival, &to, &body, status, reason).await?;
            return Ok(None);
        }
        let reasons: Vec<&str> = report.findings.iter().map(|finding| finding.text.as_str()).collect();
        let reason = reasons.join("; ");
        let promise = &self.consultant.config.service.review_promise;
        let body = Notice::holding(Some(&evidence), Some(&report), promise).render(&foot).map_err(ReplyError::from)?;
        let release =
            Release::notice(OutboxKind::Holding, "waits for a person").ok_or(StageError::Missing("release"))?;
        self.send(lease, &release, &arrival, &to, &body, CaseStatus::InReview, reason).await?;
        Ok(None)
    }

    /// A polite no: once per address, kind and day; after that the case is closed without a word.
    async fn refuse(
        &self,
        lease: &Lease,
        arrival: &Arrival,
        to: &Address,
        kind: OutboxKind,
        reason: String,
    ) -> Result<Option<Lease>, StageError> {
        let now = self.consultant.clock.now();
        let config = &self.consultant.config;
        if !self.store.claim_notice(&to.key(), kind, now.date().to_string()).await? {
            let progress = Progress { reason: format!("{reason}; told earlier today"), ..Progress::default() };
            self.store.close_quietly(lease, CaseStatus::Declined, progress, now).await?;
            return Ok(None);
        }
        let notice = match kind {
            OutboxKind::TooLarge => Notice::too_large(config.source.max_message_bytes),
            OutboxKind::OverQuota => {
                let payer = admit::payer(&self.store, to, now.date(), config).await?;
                Notice::over_quota(payer.quota.answers, payer.quota.resets)
            }
            OutboxKind::Encrypted => Notice::encrypted(arrival.message.encrypted),
            _ => Notice::empty(),
        };
        let body = notice.render(&self.footing(lease, &arrival.files)).map_err(ReplyError::from)?;
        let release = Release::notice(kind, reason.clone()).ok_or(StageError::Missing("release"))?;
        self.send(lease, &release, arrival, to, &body, CaseStatus::Declined, reason).await?;
        Ok(None)
    }

    #[expect(clippy::too_many_arguments, reason = "each is one part of the message; a struct would only rename them")]
    async fn send(
        &self,
        lease: &Lease,
        release: &Release,
        arrival: &Arrival,
        to: &Address,
        body: &Body,
        status: CaseStatus,
        reason: String,
    ) -> Result<(), StageError> {
        let now = self.consultant.clock.now();
        let config = &self.consultant.config;
        let message = reply::message(to, &arrival.message, &lease.case, release.kind(), body, config, now)?;
        let progress = Progress { reason, ..Progress::default() };
        self.store.enqueue(lease, release, message, status, progress, now).await?;
        Ok(())
    }

    fn footing(&self, lease: &Lease, files: &[Receipt]) -> Footing {
        Footing {
            case: lease.case.to_string(),
            quota: String::new(),
            files: files.iter().map(Receipt::line).collect(),
            service: self.consultant.config.service.name.clone(),
            year: self.consultant.clock.now().date().year(),
        }
    }

    /// `3 of 5 answers left until 2026-12-01`, this answer counted.
    async fn balance(&self, lease: &Lease, from: &Address) -> Result<String, StoreError> {
        let today = self.consultant.clock.now().date();
        let payer = admit::payer(&self.store, from, today, &self.consultant.config).await?;
        let Some((account, period)) = self.store.find_reservation(&lease.case).await? else { return Ok(String::new()) };
        let left = payer.quota.left(self.store.find_usage(&account, &period).await?);
        let until = payer.quota.resets.map(|day| format!(" until {day}")).unwrap_or_default();
        Ok(format!("{left} of {} answers left{until}", payer.quota.answers))
    }

    async fn failed(&self, lease: &Lease, error: &StageError) -> Result<(), StoreError> {
        tracing::error!(case.id = %lease.case, stage = lease.status.key(), attempt = lease.attempts, %error, "stage failed");
        if lease.attempts >= i64::from(self.consultant.config.pipeline.max_attempts) {
            return self.give_up(lease, &format!("stage {} failed: {error}", lease.status.key())).await;
        }
        let now = self.consultant.clock.now();
        let pause = Duration::from_secs(1 << lease.attempts.clamp(0, 8));
        self.store.retry_later(lease, now.plus(pause), &error.to_string(), now).await
    }

    /// Leaves the case to a person, with the reason in sight.
    async fn give_up(&self, lease: &Lease, why: &str) -> Result<(), StoreError> {
        let progress = Progress { reason: why.to_owned(), ..Progress::default() };
        self.store.close_quietly(lease, CaseStatus::InReview, progress, self.consultant.clock.now()).await
    }
}
