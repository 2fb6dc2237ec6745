//! A model's draft: the prose is the model's, over the same evidence and the same settled conclusion; the parts with
//! the checks are the plain composer's, unchanged. What the model says of the verdict and of the lines is kept as it
//! says it, so that verification can hold it against what follows from the checks.

use std::time::Duration;

use jiff::civil::Date;
use tokio::time::Instant;

use super::compose;
use crate::config;
use crate::corpus::Corpus;
use crate::domain::draft::{Assertion, Draft, Line, Section, Usage};
use crate::domain::evidence::Evidence;
use crate::identity::deidentify;
use crate::llm::{Finish, LanguageModel, ModelError, Prompt, prompt};

mod answer;
mod material;

use answer::Answer;
pub use answer::Fault;
use material::Material;

/// The headings whose statements are the model's.
pub const WRITTEN: [&str; 3] = ["WHY", "IF THE FACTS DIFFER", "THE NOTE MUST SHOW"];

/// The limits of one draft.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Today, for dates without a year.
    pub today: Date,
    /// The longest answer, in tokens.
    pub max_tokens: u32,
    /// The limit of the whole, pauses and second asking included. Shorter than the lease of a case.
    pub budget: Duration,
    /// The pause before a second attempt, where the endpoint names none.
    pub pause: Duration,
}

impl Settings {
    /// The limits that the configuration sets.
    pub fn new(settings: &config::Model, today: Date) -> Self {
        Self {
            today,
            max_tokens: settings.max_tokens,
            budget: Duration::from_secs(settings.timeout_seconds),
            pause: Duration::from_secs(1),
        }
    }
}

/// Why there is no model's draft. The plain composer's stands in its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// The evidence holds no source: there is nothing to write from.
    #[error("the evidence holds no source to write from")]
    Unfounded,
    /// The model failed, and failed again where asking again made sense.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The model's answer broke its contract, and did so again when told.
    #[error("the model's answer breaks its contract: {0}")]
    Malformed(Fault),
}

/// Asks the model for the prose and joins it with the computed parts: at most three calls, and together no longer
/// than the budget. The nonce is fresh and random: whoever writes a question must not be able to guess it.
///
/// # Errors
/// See [`DraftError`]; the caller then uses [`compose()`].
pub async fn write(
    corpus: &Corpus,
    evidence: &Evidence,
    model: &dyn LanguageModel,
    settings: &Settings,
    nonce: u64,
) -> Result<Draft, DraftError> {
    if evidence.citations.is_empty() {
        return Err(DraftError::Unfounded);
    }
    let plain = compose(corpus, evidence);
    let material = Material::new(evidence, &plain, nonce);
    let deadline = Instant::now() + settings.budget;
    let started = Instant::now();
    let mut usage = Usage::default();
    let asked = tokio::time::timeout_at(deadline, ask(&material, model, settings, deadline, &mut usage)).await;
    let answer = asked.unwrap_or(Err(DraftError::Model(ModelError::Timeout)))?;
    usage.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Draft { usage, ..join(plain, answer, model.name()) })
}

/// Asks; once more after a passing failure, and once more, told why, after an answer that breaks the contract.
async fn ask(
    material: &Material,
    model: &dyn LanguageModel,
    settings: &Settings,
    deadline: Instant,
    usage: &mut Usage,
) -> Result<Answer, DraftError> {
    let mut waited = false;
    let mut told: Option<Fault> = None;
    loop {
        let prompt = build(material, told, settings);
        let fault = match model.complete(&prompt).await {
            Err(ModelError::Malformed(_)) => Fault::NotJson,
            Err(error) if error.is_transient() && !waited => {
                waited = true;
                let pause = error.retry_after().unwrap_or(settings.pause);
                // A longer pause than there is time for is the caller's to know.
                if Instant::now() + pause >= deadline {
                    return Err(error.into());
                }
                tokio::time::sleep(pause).await;
                continue;
            }
            Err(error) => return Err(error.into()),
            Ok(completion) => {
                usage.tokens_in += u64::from(completion.tokens_in);
                usage.tokens_out += u64::from(completion.tokens_out);
                tracing::info!(
                    model = model.name(),
                    tokens_in = completion.tokens_in,
                    tokens_out = completion.tokens_out,
                    "a model answered"
                );
                let read = match completion.finish {
                    Finish::Cut => Err(Fault::Cut),
                    Finish::Complete => answer::read(&completion.text, &prompt.user, material),
                };
                match read {
                    Ok(answer) => return Ok(answer),
                    Err(fault) => fault,
                }
            }
        };
        if told.replace(fault).is_some() {
            return Err(DraftError::Malformed(fault));
        }
    }
}

fn build(material: &Material, told: Option<Fault>, settings: &Settings) -> Prompt {
    let file = &*prompt::DRAFT;
    let user = deidentify(&material.text(told)).undated(settings.today);
    Prompt {
        system: file.system.to_owned(),
        user: user.datamark(&material.asked_open(), &material.close(), material.mark()),
        schema: answer::schema(),
        max_tokens: settings.max_tokens,
        digest: file.digest.clone(),
    }
}

/// The plain draft with the model's prose in the place of its own, and the model's own verdict and lines.
fn join(plain: Draft, answer: Answer, writer: &str) -> Draft {
    let role = |line: &Line| {
        let same = plain.lines.iter().find(|own| own.code == line.code);
        same.map_or_else(|| "bill".to_owned(), |own| own.role.clone())
    };
    let lines = answer.lines.iter().map(|line| Line { role: role(line), ..line.clone() }).collect();
    let mut written = WRITTEN.into_iter().zip([answer.why, answer.if_facts_differ, answer.note_must_show]);
    let is_after = |section: &Section| ["WORTH KNOWING", "PRIVACY"].contains(&section.heading.as_str());
    let (before, after): (Vec<Section>, Vec<Section>) = plain
        .sections
        .into_iter()
        .filter(|section| !WRITTEN.contains(&section.heading.as_str()))
        .partition(|section| !is_after(section));
    let mut sections = before;
    sections.extend(
        written
            .by_ref()
            .filter(|(_, items): &(&str, Vec<Assertion>)| !items.is_empty())
            .map(|(heading, items)| Section { heading: heading.to_owned(), items }),
    );
    sections.extend(after);
    Draft {
        verdict: answer.verdict,
        lines,
        headline: answer.headline,
        sections,
        writer: writer.to_owned(),
        prompt: prompt::DRAFT.digest.clone(),
        ..plain
    }
}
