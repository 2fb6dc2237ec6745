//! A person is involved: a case goes to the queue with its promise, and what was decided there is carried out.

use super::{Pipeline, StageError};
use crate::admit;
use crate::domain::case::CaseStatus;
use crate::domain::draft::Draft;
use crate::domain::evidence::Evidence;
use crate::domain::outbox::OutboxKind;
use crate::domain::promise::Office;
use crate::domain::proposal::NewProposal;
use crate::domain::release::Release;
use crate::domain::waits::Waits;
use crate::reply::ReplyError;
use crate::reply::render::render;
use crate::review::lesson;
use crate::store::case::{Lease, Progress};
use crate::store::recorded::Recorded;

impl Pipeline {
    /// The same progress with the pile and the hour at which the case is due: what its plan promises, in hours of work.
    pub(super) async fn to_review(
        &self,
        waits: Waits,
        lease: &Lease,
        progress: Progress,
    ) -> Result<Progress, StageError> {
        let rules = &self.consultant.config.review;
        let account = match &progress.account {
            Some(account) => account.clone(),
            None => self.store.find_case(&lease.case).await?.map(|case| case.account).unwrap_or_default(),
        };
        let client = match &progress.client {
            Some(client) => client.clone(),
            None => self.store.find_client_of(&lease.case).await?,
        };
        let specialty = self.facts(Some(account.as_str()).filter(|key| !key.is_empty()), &client).await?.specialty;
        let plan = self.store.find_account(&account).await?.map(|(account, _)| account.plan).unwrap_or_default();
        let hours = rules.plan_hours.get(&plan).copied().unwrap_or(rules.hours);
        let now = self.consultant.clock.now();
        // The settings are read at start, where they are refused if they cannot be.
        let due = Office::parse(&rules.days, &rules.open, &rules.zone).map_or(now, |office| office.due(now, hours));
        Ok(Progress { waits: Some(waits), due_at: Some(due), specialty: Some(specialty), ..progress })
    }

    /// Makes the mail of a decision whose time for undoing is over.
    pub(super) async fn decided(&self, lease: &Lease) -> Result<Option<Lease>, StageError> {
        let pending = self.store.find_pending(&lease.case).await?.ok_or(StageError::Missing("decision"))?;
        let (evidence, draft, _) = self.store.get_work(&lease.case).await?;
        let draft = draft.ok_or(StageError::Missing("draft"))?;
        let evidence = evidence.ok_or(StageError::Missing("evidence"))?;
        let release = Release::approved(&draft, &pending.review).ok_or(StageError::Missing("release"))?;
        let (raw, _) = self.original(lease).await?;
        let arrival = admit::read(&raw, &self.consultant.config);
        let Some(to) = arrival.message.from.clone() else { return Err(StageError::Missing("sender")) };
        let mut foot = self.footing(lease, &evidence.files);
        pending.review.signature().clone_into(&mut foot.reviewer);
        let status = match release.kind() {
            OutboxKind::Answer => {
                self.foot_of_answer(&mut foot, lease, &to, &draft).await?;
                CaseStatus::Replying
            }
            OutboxKind::Clarification => CaseStatus::Asked,
            _ => CaseStatus::Declined,
        };
        let body = render(&draft, &evidence, &foot).map_err(ReplyError::from)?;
        let mut progress = Progress { reason: release.reason().to_owned(), ..Progress::default() };
        if release.kind() == OutboxKind::Answer {
            progress.lesson = self.lesson(lease, &pending, &evidence, &draft).await?;
        }
        self.send(lease, &release, &arrival, &to, &body, status, progress).await?;
        if pending.pile == Waits::Bad && release.kind() == OutboxKind::Answer {
            // The right answer is itself what tells its sender that the complaint was right; nothing else is written.
            let now = self.consultant.clock.now();
            self.store.decide(&lease.case, true, "", pending.review.signature(), now).await?;
        }
        Ok(None)
    }

    /// What the office learns where the draft that leaves is not the one that was found.
    async fn lesson(
        &self,
        lease: &Lease,
        pending: &Recorded,
        evidence: &Evidence,
        sent: &Draft,
    ) -> Result<Option<Box<NewProposal>>, StageError> {
        let Some(found) = self.first_found(lease, pending).await? else { return Ok(None) };
        let question = self.store.find_question(&lease.case).await?;
        let lesson = lesson::lesson(&question, evidence, &found, sent);
        let (review, reviewer) = (pending.n, pending.reviewer.clone());
        Ok(lesson.map(|lesson| Box::new(NewProposal { review, reviewer, lesson })))
    }

    /// The machine's draft. A mail that complains or asks for a person has none of its own: there it is the answer that left
    /// before. And a decision that was undone left its text behind: there it is the one that was found before that.
    async fn first_found(&self, lease: &Lease, pending: &Recorded) -> Result<Option<Draft>, StageError> {
        let events = self.store.list_events(&lease.case).await?;
        if events.iter().any(|event| event.what == "taken up") {
            return Ok(self.store.find_answer_in(lease.root()).await?.map(|answered| answered.draft));
        }
        let read_again = events.iter().filter(|event| event.what == "read again").map(|event| event.at).max();
        let earlier = self.store.list_reviews(&lease.case).await?.into_iter().filter(|review| review.n < pending.n);
        let undone =
            earlier.take_while(|review| review.state == "undone" && read_again.is_none_or(|at| review.at >= at));
        Ok(undone.last().map_or_else(|| pending.found.clone(), |first| first.found))
    }
}
