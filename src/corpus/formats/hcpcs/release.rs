//! Which quarter or year an HCPCS file speaks for, as far as its name says it.
//!
//! CMS names the quarter by its first month (`HCPC2026_OCT_ANWEB`, `october-2026-alpha-numeric-hcpcs-file.zip`);
//! until 2019 the file came once a year for January (`HCPC2019_CONTR_ANWEB`).

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::super::{Origin, Rights, quarter};
use crate::domain::table::Table;

/// The time that a file speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Release {
    /// First day; `None` where the name says nothing.
    pub(super) from: Option<Date>,
    /// Last day.
    pub(super) to: Option<Date>,
    /// `2024Q3`, `2024`, or `undated`.
    pub(super) edition: String,
}

static MONTH_AND_YEAR: LazyLock<Regex> = LazyLock::new(|| {
    let months = "(?:^|[^a-z])(jan|apr|jul|oct)(?:uary|il|y|ober)?(?:[^a-z]|$)";
    Regex::new(months).expect("a constant that the tests compile")
});
static YEAR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^0-9])((?:19|20)\d\d)(?:[^0-9]|$)").expect("a constant that the tests compile")
});
static YEAR_AND_MONTH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^0-9])(20\d\d)(?:[-_]([01]\d)(?:[^0-9]|$)|[-_]?q([1-4])(?:[^0-9]|$))")
        .expect("a constant that the tests compile")
});

impl Release {
    /// The quarter that a name says, the innermost part of a path first; the month of an extract lies in its quarter.
    pub(super) fn of_quarter(path: &str) -> Self {
        let parts = path.rsplit(['/', '\\']).map(str::to_ascii_lowercase);
        let named = parts.into_iter().find_map(|part| quarter_in(&part));
        let Some((year, number)) = named else { return Self::undated() };
        let Some((from, to)) = quarter(year, number) else { return Self::undated() };
        Self { from: Some(from), to: Some(to), edition: format!("{year}Q{number}") }
    }

    /// The year that the name of a file says.
    pub(super) fn of_year(path: &str) -> Self {
        year_in(&file_name(path).to_ascii_lowercase()).map_or_else(Self::undated, Self::year)
    }

    /// A calendar year.
    pub(super) fn year(year: i16) -> Self {
        let day = |month, day| Date::new(year, month, day).ok();
        Self { from: day(1, 1), to: day(12, 31), edition: year.to_string() }
    }

    fn undated() -> Self {
        Self { from: None, to: None, edition: "undated".to_owned() }
    }

    /// The edition as it stands in an id.
    pub(super) fn tag(&self) -> String {
        self.edition.to_ascii_lowercase()
    }

    /// A release of this time. `name` is the id without the time.
    pub(super) fn origin(&self, name: &str, table: Table, family: &str, title: &str, source: String) -> Origin {
        Origin {
            id: format!("{name}-{}", self.tag()),
            table,
            family: family.to_owned(),
            title: title.to_owned(),
            edition: self.edition.clone(),
            from: self.from,
            to: self.to,
            complete: false,
            source,
            rights: Rights::Public,
            notice: String::new(),
        }
    }
}

fn year_in(name: &str) -> Option<i16> {
    // `hcpc2026_oct` has no border between word and year, and needs none.
    YEAR.captures(name)?.get(1)?.as_str().parse().ok()
}

fn quarter_in(name: &str) -> Option<(i16, i8)> {
    if let Some(found) = MONTH_AND_YEAR.captures(name) {
        let number = match found.get(1)?.as_str() {
            "jan" => 1,
            "apr" => 2,
            "jul" => 3,
            _ => 4,
        };
        return Some((year_in(name)?, number));
    }
    if name.contains("_contr_") {
        return Some((year_in(name)?, 1));
    }
    let found = YEAR_AND_MONTH.captures(name)?;
    let year = found.get(1)?.as_str().parse().ok()?;
    let number: i8 = match (found.get(2), found.get(3)) {
        (Some(month), _) => (month.as_str().parse::<i8>().ok()? + 2) / 3,
        (_, Some(number)) => number.as_str().parse().ok()?,
        _ => return None,
    };
    (1..=4).contains(&number).then_some((year, number))
}

/// The last part of a path, as it is written.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_naming_a_quarter_is_read() {
        for (path, edition) in [
            ("HCPC2026_OCT_ANWEB.csv", "2026Q4"),
            ("HCPC2026_JAN_ANWEB_12292025.xlsx", "2026Q1"),
            ("HCPC2019_CONTR_ANWEB.txt", "2019Q1"),
            ("october-2026-alpha-numeric-hcpcs-file.zip/ANWEB.txt", "2026Q4"),
            ("july-2025-alpha-numeric-hcpcs-files.zip/a.txt", "2025Q3"),
            ("hcpcs_level2_attributes_2024-07.csv", "2024Q3"),
            ("hcpcs_level2_2025-02_hcpcsdata.csv", "2025Q1"),
            ("hcpcs_2026q2.csv", "2026Q2"),
            ("hcpcs_2024-13.csv", "undated"),
            ("hcpcs_level2.csv", "undated"),
        ] {
            assert_eq!(Release::of_quarter(path).edition, edition, "{path}");
        }
    }

    #[test]
    fn a_year_is_read_as_its_days() {
        let release = Release::of_year("a/hcpcs_noc_codes_2024.csv");
        assert_eq!((release.from, release.to), (Date::new(2024, 1, 1).ok(), Date::new(2024, 12, 31).ok()));
        assert_eq!(Release::of_year("tuva_hcpcs_level_2.csv").edition, "undated");
    }
}
