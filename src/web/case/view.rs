//! What the case page shows.

use askama::Template;

use super::form::{self, Block};
use super::found::{Row, Shown, passage, row};
use super::second_look::SecondLook;
use super::told::{notice_of_none, told};
use crate::admit::allowance;
use crate::domain::case::{CaseId, CaseStatus};
use crate::domain::draft::Draft;
use crate::domain::evidence::Evidence;
use crate::domain::finding::{Finding, Report, Severity};
use crate::domain::promise::apart;
use crate::domain::review::{Confidence, is_settled_by_reading};
use crate::domain::seed::Guise;
use crate::domain::waits::Waits;
use crate::reply::render::{Footing, render};
use crate::review::difference::{Kind, Run, between};
use crate::review::insert::Offer;
use crate::web::desk::Desk;
use crate::web::fault::Fault;
use crate::web::session::Visitor;
use crate::web::shell::Shell;

/// The whole page.
#[derive(Template)]
#[template(path = "pages/case.html")]
pub struct Page {
    pub shell: Shell,
    pub case: Case,
    /// What the reviewer wrote, checked; none where nothing was written yet.
    pub edited: Option<Checked>,
}

/// Findings, difference and mail of a draft as it is being edited.
#[derive(Template)]
#[template(path = "pages/check.html")]
pub struct Checked {
    pub objections: Vec<Objection>,
    pub runs: Vec<Run>,
    pub mail: String,
    pub problem: Option<String>,
    pub admin: bool,
}

/// One objection of verification.
pub struct Objection {
    pub kind: String,
    pub text: String,
    /// `blocks`, `read it`, `note`.
    pub weight: &'static str,
    pub blocks: bool,
}

/// What is known of a case.
pub struct Case {
    pub id: CaseId,
    pub root: Option<String>,
    pub subject: String,
    pub status: &'static str,
    pub pile: Option<&'static str>,
    pub reason: String,
    pub due: String,
    pub confidence: &'static str,
    /// Yours to decide.
    pub held: bool,
    /// Somebody else holds it.
    pub holder: Option<String>,
    pub waits: bool,
    /// Only closing and trying again: nobody is proved to have sent it, so nobody is written to.
    pub silent: bool,
    pub complaint: bool,
    /// A decision of this reviewer that can still be undone.
    pub undo: Option<String>,
    pub questions: Vec<Asked>,
    pub files: Vec<String>,
    /// What they say.
    pub beside: String,
    pub checks: Vec<Row>,
    pub passages: Vec<Shown>,
    pub sources: Vec<(usize, String, String)>,
    pub blocks: Vec<Block>,
    pub checked: Option<Checked>,
    pub edition: String,
    pub writer: String,
    pub turns: Vec<(String, &'static str, String)>,
    pub events: Vec<(String, String, String)>,
    pub decisions: Vec<(String, String, String)>,
    pub outbox: Vec<(String, String, String)>,
    pub account: Vec<(&'static str, String)>,
    pub correct: Correct,
    pub insert: Insert,
    /// The second look at an answer that left by itself.
    pub second_look: Option<SecondLook>,
    /// What is said of a seeded draft once it is decided.
    pub told: Option<String>,
}

/// What is looked up to be put into the draft.
#[derive(Default)]
pub struct Insert {
    pub words: String,
    /// Into the answer to which question, from 0.
    pub into: usize,
    /// None where nothing was looked up.
    pub offers: Option<Vec<Offer>>,
}

/// One question as understood.
pub struct Asked {
    pub text: String,
    pub understood: Vec<(String, String, bool)>,
}

/// The fields in which assumptions are corrected.
#[derive(Default)]
pub struct Correct {
    pub date: String,
    pub payer: String,
    pub setting: String,
    pub state: String,
}

/// Evidence and draft to decide on.
pub struct Work {
    pub evidence: Evidence,
    pub draft: Draft,
    /// What is shown of verification where the draft is a seeded one.
    pub guise: Option<Guise>,
}

impl Work {
    /// What verification says of a draft, as a reviewer sees it.
    pub fn report(&self, desk: &Desk, draft: &Draft) -> Report {
        let corpus = desk.shelf.edition(&self.evidence.edition);
        let report = crate::verify::run(&corpus, &self.evidence, draft, &desk.config.policy);
        match &self.guise {
            Some(guise) => guise.of(report),
            None => report,
        }
    }
}

/// What was found for a case; for a mail that asks for a person or complains, what was found for the answer it is about.
///
/// # Errors
/// The database failed.
pub async fn work(desk: &Desk, id: &CaseId, root: &CaseId) -> Result<Option<Work>, Fault> {
    let own = desk.store.get_work(id).await?;
    if let (Some(evidence), Some(draft), _) = own {
        let guise = desk.store.find_seed(id).await?.map(|seed| seed.guise);
        return Ok(Some(Work { evidence, draft, guise }));
    }
    let Some(answered) = desk.store.find_answer_in(root).await? else { return Ok(None) };
    Ok(Some(Work { evidence: answered.evidence, draft: answered.draft, guise: None }))
}

impl Case {
    /// Reads everything around a case.
    ///
    /// # Errors
    /// There is none, or the database failed.
    pub async fn read(desk: &Desk, visitor: &Visitor, id: &CaseId) -> Result<Self, Fault> {
        let row = desk.store.find_case(id).await?;
        let row = row.ok_or_else(|| Fault::NotFound(format!("There is no case {id}.")))?;
        let (now, own) = (desk.clock.now(), visitor.reviewer.id());
        let turn = desk.store.find_turn(id).await?;
        let root = turn.as_ref().map_or(id, |turn| &turn.root).clone();
        let waiting = desk.store.find_waiting(id).await?;
        let names = crate::web::queue::names(desk).await?;
        let held_now = waiting.as_ref().filter(|w| !w.held_by.is_empty() && w.held_until >= now);
        let holder = held_now.filter(|w| w.held_by != own).map(|w| names.get(&w.held_by).cloned().unwrap_or_default());
        let work = work(desk, id, &root).await?;
        let reviews = desk.store.list_reviews(id).await?;
        let pending = reviews.iter().find(|review| review.state == "pending" && review.reviewer == own);
        let pile = waiting.as_ref().map(|w| w.waits);
        let due = waiting.as_ref().map_or(0, |w| w.due.0.saturating_sub(now.0));
        let mut case = Self {
            id: id.clone(),
            root: (root != *id).then(|| root.to_string()),
            subject: row.subject.clone(),
            status: row.status.words(),
            pile: pile.map(Waits::words),
            reason: row.reason.clone(),
            due: if due < 0 { format!("{} late", apart(due)) } else { format!("due in {}", apart(due)) },
            confidence: waiting.as_ref().and_then(|w| w.confidence).map_or("", Confidence::words),
            held: held_now.is_some_and(|w| w.held_by == own),
            holder,
            waits: waiting.is_some(),
            silent: is_silent(&row.account, pile) || row.status != CaseStatus::InReview,
            complaint: pile == Some(Waits::Bad),
            undo: pending.map(|review| review.review.decision().key().to_owned()),
            questions: Vec::new(),
            files: Vec::new(),
            beside: String::new(),
            checks: Vec::new(),
            passages: Vec::new(),
            sources: Vec::new(),
            blocks: Vec::new(),
            checked: None,
            edition: String::new(),
            writer: String::new(),
            turns: Vec::new(),
            events: Vec::new(),
            decisions: reviews
                .iter()
                .map(|r| {
                    let overruled = r.review.overruled();
                    let detail = if overruled.is_empty() {
                        r.note.clone()
                    } else {
                        format!("overruled: {overruled}. {}", r.note)
                    };
                    (
                        r.at.instant().to_string(),
                        format!("{} by {} ({})", r.review.decision().key(), r.review.signature(), r.state),
                        detail,
                    )
                })
                .collect(),
            outbox: Vec::new(),
            account: Vec::new(),
            correct: Correct::default(),
            insert: Insert::default(),
            second_look: SecondLook::of(desk, id, &root, pile).await?,
            told: told(desk, id).await?,
        };
        case.history(desk, id, &root).await?;
        case.payer(desk, &row.account).await?;
        if let Some(work) = work {
            case.found(&work);
            case.checked = Some(checked(desk, id, &work, &work.draft, visitor));
        }
        Ok(case)
    }

    async fn history(&mut self, desk: &Desk, id: &CaseId, root: &CaseId) -> Result<(), Fault> {
        let turns = desk.store.list_turns(root).await?;
        self.turns = turns.into_iter().map(|t| (t.id.to_string(), t.status.words(), t.reason)).collect();
        let events = desk.store.list_events(id).await?;
        // As it was judged when the mail was admitted.
        let judged = events.iter().rev().find(|event| event.what == CaseStatus::Admitted.key());
        self.account.extend(judged.map(|event| ("trust", event.detail.clone())).filter(|(_, why)| !why.is_empty()));
        self.events = events.into_iter().map(|e| (e.at.instant().to_string(), e.what, e.detail)).collect();
        let outbox = desk.store.list_outbox(id).await?;
        self.outbox = outbox.into_iter().map(|o| (o.kind.key().to_owned(), o.state.key().to_owned(), o.said)).collect();
        if desk.store.find_seed(id).await?.is_some_and(|seed| seed.caught.is_none()) {
            self.outbox.push(notice_of_none());
        }
        let bounces = desk.store.list_bounces(root).await?;
        self.outbox
            .extend(bounces.into_iter().map(|b| ("bounced".to_owned(), b.kind.to_string(), b.status.to_string())));
        Ok(())
    }

    async fn payer(&mut self, desk: &Desk, key: &str) -> Result<(), Fault> {
        let Some((account, senders)) = desk.store.find_account(key).await? else {
            self.account.push(("account", if key.is_empty() { "none, or not proved" } else { "a guest" }.to_owned()));
            return Ok(());
        };
        let quota = allowance(&account, desk.clock.now().date(), &desk.config);
        let used = desk.store.find_usage(&account.id, &quota.period).await?;
        let taken = used.settled.saturating_add(used.reserved);
        self.account.push(("account", account.name));
        self.account.push(("plan", format!("{}; {taken} of {} answers used", account.plan, quota.answers)));
        self.account.push(("senders", senders.len().to_string()));
        Ok(())
    }

    fn found(&mut self, work: &Work) {
        let Work { evidence, draft, .. } = work;
        self.edition.clone_from(&evidence.edition);
        self.writer.clone_from(&draft.writer);
        self.beside.clone_from(&evidence.beside);
        self.files = evidence.files.iter().map(crate::domain::attachment::Receipt::line).collect();
        for evidence in evidence.all() {
            let inquiry = &evidence.inquiry;
            let understood = inquiry.assumptions.iter().map(|a| (a.what.clone(), a.value.clone(), a.assumed));
            self.questions.push(Asked { text: inquiry.text.clone(), understood: understood.collect() });
            self.checks.extend(evidence.checks.iter().map(|check| row(evidence, check)));
            self.passages.extend(evidence.passages.iter().map(|own| passage(evidence, own)));
            self.sources
                .extend(evidence.citations.iter().map(|c| (c.n, c.source.doc.clone(), c.source.fact.to_string())));
        }
        let value = |what: &str| {
            evidence.inquiry.assumptions.iter().find(|a| a.what == what).map(|a| a.value.clone()).unwrap_or_default()
        };
        self.correct = Correct {
            date: evidence.inquiry.date.map(|date| date.to_string()).unwrap_or_default(),
            payer: value("payer"),
            setting: evidence.inquiry.scope.setting.key().to_owned(),
            state: value("state"),
        };
        self.blocks = form::blocks(draft);
    }
}

/// True where nobody is proved to have sent it: nothing may be written to the address it names.
pub fn is_silent(account: &str, pile: Option<Waits>) -> bool {
    account.is_empty() || matches!(pile, Some(Waits::Sender | Waits::Quarantine | Waits::Bounce))
}

/// Findings, difference and mail of an edited draft.
pub fn checked(desk: &Desk, id: &CaseId, found: &Work, draft: &Draft, visitor: &Visitor) -> Checked {
    let report = found.report(desk, draft);
    let foot = Footing {
        case: id.to_string(),
        service: desk.config.service.name.clone(),
        year: desk.clock.now().date().year(),
        files: found.evidence.files.iter().map(crate::domain::attachment::Receipt::line).collect(),
        reviewer: visitor.reviewer.signature().to_owned(),
        ..Footing::default()
    };
    let mail = render(draft, &found.evidence, &foot).map(|body| body.text).unwrap_or_default();
    Checked {
        objections: report.findings.iter().map(objection).collect(),
        runs: between(&found.draft, draft),
        mail,
        problem: None,
        admin: visitor.who.admin,
    }
}

fn objection(finding: &Finding) -> Objection {
    let blocks = !is_settled_by_reading(finding);
    let weight = match (blocks, finding.severity) {
        (true, _) => "blocks",
        (false, Severity::Blocking) => "read it",
        (false, Severity::Note) => "note",
    };
    Objection { kind: finding.kind.clone(), text: finding.text.clone(), weight, blocks }
}

impl Checked {
    fn added(run: &Run) -> bool {
        run.kind == Kind::Added
    }

    fn removed(run: &Run) -> bool {
        run.kind == Kind::Removed
    }

    /// Objections that only an admin overrules.
    pub fn blocking(&self) -> usize {
        self.objections.iter().filter(|objection| objection.blocks).count()
    }
}
