//! Restructured BETOS Classification System (RBCS): the category, subcategory and family of each procedure code.
//!
//! Defined by "RBCS Data Dictionary" (CMS). The official names (`HCPCS_Cd`, `RBCS_Cat_Desc` …) and plain ones
//! (`hcpcs_code`, `rbcs_category` …) are read. The table also gives the days on which codes were added and ended.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::super::{File, Format, Intake, Origin, OriginId, Refusal, Rights, Sample};
use super::sheet::{Row, Sheet, dated, day, edition, shown, year};
use crate::domain::code::Code;
use crate::domain::table::Table;

/// The classification, one or more rows a code.
pub const FORMAT: Format = Format { name: "RBCS classification", recognise, read };

fn is_header(header: &[String]) -> bool {
    let has = |names: &[&str]| header.iter().any(|cell| names.contains(&cell.as_str()));
    has(&["hcpcscode", "hcpcscd"]) && has(&["rbcscategory", "rbcscatdesc", "rbcscat"])
}

fn recognise(sample: &Sample<'_>) -> bool {
    Sheet::find(&sample.text, b',', is_header).is_some()
}

struct Columns {
    code: usize,
    category: usize,
    subcategory: usize,
    family: usize,
    procedure: Option<usize>,
    added: Option<usize>,
    ended: Option<usize>,
    effective: Option<usize>,
}

impl Columns {
    fn of(sheet: &Sheet<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            code: sheet.need(&["hcpcscode", "hcpcscd"])?,
            category: sheet.need(&["rbcscategory", "rbcscatdesc"])?,
            subcategory: sheet.need(&["rbcssubcategory", "rbcssubcatdesc"])?,
            family: sheet.need(&["rbcsfamily", "rbcsfamilydesc"])?,
            procedure: sheet.column(&["rbcsprocedure", "rbcsmajorind"]),
            added: sheet.column(&["hcpcsdateadded", "hcpcscdadddt"]),
            ended: sheet.column(&["hcpcsdateended", "hcpcscdenddt"]),
            effective: sheet.column(&["rbcsdateeffective", "rbcsanalysisstartdt"]),
        })
    }
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let Some(sheet) = Sheet::find(&text, b',', is_header) else {
        return Err(Refusal::at(1, "no header with a procedure code and an RBCS category is at the beginning"));
    };
    let columns = Columns::of(&sheet)?;
    let classes = intake.origin(release(file, "rbcs", Table::Rbcs, "Service classes (RBCS)"));
    let mut periods: BTreeSet<(Code, Option<Date>, Option<Date>)> = BTreeSet::new();
    for row in sheet {
        match Code::parse(row.cell(columns.code)) {
            Ok(code) if code.set().is_procedure() => class(&row, code, &columns, intake, classes, &mut periods),
            _ => intake.broken(row.line, format!("{:?} is not a procedure code", row.cell(columns.code))),
        }
    }
    emit_periods(file, intake, periods);
    Ok(())
}

/// No period of the classification itself is in the file, and the year in its name is that of its publication.
fn release(file: &File<'_>, kind: &str, table: Table, title: &str) -> Origin {
    let year = year(&file.name());
    Origin {
        id: dated(kind, year),
        table,
        family: table.key().to_owned(),
        title: title.to_owned(),
        edition: edition(year),
        from: None,
        to: None,
        complete: false,
        source: format!("CMS, RBCS, {}", file.name()),
        rights: Rights::Public,
        notice: String::new(),
    }
}

fn class(
    row: &Row,
    code: Code,
    columns: &Columns,
    intake: &mut Intake,
    origin: OriginId,
    periods: &mut BTreeSet<(Code, Option<Date>, Option<Date>)>,
) {
    let days = [columns.added, columns.ended, columns.effective].map(|at| day(row.cell(at)));
    let [Some(added), Some(ended), Some(effective)] = days else {
        intake.broken(row.line, "a day is not written as a date");
        return;
    };
    let procedure = match row.cell(columns.procedure) {
        "M" => "Major",
        "O" => "Other",
        "N" => "Non-Procedure",
        other => other,
    };
    let (added_text, ended_text, effective) = (shown(added), shown(ended), shown(effective));
    let [category, subcategory] = [columns.category, columns.subcategory].map(|at| row.cell(at));
    let fields = [procedure, category, subcategory, row.cell(columns.family), &added_text, &ended_text, &effective];
    intake.row(Table::Rbcs, code.as_str(), &fields, origin);
    if added.is_some() || ended.is_some() {
        periods.insert((code, added, ended));
    }
}

/// When codes were listed. What is open in the file is open up to the last day that any row names, and the release
/// says nothing of later days.
fn emit_periods(file: &File<'_>, intake: &mut Intake, periods: BTreeSet<(Code, Option<Date>, Option<Date>)>) {
    if periods.is_empty() {
        return;
    }
    let mut release = release(file, "rbcs-period", Table::Period, "Days on which codes were added and ended (RBCS)");
    release.to = periods.iter().flat_map(|(_, added, ended)| [*added, *ended]).flatten().max();
    let origin = intake.origin(release);
    for (code, added, ended) in periods {
        let (from, to) = (shown(added), shown(ended));
        intake.row(Table::Period, code.as_str(), &[code.set().key(), &from, &to, "1"], origin);
    }
}
