//! The rows of the fact tables as typed values, and the lookups that find them.

use jiff::civil::Date;

use super::Corpus;
use super::facts::Line;
use crate::domain::citation::{FactKey, Source, Table};
use crate::domain::code::{Code, CodeSet};
use crate::domain::time::EffectivePeriod;

/// Our plain description of a code.
#[derive(Debug, Clone)]
pub struct CodeText {
    /// `cpt`, `hcpcs`, `icd10cm` or `icd10pcs`.
    pub set: String,
    /// The family that groups it with its neighbours, such as `gi_endoscopy`.
    pub family: String,
    /// What it is, in our words.
    pub description: String,
    /// The row as a source.
    pub source: Source,
}

/// The official title of a code.
#[derive(Debug, Clone)]
pub struct TitleRow {
    /// The short title; empty where the release has none.
    pub short: String,
    /// The long title.
    pub long: String,
    /// The release.
    pub release: String,
    /// The row as a source.
    pub source: Source,
}

/// What one release says about a code's life.
#[derive(Debug, Clone)]
pub struct PeriodRow {
    /// `cpt`, `hcpcs`, `icd10cm` or `icd10pcs`.
    pub set: String,
    /// First and last day, as far as the release gives them.
    pub period: EffectivePeriod,
    /// False for a heading of ICD-10-CM.
    pub billable: bool,
    /// The release.
    pub release: String,
    /// The row as a source.
    pub source: Source,
}

/// An NCCI medically unlikely edit.
#[derive(Debug, Clone)]
pub struct MueRow {
    /// The limit on one date of service.
    pub units: u32,
    /// Adjudication indicator 1 (line), 2 (date, policy) or 3 (date, clinical).
    pub mai: u8,
    /// The release.
    pub release: String,
    /// The row as a source.
    pub source: Source,
}

/// A row of the physician fee schedule.
#[derive(Debug, Clone)]
pub struct FeeRow {
    /// `26`, `TC` or empty.
    pub modifier: String,
    /// Status, global days, indicators and relative values: the columns of the table.
    pub fields: Vec<String>,
    /// The release.
    pub release: String,
    /// The row as a source.
    pub source: Source,
}

impl FeeRow {
    /// The column of that name; empty when the file gives none.
    pub fn field(&self, name: &str) -> &str {
        Table::Fee.column(name).and_then(|n| self.fields.get(n)).map_or("", String::as_str)
    }
}

/// An add-on code and one of its primaries.
#[derive(Debug, Clone)]
pub struct AddOnRow {
    /// The add-on code.
    pub add_on: String,
    /// A primary code, or `CCCCC` where the contractor decides.
    pub primary: String,
    /// Type 1, 2 or 3.
    pub kind: u8,
    /// How many primaries the official file lists in all.
    pub listed: u32,
    /// The release.
    pub release: String,
    /// The row as a source.
    pub source: Source,
}

/// The usual successor of a deleted code.
#[derive(Debug, Clone)]
pub struct SuccessorRow {
    /// The successor.
    pub successor: String,
    /// True when a document on the shelf names the link.
    pub confirmed: bool,
    /// The row as a source.
    pub source: Source,
}

fn day(text: &str) -> Option<Date> {
    text.parse().ok()
}

impl Corpus {
    pub(super) fn source(&self, table: Table, line: &Line<'_>, release: &str, period: EffectivePeriod) -> Source {
        let held = self.releases.find(release);
        let period = match held {
            Some(held) if period == EffectivePeriod::default() => held.period,
            _ => period,
        };
        Source {
            doc: held.map_or_else(|| format!("CaseConsultant edition {}", self.edition()), super::Release::doc),
            place: String::new(),
            fact: FactKey { table, key: line.key.to_owned(), period, release: release.to_owned() },
            quote: line.text.to_owned(),
            note: String::new(),
        }
    }

    /// Our description of a code.
    pub fn find_text(&self, code: &Code) -> Option<CodeText> {
        let line = *self.facts.find(Table::Code, code.as_str()).first()?;
        Some(CodeText {
            set: line.field(0).to_owned(),
            family: line.field(1).to_owned(),
            description: line.field(2).to_owned(),
            source: self.source(Table::Code, &line, "", EffectivePeriod::default()),
        })
    }

    /// Every code that some list of the shelf holds, sorted; one that several lists hold comes several times.
    pub fn all_codes(&self) -> impl Iterator<Item = &str> {
        self.facts.all(Table::Period).map(|line| line.key)
    }

    /// The official titles of a code, the newest release first.
    pub fn list_titles(&self, code: &Code) -> Vec<TitleRow> {
        let mut rows: Vec<TitleRow> = self
            .facts
            .find(Table::Title, code.as_str())
            .into_iter()
            .filter(|line| line.get("set") == code.set().key())
            .map(|line| TitleRow {
                short: line.get("short").to_owned(),
                long: if line.get("long").is_empty() { line.get("short") } else { line.get("long") }.to_owned(),
                release: line.get("release").to_owned(),
                source: self.source(Table::Title, &line, line.get("release"), EffectivePeriod::default()),
            })
            .collect();
        let begins = |row: &TitleRow| self.releases.find(&row.release).and_then(|release| release.period.from);
        rows.sort_by_key(|row| std::cmp::Reverse(begins(row)));
        rows
    }

    /// The official title of a code in its newest release.
    pub fn find_title(&self, code: &Code) -> Option<TitleRow> {
        self.list_titles(code).into_iter().next()
    }

    /// What each release says about a code's life; empty when the code is on no list.
    pub fn list_periods(&self, code: &Code) -> Vec<PeriodRow> {
        // `B20` is a diagnosis and the beginning of a table of ICD-10-PCS: each set has its own life.
        let of_set = |line: &Line<'_>| {
            let alike = |set: CodeSet| (line.field(0) == set.key()) == (code.set() == set);
            alike(CodeSet::Icd10cm) && alike(CodeSet::Icd10pcs)
        };
        let rows = self.facts.find(Table::Period, code.as_str()).into_iter().filter(of_set).map(|line| {
            let period = EffectivePeriod { from: day(line.field(1)), to: day(line.field(2)) };
            PeriodRow {
                set: line.field(0).to_owned(),
                period,
                billable: line.field(3) == "1",
                release: line.field(4).to_owned(),
                source: self.source(Table::Period, &line, line.field(4), period),
            }
        });
        rows.collect()
    }

    /// The unit limits of a code in one setting: `practitioner`, `hospital` or `dme`.
    pub fn list_mue(&self, code: &Code, setting: &str) -> Vec<MueRow> {
        let lines = self.facts.find(Table::Mue, &format!("{code}+{setting}"));
        let rows = lines.into_iter().filter_map(|line| {
            Some(MueRow {
                units: line.field(0).parse().ok()?,
                mai: line.field(1).parse().ok()?,
                release: line.field(3).to_owned(),
                source: self.source(Table::Mue, &line, line.field(3), EffectivePeriod::default()),
            })
        });
        rows.collect()
    }

    /// The fee schedule rows of a code, the one without modifier first.
    pub fn list_fees(&self, code: &Code) -> Vec<FeeRow> {
        let rows = self.facts.find(Table::Fee, code.as_str()).into_iter().map(|line| {
            let fields: Vec<String> = line.rest.split('\t').map(str::to_owned).collect();
            let release = line.get("release").to_owned();
            FeeRow {
                modifier: line.get("modifier").to_owned(),
                source: self.source(Table::Fee, &line, &release, EffectivePeriod::default()),
                release,
                fields,
            }
        });
        rows.collect()
    }

    /// The primaries of an add-on code.
    pub fn list_add_on(&self, code: &Code) -> Vec<AddOnRow> {
        self.add_on_rows(Table::AddOn, code)
    }

    /// The add-on codes of a primary.
    pub fn list_add_ons_of(&self, primary: &Code) -> Vec<AddOnRow> {
        self.add_on_rows(Table::Primary, primary)
    }

    fn add_on_rows(&self, table: Table, code: &Code) -> Vec<AddOnRow> {
        let rows = self.facts.find(table, code.as_str()).into_iter().map(|line| {
            let other = line.field(0).to_owned();
            let (add_on, primary) = match table {
                Table::AddOn => (line.key.to_owned(), other),
                _ => (other, line.key.to_owned()),
            };
            AddOnRow {
                add_on,
                primary,
                kind: line.get("kind").parse().unwrap_or(1),
                release: line.get("release").to_owned(),
                listed: line.get("listed").parse().unwrap_or(0),
                source: self.source(table, &line, line.get("release"), EffectivePeriod::default()),
            }
        });
        rows.collect()
    }

    /// The side a diagnosis code names: `left`, `right`, `bilateral` or `unspecified`.
    pub fn find_side(&self, code: &Code) -> Option<String> {
        self.facts.find(Table::Laterality, code.as_str()).first().map(|line| line.field(0).to_owned())
    }

    /// The usual successors of a deleted code.
    pub fn list_successors(&self, code: &Code) -> Vec<SuccessorRow> {
        let rows = self.facts.find(Table::Successor, code.as_str()).into_iter().map(|line| SuccessorRow {
            successor: line.field(0).to_owned(),
            confirmed: line.field(1) == "confirmed",
            source: self.source(Table::Successor, &line, "", EffectivePeriod::default()),
        });
        rows.collect()
    }

    /// The lines of a fact key: what `corpus show table/key@release` prints.
    pub fn resolve(&self, table: Table, key: &str, release: &str) -> Vec<String> {
        if table == Table::Ptp {
            let rows = self.resolve_ptp(key).into_iter();
            let rows = rows.filter(|row| release.is_empty() || row.release == release);
            return rows.map(|row| row.source.quote).collect();
        }
        let lines = self.facts.find(table, key).into_iter();
        let lines = lines.filter(|line| release.is_empty() || line.rest.split('\t').any(|field| field == release));
        lines.map(|line| line.text.to_owned()).collect()
    }
}
