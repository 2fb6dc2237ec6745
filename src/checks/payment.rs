//! How the Medicare physician fee schedule pays a code under a modifier: both sides (50), several procedures (51),
//! two surgeons (62), a team (66), an assistant (80, 81, 82, AS), professional and technical component (26, TC).
//! The indicators are explained in the Claims Processing Manual, chapter 23, section 50.6; the rules stand in
//! chapter 12, sections 20.4.3 (assistants), 40.6 (multiple procedures), 40.7 (bilateral) and 40.8 (co-surgeons, teams).

use super::Finding;
use crate::corpus::Corpus;
use crate::domain::check::{Check, Figures, LastKnown, Outcome, PaymentRule, Program, Question, Scope, Setting};
use crate::domain::code::Code;
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::Ruling;

mod answer;
mod endoscopy;
pub(super) mod rows;
pub(super) mod rules;
pub(super) mod wording;

pub use wording::rule_of;

use rows::Speaking;

/// Codes of one question that are checked at most: a longer list asks for something else.
const MOST: usize = 3;

/// Looks the indicator up for the date of service.
pub fn check(corpus: &Corpus, code: &Code, rule: PaymentRule, scope: Scope) -> Check {
    find(corpus, code, rule, scope).into_check(Question::PaymentRule { code: code.clone(), rule }, scope)
}

/// What the indicator says, before it is put together.
pub(super) fn find(corpus: &Corpus, code: &Code, rule: PaymentRule, scope: Scope) -> Finding {
    let name = rules::name(rule);
    if !code.set().is_procedure() {
        return Finding::new(Outcome::NotChecked, format!("{code} is no procedure code: it has no {name}"));
    }
    if scope.setting == Setting::Hospital {
        let detail = format!(
            "the {name} of {code} rules professional claims; what a hospital's outpatient claim is paid does not turn on it"
        );
        return Finding::new(Outcome::NotChecked, detail);
    }
    if scope.program == Program::Medicaid {
        let detail =
            format!("the {name} of {code} is Medicare's; what the state's Medicaid program does is not checked");
        return Finding::new(Outcome::NotChecked, detail);
    }
    match rows::speaking(corpus, code, scope.as_of) {
        Some(speaking) => known(code, rule, &speaking),
        None => rows::silent(corpus, code, scope.as_of, |speaking| value(rule, speaking)),
    }
}

fn known(code: &Code, rule: PaymentRule, speaking: &Speaking) -> Finding {
    let row = rules::row(rule, speaking);
    let (outcome, words) = rules::said(rule, speaking);
    let indicator = row.field(rules::column(rule));
    let base = match row.field("endo_base") {
        base if rule == PaymentRule::Multiple && !base.is_empty() => format!(" The base of its family is {base}."),
        _ => String::new(),
    };
    let unpaid = rules::unpaid(&speaking.whole).map(|words| format!(" {words}.")).unwrap_or_default();
    let detail =
        format!("{code}: {} {indicator} ({}): {words}.{base}{unpaid}", rules::name(rule), speaking.release.doc());
    let figures = Figures { values: rules::values(rule, row), ..Figures::default() };
    let found = Finding::new(outcome, detail).figures(figures).sources(vec![row.source.clone()]);
    if outcome == Outcome::NotChecked { found } else { found.release(Some(&speaking.release)) }
}

/// What a release said that does not speak for the date.
fn value(rule: PaymentRule, speaking: &Speaking) -> LastKnown {
    let (outcome, words) = rules::said(rule, speaking);
    let indicator = rules::row(rule, speaking).field(rules::column(rule));
    LastKnown {
        outcome,
        release: speaking.release.id.clone(),
        title: speaking.release.doc(),
        value: format!("{} {indicator}: {words}", rules::name(rule)),
    }
}

/// The checks of this kind that the question calls for: the rules that its words or modifiers name, for the codes
/// that carry the modifier, else for the few that it names.
pub fn asked(corpus: &Corpus, inquiry: &Inquiry) -> Vec<Question> {
    let text = wording::plain(&inquiry.text);
    let loose = wording::loose(corpus, inquiry);
    let procedures: Vec<_> = inquiry.mentions.iter().filter(|mention| mention.code.set().is_procedure()).collect();
    let spoken =
        if wording::asks_for_meaning(&text) { wording::of_modifiers(&loose) } else { wording::rules(&text, &loose) };
    let mut questions = Vec::new();
    for mention in &procedures {
        let own = wording::of_modifiers(&mention.modifiers);
        // Words that stand behind no code are meant for all of them where these are few, or of one family.
        let shared = spoken.iter().filter(|rule| wording::is_shared(**rule, procedures.len()));
        for rule in own.iter().chain(shared) {
            let question = Question::PaymentRule { code: mention.code.clone(), rule: *rule };
            if procedures.len() <= MOST && !questions.contains(&question) {
                questions.push(question);
            }
        }
    }
    questions
}

/// The answer, where this is what is asked.
pub fn settle(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    endoscopy::find(corpus, inquiry).or_else(|| answer::find(corpus, inquiry))
}

#[cfg(test)]
mod tests;
