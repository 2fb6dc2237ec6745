use proptest::prelude::*;

use super::*;

const DOCUMENT: &str = "\
6/28/26, 6:20 PM                                    Article - Invented Device - Policy Article (A12345)



       Article


   Invented Device - Policy Article
   A12345

   Contractor Information

                                           Contract           Contract

          Contractor Name                  Type               Number               Jurisdiction    States

          First                            DME                17013 -              J-B             Illinois
          Administrators,                  MAC                DME MAC                              Indiana
          LLC                                                                                      Ohio

          Second, LLC                      DME                18003 -              J-C             Texas


   Article Information

       General Information
       Article ID

       A12345

       Original Effective Date

       For services performed on or after 10/01/2015

       Revision Effective Date

       02/18/2025

       Revision Ending Date

       N/A

       Retirement Date

       03/01/2026

   Article Guidance
       Article Text

       DEVICES

       GENERAL (NOT ALL)

       The first paragraph of the text is long enough to fill the line of the page and goes on in
       the next line, and it is about A9999 and not-
https://www.cms.gov/medicare-coverage-database/view/article.aspx?articleId=12345                    1/2
\x0c6/28/26, 6:20 PM                                    Article - Invented Device - Policy Article (A12345)

       withstanding the page end it goes on here too, up to the end of the sentence, which is here.

             An item of a list is indented; and,

             Another one ends it.

   Coding Information

           CPT/HCPCS Codes

           N/A

           ICD-10-CM Codes that Support Medical Necessity

           Group 1 (3 Codes)

           Group 1 Paragraph

           For the first group only.

           Group 1 Codes

              Code                 Description

              E08.00               Words that describe the code and E11.65 among them
                                   E99.99 is in the description

              I10                  Words
              E11.65*              Words

           ICD-10-CM Codes that DO NOT Support Medical Necessity

           Group 1

           Group 1 Paragraph

           All others.

           Group 1 Codes

           N/A

   Revision History Information

          Date                   Number             Explanation

          02/18/2025             R19                Revision
          10/01/2024             R18                Revision

   Associated Documents
       Related Local Coverage Documents
       Articles

       A55426 - Invented Requirements

       LCDs

       L33822 - Invented Monitors

       Related National Coverage Documents
       NCDs

       40.2 - Invented Determination

       Public Versions
          Updated On                  Effective Dates                      Status
          10/09/2025                  02/18/2025 - N/A                     Currently in Effect     You are here

   Keywords
       N/A
";

fn take(text: &str) -> Intake {
    let mut intake = Intake::default();
    read(&File { path: "x.txt", bytes: text.as_bytes() }, &mut intake).unwrap();
    intake
}

#[test]
fn a_document_gives_its_facts_its_codes_and_its_relations() {
    assert!(recognise(&Sample::of("x.txt", DOCUMENT.as_bytes())));
    let intake = take(DOCUMENT);
    assert_eq!(
        intake.rows[&Table::Lcd],
        [
            "A12345\tarticle\tR19\tInvented Device - Policy Article\tFirst Administrators, LLC; Second, LLC\t2015-10-01\t\
          2025-02-18\t2026-03-01\tCurrently in Effect\tA55426 L33822 40.2\tarticle-a12345-r19"
        ]
    );
    let codes: Vec<&str> = intake.rows[&Table::Coverage].iter().map(|row| row.rsplit_once('\t').unwrap().0).collect();
    assert_eq!(
        codes,
        [
            "A12345\tA55426\tR19\t\trelated\t",
            "A12345\tL33822\tR19\t\trelated\t",
            "A12345\t40.2\tR19\t\tncd\t",
            "A12345\tA12345\tR19\tcovered 1\tgroup\tFor the first group only.",
            "E08.00\tA12345\tR19\t1\tcovered\t",
            "I10\tA12345\tR19\t1\tcovered\t",
            "E11.65\tA12345\tR19\t1\tcovered\t",
            "A12345\tA12345\tR19\tnoncovered 1\tgroup\tAll others.",
        ]
    );
    assert_eq!(intake.rows[&Table::Contractor].len(), 2);
    let origin = &intake.origins[0];
    assert!(!origin.complete && origin.source.ends_with("printed 2026-06-28"), "{origin:?}");
    assert_eq!(intake.broken_count, 0);
}

#[test]
fn paragraphs_go_on_over_a_page_end_and_headings_stand_in_the_path() {
    let intake = take(DOCUMENT);
    let passage = &intake.rows[&Table::Passage][0];
    assert!(
        passage.contains(" > Article Text > DEVICES > GENERAL (NOT ALL)\tR19\t2025-02-18\t2026-03-01\tA9999\t"),
        "{passage}"
    );
    let text = "goes on in the next line, and it is about A9999 and not-withstanding the page end it goes on here too, up \
                to the end of the sentence, which is here.\\n- An item of a list is indented; and,\\n- Another one ends it.\t";
    assert!(passage.contains(text), "{passage}");
}

#[test]
fn a_group_that_lost_a_code_is_reported() {
    let intake = take(&DOCUMENT.replace("              I10                  Words\n", ""));
    assert_eq!(intake.broken_count, 1);
    assert!(intake.broken[0].1.contains("announces 3 codes and 2 were found"));
}

proptest! {
    #[test]
    fn a_damaged_document_is_read_without_panic(from in 0..DOCUMENT.len(), length in 0_usize..3_000, noise in "[ \\nA-Z0-9é]{0,80}") {
        let end = (from + length).min(DOCUMENT.len());
        let text = format!("{}{noise}{}", &DOCUMENT[..from], &DOCUMENT[end..]);
        let _ = recognise(&Sample::of("x", text.as_bytes()));
        let _ = read(&File { path: "x", bytes: text.as_bytes() }, &mut Intake::default());
    }
}
