//! The answer to a question of coverage, where a document or an exclusion on the shelf gives it.

use super::asking::{is_yes_or_no, wants_code};
use super::documents::Document;
use super::{documents, held, reach, subject, told, words};
use crate::checks::{ask, indicator, sentence};
use crate::corpus::{Corpus, Line};
use crate::domain::check::{Check, Outcome, Question};
use crate::domain::citation::{Source, Table};
use crate::domain::code::Code;
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::{Basis, Ruling};

pattern!(NATIONAL, r"(?i)\bncds?\b|\bnational coverage\b");
pattern!(LOCAL, r"(?i)\blcds?\b|\blocal (?:coverage|policy|determination)|\bcoverage article\b");
pattern!(
    DIRECT,
    r"(?i)\b(?:is|are|does|do|will|would|which|what|whether|still)\b(?:[^.?!]|\.\d){0,80}\b(?:cover\w*|lcds?|ncds?|necess\w+)\b(?:[^.!]|\.\d)*\?|\b(?:lcds?|ncds?|coverage)\s+(?:for|on|of)\b|\bcovered (?:for|by|in|under|with)\b"
);

/// The answer; `None` where nothing on the shelf gives it, or something else is asked.
pub(super) fn settle(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let text = inquiry.text.as_str();
    if !words::asks(inquiry) || words::turns_on_more(text) || wants_code(text) || !DIRECT.is_match(text) {
        return None;
    }
    if !inquiry.stated.denials.is_empty() {
        return None;
    }
    let services = words::services(inquiry);
    let by_code = match services.as_slice() {
        [code] => of_code(corpus, inquiry, code),
        _ => None,
    };
    by_code
        .or_else(|| if NATIONAL.is_match(text) && services.is_empty() { of_national(corpus, inquiry) } else { None })
        .or_else(|| if LOCAL.is_match(text) { of_local(corpus, inquiry) } else { None })
}

fn ruling(verdict: Option<Verdict>, label: String, say: String, sources: Vec<Source>) -> Ruling {
    Ruling {
        basis: Basis::Computed { rule: "coverage documents".to_owned() },
        verdict,
        lines: Vec::new(),
        modifiers: Vec::new(),
        label: Some(label),
        say,
        ask: None,
        sources,
        confirmed: true,
        doubts: Vec::new(),
        fit: 9.0,
        whole: true,
    }
}

/// By the documents that name the service.
fn of_code(corpus: &Corpus, inquiry: &Inquiry, code: &Code) -> Option<Ruling> {
    let diagnoses = words::diagnoses(inquiry);
    let diagnosis = match diagnoses.as_slice() {
        [] => None,
        [only] => Some((*only).clone()),
        _ => return None,
    };
    let state = inquiry.stated.state.clone();
    let question = Question::Coverage { code: code.clone(), diagnosis: diagnosis.clone(), state: state.clone() };
    let check = ask(corpus, &question, inquiry.scope);
    let value = |name: &str| check.figures.values.get(name).map_or("", String::as_str);
    let yes_or_no = is_yes_or_no(&inquiry.text) && !LOCAL.is_match(&inquiry.text) && !NATIONAL.is_match(&inquiry.text);
    let id = value("document").to_owned();
    let list =
        if value("list").is_empty() || value("list") == id { id.clone() } else { format!("{} ({id})", value("list")) };
    let wants = |verdict: Verdict, opening: &str| {
        if yes_or_no { (Some(verdict), opening.to_owned()) } else { (None, String::new()) }
    };
    let (verdict, say) = match (check.outcome, &diagnosis) {
        (Outcome::Covered, Some(diagnosis)) => {
            let (verdict, opening) = wants(Verdict::Yes, "Yes, if the document's other conditions are met. ");
            (
                verdict,
                format!(
                    "{opening}{diagnosis} is listed as supporting {code} in {list}, {}, in force since {}. The list alone is not enough: the conditions are in its text.",
                    value("title"),
                    value("effective")
                ),
            )
        }
        (Outcome::NotCovered, Some(diagnosis)) if !id.is_empty() => {
            let (verdict, opening) = wants(Verdict::No, "No. ");
            (verdict, format!("{opening}{diagnosis} is listed as not supporting {code} in {list}, {}.", value("title")))
        }
        (Outcome::NotListed, Some(diagnosis)) => {
            let (verdict, opening) = wants(Verdict::No, "No, not by the list. ");
            (
                verdict,
                format!(
                    "{opening}{diagnosis} is in no list of diagnoses of {list}, {}. Expect a necessity denial: ABN before the service, or the record on appeal; never a listed code that the note does not show.",
                    value("title")
                ),
            )
        }
        (Outcome::NotCovered, _) => {
            let (verdict, opening) = wants(Verdict::No, "No. ");
            (verdict, format!("{opening}{} No diagnosis changes that.", sentence(&check.detail)))
        }
        (Outcome::Known, _) => return of_documents(inquiry, &check),
        _ => return None,
    };
    let label = if id.is_empty() { check.outcome.words().to_owned() } else { id };
    let mut sources = check.sources.clone();
    if check.outcome == Outcome::NotCovered && !value("excluded_by").is_empty() {
        let card = corpus.find_card("abn-gx-gy");
        sources.extend(card.map(|card| card.source()));
    }
    Some(ruling(verdict, label, say, sources))
}

/// A document names the service, and no list of it settles the diagnosis.
fn of_documents(inquiry: &Inquiry, check: &Check) -> Option<Ruling> {
    let Question::Coverage { code, diagnosis, .. } = &check.question else { return None };
    let value = |name: &str| check.figures.values.get(name).map_or("", String::as_str);
    let id = value("document").to_owned();
    let exists = LOCAL.is_match(&inquiry.text) && diagnosis.is_none();
    let (verdict, opening) = match (is_yes_or_no(&inquiry.text), exists) {
        (true, true) => (Some(Verdict::Yes), "Yes. "),
        (true, false) => (Some(Verdict::Depends), "It depends on the document's conditions. "),
        _ => (None, ""),
    };
    let list = if value("list").is_empty() { &id } else { value("list") };
    let said = match (diagnosis, value("listing")) {
        (Some(diagnosis), "supports" | "denies" | "absent") if !value("refused").is_empty() => {
            format!(
                "{diagnosis} was looked up in {list}, yet that document says that {code} is not covered: read the passage cited"
            )
        }
        (Some(diagnosis), "supports") => format!("{diagnosis} is in the list of supporting diagnoses of {list}"),
        (Some(diagnosis), "denies") => {
            format!("{diagnosis} is in the list of {list} that does not support the service")
        }
        (Some(diagnosis), "absent") => format!("{diagnosis} is in no list of {list}"),
        (Some(diagnosis), "unsure") => {
            format!(
                "{diagnosis} is in group {} of {list}; which services that group is for stands in its text",
                value("group")
            )
        }
        (Some(diagnosis), _) => {
            format!("{code} is named by {id}; its list of diagnoses is not held or not for {diagnosis}")
        }
        (None, _) => format!("{code} is named by {id}"),
    };
    let owner = if value("contractor").is_empty() { String::new() } else { format!(", of {}", value("contractor")) };
    let say = format!("{opening}{said} ({}, in force since {}{owner}).", value("title"), value("effective"));
    let mut ruling = ruling(verdict, id.clone(), say, check.sources.clone());
    if value("binds") == "no" {
        ruling.ask =
            Some("In which state was it done? The document binds only its own contractor's claims.".to_owned());
    }
    Some(ruling)
}

/// A national determination by its subject.
fn of_national(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let wanted = subject::words(&inquiry.text, inquiry.stated.state.as_deref());
    let found = subject::national(corpus, &wanted, inquiry.scope.as_of);
    let (told, more) = subject::few(&found);
    let first = told.first()?;
    let names: Vec<String> = told.iter().map(in_force).collect();
    let more = if more > 0 { format!(" {more} more titles hold these words.") } else { String::new() };
    let diagnoses = words::diagnoses(inquiry);
    let (verdict, opening, rest) = match diagnoses.first() {
        Some(diagnosis) => (
            is_yes_or_no(&inquiry.text).then_some(Verdict::Depends),
            "It depends on the determination's conditions. ",
            format!(" This shelf holds no list of diagnoses for it: {diagnosis} is judged by its text."),
        ),
        None => (
            is_yes_or_no(&inquiry.text).then_some(Verdict::Yes),
            "Yes. ",
            " What must be true stands in its text.".to_owned(),
        ),
    };
    let opening = if verdict.is_some() { opening } else { "" };
    let say = format!("{opening}{}.{more}{rest}", names.join("; "));
    let sources = told.iter().flat_map(|row| subject::sources(corpus, row)).collect();
    let mut ruling = ruling(verdict, format!("NCD {}", first.key), say, sources);
    if found.len() > 1 {
        ruling.doubts.push("several national determinations have these words in their titles".to_owned());
    }
    Some(ruling)
}

fn in_force(row: &Line<'_>) -> String {
    let level = indicator::meaning(Table::Ncd, "level", row.get("level"));
    let level = level.map(|level| format!(", {level}")).unwrap_or_default();
    format!("{}, in force since {}{level}", held::name(row), row.get("effective"))
}

/// Local documents by their subject, for the contractor of the state.
fn of_local(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let state = inquiry.stated.state.as_deref()?;
    // Documents that name the service, if only for other days, tell more than titles.
    let named = |code: &&Code| !documents::naming(corpus, code.as_str(), inquiry.scope.as_of).is_empty();
    if words::services(inquiry).iter().any(named) {
        return None;
    }
    let wanted = subject::words(&inquiry.text, Some(state));
    let found = subject::local(corpus, &wanted, inquiry.scope.as_of);
    let region = reach::region(corpus, state);
    if found.is_empty() || region.names.is_empty() {
        return None;
    }
    let (mut here, mut elsewhere): (Vec<&Document<'_>>, Vec<&Document<'_>>) =
        found.iter().partition(|document| region.reach(document) != reach::Reach::Elsewhere);
    here.sort_by_key(|document| (region.reach(document), !document.is_determination(), document.id));
    let names = region.names.join(" and ");
    let (told_here, more) = subject::few(&here);
    let yes_or_no = is_yes_or_no(&inquiry.text);
    let (verdict, say, shown): (_, _, Vec<&Document<'_>>) = if told_here.is_empty() {
        elsewhere.sort_by_key(|document| (!document.is_determination(), document.id));
        let (others, _) = subject::few(&elsewhere);
        let brief = others.iter().map(|document| format!("{} ({})", document.id, reach::owner(document)));
        let say = format!(
            "The contractor of {state} is {names}. None of its documents on this shelf has that subject in its title; others have: {}. Those do not bind in {state}.",
            brief.collect::<Vec<_>>().join(", ")
        );
        (None, say, others.to_vec())
    } else {
        let more = if more > 0 { format!(" {more} more have these words.") } else { String::new() };
        let opening = if yes_or_no { "Yes. " } else { "" };
        let listed: Vec<String> = told_here.iter().map(|document| told(document)).collect();
        let say = format!("{opening}For {state} ({names}): {}.{more}", listed.join("; "));
        (yes_or_no.then_some(Verdict::Yes), say, told_here.to_vec())
    };
    let label = told_here.first().map_or_else(|| "none found".to_owned(), |document| document.id.to_owned());
    let sources = shown.iter().flat_map(|document| super::sources(corpus, document)).collect();
    let mut ruling = ruling(verdict, label, say, sources);
    ruling.doubts.push("the documents were found by the words of their titles".to_owned());
    Some(ruling)
}
