//! Language models: what one is asked, what it answers, and how it fails. Two kinds exist: an OpenAI-compatible
//! endpoint, and a script for tests and trials.
//!
//! A model sees [`Undated`] text only, and has no way to act: its answer is text that the draft stage reads as
//! typed data and that verification may refuse.

use std::time::Duration;

use async_trait::async_trait;

use crate::identity::Undated;

pub mod breaker;
pub mod health;
mod http;
pub mod openai;
pub mod prompt;
pub mod scripted;

pub use openai::OpenAiModel;
pub use scripted::ScriptedModel;

/// One question to a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    /// The instructions: the same for every case, so that an endpoint can keep their prefix.
    pub system: String,
    /// The case, without identity.
    pub user: Undated,
    /// The JSON schema that the answer must follow; `null` for free text.
    pub schema: serde_json::Value,
    /// The longest answer, in tokens.
    pub max_tokens: u32,
    /// Digest of the prompt file, for the record.
    pub digest: String,
}

/// Why an answer ends where it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// The model had said all.
    Complete,
    /// It ran into the limit of tokens: what there is, is half an answer and often broken JSON.
    Cut,
}

/// What a model answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Its text.
    pub text: String,
    /// Tokens of the question, as counted by the endpoint; 0 where it does not say.
    pub tokens_in: u32,
    /// Tokens of the answer.
    pub tokens_out: u32,
    /// Why it ends.
    pub finish: Finish,
}

/// Why an endpoint refuses for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The key is missing, wrong or without the right.
    #[error("the endpoint does not accept the key: check model.api_key")]
    Credentials,
    /// The credit or quota of the account is used up.
    #[error("the account of the endpoint has no credit left")]
    Credit,
    /// The endpoint does not accept the request itself: an unknown model, a text over its limit, a redirect.
    #[error("the endpoint does not accept the request (status {0}): check model.base_url, model.name and max_tokens")]
    Request(u16),
    /// The model or its filter declined to answer.
    #[error("the model declined to answer")]
    Content,
}

/// Why there is no completion. Holds neither the key, nor the prompt, nor the endpoint's own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Too many requests at present.
    #[error("the model's endpoint asks for a pause")]
    RateLimited {
        /// How long to wait at least, where the endpoint says so.
        retry_after: Option<Duration>,
    },
    /// No connection, or an error of the endpoint's own.
    #[error("the model's endpoint is not available{}", .status.map(|s| format!(" (status {s})")).unwrap_or_default())]
    Unavailable {
        /// The HTTP status, if it came to one.
        status: Option<u16>,
        /// How long to wait at least, where the endpoint says so.
        retry_after: Option<Duration>,
    },
    /// No complete answer within the limit.
    #[error("the model did not answer in time")]
    Timeout,
    /// The endpoint failed again and again and is left alone for a while.
    #[error("the model's endpoint failed again and again and is left alone for a while")]
    Open,
    /// Asking again is of no use.
    #[error(transparent)]
    Refused(Refusal),
    /// The endpoint's answer is no chat completion.
    #[error("the endpoint's answer is no completion: {0}")]
    Malformed(&'static str),
}

impl ModelError {
    /// True when the same request may succeed a little later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Unavailable { .. } | Self::Timeout)
    }

    /// How long the endpoint wants to be left alone, where it says so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } | Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// Something that completes text.
#[async_trait]
pub trait LanguageModel: Send + Sync {
    /// Asks once: one call to the endpoint, within its own time limit, never repeated in silence.
    ///
    /// # Errors
    /// Typed; [`ModelError::is_transient`] says whether asking again may help.
    async fn complete(&self, prompt: &Prompt) -> Result<Completion, ModelError>;

    /// The name that stands on drafts as their writer.
    fn name(&self) -> &str;

    /// Asks the shortest question there is, for `check` and start-up; answers with a line for a person.
    ///
    /// # Errors
    /// As [`LanguageModel::complete`].
    async fn probe(&self) -> Result<String, ModelError>;

    /// How its endpoint fares, where somebody keeps count.
    fn health(&self) -> Option<health::Health> {
        None
    }
}
