//! A model that answers from a file: for tests, and for a trial without an endpoint.
//!
//! The file is TOML, a list of rules; the first rule whose words stand in the prompt answers:
//!
//! ```toml
//! [[reply]]
//! contains = "45385"          # empty or absent: any prompt
//! text = '''{"verdict": "yes", ...}'''
//! delay_ms = 0                # waits before it answers
//! error = "rate_limited"      # instead of an answer; also unavailable, timeout, credentials, credit, malformed
//! retry_after_ms = 1000       # with rate_limited and unavailable
//! cut = false                 # true: the answer ran into its limit of tokens
//! garbage = 0                 # so many bytes of nonsense instead of the text
//! times = 1                   # how often the rule answers; absent: always
//! ```

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;

use super::{Completion, Finish, LanguageModel, ModelError, Prompt, Refusal};

/// Answers from a file, and remembers what it was asked.
#[derive(Debug)]
pub struct ScriptedModel {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    rules: Vec<Rule>,
    prompts: Vec<Prompt>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    #[serde(default)]
    reply: Vec<Rule>,
}

/// One rule of the script; the fields are described at the head of this file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "each field is described at the head of this file")]
pub struct Rule {
    pub contains: String,
    pub text: String,
    pub delay_ms: u64,
    pub error: Option<Failure>,
    pub retry_after_ms: Option<u64>,
    pub cut: bool,
    pub garbage: usize,
    pub times: Option<u32>,
}

/// How a rule fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names of ModelError and Refusal")]
pub enum Failure {
    RateLimited,
    Unavailable,
    Timeout,
    Credentials,
    Credit,
    Malformed,
}

/// The script cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {what}")]
pub struct ScriptError {
    place: String,
    what: String,
}

impl ScriptedModel {
    /// Reads a script.
    ///
    /// # Errors
    /// The file cannot be read, or is no script.
    pub fn open(path: &Path) -> Result<Self, ScriptError> {
        let fault = |what: String| ScriptError { place: path.display().to_string(), what };
        let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
        let script: Script = toml::from_str(&text).map_err(|error| fault(error.message().to_owned()))?;
        Ok(Self::new(script.reply))
    }

    /// A script of these rules.
    pub fn new(rules: Vec<Rule>) -> Self {
        Self { state: Mutex::new(State { rules, prompts: Vec::new() }) }
    }

    /// Every prompt it was given, in order.
    pub fn prompts(&self) -> Vec<Prompt> {
        self.state().prompts.clone()
    }

    /// A panic elsewhere leaves rules and prompts whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the rule that answers, and counts it down.
    fn rule(&self, prompt: &Prompt) -> Option<Rule> {
        let mut state = self.state();
        state.prompts.push(prompt.clone());
        let text = prompt.user.as_str();
        let rule = state.rules.iter_mut().find(|rule| rule.times != Some(0) && text.contains(&rule.contains))?;
        rule.times = rule.times.map(|times| times - 1);
        Some(rule.clone())
    }
}

#[async_trait]
impl LanguageModel for ScriptedModel {
    async fn complete(&self, prompt: &Prompt) -> Result<Completion, ModelError> {
        let rule = self.rule(prompt).ok_or(ModelError::Malformed("no rule of the script fits the prompt"))?;
        if rule.delay_ms > 0 {
            tokio::time::sleep(Duration::from_millis(rule.delay_ms)).await;
        }
        if let Some(failure) = rule.error {
            return Err(failure.into_error(rule.retry_after_ms.map(Duration::from_millis)));
        }
        let text = if rule.garbage > 0 { "{\"x\":NaN,".repeat(rule.garbage / 9 + 1) } else { rule.text };
        let tokens_out = u32::try_from(text.len() / 4).unwrap_or(u32::MAX);
        let finish = if rule.cut { Finish::Cut } else { Finish::Complete };
        Ok(Completion { text, tokens_in: 0, tokens_out, finish })
    }

    fn name(&self) -> &str {
        "scripted"
    }

    async fn probe(&self) -> Result<String, ModelError> {
        Ok(format!("a script of {} rules", self.state().rules.len()))
    }
}

impl Failure {
    fn into_error(self, retry_after: Option<Duration>) -> ModelError {
        match self {
            Self::RateLimited => ModelError::RateLimited { retry_after },
            Self::Unavailable => ModelError::Unavailable { status: Some(503), retry_after },
            Self::Timeout => ModelError::Timeout,
            Self::Credentials => ModelError::Refused(Refusal::Credentials),
            Self::Credit => ModelError::Refused(Refusal::Credit),
            Self::Malformed => ModelError::Malformed("as the script says"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::deidentify;

    fn prompt(text: &str) -> Prompt {
        let user = deidentify(text).undated(jiff::civil::date(2026, 11, 24));
        Prompt { system: String::new(), user, schema: serde_json::Value::Null, max_tokens: 9, digest: String::new() }
    }

    #[tokio::test]
    async fn the_first_rule_that_fits_answers_and_a_spent_one_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("script.toml");
        let script = "[[reply]]\ncontains = '45385'\nerror = 'rate_limited'\nretry_after_ms = 5\ntimes = 1\n\
                      [[reply]]\ncontains = '45385'\ntext = 'ours'\n[[reply]]\ntext = 'any'\ncut = true\n";
        std::fs::write(&path, script).unwrap();
        let model = ScriptedModel::open(&path).unwrap();
        let first = model.complete(&prompt("45385?")).await.unwrap_err();
        assert_eq!(first.retry_after(), Some(Duration::from_millis(5)));
        assert_eq!(model.complete(&prompt("45385?")).await.unwrap().text, "ours");
        assert_eq!(model.complete(&prompt("else")).await.unwrap().finish, Finish::Cut);
        assert_eq!(model.prompts().len(), 3);
    }

    #[test]
    fn a_script_with_an_unknown_word_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("script.toml");
        std::fs::write(&path, "[[reply]]\nanswer = 'x'\n").unwrap();
        assert!(ScriptedModel::open(&path).unwrap_err().to_string().contains("answer"));
    }
}
