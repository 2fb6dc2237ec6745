use proptest::prelude::*;

use super::*;

/// The layout of the guidelines, with invented rules.
const TEXT: &str = "\
        ICD-10-CM Official Guidelines for Coding and Reporting
                 FY 2027 -- UPDATED October 1, 2026
                 (October 1, 2026 - September 30, 2027)
                       Narrative changes appear in bold text

These rules are invented.
ICD-10-CM Official Guidelines for Coding and Reporting .......................................................1
Section I. Conventions, general coding guidelines and chapter specific guidelines ..................4
  A. Conventions for the ICD-10-CM .................................................................................. 4
     1.    Lamps ................................................................................................ 4
     2.    Shades of one or more lamps that stand in the same room or in a
           neighbouring room ..................................................................................... 4
  B. Chapter-Specific Coding Guidelines ............................................................................. 5
     1.     Chapter 1: Lamps (A00-B99) ......................................................................... 5
        a. Broken lamps .......................................................................................... 5
Section II. Selection of Principal Lamp ............................................................................6
Appendix I 7
                                     ICD-10-CM Official Guidelines for Coding and Reporting
                                                                                     FY 2027
                                                                                Page 2 of 7
\u{c}Section I. Conventions, general coding guidelines and
chapter specific guidelines
The conventions are general.

    A. Conventions for the ICD-10-CM

     1.   Lamps
          A lamp is coded to A00.1, Lamp, or to category F02.
          4. This is not the next rule and stays in the text.

     2.   Shades of one or more lamps that stand in the same room or in a
          neighbouring room
          Shades are not coded, see Z91.12-, and this sentence is long enough to reach

                                     ICD-10-CM Official Guidelines for Coding and Reporting
                                                                                     FY 2027
                                                                                Page 4 of 7
\u{c}          the next page.

 B. Chapter-Specific Coding Guidelines
  1.     Chapter 1: Lamps (A00-B99)

        a. Broken lamps
             1)    Code only broken lamps
                   Code what is broken.

             2)    If two or more lamps are broken, then each of them is coded, and the one that was broken first is sequenced first, unless the shade of the other was broken before it; see above, where it is told at length.
                   (a) Broken by hand
                       Code the hand.
                       (i) Left hand
                           Code the left.

Section II. Selection of Principal Lamp
  The brightest.

Appendix I
Present on Admission Reporting Guidelines
All lamps that are present are reported.
";

fn intake(text: &str) -> Intake {
    let mut intake = Intake::default();
    let _ = read(&File { path: "guidelines.txt", bytes: text.as_bytes() }, &mut intake);
    intake
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let rows = intake(text).rows.into_values().flatten();
    rows.map(|row| row.split('\t').map(str::to_owned).collect()).collect()
}

#[test]
fn every_rule_is_cited_by_its_place() {
    let rows = rows(TEXT);
    let places: Vec<&str> = rows.iter().map(|row| row[0].split_once('#').unwrap().1).collect();
    let expected = [
        "introduction",
        "I",
        "I.A.1",
        "I.A.2",
        "I.B.1.a.1",
        "I.B.1.a.2",
        "I.B.1.a.2.a",
        "I.B.1.a.2.a.i",
        "II",
        "Appendix-I",
    ];
    assert_eq!(places, expected);
    assert_eq!(rows[2][..3], ["icd10cm-guidelines-2027#I.A.1", "Section I.A.1", "Lamps"]);
    assert_eq!(rows[2][7], "A00.1 F02");
    assert!(rows[2][8].ends_with("4. This is not the next rule and stays in the text."), "{}", rows[2][8]);
}

#[test]
fn a_heading_takes_the_words_of_the_table_of_contents_and_a_text_crosses_its_page() {
    let rows = rows(TEXT);
    assert_eq!(rows[3][2], "Shades of one or more lamps that stand in the same room or in a neighbouring room");
    assert_eq!(
        rows[3][7..9],
        ["Z91.12-", "Shades are not coded, see Z91.12-, and this sentence is long enough to reach the next page."]
    );
    assert!(
        rows[7][3].ends_with("> 1. Chapter 1: Lamps (A00-B99) > a. Broken lamps > a. Broken by hand > i. Left hand")
    );
}

#[test]
fn the_period_is_that_of_the_title_page() {
    let october = &intake(TEXT).origins[0];
    let day = |year, month, day| Some(Date::constant(year, month, day));
    assert_eq!(
        (october.id.as_str(), october.from, october.to),
        ("icd10cm-guidelines-2027", day(2026, 10, 1), day(2027, 9, 30))
    );
    assert!(!october.complete, "so few rules are an excerpt");
    let april = TEXT.replace("(October 1, 2026", "(April 1, 2027");
    assert_eq!(intake(&april).origins[0].id, "icd10cm-guidelines-2027-04");
}

#[test]
fn only_the_guidelines_are_recognised() {
    assert!(recognise(&Sample::of("x.txt", TEXT.as_bytes())));
    let other = TEXT.replacen("ICD-10-CM Official", "ICD-10-PCS Official", 1);
    assert!(!recognise(&Sample::of("icd-10-cm-guidelines.txt", other.as_bytes())));
}

proptest! {
    #[test]
    fn damaged_text_is_read_without_panic(cut in 0usize..4000, noise in "[()a-cA-C1-3. IVX\\n\\PC]{0,120}") {
        let mut text: String = TEXT.chars().take(cut).collect();
        text.push_str(&noise);
        let _ = intake(&text);
    }
}
