//! The plain composer: no model, no network. Every sentence is built from a check or quotes a rule card.

use super::{decline, headline, sections};
use crate::checks::conclude::{Conclusion, conclude};
use crate::corpus::Corpus;
use crate::domain::draft::{Draft, Usage};
use crate::domain::evidence::Evidence;

/// The writer's name on drafts that no model touched.
pub const WRITER: &str = "plain rules";

/// Writes a draft from the evidence alone.
pub fn compose(corpus: &Corpus, evidence: &Evidence) -> Draft {
    let conclusion = conclude(corpus, &evidence.inquiry, &evidence.checks, evidence.ruling.as_ref());
    let (headline, mut sections) = match evidence.inquiry.decline {
        Some(reason) => {
            let mut sections = decline::sections(reason);
            sections.extend(sections::statuses_alone(evidence));
            (decline::headline(reason), sections)
        }
        None if evidence.inquiry.blank => (decline::blank(), Vec::new()),
        None => (headline::write(corpus, evidence, &conclusion), sections::write(corpus, evidence, &conclusion)),
    };
    sections.extend(decline::reminder(evidence));
    let Conclusion { action, verdict, label, lines, modifiers, standing, .. } = conclusion;
    Draft {
        action,
        verdict,
        label,
        lines,
        modifiers,
        headline,
        standing,
        assumptions: evidence.inquiry.assumptions.clone(),
        sections,
        writer: WRITER.to_owned(),
        prompt: String::new(),
        usage: Usage::default(),
        also: evidence.also.iter().map(|evidence| compose(corpus, evidence)).collect(),
    }
}
