//! The rows of the mappings and of the conversion table as values, each with its source.
//!
//! General equivalence mappings: `Dxgem_guide_2018.pdf` (CMS), flags approximate, no map, combination, scenario, choice
//! list. Conversion table: CDC/NCHS, "ICD-10-CM Conversion Table" of a fiscal year.

use crate::corpus::{Corpus, Line, Release};
use crate::domain::citation::{FactKey, Source};
use crate::domain::code::Code;
use crate::domain::table::Table;
use crate::domain::time::EffectivePeriod;

/// A row as a source, under the name and for the days of its release.
pub fn source(corpus: &Corpus, line: &Line<'_>) -> Source {
    let id = line.get("release");
    let held = corpus.releases().find(id);
    Source {
        doc: held.map_or_else(|| format!("CaseConsultant edition {}", corpus.edition()), Release::doc),
        place: String::new(),
        fact: FactKey {
            table: line.table,
            key: line.key.to_owned(),
            period: held.map_or_else(EffectivePeriod::default, |release| release.period),
            release: id.to_owned(),
        },
        quote: line.text.to_owned(),
        note: String::new(),
    }
}

/// One target of a code in a general equivalence mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The code of the other set; empty where there is no map.
    pub target: String,
    /// True where the two do not say the same.
    pub approximate: bool,
    /// True where the target counts only together with others.
    pub combination: bool,
    /// Which of several combinations.
    pub scenario: u8,
    /// Which part of the combination.
    pub choice: u8,
}

impl Mapping {
    /// Reads the columns of a row.
    pub fn of(line: &Line<'_>) -> Self {
        let flag = |column: &str| line.get(column) == "1";
        let number = |column: &str| line.get(column).parse().unwrap_or(0);
        Self {
            target: if flag("no_map") { String::new() } else { line.get("target").to_owned() },
            approximate: flag("approximate"),
            combination: flag("combination"),
            scenario: number("scenario"),
            choice: number("choice"),
        }
    }
}

/// The targets of a key in a release, with the row that each stands in.
pub fn mappings(corpus: &Corpus, key: &str, release: &Release) -> Vec<(Mapping, Source)> {
    let rows = corpus.list_rows(Table::Gem, key).into_iter().filter(|row| row.get("release") == release.id);
    rows.map(|row| (Mapping::of(&row), source(corpus, &row))).collect()
}

/// A new code of the conversion table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The new code.
    pub code: String,
    /// What was reported before it: codes and ranges.
    pub previous: Vec<String>,
    /// Its first day.
    pub from: String,
    /// Where it stands.
    pub source: Source,
}

impl Step {
    fn of(corpus: &Corpus, line: &Line<'_>) -> Self {
        Self {
            code: line.key.to_owned(),
            previous: line.get("previous").split_whitespace().map(str::to_owned).collect(),
            from: line.get("from").to_owned(),
            source: source(corpus, line),
        }
    }
}

/// How the code came to be.
pub fn steps_to(corpus: &Corpus, code: &Code, release: &Release) -> Vec<Step> {
    let rows = corpus.list_rows(Table::Conversion, code.as_str()).into_iter();
    rows.filter(|row| row.get("release") == release.id).map(|row| Step::of(corpus, &row)).collect()
}

/// What the code became: the new codes whose predecessor it was by itself.
pub fn steps_from(corpus: &Corpus, code: &Code, release: &Release) -> Vec<Step> {
    let names = |row: &Line<'_>| row.get("previous").split(' ').any(|part| part == code.as_str());
    let rows = corpus.all_rows(Table::Conversion).filter(|row| row.get("release") == release.id && names(row));
    rows.map(|row| Step::of(corpus, &row)).collect()
}

/// The title of a code without its end mark; our description where the shelf has no title.
pub fn title(corpus: &Corpus, code: &Code) -> Option<String> {
    let text = corpus.find_title(code).map(|row| row.long).or_else(|| corpus.find_text(code).map(|t| t.description));
    text.map(|text| text.trim_end_matches('.').to_owned()).filter(|text| !text.is_empty())
}

/// `E11.9 (Type 2 diabetes …)`; the code alone where no title is on the shelf, or it is longer than `words`.
pub fn titled(corpus: &Corpus, code: &str, words: usize) -> String {
    let found = Code::parse_icd10cm(code).ok().and_then(|code| title(corpus, &code));
    match found.filter(|title| title.split_whitespace().count() <= words) {
        Some(title) => format!("{code} ({title})"),
        None => code.to_owned(),
    }
}
