//! Long and short descriptions of HCPCS Level II codes and modifiers: `tuva_hcpcs_level_2.csv`.
//!
//! The first columns of the alpha-numeric file and no others: `hcpcs, seqnum, recid, long_description,
//! short_description`. Record types 3 and 7 begin a code and a modifier, 4 and 8 continue its description.

use super::super::{File, Format, Intake, Refusal, Sample};
use super::grid::{self, Row};
use super::record::{append, is_code, is_modifier, take_title, title_rights};
use super::release::{Release, file_name};
use crate::domain::table::Table;

/// Descriptions of HCPCS Level II codes and modifiers.
pub const FORMAT: Format = Format { name: "HCPCS titles", recognise, read };

const NEEDED: [&[&str]; 4] = [&["hcpcs", "hcpc", "hcpcscode"], &["recid"], &["longdescription"], &["shortdescription"]];

/// The alpha-numeric file has the same names and dates besides.
fn header(rows: &[Row]) -> Option<usize> {
    let at = grid::header(rows, &NEEDED)?;
    rows[at].column(&["adddt", "adddate", "termdt", "termdate", "betos"]).is_none().then_some(at)
}

fn recognise(sample: &Sample<'_>) -> bool {
    !grid::is_workbook(sample.bytes) && grid::beginning(sample).is_some_and(|rows| header(&rows).is_some())
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let rows = grid::of_text(&file.text());
    let at = header(&rows).ok_or_else(|| Refusal::at(1, "no header with hcpcs, recid and long_description"))?;
    let columns = NEEDED.map(|names| rows[at].column(names));
    let mut titles: Vec<(&str, &str, String)> = Vec::new();
    for row in rows[at + 1..].iter().filter(|row| !row.is_blank()) {
        let [code, kind, long, short] = columns.map(|column| row.optional(column));
        match (kind, titles.last_mut()) {
            ("3", _) if is_code(code) => titles.push((code, short, long.to_owned())),
            ("7", _) if is_modifier(code) => titles.push((code, short, long.to_owned())),
            ("4" | "8", Some((last, _, text))) if *last == code => append(text, long),
            _ => intake.broken(row.line, "no code or modifier with a record type that fits it"),
        }
    }
    let release = Release::of_quarter(file.path);
    let source = format!("CMS, HCPCS Level II descriptions, {}", file_name(file.path));
    let family = "title+hcpcs+short";
    let origin = release.origin("hcpcs-short-titles", Table::Title, family, "HCPCS Level II titles", source);
    let origin = intake.origin(origin);
    for (code, short, long) in titles {
        let set = if is_code(code) { "hcpcs" } else { "modifier" };
        take_title(intake, code, set, (short, &long), title_rights(code), origin);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\u{feff}hcpcs,seqnum,recid,long_description,short_description\r\n\
        A1,0010,7,An invented modifier,Inv mod\r\nA9901,0010,3,An invented supply of,Inv supply\r\n\
        A9901,0020,4,two parts,\r\n";

    fn intake(text: &str) -> Intake {
        let mut intake = Intake::default();
        let _ = read(&File { path: "tuva_hcpcs_level_2.csv", bytes: text.as_bytes() }, &mut intake);
        intake
    }

    #[test]
    fn codes_and_modifiers_are_told_apart() {
        assert!(recognise(&Sample::of("a.csv", TEXT.as_bytes())));
        let intake = intake(TEXT);
        assert_eq!(
            intake.rows[&Table::Title],
            [
                "A1\tmodifier\tInv mod\tAn invented modifier\tpublic\thcpcs-short-titles-undated",
                "A9901\thcpcs\tInv supply\tAn invented supply of two parts\tpublic\thcpcs-short-titles-undated"
            ]
        );
        assert_eq!((intake.origins[0].from, intake.broken_count), (None, 0));
    }

    #[test]
    fn a_row_that_continues_nothing_is_reported() {
        assert_eq!(intake(&format!("{TEXT}A9902,0020,4,lost,\r\nA9903,0010,7,x,\r\n")).broken_count, 2);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "[A-V0-9,\"\n é]{0,200}", cut in 0usize..300) {
            let all: String = TEXT.chars().take(cut).chain(text.chars()).collect();
            let _ = (recognise(&Sample::of("a", all.as_bytes())), intake(&all));
        }
    }
}
