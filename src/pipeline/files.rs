//! Files on their way through the pipeline: read with the question, named on the receipt.

use super::Consultant;
use crate::admit::{self, Question};
use crate::corpus::{Corpus, CorpusError};
use crate::domain::evidence::Evidence;
use crate::domain::message::InboundMessage;
use crate::mail::parse;
use crate::research::{self, Reading};

/// Characters of files that are kept with the evidence, for the reviewer: the whole stands in the sealed original.
const MOST_SHOWN: usize = 20_000;

impl Consultant {
    /// The question of a message, its files read; the message's list of them tells what became of each.
    pub async fn question(&self, raw: &[u8], message: &mut InboundMessage) -> Question {
        let files = if message.attachments.is_empty() { Vec::new() } else { parse::files(raw) };
        let found = self.reader.read(files).await;
        admit::question_with(message, &found)
    }
}

/// Evidence for a question, with what became of the files of its message.
pub(super) fn research(corpus: &Corpus, question: &Question, reading: &Reading) -> Result<Evidence, CorpusError> {
    let mut evidence = research::run_beside(corpus, &question.asked, &question.beside, reading)?;
    evidence.files.clone_from(&question.files);
    evidence.beside = question.beside.as_str().chars().take(MOST_SHOWN).collect();
    Ok(evidence)
}
