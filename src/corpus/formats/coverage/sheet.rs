//! A table of an export: its header, its rows, and the release it is.

use std::borrow::Cow;

use csv::{Reader, ReaderBuilder, StringRecord};
use jiff::civil::Date;

use super::super::{File, Intake, Origin, OriginId, Refusal, Rights, Sample, american_date};
use crate::domain::table::Table;

/// What goes with texts of the local documents: they may name CPT codes.
pub(super) const CPT_NOTICE: &str = "CPT codes and descriptions are copyright of the American Medical Association.";

/// The columns that say when an entry was last changed.
const STAMPS: [&str; 4] = ["last_updated", "last_updt_tmstmp", "last_clrnc_tmstmp", "updated_on"];

/// The column names of a table, in small letters.
pub(super) struct Header {
    names: Vec<String>,
}

impl Header {
    /// The header in the first line of a sample.
    pub(super) fn of(sample: &Sample<'_>) -> Self {
        Self::first(sample.first_line())
    }

    fn first(text: &str) -> Self {
        let mut record = StringRecord::new();
        // A header that cannot be read is a header without columns, which no format knows.
        if !matches!(reader(text).read_record(&mut record), Ok(true)) {
            record.clear();
        }
        Self { names: record.iter().map(|name| name.trim().to_ascii_lowercase()).collect() }
    }

    /// True when the table has that column.
    pub(super) fn has(&self, name: &str) -> bool {
        self.at(name).is_some()
    }

    /// True when the table has all those columns.
    pub(super) fn all(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.has(name))
    }

    /// The first of those columns that the table has.
    pub(super) fn any(&self, names: &[&'static str]) -> Option<&'static str> {
        names.iter().copied().find(|name| self.has(name))
    }

    fn at(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }
}

/// The two kinds of local documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A local coverage determination, `L33822`.
    Lcd,
    /// An article, `A52464`.
    Article,
}

impl Kind {
    /// The kind a table is about, by its id column.
    pub(super) fn of(header: &Header) -> Option<Self> {
        match (header.has("lcd_id"), header.has("article_id")) {
            (true, false) => Some(Self::Lcd),
            (false, true) => Some(Self::Article),
            _ => None,
        }
    }

    /// `lcd` or `article`.
    pub(super) fn key(self) -> &'static str {
        if self == Self::Lcd { "lcd" } else { "article" }
    }

    /// The column of its id.
    pub(super) fn id(self) -> &'static str {
        if self == Self::Lcd { "lcd_id" } else { "article_id" }
    }

    /// The column of its version.
    pub(super) fn version(self) -> &'static str {
        if self == Self::Lcd { "lcd_version" } else { "article_version" }
    }

    /// The document of a row: the number with its letter, `L33822`.
    pub(super) fn document(self, row: &Row<'_>) -> Result<String, String> {
        self.number(row.get(self.id())).ok_or_else(|| format!("{} is not a document number", self.id()))
    }

    /// The display number of an id.
    pub(super) fn number(self, id: &str) -> Option<String> {
        let shaped = (1..=7).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit());
        shaped.then(|| format!("{}{id}", if self == Self::Lcd { 'L' } else { 'A' }))
    }
}

/// A table of an export.
pub(super) struct Sheet<'a> {
    text: Cow<'a, str>,
    /// Its columns.
    pub(super) header: Header,
}

/// What a kind of table is called, and how large a whole one is.
pub(super) struct Release {
    /// Which questions it answers; the family is the table's key, `+`, and this.
    pub(super) subject: String,
    /// The table of its rows.
    pub(super) table: Table,
    /// Its name for a reader.
    pub(super) title: String,
    /// The fewest entries of a whole export of this table; `None` where none is known.
    pub(super) floor: Option<usize>,
    /// The notice that goes with it.
    pub(super) notice: &'static str,
}

/// An entry, whose cells are found by name.
pub(super) struct Row<'r> {
    header: &'r Header,
    record: &'r StringRecord,
}

impl<'r> Row<'r> {
    /// The cell of that column without blanks at its ends; empty where there is none.
    pub(super) fn get(&self, name: &str) -> &'r str {
        self.header.at(name).and_then(|at| self.record.get(at)).unwrap_or("").trim()
    }

    /// The day in that column as `YYYY-MM-DD`; empty where there is none.
    pub(super) fn day(&self, name: &str) -> String {
        day(self.get(name)).map(|day| day.to_string()).unwrap_or_default()
    }

    /// The earliest day of those columns; empty where none has one.
    pub(super) fn earliest(&self, names: &[&str]) -> String {
        names.iter().filter_map(|name| day(self.get(name))).min().map(|day| day.to_string()).unwrap_or_default()
    }
}

impl<'a> Sheet<'a> {
    /// Opens a table.
    pub(super) fn open(file: &'a File<'_>) -> Self {
        let text = file.text();
        let header = Header::first(&text);
        Self { text, header }
    }

    /// Checks that the table has the columns without which it says nothing.
    ///
    /// # Errors
    /// One is missing.
    pub(super) fn require(&self, names: &[&str]) -> Result<(), Refusal> {
        match names.iter().find(|name| !self.header.has(name)) {
            Some(name) => Err(Refusal::at(1, format!("the header has no column {name}; export the table again"))),
            None => Ok(()),
        }
    }

    /// The newest day of the entries, and how many they are.
    fn survey(&self) -> (Option<Date>, usize) {
        let stamps: Vec<usize> = STAMPS.iter().filter_map(|name| self.header.at(name)).collect();
        let (mut reader, mut record) = (reader(&self.text), StringRecord::new());
        let (mut newest, mut size) = (None, 0_usize);
        while matches!(reader.read_record(&mut record), Ok(true)) {
            size += 1;
            newest = newest.max(stamps.iter().filter_map(|at| record.get(*at)).filter_map(day).max());
        }
        (newest, size.saturating_sub(1))
    }

    /// Registers the release that the table is.
    pub(super) fn register(&self, file: &File<'_>, release: Release, intake: &mut Intake) -> OriginId {
        let Release { subject, table, title, floor, notice } = release;
        let (newest, size) = self.survey();
        let month = newest.map(|day| format!("-{:04}-{:02}", day.year(), day.month())).unwrap_or_default();
        let stamp = newest.map(|day| format!(", newest entry {day}")).unwrap_or_default();
        let family = if subject == table.key() { subject.clone() } else { format!("{}+{subject}", table.key()) };
        intake.origin(Origin {
            id: format!("{subject}{month}"),
            table,
            family,
            title,
            edition: newest.map(|day| day.to_string()).unwrap_or_default(),
            from: newest,
            to: None,
            complete: newest.is_some() && floor.is_some_and(|floor| size >= floor),
            source: format!("CMS, Medicare Coverage Database, {}{stamp}", file.name()),
            rights: Rights::Public,
            notice: notice.to_owned(),
        })
    }

    /// The line on which an entry begins. The line end before it may still belong to its position.
    fn line(&self, record: &StringRecord) -> usize {
        let Some(position) = record.position() else { return 0 };
        let (line, byte) = (usize::try_from(position.line()), usize::try_from(position.byte()));
        let rest = byte.ok().and_then(|byte| self.text.as_bytes().get(byte..)).unwrap_or(&[]);
        let ends = rest.iter().take_while(|b| matches!(b, b'\r' | b'\n')).filter(|b| **b == b'\n').count();
        line.unwrap_or(usize::MAX).saturating_add(ends)
    }

    /// Gives each entry to `take`; an entry with cells missing or over, or one that `take` cannot use, is broken.
    pub(super) fn each(&self, intake: &mut Intake, mut take: impl FnMut(&Row<'_>, &mut Intake) -> Result<(), String>) {
        let (mut reader, mut record) = (reader(&self.text), StringRecord::new());
        // The header.
        let mut read = reader.read_record(&mut record);
        while matches!(read, Ok(true)) {
            read = reader.read_record(&mut record);
            if !matches!(read, Ok(true)) {
                break;
            }
            let line = self.line(&record);
            let width = self.header.names.len();
            if record.len() < width || record.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
                intake.broken(line, format!("{} cells instead of {width}", record.len()));
                continue;
            }
            let row = Row { header: &self.header, record: &record };
            if let Err(reason) = take(&row, intake) {
                intake.broken(line, reason);
            }
        }
    }
}

fn reader(text: &str) -> Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes())
}

/// A day written `2025-05-27 12:20:33`, `2025-05-27T12:20:33` or `05/27/2025`. The database fills unknown first days
/// with 1900 and open last days with 9999: neither is a day.
pub(super) fn day(text: &str) -> Option<Date> {
    let word = text.trim().split([' ', 'T']).next()?;
    let day = if word.contains('/') { american_date(word) } else { iso(word) }?;
    (1901..=2100).contains(&day.year()).then_some(day)
}

fn iso(word: &str) -> Option<Date> {
    let mut parts = word.split('-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    if parts.next().is_some() { None } else { Date::new(year, month, day).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filler_is_no_day() {
        assert_eq!(day("2025-05-27 12:20:33.1"), Date::new(2025, 5, 27).ok());
        assert_eq!(day("05/27/2025"), Date::new(2025, 5, 27).ok());
        for filler in ["", "N/A", "1900-01-01 00:00:00", "9999-12-31", "2025-13-01", "2025-02"] {
            assert_eq!(day(filler), None, "{filler}");
        }
    }
}
