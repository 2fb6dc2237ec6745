//! The order files of ICD-10-CM and ICD-10-PCS: every code and every heading with both titles.
//!
//! Layout: `icd10OrderFiles.pdf` (CDC/NCHS) and `icd10pcsOrderFile.pdf` (CMS), which are the same. Fixed width without
//! a header: 1-5 order number, 7-13 code without its dot, 15 flag (1 may be reported, 0 heading), 17-76 short title,
//! from 78 long title.

use super::super::{File, Format, Intake, Origin, Refusal, Rights, Sample};
use super::PUBLIC;
use super::edition::Edition;
use super::writing::{Set, column, file_name};
use crate::domain::table::Table;

/// The format.
pub const FORMAT: Format = Format { name: "ICD-10 order file", recognise, read };

/// Fewer rows are an excerpt. Since FY2014 ICD-10-CM has had more than 91,000 rows and ICD-10-PCS more than 72,000.
const LEAST_CM: usize = 85_000;
const LEAST_PCS: usize = 70_000;

/// A row of an order file.
struct Row<'a> {
    code: &'a str,
    flag: &'a str,
    short: &'a str,
    long: &'a str,
}

fn parse(line: &str) -> Option<Row<'_>> {
    let number = column(line, 0, 5);
    let row = Row {
        code: column(line, 6, 13),
        flag: column(line, 14, 15),
        short: column(line, 16, 77),
        long: column(line, 77, usize::MAX),
    };
    let blanks = [5..6, 13..14, 15..16].into_iter().all(|gap| column(line, gap.start, gap.end).is_empty());
    let shaped = number.len() == 5
        && number.bytes().all(|b| b.is_ascii_digit())
        && (3..=7).contains(&row.code.len())
        && row.code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && ["0", "1"].contains(&row.flag)
        && !row.short.is_empty()
        && !row.long.is_empty();
    (blanks && shaped).then_some(row)
}

/// Of the first lines, nine in ten have the layout.
fn recognise(sample: &Sample<'_>) -> bool {
    let lines: Vec<&str> = sample.lines().filter(|line| !line.trim().is_empty()).take(20).collect();
    let fit = lines.iter().filter(|line| parse(line).is_some()).count();
    fit > 0 && fit * 10 >= lines.len() * 9
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let rows = || text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let set = Set::of(rows().filter_map(|(_, line)| parse(line)).map(|row| row.code)).ok_or_else(|| {
        Refusal::at(1, "its codes fit both ICD-10-CM and ICD-10-PCS; import the whole order file, not a part of it")
    })?;
    let count = rows().count();
    let edition = Edition::of(file.path, None);
    let origin = intake.origin(origin(set, edition.as_ref(), count, file.path));
    for (at, line) in rows() {
        let Some(row) = parse(line) else {
            intake.broken(at + 1, "not a row of an order file (number, code, flag 0 or 1, short title, long title)");
            continue;
        };
        let Some(code) = set.written(row.code) else {
            intake.broken(at + 1, format!("{:?} is no {} code", row.code, set.name()));
            continue;
        };
        intake.row(Table::Period, &code, &[set.key(), "", "", row.flag], origin);
        intake.extra(Table::Title, &code, &[set.key(), row.short, row.long, PUBLIC], origin);
    }
    Ok(())
}

fn origin(set: Set, edition: Option<&Edition>, rows: usize, path: &str) -> Origin {
    let least = if set == Set::Cm { LEAST_CM } else { LEAST_PCS };
    Origin {
        id: format!("{}-{}", set.key(), edition.map_or_else(|| "undated".to_owned(), Edition::id)),
        table: Table::Period,
        family: "period".to_owned(),
        title: format!("{} order file", set.name()),
        edition: edition.map(Edition::name).unwrap_or_default(),
        from: edition.map(|edition| edition.from),
        to: edition.map(|edition| edition.to),
        complete: edition.is_some() && rows >= least,
        source: format!("{}, {}", set.publisher(), file_name(path)),
        rights: Rights::Public,
        notice: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CM: &str = "00001 A00     0 Short heading                                                Long heading\r\n\
        00002 A000    1 Short title                                                  Long title\r\n\
        30497 QA00101 1 Another                                                      Another, longer\r\n";
    const PCS: &str = "00001 001     0 Short heading                                                Long heading\r\n\
        00002 0016070 1 Short title                                                  Long title\r\n";

    fn take(path: &str, text: &str) -> Intake {
        let mut intake = Intake::default();
        assert!(recognise(&Sample::of(path, text.as_bytes())));
        read(&File { path, bytes: text.as_bytes() }, &mut intake).unwrap();
        intake
    }

    #[test]
    fn a_row_gives_both_titles_and_its_flag() {
        let intake = take("icd10cm-order-2026.txt", CM);
        assert_eq!(intake.rows[&Table::Period][0], "A00\ticd10cm\t\t\t0\ticd10cm-2026");
        assert_eq!(intake.rows[&Table::Title][1], "A00.0\ticd10cm\tShort title\tLong title\tpublic\ticd10cm-2026");
        assert!(intake.rows[&Table::Period][2].starts_with("QA0.0101\t"));
        assert_eq!((intake.counts[&0], intake.broken_count), (3, 0));
    }

    #[test]
    fn procedure_codes_are_told_from_diagnoses_by_their_writing() {
        let intake = take("icd10pcs_order_2026.txt", PCS);
        assert_eq!(intake.origins[0].id, "icd10pcs-2026");
        assert_eq!(intake.rows[&Table::Period][1], "0016070\ticd10pcs\t\t\t1\ticd10pcs-2026");
    }

    #[test]
    fn a_few_rows_are_an_excerpt_of_the_year_that_the_name_gives() {
        let origin = take("ICD10CM_order_2025.txt", CM).origins.remove(0);
        assert_eq!((origin.edition.as_str(), origin.complete), ("FY2025", false));
        assert_eq!(origin.from.map(|day| day.to_string()).as_deref(), Some("2024-10-01"));
        let origin = take("order.txt", CM).origins.remove(0);
        assert_eq!((origin.from, origin.to, origin.complete), (None, None, false));
    }

    #[test]
    fn a_whole_file_is_complete() {
        let edition = Edition::of("icd10cm-order-April-1-2026.txt", None).unwrap();
        let origin = origin(Set::Cm, Some(&edition), 98_186, "icd10cm-order-April-1-2026.txt");
        assert!(origin.complete);
        assert_eq!((origin.id.as_str(), origin.edition.as_str()), ("icd10cm-2026-04", "FY2026 (April 2026)"));
    }

    #[test]
    fn a_bad_row_is_reported_with_its_line() {
        let intake = take("icd10cm-order-2026.txt", &format!("{}nonsense\n", CM.repeat(4)));
        assert_eq!((intake.broken_count, intake.broken[0].0), (1, 13));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..80), cut in 0_usize..300) {
            bytes.splice(0..0, CM.bytes().take(cut));
            let _ = recognise(&Sample::of("a", &bytes));
            let _ = read(&File { path: "a", bytes: &bytes }, &mut Intake::default());
        }
    }
}
