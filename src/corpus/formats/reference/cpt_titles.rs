//! CPT descriptors that the operator holds under a licence of the AMA.
//!
//! Defined by the AMA's CPT data files (consolidated code list: `CPT Code`, `Long`, `Medium`, `Short`, `Consumer` …)
//! and tables made from them, comma- or tab-separated. Rows go nowhere but into titles with the AMA's rights; whether
//! they are stored is for the edition's licence to say.

use super::super::{File, Format, Intake, Origin, Refusal, Rights, Sample};
use super::sheet::{Sheet, calendar, dated, edition, year};
use crate::domain::code::{Code, CodeSet};
use crate::domain::table::Table;

/// A table of CPT codes with their descriptors.
pub const FORMAT: Format = Format { name: "licensed CPT descriptors", recognise, read };

/// How many rows of the sample are looked at.
const LOOKED_AT: usize = 200;

const CODE: [&str; 5] = ["cptcode", "cpt", "code", "cptcodes", "procedurecode"];
const LONG: [&str; 9] = [
    "longdescriptor",
    "long",
    "longdescription",
    "fulldescriptor",
    "fulldescription",
    "cptdescriptor",
    "cptdescription",
    "descriptor",
    "description",
];
const MEDIUM: [&str; 3] = ["mediumdescriptor", "medium", "mediumdescription"];
const SHORT: [&str; 3] = ["shortdescriptor", "short", "shortdescription"];
const CONSUMER: [&str; 4] = ["consumerdescriptor", "consumer", "consumerdescription", "consumerfriendlydescriptor"];

/// Words in the header of a fee schedule, an edit table or a list of claims, which may name a description too.
const OTHERS: [&str; 14] = [
    "rate",
    "fee",
    "price",
    "amount",
    "payment",
    "rvu",
    "charge",
    "modifier",
    "status",
    "mue",
    "indicator",
    "category",
    "units",
    "diagnosis",
];

/// Column `code`, and which columns hold descriptors, without the prefix `cpt` that some tables give each name.
fn is_header(header: &[String]) -> bool {
    let any = |test: &dyn Fn(&str) -> bool| header.iter().any(|cell| test(cell));
    let descriptor =
        |cell: &str| [&LONG[..], &MEDIUM, &SHORT, &CONSUMER].iter().any(|names| names.contains(&bare(cell)));
    any(&|cell| CODE.contains(&cell))
        && any(&|cell| cell.contains("cpt"))
        && any(&|cell| cell.contains("descript"))
        && any(&descriptor)
        && !any(&|cell| OTHERS.iter().any(|other| cell.contains(other)))
}

/// `cptlongdescriptor` is `longdescriptor`.
fn bare(cell: &str) -> &str {
    cell.strip_prefix("cpt").filter(|rest| !rest.is_empty()).unwrap_or(cell)
}

fn open(text: &str) -> Option<Sheet<'_>> {
    [b',', b'\t', b'|'].into_iter().find_map(|delimiter| Sheet::find(text, delimiter, is_header))
}

fn recognise(sample: &Sample<'_>) -> bool {
    let Some(sheet) = open(&sample.text) else { return false };
    let Some(code) = sheet.column(&CODE) else { return false };
    let (mut rows, mut cpt, mut other) = (0, 0, 0);
    for row in sheet.take(LOOKED_AT) {
        rows += 1;
        match Code::parse(row.cell(code)).map(|code| code.set()) {
            Ok(CodeSet::Cpt) => cpt += 1,
            Ok(CodeSet::Hcpcs) => other += 1,
            _ => {}
        }
    }
    // A list may be mixed with HCPCS Level II, but is one of CPT codes first.
    cpt > 0 && cpt >= other && (cpt + other) * 10 >= rows * 9
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let Some(sheet) = open(&text) else {
        return Err(Refusal::at(1, "no header with a CPT code and a descriptor is at the beginning"));
    };
    let code = sheet.need(&CODE)?;
    let column = |names: &[&str]| sheet.header().iter().position(|cell| names.contains(&bare(cell)));
    // In the order in which the longest and the shortest text are taken.
    let long = [column(&LONG), column(&MEDIUM), column(&CONSUMER), column(&SHORT)];
    let short = [column(&SHORT), column(&MEDIUM)];
    let origin = intake.origin(release(file));
    for row in sheet {
        let first = |columns: &[Option<usize>]| {
            columns.iter().map(|at| row.cell(*at)).find(|text| !text.is_empty()).unwrap_or("").to_owned()
        };
        match Code::parse(row.cell(code)) {
            // HCPCS Level II in a mixed list has its own official file.
            Ok(code) if code.set() == CodeSet::Hcpcs => {}
            Ok(code) if code.set() == CodeSet::Cpt && !first(&long).is_empty() => {
                let fields = [CodeSet::Cpt.key(), &first(&short), &first(&long), Rights::Ama.key()];
                intake.row(Table::Title, code.as_str(), &fields, origin);
            }
            _ => intake.broken(row.line, "not a CPT code with a descriptor"),
        }
    }
    Ok(())
}

/// The descriptors of a year, which the name gives. Never complete: an operator may hold a part of them.
fn release(file: &File<'_>) -> Origin {
    let year = year(&file.name());
    let (from, to) = calendar(year);
    Origin {
        id: dated("cpt-descriptors", year),
        table: Table::Title,
        family: "title+cpt".to_owned(),
        title: "CPT descriptors under the operator's licence".to_owned(),
        edition: edition(year),
        from,
        to,
        complete: false,
        source: format!("AMA, {}", file.name()),
        rights: Rights::Ama,
        notice:
            "CPT copyright American Medical Association. All rights reserved. CPT is a registered trademark of the \
                 American Medical Association."
                .to_owned(),
    }
}
