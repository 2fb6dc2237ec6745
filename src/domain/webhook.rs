//! What programs of others are told as it happens, and when it is tried again.

use serde::{Deserialize, Serialize};

/// What is told: a closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WebhookKind {
    /// A case waits for a person.
    #[serde(rename = "case.waiting")]
    Waiting,
    /// An answer left.
    #[serde(rename = "case.answered")]
    Answered,
    /// The one question went back to the asker.
    #[serde(rename = "case.asked")]
    Asked,
    /// A polite no is on its way.
    #[serde(rename = "case.declined")]
    Declined,
    /// One of our mails did not arrive.
    #[serde(rename = "bounce")]
    Bounce,
    /// Four fifths or all of a quota are used, or a question is kept for want of answers.
    #[serde(rename = "quota")]
    Quota,
}

impl WebhookKind {
    /// Every kind, in the order of lists.
    pub const ALL: [Self; 6] = [Self::Waiting, Self::Answered, Self::Asked, Self::Declined, Self::Bounce, Self::Quota];

    /// The word in the settings, in the store and in what is sent.
    pub fn key(self) -> &'static str {
        match self {
            Self::Waiting => "case.waiting",
            Self::Answered => "case.answered",
            Self::Asked => "case.asked",
            Self::Declined => "case.declined",
            Self::Bounce => "bounce",
            Self::Quota => "quota",
        }
    }

    /// The kind of that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == text)
    }
}

/// Pauses between attempts, in seconds; the last one is kept to.
const PAUSES: [u64; 8] = [5, 30, 120, 300, 900, 1_800, 3_600, 7_200];

/// Attempts end so long after the first one, in seconds: 24 hours.
pub const GIVE_UP_SECONDS: u64 = 24 * 3_600;

/// The seconds until the next attempt after `attempts` of them, or until the endpoint asks for where that is later.
pub fn pause(attempts: u32, asked_for: Option<u64>) -> u64 {
    let nth = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX).min(PAUSES.len() - 1);
    PAUSES[nth].max(asked_for.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_as_itself_and_is_written_as_its_word() {
        for kind in WebhookKind::ALL {
            assert_eq!(WebhookKind::parse(kind.key()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("{:?}", kind.key()));
        }
    }

    #[test]
    fn pauses_grow_and_an_endpoint_may_ask_for_longer_ones() {
        assert_eq!([1, 2, 3, 8, 9, 1_000].map(|n| pause(n, None)), [5, 30, 120, 7_200, 7_200, 7_200]);
        assert_eq!((pause(1, Some(60)), pause(9, Some(60))), (60, 7_200));
        assert!(PAUSES.is_sorted());
    }
}
