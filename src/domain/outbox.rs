//! What waits to leave, and what became of it.

use serde::{Deserialize, Serialize};

/// Where an outgoing message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxState {
    /// May be sent now.
    Ready,
    /// Handed to a server whose answer is awaited. Found in this state after a crash, it is uncertain.
    Sending,
    /// A server took responsibility.
    Sent,
    /// Temporarily refused; tried again at its time.
    RetryAt,
    /// Refused for good, or given up; a person must look.
    Held,
    /// The answer to the final dot was lost: it may have left. Never resent blindly.
    Uncertain,
    /// A person decided that it never leaves.
    Discarded,
}

impl OutboxState {
    /// Every state.
    pub const ALL: [Self; 7] =
        [Self::Ready, Self::Sending, Self::Sent, Self::RetryAt, Self::Held, Self::Uncertain, Self::Discarded];

    /// The word in the store and on the screen.
    pub fn key(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::RetryAt => "retry_at",
            Self::Held => "held",
            Self::Uncertain => "uncertain",
            Self::Discarded => "discarded",
        }
    }

    /// The state of that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == text)
    }
}

/// What an outgoing message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxKind {
    /// The answer: settles the quota once it leaves.
    Answer,
    /// A person will look.
    Holding,
    /// The quota is used up.
    OverQuota,
    /// The message was too large to be taken in.
    TooLarge,
    /// There was nothing to read.
    Empty,
    /// A message that asks for something improper, or for none of coding.
    Declined,
    /// The one question back, without which there is no answer.
    Clarification,
    /// The message, or all that it asks, is encrypted.
    Encrypted,
    /// The reply to a command.
    Command,
    /// More mails than are taken from one sender.
    Capped,
    /// An answer, for a colleague whom the asker copies.
    Copy,
    /// How a person decided a complaint.
    Decision,
}

impl OutboxKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Answer,
        Self::Holding,
        Self::OverQuota,
        Self::TooLarge,
        Self::Empty,
        Self::Declined,
        Self::Clarification,
        Self::Encrypted,
        Self::Command,
        Self::Capped,
        Self::Copy,
        Self::Decision,
    ];

    /// The word in the store and on the screen.
    pub fn key(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Holding => "holding",
            Self::OverQuota => "over_quota",
            Self::TooLarge => "too_large",
            Self::Empty => "empty",
            Self::Declined => "declined",
            Self::Clarification => "clarification",
            Self::Encrypted => "encrypted",
            Self::Command => "command",
            Self::Capped => "capped",
            Self::Copy => "copy",
            Self::Decision => "decision",
        }
    }

    /// The kind of that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == text)
    }
}
