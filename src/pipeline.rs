//! Leases a case, runs its next stage, records the outcome. The only file that knows the order of the stages.
//!
//! A stage hands over by writing a value through the store, under a lease whose token fences off a worker that was
//! too slow. No network call happens inside a database transaction. Failure is never silence: it ends as a state
//! that names the reason.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::RwLock;
use tracing::Instrument as _;
use tracing::field::Empty;

use crate::admit::{self, Question};
use crate::attachment::Reader;
use crate::clock::Clock;
use crate::config::Config;
use crate::corpus::{Corpus, CorpusError, Shelf};
use crate::domain::case::CaseStatus;
use crate::domain::check::{Program, Setting};
use crate::domain::draft::Draft;
use crate::domain::evidence::Evidence;
use crate::domain::finding::Report;
use crate::domain::outbox::OutboxKind;
use crate::domain::release::Release;
use crate::domain::review::{Confidence, standing};
use crate::domain::time::AsOf;
use crate::domain::waits::Waits;
use crate::draft;
use crate::llm::LanguageModel;
use crate::mail::dns::Dns;
use crate::point;
use crate::reply::ReplyError;
use crate::reply::notice::Notice;
use crate::reply::render::render;
use crate::research::Reading;
use crate::store::case::{Lease, Progress};
use crate::store::original::Opener;
use crate::store::{Store, StoreError};
use crate::telemetry::figures;
use crate::verify;
use admission::Letter;
use files::research;

mod admission;
mod agreement;
mod answer;
mod asked;
mod commands;
mod decided;
mod decision;
mod files;
mod outgoing;
mod second_look;
mod waiting;
mod working;

/// A day in microseconds.
const DAY_MICROS: u64 = 24 * 3_600 * 1_000_000;

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
    /// Where senders are looked up.
    pub dns: Dns,
    /// Held by all who work on a case, and by one alone that works on a suspect.
    company: Arc<RwLock<()>>,
}

impl Pipeline {
    /// Over a store; `dns` is where senders are looked up.
    pub fn new(consultant: Consultant, store: Store, dns: Dns) -> Self {
        Self { consultant, store, dns, company: Arc::default() }
    }
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

/// The verb of the stage that a case is before, where there is one: what figures and traces call it.
fn name_of(status: CaseStatus) -> Option<&'static str> {
    match status {
        CaseStatus::Received | CaseStatus::Kept => Some("admit"),
        CaseStatus::Admitted => Some("research"),
        CaseStatus::Researched => Some("draft"),
        CaseStatus::Drafted => Some("verify"),
        CaseStatus::Verified => Some("release"),
        CaseStatus::Decided => Some("decide"),
        _ => None,
    }
}

impl Pipeline {
    /// Runs one stage; the lease with the new state, or nothing where the case rests.
    async fn stage(&self, lease: &Lease) -> Result<Option<Lease>, StageError> {
        let Some(name) = name_of(lease.status) else { return Ok(None) };
        let started = Instant::now();
        let span = tracing::debug_span!("stage", otel.name = name, otel.status_code = Empty, case.id = %lease.case, attempt = lease.attempts);
        let next = self.one_stage(lease).instrument(span.clone()).await;
        figures::stage(name, started.elapsed());
        if next.is_err() {
            span.record("otel.status_code", "ERROR");
        }
        let next = next?;
        match lease.status {
            CaseStatus::Received => point!("stage-admit"),
            CaseStatus::Admitted => point!("stage-research"),
            CaseStatus::Researched => point!("stage-draft"),
            CaseStatus::Drafted => point!("stage-verify"),
            CaseStatus::Verified => point!("enqueued"),
            _ => {}
        }
        let took = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(case.id = %lease.case, stage = lease.status.key(), duration_ms = took, "stage done");
        Ok(next)
    }

    async fn one_stage(&self, lease: &Lease) -> Result<Option<Lease>, StageError> {
        match lease.status {
            CaseStatus::Received | CaseStatus::Kept => self.admit(lease).await,
            CaseStatus::Admitted => self.research(lease).await,
            CaseStatus::Researched => self.write(lease).await.map(Some),
            CaseStatus::Drafted => self.verify(lease).await.map(Some),
            CaseStatus::Verified => self.release(lease).await,
            CaseStatus::Decided => self.decided(lease).await,
            _ => Ok(None),
        }
    }

    /// The message of a case in hand, unsealed for this stage.
    async fn original(&self, lease: &Lease) -> Result<(Vec<u8>, u64), StoreError> {
        self.store.open_original(&lease.case, &Opener::Service, self.consultant.clock.now()).await
    }

    async fn research(&self, lease: &Lease) -> Result<Option<Lease>, StageError> {
        let (raw, _) = self.original(lease).await?;
        let mut arrival = admit::read(&raw, &self.consultant.config);
        let (named, mut message) = admit::client(&arrival.message);
        let mut question = self.consultant.question(&raw, &mut message).await;
        arrival.files.clone_from(&question.files);
        if let (Some((kind, reason)), Some(to)) = (question.refusal(), arrival.message.from.clone()) {
            let today = self.consultant.clock.now().date();
            let payer = admit::payer(&self.store, &to, today, &self.consultant.config).await?;
            let letter = Letter { arrival: &arrival, from: to, payer, parent: None };
            let progress = letter.progress(reason);
            self.refuse(lease, &letter, kind, CaseStatus::Declined, progress).await?;
            return Ok(None);
        }
        let asked = self.asked_again(lease, &question.asked, named.is_some()).await?;
        question.asked.clone_from(&asked.question);
        let reading = self.consultant.reading(arrival.message.date, None);
        let mut evidence = research(&self.consultant.shelf.current(), &question, &reading)?;
        asked.note(&mut evidence);
        let progress = Progress { evidence: Some(evidence), ..Progress::default() };
        let now = self.consultant.clock.now();
        Ok(Some(self.store.advance(lease, CaseStatus::Researched, progress, now).await?))
    }

    async fn write(&self, lease: &Lease) -> Result<Lease, StageError> {
        let (evidence, ..) = self.store.get_work(&lease.case).await?;
        let evidence = evidence.ok_or(StageError::Missing("evidence"))?;
        // A case ends with the edition it began with, whatever became current meanwhile.
        let corpus = self.consultant.shelf.edition(&evidence.edition);
        let draft = match self.lacks_agreement(lease, &evidence).await? {
            true => draft::compose(&corpus, &evidence),
            false => self.consultant.draft(&corpus, &evidence).await,
        };
        let progress = Progress { reason: format!("by {}", draft.writer), draft: Some(draft), ..Progress::default() };
        Ok(self.store.advance(lease, CaseStatus::Drafted, progress, self.consultant.clock.now()).await?)
    }

    async fn verify(&self, lease: &Lease) -> Result<Lease, StageError> {
        let (evidence, draft, _) = self.store.get_work(&lease.case).await?;
        let evidence = evidence.ok_or(StageError::Missing("evidence"))?;
        let draft = draft.ok_or(StageError::Missing("draft"))?;
        let corpus = self.consultant.shelf.edition(&evidence.edition);
        let mut report = verify::run(&corpus, &evidence, &draft, &self.consultant.config.policy);
        if self.lacks_agreement(lease, &evidence).await? {
            report.findings.push(agreement::objection());
        }
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
            self.foot_of_answer(&mut foot, lease, &to, &draft).await?;
            let body = render(&draft, &evidence, &foot).map_err(ReplyError::from)?;
            self.send(lease, &release, &arrival, &to, &body, CaseStatus::Replying, Progress::default()).await?;
            self.draw(lease).await;
            return Ok(None);
        }
        if let Some(release) = Release::unanswered(&draft, &report) {
            let body = render(&draft, &evidence, &foot).map_err(ReplyError::from)?;
            let status =
                if release.kind() == OutboxKind::Clarification { CaseStatus::Asked } else { CaseStatus::Declined };
            let progress = Progress { reason: release.reason().to_owned(), ..Progress::default() };
            self.send(lease, &release, &arrival, &to, &body, status, progress).await?;
            return Ok(None);
        }
        let reasons: Vec<&str> = report.findings.iter().map(|finding| finding.text.as_str()).collect();
        let reason = reasons.join("; ");
        let person = evidence.all().any(|evidence| evidence.inquiry.wants_person);
        let waits = match standing(&report).next() {
            Some(_) => Waits::Finding,
            None if person => Waits::Human,
            None => Waits::Policy,
        };

        let promise = &self.consultant.config.service.review_promise;
        let body = Notice::holding(Some(&evidence), Some(&report), promise).render(&foot).map_err(ReplyError::from)?;
        let release =
            Release::notice(OutboxKind::Holding, "waits for a person").ok_or(StageError::Missing("release"))?;
        self.send(
            lease,
            &release,
            &arrival,
            &to,
            &body,
            CaseStatus::InReview,
            self.to_review(
                waits,
                lease,
                Progress { reason, confidence: Some(Confidence::of(&draft, &report)), ..Progress::default() },
            )
            .await?,
        )
        .await?;
        self.seed().await;
        Ok(None)
    }
}
