//! A modifier of visits asked about with a procedure: `is 25 right when 93000 is done at the visit?` asks of the visit,
//! and not of the procedure (NCCI Policy Manual, chapter I, section D; Claims Processing Manual, chapter 12, section
//! 30.6.6).

use super::rule_source;
use crate::checks::ask;
use crate::checks::bypass::is_visit;
use crate::checks::payment::wording::Asked;
use crate::corpus::Corpus;
use crate::domain::check::{Outcome, Question};
use crate::domain::code::Code;
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::{Basis, Ruling};

pattern!(
    ON_THE_CODE,
    r"(?i)\b25\b(?:\s+modifier)?\s+(?:\w+\s+){0,3}(?:on|onto|to)\s+(?:(?:cpt|hcpcs|code|the|procedure|line)\s+)*[0-9A-Z]\d{3}[0-9A-Z]\b|\b[0-9A-Z]\d{3}[0-9A-Z]\s*-\s*25\b"
);
pattern!(
    WITH_A_VISIT,
    r"(?i)\b(?:visit|office|e/?m|e&m|evaluation|encounter|appointment|same day|with|when|while|alongside|beside)\b"
);

/// The visit that stands for any, where the question names none.
const VISIT: &str = "99213";

/// The answer on the visit; `None` where the modifier is asked about on the procedure itself.
pub(super) fn settle(corpus: &Corpus, inquiry: &Inquiry, asked: &Asked<'_>) -> Option<Ruling> {
    let [modifier] = &asked.modifiers[..] else { return None };
    let on_line = inquiry.mentions.iter().any(|mention| mention.modifiers.contains(modifier));
    let of_visit = modifier.as_str() == "25" && !is_visit(asked.code) && !on_line;
    if !of_visit || ON_THE_CODE.is_match(&asked.text) || !WITH_A_VISIT.is_match(&asked.text) {
        return None;
    }
    let code = asked.code;
    let pair = Question::Ptp { a: code.clone(), b: Code::parse(VISIT).ok()? };
    let edit = ask(corpus, &pair, inquiry.scope);
    let fact = "a significant, separately identifiable visit beyond the work of the procedure is documented";
    let (verdict, say) = match edit.outcome {
        Outcome::EditModifierAllowed => (
            Verdict::Depends,
            format!(
                "It depends on the visit. 25 goes on the visit, never on {code}: NCCI has an edit between {code} and a visit such as {VISIT}, and 25 is right only where {fact}."
            ),
        ),
        Outcome::NoEditInRelease if asked.needs() => (
            Verdict::No,
            format!(
                "No, not for Medicare: NCCI has no edit between {code} and a visit such as {VISIT}. Where another payer asks for 25, it goes on the visit, never on {code}, and only where {fact}."
            ),
        ),
        Outcome::NoEditInRelease => (
            Verdict::Depends,
            format!(
                "It depends on the visit. 25 goes on the visit, never on {code}, and only where {fact}. NCCI has no edit between {code} and a visit such as {VISIT}, so Medicare does not ask for it."
            ),
        ),
        // Where the edits of the date are not on the shelf, where 25 stands is known all the same.
        _ => (
            Verdict::Depends,
            format!("It depends on the visit. 25 goes on the visit, never on {code}, and only where {fact}."),
        ),
    };
    let entry = corpus.find_modifier(modifier.as_str())?;
    Some(Ruling {
        basis: Basis::Computed { rule: "modifier of the visit".to_owned() },
        verdict: Some(verdict),
        lines: Vec::new(),
        modifiers: vec![modifier.clone()],
        label: Some(modifier.to_string()),
        say,
        ask: None,
        sources: edit.sources.into_iter().chain([rule_source(corpus, &entry)]).collect(),
        confirmed: entry.confirmed,
        doubts: Vec::new(),
        fit: 9.0,
        whole: true,
    })
}
