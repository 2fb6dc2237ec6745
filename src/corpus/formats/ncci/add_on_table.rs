//! NCCI add-on code edits as a workbook (`AOC_V2026Q2-MCR.xlsx`) or as delimited text.
//!
//! A notice, then the header `AOC_Edit_Type, Add-On_Code, AOC_DelDT, Primary_Code, Primary_Code_DelDT,
//! AOC_Edit_EffDT, AOC_Edit_DelDT, Special_Instruction_Notes`; days are written `YYYYDDD`. Older headers name the
//! days `AOC Edit Eff Dt (Julian)` and the like. Extracts have only the type and the two codes.

use super::super::{File, Format, Intake, Refusal, Sample};
use super::add_on::{Days, Edit, take};
use super::grid::{self, Row, plain};

/// NCCI add-on code edits under a header.
pub const FORMAT: Format = Format { name: "NCCI add-on code edits", recognise, read };

const KIND: &[&str] = &["aocedittype", "addoncodeedittype", "edittype"];
const ADD_ON: &[&str] = &["addoncode", "aoc"];
const PRIMARY: &[&str] = &["primarycode"];

fn recognise(sample: &Sample<'_>) -> bool {
    match grid::beginning(sample) {
        Some(rows) => grid::header(&rows, &[KIND, ADD_ON, PRIMARY]).is_some(),
        // A workbook that is longer than the sample shows nothing but its name; the header is looked at on reading.
        None => sample.name.starts_with("aoc") || sample.name.contains("add-on") || sample.name.contains("add_on"),
    }
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let rows = grid::of_file(file)?;
    let at = grid::header(&rows, &[KIND, ADD_ON, PRIMARY]).ok_or_else(|| {
        let reason = "no header with AOC_Edit_Type, Add-On_Code and Primary_Code: use the file of CMS as it is";
        Refusal::at(1, reason)
    })?;
    let columns = Columns::of(&rows[at]);
    let edits = rows[at + 1..].iter().filter(|row| !row.is_blank());
    let edits: Vec<_> = edits.map(|row| columns.edit(row).map_err(|reason| (row.line, reason))).collect();
    take(&edits, file.path, intake);
    Ok(())
}

struct Columns {
    kind: Option<usize>,
    add_on: Option<usize>,
    primary: Option<usize>,
    from: Option<usize>,
    ends: [Option<usize>; 3],
}

impl Columns {
    fn of(header: &Row) -> Self {
        let beginning = |text: &str| header.cells.iter().position(|cell| plain(cell).starts_with(text));
        let starting = |names: [&str; 2]| names.into_iter().find_map(beginning);
        Self {
            kind: header.column(KIND),
            add_on: header.column(ADD_ON),
            primary: header.column(PRIMARY),
            from: starting(["aocediteffdt", "aocediteffective"]),
            ends: [
                starting(["aocdeldt", "aocdeletion"]),
                starting(["primarycodedeldt", "primarycodedeletion"]),
                starting(["aoceditdeldt", "aoceditdeletion"]),
            ],
        }
    }

    fn edit(&self, row: &Row) -> Result<Edit, &'static str> {
        let days = Days { from: row.optional(self.from), ends: self.ends.map(|column| row.optional(column)) };
        Edit::of(row.optional(self.kind), row.optional(self.add_on), row.optional(self.primary), &days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::table::Table;

    const BOOK: &[u8] = include_bytes!("../../../../tests/fixtures/corpus/AOC_V2026Q2-MCR.xlsx");

    fn intake(path: &str, bytes: &[u8]) -> Result<Intake, Refusal> {
        let mut intake = Intake::default();
        read(&File { path, bytes }, &mut intake).map(|()| intake)
    }

    #[test]
    fn a_workbook_gives_the_rows_that_the_fixed_text_gives() {
        assert!(recognise(&Sample::of("codes.xlsx", BOOK)));
        let intake = intake("AOC_V2026Q2-MCR.xlsx", BOOK).unwrap();
        assert_eq!(
            intake.rows[&Table::AddOn],
            [
                "0071U\t0070U\t1\t2019-01-01\t\t1\tncci-aoc-2026q2",
                "0072U\t0070U\t1\t2019-01-01\t2020-12-31\t0\tncci-aoc-2026q2",
                "0054T\tCCCCC\t2\t2008-01-01\t\t0\tncci-aoc-2026q2"
            ]
        );
    }

    #[test]
    fn an_extract_has_no_days() {
        let text = "\"primary_code\",\"add_on_code\",\"aoc_edit_type\"\n\"CCCCC\",\"0054T\",2\n\"0070U\",\"0071U\",1\n";
        assert!(recognise(&Sample::of("a.csv", text.as_bytes())));
        let intake = intake("aoc_2024-06.csv", text.as_bytes()).unwrap();
        assert_eq!(
            intake.rows[&Table::AddOn],
            ["0054T\tCCCCC\t2\t\t\t0\tncci-aoc-2024q3", "0071U\t0070U\t1\t\t\t1\tncci-aoc-2024q3"]
        );
    }

    #[test]
    fn a_text_split_by_tabs_is_read_with_its_older_names() {
        let text = "AOC Edit Type\tAdd-on Code\tPrimary Code\tAOC Edit Eff Dt (Julian)\tAOC Edit Del Dt (Julian)\n\
            1\t0071U\t0070U\t2019001\t2021181\n";
        assert!(recognise(&Sample::of("a.txt", text.as_bytes())));
        let rows = &intake("AOC_V2025Q4.txt", text.as_bytes()).unwrap().rows[&Table::AddOn];
        assert_eq!(rows, &["0071U\t0070U\t1\t2019-01-01\t2021-06-30\t0\tncci-aoc-2025q4"]);
    }

    #[test]
    fn a_workbook_of_another_kind_is_refused() {
        let long = [b"PK\x03\x04xl/".as_slice(), &vec![0; Sample::LENGTH]].concat();
        assert!(recognise(&Sample::of("AOC_V2026Q2-MCR.xlsx", &long)));
        assert!(!recognise(&Sample::of("fees.xlsx", &long)));
        assert!(intake("AOC.xlsx", &long).err().unwrap().reason.contains("damaged"));
        assert!(intake("AOC.csv", b"a,b\n1,2\n").err().unwrap().reason.contains("AOC_Edit_Type"));
    }

    proptest::proptest! {
        #[test]
        fn a_damaged_workbook_is_read_without_panic(cut in 0usize..1500, at in 0usize..1500, byte in 0u8..=255) {
            let mut bytes = BOOK[..cut.min(BOOK.len())].to_vec();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            let _ = (recognise(&Sample::of("a.xlsx", &bytes)), intake("a.xlsx", &bytes));
        }
    }
}
