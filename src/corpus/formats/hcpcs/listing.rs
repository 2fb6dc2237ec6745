//! A list of HCPCS Level II codes with their long descriptions: `hcpcs_level2_2025-02_hcpcsdata.csv`.
//!
//! Columns `code, description`. Behind the description of a code that is no longer used stands, without a blank,
//! `Terminated December 31, 2016.`: its last day.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::super::{File, Format, Intake, Refusal, Sample};
use super::grid;
use super::record::{is_code, take_title, title_rights};
use super::release::{Release, file_name};
use crate::domain::table::Table;

/// HCPCS Level II codes with long descriptions.
pub const FORMAT: Format = Format { name: "HCPCS code list", recognise, read };

const HEADER: [&[&str]; 2] = [&["code"], &["description"]];
/// How many rows must hold HCPCS codes: the header says nothing of them.
const SHOWN: usize = 20;

static TERMINATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\s*Terminated ([A-Z][a-z]+) (\d{1,2}), (\d{4})\.?\s*$").expect("a constant that the tests compile")
});

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn recognise(sample: &Sample<'_>) -> bool {
    let Some(rows) = grid::beginning(sample).filter(|_| !grid::is_workbook(sample.bytes)) else { return false };
    let Some(header) = rows.first() else { return false };
    let exact = header.cells.len() == 2 && header.column(HEADER[0]) == Some(0) && header.column(HEADER[1]) == Some(1);
    exact && rows.len() > 1 && rows[1..].iter().take(SHOWN).all(|row| is_code(row.cell(0)))
}

/// A description without the words that end it, and the last day that they name.
fn without_end(text: &str) -> (&str, Option<Date>) {
    let Some(found) = TERMINATED.captures(text) else { return (text, None) };
    let month = MONTHS.iter().position(|month| *month == &found[1]).and_then(|at| i8::try_from(at + 1).ok());
    let date = month.and_then(|month| Date::new(found[3].parse().ok()?, month, found[2].parse().ok()?).ok());
    match date {
        Some(date) => (&text[..found.get(0).map_or(text.len(), |all| all.start())], Some(date)),
        None => (text, None),
    }
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let rows = grid::of_text(&file.text());
    let at = grid::header(&rows, &HEADER).ok_or_else(|| Refusal::at(1, "no header with code and description"))?;
    let release = Release::of_quarter(file.path);
    let source = || format!("CMS, HCPCS Level II codes, {}", file_name(file.path));
    let (title, family) = ("HCPCS Level II code list, descriptions", "title+hcpcs+list");
    let titles = intake.origin(release.origin("hcpcs-list-titles", Table::Title, family, title, source()));
    let title = "HCPCS Level II code list";
    let life = intake.origin(release.origin("hcpcs-list", Table::Period, "period", title, source()));
    for row in rows[at + 1..].iter().filter(|row| !row.is_blank()) {
        let (code, text) = (row.cell(0), row.cell(1));
        if !is_code(code) || text.is_empty() {
            intake.broken(row.line, "no HCPCS Level II code with a description");
            continue;
        }
        let (text, end) = without_end(text);
        let to = end.map_or_else(String::new, |end| end.to_string());
        take_title(intake, code, "hcpcs", ("", text), title_rights(code), titles);
        intake.row(Table::Period, code, &["hcpcs", "", &to, "1"], life);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "code,description\r\nA9901,\"Invented, each\"\r\nA9902,Invented capTerminated December 31, 2016.\r\n";

    fn intake(text: &str) -> Intake {
        let mut intake = Intake::default();
        let _ = read(&File { path: "hcpcs_level2_2025-02_list.csv", bytes: text.as_bytes() }, &mut intake);
        intake
    }

    #[test]
    fn the_last_day_is_cut_off_the_description() {
        let text = TEXT.replace("Terminated December 31, 2016.\r", "\"Terminated December 31, 2016.\"\r");
        assert!(recognise(&Sample::of("a.csv", text.as_bytes())));
        assert_eq!(without_end("capTerminated June 30, 2015."), ("cap", Date::new(2015, 6, 30).ok()));
        assert_eq!(without_end("Terminated Smarch 3, 2015."), ("Terminated Smarch 3, 2015.", None));
        assert_eq!(without_end("Terminated disease"), ("Terminated disease", None));
    }

    #[test]
    fn each_code_gives_its_title_and_its_life() {
        let text =
            "code,description\nA9901,\"Invented, each\"\nA9902,\"Invented capTerminated December 31, 2016.\"\nx,y\n";
        let intake = intake(text);
        assert_eq!(
            intake.rows[&Table::Title],
            [
                "A9901\thcpcs\t\tInvented, each\tpublic\thcpcs-list-titles-2025q1",
                "A9902\thcpcs\t\tInvented cap\tpublic\thcpcs-list-titles-2025q1"
            ]
        );
        assert_eq!(intake.rows[&Table::Period][1], "A9902\thcpcs\t\t2016-12-31\t1\thcpcs-list-2025q1");
        assert_eq!((intake.broken_count, intake.origins[1].complete), (1, false));
    }

    #[test]
    fn other_lists_of_codes_are_not_taken_for_hcpcs() {
        for text in ["code,description\nA000,Cholera\n", "code,description\n99213,x\n", "code,description\n", ""] {
            assert!(!recognise(&Sample::of("a.csv", text.as_bytes())), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "[A-V0-9,\"\n é.]{0,200}") {
            let all = format!("{TEXT}{text}");
            let _ = (recognise(&Sample::of("a", all.as_bytes())), intake(&all), without_end(&text));
        }
    }
}
