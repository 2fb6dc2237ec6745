//! What a person decided about a case, and which objections of verification a person can settle by reading.

use super::draft::{Draft, Standing};
use super::finding::{Finding, Report, Severity};

/// What becomes of a case that waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The draft leaves, as the reviewer left it.
    Answer,
    /// The one question goes back to the asker.
    Ask,
    /// A polite no leaves.
    Decline,
    /// Nothing leaves: spam, or settled elsewhere.
    Close,
}

impl Decision {
    const ALL: [Self; 4] = [Self::Answer, Self::Ask, Self::Decline, Self::Close];

    /// The word in the store and in forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Ask => "ask",
            Self::Decline => "decline",
            Self::Close => "close",
        }
    }

    /// The decision of that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.key() == text)
    }
}

/// A decision with whose it is. The fields are private: a new one is made only by [`Review::decide`], which refuses a draft
/// with an objection that its reviewer may not settle; [`Review::recorded`] is for the store, which reads one back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    decision: Decision,
    signature: String,
    overruled: String,
}

/// Why a decision is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Objections stand that a reviewer cannot settle.
    #[error("{} objections stand: mend the draft, or an admin overrules them with a reason", .0.len())]
    Objections(Vec<String>),
    /// An overruling without its reason.
    #[error("an objection is overruled only with a reason of at least ten letters; it is kept")]
    NoReason,
}

/// The shortest reason that is taken, in characters.
const SHORTEST_REASON: usize = 10;

impl Review {
    /// A decision of a reviewer about a draft with these findings. `overruling` is an admin's reason.
    ///
    /// # Errors
    /// What stands against it.
    pub fn decide(
        decision: Decision,
        signature: &str,
        report: &Report,
        overruling: Option<&str>,
    ) -> Result<Self, Refused> {
        let stands: Vec<String> = match decision {
            Decision::Answer => standing(report).map(|finding| finding.text.clone()).collect(),
            // They carry a person's own words, no statement about codes.
            Decision::Ask | Decision::Decline | Decision::Close => Vec::new(),
        };
        let reason = overruling.map(str::trim).unwrap_or_default();
        match (stands.is_empty(), overruling) {
            (false, None) => return Err(Refused::Objections(stands)),
            (false, Some(_)) if reason.chars().count() < SHORTEST_REASON => return Err(Refused::NoReason),
            _ => {}
        }
        let overruled = if stands.is_empty() { String::new() } else { reason.to_owned() };
        Ok(Self { decision, signature: signature.to_owned(), overruled })
    }

    /// One that was decided and recorded earlier, read back.
    pub fn recorded(decision: Decision, signature: String, overruled: String) -> Self {
        Self { decision, signature, overruled }
    }

    /// What was decided.
    pub fn decision(&self) -> Decision {
        self.decision
    }

    /// The name under the reply.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// The reason for overruling; empty where nothing was overruled.
    pub fn overruled(&self) -> &str {
        &self.overruled
    }
}

/// How sure a draft is, for the reviewer who chooses what to read first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Verification objects to it, or a table was silent, or its rule is not confirmed.
    Low,
    /// A confirmed rule, a situation that a person compares.
    Middling,
    /// Everything was computed from the tables; the settings want it read all the same.
    High,
}

impl Confidence {
    /// Of a draft with these findings.
    pub fn of(draft: &Draft, report: &Report) -> Self {
        let unproved = |finding: &Finding| {
            finding.severity == Severity::Blocking && matches!(finding.kind.as_str(), "rule" | "scope" | "not_checked")
        };
        if standing(report).next().is_some() || report.findings.iter().any(unproved) {
            Self::Low
        } else if draft.all().all(|draft| draft.standing == Standing::Checked) {
            Self::High
        } else {
            Self::Middling
        }
    }

    /// 1 to 3.
    pub fn level(self) -> i64 {
        match self {
            Self::Low => 1,
            Self::Middling => 2,
            Self::High => 3,
        }
    }

    /// Of such a number; none for another one.
    pub fn of_level(level: i64) -> Option<Self> {
        [Self::Low, Self::Middling, Self::High].into_iter().find(|confidence| confidence.level() == level)
    }

    /// One word.
    pub fn words(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Middling => "middling",
            Self::High => "high",
        }
    }
}

/// True for an objection that says "a person must read this", that the draft is of another opinion than a rule card,
/// or that a remark of the reviewer's own has no source: whoever reads it has done so. Every other one says that the draft is wrong by a table, or names a patient.
pub fn is_settled_by_reading(finding: &Finding) -> bool {
    finding.severity < Severity::Blocking
        || matches!(
            finding.kind.as_str(),
            "policy" | "rule" | "risk" | "scope" | "not_checked" | "edition" | "differs" | "own_words" | "agreement"
        )
}

/// The objections that reading does not settle.
pub fn standing(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| !is_settled_by_reading(finding))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(kinds: &[&str]) -> Report {
        Report { findings: kinds.iter().map(|kind| Finding::blocking(kind, format!("{kind} is wrong"))).collect() }
    }

    #[test]
    fn reading_settles_what_waits_for_reading_and_no_error() {
        assert!(
            Review::decide(Decision::Answer, "Dana Lee, CPC", &report(&["policy", "rule", "differs"]), None).is_ok()
        );
        let refused = Review::decide(Decision::Answer, "Dana Lee, CPC", &report(&["policy", "edit"]), None);
        assert_eq!(refused, Err(Refused::Objections(vec!["edit is wrong".to_owned()])));
    }

    #[test]
    fn an_objection_is_overruled_only_with_a_reason() {
        let wrong = report(&["number"]);
        assert_eq!(Review::decide(Decision::Answer, "A", &wrong, Some(" short ")), Err(Refused::NoReason));
        let review = Review::decide(Decision::Answer, "A", &wrong, Some("the payer's letter of May says so")).unwrap();
        assert_eq!(review.overruled(), "the payer's letter of May says so");
    }

    #[test]
    fn a_decision_reads_back_as_itself() {
        for decision in Decision::ALL {
            assert_eq!(Decision::parse(decision.key()), Some(decision));
        }
    }
}
