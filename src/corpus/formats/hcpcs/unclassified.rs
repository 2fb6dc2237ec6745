//! HCPCS codes for what has no code of its own: `hcpcs_noc_codes_2024.csv`.
//!
//! CMS, list of not otherwise classified (NOC) codes: `hcpcs, long_description, add_date, term_date`.

use super::super::{File, Format, Intake, Refusal, Sample};
use super::grid::{self, Row};
use super::record::{day, is_code, take_title, title_rights};
use super::release::{Release, file_name};
use crate::domain::table::Table;

/// The list of codes that are not otherwise classified.
pub const FORMAT: Format = Format { name: "HCPCS codes not otherwise classified", recognise, read };

const NEEDED: [&[&str]; 4] = [&["hcpcs", "hcpcscode"], &["longdescription"], &["adddate"], &["termdate"]];

/// What the alpha-numeric file has and this list has not.
fn is_list(rows: &[Row]) -> Option<usize> {
    let at = grid::header(rows, &NEEDED)?;
    rows[at].column(&["recid", "seqnum"]).is_none().then_some(at)
}

fn recognise(sample: &Sample<'_>) -> bool {
    !grid::is_workbook(sample.bytes) && grid::beginning(sample).is_some_and(|rows| is_list(&rows).is_some())
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let rows = grid::of_text(&file.text());
    let at = is_list(&rows)
        .ok_or_else(|| Refusal::at(1, "no header with hcpcs, long_description, add_date and term_date"))?;
    let columns = NEEDED.map(|names| rows[at].column(names));
    let release = Release::of_year(file.path);
    let title = "HCPCS codes not otherwise classified";
    let mut register = |name, table, family| {
        let source = format!("CMS, HCPCS not otherwise classified codes, {}", file_name(file.path));
        intake.origin(release.origin(name, table, family, title, source))
    };
    let terms = register("hcpcs-noc", Table::Term, "term+hcpcs_noc");
    let titles = register("hcpcs-noc-titles", Table::Title, "title+hcpcs+noc");
    let life = register("hcpcs-noc-codes", Table::Period, "period");
    for row in rows[at + 1..].iter().filter(|row| !row.is_blank()) {
        let [code, text, added, ended] = columns.map(|column| row.optional(column));
        let (Some(added), Some(ended), true) = (day(added), day(ended), is_code(code)) else {
            intake.broken(row.line, "no HCPCS Level II code with its dates");
            continue;
        };
        intake.row(Table::Term, code, &["hcpcs_noc", text], terms);
        take_title(intake, code, "hcpcs", ("", text), title_rights(code), titles);
        intake.row(Table::Period, code, &["hcpcs", &added, &ended, "1"], life);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "\"hcpcs\",\"long_description\",\"add_date\",\"term_date\"\n";

    fn intake(text: &str) -> Intake {
        let mut intake = Intake::default();
        let _ = read(&File { path: "hcpcs_noc_codes_2024.csv", bytes: text.as_bytes() }, &mut intake);
        intake
    }

    #[test]
    fn a_code_is_marked_as_not_otherwise_classified() {
        let text = format!(
            "{HEADER}\"A9901\",\"Invented, unlisted\",1987-01-01,\n\"A9902\",\"x\",2014-01-01,2017-12-31\nx,y,,\n"
        );
        assert!(recognise(&Sample::of("a.csv", text.as_bytes())));
        let intake = intake(&text);
        assert_eq!(intake.rows[&Table::Term][0], "A9901\thcpcs_noc\tInvented, unlisted\thcpcs-noc-2024");
        assert_eq!(intake.rows[&Table::Title].len(), 2);
        assert_eq!(intake.rows[&Table::Period][1], "A9902\thcpcs\t2014-01-01\t2017-12-31\t1\thcpcs-noc-codes-2024");
        assert_eq!(intake.broken_count, 1);
        assert!(!recognise(&Sample::of("a.csv", b"hcpcs,long_description,recid,add_date,term_date\n")));
    }

    proptest::proptest! {
        #[test]
        fn any_rows_are_read_without_panic(rows in "[A-V0-9,\"\n é-]{0,200}") {
            let _ = (recognise(&Sample::of("a", rows.as_bytes())), intake(&format!("{HEADER}{rows}")));
        }
    }
}
