//! NCCI on one code: unit limits by setting, and its pairs in both columns, counted.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Serialize;

use super::names::{Named, named};
use super::spoken::speaking;
use crate::checks::units;
use crate::corpus::{Corpus, Partners, Release};
use crate::domain::check::{Program, Setting};
use crate::domain::code::Code;
use crate::domain::table::Table;
use crate::domain::time::AsOf;

/// Unit limits are kept by these: setting, and behind it the program where it is not Medicare.
const SETTINGS: [&str; 6] =
    ["practitioner", "hospital", "dme", "practitioner+medicaid", "hospital+medicaid", "dme+medicaid"];
/// Pairs that are named.
const SHOWN: usize = 8;

/// A unit limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Units {
    /// `practitioner`, `hospital` or `dme`, and `+medicaid` where it is not Medicare's.
    pub setting: &'static str,
    /// Units on one date of service, or on one claim line (indicator 1).
    pub units: u32,
    /// Adjudication indicator 1, 2 or 3; empty where the table has none.
    pub mai: String,
    /// What it means.
    pub meaning: String,
    /// Why the limit is what it is, in the table's words.
    pub rationale: String,
    /// The release.
    pub release: String,
    /// The release as a reader would name it.
    pub title: String,
    /// Its quarter.
    pub quarter: String,
    /// False where it does not speak for the date.
    pub in_force: bool,
}

/// The limits of every setting.
pub(super) fn units(corpus: &Corpus, code: &Code, as_of: AsOf) -> Vec<Units> {
    let of = |setting: &'static str| {
        let spoken = speaking(corpus, corpus.list_rows(Table::Mue, &format!("{code}+{setting}")), as_of)?;
        let row = spoken.rows.first()?;
        // A whole table in force that lacks the code says that there is no limit: what an older one held is not shown
        // as if it were last known.
        let in_force = corpus.releases().in_force(&format!("mue+{setting}"), as_of);
        if in_force.is_some_and(|release| release.id != spoken.release.id) {
            return None;
        }
        let mai = row.get("mai");
        Some(Units {
            setting,
            units: row.get("units").parse().ok()?,
            mai: mai.to_owned(),
            meaning: mai.parse().map(units::meaning).unwrap_or_default().to_owned(),
            rationale: row.get("rationale").to_owned(),
            release: spoken.release.id.clone(),
            title: spoken.release.doc(),
            quarter: spoken.release.edition.clone(),
            in_force: spoken.in_force,
        })
    };
    SETTINGS.into_iter().filter_map(of).collect()
}

/// How many pairs of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Indicator 0: never together.
    pub never: usize,
    /// Indicator 1: a modifier may bypass the edit.
    pub modifier_allowed: usize,
    /// Deleted before the date.
    pub deleted: usize,
    /// Indicator 9: never in force.
    pub never_in_force: usize,
}

/// The pairs of a code in one setting and program.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Edits {
    /// The setting.
    pub setting: Setting,
    /// The program.
    pub program: Program,
    /// The release that is counted.
    pub release: String,
    /// The release as a reader would name it.
    pub title: String,
    /// Its quarter.
    pub quarter: String,
    /// False where it does not speak for the date.
    pub in_force: bool,
    /// The code is column one: it is paid, the other denied.
    pub column_one: Counts,
    /// The code is column two: it is denied, the other paid.
    pub column_two: Counts,
    /// Codes next to it by number that it is paired with, in either column.
    pub near: Vec<Near>,
}

/// A pair that is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Near {
    /// The other code.
    #[serde(flatten)]
    pub other: Named,
    /// True where the page's code is column one.
    pub column_one: bool,
    /// 0 or 1.
    pub indicator: u8,
}

/// The releases whose rows are counted, and the day on which a row must hold.
pub struct Day<'a> {
    /// The release in force or nearest; `None` where the shelf holds excerpts only.
    pub release: Option<&'a Release>,
    /// True when the release speaks for the date.
    pub in_force: bool,
    /// The date asked for, or the last (first) day of the nearest release.
    pub day: Option<Date>,
}

/// Which release of the pairs speaks for a date.
pub fn day(corpus: &Corpus, setting: Setting, program: Program, as_of: AsOf) -> Day<'_> {
    let family = format!("ptp+{}+{}", setting.key(), program.key());
    let asked = match as_of {
        AsOf::Date(day) => Some(day),
        AsOf::Shelf => None,
    };
    if let Some(release) = corpus.releases().in_force(&family, as_of) {
        return Day { release: Some(release), in_force: true, day: asked.or(release.period.to) };
    }
    let nearest = corpus.releases().nearest(&family, as_of);
    let day = nearest.and_then(|release| match (asked, release.period.from, release.period.to) {
        (Some(day), Some(from), _) if day < from => Some(from),
        (_, _, to) => to,
    });
    Day { release: nearest, in_force: false, day: day.or(asked) }
}

impl Day<'_> {
    /// True for rows that are counted: those of the release, or of any where no complete one is.
    pub fn counts(&self, partners: &Partners<'_>) -> bool {
        self.release.is_none_or(|release| release.id == partners.release)
    }

    /// True for rows that hold on the day.
    pub fn is_active(&self, partners: &Partners<'_>) -> bool {
        partners.indicator != 9 && self.day.is_none_or(|day| partners.period.contains(day))
    }
}

/// The pairs of every setting and program that the shelf has.
pub(super) fn edits(corpus: &Corpus, code: &Code, as_of: AsOf) -> Vec<Edits> {
    let mut found = Vec::new();
    for program in [Program::Medicare, Program::Medicaid] {
        for setting in [Setting::Practitioner, Setting::Hospital] {
            let partners = corpus.list_partners(code, setting, program);
            let day = day(corpus, setting, program, as_of);
            let partners: Vec<&Partners<'_>> = partners.iter().filter(|one| day.counts(one)).collect();
            let Some(first) = partners.first() else { continue };
            let Some(release) = day.release.or_else(|| corpus.releases().find(first.release)) else { continue };
            // The pairs of both settings are mostly the same: they are named once.
            let near = if found.is_empty() { near(corpus, code, &partners, &day, as_of) } else { Vec::new() };
            found.push(Edits {
                setting,
                program,
                release: release.id.clone(),
                title: release.doc(),
                quarter: release.edition.clone(),
                in_force: day.in_force,
                column_one: count(&partners, &day, true),
                column_two: count(&partners, &day, false),
                near,
            });
        }
    }
    found
}

fn count(partners: &[&Partners<'_>], day: &Day<'_>, column_one: bool) -> Counts {
    let mut counts = Counts::default();
    for one in partners.iter().filter(|one| one.column_one == column_one) {
        let held = match one.indicator {
            9 => &mut counts.never_in_force,
            _ if !day.is_active(one) => &mut counts.deleted,
            0 => &mut counts.never,
            _ => &mut counts.modifier_allowed,
        };
        *held += one.count();
    }
    counts
}

/// The pairs with the codes nearest by number, which mostly are of the same family.
fn near(corpus: &Corpus, code: &Code, partners: &[&Partners<'_>], day: &Day<'_>, as_of: AsOf) -> Vec<Near> {
    let mut found: BTreeSet<(bool, usize, u32, &str, bool, u8)> = BTreeSet::new();
    let kind = |code: &str| code.bytes().last().map(|b| b.is_ascii_digit());
    let number = |code: &str| code.bytes().filter(u8::is_ascii_digit).fold(0_u32, |n, b| n * 10 + u32::from(b - b'0'));
    let text = code.as_str();
    for one in partners.iter().filter(|one| day.is_active(one)) {
        for other in one.around(text, SHOWN) {
            let same = other.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
            let distance = number(other).abs_diff(number(text));
            let other_kind = kind(other) != kind(text);
            found.insert((other_kind, 5 - same.min(5), distance, other, one.column_one, one.indicator));
        }
    }
    let nearest = found.into_iter().take(SHOWN);
    nearest
        .filter_map(|(_, _, _, other, column_one, indicator)| {
            let other = named(corpus, &Code::parse(other).ok()?, as_of);
            Some(Near { other, column_one, indicator })
        })
        .collect()
}
