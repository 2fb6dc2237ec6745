//! ZIP code to contractor and locality: the files ZIP5 and ZIP9, text of 80 columns without a header.
//!
//! Defined by CMS, "Zip5 Record Layout" and "Zip9 Record Layout". Each line names its quarter (columns 76 to 80).

use super::super::{File, Format, Intake, Origin, OriginId, Refusal, Sample};
use super::amount::locality_key;
use super::release::{Release, file_name, settle};
use crate::domain::table::Table;

/// The format.
pub(super) const FORMAT: Format = Format { name: "ZIP codes to localities", recognise, read };

/// The smaller of the two files has about 43,000 ZIP codes.
const WHOLE: u64 = 40_000;
const LENGTH: usize = 80;

fn recognise(sample: &Sample<'_>) -> bool {
    let mut lines = sample.lines().filter(|line| !ends(line)).take(5).peekable();
    lines.peek().is_some() && lines.all(|line| Line::read(line).is_some())
}

fn ends(line: &str) -> bool {
    line.trim_matches(|c: char| c.is_whitespace() || c == '\u{1a}').is_empty()
}

/// The columns of a line.
struct Line<'l> {
    state: &'l str,
    zip: &'l str,
    /// Behind the ZIP code, in ZIP9 only.
    extension: &'l str,
    contractor: &'l str,
    locality: &'l str,
    /// Blank urban, R rural, B super rural.
    rural: &'l str,
    lab: &'l str,
    plus_four: &'l str,
    year: i16,
    quarter: i8,
}

impl<'l> Line<'l> {
    fn read(line: &'l str) -> Option<Self> {
        let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
        if line.len() < LENGTH || line.trim_end().len() != LENGTH || !line.is_ascii() {
            return None;
        }
        let at = |from: usize, to: usize| line[from..to].trim();
        let extension = if digits(at(21, 25), 4) { at(21, 25) } else { "" };
        // Columns 16 and 17 are the laboratory locality in ZIP5 and filler in ZIP9.
        let lab = if extension.is_empty() { at(15, 17) } else { "" };
        let read = Self {
            state: at(0, 2),
            zip: at(2, 7),
            extension,
            contractor: at(7, 12),
            locality: at(12, 14),
            rural: at(14, 15),
            lab,
            plus_four: at(20, 21),
            year: at(75, 79).parse().ok()?,
            quarter: at(79, 80).parse().ok().filter(|quarter| (1..=4).contains(quarter))?,
        };
        let state = read.state.len() == 2 && read.state.bytes().all(|b| b.is_ascii_uppercase());
        let placed = locality_key(read.contractor, read.locality).is_some() && read.contractor.len() == 5;
        (state && placed && digits(read.zip, 5) && (2000..2100).contains(&read.year)).then_some(read)
    }
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let mut known: Option<((i16, i8, bool), OriginId)> = None;
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !ends(line)) {
        let Some(row) = Line::read(line) else {
            intake.broken(at + 1, "the line has not the columns of the layout");
            continue;
        };
        let wanted = (row.year, row.quarter, !row.extension.is_empty());
        let origin = match known {
            Some((seen, origin)) if seen == wanted => origin,
            _ => origin(file, intake, wanted),
        };
        known = Some((wanted, origin));
        let long;
        let key = if row.extension.is_empty() {
            row.zip
        } else {
            long = format!("{}-{}", row.zip, row.extension);
            &long
        };
        let fields = [row.state, row.contractor, row.locality, row.rural, row.lab, row.plus_four];
        intake.row(Table::Zip, key, &fields, origin);
    }
    settle(intake, WHOLE);
    Ok(())
}

fn origin(file: &File<'_>, intake: &mut Intake, wanted: (i16, i8, bool)) -> OriginId {
    let (year, quarter, nine) = wanted;
    let source = format!("CMS, ZIP code to carrier locality file, {}", file_name(file.path));
    let kind = if nine { "zip9" } else { "zip" };
    let origin =
        Release::quarter(year, quarter).origin(Table::Zip, kind, "ZIP code to contractor and locality", source);
    let family = if nine { format!("{}+nine", origin.family) } else { origin.family.clone() };
    intake.origin(Origin { family, ..origin })
}
