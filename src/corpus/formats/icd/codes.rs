//! The code files of ICD-10-CM and ICD-10-PCS: every code that may be reported, with its long title.
//!
//! Layout: `icd10cmCodesFile.pdf` (CDC/NCHS). No header; 1-7 code without its dot, from 9 the long title.
//!
//! They are the order file without headings and short titles. So that the two never seem to differ, a code file is a
//! release of its own that says of each code only that it may be reported: titles are left to the order file, and
//! headings are missing, so it proves no absence.

use super::super::{File, Format, Intake, Origin, Refusal, Rights, Sample};
use super::edition::Edition;
use super::gem;
use super::writing::{Set, column, file_name};
use crate::domain::table::Table;

/// The format.
pub const FORMAT: Format = Format { name: "ICD-10 code file", recognise, read };

/// The code of a row.
fn parse(line: &str) -> Option<&str> {
    let (code, title) = (column(line, 0, 7), column(line, 8, usize::MAX));
    let shaped = (3..=7).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && line.starts_with(code)
        && column(line, 7, 8).is_empty()
        && line.chars().nth(8).is_some_and(|c| !c.is_whitespace())
        && title.chars().filter(|c| c.is_alphabetic()).count() >= 3;
    (shaped && gem::parse(line).is_none()).then_some(code)
}

/// The first lines have the layout, and their codes are not all of the length of HCPCS codes.
fn recognise(sample: &Sample<'_>) -> bool {
    let lines: Vec<&str> = sample.lines().filter(|line| !line.trim().is_empty()).take(200).collect();
    let codes: Vec<&str> = lines.iter().filter_map(|line| parse(line)).collect();
    let Some(set) = Set::of(codes.iter().copied()) else { return false };
    // The last line of a sample may be cut within its code.
    codes.len() >= 2
        && codes.len() + 1 >= lines.len()
        && codes.iter().all(|code| set.written(code).is_some())
        && codes.iter().any(|code| code.len() != 5)
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let set = Set::of(text.lines().filter_map(parse))
        .ok_or_else(|| Refusal::at(1, "its codes fit both ICD-10-CM and ICD-10-PCS; import the whole file"))?;
    let edition = Edition::of(file.path, None);
    let origin = intake.origin(Origin {
        id: format!("{}-codes-{}", set.key(), edition.as_ref().map_or_else(|| "undated".to_owned(), Edition::id)),
        table: Table::Period,
        family: "period".to_owned(),
        title: format!("{} code file", set.name()),
        edition: edition.as_ref().map(Edition::name).unwrap_or_default(),
        from: edition.as_ref().map(|edition| edition.from),
        to: edition.as_ref().map(|edition| edition.to),
        complete: false,
        source: format!("{}, {}", set.publisher(), file_name(file.path)),
        rights: Rights::Public,
        notice: String::new(),
    });
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match parse(line).and_then(|code| set.written(code)) {
            Some(code) => intake.row(Table::Period, &code, &[set.key(), "", "", "1"], origin),
            None => intake.broken(at + 1, format!("not a row of a {} code file (code, title)", set.name())),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "A000    First title\r\nA0100   Second title\r\nQA00101 Third title\r\n";

    #[test]
    fn a_code_file_says_only_that_codes_may_be_reported() {
        let mut intake = Intake::default();
        assert!(recognise(&Sample::of("icd10cm-codes-2026.txt", TEXT.as_bytes())));
        read(&File { path: "icd10cm-codes-2026.txt", bytes: TEXT.as_bytes() }, &mut intake).unwrap();
        assert_eq!(intake.rows[&Table::Period][2], "QA0.0101\ticd10cm\t\t\t1\ticd10cm-codes-2026");
        assert_eq!((intake.rows.len(), intake.counts[&0], intake.broken_count), (1, 3, 0));
        assert!(!intake.origins[0].complete);
    }

    #[test]
    fn other_lists_are_not_taken_for_it() {
        for text in [
            "A0021   Ambulance service\nG0463   Hospital visit\n",
            "A000    0010  00000\nA001    0011  00000\n",
            "R29700  NoDx  11000\nR297    NoDx  11000\n",
            "A00\nA000\nA001\n",
            "This is prose.\nAnd more of it.\n",
            "ICD10   Not a code\nABC     Neither\n",
        ] {
            assert!(!recognise(&Sample::of("icd10cm-codes-2026.txt", text.as_bytes())), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..60), cut in 0_usize..80) {
            bytes.splice(0..0, TEXT.bytes().take(cut));
            let _ = recognise(&Sample::of("a", &bytes));
            let _ = read(&File { path: "a", bytes: &bytes }, &mut Intake::default());
        }
    }
}
