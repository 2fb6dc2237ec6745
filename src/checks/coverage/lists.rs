//! Is a diagnosis in a list of a coverage document, and in the group that goes with the service? Lists stand in the
//! document itself, or in the articles that go with a determination.

use super::documents::{Document, by_id, related};
use super::rows;
use crate::corpus::{Corpus, Line, ReleaseScope};
use crate::domain::code::Code;
use crate::domain::pattern::pattern;
use crate::domain::table::Table;
use crate::domain::time::AsOf;

pattern!(SERVICE, r"\b([A-V]\d{4}|\d{4}[0-9A-Z])(?:\s?(?:-|–|to|through)\s?([A-V]\d{4}|\d{4}[0-9A-Z]))?\b");
pattern!(REFUSED, r"(?i)\b(?:is|are)\s+(?:always\s+)?(?:non-?covered|not covered)\b");
pattern!(CONDITION, r"(?i)\b(?:if|when|unless|where|used with|until|without|more than|never)\b");

/// What the lists say of a diagnosis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listing {
    /// It is listed as supporting the service.
    Supports,
    /// It is listed as not supporting the service.
    Denies,
    /// It is listed, and whether for this service the tables do not say.
    Unsure,
    /// There are lists, and it is in none.
    Absent,
    /// The shelf holds no list of diagnoses of the document.
    NoLists,
}

/// What the lists of a document and of its articles say.
pub(super) struct Listed<'a> {
    /// What they say.
    pub(super) listing: Listing,
    /// The document whose list it is.
    pub(super) holder: Document<'a>,
    /// The group of the list; empty where it has none.
    pub(super) group: &'a str,
    /// The rows and texts that say so.
    pub(super) rows: Vec<Line<'a>>,
}

/// Looks a diagnosis up in the lists that go with a document which names the service.
pub(super) fn listing<'a>(
    corpus: &'a Corpus,
    code: &Code,
    diagnosis: &Code,
    document: &Document<'a>,
    as_of: AsOf,
) -> Listed<'a> {
    let mut holders = vec![document.clone()];
    if document.is_determination() {
        let articles = related(corpus, document.id, 'A').into_iter().filter_map(|id| by_id(corpus, id, as_of));
        holders.extend(articles.filter(|article| article.in_force));
    }
    let mut found: Vec<Listed<'a>> =
        holders.into_iter().map(|holder| in_one(corpus, code, diagnosis, holder)).collect();
    let has = |found: &[Listed<'_>], listing: Listing| found.iter().position(|one| one.listing == listing);
    let contradicts = has(&found, Listing::Supports).is_some() && has(&found, Listing::Denies).is_some();
    let order = [Listing::Unsure, Listing::Denies, Listing::Supports, Listing::Absent, Listing::NoLists];
    let first = order.into_iter().find_map(|listing| has(&found, listing)).unwrap_or(0);
    let mut best = found.swap_remove(first);
    if contradicts {
        best.listing = Listing::Unsure;
    }
    best
}

fn in_one<'a>(corpus: &'a Corpus, code: &Code, diagnosis: &Code, holder: Document<'a>) -> Listed<'a> {
    let of_holder =
        |row: &Line<'_>| row.get("document") == holder.id && matches!(row.get("role"), "covered" | "noncovered");
    let all: Vec<Line<'a>> =
        corpus.list_rows(Table::Coverage, diagnosis.as_str()).into_iter().filter(of_holder).collect();
    let own: Vec<Line<'a>> = all.iter().filter(|row| row.get("version") == holder.version).copied().collect();
    let rows = if own.is_empty() { newest(corpus, all) } else { own };
    let texts = corpus
        .list_rows(Table::Coverage, holder.id)
        .into_iter()
        .filter(|row| row.get("role") == "group")
        .collect::<Vec<_>>();
    if rows.is_empty() {
        let listing = if has_whole_lists(corpus, &holder) { Listing::Absent } else { Listing::NoLists };
        let rows = texts.into_iter().filter(|row| is_of_diagnoses(row)).take(1).collect();
        return Listed { listing, holder, group: "", rows };
    }
    let names_service = !holder.rows.is_empty() || mentions(corpus, code, &holder);
    let fits: Vec<(Line<'a>, Fit)> = rows.iter().map(|row| (*row, fit(row, &texts, code, names_service))).collect();
    let roles = |role: &str, wanted: Fit| fits.iter().find(|(row, fit)| row.get("role") == role && *fit == wanted);
    let (supports, denies) = (roles("covered", Fit::Yes), roles("noncovered", Fit::Yes));
    let unsure = fits.iter().find(|(_, fit)| *fit == Fit::Unknown);
    let (listing, row) = match (supports, denies, unsure) {
        (Some((row, _)), None, None) => (Listing::Supports, *row),
        (None, Some((row, _)), None) => (Listing::Denies, *row),
        (Some((row, _)), _, _) | (_, Some((row, _)), _) | (_, _, Some((row, _))) => (Listing::Unsure, *row),
        (None, None, None) => (Listing::Absent, rows[0]),
    };
    let group = row.get("group");
    let text = text_of(&texts, row.get("role"), group);
    Listed { listing, holder, group, rows: std::iter::once(row).chain(text).collect() }
}

/// The rows of the newest release among them.
fn newest<'a>(corpus: &Corpus, rows: Vec<Line<'a>>) -> Vec<Line<'a>> {
    let from = |row: &Line<'_>| corpus.releases().find(row.get("release")).and_then(|release| release.period.from);
    let newest = rows.iter().map(from).max().flatten();
    rows.into_iter().filter(|row| from(row) == newest).collect()
}

/// Whether a group of diagnoses goes with the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    No,
    Unknown,
}

/// The group's own text names the services it is for, or it is the only group of the document. Numbers of groups do
/// not pair: group 2 of diagnoses need not be for group 2 of services.
fn fit(row: &Line<'_>, texts: &[Line<'_>], code: &Code, names_service: bool) -> Fit {
    let (role, group) = (row.get("role"), row.get("group"));
    let text = text_of(texts, role, group).map(|row| row.get("text"));
    match text.map(|text| services(text, code)) {
        Some(Some(true)) => Fit::Yes,
        Some(Some(false)) => Fit::No,
        Some(None) if names_service && texts.iter().filter(|row| of_role(row, role)).count() == 1 => Fit::Yes,
        _ => Fit::Unknown,
    }
}

fn text_of<'a>(texts: &[Line<'a>], role: &str, group: &str) -> Option<Line<'a>> {
    texts.iter().find(|row| row.get("group") == format!("{role} {group}")).copied()
}

fn of_role(row: &Line<'_>, role: &str) -> bool {
    row.get("group").split(' ').next() == Some(role)
}

fn is_of_diagnoses(row: &Line<'_>) -> bool {
    of_role(row, "covered") || of_role(row, "noncovered")
}

/// Whether a text that names services names this one; `None` where it names none.
fn services(text: &str, code: &Code) -> Option<bool> {
    let mut any = false;
    for found in SERVICE.captures_iter(text) {
        any = true;
        let first = &found[1];
        let last = found.get(2).map_or(first, |last| last.as_str());
        if (first..=last).contains(&code.as_str()) {
            return Some(true);
        }
    }
    any.then_some(false)
}

/// True where a passage of the document mentions the service.
fn mentions(corpus: &Corpus, code: &Code, document: &Document<'_>) -> bool {
    let start = format!("{}#", document.id);
    corpus.list_rows(Table::Mention, code.as_str()).iter().any(|row| row.get("passage").starts_with(&start))
}

/// True where the shelf holds whole lists of diagnoses for the document: what is not in them is not listed.
fn has_whole_lists(corpus: &Corpus, document: &Document<'_>) -> bool {
    let is_list = |row: &Line<'_>| {
        row.rest.split('\t').next() == Some(document.id) && matches!(row.get("role"), "covered" | "noncovered")
    };
    corpus.all_rows(Table::Coverage).find(is_list).is_some_and(|row| {
        let release = corpus.releases().find(row.get("release"));
        release.is_some_and(|release| release.scope == ReleaseScope::Complete || release.table == Table::Lcd.key())
    })
}

/// The passage in which a document or one of its articles says that it does not cover the service, where one does.
pub(super) fn refusal<'a>(corpus: &'a Corpus, code: &Code, documents: &[&str]) -> Option<(Line<'a>, &'a str)> {
    documents.iter().flat_map(|id| rows::passages(corpus, id)).find_map(|passage| {
        let sentences = passage.get("text").split("\\n").flat_map(|line| line.split_inclusive(". "));
        let mut said = sentences.filter(|sentence| is_refused(sentence, code));
        said.next().map(|sentence| (passage, sentence.trim()))
    })
}

/// True where a sentence names the code and then says, under no condition, that it is not covered.
fn is_refused(sentence: &str, code: &Code) -> bool {
    let Some(said) = REFUSED.find(sentence) else { return false };
    let before = &sentence[..said.start()];
    before.contains(code.as_str()) && !CONDITION.is_match(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_one_without_a_condition() {
        let code = Code::parse("A4244").unwrap();
        assert!(is_refused("Spirit (codes A4244, A4245) is non-covered since it is not needed.", &code));
        for text in [
            "Supplies used with a non-covered device are not covered and not billed as A4244.",
            "If A4244 is sold alone, it is not covered.",
            "A4245 is not covered.",
        ] {
            assert!(!is_refused(text, &code), "{text}");
        }
    }

    #[test]
    fn a_group_says_for_which_services_it_is() {
        let code = |text: &str| Code::parse(text).unwrap();
        assert_eq!(services("for CPT codes 77080, 77081 and 77085", &code("77081")), Some(true));
        assert_eq!(services("for CPT codes 77080-77086", &code("77085")), Some(true));
        assert_eq!(services("for 77080", &code("93306")), Some(false));
        assert_eq!(services("The codes below support necessity.", &code("93306")), None);
        assert_eq!(services("HCPCS J7320 through J7329", &code("J7325")), Some(true));
    }
}
