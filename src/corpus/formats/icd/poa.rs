//! The diagnoses that are exempt from the present-on-admission indicator.
//!
//! Format: `ReadMePOAexemptFY26.txt` (CDC/NCHS): a text separated by tabs and a workbook with the same rows; columns
//! `Order26` (the number names the fiscal year), `POAexemptCode` (with its dot) and `Description`.
//!
//! The list of added codes has the same columns; its rows are true, but prove no absence, and by its size it is told
//! from the whole list. The lists of deleted codes (no order number) and of retitled codes (a column `Action`) name no
//! exemption and are passed over.

use super::super::{File, Format, Intake, Origin, Refusal, Rights, Sample};
use super::edition::Edition;
use super::sheet::{is_workbook, rows};
use super::writing::{dotted, file_name};
use crate::domain::table::Table;

/// The format.
pub const FORMAT: Format = Format { name: "POA exempt list", recognise, read };

/// Fewer rows are an excerpt or the list of added codes. FY2016 had more than 34,000, FY2026 has 38,349.
const LEAST: usize = 30_000;

/// A workbook is compressed, so that the name has to say what the beginning cannot show; reading looks at the heads.
fn recognise(sample: &Sample<'_>) -> bool {
    if is_workbook(sample.bytes) {
        return sample.name.contains("poaexemptcodes") && sample.name.ends_with(".xlsx");
    }
    Columns::of(&sample.first_line().split('\t').collect::<Vec<_>>()).is_some()
}

/// Where the code is, and the fiscal year that the head of the order number names.
struct Columns {
    code: usize,
    year: Option<i16>,
}

impl Columns {
    fn of<T: AsRef<str>>(heads: &[T]) -> Option<Self> {
        let heads: Vec<String> = heads.iter().map(|head| head.as_ref().trim().to_ascii_lowercase()).collect();
        let order = heads.iter().find_map(|head| head.strip_prefix("order"))?;
        let year = order.parse().ok().filter(|year| (13..100).contains(year)).map(|year: i16| 2000 + year);
        let code = heads.iter().position(|head| head == "poaexemptcode")?;
        (!heads.iter().any(|head| head == "action")).then_some(Self { code, year })
    }
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let rows = rows(file)?;
    let filled: Vec<_> = rows.iter().filter(|(_, row)| row.iter().any(|cell| !cell.is_empty())).collect();
    let columns = filled.first().and_then(|(_, row)| Columns::of(row)).ok_or_else(|| {
        Refusal::at(
            1,
            "its first row lacks the heads Order…, POAexemptCode and Description; import the list as NCHS publishes it",
        )
    })?;
    let edition = Edition::of(file.path, columns.year);
    let whole = filled.len() > LEAST;
    let behind = if whole { "" } else { "-part" };
    let origin = intake.origin(Origin {
        id: format!("poa-exempt-{}{behind}", edition.as_ref().map_or_else(|| "undated".to_owned(), Edition::id)),
        table: Table::Poa,
        family: "poa".to_owned(),
        title: if whole { "POA exempt list" } else { "POA exempt list, part" }.to_owned(),
        edition: edition.as_ref().map(Edition::name).unwrap_or_default(),
        from: edition.as_ref().map(|edition| edition.from),
        to: edition.as_ref().map(|edition| edition.to),
        complete: whole && edition.is_some(),
        source: format!("CDC/NCHS and CMS, {}", file_name(file.path)),
        rights: Rights::Public,
        notice: String::new(),
    });
    for (line, row) in &filled[1..] {
        let text = row.get(columns.code).map_or("", String::as_str);
        match dotted(text) {
            Some(code) => intake.row(Table::Poa, &code, &["yes"], origin),
            None => intake.broken(*line, format!("{text:?} is no ICD-10-CM code")),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "Order26\tPOAexemptCode\tDescription\r\n01238\tB90.0\tTitle\r\n30486\tQ99.811\t\"Title, one\"\r\n\
        30490\tQA0.0101\tTitle\r\n1\tnone\tTitle\r\n";

    #[test]
    fn a_listed_code_is_exempt_in_the_year_of_the_order_column() {
        let mut intake = Intake::default();
        assert!(recognise(&Sample::of("list.txt", TEXT.as_bytes())));
        read(&File { path: "list.txt", bytes: TEXT.as_bytes() }, &mut intake).unwrap();
        assert_eq!(intake.rows[&Table::Poa][2], "QA0.0101\tyes\tpoa-exempt-2026-part");
        assert_eq!((intake.counts[&0], intake.broken_count, intake.broken[0].0), (3, 1, 5));
        assert!(!intake.origins[0].complete, "three rows are a part");
    }

    #[test]
    fn a_long_list_is_complete() {
        let text = format!("Description\tPOAexemptCode\tOrder27\n{}", "Title\tB90.0\t1\n".repeat(LEAST));
        let mut intake = Intake::default();
        read(&File { path: "list.txt", bytes: text.as_bytes() }, &mut intake).unwrap();
        assert!(intake.origins[0].complete);
        assert_eq!(intake.origins[0].id, "poa-exempt-2027");
    }

    #[test]
    fn lists_of_deleted_and_retitled_codes_are_passed_over() {
        for text in [
            "POAexemptCode\tDescription\r\nQ89.8\tTitle\r\n",
            "Order26\tAction\tPOAexemptCode\tDescription\r\n1\tRevise to:\tQ75.001\tTitle\r\n",
            "Order26 POAexemptCode Description\r\n",
            "Description of Present On Admission (POA) files\r\n",
        ] {
            assert!(!recognise(&Sample::of("POAexemptCodesFY26.txt", text.as_bytes())), "{text}");
            assert!(read(&File { path: "a", bytes: text.as_bytes() }, &mut Intake::default()).is_err());
        }
        assert!(!recognise(&Sample::of("POAexemptDeleteCodesFY26.xlsx", b"PK\x03\x04")));
        assert!(recognise(&Sample::of("POAexemptCodesFY26.xlsx", b"PK\x03\x04")));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..60), cut in 0_usize..200) {
            bytes.splice(0..0, TEXT.bytes().take(cut));
            let _ = recognise(&Sample::of("a", &bytes));
            let _ = read(&File { path: "a", bytes: &bytes }, &mut Intake::default());
        }
    }
}
