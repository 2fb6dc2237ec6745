//! What a code was, is, and is called in the other set: general equivalence mappings (CMS, last edition FY2018),
//! ICD-10-CM conversion table (CDC/NCHS), cross-references of HCPCS Level II, and our list of usual successors.

mod history;
mod old;
mod rows;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use super::{Finding, status, until};
use crate::corpus::{Corpus, Line, Release};
use crate::domain::check::{Check, Figures, LastKnown, Outcome, Question, Scope};
use crate::domain::citation::Source;
use crate::domain::code::{Code, CodeSet};
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::Ruling;
use crate::domain::table::Table;
use crate::domain::time::AsOf;

use old::list;
pub use rows::{source, title};
use words::History;

/// Codes of one mail that are checked.
const MOST: usize = 4;

/// Looks it up.
pub fn check(corpus: &Corpus, code: &Code, scope: Scope) -> Check {
    let found = match code.set() {
        CodeSet::Icd10cm => diagnosis(corpus, code, scope),
        CodeSet::Hcpcs | CodeSet::Cpt => procedure(corpus, code, scope),
        CodeSet::Icd10pcs => Finding::new(Outcome::NotChecked, "no crosswalk of inpatient procedures is on this shelf"),
    };
    found.into_check(Question::Crosswalk { code: code.clone() }, scope)
}

/// The checks of this kind that the question calls for: of diagnoses whose ICD-9-CM code is asked for, or that replaced
/// or were replaced where that is asked.
pub fn asked(corpus: &Corpus, inquiry: &Inquiry) -> Vec<Question> {
    let Some(wanted) = words::history(&inquiry.text) else { return Vec::new() };
    let bears = |code: &&Code| match code.set() {
        CodeSet::Icd10cm if wanted == History::Back => true,
        CodeSet::Icd10cm => {
            let newest = corpus.releases().nearest("conversion", inquiry.scope.as_of);
            newest.is_some_and(|release| {
                !rows::steps_from(corpus, code, release).is_empty() || !rows::steps_to(corpus, code, release).is_empty()
            })
        }
        CodeSet::Hcpcs => {
            corpus.list_rows(Table::Hcpcs, code.as_str()).iter().any(|row| !row.get("crossref").is_empty())
        }
        _ => false,
    };
    let codes = inquiry.codes().into_iter().filter(bears).take(MOST);
    codes.map(|code| Question::Crosswalk { code: code.clone() }).collect()
}

/// The answer, where this is what is asked.
pub fn settle(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let olds = old::named(corpus, &inquiry.text);
    if !olds.is_empty() && inquiry.codes().iter().all(|code| code.set() == CodeSet::Icd10cm) {
        return old::settle(corpus, inquiry, &olds);
    }
    history::settle(corpus, inquiry)
}

/// The conversion table and the mapping back, for a diagnosis.
fn diagnosis(corpus: &Corpus, code: &Code, scope: Scope) -> Finding {
    if !status::on_shelf(corpus, code) {
        return Finding::new(Outcome::NotChecked, format!("{code} is on no list of this shelf"));
    }
    let table = corpus.releases().in_force("conversion", scope.as_of);
    let gem = corpus.releases().in_force("gem+icd10", scope.as_of);
    let (told, values, sources, last) = facts(corpus, code, table, gem);
    let in_force = last.or(table).or(gem);
    let figures = Figures { values, ..Figures::default() };
    match (in_force, told.is_empty()) {
        (Some(release), false) => {
            Finding::new(Outcome::Known, told.join("; ")).figures(figures).release(Some(release)).sources(sources)
        }
        (Some(release), true) => {
            let docs: Vec<String> = [table, gem].into_iter().flatten().map(Release::doc).collect();
            Finding::new(Outcome::NotListed, format!("{code} stands in none of these: {}", docs.join("; ")))
                .release(Some(release))
                .sources([table, gem].into_iter().flatten().map(Release::as_source).collect())
        }
        (None, _) => outside(corpus, code, scope),
    }
}

type Facts<'a> = (Vec<String>, BTreeMap<String, String>, Vec<Source>, Option<&'a Release>);

/// What the two tables say of a diagnosis, and the first of them that says something.
fn facts<'a>(corpus: &Corpus, code: &Code, table: Option<&'a Release>, gem: Option<&'a Release>) -> Facts<'a> {
    let (mut told, mut values, mut sources, mut first) = (Vec::new(), BTreeMap::new(), Vec::new(), None);
    if let Some(release) = table {
        if let Some(step) = rows::steps_to(corpus, code, release).into_iter().next() {
            let before = step.previous.join(" ");
            told.push(format!("{code} is new since {} (before: {})", step.from, words_or(&before, "no code named")));
            values.insert("new since".to_owned(), step.from);
            values.insert("previous".to_owned(), before);
            sources.push(step.source);
            first = first.or(Some(release));
        }
        let steps = rows::steps_from(corpus, code, release);
        if let Some(step) = steps.first() {
            let codes: Vec<&str> = steps.iter().map(|step| step.code.as_str()).collect();
            told.push(format!("what was {code} is {} since {}", list(&codes), step.from));
            values.insert("became".to_owned(), codes.join(" "));
            values.insert("became on".to_owned(), step.from.clone());
            sources.push(step.source.clone());
            first = first.or(Some(release));
        }
    }
    if let Some(release) = gem {
        let maps = rows::mappings(corpus, code.as_str(), release);
        let targets: Vec<&str> = maps.iter().map(|(map, _)| map.target.as_str()).filter(|t| !t.is_empty()).collect();
        if let Some((map, source)) = maps.first() {
            let kind = if map.approximate { "approximate" } else { "no difference marked" };
            told.push(format!(
                "ICD-9-CM by the {} GEM: {} ({kind})",
                release.edition,
                words_or(&list(&targets), "none")
            ));
            values.insert("icd9".to_owned(), targets.join(" "));
            values.insert("icd9 match".to_owned(), kind.to_owned());
            sources.push(source.clone());
            first = first.or(Some(release));
        }
    }
    (told, values, sources, first)
}

fn words_or(text: &str, other: &str) -> String {
    if text.is_empty() { other.to_owned() } else { text.to_owned() }
}

/// Neither table speaks for the date: what the nearest said.
fn outside(corpus: &Corpus, code: &Code, scope: Scope) -> Finding {
    let table = corpus.releases().nearest("conversion", scope.as_of);
    let gem = corpus.releases().nearest("gem+icd10", scope.as_of);
    let (told, _, sources, last) = facts(corpus, code, table, gem);
    let Some(nearest) = last.or(table).or(gem) else {
        return Finding::new(Outcome::NotChecked, "no crosswalk of diagnoses is on this shelf");
    };
    let value = words_or(&told.join("; "), "not listed");
    let outcome = if told.is_empty() { Outcome::NotListed } else { Outcome::Known };
    let detail = format!(
        "no crosswalk in force on {} is on this shelf ({} speaks {}). Last known for {code}: {value}",
        scope.as_of,
        nearest.doc(),
        until(nearest)
    );
    let last = LastKnown { outcome, release: nearest.id.clone(), title: nearest.doc(), value };
    let sources = if sources.is_empty() { vec![nearest.as_source()] } else { sources };
    Finding::new(Outcome::NotChecked, detail).last_known(Some(last)).sources(sources)
}

/// The cross-reference of HCPCS Level II; for CPT only our own list, which no official file confirms.
fn procedure(corpus: &Corpus, code: &Code, scope: Scope) -> Finding {
    let rows = corpus.list_rows(Table::Hcpcs, code.as_str());
    let named = rows.into_iter().filter(|row| row.get("kind") == "code" && !row.get("crossref").is_empty());
    let dated = named.filter_map(|row| Some((corpus.releases().find(row.get("release"))?, row)));
    if let Some((release, row)) = dated.max_by_key(|(release, _)| release.period.from) {
        return referred(corpus, code, scope, release, &row);
    }
    let successors = corpus.list_successors(code);
    if let Some(first) = successors.first() {
        let codes: Vec<&str> = successors.iter().map(|row| row.successor.as_str()).collect();
        let detail = format!("no official crosswalk names a successor of {code}; our list has {}", list(&codes));
        return Finding::new(Outcome::NotChecked, detail).sources(vec![first.source.clone()]);
    }
    Finding::new(Outcome::NotChecked, format!("no crosswalk on this shelf speaks of {code} on {}", scope.as_of))
}

/// What the HCPCS file refers to; only what was last known where it does not speak for the date.
fn referred(corpus: &Corpus, code: &Code, scope: Scope, release: &Release, row: &Line<'_>) -> Finding {
    let to = row.get("terminated");
    let ended = if to.is_empty() { String::new() } else { format!(", ended {to}") };
    let value = format!("{code}{ended}: cross-reference {}", row.get("crossref"));
    let speaks = match scope.as_of {
        AsOf::Shelf => true,
        AsOf::Date(day) => release.period.contains(day),
    };
    if speaks {
        let values = BTreeMap::from([("crossref".to_owned(), row.get("crossref").to_owned())]);
        return Finding::new(Outcome::Known, format!("{value} ({})", release.doc()))
            .figures(Figures { values, ..Figures::default() })
            .release(Some(release))
            .sources(vec![source(corpus, row)]);
    }
    let detail = format!(
        "the HCPCS file in force on {} is not on this shelf ({} speaks {}). Last known: {value}",
        scope.as_of,
        release.doc(),
        until(release)
    );
    let last = LastKnown { outcome: Outcome::Known, release: release.id.clone(), title: release.doc(), value };
    Finding::new(Outcome::NotChecked, detail).last_known(Some(last)).sources(vec![source(corpus, row)])
}
