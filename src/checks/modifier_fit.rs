//! May a modifier stand on a code? Computed from the kind of service, the global period and the payment indicators:
//! NCCI Policy Manual, chapter I, section E; Claims Processing Manual, chapter 12, sections 30.1, 40.2 and 40.4, and
//! chapter 23, section 50.6. What the facts of the case must be is another question.

use super::payment::{self, rows, wording};
use super::{Finding, status};
use crate::corpus::{Corpus, ModifierEntry};
use crate::domain::check::{Check, Figures, LastKnown, Outcome, PaymentRule, Program, Question, Scope, Setting};
use crate::domain::citation::Source;
use crate::domain::code::{Code, Modifier};
use crate::domain::draft::Verdict;
use crate::domain::inquiry::{Inquiry, Intent};
use crate::domain::ruling::{Basis, Ruling};

mod beside;
mod families;
mod kind;
mod placed;
mod spoken;

pub use placed::{RULE as PLACED, is_placed};

use families::{Context, Judged, Rests};

/// Looks it up.
pub fn check(corpus: &Corpus, code: &Code, modifier: &Modifier, scope: Scope) -> Check {
    let found = find(corpus, code, modifier, scope);
    found.into_check(Question::ModifierFit { code: code.clone(), modifier: modifier.clone() }, scope)
}

fn find(corpus: &Corpus, code: &Code, modifier: &Modifier, scope: Scope) -> Finding {
    if !code.set().is_procedure() {
        return Finding::new(Outcome::NotChecked, format!("{code} is no procedure code: it takes no modifier"));
    }
    if let Some(rule) = wording::rule_of(modifier) {
        return by_indicator(corpus, code, modifier, rule, scope);
    }
    let Some(entry) = corpus.find_modifier(modifier.as_str()) else {
        return Finding::new(Outcome::NotChecked, format!("modifier {modifier} is not on this shelf"));
    };
    if scope.program == Program::Medicaid {
        let detail = format!("where {modifier} may stand is checked by Medicare's rules; Medicaid's are not checked");
        return Finding::new(Outcome::NotChecked, detail);
    }
    let fee = rows::speaking(corpus, code, scope.as_of).filter(|_| scope.setting == Setting::Practitioner);
    let judged = families::judge(&Context::of(corpus, code, modifier, fee.as_ref(), scope.setting));
    // `it goes on the visit only, and 20610 is …` begins with the modifier where it names the code.
    let detail = match judged.because.strip_prefix("it ").filter(|rest| rest.contains(code.as_str())) {
        Some(rest) => format!("{modifier} {rest}"),
        None => format!("{modifier} on {code}: {}", judged.because),
    };
    if judged.outcome == Outcome::NotChecked {
        if judged.rests == Rests::Fee && fee.is_none() && scope.setting == Setting::Practitioner {
            return rows::silent(corpus, code, scope.as_of, |held| {
                let then = families::judge(&Context::of(corpus, code, modifier, Some(held), scope.setting));
                LastKnown {
                    outcome: then.outcome,
                    release: held.release.id.clone(),
                    title: held.release.doc(),
                    value: then.because,
                }
            });
        }
        return Finding::new(Outcome::NotChecked, detail).sources(vec![rule_source(corpus, &entry)]);
    }
    proved(corpus, code, &entry, fee.as_ref(), &judged, detail, scope)
}

/// An outcome with the release that vouches for the code on the date.
fn proved(
    corpus: &Corpus,
    code: &Code,
    entry: &ModifierEntry,
    fee: Option<&rows::Speaking>,
    judged: &Judged,
    detail: String,
    scope: Scope,
) -> Finding {
    let rule = rule_source(corpus, entry);
    if let Some(fee) = fee {
        let sources = vec![fee.whole.source.clone(), rule];
        let values = [("global", fee.whole.field("global"))].map(|(k, v)| (k.to_owned(), v.to_owned()));
        let figures = Figures { values: values.into(), ..Figures::default() };
        return Finding::new(judged.outcome, detail).figures(figures).release(Some(&fee.release)).sources(sources);
    }
    let listed = status::check(corpus, code, scope);
    if listed.outcome != Outcome::Active {
        return Finding::new(Outcome::NotChecked, listed.detail).sources(listed.sources);
    }
    let sources = listed.sources.into_iter().chain([rule]).collect();
    Finding::new(judged.outcome, detail).release(corpus.releases().find(&listed.release)).sources(sources)
}

/// Where the rule stands: the modifier's entry, or the card where that is the one that was held against a document.
fn rule_source(corpus: &Corpus, entry: &ModifierEntry) -> Source {
    let card = (entry.kind == "drug").then(|| corpus.find_card("drug-waste-modifiers")).flatten();
    card.map_or_else(|| entry.passage(String::new()).source, |card| card.source())
}

/// What an indicator of the fee schedule says of its modifier.
fn by_indicator(corpus: &Corpus, code: &Code, modifier: &Modifier, rule: PaymentRule, scope: Scope) -> Finding {
    let found = payment::find(corpus, code, rule, scope);
    let value = |name: &str| found.figures.values.get(name).map_or("", String::as_str);
    let outcome = of_indicator(modifier, found.outcome, value("indicator"), value("status"));
    let unheld = outcome == Outcome::NotChecked && found.outcome != Outcome::NotChecked;
    let release = if unheld { None } else { found.release };
    Finding { outcome, release, ..found }
}

/// Proof of need is a matter of the facts: the modifier may stand. A concept that does not apply forbids the modifier
/// where the schedule pays the code; what it does not pay has rules of its own.
fn of_indicator(modifier: &Modifier, outcome: Outcome, indicator: &str, status: &str) -> Outcome {
    let reduced_otherwise = modifier.as_str() == "51" && matches!(indicator, "4" | "5" | "6" | "7");
    let only_read = modifier.as_str() == "TC" && indicator == "6";
    match outcome {
        Outcome::Allowed if reduced_otherwise || only_read => Outcome::NotAllowed,
        Outcome::Allowed | Outcome::WithProof => Outcome::Allowed,
        Outcome::NotApplicable if !payment::rules::is_paid(status) => Outcome::NotChecked,
        Outcome::NotAllowed | Outcome::NotApplicable => Outcome::NotAllowed,
        _ => Outcome::NotChecked,
    }
}

/// The checks of this kind that the question calls for: modifiers on the line of a code or named for the only one,
/// where the modifier is what is asked; elsewhere only those that may not stand where they stand.
pub fn asked(corpus: &Corpus, inquiry: &Inquiry) -> Vec<Question> {
    let procedures: Vec<_> = inquiry.mentions.iter().filter(|mention| mention.code.set().is_procedure()).collect();
    if procedures.is_empty() || procedures.len() > spoken::MOST {
        return Vec::new();
    }
    let loose = if procedures.len() == 1 { wording::loose(corpus, inquiry) } else { Vec::new() };
    let about = procedures.len() == 1
        && (inquiry.asks(Intent::Modifier) || !loose.is_empty())
        && spoken::stands(&wording::plain(&inquiry.text));
    let mut questions = Vec::new();
    for mention in procedures {
        for modifier in mention.modifiers.iter().chain(&loose) {
            // The rule of the indicator is shown by the check of that kind.
            if wording::rule_of(modifier).is_some() || corpus.find_modifier(modifier.as_str()).is_none() {
                continue;
            }
            let question = Question::ModifierFit { code: mention.code.clone(), modifier: modifier.clone() };
            let shown = about || find(corpus, &mention.code, modifier, inquiry.scope).outcome == Outcome::NotAllowed;
            if shown && !questions.contains(&question) {
                questions.push(question);
            }
        }
    }
    questions
}

/// The answer, where nothing is asked but whether the modifier may stand on the code.
pub fn settle(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    if let Some(placed) = placed::settle(corpus, inquiry) {
        return Some(placed);
    }
    let asked = wording::Asked::of(corpus, inquiry)?;
    let [modifier] = &asked.modifiers[..] else { return None };
    if wording::rule_of(modifier).is_some() || !asked.whether() || !spoken::stands(&asked.text) {
        return None;
    }
    if let Some(of_visit) = beside::settle(corpus, inquiry, &asked) {
        return Some(of_visit);
    }
    let question = Question::ModifierFit { code: asked.code.clone(), modifier: modifier.clone() };
    let check = super::ask(corpus, &question, inquiry.scope);
    let entry = corpus.find_modifier(modifier.as_str())?;
    let (verdict, say) = match check.outcome {
        Outcome::NotAllowed => (Verdict::No, format!("No. Modifier {}", check.detail)),
        // Whether it is true there turns on the facts, which a bare question does not tell.
        Outcome::Allowed if spoken::is_bare(&asked) && !spoken::OPENS_EDITS.contains(&modifier.as_str()) => {
            (Verdict::Yes, format!("Yes. Modifier {} The fact behind it: {}.", check.detail, entry.fact))
        }
        _ => return None,
    };
    Some(Ruling {
        basis: Basis::Computed { rule: "modifier and code".to_owned() },
        verdict: Some(verdict),
        lines: Vec::new(),
        modifiers: Vec::new(),
        label: Some(modifier.to_string()),
        say,
        ask: None,
        sources: check.sources,
        confirmed: entry.confirmed || entry.kind == "drug",
        doubts: Vec::new(),
        fit: 9.0,
        whole: true,
    })
}

#[cfg(test)]
mod tests;
