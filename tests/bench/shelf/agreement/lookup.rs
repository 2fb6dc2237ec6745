//! Rows of the shelf through the library's public lookups, and what counts as equal.

use caseconsultant::corpus::Corpus;
use caseconsultant::domain::check::{Program, Setting};
use caseconsultant::domain::code::Code;
use caseconsultant::domain::table::Table;
use jiff::civil::Date;

use super::Claim;

/// The columns of a row behind its key, in the order of the table.
pub type Columns = Vec<String>;

/// The rows of a key in a release: by the table's own lookup where it has one, else by the key of the fact.
pub fn rows(corpus: &Corpus, table: Table, release: &str, key: &str) -> Vec<Columns> {
    let typed = match table {
        Table::Ptp => Some(pairs(corpus, release, key)),
        Table::Mue => limits(corpus, release, key),
        // A heading such as B00 may be a diagnosis as well.
        _ if release.starts_with("icd10pcs") => None,
        _ => code(table, key).and_then(|code| of_code(corpus, table, release, &code)),
    };
    typed.unwrap_or_else(|| corpus.resolve(table, key, release).iter().map(|line| split(line)).collect())
}

fn split(line: &str) -> Columns {
    line.split('\t').skip(1).map(str::to_owned).collect()
}

/// The code of a key, if it reads as one and is written like that.
fn code(table: Table, key: &str) -> Option<Code> {
    let code = match table {
        Table::Relation => Code::parse_icd10cm(key),
        _ if key.contains('.') || key.len() == 3 => Code::parse_icd10cm(key),
        _ => Code::parse(key),
    };
    code.ok().filter(|code| code.as_str() == key)
}

fn day(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn pairs(corpus: &Corpus, release: &str, key: &str) -> Vec<Columns> {
    let parts: Vec<&str> = key.split('+').collect();
    let [one, two, setting, program] = parts[..] else { panic!("{key} is no key of a pair") };
    let (one, two) = (Code::parse(one).unwrap(), Code::parse(two).unwrap());
    let (setting, program) = (Setting::parse(setting).unwrap(), Program::parse(program).unwrap());
    let rows = corpus.list_ptp(&one, &two, setting, program).into_iter();
    let rows = rows.filter(|row| row.release == release && row.column_one == one && row.column_two == two);
    rows.map(|row| vec![day(row.period.from), day(row.period.to), row.indicator.to_string(), row.rationale]).collect()
}

fn limits(corpus: &Corpus, release: &str, key: &str) -> Option<Vec<Columns>> {
    let (code, setting) = key.split_once('+')?;
    let rows = corpus.list_mue(&Code::parse(code).ok()?, setting).into_iter();
    let rows = rows.filter(|row| row.release == release);
    Some(
        rows.map(|row| {
            [vec![row.units.to_string(), row.mai.to_string()], split(&row.source.quote)[2..].to_vec()].concat()
        })
        .collect(),
    )
}

/// Typed rows as columns: fields where the type has them, else the quoted line.
fn of_code(corpus: &Corpus, table: Table, release: &str, code: &Code) -> Option<Vec<Columns>> {
    Some(match table {
        Table::Fee => {
            let rows = corpus.list_fees(code).into_iter().filter(|row| row.release == release);
            let columns = Table::Fee.columns().iter();
            rows.map(|row| columns.clone().map(|name| row.field(name).to_owned()).collect()).collect()
        }
        Table::Period => {
            let rows = corpus.list_periods(code).into_iter().filter(|row| row.release == release);
            rows.map(|row| {
                let set = split(&row.source.quote)[0].clone();
                let billable = u8::from(row.billable).to_string();
                vec![set, day(row.period.from), day(row.period.to), billable, row.release]
            })
            .collect()
        }
        Table::Title => {
            let rows = corpus.list_titles(code).into_iter().filter(|row| row.release == release);
            rows.map(|row| split(&row.source.quote)).collect()
        }
        Table::Relation => {
            let rows = corpus.list_relations(code).into_iter().filter(|row| row.release == release);
            rows.map(|row| vec![row.kind, row.target, row.at, row.release]).collect()
        }
        Table::AddOn | Table::Primary => {
            let other = |row: &caseconsultant::corpus::AddOnRow| match table {
                Table::AddOn => row.primary.clone(),
                _ => row.add_on.clone(),
            };
            let rows = if table == Table::AddOn { corpus.list_add_on(code) } else { corpus.list_add_ons_of(code) };
            let rows = rows.into_iter().filter(|row| row.release == release);
            rows.map(|row| {
                let days = split(&row.source.quote)[2..4].to_vec();
                [vec![other(&row), row.kind.to_string()], days, vec![row.listed.to_string(), row.release]].concat()
            })
            .collect()
        }
        _ => return None,
    })
}

/// True when a row holds every value of the claim.
pub fn agrees(table: Table, row: &Columns, claim: &Claim) -> bool {
    claim.values.iter().all(|(column, value)| {
        let at = table.column(column).unwrap_or_else(|| panic!("{table:?} has no column {column}"));
        row.get(at).is_some_and(|held| same(table, held, value))
    })
}

/// Equal but for blanks and the writing of decimal figures: `1.000` and `1`, `0001339.81` and `1339.81`.
fn same(table: Table, held: &str, raw: &str) -> bool {
    let blank = if table == Table::Term { "" } else { " " };
    let tidy = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(blank);
    let (held, raw) = (tidy(held), tidy(raw));
    held == raw || figure(&held, &raw).is_some_and(|(held, raw)| held == raw)
}

/// Both as figures, where at least one is written with a decimal point.
fn figure(held: &str, raw: &str) -> Option<(f64, f64)> {
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
    let figures = plain(held) && plain(raw) && (held.contains('.') || raw.contains('.'));
    if figures { held.parse().ok().zip(raw.parse().ok()) } else { None }
}
