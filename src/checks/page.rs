//! The page of a code: everything the shelf says of it on a date, as one value.
//!
//! It is put together from a bounded number of lookups, so that it takes well under a millisecond on a whole shelf:
//! long lists are counted by the length of their lines, and named only as far as a reader looks.

use serde::Serialize;

use crate::checks;
use crate::corpus::{ConflictRow, Corpus};
use crate::domain::check::{Check, Program, Question, Scope, Setting};
use crate::domain::citation::Source;
use crate::domain::code::{Code, CodeSet};
use crate::domain::table::Table;
use crate::domain::time::AsOf;

mod changes;
mod documents;
pub mod edits;
mod fees;
mod names;
mod notes;
mod place;
mod schedules;
mod section;
mod spoken;
#[cfg(test)]
mod tests;
mod values;

pub use changes::Change;
pub use documents::{Coverage, Document, Mentions, Section};
pub use edits::{Counts, Edits, Near, Units};
pub use fees::{Fee, Fees};
pub use names::{Named, Title};
pub use notes::{Note, Notes, Relation};
pub use place::Place;
pub use schedules::Schedule;
pub use values::Value;

/// Everything the shelf says of a code on a date.
#[derive(Debug, Clone)]
pub struct Page {
    /// The code.
    pub code: Code,
    /// The date.
    pub as_of: AsOf,
    /// The edition.
    pub edition: String,
    /// True when some list of the shelf names the code.
    pub known: bool,
    /// What it is, in our words; the official title of a public set where we have none.
    pub description: Option<String>,
    /// Its official title. Titles of the AMA and the ADA are on a shelf only under the operator's licence.
    pub title: Option<Title>,
    /// Whether it is valid on the date.
    pub status: Check,
    /// Codes that follow a deleted one.
    pub successors: Vec<Successor>,
    /// What it was before: codes, and the day of the change.
    pub previous: Vec<Previous>,
    /// Where sources disagree about it.
    pub conflicts: Vec<ConflictRow>,
    /// Where it stands.
    pub place: Place,
    /// Notes of the tabular list.
    pub notes: Notes,
    /// The physician fee schedule.
    pub fees: Option<Fees>,
    /// Its global period on the date.
    pub global: Check,
    /// Unit limits by setting.
    pub units: Vec<Units>,
    /// The unit limits as checks, for practitioners and hospitals.
    pub limits: Vec<(Setting, Check)>,
    /// Whether it is an add-on code, and to what.
    pub add_on: Check,
    /// Add-on codes to it.
    pub add_ons: Vec<AddOn>,
    /// NCCI pairs.
    pub edits: Vec<Edits>,
    /// Other official tables.
    pub schedules: Vec<Schedule>,
    /// Coverage documents that name it.
    pub coverage: Coverage,
    /// Mappings to ICD-9-CM.
    pub crosswalks: Vec<Crosswalk>,
    /// Sections of policy that mention it.
    pub mentions: Mentions,
    /// What changed, the newest first.
    pub changes: Vec<Change>,
}

/// A code that follows a deleted one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Successor {
    /// The code and its name.
    #[serde(flatten)]
    pub named: Named,
    /// True when a document on the shelf names the link.
    pub confirmed: bool,
    /// The document.
    pub source: String,
}

/// What a diagnosis was coded as before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Previous {
    /// The codes, with blanks between.
    pub codes: String,
    /// The first day of the new code.
    pub from: String,
    /// The release.
    pub release: String,
}

/// An add-on code to the page's code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AddOn {
    /// The add-on code and its name.
    #[serde(flatten)]
    pub named: Named,
    /// Type 1, 2 or 3.
    pub kind: String,
    /// Last day of the relation, where it has ended.
    pub to: String,
    /// The release.
    pub release: String,
}

/// A mapping to ICD-9-CM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Crosswalk {
    /// The code in ICD-9-CM; empty where there is none.
    pub target: String,
    /// True where the two do not mean quite the same.
    pub approximate: bool,
    /// True where several targets together say what the code says.
    pub combination: bool,
    /// Scenario and choice list of a combination.
    pub scenario: String,
    /// The release as a reader would name it.
    pub title: String,
}

/// The page of a code.
pub fn of(corpus: &Corpus, code: &Code, as_of: AsOf) -> Page {
    let scope = |setting| Scope { as_of, setting, program: Program::Medicare };
    let ask = |question: Question| checks::ask(corpus, &question, scope(Setting::Practitioner));
    let limits = [Setting::Practitioner, Setting::Hospital].map(|setting| {
        let question = Question::Units { code: code.clone(), asked: None };
        (setting, checks::ask(corpus, &question, scope(setting)))
    });
    let title = names::title(corpus, code, as_of);
    let ours = corpus.find_row(Table::Code, code.as_str()).map(|row| row.get("description").to_owned());
    let public = title.as_ref().filter(|title| title.is_public()).map(|title| title.text().to_owned());
    Page {
        known: corpus.find_row(Table::Period, code.as_str()).is_some(),
        description: ours.or(public),
        title,
        status: ask(Question::CodeStatus { code: code.clone() }),
        successors: successors(corpus, code, as_of),
        previous: previous(corpus, code),
        conflicts: corpus.list_conflicts(code.as_str()),
        place: place::of(corpus, code, as_of),
        notes: if code.set() == CodeSet::Icd10cm { notes::of(corpus, code, as_of) } else { Notes::default() },
        fees: fees::of(corpus, code, as_of),
        global: ask(Question::GlobalPeriod { code: code.clone() }),
        units: edits::units(corpus, code, as_of),
        limits: limits.into(),
        add_on: ask(Question::AddOn { code: code.clone(), with: Vec::new() }),
        add_ons: add_ons(corpus, code, as_of),
        edits: if code.set().is_procedure() { edits::edits(corpus, code, as_of) } else { Vec::new() },
        schedules: schedules::of(corpus, code, as_of),
        coverage: documents::coverage(corpus, code),
        crosswalks: crosswalks(corpus, code),
        mentions: documents::mentions(corpus, code, as_of),
        changes: changes::of(corpus, code),
        edition: corpus.edition().to_owned(),
        code: code.clone(),
        as_of,
    }
}

impl Page {
    /// The rows that the checks rest on.
    pub fn sources(&self) -> Vec<&Source> {
        let checks = [&self.status, &self.global, &self.add_on].into_iter().chain(self.limits.iter().map(|(_, c)| c));
        checks.flat_map(|check| &check.sources).collect()
    }
}

fn successors(corpus: &Corpus, code: &Code, as_of: AsOf) -> Vec<Successor> {
    let rows = corpus.list_rows(Table::Successor, code.as_str()).into_iter();
    rows.map(|row| {
        let successor = row.get("successor");
        let parsed =
            if code.set() == CodeSet::Icd10cm { Code::parse_icd10cm(successor) } else { Code::parse(successor) };
        let unnamed = || Named { code: successor.to_owned(), title: String::new() };
        Successor {
            named: parsed.map_or_else(|_| unnamed(), |code| names::named(corpus, &code, as_of)),
            confirmed: row.get("standing") == "confirmed",
            source: row.get("source").to_owned(),
        }
    })
    .collect()
}

fn previous(corpus: &Corpus, code: &Code) -> Vec<Previous> {
    let rows = corpus.list_rows(Table::Conversion, code.as_str()).into_iter();
    rows.map(|row| Previous {
        codes: row.get("previous").to_owned(),
        from: row.get("from").to_owned(),
        release: row.get("release").to_owned(),
    })
    .collect()
}

/// Add-on codes that are named; a code such as 99213 has few, but nothing bounds them.
const ADD_ONS: usize = 60;

fn add_ons(corpus: &Corpus, code: &Code, as_of: AsOf) -> Vec<AddOn> {
    let spoken = spoken::speaking(corpus, corpus.list_rows(Table::Primary, code.as_str()), as_of);
    let rows = spoken.map(|spoken| spoken.rows).unwrap_or_default().into_iter();
    rows.take(ADD_ONS)
        .map(|row| {
            let add_on = row.get("add_on");
            let unnamed = Named { code: add_on.to_owned(), title: String::new() };
            AddOn {
                named: Code::parse(add_on).map_or(unnamed, |code| names::named(corpus, &code, as_of)),
                kind: row.get("kind").to_owned(),
                to: row.get("to").to_owned(),
                release: row.get("release").to_owned(),
            }
        })
        .collect()
}

fn crosswalks(corpus: &Corpus, code: &Code) -> Vec<Crosswalk> {
    let rows = corpus.list_rows(Table::Gem, code.as_str()).into_iter();
    rows.map(|row| {
        let yes = |column: &str| row.get(column) == "1";
        let scenario =
            if yes("combination") { format!("{}.{}", row.get("scenario"), row.get("choice")) } else { String::new() };
        Crosswalk {
            target: if yes("no_map") { String::new() } else { row.get("target").to_owned() },
            approximate: yes("approximate"),
            combination: yes("combination"),
            scenario,
            title: corpus.releases().find(row.get("release")).map(crate::corpus::Release::doc).unwrap_or_default(),
        }
    })
    .collect()
}
