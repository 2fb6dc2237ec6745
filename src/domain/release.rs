//! A release: the licence to send. An outbox row is made only from one, and one is made only here.

use super::command::Command;
use super::draft::{Action, Draft};
use super::finding::Report;
use super::outbox::OutboxKind;
use super::review::{Decision, Review};

/// Permission to send one message for a case. Its fields are private: holding a value is the proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    kind: OutboxKind,
    reason: String,
}

impl Release {
    /// An answer that leaves by itself: the draft answers, and verification found nothing that holds it back.
    pub fn automatic(draft: &Draft, report: &Report) -> Option<Self> {
        // An answer that says what could not be checked is clean only where the settings let it leave.
        (matches!(draft.action, Action::Answer | Action::Abstain) && report.is_clean())
            .then(|| Self { kind: OutboxKind::Answer, reason: "verified without a blocking finding".to_owned() })
    }

    /// A polite no, or the one question back, as drafted: the draft answers nothing, and nothing holds it back.
    pub fn unanswered(draft: &Draft, report: &Report) -> Option<Self> {
        let (kind, reason) = match draft.action {
            Action::Refuse | Action::RefuseOutOfScope => (OutboxKind::Declined, "declined"),
            Action::AskBack => (OutboxKind::Clarification, "one fact is missing"),
            Action::Answer | Action::Abstain | Action::NoReply => return None,
        };
        report.is_clean().then(|| Self { kind, reason: reason.to_owned() })
    }

    /// What a person decided: the answer, the one question or the polite no, as they left it. Nothing where the case was
    /// closed without a word, or where the draft is not what was decided.
    pub fn approved(draft: &Draft, review: &Review) -> Option<Self> {
        let kind = match (review.decision(), draft.action) {
            (Decision::Answer, Action::Answer | Action::Abstain) => OutboxKind::Answer,
            (Decision::Ask, Action::AskBack) => OutboxKind::Clarification,
            (Decision::Decline, Action::Refuse | Action::RefuseOutOfScope) => OutboxKind::Declined,
            _ => return None,
        };
        let overruled = if review.overruled().is_empty() { "" } else { ", objections overruled" };
        Some(Self { kind, reason: format!("decided by {}{overruled}", review.signature()) })
    }

    /// A notice or a polite no; never an answer.
    pub fn notice(kind: OutboxKind, reason: impl Into<String>) -> Option<Self> {
        let notice =
            !matches!(kind, OutboxKind::Answer | OutboxKind::Copy | OutboxKind::Command | OutboxKind::Decision);
        notice.then(|| Self { kind, reason: reason.into() })
    }

    /// The reply to a command by mail: fixed words around what the account itself may see.
    pub fn command(command: &Command) -> Self {
        Self { kind: OutboxKind::Command, reason: command.key().to_owned() }
    }

    /// The word to whoever complained of an answer (BAD), once a person decided.
    pub fn decision(upheld: bool) -> Self {
        let reason = if upheld { "complaint upheld" } else { "complaint rejected" };
        Self { kind: OutboxKind::Decision, reason: reason.to_owned() }
    }

    /// What may be sent.
    pub fn kind(&self) -> OutboxKind {
        self.kind
    }

    /// Why it may be sent.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::draft::{Assertion, Standing};
    use crate::domain::finding::Finding;

    fn draft(action: Action) -> Draft {
        Draft {
            action,
            verdict: None,
            label: None,
            lines: Vec::new(),
            modifiers: Vec::new(),
            headline: Assertion::new("x", Vec::new()),
            standing: Standing::Checked,
            assumptions: Vec::new(),
            sections: Vec::new(),
            writer: String::new(),
            prompt: String::new(),
            usage: crate::domain::draft::Usage::default(),
            also: Vec::new(),
        }
    }

    #[test]
    fn an_answer_is_released_only_when_nothing_holds_it_back() {
        let clean = Report::default();
        let blocked = Report { findings: vec![Finding::blocking("edit", "x")] };
        assert!(Release::automatic(&draft(Action::Answer), &clean).is_some());
        assert!(Release::automatic(&draft(Action::Answer), &blocked).is_none());
        assert!(Release::automatic(&draft(Action::Refuse), &clean).is_none());
    }

    #[test]
    fn a_person_releases_only_what_was_decided() {
        let review = |decision| Review::decide(decision, "Dana Lee, CPC", &Report::default(), None).unwrap();
        let kind = |action, decision| Release::approved(&draft(action), &review(decision)).map(|r| r.kind());
        assert_eq!(kind(Action::Answer, Decision::Answer), Some(OutboxKind::Answer));
        assert_eq!(kind(Action::AskBack, Decision::Ask), Some(OutboxKind::Clarification));
        assert_eq!(kind(Action::Answer, Decision::Close), None);
        assert_eq!(kind(Action::AskBack, Decision::Answer), None);
    }

    #[test]
    fn a_notice_is_never_an_answer() {
        assert!(Release::notice(OutboxKind::Answer, "x").is_none());
        assert!(Release::notice(OutboxKind::Copy, "x").is_none());
    }
}
