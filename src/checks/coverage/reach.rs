//! Whose a coverage document is, and in which states it binds: the contractor tables of the Medicare Coverage Database.
//! A local document binds only the claims of its own contractor.

use std::collections::BTreeSet;

use super::documents::{Document, related};
use crate::corpus::{Corpus, Line};
use crate::domain::table::Table;

/// How a document stands to a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Its contractor's tables name the state.
    Here,
    /// It is of a contractor that serves the state; which of that contractor's regions it is for is not known.
    ByName,
    /// The shelf does not say whose it is.
    Unknown,
    /// It is of other contractors.
    Elsewhere,
}

/// Contract numbers of the equipment contractors (DME MACs), which together serve every state by one set of documents.
const EQUIPMENT: [&str; 4] = ["16013", "17013", "18003", "19003"];
/// A contract for the hospitals of chains in all states, which says nothing of who serves a state.
const CHAINS: &str = "05901";
/// The last digits of contracts for home health and hospice.
const HOME_HEALTH: &str = "004";

/// Who serves a state.
pub(super) struct Region<'a> {
    corpus: &'a Corpus,
    states: BTreeSet<&'a str>,
    contractors: BTreeSet<&'a str>,
    numbers: BTreeSet<&'a str>,
    /// The contractors' names, those of equipment and of home health left out.
    pub(super) names: Vec<&'a str>,
}

/// Who serves the state of these two letters.
pub(super) fn region<'a>(corpus: &'a Corpus, state: &str) -> Region<'a> {
    let letters = parts(state);
    let rows = || corpus.all_rows(Table::Contractor);
    let states: BTreeSet<&str> = rows()
        .filter(|row| row.get("kind") == "state" && letters.contains(&row.get("states")))
        .map(|row| row.key)
        .collect();
    let serves = |row: &Line<'_>| {
        row.get("kind") == "jurisdiction" && row.get("to").is_empty() && states.contains(row.get("states"))
    };
    let of_chains = |key: &str| corpus.list_rows(Table::Contractor, key).iter().any(|row| row.get("number") == CHAINS);
    let contractors: BTreeSet<&str> = rows().filter(serves).map(|row| row.key).filter(|key| !of_chains(key)).collect();
    let (mut numbers, mut names) = (BTreeSet::new(), Vec::new());
    for row in rows().filter(|row| row.get("kind") == "contractor" && contractors.contains(row.key)) {
        let (number, name) = (row.get("number"), row.get("name"));
        numbers.insert(number);
        if !EQUIPMENT.contains(&number) && !number.ends_with(HOME_HEALTH) && !names.contains(&name) {
            names.push(name);
        }
    }
    Region { corpus, states, contractors, numbers, names }
}

/// The letters under which the database lists a state and its parts.
fn parts(state: &str) -> Vec<&str> {
    match state {
        "CA" => vec!["CA", "NF", "SF"],
        "NY" => vec!["NY", "DN", "QN", "UN"],
        "MO" => vec!["MO", "EM", "WM"],
        "MP" => vec!["MP", "CNMI"],
        other => vec![other],
    }
}

impl Region<'_> {
    /// How a document stands to the state.
    pub(super) fn reach(&self, document: &Document<'_>) -> Reach {
        if let Some(known) = self.by_tables(document.id, document.version) {
            return known;
        }
        if !document.is_determination() {
            // An article goes with its determination, and often only that one's contractors are held.
            let of = determinations(self.corpus, document.id);
            if let Some(known) = of.into_iter().filter_map(|id| self.by_tables(id, "")).min() {
                return known;
            }
        }
        let named = document.contractor.to_lowercase();
        if named.is_empty() || self.names.is_empty() {
            return Reach::Unknown;
        }
        let of_name = |name: &&str| first_word(name).is_some_and(|word| named.contains(&word));
        if named.contains("dme mac") {
            Reach::Here
        } else if self.names.iter().any(of_name) {
            Reach::ByName
        } else {
            Reach::Elsewhere
        }
    }

    /// By the tables of contractors and states of the document's version; `None` where they do not hold it.
    fn by_tables(&self, id: &str, version: &str) -> Option<Reach> {
        let rows = contractors_of(self.corpus, id, version);
        if rows.is_empty() || self.states.is_empty() {
            return None;
        }
        let here = rows.iter().any(|row| {
            let number = row.get("number");
            self.contractors.contains(number)
                || self.numbers.contains(number)
                || self.states.contains(row.get("states"))
        });
        Some(if here { Reach::Here } else { Reach::Elsewhere })
    }
}

/// The rows that say whose a document is: those of the version, or where none is of it, all.
fn contractors_of<'a>(corpus: &'a Corpus, id: &str, version: &str) -> Vec<Line<'a>> {
    let rows = corpus.list_rows(Table::Contractor, id);
    let name = format!("version {version}");
    let own: Vec<Line<'a>> = rows.iter().filter(|row| row.get("name") == name).copied().collect();
    if own.is_empty() { rows } else { own }
}

/// The determinations that an article goes with.
fn determinations<'a>(corpus: &'a Corpus, article: &str) -> Vec<&'a str> {
    let own = related(corpus, article, 'L');
    if !own.is_empty() {
        return own;
    }
    let all = corpus.all_rows(Table::Lcd).filter(|row| row.get("kind") == "lcd").map(|row| row.key);
    let mut found: Vec<&str> = all.filter(|id| related(corpus, id, 'A').contains(&article)).collect();
    found.dedup();
    found
}

/// True for a document of the equipment contractors, which is the same in every state.
pub(super) fn is_everywhere(corpus: &Corpus, document: &Document<'_>) -> bool {
    document.contractor.to_lowercase().contains("dme mac")
        || contractors_of(corpus, document.id, document.version)
            .iter()
            .any(|row| EQUIPMENT.contains(&row.get("number")))
}

/// The word by which a contractor is known in every writing of its name.
fn first_word(name: &str) -> Option<String> {
    let word = name.split_whitespace().next()?.to_lowercase();
    Some(if word == "wisconsin" { "wps".to_owned() } else { word })
}

/// The names of a document's contractors without their kind: `CGS Administrators, LLC`.
pub(super) fn owner(document: &Document<'_>) -> String {
    // The list joins several contractors by nothing but their kinds.
    let mut owner = document.contractor.replace(" (DME MAC) ", " and ");
    for kind in [" (MAC - Part A, MAC - Part B)", " (DME MAC)", " (MAC - Part A)", " (MAC - Part B)"] {
        owner = owner.replace(kind, "");
    }
    owner.trim().to_owned()
}
