//! What a sentence may draw on: the sources that it cites, the checks that those belong to or that are about the codes
//! it names, the question itself.

use crate::domain::check::Check;
use crate::domain::draft::Assertion;
use crate::domain::evidence::Evidence;

/// The ground of one sentence.
pub struct Grounds<'a> {
    /// The checks it is about.
    pub checks: Vec<&'a Check>,
    /// Everything that its sources, its checks and the question say.
    pub text: String,
    /// The same without the question.
    pub sources: String,
}

/// Collects the ground of a sentence.
pub fn grounds<'a>(evidence: &'a Evidence, assertion: &Assertion) -> Grounds<'a> {
    let cited = |check: &Check| evidence.numbers(check).iter().any(|n| assertion.cites.contains(n));
    let named = |check: &Check| {
        let subjects = check.question.subjects();
        !subjects.is_empty() && subjects.iter().all(|code| assertion.text.contains(code.as_str()))
    };
    let checks: Vec<&Check> = evidence.checks.iter().filter(|check| cited(check) || named(check)).collect();
    let inquiry = &evidence.inquiry;
    let mut text = format!("{} {:?} {} {ICD_NAME}", inquiry.scope.as_of, inquiry.malformed, inquiry.text);
    for mention in &inquiry.mentions {
        text.push_str(&format!(" {} {:?} {:?}", mention.code, mention.units, mention.modifiers));
    }
    for modifier in &inquiry.modifiers {
        text.push_str(&format!(" {modifier}"));
    }
    let mut sources = String::new();
    for citation in assertion.cites.iter().filter_map(|n| evidence.citation(*n)) {
        let source = &citation.source;
        let period = source.fact.period;
        sources.push_str(&format!(
            " {} {} {} {} {:?} {:?} {}",
            source.doc, source.place, source.quote, source.note, period.from, period.to, source.fact
        ));
    }
    for check in &checks {
        sources.push_str(&format!(" {} {:?}", check.detail, check.figures));
        if let Some(last) = &check.last_known {
            sources.push_str(&format!(" {} {}", last.title, last.value));
        }
    }
    let of_ruling = |ruling: &&crate::domain::ruling::Ruling| {
        ruling.sources.iter().filter_map(|source| evidence.number(source)).any(|n| assertion.cites.contains(&n))
            || ruling.sources.is_empty()
    };
    if let Some(ruling) = evidence.ruling.as_ref().filter(of_ruling) {
        sources.push_str(&format!(" {} {}", ruling.say, ruling.ask.as_deref().unwrap_or_default()));
    }
    for passage in &evidence.passages {
        if evidence.number(&passage.source).is_some_and(|n| assertion.cites.contains(&n)) {
            let more = [&passage.conditions, &passage.exceptions, &passage.documentation].map(|lines| lines.join(" "));
            sources.push_str(&format!(" {} {} {}", passage.title, passage.text, more.join(" ")));
        }
    }
    text.push_str(&sources);
    Grounds { checks, text, sources }
}

/// Numbers that belong to names, not to facts: ICD-10, the modifiers that bypass edits.
const ICD_NAME: &str = "10 25 57 59";
