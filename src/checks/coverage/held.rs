//! What to say where no document on the shelf names the service for the state and date: who serves the state, whose
//! documents there are, and that their absence proves nothing.

use std::collections::BTreeSet;

use super::documents::Document;
use super::reach::Region;
use super::{last_of, rows, told};
use crate::checks::Finding;
use crate::corpus::{Corpus, Line};
use crate::domain::check::{Figures, LastKnown, Outcome};
use crate::domain::citation::Source;
use crate::domain::code::Code;
use crate::domain::table::Table;
use crate::domain::time::AsOf;

/// No document speaks: `named` are those that name the code for other states or dates.
pub(super) fn none(
    corpus: &Corpus,
    code: &Code,
    state: Option<&str>,
    region: Option<&Region<'_>>,
    named: &[Document<'_>],
    last: Option<LastKnown>,
    as_of: AsOf,
) -> Finding {
    let place = match (state, region.map(|region| region.names.as_slice())) {
        (Some(state), Some(names)) if !names.is_empty() => format!(" in {state} (contractor: {})", and(names)),
        (Some(state), _) => format!(" in {state}"),
        (None, _) => String::new(),
    };
    let day = match as_of {
        AsOf::Date(day) => format!(" for {day}"),
        AsOf::Shelf => String::new(),
    };
    let mut end =
        " The shelf holds only some documents, so this proves nothing: look it up in the Medicare Coverage Database"
            .to_owned();
    let elsewhere: Vec<&Document<'_>> = named.iter().filter(|document| document.in_force).collect();
    if let Some(document) = elsewhere.first() {
        end = format!(" {} names it and binds other states only.{end}", told(document));
    }
    let detail = format!("no coverage document on this shelf names {code}{day}{place}.{end}");
    let mut figures = Figures::default();
    if let Some(region) = region.filter(|region| !region.names.is_empty()) {
        figures.values.insert("contractor".to_owned(), region.names.join("; "));
    }
    let stale = named.iter().filter(|document| !document.in_force).max_by_key(|document| document.begins);
    let last = last.or_else(|| elsewhere.is_empty().then(|| stale.map(last_of)).flatten());
    let mut sources: Vec<Source> = named.iter().take(1).flat_map(|document| super::sources(corpus, document)).collect();
    if last.as_ref().is_some_and(|last| last.outcome == Outcome::NotCovered) {
        let letters = corpus.list_rows(Table::Hcpcs, code.as_str());
        let row = letters.iter().find(|row| last.as_ref().is_some_and(|last| row.get("release") == last.release));
        sources.extend(row.map(|row| rows::source(corpus, row)));
    }
    if sources.is_empty() {
        let lists = ["coverage+article-hcpcs", "coverage+lcd-hcpcs"];
        let list = lists.iter().find_map(|family| corpus.releases().nearest(family, as_of));
        sources.extend(list.map(|release| release.as_source()));
    }
    Finding::new(Outcome::NotChecked, detail).figures(figures).last_known(last).sources(sources)
}

/// `a, b and c`.
fn and(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// The national determinations on which a document rests, with what they say: `280.1 Durable …: covered …`.
pub(super) fn national(corpus: &Corpus, document: &Document<'_>, as_of: AsOf) -> Vec<String> {
    let rows = corpus.list_rows(Table::Coverage, document.id).into_iter().filter(|row| row.get("role") == "ncd");
    let ids: BTreeSet<&str> = rows.map(|row| row.get("document")).collect();
    let mut names: Vec<String> = ids.into_iter().filter_map(|id| by_id(corpus, id, as_of)).collect();
    names.sort();
    names.dedup();
    names
}

/// A national determination by its section (`280.1`) or its id (`ncd/155`).
fn by_id(corpus: &Corpus, id: &str, as_of: AsOf) -> Option<String> {
    let row = match id.strip_prefix("ncd/") {
        Some(id) => corpus.all_rows(Table::Ncd).find(|row| row.get("id") == id),
        None => corpus.find_row(Table::Ncd, id),
    }?;
    let begun = match as_of {
        AsOf::Shelf => true,
        AsOf::Date(day) => row.get("effective") <= day.to_string().as_str(),
    };
    (begun && row.get("retired").is_empty()).then(|| name(&row))
}

/// Its section and title.
pub(super) fn name(row: &Line<'_>) -> String {
    format!("NCD {}, {}", row.key, row.get("title"))
}
