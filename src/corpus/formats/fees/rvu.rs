//! The National Physician Fee Schedule Relative Value File (PPRRVU), in its two forms.
//!
//! Defined by CMS, "National Physician Fee Schedule Relative Value File", record layout (RVU25D; RVU26A adds the
//! pricing indicator). Status codes: Attachment A of the same document; Pub. 100-04, chapter 23.

pub(super) mod table;
pub(super) mod text;

use std::ops::Range;

use jiff::civil::Date;

use super::super::{Intake, Origin, OriginId};
use super::amount::{decimal, not_a_figure};
use super::codes::{Said, procedure};
use super::release::{Release, file_name, participation, settle};
use crate::domain::table::Table;

/// A complete file has about 19,000 rows; the smallest since 2020 had 16,000.
const WHOLE: u64 = 15_000;

/// One column of the schedule.
struct Field {
    /// Its name in the stacked header of the csv, as [`super::grid::normal`] writes it.
    header: &'static str,
    /// Its place in the fixed-width text, from 0.
    at: Range<usize>,
    /// Decimals of a figure; `None` for an indicator.
    places: Option<usize>,
    /// True where a file of any year must have it.
    needed: bool,
}

const fn indicator(header: &'static str, at: Range<usize>) -> Field {
    Field { header, at, places: None, needed: true }
}

const fn figure(header: &'static str, at: Range<usize>, places: usize) -> Field {
    Field { header, at, places: Some(places), needed: true }
}

const CODE: Field = indicator("HCPCS", 0..5);
const DESCRIPTION: Field = indicator("DESCRIPTION", 7..57);

/// The columns in the order of the table, without `participation`, which the file's name tells.
const FIELDS: [Field; 23] = [
    indicator("MOD", 5..7),
    indicator("STATUS CODE", 57..58),
    indicator("GLOB DAYS", 103..106),
    indicator("PCTC IND", 102..103),
    indicator("MULT PROC", 115..116),
    indicator("BILAT SURG", 116..117),
    indicator("ASST SURG", 117..118),
    indicator("CO SURG", 118..119),
    indicator("TEAM SURG", 119..120),
    indicator("ENDO BASE", 127..132),
    figure("WORK RVU", 59..65, 2),
    figure("NON FAC PE RVU", 66..72, 2),
    figure("FACILITY PE RVU", 75..81, 2),
    figure("MP RVU", 84..89, 2),
    indicator("NON FAC NA INDICATOR", 72..74),
    indicator("FACILITY NA INDICATOR", 81..83),
    figure("PRE OP", 106..109, 2),
    figure("INTRA OP", 109..112, 2),
    figure("POST OP", 112..115, 2),
    figure("CONV FACTOR", 132..140, 4),
    // New in 2026; blank filler before.
    Field { header: "PRIC IND", at: 120..121, places: None, needed: false },
    indicator("PHYSICIAN SUPERVISION OF DIAGNOSTIC PROCEDURES", 141..143),
    indicator("DIAGNOSTIC IMAGING FAMILY INDICATOR", 145..147),
];

/// Where `participation` stands in the table, behind the conversion factor.
const PARTICIPATION: usize = 20;
const STATUS: usize = 1;

/// A file being read.
struct Schedule {
    fees: OriginId,
    codes: OriginId,
    participation: &'static str,
    said: Said,
}

impl Schedule {
    fn new(intake: &mut Intake, path: &str, release: &Release, released: Option<Date>) -> Self {
        // RVU25D: the letters A to D are the quarters.
        let letter = release.key.bytes().last().filter(|_| release.span.is_some()).map(|digit| digit - b'1' + b'A');
        let edition = match letter {
            Some(letter) => format!("RVU{}{}", &release.key[2..4], char::from(letter)),
            None => "RVU, undated".to_owned(),
        };
        let key = if letter.is_some() { edition.to_ascii_lowercase() } else { format!("rvu-{}", release.key) };
        let released = released.map(|day| format!(", released {day}")).unwrap_or_default();
        let source = format!("CMS, {edition}, {}{released}", file_name(path));
        let titled = |table, id, title| Origin {
            id,
            edition: edition.clone(),
            ..release.origin(table, "", title, source.clone())
        };
        let fees = titled(Table::Fee, format!("mpfs-{key}"), "Medicare physician fee schedule");
        let codes = titled(Table::Period, key, "Medicare physician fee schedule, its codes");
        Self {
            fees: intake.origin(fees),
            codes: intake.origin(codes),
            participation: participation(path),
            said: Said::default(),
        }
    }

    /// Takes a row; `value` gives the cell of a column: of [`FIELDS`] by its place there, behind them of the code and
    /// the description.
    fn take<'v>(
        &mut self,
        intake: &mut Intake,
        line: usize,
        value: impl Fn(&Field, usize) -> std::borrow::Cow<'v, str>,
    ) {
        let shown = value(&CODE, FIELDS.len());
        let Some(code) = procedure(&shown) else {
            return intake
                .broken(line, format!("{:?} is no CPT or HCPCS code", shown.chars().take(20).collect::<String>()));
        };
        let mut row: Vec<String> = Vec::with_capacity(FIELDS.len() + 1);
        for (at, field) in FIELDS.iter().enumerate() {
            let text = value(field, at);
            row.push(match field.places.map(|places| decimal(&text, places)) {
                None => text.trim().to_owned(),
                Some(Some(figure)) => figure,
                Some(None) => return intake.broken(line, format!("{}: {}", field.header, not_a_figure(&text))),
            });
        }
        row.insert(PARTICIPATION, self.participation.to_owned());
        // D and F are deleted codes; every other status, also I and N, is about Medicare, not about the code.
        if !matches!(row[STATUS].as_str(), "D" | "F") {
            self.said.listed(intake, &code, self.codes);
        }
        self.said.titled(intake, &code, &value(&DESCRIPTION, FIELDS.len() + 1), self.fees);
        let fields: Vec<&str> = row.iter().map(String::as_str).collect();
        intake.row(Table::Fee, code.as_str(), &fields, self.fees);
    }

    fn finish(intake: &mut Intake) {
        settle(intake, WHOLE);
    }
}

#[cfg(test)]
pub(super) mod tests;
