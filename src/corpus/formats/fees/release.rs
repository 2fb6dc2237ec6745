//! Which period a file speaks for, and where it comes from, as its title, its name and its archive tell.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::super::{Intake, Origin, Rights, quarter};
use crate::domain::table::Table;

/// A period with the words for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Release {
    /// Behind the kind in an id: `2025q4`.
    pub(super) key: String,
    /// For a reader: `2025Q4`.
    pub(super) edition: String,
    /// First and last day; `None` where nothing tells.
    pub(super) span: Option<(Date, Date)>,
}

impl Release {
    /// A quarter, 1 to 4.
    pub(super) fn quarter(year: i16, number: i8) -> Self {
        Self { key: format!("{year}q{number}"), edition: format!("{year}Q{number}"), span: quarter(year, number) }
    }

    /// A calendar year.
    pub(super) fn year(year: i16) -> Self {
        let span = Date::new(year, 1, 1).ok().zip(Date::new(year, 12, 31).ok());
        Self { key: year.to_string(), edition: format!("CY{year}"), span }
    }

    /// A file that does not tell its period: its name keeps it apart from others.
    pub(super) fn undated(path: &str) -> Self {
        let name = file_name(path);
        let stem = name.split('.').next().unwrap_or("").to_ascii_lowercase();
        let words: Vec<&str> =
            stem.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        Self { key: format!("undated-{}", words.join("-")), edition: "undated".into(), span: None }
    }

    /// The quarter that the file's name and its archive tell, with the year that its content may tell.
    pub(super) fn quarter_of(path: &str, year: Option<i16>) -> Self {
        let number = evidence(path, quarter_in);
        match year.or_else(|| evidence(path, year_in)).zip(number) {
            Some((year, number)) => Self::quarter(year, number),
            None => Self::undated(path),
        }
    }

    /// The calendar year that the content tells, else the file's name or its archive.
    pub(super) fn year_of(path: &str, year: Option<i16>) -> Self {
        year.or_else(|| evidence(path, year_in)).map_or_else(|| Self::undated(path), Self::year)
    }

    /// A release of this period. It is an excerpt until [`settle`] finds it whole.
    pub(super) fn origin(&self, table: Table, kind: &str, title: &str, source: String) -> Origin {
        Origin {
            id: format!("{kind}-{}", self.key),
            table,
            family: table.key().to_owned(),
            title: title.to_owned(),
            edition: self.edition.clone(),
            from: self.span.map(|span| span.0),
            to: self.span.map(|span| span.1),
            complete: false,
            source,
            rights: Rights::Public,
            notice: String::new(),
        }
    }
}

/// Marks the releases as complete when the file gave at least `floor` rows and its period is known.
pub(super) fn settle(intake: &mut Intake, floor: u64) {
    if intake.counts.values().sum::<u64>() < floor {
        return;
    }
    for origin in &mut intake.origins {
        origin.complete = origin.from.is_some();
    }
}

/// The last part of a path, without the ending of a compressed file.
pub(super) fn file_name(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.strip_suffix(".gz").unwrap_or(name)
}

/// `qpp` or `nonqpp`, the two fee schedules that CMS publishes from 2026 on; empty where a name tells neither.
pub(super) fn participation(text: &str) -> &'static str {
    static NON: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)non[-_ ]?qp"));
    static IN: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)(?:^|[^a-z])qpp?(?:[^a-z]|$)"));
    if NON.is_match(text) {
        "nonqpp"
    } else if IN.is_match(text) {
        "qpp"
    } else {
        ""
    }
}

/// What the file's name tells, else the archives and release folders that it lies in, from the inside out. Other
/// folders are the operator's and prove nothing.
pub(super) fn evidence<T>(path: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
    static RELEASE: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)\.zip$|^rvu\d\d[a-d]|^\d\dclabq[1-4]|^dme\d\d|^pf(?:all|rev)\d\d|addendum[-_ ]b"));
    let mut parts = path.rsplit(['/', '\\']);
    let name = parts.next().unwrap_or(path);
    read(name).or_else(|| parts.filter(|part| RELEASE.is_match(part)).find_map(read))
}

/// A year: four digits that stand alone, else the two digits of a CMS name such as `rvu25d`, `26clabq3`, `25LOCCO`.
pub(super) fn year_in(text: &str) -> Option<i16> {
    static LONG: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:^|\D)(20[0-9]{2})(?:\D|$)"));
    static SHORT: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"(?i)(?:rvu|gpci|anes|dmepos|dmepen|dme|pfall|pfrev)(\d\d)(?:\D|$)|(?:^|\D)(\d\d)(?:locco|clab)")
    });
    if let Some(found) = LONG.captures(text) {
        return found[1].parse().ok();
    }
    let found = SHORT.captures(text)?;
    let digits: i16 = found.get(1).or_else(|| found.get(2))?.as_str().parse().ok()?;
    Some(2000 + digits)
}

/// A quarter: `q3`, the letter of a release such as `rvu25d`, or the month it begins with.
pub(super) fn quarter_in(text: &str) -> Option<i8> {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)(?:^|[^a-z]|clab)q([1-4])(?:\D|$)"));
    static LETTER: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)(?:rvu|pfall|pfrev)\d\d([a-d])"));
    static MONTH: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"(?i)(?:^|[^a-z])(?:(jan)(?:uary)?|(apr)(?:il)?|(jul)(?:y)?|(oct)(?:ober)?)(?:[^a-z]|$)")
    });
    if let Some(found) = NUMBER.captures(text) {
        return found[1].parse().ok();
    }
    if let Some(found) = LETTER.captures(text) {
        let letter = found[1].as_bytes()[0].to_ascii_lowercase();
        return i8::try_from(letter - b'a' + 1).ok();
    }
    let found = MONTH.captures(text)?;
    (1..=4).find(|group| found.get(*group).is_some()).and_then(|group| i8::try_from(group).ok())
}

/// A pattern of this file.
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern, which the tests compile")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_their_quarter() {
        for (path, expected) in [
            ("rvu25d.zip/PPRRVU2025_Oct.csv", "2025q4"),
            ("PPRRVU25_JAN.txt", "2025q1"),
            ("rvu26c-updated-06-30-2026.zip/OPPSCAP_Jul.csv", "2026q3"),
            ("rvu25d/OPPSCAP_Oct.csv", "2025q4"),
            ("2026 April Web Addendum B.03.23.26.csv", "2026q2"),
            ("clfs_cy2026_q3.derived.csv", "2026q3"),
            ("26clabq4.zip/CLFS.txt", "2026q4"),
            ("DMEPOS25_APR25.csv", "2025q2"),
            ("dir-2024/OPPSCAP_Oct.csv", "undated-oppscap-oct"),
        ] {
            assert_eq!(Release::quarter_of(path, None).key, expected, "{path}");
        }
    }

    #[test]
    fn the_content_outranks_the_name() {
        assert_eq!(Release::year_of("GPCI2025.csv", Some(2026)).key, "2026");
        assert_eq!(Release::year_of("25LOCCO.csv", None).edition, "CY2025");
    }

    #[test]
    fn the_two_schedules_of_2026_are_told_apart() {
        for (name, expected) in
            [("PPRRVU2026_Jan_QPP.csv", "qpp"), ("x_nonQPP.excerpt.csv", "nonqpp"), ("nonqp/PFALL26A.txt", "nonqpp")]
        {
            assert_eq!(participation(name), expected);
        }
        assert_eq!(participation("PPRRVU2025_Oct.csv"), "");
    }
}
