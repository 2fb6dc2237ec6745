//! Is a service covered, for a diagnosis and in a state? National determinations (Pub. 100-03), local determinations
//! and articles of the Medicare Coverage Database (Program Integrity Manual, chapter 13), and what is excluded
//! whatever the diagnosis.
//!
//! A shelf holds some documents and not others: that none names a service proves nothing, and is said so. A listed
//! diagnosis is necessary and not enough: the document's other conditions stand in its text.

use super::Finding;
use crate::corpus::Corpus;
use crate::domain::check::{Check, Figures, LastKnown, Outcome, Program, Question, Scope};
use crate::domain::citation::Source;
use crate::domain::code::Code;
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::Ruling;
use crate::domain::time::AsOf;
use documents::Document;
use exclusion::Excluded;
use lists::{Listed, Listing};
use reach::{Reach, Region};

mod answer;
pub(super) mod asking;
mod documents;
mod exclusion;
#[cfg(test)]
pub(super) mod fixture;
mod held;
mod lists;
mod reach;
pub(super) mod rows;
mod subject;
mod words;

/// Documents that are told of, at most.
const TOLD: usize = 4;

/// Builds the patterns of such questions.
pub(super) fn get_ready(inquiry: &Inquiry) {
    words::questions(inquiry);
}

/// Looks the service up.
pub fn check(corpus: &Corpus, code: &Code, diagnosis: Option<&Code>, state: Option<&str>, scope: Scope) -> Check {
    let question =
        Question::Coverage { code: code.clone(), diagnosis: diagnosis.cloned(), state: state.map(str::to_owned) };
    find(corpus, code, diagnosis, state, scope).into_check(question, scope)
}

/// The checks of this kind that the question calls for.
pub fn asked(_corpus: &Corpus, inquiry: &Inquiry) -> Vec<Question> {
    words::questions(inquiry)
}

/// The answer, where this is what is asked.
pub fn settle(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    answer::settle(corpus, inquiry)
}

fn find(corpus: &Corpus, code: &Code, diagnosis: Option<&Code>, state: Option<&str>, scope: Scope) -> Finding {
    if !code.set().is_procedure() {
        return Finding::new(
            Outcome::NotChecked,
            format!("{code} is no service: coverage documents name procedure codes"),
        );
    }
    if scope.program == Program::Medicaid {
        return Finding::new(
            Outcome::NotChecked,
            "Medicaid coverage is set by each state, and its documents are not held",
        );
    }
    let last = match exclusion::find(corpus, code, scope.as_of) {
        Some(Excluded::Now(finding)) => return *finding,
        Some(Excluded::Before(last)) => Some(last),
        None => None,
    };
    let region = state.map(|state| reach::region(corpus, state));
    let named = documents::naming(corpus, code.as_str(), scope.as_of);
    let in_force: Vec<&Document<'_>> = named.iter().filter(|document| document.in_force).collect();
    let reaches = |document: &Document<'_>| region.as_ref().map_or(Reach::Here, |region| region.reach(document));
    let here: Vec<&Document<'_>> =
        in_force.iter().copied().filter(|document| reaches(document) != Reach::Elsewhere).collect();
    if here.is_empty() {
        return held::none(corpus, code, state, region.as_ref(), &named, last, scope.as_of);
    }
    match diagnosis {
        None => known(corpus, code, &here, scope.as_of),
        Some(diagnosis) if !is_full(corpus, diagnosis, scope.as_of) => {
            let finding = known(corpus, code, &here, scope.as_of);
            let detail = format!("{}. {diagnosis} is a heading: the lists hold full codes", finding.detail);
            Finding { detail, ..finding }
        }
        Some(diagnosis) => listed(corpus, code, diagnosis, &here, region.as_ref(), scope.as_of),
    }
}

/// False for a heading of ICD-10-CM, which no list can hold.
fn is_full(corpus: &Corpus, diagnosis: &Code, as_of: AsOf) -> bool {
    corpus.list_children(diagnosis.as_str(), as_of).is_empty()
}

/// The documents that name the service, where no diagnosis is asked about.
fn known(corpus: &Corpus, code: &Code, documents: &[&Document<'_>], as_of: AsOf) -> Finding {
    let names: Vec<String> = documents.iter().take(TOLD).map(|document| told(document)).collect();
    let more = documents.len().saturating_sub(TOLD);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let detail = format!("{code} is named by {}{more}", names.join("; by "));
    let first = documents[0];
    let sources = documents.iter().take(TOLD).flat_map(|document| sources(corpus, document)).collect();
    Finding::new(Outcome::Known, detail)
        .figures(figures(corpus, first, as_of))
        .release(Some(first.release))
        .sources(sources)
}

/// A document with its version and owner.
fn told(document: &Document<'_>) -> String {
    let owner = reach::owner(document);
    let owner = if owner.is_empty() { String::new() } else { format!(", of {owner}") };
    format!("{} ({}{owner})", document.name(), document.edition())
}

/// The rows that name the service and list the document.
fn sources(corpus: &Corpus, document: &Document<'_>) -> Vec<Source> {
    document.rows.iter().take(1).chain(&document.listed).map(|row| rows::source(corpus, row)).collect()
}

fn figures(corpus: &Corpus, document: &Document<'_>, as_of: AsOf) -> Figures {
    let mut figures = Figures::default();
    let mut put = |name: &str, value: String| {
        if !value.is_empty() {
            figures.values.insert(name.to_owned(), value);
        }
    };
    put("document", document.id.to_owned());
    put("title", document.title.to_owned());
    put("version", document.version.to_owned());
    put("effective", document.begins.to_owned());
    put("ended", document.ends.to_owned());
    put("contractor", reach::owner(document));
    put("national", held::national(corpus, document, as_of).join("; "));
    figures
}

/// What the lists of the documents say of the diagnosis.
fn listed(
    corpus: &Corpus,
    code: &Code,
    diagnosis: &Code,
    documents: &[&Document<'_>],
    region: Option<&Region<'_>>,
    as_of: AsOf,
) -> Finding {
    let all: Vec<(&Document<'_>, Listed<'_>)> = documents
        .iter()
        .take(TOLD)
        .map(|document| (*document, lists::listing(corpus, code, diagnosis, document, as_of)))
        .collect();
    let speaking: Vec<&(&Document<'_>, Listed<'_>)> =
        all.iter().filter(|(_, listed)| listed.listing != Listing::NoLists).collect();
    let Some((document, first)) = speaking.first().copied() else {
        let finding = known(corpus, code, documents, as_of);
        let detail =
            format!("{}. The shelf holds no list of its diagnoses: {diagnosis} was not looked up", finding.detail);
        return Finding { detail, ..finding };
    };
    let agree = speaking.iter().all(|(_, listed)| listed.listing == first.listing) && documents.len() <= TOLD;
    // Whose claims it binds must be settled: by the state, or because the document holds in every state.
    let binds = match region {
        Some(region) => region.reach(document) == Reach::Here,
        None => reach::is_everywhere(corpus, document),
    };
    let ids = [document.id, first.holder.id];
    let refused = lists::refusal(corpus, code, &ids);
    let (outcome, words) = match (first.listing, agree && binds && refused.is_none()) {
        (Listing::Supports, true) => (Outcome::Covered, "is listed as supporting the service"),
        (Listing::Denies, true) => (Outcome::NotCovered, "is listed as not supporting the service"),
        (Listing::Absent, true) => (Outcome::NotListed, "is in no list of diagnoses"),
        (Listing::Supports, false) => (Outcome::Known, "is in its list of supporting diagnoses"),
        (Listing::Denies, false) => (Outcome::Known, "is in its list of diagnoses that do not support it"),
        (Listing::Absent, false) => (Outcome::Known, "is in none of its lists"),
        _ => (Outcome::Known, "is in a list whose group the tables do not tie to this code"),
    };
    let group = if first.group.is_empty() { String::new() } else { format!(", group {}", first.group) };
    let by = if first.holder.id == document.id {
        "which names the code".to_owned()
    } else {
        format!("which goes with {}", document.name())
    };
    let mut detail = format!("{diagnosis} for {code}: it {words} in {}{group}, {by}", told(&first.holder));
    detail.push_str(&rest(first.listing, agree, binds, refused.is_some(), code));
    let mut figures = figures(corpus, document, as_of);
    figures.values.insert("list".to_owned(), first.holder.id.to_owned());
    if !first.group.is_empty() {
        figures.values.insert("group".to_owned(), first.group.to_owned());
    }
    let word = match first.listing {
        Listing::Supports => "supports",
        Listing::Denies => "denies",
        Listing::Absent => "absent",
        Listing::Unsure | Listing::NoLists => "unsure",
    };
    let flags =
        [("listing", Some(word)), ("binds", (!binds).then_some("no")), ("refused", refused.is_some().then_some("yes"))];
    figures.values.extend(flags.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))));
    let mut found: Vec<Source> = first.rows.iter().map(|row| rows::source(corpus, row)).collect();
    found.extend(refused.map(|(passage, words)| rows::passage(corpus, &passage, words)));
    found.extend(sources(corpus, &first.holder));
    found.extend(sources(corpus, document));
    let mut seen = Vec::new();
    found.retain(|source| {
        !seen.contains(&source.fact) && {
            seen.push(source.fact.clone());
            true
        }
    });
    let release = first.rows.first().map_or("", |row| row.get("release"));
    let release = corpus.releases().find(release).unwrap_or(first.holder.release);
    Finding::new(outcome, detail).figures(figures).release(Some(release)).sources(found)
}

/// What must be said beside the list.
fn rest(listing: Listing, agree: bool, binds: bool, refused: bool, code: &Code) -> String {
    let mut said = String::new();
    if listing == Listing::Supports {
        said.push_str(". It is covered only if the document's other conditions are met, which stand in its text");
    }
    if refused {
        said.push_str(&format!(
            ". Yet the document's own text says that {code} is not covered: read the passage cited"
        ));
    }
    if !agree {
        said.push_str(". Other documents that name the code say otherwise");
    }
    if !binds {
        said.push_str(". It binds only the claims of its own contractor: which state is it?");
    }
    said
}

/// What nearest list held, for a code that none in force names.
fn last_of(document: &Document<'_>) -> LastKnown {
    LastKnown {
        outcome: Outcome::Known,
        release: document.release.id.clone(),
        title: document.release.doc(),
        value: format!("named by {}", told(document)),
    }
}

#[cfg(test)]
pub(super) mod tests;
