//! NCCI procedure-to-procedure edits: the text files `ccipra` (practitioner) and `ccioph` (outpatient hospital) of
//! CMS, "Medicare NCCI Procedure to Procedure (PTP) Edits", and the Medicaid files of "Medicaid NCCI Edit Files".
//!
//! Tab-delimited. Medicare: six heading lines, then column one, column two, `*` for an edit in existence before
//! 1996, first day, last day (`*` = none), modifier indicator, rationale. Medicaid: three heading lines, no third
//! column, an empty last day for an active edit. Extracts without a heading have the seven Medicare columns.
//!
//! An edit may stand in a file twice, active and deleted: both are kept. Medicare tables come in parts (`f1` to `f4`).

use jiff::civil::Date;
use memchr::{memchr, memchr_iter};

use super::super::{File, Format, Intake, Origin, PairTerms, Refusal, Rights, Sample, american_date, compact_date};
use super::grid::plain;
use super::release::{Release, Setting, file_name, says_medicaid};
use crate::domain::table::Table;

/// NCCI procedure-to-procedure edits as text.
pub const FORMAT: Format = Format { name: "NCCI procedure-to-procedure edits", recognise, read };

/// A part of a Medicare table holds a quarter of one to three million edits, a Medicaid table as many: a file with
/// fewer lines than this is an excerpt or a list of changes.
const FULL: usize = 100_000;
/// More lines than any heading has.
const HEADING: usize = 40;
/// How many lines of a file without a heading must have the shape of edits.
const SHOWN: usize = 20;

/// Where the values stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Columns {
    one: usize,
    two: usize,
    from: usize,
    to: usize,
    indicator: usize,
    rationale: usize,
    /// A column for edits in existence before 1996, which only Medicare tables have.
    before_1996: bool,
}

/// The order of the Medicare text files.
const WITHOUT_HEADING: Columns =
    Columns { one: 0, two: 1, from: 3, to: 4, indicator: 5, rationale: 6, before_1996: true };

/// The lines above the first edit.
struct Heading<'a> {
    lines: Vec<&'a str>,
    /// Where the first edit begins, in bytes.
    end: usize,
}

impl<'a> Heading<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (mut lines, mut end) = (Vec::new(), 0);
        for line in text.split_inclusive('\n').take(HEADING) {
            let mut cells = line.split('\t');
            let pair = (cells.next().and_then(code), cells.next().and_then(code));
            if let (Some(_), Some(_)) = pair {
                return Some(Self { lines, end });
            }
            lines.push(line);
            end += line.len();
        }
        None
    }

    fn is_blank(&self) -> bool {
        self.lines.iter().all(|line| line.trim().is_empty())
    }

    /// The line with the names of the columns, and its cells. A quoted cell may go over several lines.
    fn names(&self) -> Option<(usize, Vec<String>)> {
        for (at, line) in self.lines.iter().enumerate() {
            let mut whole = (*line).to_owned();
            for next in &self.lines[at + 1..] {
                if whole.matches('"').count() % 2 == 0 {
                    break;
                }
                whole.push_str(next);
            }
            let names: Vec<String> = whole.split('\t').map(plain).collect();
            let has = |wanted: [&str; 2]| names.iter().any(|name| wanted.contains(&name.as_str()));
            if has(["column1", "col1"]) && has(["column2", "col2"]) {
                return Some((at + 1, names));
            }
        }
        None
    }

    fn columns(&self) -> Result<Columns, Refusal> {
        if self.is_blank() {
            return Ok(WITHOUT_HEADING);
        }
        let missing = |line, what: &str| {
            let reason = format!("the heading has no column {what:?}: use the text file of the CMS archive as it is");
            Refusal::at(line, reason)
        };
        let (line, names) = self.names().ok_or_else(|| missing(1, "Column 1"))?;
        let find = |what: &str, test: &dyn Fn(&str) -> bool| {
            names.iter().position(|name| test(name)).ok_or_else(|| missing(line, what))
        };
        Ok(Columns {
            one: find("Column 1", &|name| ["column1", "col1"].contains(&name))?,
            two: find("Column 2", &|name| ["column2", "col2"].contains(&name))?,
            from: find("Effective Date", &|name| name.starts_with("eff"))?,
            to: find("Deletion Date", &|name| name.starts_with("del"))?,
            indicator: find("Modifier", &|name| name.starts_with("modifier"))?,
            rationale: find("PTP Edit Rationale", &|name| name.ends_with("rationale"))?,
            before_1996: names.iter().any(|name| name.contains("existence") || name.contains("1996")),
        })
    }
}

fn recognise(sample: &Sample<'_>) -> bool {
    let Some(heading) = Heading::of(&sample.text) else { return false };
    if !heading.is_blank() {
        return heading.names().is_some_and(|(_, names)| names.iter().any(|name| name.starts_with("modifier")));
    }
    let rest = &sample.text[heading.end..];
    let whole = |line: &&str| line.ends_with('\n') || sample.bytes.len() < Sample::LENGTH;
    rest.split_inclusive('\n').filter(whole).take(SHOWN).all(|line| {
        let line = line.trim_end_matches(['\r', '\n']);
        let cells: Vec<&str> = line.split('\t').collect();
        let bare = |at: usize| cells[at].is_empty() || cells[at] == "*";
        cells.len() == 7
            && code(cells[0]).and(code(cells[1])).is_some()
            && bare(2)
            && (bare(3) || compact_date(cells[3]).is_some())
            && (bare(4) || compact_date(cells[4]).is_some())
            && ["0", "1", "9"].contains(&cells[5])
    })
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let heading = Heading::of(&text).ok_or_else(|| {
        let reason = "no edits under the heading: the file is cut short, download it again";
        Refusal::at(1, reason)
    })?;
    let columns = heading.columns()?;
    let words = heading.lines.concat();
    let setting = Setting::named_in(&words).or_else(|| Setting::of_path(file.path)).ok_or_else(|| {
        let reason = "neither heading nor name tells practitioner from hospital: \
                      name the file as CMS does, such as ccipra-v322r0-f1.txt or ccioph-v322r0-f1.txt";
        Refusal::at(1, reason)
    })?;
    let told = says_medicaid(&words).or_else(|| says_medicaid(file.path));
    let program = if told.unwrap_or(!columns.before_1996) { "medicaid" } else { "medicare" };
    let rows = &text[heading.end..];
    let count = memchr_iter(b'\n', rows.as_bytes()).count();
    let origin = intake.origin(origin(file.path, setting, program, count));
    intake.pairs.reserve(count);
    let mut rest = rows;
    let mut line = heading.lines.len();
    while !rest.is_empty() {
        let end = memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
        let (row, next) = rest.split_at(end);
        (rest, line) = (next, line + 1);
        match edit(row.trim_end_matches(['\n', '\r']), columns) {
            Ok(Some(Edit { one, two, from, to, indicator, rationale })) => {
                let rationale = rationale.to_owned();
                let setting = setting.key();
                let terms = PairTerms { setting, program, from, to, indicator, rationale, origin: usize::MAX };
                intake.pair(one, two, terms, origin);
            }
            Ok(None) => {}
            Err(reason) => intake.broken(line, reason),
        }
    }
    Ok(())
}

fn origin(path: &str, setting: Setting, program: &str, count: usize) -> Origin {
    let release = Release::of(path);
    let medicaid = if program == "medicaid" { "-medicaid" } else { "" };
    let title = if program == "medicaid" { "Medicaid" } else { "Medicare" };
    Origin {
        id: format!("ncci-ptp-{}{medicaid}-{}", setting.key(), release.tag()),
        table: Table::Ptp,
        family: format!("ptp+{}+{program}", setting.key()),
        title: format!("NCCI PTP edits, {}, {title}", setting.title()),
        complete: release.is_known() && count >= FULL,
        edition: release.edition,
        from: release.from,
        to: release.to,
        source: format!("CMS, NCCI PTP edits, {}", file_name(path)),
        rights: Rights::Public,
        notice: String::new(),
    }
}

/// An edit as a line has it.
struct Edit<'a> {
    one: [u8; 5],
    two: [u8; 5],
    from: Option<Date>,
    to: Option<Date>,
    indicator: u8,
    rationale: &'a str,
}

/// The edit of a line; `None` for a blank one.
fn edit(line: &str, columns: Columns) -> Result<Option<Edit<'_>>, &'static str> {
    let mut cells = [""; 16];
    let (mut rest, mut count) = (line, 0);
    while count < cells.len() {
        let end = memchr(b'\t', rest.as_bytes());
        cells[count] = &rest[..end.unwrap_or(rest.len())];
        count += 1;
        let Some(end) = end else { break };
        rest = &rest[end + 1..];
    }
    if cells.iter().all(|cell| cell.trim().is_empty()) {
        return Ok(None);
    }
    // A column beyond those that are kept is empty, so that the line is broken rather than misread.
    let cell = |at: usize| cells.get(at).map_or("", |cell| cell.trim());
    let one = code(cell(columns.one)).ok_or("column one is no code")?;
    let two = code(cell(columns.two)).ok_or("column two is no code")?;
    let indicator = match cell(columns.indicator) {
        "0" => 0,
        "1" => 1,
        "9" => 9,
        _ => return Err("the modifier indicator is not 0, 1 or 9"),
    };
    let from = day(cell(columns.from)).ok_or("the effective date is no date")?;
    let to = day(cell(columns.to)).ok_or("the deletion date is no date")?;
    // What a workbook quotes on saving as text keeps its quotation marks.
    let rationale = cell(columns.rationale).trim_matches('"');
    Ok(Some(Edit { one, two, from, to, indicator, rationale }))
}

/// A date that may be absent; `None` for what is no date.
fn day(text: &str) -> Option<Option<Date>> {
    if matches!(text, "" | "*") {
        return Some(None);
    }
    compact_date(text).or_else(|| american_date(text)).map(Some)
}

/// A CPT or HCPCS code: five characters, three figures in the middle and at most one letter.
fn code(text: &str) -> Option<[u8; 5]> {
    let mut code: [u8; 5] = text.trim().as_bytes().try_into().ok()?;
    code.make_ascii_uppercase();
    let [first, .., last] = code;
    let shaped = code[1..4].iter().all(u8::is_ascii_digit)
        && (first.is_ascii_digit() && last.is_ascii_alphanumeric()
            || first.is_ascii_uppercase() && last.is_ascii_digit());
    shaped.then_some(code)
}

#[cfg(test)]
mod tests;
