//! What the office learned from an answer that a reviewer changed before it was sent.

use super::difference::Run;
use super::golden::Golden;

/// What would have spared the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProposalKind {
    /// A rule card: a new one, or another text of the one that was used.
    Card,
    /// Words that the search did not understand.
    Synonym,
    /// Something else: the wording, or the program.
    Other,
}

impl ProposalKind {
    /// Every kind, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Card, Self::Synonym, Self::Other];

    /// The word in the store and in forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Synonym => "synonym",
            Self::Other => "other",
        }
    }

    /// The same for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Card => "rule card",
            Self::Synonym => "synonym",
            Self::Other => "other",
        }
    }

    /// The kind of that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == text)
    }
}

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProposalState {
    /// Nobody has decided.
    Open,
    /// It is worth work.
    Accepted,
    /// It is not.
    Dismissed,
}

impl ProposalState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Open, Self::Accepted, Self::Dismissed];

    /// The word in the store, in addresses and on the page.
    pub fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Dismissed => "dismissed",
        }
    }

    /// The state of that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == text)
    }
}

/// What a change teaches. It holds no identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// What would have spared it, as far as a program can tell.
    pub kind: ProposalKind,
    /// What was asked.
    pub question: String,
    /// The draft that was found.
    pub found: String,
    /// The draft as it was sent.
    pub sent: String,
    /// The way from one to the other.
    pub difference: Vec<Run>,
    /// The question with what its answer holds, for the test suite.
    pub golden: Option<Golden>,
}

/// A lesson with whose it is, to be recorded when the answer is in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProposal {
    /// The decision it comes from, among those about its case.
    pub review: i64,
    /// The reviewer's key.
    pub reviewer: String,
    /// What it teaches.
    pub lesson: Lesson,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_states_read_back_as_themselves() {
        for kind in ProposalKind::ALL {
            assert_eq!(ProposalKind::parse(kind.key()), Some(kind));
        }
        for state in ProposalState::ALL {
            assert_eq!(ProposalState::parse(state.key()), Some(state));
        }
    }
}
