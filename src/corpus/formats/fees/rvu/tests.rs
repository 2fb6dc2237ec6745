//! Tests of both forms of PPRRVU, with invented descriptors.

use super::super::super::{File, Format, Intake, Sample};
use super::*;

const HEADER_2025: &str = "\
,,2025 National Physician Fee Schedule Relative Value File October Release,,,,,,,,,,,,,,,,,,,,,,,,,,,,\r
,,Notice of the owners of the code sets.,,,,,,,,,,,,,,,,,,,,,,,,,,,,\r
,,RELEASED 09/11/2025,,,,,,,,,,,,,,,,,,,,,,,,,,,,\r
,, , ,,,,,,,,,,,,,,,,,,,,,,,,,NON-FACILITY,FACILITY,\r
,,,,NOT USED,,,,,,,,,,,,,,,,,,,,,PHYSICIAN,,DIAGNOSTIC,PE USED,PE USED,MP USED\r
,,,,FOR,,,NON-FAC,,FACILITY ,,,,,,,,,,,,,,,,SUPERVISION OF,,IMAGING,FOR OPPS,FOR OPPS,FOR OPPS\r
,,,STATUS,MEDICARE ,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,MULT,BILAT,ASST,CO-,TEAM,ENDO,CONV,DIAGNOSTIC,CALCULATION,FAMILY,PAYMENT,PAYMENT,PAYMENT\r
HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,SURG,SURG,SURG,SURG,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT\r
";

pub(in super::super) fn table() -> String {
    format!(
        "{HEADER_2025}\
43239,,invented scope,A,,2.39,8.59,,1.43,,0.26,11.24,4.08,0,000,0.00,0.00,0.00,3,0,1,0,0,43235,32.3465,09,0,99,0.00,0.00,0.00\r
70450,26,invented scan,A,,0.85,0.35,,0.35,NA,0.05,1.25,1.25,1,XXX,0.00,0.00,0.00,4,0,0,0,0,,32.3465,09,0,88,0.35,0.35,0.05\r
70450,TC,invented scan,A,,0.00,1.97,,1.97,NA,0.01,1.98,1.98,1,XXX,0.00,0.00,0.00,4,0,0,0,0,,32.3465,01,0,88,1.97,1.97,0.01\r
D0120,,invented tooth,D,,0.00,0.00,,0.00,,0.00,0.00,0.00,9,XXX,.10,0.80,0.10,9,9,9,9,9,,32.3465,09,0,99,0.00,0.00,0.00\r
"
    )
}

/// The same rows in the layout of the text.
pub(in super::super) fn text() -> String {
    let row = |cells: &[(usize, &str)]| {
        let mut line = vec![b' '; 200];
        for (at, cell) in cells {
            line[*at..*at + cell.len()].copy_from_slice(cell.as_bytes());
        }
        String::from_utf8(line).unwrap() + "\r\n"
    };
    let scope = [
        (0, "43239"),
        (7, "invented scope"),
        (57, "A"),
        (59, "  2.39"),
        (66, "  8.59"),
        (75, "  1.43"),
        (84, " 0.26"),
        (90, " 11.24  4.080000.00.00.0030100"),
        (127, "43235 32.3465 090 99"),
    ];
    let scan = [
        (0, "7045026invented scan"),
        (57, "A"),
        (59, "  0.85"),
        (66, "  0.35"),
        (75, "  0.35NA"),
        (84, " 0.05"),
        (90, "  1.25  1.251XXX.00.00.0040000"),
        (132, " 32.3465 090 88"),
    ];
    let technical = [
        (0, "70450TCinvented scan"),
        (57, "A"),
        (59, "  0.00"),
        (66, "  1.97"),
        (75, "  1.97NA"),
        (84, " 0.01"),
        (90, "  1.98  1.981XXX.00.00.0040000"),
        (132, " 32.3465 010 88"),
    ];
    let tooth = [
        (0, "D0120"),
        (7, "invented tooth"),
        (57, "D"),
        (59, "  0.00"),
        (66, "  0.00"),
        (75, "  0.00"),
        (84, " 0.00"),
        (90, "  0.00  0.009XXX.10.80.1099999"),
        (132, " 32.3465 090 99"),
    ];
    let rows = [&scope[..], &scan, &technical, &tooth].map(row).concat();
    format!("HDR NOTICE OF THE OWNERS OF THE CODE SETS       \r\n{rows}\u{1a}")
}

fn read(format: &Format, path: &str, text: &str) -> Intake {
    assert!((format.recognise)(&Sample::of(path, text.as_bytes())), "{path} is not recognised");
    let mut intake = Intake::default();
    (format.read)(&File { path, bytes: text.as_bytes() }, &mut intake).unwrap();
    assert_eq!(intake.broken, []);
    intake
}

#[test]
fn both_forms_give_the_same_rows_under_the_same_release() {
    let from_table = read(&table::FORMAT, "rvu25d/PPRRVU2025_Oct.csv", &table());
    let from_text = read(&text::FORMAT, "rvu25d/PPRRVU2025_Oct.txt", &text());
    assert_eq!(from_table.rows, from_text.rows);
    let ids = |intake: &Intake| intake.origins.iter().map(|o| (o.id.clone(), o.from, o.to)).collect::<Vec<_>>();
    assert_eq!(ids(&from_table), ids(&from_text));
    let fees = &from_table.origins[0];
    assert_eq!((fees.id.as_str(), fees.edition.as_str(), fees.complete), ("mpfs-rvu25d", "RVU25D", false));
    assert_eq!(fees.source, "CMS, RVU25D, PPRRVU2025_Oct.csv, released 2025-09-11");
    assert_eq!(fees.from.map(|day| day.to_string()).as_deref(), Some("2025-10-01"));
    assert_eq!(
        from_table.rows[&Table::Fee][0],
        "43239\t\tA\t000\t0\t3\t0\t1\t0\t0\t43235\t2.39\t8.59\t1.43\t0.26\t\t\t0.00\t0.00\t0.00\t32.3465\t\t\t09\t99\tmpfs-rvu25d"
    );
}

#[test]
fn a_deleted_code_is_not_listed_and_each_descriptor_keeps_its_owner() {
    let intake = read(&table::FORMAT, "x.csv", &table());
    assert_eq!(intake.rows[&Table::Period], ["43239\tcpt\t\t\t1\trvu25d", "70450\tcpt\t\t\t1\trvu25d"]);
    let titles = &intake.rows[&Table::Title];
    assert_eq!(titles.len(), 3);
    assert_eq!(titles[2], "D0120\thcpcs\tinvented tooth\t\tada\tmpfs-rvu25d");
    assert!(intake.rows[&Table::Fee].iter().all(|row| !row.contains("invented")));
}

#[test]
fn a_new_column_and_the_schedule_of_2026_are_read() {
    let text = table()
        .replace("2025 National", "2026 National")
        .replace("October Release", "July Release")
        .replace(",NON-FACILITY,FACILITY,\r", ",,NON-FACILITY,FACILITY,\r")
        .replace(",PHYSICIAN,", ",,PHYSICIAN,")
        .replace(",SUPERVISION OF,", ",,SUPERVISION OF,")
        .replace("CO-,TEAM,ENDO", "CO-,TEAM,PRIC,ENDO")
        .replace("SURG,SURG,SURG,SURG,BASE", "SURG,SURG,SURG,SURG,IND,BASE")
        .replace(",0,43235,", ",0,9,43235,")
        .replace(",0,,32.", ",0,9,,32.")
        .replace(",9,,32.", ",9,9,,32.")
        .replace("invented scope", "REDACTED");
    let intake = read(&table::FORMAT, "PPRRVU2026_Jul_nonQPP.csv", &text);
    assert_eq!(intake.origins[0].id, "mpfs-rvu26c");
    let fields: Vec<&str> = intake.rows[&Table::Fee][0].split('\t').skip(1).collect();
    let of = |name| fields[Table::Fee.column(name).unwrap()];
    assert_eq!((of("participation"), of("pricing"), of("endo_base")), ("nonqpp", "9", "43235"));
    assert!(intake.rows[&Table::Title].iter().all(|row| !row.contains("REDACTED")));
}

#[test]
fn a_file_without_a_needed_column_is_refused_by_its_name() {
    let text = table().replace("GLOB,", "GLOBAL,");
    let refusal = (table::FORMAT.read)(&File { path: "x.csv", bytes: text.as_bytes() }, &mut Intake::default());
    let refusal = refusal.unwrap_err();
    assert!(refusal.line == 8 && refusal.reason.contains("GLOB DAYS"), "{refusal}");
}

#[test]
fn a_text_that_names_no_quarter_speaks_for_none() {
    let intake = read(&text::FORMAT, "fees.txt", &text());
    let fees = &intake.origins[0];
    assert_eq!((fees.id.as_str(), fees.from, fees.complete), ("mpfs-rvu-undated-fees", None, false));
}

#[test]
fn a_broken_row_is_reported_and_the_others_are_kept() {
    let text = table().replace("43239,", "oops,").replace("1.97,,1.97", "x,,1.97");
    let mut intake = Intake::default();
    (table::FORMAT.read)(&File { path: "x.csv", bytes: text.as_bytes() }, &mut intake).unwrap();
    assert_eq!((intake.broken_count, intake.rows[&Table::Fee].len()), (2, 2));
    assert_eq!(intake.broken[0].0, 9);
}
