//! What a changed draft teaches: the way from what was found to what was sent, and a question for the test suite.

use super::difference::{of_texts, text};
use crate::domain::citation::Table;
use crate::domain::draft::Draft;
use crate::domain::evidence::Evidence;
use crate::domain::golden::Golden;
use crate::domain::proposal::{Lesson, ProposalKind};
use crate::domain::ruling::Basis;
use crate::identity::deidentify;

/// The lesson of a draft that was found and another that was sent; none where they say the same. Everything is masked once
/// more: a reviewer may have written a name that the question did not hold.
pub fn lesson(question: &str, evidence: &Evidence, found: &Draft, sent: &Draft) -> Option<Lesson> {
    let masked = |text: &str| deidentify(text).as_str().to_owned();
    let (before, after) = (masked(&text(found)), masked(&text(sent)));
    let difference = of_texts(&before, &after);
    if difference.is_empty() {
        return None;
    }
    let asked = if question.trim().is_empty() { &evidence.inquiry.text } else { question };
    let question = masked(asked);
    let golden = Golden::of(&question, evidence, sent);
    Some(Lesson { kind: kind(evidence, found, sent), question, found: before, sent: after, difference, golden })
}

/// What would have spared the change. Other codes where the question names none: words were not understood. Where a rule
/// settled it, or stood beside it, the rule.
fn kind(evidence: &Evidence, found: &Draft, sent: &Draft) -> ProposalKind {
    let codes = |draft: &Draft| draft.lines.iter().map(|line| line.code.clone()).collect::<Vec<_>>();
    let by_words = evidence.inquiry.mentions.is_empty()
        || evidence.ruling.as_ref().is_some_and(|ruling| matches!(ruling.basis, Basis::Choice));
    if by_words && codes(found) != codes(sent) {
        return ProposalKind::Synonym;
    }
    let by_rule = evidence.ruling.as_ref().is_some_and(|ruling| matches!(ruling.basis, Basis::Rule { .. }));
    let beside = evidence.passages.iter().any(|passage| passage.source.fact.table == Table::Card);
    if by_rule || beside { ProposalKind::Card } else { ProposalKind::Other }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::starter_for_tests;
    use crate::domain::check::{Program, Setting};
    use crate::domain::difference::Kind;
    use crate::research::{self, Reading};
    use crate::review::edit::{apply, fields};

    const ASKED: &str = "45385 and 45380 of two polyps, Medicare, DOS 2024-08-01. Modifier?";

    fn found() -> (Evidence, Draft) {
        let reading = Reading {
            today: jiff::civil::date(2026, 11, 24),
            message_date: None,
            on: None,
            setting: Setting::Practitioner,
            program: Program::Medicare,
        };
        let evidence = research::run(starter_for_tests(), &deidentify(ASKED), &reading).unwrap();
        let draft = crate::draft::compose(starter_for_tests(), &evidence);
        (evidence, draft)
    }

    fn edited(draft: &Draft, headline: &str) -> Draft {
        let mut form = fields(draft);
        form.headline = headline.to_owned();
        apply(draft, &form).unwrap()
    }

    #[test]
    fn what_stays_the_same_teaches_nothing() {
        let (evidence, draft) = found();
        assert_eq!(lesson(ASKED, &evidence, &draft, &draft), None);
    }

    #[test]
    fn a_change_is_kept_with_its_question_and_what_the_answer_holds() {
        let (evidence, draft) = found();
        let lesson = lesson(ASKED, &evidence, &draft, &edited(&draft, "Yes, with XS on 45380 [1].")).unwrap();
        assert_eq!(lesson.question, ASKED);
        assert!(lesson.difference.iter().any(|run| run.kind == Kind::Added && run.text.contains("XS")));
        let golden = lesson.golden.unwrap();
        assert_eq!(golden.group, "bundling");
        assert!(golden.codes.contains(&"45380".to_owned()) && golden.question == ASKED, "{golden:?}");
    }

    #[test]
    fn whatever_names_a_patient_is_masked_again() {
        let (evidence, draft) = found();
        let sent = edited(&draft, "Patient Maria Gonzalez, MRN 48213377, DOB 03/14/1961: yes, both [1].");
        let asked = format!("{ASKED} Patient: Maria Gonzalez, MRN 48213377, born 03/14/1961.");
        let lesson = format!("{:?}", lesson(&asked, &evidence, &draft, &sent).unwrap());
        for planted in ["Gonzalez", "48213377", "03/14/1961", "1961"] {
            assert!(!lesson.contains(planted), "{planted}: {lesson}");
        }
        assert!(lesson.contains("45380"));
    }
}
