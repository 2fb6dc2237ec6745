//! Lists of CPT and HCPCS modifiers: `modifiers_2024_northstar.csv` and `modifiers_hcpcs_2024_northstar.csv`.
//!
//! The first names the owner of each (`mod_type`), the second gives only the group that a modifier belongs to. The
//! words of CPT modifiers are the AMA's: those that begin with a figure, and P1 to P6 (CPT, appendix A).

use std::collections::BTreeMap;

use super::super::{File, Format, Intake, Origin, Refusal, Rights, Sample};
use super::grid::{self, Row};
use super::record::{is_modifier, take_title};
use super::release::{Release, file_name};
use crate::domain::table::Table;

/// CPT and HCPCS modifiers.
pub const FORMAT: Format = Format { name: "modifiers", recognise, read };

/// Code, group and description, by the names of either list.
const NEEDED: [[&[&str]; 3]; 2] =
    [[&["modcode"], &["modtype"], &["moddescription"]], [&["modifier"], &["type"], &["description"]]];

/// The place of the header, and which of the two lists it is.
fn header(rows: &[Row]) -> Option<(usize, usize)> {
    (0..NEEDED.len()).find_map(|list| Some((grid::header(rows, &NEEDED[list])?, list)))
}

/// A code of one or two characters: the letters that ambulance services combine stand alone.
fn is_short(code: &str) -> bool {
    is_modifier(code) || code.len() == 1
}

fn recognise(sample: &Sample<'_>) -> bool {
    let Some(rows) = grid::beginning(sample).filter(|_| !grid::is_workbook(sample.bytes)) else { return false };
    let Some((at, list)) = header(&rows) else { return false };
    let column = rows[at].column(NEEDED[list][0]);
    rows.len() > at + 1 && rows[at + 1..].iter().all(|row| row.is_blank() || is_short(row.optional(column)))
}

fn is_cpt(code: &str) -> bool {
    let mut chars = code.chars();
    match (chars.next(), chars.next()) {
        (Some(first), _) if first.is_ascii_digit() => true,
        (Some('P'), Some(second)) => ('1'..='6').contains(&second),
        _ => false,
    }
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let rows = grid::of_text(&file.text());
    let (at, list) = header(&rows).ok_or_else(|| Refusal::at(1, "no header with a modifier and its description"))?;
    let columns = NEEDED[list].map(|names| rows[at].column(names));
    let mut titles: BTreeMap<&str, (&str, bool)> = BTreeMap::new();
    for row in rows[at + 1..].iter().filter(|row| !row.is_blank()) {
        let [code, owner, text] = columns.map(|column| row.optional(column));
        if !is_short(code) {
            intake.broken(row.line, "no modifier of two letters or figures");
            continue;
        }
        // A modifier may stand in several groups; a single letter, or a row without words, has no title.
        if is_modifier(code) && !text.is_empty() {
            let title = titles.entry(code).or_insert((text, false));
            title.1 |= owner == "CPT" || is_cpt(code);
        }
    }
    let cpt = titles.values().any(|(_, cpt)| *cpt);
    let origin = intake.origin(origin(file.path, list, cpt));
    for (code, (text, cpt)) in titles {
        let rights = if cpt { Rights::Ama } else { Rights::Public };
        take_title(intake, code, "modifier", ("", text), rights, origin);
    }
    Ok(())
}

fn origin(path: &str, list: usize, cpt: bool) -> Origin {
    let source = format!("CMS and AMA, modifiers, {}", file_name(path));
    let (name, family) =
        if list == 0 { ("modifiers", "title+modifier") } else { ("modifiers-grouped", "title+modifier+grouped") };
    let mut origin = Release::of_year(path).origin(name, Table::Title, family, "CPT and HCPCS modifiers", source);
    if cpt {
        origin.rights = Rights::Ama;
        origin.notice = "CPT is copyright American Medical Association. All rights reserved.".to_owned();
    }
    origin
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intake(text: &str) -> Intake {
        let mut intake = Intake::default();
        let _ = read(&File { path: "modifiers_2024_list.csv", bytes: text.as_bytes() }, &mut intake);
        intake
    }

    const OWNED: &str = "mod_code,mod_type,mod_category,mod_description\n22,CPT,General,invented words\n\
        KX,HCPCS,,invented rule met\nKX,HCPCS,,invented rule met\nP1,HCPCS,,invented patient\n\
        P1,CPT,Anesthesia,invented patient\n";

    #[test]
    fn the_words_of_cpt_modifiers_belong_to_the_ama() {
        assert!(recognise(&Sample::of("a.csv", OWNED.as_bytes())));
        let intake = intake(OWNED);
        assert_eq!(
            intake.rows[&Table::Title],
            [
                "22\tmodifier\t\tinvented words\tama\tmodifiers-2024",
                "KX\tmodifier\t\tinvented rule met\tpublic\tmodifiers-2024",
                "P1\tmodifier\t\tinvented patient\tama\tmodifiers-2024"
            ]
        );
        assert_eq!(intake.origins[0].rights, Rights::Ama);
    }

    #[test]
    fn a_grouped_list_has_single_letters_and_rows_without_words() {
        let text = "\"modifier\",\"type\",\"description\",\"references\"\n\"AB\",\"Additional\",\"invented\",\n\
            \"D\",\"Ambulance\",,\n\"26\",\"Other\",,\n\"80\",\"Other\",\"invented\",\n";
        assert!(recognise(&Sample::of("a.csv", text.as_bytes())));
        let intake = intake(text);
        let rows = &intake.rows[&Table::Title];
        assert_eq!(rows[0], "80\tmodifier\t\tinvented\tama\tmodifiers-grouped-2024");
        assert_eq!(rows[1], "AB\tmodifier\t\tinvented\tpublic\tmodifiers-grouped-2024");
        assert_eq!((rows.len(), intake.broken_count), (2, 0));
    }

    #[test]
    fn other_lists_are_not_taken_for_modifiers() {
        for text in ["modifier,type,description\nlong,x,y\n", "modifier,type,description\n", "a,b\nAB,c\n", ""] {
            assert!(!recognise(&Sample::of("a.csv", text.as_bytes())), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_rows_are_read_without_panic(rows in "[A-Z0-9,\"\n é]{0,200}") {
            let all = format!("{OWNED}{rows}");
            let _ = (recognise(&Sample::of("a", all.as_bytes())), intake(&all));
        }
    }
}
