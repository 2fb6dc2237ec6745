//! What watches over quality: answers drawn for a second look, and drafts with a planted error among those that wait. Neither
//! holds up a case: what fails here is told in the log.

use super::{Pipeline, StageError};
use crate::checks;
use crate::clock;
use crate::corpus::Corpus;
use crate::domain::case::CaseId;
use crate::domain::check::{Outcome, Question, Scope};
use crate::domain::code::{Code, CodeSet};
use crate::domain::draft::Draft;
use crate::domain::finding::{Finding, Report};
use crate::domain::promise::Office;
use crate::domain::sample::is_drawn;
use crate::domain::seed::{Guise, Plant, Planted, plant};
use crate::domain::table::Table;
use crate::domain::time::Timestamp;
use crate::identity::deidentify;
use crate::store::case::Lease;
use crate::store::seed::{NewSeed, Source};
use crate::verify;

/// A second look is due after so many hours of work: no case that somebody waits for comes after it.
const LOOK_HOURS: u32 = 40;
/// A seeded draft is made from one of so many newest answers.
const NEWEST: u64 = 20;
/// And none that is older than thirty days.
const SOURCE_MICROS: i64 = 30 * 24 * 3_600 * 1_000_000;
/// Codes that are looked at for one that is no longer valid.
const OLD_CODES: usize = 400;

impl Pipeline {
    /// Draws the answer that is about to leave, or not.
    pub(super) async fn draw(&self, lease: &Lease) {
        let consultant = &self.consultant;
        if !is_drawn(consultant.config.review.sample_percent, consultant.clock.chance()) {
            return;
        }
        let now = consultant.clock.now();
        if let Err(error) = self.store.draw_sample(&lease.case, self.due_in(LOOK_HOURS), now).await {
            tracing::warn!(case.id = %lease.case, %error, "an answer was not drawn for a second look");
        }
    }

    /// Puts a draft with a planted error beside the case that has just begun to wait, or not.
    pub(super) async fn seed(&self) {
        let consultant = &self.consultant;
        if !is_drawn(consultant.config.review.seed_percent, consultant.clock.chance()) {
            return;
        }
        if let Err(error) = self.plant_one().await {
            tracing::warn!(%error, "no draft with a planted error could be made");
        }
    }

    async fn plant_one(&self) -> Result<(), StageError> {
        let chance = self.consultant.clock.chance();
        // Where there are few answers so far, the newest one is taken.
        let behind = i64::try_from(chance % NEWEST).unwrap_or(0);
        let since = Timestamp(self.consultant.clock.now().0.saturating_sub(SOURCE_MICROS));
        let source = match self.store.find_seed_source(since, behind).await? {
            None => self.store.find_seed_source(since, 0).await?,
            found => found,
        };
        let Some(source) = source.filter(names_nobody) else { return Ok(()) };
        let corpus = self.consultant.shelf.edition(&source.evidence.edition);
        let policy = &self.consultant.config.policy;
        let before = verify::run(&corpus, &source.evidence, &source.draft, policy);
        let Some((draft, plant)) = planted(&corpus, &source, chance).filter(|_| before.is_clean()) else {
            return Ok(());
        };
        let after = verify::run(&corpus, &source.evidence, &draft, policy);
        let hidden = after.findings.into_iter().filter(|finding| !before.findings.contains(finding)).collect();
        let allowed = policy.max_risk;
        let why =
            format!("risk {} of {allowed} allowed: a person reads what is told besides ({})", allowed + 1, allowed + 1);
        let guise = Guise { hidden, added: vec![Finding::blocking("rule", why)] };
        let report = guise.of(before);
        self.put(source, draft, plant, guise, report).await
    }

    async fn put(
        &self,
        source: Source,
        draft: Draft,
        plant: Plant,
        guise: Guise,
        report: Report,
    ) -> Result<(), StageError> {
        let config = &self.consultant.config;
        let case = CaseId::from_random(&config.service.case_prefix, clock::random());
        let due = self.due_in(config.review.hours);
        // The key of a guest, whom nobody knows and no address belongs to.
        let nobody = format!("guest:{:016x}", clock::random());
        let new = NewSeed { case, nobody, source, draft, plant, guise, report, due };
        Ok(self.store.insert_seed(new, self.consultant.clock.now()).await?)
    }

    fn due_in(&self, hours: u32) -> Timestamp {
        let (rules, now) = (&self.consultant.config.review, self.consultant.clock.now());
        Office::parse(&rules.days, &rules.open, &rules.zone).map_or(now, |office| office.due(now, hours))
    }
}

/// True where nothing would be masked any more: everything was masked when it came, and what is shown again is looked at
/// again. A text that still holds something is no material.
fn names_nobody(source: &Source) -> bool {
    let clean = |text: &str| deidentify(text).as_str() == text;
    let said = source.draft.all().flat_map(Draft::assertions);
    let asked = source.evidence.all().map(|evidence| evidence.inquiry.text.as_str());
    source.evidence.files.is_empty()
        && asked.chain([source.subject.as_str(), &source.question]).all(clean)
        && said.map(|said| said.text.as_str()).all(|text| deidentify(text).removed().is_empty())
}

/// The draft with an error: of the kind that lots decide, or of the next one that has a place in it.
fn planted(corpus: &Corpus, source: &Source, chance: u64) -> Option<(Draft, Plant)> {
    let first = usize::try_from(chance % 5).unwrap_or(0);
    let kinds = Planted::ALL.into_iter().cycle().skip(first).take(Planted::ALL.len());
    let deleted = old_code(corpus, source.evidence.inquiry.scope, chance);
    kinds.into_iter().find_map(|kind| plant(&source.draft, kind, deleted.as_ref()))
}

/// A procedure that is no longer valid on the date of the question.
fn old_code(corpus: &Corpus, scope: Scope, chance: u64) -> Option<Code> {
    let rows = corpus.all_rows(Table::Successor).take(OLD_CODES);
    let codes: Vec<Code> =
        rows.filter_map(|row| Code::parse(row.key).ok()).filter(|code| code.set() == CodeSet::Cpt).collect();
    let from = usize::try_from(chance).unwrap_or(0) % codes.len().max(1);
    let deleted = |code: &&Code| {
        checks::ask(corpus, &Question::CodeStatus { code: (*code).clone() }, scope).outcome == Outcome::Deleted
    };
    codes.iter().cycle().skip(from).take(codes.len()).find(deleted).cloned()
}
