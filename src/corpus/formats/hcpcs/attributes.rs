//! The attributes of the alpha-numeric HCPCS file as an extract without descriptions:
//! `hcpcs_level2_attributes_2024-07.csv`.
//!
//! One row a code; several values of one kind stand in one cell, types of service behind colons, the others behind
//! commas. Dates are written YYYY-MM-DD.

use super::super::{File, Format, Intake, Refusal, Sample};
use super::grid::{self, Row};
use super::record::{Record, joined, manual, padded, take, units};

/// The attributes of HCPCS Level II codes.
pub const FORMAT: Format = Format { name: "HCPCS attributes", recognise, read };

const NEEDED: [&[&str]; 7] =
    [&["hcpcscode"], &["price"], &["cov"], &["betos"], &["action"], &["dateadded"], &["dateterm"]];

fn recognise(sample: &Sample<'_>) -> bool {
    !grid::is_workbook(sample.bytes)
        && grid::beginning(sample).is_some_and(|rows| grid::header(&rows, &NEEDED[..6]).is_some())
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let rows = grid::of_text(&file.text());
    let at = grid::header(&rows, &NEEDED);
    let at = at.ok_or_else(|| Refusal::at(1, "no header with hcpcs_code, date_added and date_term"))?;
    let header = &rows[at];
    let rows = rows[at + 1..].iter().filter(|row| !row.is_blank());
    let records: Vec<Record> = rows.map(|row| record(header, row)).collect();
    take(&records, false, file.path, intake);
    Ok(())
}

fn record(header: &Row, row: &Row) -> Record {
    let one = |name: &str| row.optional(header.column(&[name]));
    let own = |name: &str| one(name).to_owned();
    let several = |name: &str| joined(one(name).split([',', ':']));
    Record {
        line: row.line,
        code: one("hcpcscode").to_ascii_uppercase(),
        coverage: own("cov"),
        pricing: several("price"),
        multiple: own("multi"),
        betos: own("betos"),
        tos: several("tos"),
        action: own("action"),
        manual: manual(&several("cim"), &several("mcm")),
        statute: own("statute"),
        lab: several("lab"),
        crossref: several("xref"),
        asc: (own("ascgrp"), own("dateasc")),
        note: padded(one("proc"), 4),
        anesthesia: units(one("anes")),
        added: own("dateadded"),
        effective: own("dateaction"),
        terminated: own("dateterm"),
        ..Record::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::table::Table;

    const HEADER: &str = "\"hcpcs_code\",\"price\",\"multi\",\"cov\",\"betos\",\"tos\",\"action\",\"cim\",\"mcm\",\
        \"statute\",\"lab\",\"xref\",\"asc_grp\",\"proc\",\"anes\",\"date_term\",\"date_added\",\"date_asc\",\
        \"date_action\"\n";

    fn intake(text: &str) -> Result<Intake, Refusal> {
        let mut intake = Intake::default();
        let file = File { path: "hcpcs_level2_attributes_2024-07.csv", bytes: text.as_bytes() };
        read(&file, &mut intake).map(|()| intake)
    }

    #[test]
    fn several_values_of_a_cell_are_split() {
        let text = format!(
            "{HEADER}\"A9901\",\"00:21\",\"A\",\"D\",\"D1A\",\"1:P\",\"D\",\"60-9\",\"2120.1, 2125\",\"1833(t)\",\
             \"310, 400\",\"A0425, A9902\",\"YY\",\"0088\",\"0\",2026-12-31,1986-01-01,2019-01-01,2019-01-01\n"
        );
        assert!(recognise(&Sample::of("a.csv", text.as_bytes())));
        let intake = intake(&text).unwrap();
        assert_eq!(
            intake.rows[&Table::Hcpcs],
            ["A9901\tcode\tD\t00 21\tA\tD1A\t1 P\tD\tCIM 60-9; MCM 2120.1 2125\t1833(t)\t310 400\tA0425 A9902\t\
              YY 2019-01-01\t0088\t0\t1986-01-01\t2019-01-01\t2026-12-31\thcpcs-attributes-2024q3"]
        );
        assert_eq!(intake.rows[&Table::Period], ["A9901\thcpcs\t1986-01-01\t2026-12-31\t1\thcpcs-2024q3"]);
        assert!(!intake.rows.contains_key(&Table::Title));
    }

    #[test]
    fn a_header_without_the_last_day_is_refused() {
        let text = HEADER.replace(",\"date_term\"", "");
        assert!(recognise(&Sample::of("a.csv", text.as_bytes())));
        assert!(intake(&text).is_err());
        assert!(!recognise(&Sample::of("a.csv", b"hcpcs_code,price\nA9901,1\n")));
    }

    proptest::proptest! {
        #[test]
        fn any_rows_are_read_without_panic(rows in "[A-Z0-9,\":\n é-]{0,200}") {
            let _ = (recognise(&Sample::of("a", rows.as_bytes())), intake(&format!("{HEADER}{rows}")));
        }
    }
}
