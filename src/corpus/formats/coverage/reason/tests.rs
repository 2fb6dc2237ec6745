use proptest::prelude::*;

use super::*;

const DOCUMENT: &str = "\
Generic Part Z Reason Codes and
Statements
November 15, 2024


    Reason
                                      FIRST GROUP
     Code
                                      0B
    ZZA01       One line of it.
                The statement begins above its code and goes on beside it, and it ends below. Refer
    ZZA02       to Pub 100-
                08 of the manual.
                An even number of lines has its code between the two that are in the middle of all
    ZZA03
                of them, A9999.

*Updated and/or new codes can be found in bold italic                                                1
\x0cGeneric Part Z Reason Codes and
Statements
November 15, 2024

                This one stands on the next page and its last line is a number of a section, as in
    ZZA04       Section
                40
    ZZAXY       No digit is needed.
    ZZA05       Exempt
   (Effective
  10/01/2021)

    Reason                              ADMINISTRATIVE
     Code                                 (for them)
    ZZB01       Other
                                                                                                     2
";

fn rows(text: &str) -> (Vec<String>, Intake) {
    let mut intake = Intake::default();
    let file = File { path: "z.txt", bytes: text.as_bytes() };
    read(&file, &mut intake).unwrap();
    (intake.rows.get(&Table::Reason).cloned().unwrap_or_default(), intake)
}

#[test]
fn each_code_has_all_its_lines_and_none_of_its_neighbours() {
    assert!(recognise(&Sample::of("z.txt", DOCUMENT.as_bytes())));
    let (rows, intake) = rows(DOCUMENT);
    let expected = [
        "ZZA01\tFIRST GROUP\tOne line of it.",
        "ZZA02\tFIRST GROUP\tThe statement begins above its code and goes on beside it, and it ends below. Refer to Pub 100-08 of the manual.",
        "ZZA03\tFIRST GROUP\tAn even number of lines has its code between the two that are in the middle of all of them, A9999.",
        "ZZA04\tFIRST GROUP\tThis one stands on the next page and its last line is a number of a section, as in Section 40",
        "ZZAXY\tFIRST GROUP\tNo digit is needed.",
        "ZZA05\tFIRST GROUP\tExempt (Effective 10/01/2021)",
        "ZZB01\tADMINISTRATIVE (for them)\tOther",
    ];
    let found: Vec<&str> = rows.iter().map(|row| row.rsplit_once('\t').unwrap().0).collect();
    assert_eq!(found, expected);
    assert_eq!((intake.broken_count, intake.origins[0].id.as_str()), (0, "reason-generic-part-z-2024-11-15"));
    assert!(intake.rows[&Table::Passage][2].contains("\tA9999\t"));
}

#[test]
fn an_excerpt_and_a_document_without_a_day_prove_no_absence() {
    let undated = DOCUMENT.replace("November 15, 2024", "");
    let (_, intake) = rows(&undated);
    assert!(!intake.origins[0].complete && intake.origins[0].from.is_none());
}

proptest! {
    #[test]
    fn a_truncated_document_is_read_without_panic(length in 0..DOCUMENT.len(), noise in "[ \\nA-Z0-9\\x0c.é]{0,200}") {
        let text = format!("{}{noise}", &DOCUMENT[..length]);
        let mut intake = Intake::default();
        let _ = read(&File { path: "z.txt", bytes: text.as_bytes() }, &mut intake);
    }
}
