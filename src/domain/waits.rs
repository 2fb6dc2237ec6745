//! Why a case waits for a person: one word, by which the queue is sorted into piles.

/// The pile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Waits {
    /// Verification objects to the draft.
    Finding,
    /// The settings want a person to read it: a rule, a risk, what is not checked.
    Policy,
    /// Its sender asks for a person.
    Human,
    /// Its sender says that an answer is wrong.
    Bad,
    /// An answer did not arrive.
    Bounce,
    /// The message could not be read as one.
    Quarantine,
    /// Who sent it is not proved, or it was held at the door.
    Sender,
    /// More mails than a cap allows.
    Capped,
    /// A stage failed too often.
    Failed,
    /// It was answered by itself, and drawn for a second look.
    Sample,
}

impl Waits {
    /// Every pile, in the order of the filter.
    pub const ALL: [Self; 10] = [
        Self::Policy,
        Self::Finding,
        Self::Human,
        Self::Bad,
        Self::Bounce,
        Self::Sender,
        Self::Quarantine,
        Self::Capped,
        Self::Failed,
        Self::Sample,
    ];

    /// The word in the store and in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::Finding => "finding",
            Self::Policy => "policy",
            Self::Human => "human",
            Self::Bad => "bad",
            Self::Bounce => "bounce",
            Self::Quarantine => "quarantine",
            Self::Sender => "sender",
            Self::Capped => "capped",
            Self::Failed => "failed",
            Self::Sample => "sample",
        }
    }

    /// The pile of that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|waits| waits.key() == text)
    }

    /// In a few words, for the queue.
    pub fn words(self) -> &'static str {
        match self {
            Self::Finding => "an objection to the draft",
            Self::Policy => "a person reads it first",
            Self::Human => "asks for a person",
            Self::Bad => "says the answer is wrong",
            Self::Bounce => "the answer did not arrive",
            Self::Quarantine => "cannot be read",
            Self::Sender => "sender not proved",
            Self::Capped => "too many mails",
            Self::Failed => "a stage failed",
            Self::Sample => "a second look",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pile_reads_back_as_itself() {
        for waits in Waits::ALL {
            assert_eq!(Waits::parse(waits.key()), Some(waits));
        }
    }
}
