//! A case: the whole consultation, one thread; and the states it passes through.

use serde::{Deserialize, Serialize};

/// A case's number, such as `CC-7F3K2`: shown in the subject, quoted by people, never a secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseId(String);

/// Letters and digits that no one confuses: no 0/O, 1/I/L.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

impl CaseId {
    /// A number from random bits: the prefix and seven characters (31^7, 2.7e10).
    pub fn from_random(prefix: &str, mut bits: u64) -> Self {
        let mut text = String::with_capacity(prefix.len() + 8);
        text.push_str(prefix);
        text.push('-');
        for _ in 0..7 {
            text.push(char::from(ALPHABET[usize::try_from(bits % 31).unwrap_or(0)]));
            bits /= 31;
        }
        Self(text)
    }

    /// A number as stored or typed.
    pub fn parse(text: &str) -> Option<Self> {
        let upper = text.trim().to_ascii_uppercase();
        let (prefix, tail) = upper.split_once('-')?;
        let sound = !prefix.is_empty()
            && prefix.len() <= 8
            && prefix.bytes().all(|b| b.is_ascii_uppercase())
            && (4..=12).contains(&tail.len())
            && tail.bytes().all(|b| ALPHABET.contains(&b));
        sound.then_some(Self(upper))
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for CaseId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a case stands. Each state but the last ones says which stage runs next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseStatus {
    /// Durable here; admission is next.
    Received,
    /// A quota is reserved; research is next.
    Admitted,
    /// Evidence is recorded; drafting is next.
    Researched,
    /// A draft is recorded; verification is next.
    Drafted,
    /// Findings are recorded; they decide whether it is released or waits.
    Verified,
    /// Waits for a person; the asker was told, if the sender is proved.
    InReview,
    /// A person has decided: the reply is made when the time for undoing is over.
    Decided,
    /// The reply is in the outbox.
    Replying,
    /// The reply left.
    Answered,
    /// A polite no is in the outbox, or left.
    Declined,
    /// The one question without which there is no answer is in the outbox, or left.
    Asked,
    /// No person's question: nothing is sent.
    Ignored,
    /// Over the quota: kept, and answered when the next period begins or the plan grows.
    Kept,
    /// A command by mail was carried out; its reply is in the outbox, or left.
    Served,
}

impl CaseStatus {
    /// Every state.
    pub const ALL: [Self; 14] = [
        Self::Received,
        Self::Admitted,
        Self::Researched,
        Self::Drafted,
        Self::Verified,
        Self::InReview,
        Self::Decided,
        Self::Replying,
        Self::Answered,
        Self::Declined,
        Self::Asked,
        Self::Ignored,
        Self::Kept,
        Self::Served,
    ];

    /// The word in the store and on the screen.
    pub fn key(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Admitted => "admitted",
            Self::Researched => "researched",
            Self::Drafted => "drafted",
            Self::Verified => "verified",
            Self::InReview => "in_review",
            Self::Decided => "decided",
            Self::Replying => "replying",
            Self::Answered => "answered",
            Self::Declined => "declined",
            Self::Asked => "asked",
            Self::Ignored => "ignored",
            Self::Kept => "kept",
            Self::Served => "served",
        }
    }

    /// The state of that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.key() == text)
    }

    /// The state in a sentence for who asked.
    pub fn words(self) -> &'static str {
        match self {
            Self::Received | Self::Admitted | Self::Researched | Self::Drafted | Self::Verified => "is being worked on",
            Self::InReview => "waits for a person",
            Self::Decided => "was decided by a person, the reply is about to leave",
            Self::Replying => "is answered, the reply is on its way",
            Self::Answered => "is answered",
            Self::Declined => "was declined",
            Self::Asked => "waits for your answer to our question",
            Self::Ignored => "needed no answer",
            Self::Kept => "is kept until there are answers left",
            Self::Served => "was a command",
        }
    }

    /// True while the pipeline has work to do on it.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Received | Self::Admitted | Self::Researched | Self::Drafted | Self::Verified | Self::Decided
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_case_number_reads_back_as_itself(bits: u64) {
            let id = CaseId::from_random("CC", bits);
            prop_assert_eq!(CaseId::parse(&id.as_str().to_lowercase()), Some(id));
        }
    }

    #[test]
    fn every_state_reads_back_as_itself() {
        for status in CaseStatus::ALL {
            assert_eq!(CaseStatus::parse(status.key()), Some(status));
        }
    }
}
