//! Descriptions of HCPCS Level II codes of an extract: `hcpcs_level2_descriptions_2024.csv`.
//!
//! One row a description, `hcpcs_desc_type` tells a `Long` from a `Short` one. Rows of type `NOC` repeat pieces of a
//! long description and are passed over.

use std::collections::BTreeMap;

use super::super::{File, Format, Intake, Refusal, Sample};
use super::grid;
use super::record::{is_code, take_title, title_rights};
use super::release::{Release, file_name};
use crate::domain::table::Table;

/// Long and short descriptions of HCPCS Level II codes.
pub const FORMAT: Format = Format { name: "HCPCS descriptions", recognise, read };

const NEEDED: [&[&str]; 4] = [&["hcpcscode"], &["hcpcslevel"], &["hcpcsdesctype"], &["hcpcsdescription"]];

fn recognise(sample: &Sample<'_>) -> bool {
    !grid::is_workbook(sample.bytes)
        && grid::beginning(sample).is_some_and(|rows| grid::header(&rows, &NEEDED).is_some())
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let rows = grid::of_text(&file.text());
    let at = grid::header(&rows, &NEEDED);
    let at = at.ok_or_else(|| Refusal::at(1, "no header with hcpcs_code, hcpcs_desc_type and hcpcs_description"))?;
    let header = &rows[at];
    let (code, kind, text) = (header.column(NEEDED[0]), header.column(NEEDED[2]), header.column(NEEDED[3]));
    let mut titles: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    for row in rows[at + 1..].iter().filter(|row| !row.is_blank()) {
        let code = row.optional(code);
        let (kind, text) = (row.optional(kind), row.optional(text));
        if !is_code(code) || text.is_empty() {
            intake.broken(row.line, "no HCPCS Level II code with a description");
            continue;
        }
        let title = titles.entry(code).or_default();
        let place = match kind.to_ascii_lowercase().as_str() {
            "long" => &mut title.1,
            "short" => &mut title.0,
            _ => continue,
        };
        // The first of two stands.
        if place.is_empty() {
            *place = text;
        }
    }
    let release = Release::of_year(file.path);
    let source = format!("CMS, HCPCS Level II descriptions, {}", file_name(file.path));
    let family = "title+hcpcs+descriptions";
    let origin = release.origin("hcpcs-descriptions", Table::Title, family, "HCPCS Level II descriptions", source);
    let origin = intake.origin(origin);
    for (code, title) in titles.into_iter().filter(|(_, title)| *title != ("", "")) {
        take_title(intake, code, "hcpcs", title, title_rights(code), origin);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "hcpcs_code,hcpcs_level,hcpcs_category,hcpcs_section,hcpcs_desc_type,hcpcs_description\n";

    fn intake(text: &str) -> Intake {
        let mut intake = Intake::default();
        read(&File { path: "hcpcs_level2_descriptions_2024.csv", bytes: text.as_bytes() }, &mut intake).unwrap();
        intake
    }

    #[test]
    fn the_rows_of_a_code_become_one_title() {
        let text = format!(
            "{HEADER}J9901,II,,x,Long,\"Injection, invented\"\nJ9901,II,,x,NOC,piece\nJ9901,II,,x,Short,Inj invented\n\
             J9901,II,,x,Short,another\n99213,I,,x,Long,visit\n"
        );
        assert!(recognise(&Sample::of("a.csv", text.as_bytes())));
        let intake = intake(&text);
        assert_eq!(
            intake.rows[&Table::Title],
            ["J9901\thcpcs\tInj invented\tInjection, invented\tpublic\thcpcs-descriptions-2024"]
        );
        assert_eq!((intake.broken_count, intake.broken[0].0), (1, 6));
    }

    proptest::proptest! {
        #[test]
        fn any_rows_are_read_without_panic(rows in "[A-Zong0-9,\"\n é]{0,200}") {
            let _ = (recognise(&Sample::of("a", rows.as_bytes())), intake(&format!("{HEADER}{rows}")));
        }
    }
}
