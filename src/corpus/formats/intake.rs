//! What a reader of an official format is given, and what it gives back.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use crate::domain::table::Table;

/// An official format: how it is recognised and how it is read.
pub struct Format {
    /// Its name in summaries, such as `ICD-10-CM order file`.
    pub name: &'static str,
    /// True when the beginning of a file shows this format. It looks at the content; a reader looks at the name only
    /// for what the content does not say, such as the quarter of a file without a heading.
    pub recognise: fn(&Sample<'_>) -> bool,
    /// Reads a whole file.
    pub read: fn(&File<'_>, &mut Intake) -> Result<(), Refusal>,
}

/// The file is of a known kind and cannot be used: why, and what the operator can do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Refusal {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub reason: String,
}

impl Refusal {
    /// A file that is refused because of one line.
    pub fn at(line: usize, reason: impl Into<String>) -> Self {
        Self { line, reason: reason.into() }
    }
}

/// The beginning of a file, by which it is recognised.
pub struct Sample<'a> {
    /// The last part of the file's name, in lower case.
    pub name: String,
    /// At most the first [`Sample::LENGTH`] bytes.
    pub bytes: &'a [u8],
    /// The same as text.
    pub text: Cow<'a, str>,
}

impl<'a> Sample<'a> {
    /// How much of a file is looked at.
    pub const LENGTH: usize = 64 * 1024;

    /// The sample of a file.
    pub fn of(path: &str, bytes: &'a [u8]) -> Self {
        let bytes = &bytes[..bytes.len().min(Self::LENGTH)];
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase();
        Self { name, bytes, text: text(bytes) }
    }

    /// Its lines, without their ends. The last may be cut short.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }

    /// The first line that is not blank.
    pub fn first_line(&self) -> &str {
        self.lines().find(|line| !line.trim().is_empty()).unwrap_or("")
    }
}

/// A file to read.
pub struct File<'a> {
    /// Its path as shown to the operator, archives included: `rvu25d.zip/PPRRVU2025_Oct.csv`.
    pub path: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

impl<'a> File<'a> {
    /// The last part of its name, in lower case.
    pub fn name(&self) -> String {
        self.path.rsplit(['/', '\\']).next().unwrap_or(self.path).to_ascii_lowercase()
    }

    /// Its content as text: UTF-8 (a byte order mark is dropped), else Windows-1252, which CMS files are in.
    pub fn text(&self) -> Cow<'a, str> {
        text(self.bytes)
    }
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        // Cut within a character at the end of a sample.
        Err(error) if error.error_len().is_none() && bytes.len() == Sample::LENGTH => {
            String::from_utf8_lossy(&bytes[..error.valid_up_to()])
        }
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// Whose words a release holds, which decides what may be stored and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// A work of the US government, or our own: free.
    Public,
    /// Holds CPT descriptors of the AMA: numbers are free, descriptors need the operator's licence.
    Ama,
    /// Holds descriptors of the ADA (CDT).
    Ada,
    /// Text of X12, NUBC or another owner: imported by the operator, never shipped.
    Owner,
    /// Free under a licence that asks for attribution; the release names it.
    Attribution,
}

impl Rights {
    /// The word kept with a release.
    pub fn key(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Ama => "ama",
            Self::Ada => "ada",
            Self::Owner => "owner",
            Self::Attribution => "attribution",
        }
    }

    /// The rights of that word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Public, Self::Ama, Self::Ada, Self::Owner, Self::Attribution].into_iter().find(|r| r.key() == text)
    }
}

/// One official release, as a reader found it. Two files of one release (parts, or the same table as csv and txt)
/// give the same id and are merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its id, in small letters, digits and hyphens: `ncci-ptp-practitioner-2024q3`.
    pub id: String,
    /// The table most of its rows are in.
    pub table: Table,
    /// Which question it answers: the table's key, with `+` and what tells it from others where there are several:
    /// `ptp+practitioner+medicare`, `mue+hospital+medicare`, `period`.
    pub family: String,
    /// Its name for a reader: `NCCI PTP edits, practitioner, Medicare`.
    pub title: String,
    /// Its edition for a reader: `2024Q3`, `RVU25D`, `FY2026`.
    pub edition: String,
    /// First day it speaks for; `None` where neither content nor name says.
    pub from: Option<Date>,
    /// Last day it speaks for; `None` where it is open or unknown.
    pub to: Option<Date>,
    /// True when what is not in it does not exist; false for an excerpt, which proves no absence.
    pub complete: bool,
    /// Publisher and file: `CMS, RVU25D, PPRRVU2025_Oct.csv, released 2025-09-11`.
    pub source: String,
    /// Whose words it holds.
    pub rights: Rights,
    /// The licence and attribution that must go with it; empty for a work of the US government.
    pub notice: String,
}

/// A release that was registered with an intake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OriginId(usize);

/// An NCCI pair, with its words interned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// Column one.
    pub one: [u8; 5],
    /// Column two.
    pub two: [u8; 5],
    /// Index into [`Intake::terms`].
    pub terms: u32,
}

/// What the pairs of a line share.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PairTerms {
    /// `practitioner` or `hospital`.
    pub setting: &'static str,
    /// `medicare` or `medicaid`.
    pub program: &'static str,
    /// First day, if the file gives one.
    pub from: Option<Date>,
    /// Last day, if the pair was deleted.
    pub to: Option<Date>,
    /// 0, 1 or 9.
    pub indicator: u8,
    /// The rationale in the table's words.
    pub rationale: String,
    /// The release.
    pub origin: usize,
}

/// Collects the rows of one file.
#[derive(Default)]
pub struct Intake {
    /// The releases that the file belongs to.
    pub origins: Vec<Origin>,
    /// Rows by table: `key TAB field TAB …`, the release last.
    pub rows: BTreeMap<Table, Vec<String>>,
    /// Rows accepted, by release.
    pub counts: BTreeMap<usize, u64>,
    /// NCCI pairs.
    pub pairs: Vec<Pair>,
    /// What pairs share.
    pub terms: Vec<PairTerms>,
    /// The first broken rows: line and reason.
    pub broken: Vec<(usize, String)>,
    /// How many rows were broken.
    pub broken_count: u64,
    interned: HashMap<PairTerms, u32>,
}

impl Intake {
    /// How many broken rows are kept with their reasons.
    pub const SHOWN: usize = 20;

    /// Registers a release; the same id gives the same handle.
    pub fn origin(&mut self, origin: Origin) -> OriginId {
        if let Some(at) = self.origins.iter().position(|known| known.id == origin.id) {
            return OriginId(at);
        }
        self.origins.push(origin);
        OriginId(self.origins.len() - 1)
    }

    /// Takes a row. `fields` are the columns of the table behind its key and before `release`, in their order.
    /// Tabs and line ends within a field become spaces; in [`Table::Passage`] texts, use [`Intake::lines`] first.
    /// The row counts for its release.
    ///
    /// # Panics
    /// In debug builds, when the number of fields is not that of the table: a mistake of the reader, not of the file.
    pub fn row(&mut self, table: Table, key: &str, fields: &[&str], origin: OriginId) {
        self.extra(table, key, fields, origin);
        *self.counts.entry(origin.0).or_default() += 1;
    }

    /// Takes a row that is derived from a counted one and does not count itself.
    pub fn extra(&mut self, table: Table, key: &str, fields: &[&str], origin: OriginId) {
        debug_assert_eq!(fields.len() + 1, table.columns().len(), "columns of {table:?}");
        let size = key.len() + fields.iter().map(|field| field.len() + 1).sum::<usize>() + 32;
        let mut line = String::with_capacity(size);
        push_clean(&mut line, key);
        for field in fields {
            line.push('\t');
            push_clean(&mut line, field);
        }
        line.push('\t');
        line.push_str(&self.origins[origin.0].id);
        line.shrink_to_fit();
        self.rows.entry(table).or_default().push(line);
    }

    /// Takes an NCCI pair; it counts for its release.
    pub fn pair(&mut self, one: [u8; 5], two: [u8; 5], mut terms: PairTerms, origin: OriginId) {
        terms.origin = origin.0;
        let next = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
        let terms = match self.interned.get(&terms) {
            Some(known) => *known,
            None => {
                self.terms.push(terms.clone());
                self.interned.insert(terms, next);
                next
            }
        };
        self.pairs.push(Pair { one, two, terms });
        *self.counts.entry(origin.0).or_default() += 1;
    }

    /// Notes a row that cannot be used. Up to one in a thousand is reported; more stop the import.
    pub fn broken(&mut self, line: usize, reason: impl Into<String>) {
        self.broken_count += 1;
        if self.broken.len() < Self::SHOWN {
            self.broken.push((line, reason.into()));
        }
    }

    /// A text of several lines as one field: line ends become the two characters `\n`.
    pub fn lines(text: &str) -> String {
        text.trim().replace("\r\n", "\n").replace('\n', "\\n")
    }
}

/// Appends a field without tabs, line ends and other control characters, and without blanks at its ends.
fn push_clean(line: &mut String, field: &str) {
    let field = field.trim();
    if field.bytes().any(|b| b < b' ') {
        line.extend(field.chars().map(|c| if c.is_control() { ' ' } else { c }));
    } else {
        line.push_str(field);
    }
}

/// A date written `20240701`; `None` for blanks and zeros.
pub fn compact_date(text: &str) -> Option<Date> {
    let text = text.trim();
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok()
}

/// A date written `7/1/2024` or `07/01/2024`, month first; `None` for anything else.
pub fn american_date(text: &str) -> Option<Date> {
    let mut parts = text.trim().split('/');
    let (month, day, year) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    if parts.next().is_some() { None } else { Date::new(year, month, day).ok() }
}

/// The first and last day of a quarter, 1 to 4.
pub fn quarter(year: i16, quarter: i8) -> Option<(Date, Date)> {
    let from = Date::new(year, quarter.checked_mul(3)?.checked_sub(2)?, 1).ok()?;
    Some((from, Date::new(year, quarter * 3, 1).ok()?.last_of_month()))
}

/// The first and last day of a federal fiscal year: 1 October of the year before to 30 September.
pub fn fiscal_year(year: i16) -> Option<(Date, Date)> {
    Some((Date::new(year.checked_sub(1)?, 10, 1).ok()?, Date::new(year, 9, 30).ok()?))
}
