use proptest::prelude::*;

use super::*;

/// The layout of the manual, with invented rules.
const TEXT: &str = "\
                            2027 Complete Table of Contents
                           Medicare NCCI Coding Policy Manual

                                        Introduction
 Purpose                                                               Intro-3

                         Chapter I – Lamps and
                              Other Lights
                         (CPT codes 00000 – 01999)

 A. Introduction                                                       I-3
 B. Lamps                                                              I-3

January 1, 2027                                                                  Page 1
\u{c}                        INTRODUCTION
                             FOR
   MEDICARE NATIONAL CORRECT CODING INITIATIVE POLICY MANUAL

   Notices of owners stand here.

                           Revision Date (Medicare): 1/1/2027

                                         Intro-1
\u{c}                                      Table of Contents
Introduction ................................................................................ Intro-3
       Purpose .............................................................................. Intro-3

                           Revision Date (Medicare): 1/1/2027

                                         Intro-2
\u{c}Introduction

Lamps are old.

Purpose

The purpose is light.

                           Revision Date (Medicare): 1/1/2027

                                         Intro-3
\u{c}                          CHAPTER I
                    LAMPS AND OTHER LIGHTS
                             FOR
   MEDICARE NATIONAL CORRECT CODING INITIATIVE POLICY MANUAL

                           Revision Date (Medicare): 1/1/2027

                                           I-1
\u{c}                                      Table of Contents
Chapter I ....................................................................................... I-3
   Lamps and Other Lights ....................................................................... I-3
       A. Introduction .......................................................................... I-3
       B. Lamps ................................................................................. I-3

                           Revision Date (Medicare): 1/1/2027

                                           I-2
\u{c}Chapter I
Lamps and Other Lights
CPT Codes 00000 - 01999

A. Introduction

The principles are general and this sentence goes on until the end of its page and then

                           Revision Date (Medicare): 1/1/2027

                                           I-3
\u{c}over to the next.

B. Lamps

General words:

   1. Lamps with CPT codes 96360-
      96379 are not reported with 31500. See
      3. below.

      A second paragraph of the first rule.

   2. Two lamps are
      a. one lamp
      b. another lamp

Words that are no part of the list.

Examples of Lamps

   1. The first example.

                           Revision Date (Medicare): 2/28/2027

                                           I-4
";

fn intake(text: &str) -> Intake {
    let mut intake = Intake::default();
    let _ = read(&File { path: "manual.txt", bytes: text.as_bytes() }, &mut intake);
    intake
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let rows = intake(text).rows.into_values().flatten();
    rows.map(|row| row.split('\t').map(str::to_owned).collect()).collect()
}

#[test]
fn numbered_paragraphs_are_cited_by_chapter_section_and_number() {
    let rows = rows(TEXT);
    let places: Vec<&str> = rows.iter().map(|row| row[0].split_once('#').unwrap().1).collect();
    assert_eq!(places, ["Intro", "Intro.1", "I.A", "I.B", "I.B.1", "I.B.2", "I.B.t2", "I.B-2.1"]);
    assert_eq!(
        rows[4],
        [
            "ncci-manual-2027#I.B.1",
            "Chapter I, Section B, 1",
            "Lamps",
            "NCCI Policy Manual for Medicare Services > Chapter I Lamps and Other Lights > B. Lamps",
            "Revision date 2/28/2027",
            "2027-02-28",
            "2027-12-31",
            "96360-96379 31500",
            "1. Lamps with CPT codes 96360-96379 are not reported with 31500. See\\n3. below.\\nA second paragraph of the \
             first rule.",
            "ncci-manual-medicare-2027",
        ]
    );
    assert_eq!(rows[5][8], "2. Two lamps are\\na. one lamp\\nb. another lamp");
    assert_eq!(rows[7][1], "Chapter I, Section B, Examples of Lamps, 1");
}

#[test]
fn covers_contents_and_footers_are_no_text() {
    let rows = rows(TEXT);
    assert_eq!(
        rows[2][8],
        "The principles are general and this sentence goes on until the end of its page and then over to the next."
    );
    let all: String = rows.iter().map(|row| row[8].as_str()).collect();
    for word in ["Revision", "Notices", "....", "I-3", "CPT Codes 00000"] {
        assert!(!all.contains(word), "{word}");
    }
}

#[test]
fn a_manual_of_two_chapters_is_an_excerpt_and_medicaid_is_kept_apart() {
    let origin = &intake(TEXT).origins[0];
    assert_eq!((origin.id.as_str(), origin.complete), ("ncci-manual-medicare-2027", false));
    let medicaid = TEXT.replace("Medicare", "Medicaid").replace("MEDICARE", "MEDICAID");
    let origin = &intake(&medicaid).origins[0];
    assert_eq!(
        (origin.id.as_str(), origin.family.as_str()),
        ("ncci-manual-medicaid-2027", "passage+ncci-manual-medicaid")
    );
    assert!(rows(&medicaid)[0][0].starts_with("ncci-manual-medicaid-2027#"));
}

#[test]
fn a_manual_without_its_footers_is_refused() {
    let text = TEXT.replace("Revision Date", "Date");
    let mut intake = Intake::default();
    assert!(read(&File { path: "x.txt", bytes: text.as_bytes() }, &mut intake).is_err());
    assert!(!recognise(&Sample::of("ncci-manual.txt", b"A letter about the Medicare NCCI Coding Policy Manual.")));
}

proptest! {
    #[test]
    fn damaged_text_is_read_without_panic(cut in 0usize..4000, noise in "[A-C1-3. IVX\\n\\f\\PC]{0,120}") {
        let mut text: String = TEXT.chars().take(cut).collect();
        text.push_str(&noise);
        let _ = intake(&text);
    }
}
