//! Coverage documents by their subject: the words of a question against the titles and keywords of national
//! determinations, and against the titles of local ones.

use std::sync::LazyLock;

use regex::Regex;

use super::documents::{Document, by_id};
use super::rows;
use crate::corpus::{Corpus, Line};
use crate::domain::citation::Source;
use crate::domain::table::Table;
use crate::domain::time::AsOf;

/// Documents that are told, at most.
const TOLD: usize = 3;
/// Words of a subject that are looked at.
const WORDS: usize = 6;

static CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:[a-z]\d[0-9a-z](?:\.[0-9a-z]{1,4}|[0-9a-z]{0,4})|\d{4}[0-9a-z]|\d+(?:\.\d+)*)\b")
        .expect("the pattern is a constant")
});

/// Words that name no subject.
const EMPTY: &str = "a about all an and any anything are article as at be bill by can code codes contractor cover coverage \
    covered covering covers cpt current decision determination diagnosis do does dx exist exists find for \
    from give govern governs has have hcpcs hello hi how icd in is it lcd lcds local mac me medicare my \
    national ncd ncds need number of on or our patient please policies policy procedure say says service \
    services so state still tell thank thanks that the there this to under us use we what which with date dates dos day today year month effective seen performed office clinic \
    patients claim claims january february march april june july august september october november december";

/// What coders say and what titles say for it, each as the beginning of a word.
const ALIKE: [(&str, &[&str]); 15] = [
    ("viscos", &["hyalur"]),
    ("hyalur", &["viscos"]),
    ("stud", &["testin", "test", "polyso", "study"]),
    ("study", &["testin", "test", "polyso", "stud"]),
    ("test", &["testin", "stud", "study"]),
    ("testin", &["test", "stud", "study"]),
    ("dexa", &["bone"]),
    ("densit", &["mass", "mineral"]),
    ("cpap", &["positi", "pap"]),
    ("echo", &["echoca"]),
    ("cgm", &["glucos"]),
    ("apnea", &["osa"]),
    ("acupun", &["acupun"]),
    ("nail", &["nails", "foot"]),
    ("botox", &["botuli"]),
];

/// The words of a question that name its subject, as beginnings of words; a state's name is none.
pub(super) fn words(text: &str, state: Option<&str>) -> Vec<String> {
    let lower = CODE.replace_all(text, " ").to_lowercase();
    let mut found: Vec<String> = Vec::new();
    for word in lower.split(|c: char| !c.is_alphanumeric() && c != '-') {
        let plain = word.trim_matches('-');
        let is_state = state.is_some() && is_one_of(STATES, plain);
        if plain.len() < 3 || is_one_of(EMPTY, plain) || is_state {
            continue;
        }
        let stem = stem(plain);
        if !found.contains(&stem) {
            found.push(stem);
        }
    }
    found.truncate(WORDS);
    found
}

/// Words of states' names.
const STATES: &str = "alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho \
    illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota \
    mississippi missouri montana nebraska nevada new hampshire jersey mexico york north south carolina \
    dakota ohio oklahoma oregon pennsylvania rhode island tennessee texas utah vermont virginia washington \
    west wisconsin wyoming puerto rico guam columbia district";

fn is_one_of(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|one| one == word)
}

/// The beginning of a word, by which its forms are one.
fn stem(word: &str) -> String {
    let word =
        word.strip_suffix("ies").or_else(|| word.strip_suffix('s').filter(|rest| rest.len() > 3)).unwrap_or(word);
    word.chars().take(6).collect()
}

/// True where a title holds every word of the subject, or one that stands for it.
fn holds(title: &str, wanted: &[String]) -> bool {
    let title = title.to_lowercase();
    let held: Vec<String> =
        title.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2).map(stem).collect();
    let has = |start: &str| held.iter().any(|word| word == start || (start.len() > 3 && word.starts_with(start)));
    wanted.iter().all(|word| {
        let others = ALIKE.iter().filter(|(said, _)| said == word).flat_map(|(_, others)| others.iter());
        has(word) || others.into_iter().any(|other| has(other))
    })
}

/// National determinations in force on the date whose title or keywords hold the subject.
pub(super) fn national<'a>(corpus: &'a Corpus, wanted: &[String], as_of: AsOf) -> Vec<Line<'a>> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let rows = corpus.all_rows(Table::Ncd).filter(|row| is_in_force(row, as_of));
    let mut found: Vec<Line<'_>> = rows
        .filter(|row| holds(row.get("title"), wanted) || row.get("keywords").split(',').any(|word| holds(word, wanted)))
        .collect();
    found.sort_by_key(|row| (!holds(row.get("title"), wanted), row.get("title").len()));
    found
}

fn is_in_force(row: &Line<'_>, as_of: AsOf) -> bool {
    if !row.get("retired").is_empty() {
        return false;
    }
    let (from, to) = (row.get("effective"), row.get("terminated"));
    match as_of {
        AsOf::Shelf => to.is_empty(),
        AsOf::Date(day) => {
            let day = day.to_string();
            !from.is_empty() && from <= day.as_str() && (to.is_empty() || day.as_str() <= to)
        }
    }
}

/// Local documents in force on the date whose title holds the subject; responses to comments are none.
pub(super) fn local<'a>(corpus: &'a Corpus, wanted: &[String], as_of: AsOf) -> Vec<Document<'a>> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let rows = corpus.all_rows(Table::Lcd);
    let mut ids: Vec<&str> = rows
        .filter(|row| holds(row.get("title"), wanted) && !row.get("title").starts_with("Response to Comments"))
        .map(|row| row.key)
        .collect();
    ids.dedup();
    let documents = ids.into_iter().filter_map(|id| by_id(corpus, id, as_of));
    documents.filter(|document| document.in_force).collect()
}

/// A national determination's row, and the beginning of its text on indications, as sources.
pub(super) fn sources(corpus: &Corpus, row: &Line<'_>) -> Vec<Source> {
    let passages = rows::passages(corpus, &format!("ncd-{}", row.key));
    let indications =
        passages.iter().find(|line| line.get("path").ends_with("Indications and Limitations of Coverage"));
    let text = indications.or(passages.first()).map(|line| rows::passage(corpus, line, rows::opening(line)));
    std::iter::once(rows::source(corpus, row)).chain(text.filter(|source| !source.quote.is_empty())).collect()
}

/// The first few, and how many more there are.
pub(super) fn few<T>(found: &[T]) -> (&[T], usize) {
    let told = found.len().min(TOLD);
    (&found[..told], found.len() - told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_found_in_a_title() {
        let wanted = |text: &str| words(text, None);
        assert_eq!(wanted("Is there an NCD for sleep studies?"), ["sleep", "stud"]);
        assert_eq!(wanted("which LCD covers 20610 viscosupplementation"), ["viscos"]);
        assert!(holds("Hyaluronic Acid Injections for Knee Osteoarthritis", &wanted("viscosupplementation LCD")));
        assert!(holds("Bone (Mineral) Density Studies", &wanted("the NCD for bone density")));
        assert!(!holds("Bone (Mineral) Density Studies", &wanted("is there an NCD for bone growth stimulators")));
        assert!(!holds("Sleep Testing", &wanted("NCD for acupuncture")));
        assert!(wanted("Is there an NCD?").is_empty());
    }
}
