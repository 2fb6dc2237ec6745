use proptest::prelude::*;

use super::*;

/// The layout of a chapter, with invented sections.
const TEXT: &str = "\
                Medicare Claims Processing Manual
            Chapter 12 - Lamps and Other
                     Lights
                                  Table of Contents
                            (Rev. 13316; Issued: 07-24-25)

Transmittals for Chapter 12

10 - General
       10.1 - Lamp Services in a Very Large Room That Has More Than One Door and a
       Window (Codes 99202 - 99215)
       10.2 - Reserved
20 - Exclusions
Exhibit 1 - A Form
10 - General
(Rev. 1, 10-01-03)
B3-2020

Lamps are described in this chapter. See
20 - Exclusions
below.

10.1 - Lamp Services in a Very Large Room That Has More Than One Door and a
Window (Codes 99202 - 99215)
(Rev. 11288; Issued:03-04-22; Effective; 01-01-22; Implementation: 04-
05-22)

Code 99203 or 99205-99215 is paid.
20 - Exclusions
(Rev. 2, Issued: 05-13-16, Effective: 08-15-16, Implementation; 08-15-16)
Nothing is excluded.
Exhibit 1
(Rev. 3, 10-01-04)
A form.

Transmittals Issued for this Chapter
Rev #     Issue Date   Subject                Impl Date    CR#
R13316CP  07/24/2025   Lamps                  08/25/2025   14111
";

fn intake(text: &str) -> Intake {
    let mut intake = Intake::default();
    let _ = read(&File { path: "clm104c12.txt", bytes: text.as_bytes() }, &mut intake);
    intake
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let rows = intake(text).rows.into_values().flatten();
    rows.map(|row| row.split('\t').map(str::to_owned).collect()).collect()
}

#[test]
fn sections_are_cut_at_their_headings_and_the_history_is_dropped() {
    let rows = rows(TEXT);
    let keys: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(keys, ["clm104c12#10", "clm104c12#10.1", "clm104c12#20", "clm104c12#Exhibit-1"]);
    assert_eq!(rows[0][8], "B3-2020\\nLamps are described in this chapter. See\\n20 - Exclusions below.");
    assert_eq!(
        rows[1][1..],
        [
            "10.1",
            "Lamp Services in a Very Large Room That Has More Than One Door and a Window (Codes 99202 - 99215)",
            "Medicare Claims Processing Manual (Pub. 100-04) > Chapter 12 - Lamps and Other Lights > 10 - General > 10.1 - \
             Lamp Services in a Very Large Room That Has More Than One Door and a Window (Codes 99202 - 99215)",
            "Rev. 11288, issued 2022-03-04",
            "2022-01-01",
            "",
            "99203 99205-99215",
            "Code 99203 or 99205-99215 is paid.",
            "iom-100-04-12-r13316",
        ]
    );
    assert_eq!(rows[3][8], "A form.");
}

#[test]
fn a_chapter_is_a_release_of_its_manual() {
    let origin = &intake(TEXT).origins[0];
    assert_eq!((origin.id.as_str(), origin.family.as_str()), ("iom-100-04-12-r13316", "passage+iom-100-04-12"));
    assert_eq!((origin.from, origin.complete), (Some(Date::constant(2025, 7, 24)), true));
    let cut = TEXT.split("Transmittals Issued").next().unwrap();
    assert!(!intake(cut).origins[0].complete, "without its end it may be an excerpt");
}

#[test]
fn text_with_one_line_a_line_gives_the_same_sections() {
    let plain: String =
        TEXT.lines().filter(|line| !line.trim().is_empty()).map(|line| format!("{} \n", line.trim())).collect();
    let text = format!("Source: CMS Medicare Claims Processing Manual\nChapter: clm104c12\n\n{plain}");
    assert_eq!(rows(&text), rows(TEXT));
}

#[test]
fn only_a_chapter_is_recognised() {
    assert!(recognise(&Sample::of("x.txt", TEXT.as_bytes())));
    let prose = "The Medicare Claims Processing Manual, Chapter 12 - Lamps, says more.\nIt has a table of contents.";
    assert!(!recognise(&Sample::of("clm104c12.txt", prose.as_bytes())));
}

#[test]
fn a_chapter_without_revision_lines_is_refused() {
    let text = TEXT.replace("(Rev", "(Version");
    let mut intake = Intake::default();
    assert!(read(&File { path: "x.txt", bytes: text.as_bytes() }, &mut intake).is_err());
}

proptest! {
    #[test]
    fn damaged_text_is_read_without_panic(cut in 0usize..2000, noise in "[(Rev0-9. \\-\\n\\PC]{0,120}") {
        let mut text: String = TEXT.chars().take(cut).collect();
        text.push_str(&noise);
        let _ = intake(&text);
    }
}
