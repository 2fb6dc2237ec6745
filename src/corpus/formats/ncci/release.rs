//! Which quarter, setting and program an NCCI file speaks for, as far as its name says it.
//!
//! The tables themselves carry no date. CMS puts the quarter into the names: `2026q3`, the version of the edits
//! (`v322r0` is version 32.2: 2026, third quarter), or the day from which a table holds (`Eff_07-01-2026`).

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Captures, Regex};

use super::super::quarter;

/// The quarter of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Release {
    /// First day; `None` where the name says no quarter.
    pub(super) from: Option<Date>,
    /// Last day.
    pub(super) to: Option<Date>,
    /// `2024Q3`; `undated` where the name says no quarter.
    pub(super) edition: String,
}

impl Release {
    /// The quarter that the name of a file says, or else the names of the archives around it.
    pub(super) fn of(path: &str) -> Self {
        let named = parts(path).find_map(|part| quarter_in(&part));
        match named.and_then(|(year, number)| Some((quarter(year, number)?, year, number))) {
            Some(((from, to), year, number)) => {
                Self { from: Some(from), to: Some(to), edition: format!("{year}Q{number}") }
            }
            None => Self { from: None, to: None, edition: "undated".to_owned() },
        }
    }

    /// The edition as it stands in an id: `2024q3`.
    pub(super) fn tag(&self) -> String {
        self.edition.to_ascii_lowercase()
    }

    /// True when the name says the quarter.
    pub(super) fn is_known(&self) -> bool {
        self.from.is_some()
    }
}

/// The parts of a path from the last, in lower case.
fn parts(path: &str) -> impl Iterator<Item = String> {
    path.rsplit(['/', '\\']).map(str::to_ascii_lowercase)
}

/// The last part of a path, as it is written.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant that the tests compile")
}

static QUARTER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|[^0-9])(20\d\d)[-_ ]?q([1-4])(?:[^0-9]|$)|(?:^|[^a-z])q([1-4])[-_ ]?(20\d\d)"));
static VERSION: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:^|[^a-z0-9])v([2-9]\d)\.?([0-3])(?:r\d|[^0-9a-z]|$)"));
static DAY: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:^|[^0-9])([01]\d)[-_]?([0-3]\d)[-_]?(20\d\d)(?:[^0-9]|$)"));
static MONTH: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:^|[^0-9])(20\d\d)[-_]([01]\d)(?:[^0-9]|$)"));

fn number<T: std::str::FromStr>(captures: &Captures<'_>, group: usize) -> Option<T> {
    captures.get(group)?.as_str().parse().ok()
}

fn quarter_in(name: &str) -> Option<(i16, i8)> {
    if let Some(found) = QUARTER.captures(name) {
        let second = || Some((number(&found, 4)?, number(&found, 3)?));
        return number(&found, 1).zip(number(&found, 2)).or_else(second);
    }
    if let Some(found) = VERSION.captures(name) {
        // Version 30 is of 2024, and its second figure counts the quarters from 0.
        let (major, minor): (i16, i8) = (number(&found, 1)?, number(&found, 2)?);
        return Some((major + 1994, minor + 1));
    }
    if let Some(found) = DAY.captures(name) {
        return quarter_holding(number(&found, 3)?, number(&found, 1)?);
    }
    let found = MONTH.captures(name)?;
    quarter_published(number(&found, 1)?, number(&found, 2)?)
}

fn quarter_holding(year: i16, month: i8) -> Option<(i16, i8)> {
    (1..=12).contains(&month).then_some((year, (month + 2) / 3))
}

/// The quarter of a file named by a month: the one that begins with it, or the next one, because CMS publishes a
/// quarter in the month before it. A month in the middle of a quarter tells nothing.
fn quarter_published(year: i16, month: i8) -> Option<(i16, i8)> {
    match month {
        12 => Some((year + 1, 1)),
        3 | 6 | 9 => Some((year, month / 3 + 1)),
        1 | 4 | 7 | 10 => quarter_holding(year, month),
        _ => None,
    }
}

/// Whose claims a table is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Setting {
    /// Practitioners and ambulatory surgical centers.
    Practitioner,
    /// Outpatient hospital services.
    Hospital,
    /// Suppliers of durable medical equipment.
    Dme,
}

impl Setting {
    /// The word in ids and keys.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Practitioner => "practitioner",
            Self::Hospital => "hospital",
            Self::Dme => "dme",
        }
    }

    /// The words in titles.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Practitioner => "practitioner",
            Self::Hospital => "outpatient hospital",
            Self::Dme => "DME supplier",
        }
    }

    /// The setting that a text names; `None` where it names none, or two.
    pub(super) fn named_in(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let word = |known: &[&str]| text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| known.contains(&word));
        let mut found = [
            (Self::Practitioner, text.contains("practitioner") || text.contains("ccipra") || word(&["prac", "pra"])),
            (
                Self::Hospital,
                text.contains("hospital")
                    || text.contains("outpatient")
                    || text.contains("ccioph")
                    || word(&["oph", "out"]),
            ),
            (Self::Dme, text.contains("dmesupplier") || text.contains("durable medical") || word(&["dme", "durable"])),
        ]
        .into_iter()
        .filter_map(|(setting, named)| named.then_some(setting));
        let first = found.next();
        if found.next().is_some() { None } else { first }
    }

    /// The setting that the name of a file says, or else the names of the archives around it.
    pub(super) fn of_path(path: &str) -> Option<Self> {
        parts(path).find_map(|part| Self::named_in(&part))
    }
}

/// Whether a text says that a table is of Medicaid: `Some(false)` where it says Medicare, `None` where it says neither.
pub(super) fn says_medicaid(text: &str) -> Option<bool> {
    let text = text.to_ascii_lowercase();
    let word = |known: &str| text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == known);
    if text.contains("medicaid") || word("mcd") {
        Some(true)
    } else if text.contains("medicare") || word("mcr") {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_naming_a_quarter_is_read() {
        for (path, edition) in [
            ("ptp_prac_active_2024Q3.tsv", "2024Q3"),
            ("medicare-ncci-2026-q4-hospital-ptp-edits.zip/part.txt", "2026Q4"),
            ("medicaid-ncci-q2-2026-ptp-edits-practitioner-services.zip/a.txt", "2026Q2"),
            ("ccipra-v302r0-f1.TXT", "2024Q3"),
            ("ccioph-v313r0-f4.txt", "2025Q4"),
            ("CCIPRA-V320R0-F1.txt", "2026Q1"),
            ("ccipra-v323r0-f2.txt", "2026Q4"),
            ("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", "2026Q3"),
            ("add-code-edits-medicare-effective-04012026.zip/codes.txt", "2026Q2"),
            ("AOC_V2026Q2-F-MCR.txt", "2026Q2"),
            ("mue_dme_2024-07.csv", "2024Q3"),
            ("aoc_2024-06.csv", "2024Q3"),
            ("aoc_2024-12.csv", "2025Q1"),
            ("aoc_2024-02.csv", "undated"),
            ("edits.txt", "undated"),
        ] {
            assert_eq!(Release::of(path).edition, edition, "{path}");
        }
        let release = Release::of("v322r0.txt");
        assert_eq!(release.from.zip(release.to), quarter(2026, 3));
    }

    #[test]
    fn the_setting_is_told_by_name_unless_two_are_named() {
        for (path, setting) in [
            ("ccipra-v322r0-f1.txt", Some(Setting::Practitioner)),
            ("ptp_out_active.tsv", Some(Setting::Hospital)),
            ("ptp_prac_active.tsv", Some(Setting::Practitioner)),
            ("MCR_MUE_DMESupplierServices_Eff_01-01-2026.csv", Some(Setting::Dme)),
            ("hospital-ptp.zip/part1.txt", Some(Setting::Hospital)),
            ("practitioner-and-hospital.txt", None),
            ("edits.txt", None),
        ] {
            assert_eq!(Setting::of_path(path), setting, "{path}");
        }
    }

    #[test]
    fn the_program_is_told_by_name() {
        assert_eq!(says_medicaid("Medicaid-ncci-ptp.txt"), Some(true));
        assert_eq!(says_medicaid("AOC_V2026Q2-MCR.txt"), Some(false));
        assert_eq!(says_medicaid("ccipra.txt"), None);
    }
}
