//! The alpha-numeric HCPCS file as csv or workbook: `HCPC2026_OCT_ANWEB.csv`, `.xlsx`.
//!
//! The columns of the fixed-width layout under the names `HCPC, SEQNUM, RECID, LONG DESCRIPTION, …, ACTION CD`;
//! descriptions are whole. Disclaimers may stand above the header.

use super::super::{File, Format, Intake, Refusal, Sample};
use super::grid::{self, Row};
use super::record::{Record, append, joined, manual, padded, take, units};

/// The HCPCS Level II file under a header.
pub const FORMAT: Format = Format { name: "HCPCS alpha-numeric file", recognise, read };

const CODE: &[&str] = &["hcpc", "hcpcs", "hcpcscode"];
/// The columns without which the file cannot be used.
const NEEDED: [(&[&str], &str); 5] = [
    (&["recid"], "RECID"),
    (&["longdescription"], "LONG DESCRIPTION"),
    (&["adddt", "adddate"], "ADD DT"),
    (&["termdt", "termdate"], "TERM DT"),
    (&["actioncd", "actioncode"], "ACTION CD"),
];

fn header(rows: &[Row]) -> Option<usize> {
    grid::header(rows, &[CODE, NEEDED[0].0, NEEDED[1].0, &["adddt", "adddate", "termdt", "termdate", "betos"]])
}

fn recognise(sample: &Sample<'_>) -> bool {
    match grid::beginning(sample) {
        Some(rows) => header(&rows).is_some(),
        // A workbook that is longer than the sample shows nothing but its name; the header is looked at on reading.
        None => sample.name.contains("anweb"),
    }
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let rows = grid::of_file(file)?;
    let at = header(&rows).ok_or_else(|| {
        let reason = "no header with HCPC, RECID and LONG DESCRIPTION: use the file of CMS as it is";
        Refusal::at(1, reason)
    })?;
    let header = &rows[at];
    if let Some((_, name)) = NEEDED.iter().find(|(names, _)| header.column(names).is_none()) {
        let reason = format!("the header has no column {name:?}: use the file of CMS as it is");
        return Err(Refusal::at(header.line, reason));
    }
    let mut records: Vec<Record> = Vec::with_capacity(rows.len());
    for row in rows[at + 1..].iter().filter(|row| !row.is_blank()) {
        let cells = Cells { header, row };
        match (cells.one(&["recid"]), records.last_mut()) {
            ("3" | "7", _) => records.push(cells.record()),
            ("4" | "8", Some(last)) if last.code == cells.code() => {
                append(&mut last.long, cells.one(&["longdescription"]));
            }
            _ => intake.broken(row.line, "RECID is not 3 or 7, nor 4 or 8 behind its code"),
        }
    }
    take(&records, true, file.path, intake);
    Ok(())
}

/// A row with the names of its columns.
struct Cells<'a> {
    header: &'a Row,
    row: &'a Row,
}

impl<'a> Cells<'a> {
    fn one(&self, names: &[&str]) -> &'a str {
        self.row.optional(self.header.column(names))
    }

    fn code(&self) -> String {
        self.one(CODE).to_ascii_uppercase()
    }

    /// The values of `name1`, `name2` and so on, each with zeros in front up to `width`.
    fn numbered(&self, name: &str, count: usize, width: usize) -> String {
        let values: Vec<String> =
            (1..=count).map(|number| padded(self.one(&[&format!("{name}{number}")]), width)).collect();
        joined(values.iter().map(String::as_str))
    }

    fn record(&self) -> Record {
        let own = |names: &[&str]| self.one(names).to_owned();
        Record {
            line: self.row.line,
            modifier: self.one(&["recid"]) == "7",
            code: self.code(),
            long: joined(self.one(&["longdescription"]).split_whitespace()),
            short: joined(self.one(&["shortdescription"]).split_whitespace()),
            pricing: self.numbered("price", 4, 2),
            multiple: own(&["multpi"]),
            manual: manual(&self.numbered("cim", 3, 0), &self.numbered("mcm", 3, 0)),
            statute: own(&["statute"]),
            lab: self.numbered("labcert", 8, 3),
            crossref: self.numbered("xref", 5, 5),
            coverage: own(&["cov"]),
            asc: (own(&["ascgrp"]), own(&["ascdt"])),
            note: padded(self.one(&["procnote"]), 4),
            betos: own(&["betos"]),
            tos: self.numbered("tos", 5, 1),
            anesthesia: units(self.one(&["anestbu"])),
            added: own(NEEDED[2].0),
            effective: own(&["acteffdt", "acteffdate"]),
            terminated: own(NEEDED[3].0),
            action: own(NEEDED[4].0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::formats::hcpcs::anweb_fixed;
    use crate::domain::table::Table;

    const BOOK: &[u8] = include_bytes!("../../../../tests/fixtures/corpus/HCPC2026_OCT_ANWEB.xlsx");
    const HEADER: &str = "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,ADD DT,ACT EFF DT,TERM DT,ACTION CD\n";

    fn intake(bytes: &[u8]) -> Result<Intake, Refusal> {
        let mut intake = Intake::default();
        read(&File { path: "HCPC2026_OCT_ANWEB.xlsx", bytes }, &mut intake).map(|()| intake)
    }

    #[test]
    fn a_workbook_gives_the_rows_that_the_fixed_text_gives() {
        assert!(recognise(&Sample::of("a.xlsx", BOOK)));
        let text = anweb_fixed::tests::text();
        let mut other = Intake::default();
        let file = File { path: "HCPC2026_OCT_ANWEB.txt", bytes: text.as_bytes() };
        (anweb_fixed::FORMAT.read)(&file, &mut other).unwrap();
        assert_eq!(intake(BOOK).unwrap().rows, other.rows);
    }

    #[test]
    fn a_csv_with_fewer_columns_is_read() {
        let text =
            format!("{HEADER}   A1,0010,7,Dressing,Dress,20020701,20020701,,N\nA9901,0010,3,\"A, b\",,19860101,,,N\n");
        assert!(recognise(&Sample::of("a.csv", text.as_bytes())));
        let rows = intake(text.as_bytes()).unwrap().rows;
        assert_eq!(rows[&Table::Title][0], "A1\tmodifier\tDress\tDressing\tpublic\thcpcs-titles-2026q4");
        assert_eq!(rows[&Table::Title][1], "A9901\thcpcs\t\tA, b\tpublic\thcpcs-titles-2026q4");
        assert_eq!(rows[&Table::Period], ["A9901\thcpcs\t1986-01-01\t\t1\thcpcs-2026q4"]);
    }

    #[test]
    fn a_row_of_another_type_is_reported() {
        let text = format!("{HEADER}A9901,0010,3,x,,19860101,,,N\nA9901,0020,4,y,,,,,\nA9902,0010,5,x,,,,,\n");
        let intake = intake(text.as_bytes()).unwrap();
        assert!(intake.rows[&Table::Title][0].contains("\tx y\t"));
        assert_eq!(intake.broken[0].0, 4);
    }

    #[test]
    fn a_header_without_a_needed_column_is_refused() {
        let text = HEADER.replace(",TERM DT", "");
        assert!(recognise(&Sample::of("a.csv", text.as_bytes())));
        assert!(intake(text.as_bytes()).err().unwrap().reason.contains("TERM DT"));
        assert!(!recognise(&Sample::of("a.csv", b"hcpcs,seqnum,recid,long_description,short_description\n")));
    }

    proptest::proptest! {
        #[test]
        fn a_damaged_workbook_is_read_without_panic(cut in 0usize..2200, at in 0usize..2200, byte in 0u8..=255) {
            let mut bytes = BOOK[..cut.min(BOOK.len())].to_vec();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            let _ = (recognise(&Sample::of("a.xlsx", &bytes)), intake(&bytes));
        }
    }
}
