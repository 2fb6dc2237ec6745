//! The condition categories of a diagnosis, as the mapping of a payment year has them.

use jiff::civil::date;

use crate::checks::crosswalk::source;
use crate::corpus::{Corpus, Release};
use crate::domain::citation::Source;
use crate::domain::code::Code;
use crate::domain::table::Table;
use crate::domain::time::AsOf;

/// A category of one model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// The model as the table names it: `CMS-HCC Model V28`.
    pub model: String,
    /// Its number.
    pub number: String,
    /// What the model calls it.
    pub label: Option<String>,
    /// The categories that it sets aside in the same model.
    pub below: Vec<String>,
    /// The row.
    pub source: Source,
}

impl Category {
    /// `HCC 37 (Diabetes with Chronic Complications)`.
    pub fn words(&self) -> String {
        let kind = if self.model.starts_with("RxHCC") { "RxHCC" } else { "HCC" };
        match &self.label {
            Some(label) => format!("{kind} {} ({label})", self.number),
            None => format!("{kind} {}", self.number),
        }
    }
}

/// A model's name in a sentence: `CMS-HCC V28`.
pub fn short(model: &str) -> String {
    model.replace("Model ", "")
}

/// The payment year whose mapping a date of service counts for: the year that follows it.
pub fn as_of_payment(as_of: AsOf) -> AsOf {
    match as_of {
        AsOf::Date(day) => AsOf::Date(date(day.year().saturating_add(1).min(9998), 7, 1)),
        AsOf::Shelf => AsOf::Shelf,
    }
}

/// The payment year of a mapping.
pub fn year(release: &Release) -> i16 {
    release.period.from.map_or(0, jiff::civil::Date::year)
}

/// The categories of a code in a mapping: the newest CMS-HCC model first, then the drug and the kidney models.
pub fn of(corpus: &Corpus, code: &Code, release: &Release) -> Vec<Category> {
    let rows = corpus.list_rows(Table::Hcc, code.as_str()).into_iter();
    let mut found: Vec<Category> = rows
        .filter(|row| row.get("release") == release.id && !row.get("model").starts_with("ra-"))
        .map(|row| {
            let (model, number) = (row.get("model").to_owned(), row.get("category").to_owned());
            let about = corpus.list_rows(Table::HccLabel, &format!("{model}+{number}"));
            let label = about.iter().map(|row| row.get("label")).find(|label| !label.is_empty()).map(str::to_owned);
            let ranked = about.iter().find(|row| !row.get("below").is_empty());
            let below = ranked.map(|row| row.get("below").split(' ').map(str::to_owned).collect()).unwrap_or_default();
            Category { model, number, label, below, source: source(corpus, &row) }
        })
        .collect();
    let version = |model: &str| model.rsplit(" V").next().and_then(|v| v.parse::<u16>().ok()).unwrap_or(0);
    found.sort_by_key(|one| {
        let kind = if one.model.contains("ESRD") { 2 } else { u8::from(one.model.starts_with("RxHCC")) };
        (kind, std::cmp::Reverse(version(&one.model)), one.number.parse::<u16>().unwrap_or(0))
    });
    found
}

/// Diagnoses that every model maps, and always has: HIV disease, and a secondary malignant neoplasm of the lung. A
/// mapping that has neither in a model does not hold the model, so that absence from it means nothing.
const EVERYWHERE: [&str; 2] = ["B20", "C78.00"];

/// True where the mapping holds the model.
pub fn holds(corpus: &Corpus, model: &str, release: &Release) -> bool {
    EVERYWHERE.iter().any(|code| {
        let rows = corpus.list_rows(Table::Hcc, code);
        rows.iter().any(|row| row.get("release") == release.id && row.get("model") == model)
    })
}

/// The mapping nearest to the given one that holds the model: itself, else the newest.
pub fn holding<'a>(corpus: &'a Corpus, model: &str, release: &'a Release) -> Option<&'a Release> {
    if holds(corpus, model, release) {
        return Some(release);
    }
    let others = corpus.releases().all().filter(|other| other.family == "hcc" && holds(corpus, model, other));
    others.max_by_key(|other| other.period.from)
}
