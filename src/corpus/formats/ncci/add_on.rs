//! NCCI add-on code edits of CMS, "Medicare NCCI Add-on Code Edits": which primary codes an add-on code needs.
//!
//! Type 1 lists every primary, type 2 leaves them to the contractor, type 3 lists some and leaves others to the
//! contractor; `CCCCC` stands for the primaries that the contractor defines (NCCI policy manual, chapter I, R and W).

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::super::{Intake, Origin, Rights};
use super::release::{Release, file_name};
use crate::domain::code::Code;
use crate::domain::table::Table;

/// The tables hold more than 7,000 edits: with fewer than this, it is an excerpt or a list of changes.
const FULL: usize = 4_000;

/// The primary that stands for those of the contractor.
const CONTRACTOR: &str = "CCCCC";

/// An add-on code with one of its primaries.
pub(super) struct Edit {
    kind: u8,
    add_on: String,
    primary: String,
    from: Option<Date>,
    to: Option<Date>,
}

/// The days of an edit as the file writes them: `2026091` is the 91st day of 2026.
#[derive(Default)]
pub(super) struct Days<'a> {
    /// The first day.
    pub(super) from: &'a str,
    /// The last days of the add-on code, of the primary code and of the edit, where they ended.
    pub(super) ends: [&'a str; 3],
}

impl Edit {
    /// An edit of a line.
    pub(super) fn of(kind: &str, add_on: &str, primary: &str, days: &Days<'_>) -> Result<Self, &'static str> {
        let kind = match kind.trim() {
            "1" => 1,
            "2" => 2,
            "3" => 3,
            _ => return Err("the type is not 1, 2 or 3"),
        };
        let procedure = |text: &str| Code::parse(text).ok().filter(|code| code.set().is_procedure());
        let add_on = procedure(add_on).ok_or("the add-on code is no CPT or HCPCS code")?.to_string();
        let primary = match primary.trim() {
            CONTRACTOR => CONTRACTOR.to_owned(),
            code => procedure(code).ok_or("the primary code is no CPT or HCPCS code")?.to_string(),
        };
        let from = day(days.from).ok_or("the effective date is no day of a year")?;
        let mut to: Option<Date> = None;
        for end in days.ends {
            let end = day(end).ok_or("a deletion date is no day of a year")?;
            // The edit is over when it, or either of its codes, is.
            to = to.into_iter().chain(end).min();
        }
        Ok(Self { kind, add_on, primary, from, to })
    }
}

/// A day `YYYYDDD` that may be absent; `None` for what is no day.
fn day(text: &str) -> Option<Option<Date>> {
    let text = text.trim();
    if text.is_empty() || text == "*" || text.bytes().all(|b| b == b'0') {
        return Some(None);
    }
    if text.len() != 7 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (year, number): (i16, i64) = (text[..4].parse().ok()?, text[4..].parse().ok()?);
    let days = jiff::Span::new().try_days(number.checked_sub(1)?).ok()?;
    let date = Date::new(year, 1, 1).ok()?.checked_add(days).ok()?;
    (number >= 1 && date.year() == year).then_some(Some(date))
}

/// Takes the edits of a file. `listed` counts the primaries that the file lists for an add-on code in its quarter.
pub(super) fn take(edits: &[Result<Edit, (usize, &'static str)>], path: &str, intake: &mut Intake) {
    let release = Release::of(path);
    let good = || edits.iter().filter_map(|edit| edit.as_ref().ok());
    let live = |edit: &&Edit| edit.to.zip(release.from).is_none_or(|(to, from)| to >= from);
    let mut listed: HashMap<&str, HashSet<&str>> = HashMap::new();
    for edit in good().filter(live).filter(|edit| edit.primary != CONTRACTOR) {
        listed.entry(&edit.add_on).or_default().insert(&edit.primary);
    }
    let origin = intake.origin(origin(&release, path, good().count()));
    for edit in edits {
        match edit {
            Ok(edit) => {
                let count = listed.get(edit.add_on.as_str()).map_or(0, HashSet::len);
                let written = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
                let (from, to) = (written(edit.from), written(edit.to));
                let fields = [edit.primary.as_str(), &edit.kind.to_string(), &from, &to, &count.to_string()];
                intake.row(Table::AddOn, &edit.add_on, &fields, origin);
            }
            Err((line, reason)) => intake.broken(*line, *reason),
        }
    }
}

fn origin(release: &Release, path: &str, count: usize) -> Origin {
    Origin {
        id: format!("ncci-aoc-{}", release.tag()),
        table: Table::AddOn,
        family: "add_on".to_owned(),
        title: "NCCI add-on code edits, Medicare".to_owned(),
        edition: release.edition.clone(),
        from: release.from,
        to: release.to,
        complete: release.is_known() && count >= FULL,
        source: format!("CMS, NCCI add-on code edits, {}", file_name(path)),
        rights: Rights::Public,
        notice: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(add_on: &str, primary: &str, ends: [&str; 3]) -> Result<Edit, (usize, &'static str)> {
        Edit::of("1", add_on, primary, &Days { from: "2020001", ends }).map_err(|reason| (1, reason))
    }

    #[test]
    fn a_day_of_a_year_is_its_date() {
        assert_eq!(day("2026091"), Some(Date::new(2026, 4, 1).ok()));
        assert_eq!(day("2024366"), Some(Date::new(2024, 12, 31).ok()));
        assert_eq!((day("2025366"), day("2025000"), day("202509"), day("soon")), (None, None, None, None));
        assert_eq!((day(""), day("0000000")), (Some(None), Some(None)));
    }

    #[test]
    fn an_edit_ends_with_the_first_of_its_codes() {
        let edit = edit("0071U", "0070U", ["2021365", "", "2020366"]).ok().unwrap();
        assert_eq!(edit.to, Date::new(2020, 12, 31).ok());
    }

    #[test]
    fn listed_counts_the_live_primaries_without_those_of_the_contractor() {
        let edits = [
            edit("0071U", "0070U", [""; 3]),
            edit("0071U", "0070U", [""; 3]),
            edit("0071U", "99213", [""; 3]),
            edit("0071U", "99214", ["", "", "2019365"]),
            edit("0071U", "CCCCC", [""; 3]),
            edit("0071U", "none", [""; 3]),
        ];
        let mut intake = Intake::default();
        take(&edits, "AOC_V2026Q2-MCR.xlsx", &mut intake);
        let rows = &intake.rows[&Table::AddOn];
        assert_eq!(rows[0], "0071U\t0070U\t1\t2020-01-01\t\t2\tncci-aoc-2026q2");
        assert!(rows.iter().all(|row| row.ends_with("\t2\tncci-aoc-2026q2")));
        assert_eq!((rows.len(), intake.broken_count, intake.origins[0].complete), (5, 1, false));
    }
}
