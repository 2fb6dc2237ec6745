//! A modifier that the question puts on one of several codes: `51 on the add-on code 22614 with 22612?`. That it may not
//! stand there is the answer, whatever the edits of the pair say.

use super::rule_source;
use crate::checks::coverage::asking::is_yes_or_no;
use crate::checks::{add_on, ask};
use crate::corpus::Corpus;
use crate::domain::check::{Outcome, Question};
use crate::domain::code::{Code, Modifier};
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::{Basis, Ruling};

pattern!(
    PLACED,
    r"(?i)\b(?:modifier|mod)\s+((?-i:[0-9]{2}|[A-Z][A-Z0-9]))\s+(?:\w+\s+){0,2}?(?:on|to|onto)\s+(?:(?:the|an?|add-?on|code|cpt|line)\s+)*([0-9A-Z]\d{3}[0-9A-Z])\b"
);

/// The modifier and the code that it is put on, where the question asks whether.
fn read(inquiry: &Inquiry) -> Option<(Modifier, Code)> {
    let mut found = PLACED.captures_iter(&inquiry.text);
    let one = found.next()?;
    let code = inquiry.codes().into_iter().find(|code| code.as_str().eq_ignore_ascii_case(&one[2]))?;
    let whether = is_yes_or_no(&inquiry.text) && inquiry.codes().len() > 1 && found.next().is_none();
    Some((Modifier::parse(&one[1]).ok()?, code.clone())).filter(|_| whether)
}

/// True for such a question.
pub fn is_placed(inquiry: &Inquiry) -> bool {
    read(inquiry).is_some()
}

/// The no, where the modifier may not stand on the code.
pub(super) fn settle(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let (modifier, code) = read(inquiry)?;
    let entry = corpus.find_modifier(modifier.as_str())?;
    let question = Question::ModifierFit { code: code.clone(), modifier: modifier.clone() };
    let fit = ask(corpus, &question, inquiry.scope);
    // Add-on codes are exempt from the reduction for multiple procedures (NCCI Policy Manual, chapter I, section R).
    let addition = add_on::check(corpus, &code, &[], inquiry.scope);
    let exempt = modifier.as_str() == "51" && addition.outcome == Outcome::AddOn;
    let (say, sources) = if exempt {
        (
            format!(
                "No. {code} is an add-on code, and an add-on code takes no 51: it is priced for being done beside its primary"
            ),
            addition.sources,
        )
    } else if fit.outcome == Outcome::NotAllowed {
        (format!("No. Modifier {}", fit.detail), fit.sources)
    } else {
        return None;
    };
    Some(Ruling {
        basis: Basis::Computed { rule: RULE.to_owned() },
        verdict: Some(Verdict::No),
        lines: Vec::new(),
        modifiers: Vec::new(),
        label: Some(modifier.to_string()),
        say: format!("{}.", say.trim_end_matches('.')),
        ask: None,
        sources: sources.into_iter().chain([rule_source(corpus, &entry)]).collect(),
        confirmed: entry.confirmed,
        doubts: Vec::new(),
        fit: 9.0,
        whole: true,
    })
}

/// The name of the rule.
pub const RULE: &str = "modifier on one of several codes";
