//! The addenda of the order files and of the code files: what was added, deleted and retitled.
//!
//! Layout: `icd10OrderFiles.pdf` and `icd10cmCodesFile.pdf` (CDC/NCHS), `icd10pcsOrderFile.pdf` (CMS). Each line begins
//! with `Add:`, `Delete:`, `Revise from:` or `Revise to:`; behind it stand the flag (in the order addenda of ICD-10-CM
//! only), the code without its dot, and one or both titles. Counts follow at the end.
//!
//! A code that becomes a heading is deleted with flag 1 and added with flag 0: it may be reported until the day before
//! the edition and is a heading from that day on. New titles change no period.

use jiff::civil::Date;

use super::super::{File, Format, Intake, Origin, Refusal, Rights, Sample};
use super::edition::Edition;
use super::writing::{Set, file_name};
use crate::domain::table::Table;

/// The format.
pub const FORMAT: Format = Format { name: "ICD-10 addenda", recognise, read };

/// What happens to a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Add,
    Delete,
    Retitle,
}

/// A line of the addenda.
struct Change<'a> {
    action: Action,
    flag: Option<&'a str>,
    code: &'a str,
}

fn parse(line: &str) -> Option<Change<'_>> {
    let (action, rest) = line.split_once(':')?;
    let action = match action {
        "Add" => Action::Add,
        "Delete" => Action::Delete,
        "Revise from" | "Revise to" => Action::Retitle,
        _ => return None,
    };
    let mut words = rest.split_whitespace();
    let first = words.next()?;
    let (flag, code) = if ["0", "1"].contains(&first) { (Some(first), words.next()?) } else { (None, first) };
    let shaped = (3..=7).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && words.next().is_some();
    shaped.then_some(Change { action, flag, code })
}

/// A line of the counts at the end, or blank.
fn is_summary(line: &str) -> bool {
    let line = line.trim();
    let word = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ',').trim_start();
    ["", "headers", "codes", "of which"].iter().any(|known| word.eq_ignore_ascii_case(known))
        || word.len() < line.len()
            && ["headers in", "codes in", "additions", "deletions", "revisions"].iter().any(|w| word.starts_with(w))
}

fn recognise(sample: &Sample<'_>) -> bool {
    let mut lines = sample.lines().filter(|line| !line.trim().is_empty()).take(5).peekable();
    // The last line of a short file may be one of the counts.
    lines.peek().is_some() && parse(sample.first_line()).is_some() && lines.all(|l| parse(l).is_some() || is_summary(l))
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let changes = || text.lines().filter_map(parse);
    let set = Set::of(changes().map(|change| change.code))
        .ok_or_else(|| Refusal::at(1, "its codes fit both ICD-10-CM and ICD-10-PCS; import the whole file"))?;
    let edition = Edition::of(file.path, None).or_else(|| counted(&text)).ok_or_else(|| {
        Refusal::at(
            1,
            "neither its name nor its counts tell the fiscal year; name it such as icd10cm-order-addenda-2026.txt",
        )
    })?;
    // ICD-10-PCS has one file with every change; of ICD-10-CM, the code addenda lack the flag and the headings.
    let codes_only = set == Set::Cm && changes().all(|change| change.flag.is_none());
    let origin = intake.origin(origin(set, codes_only, &edition, file.path));
    let (first, last) =
        (edition.from.to_string(), edition.from.yesterday().map_or(String::new(), |day: Date| day.to_string()));
    for (at, line) in text.lines().enumerate() {
        let Some(change) = parse(line) else {
            if !is_summary(line) {
                intake.broken(at + 1, "not a line of addenda (Add, Delete or Revise, code, title)");
            }
            continue;
        };
        let Some(code) = set.written(change.code) else {
            intake.broken(at + 1, format!("{:?} is no {} code", change.code, set.name()));
            continue;
        };
        let heading = set == Set::Pcs && code.len() == 3;
        let flag = change.flag.unwrap_or(if heading { "0" } else { "1" });
        match change.action {
            Action::Add => intake.row(Table::Period, &code, &[set.key(), &first, "", flag], origin),
            Action::Delete => intake.row(Table::Period, &code, &[set.key(), "", &last, flag], origin),
            Action::Retitle => {}
        }
    }
    Ok(())
}

/// The edition that the counts at the end name, such as `74719 codes in icd10cm_order_2026.txt`: the later of two.
fn counted(text: &str) -> Option<Edition> {
    let named = text.lines().filter(|line| is_summary(line)).filter_map(|line| line.split_once(" in "));
    named.filter_map(|(_, name)| Edition::in_text(name)).max_by_key(|edition| edition.from)
}

fn origin(set: Set, codes_only: bool, edition: &Edition, path: &str) -> Origin {
    let kind = if codes_only { "codes-addenda" } else { "addenda" };
    Origin {
        id: format!("{}-{kind}-{}", set.key(), edition.id()),
        table: Table::Period,
        family: "period".to_owned(),
        title: format!("{} {}", set.name(), if codes_only { "code addenda" } else { "order addenda" }),
        edition: edition.name(),
        from: Some(edition.from),
        to: Some(edition.to),
        complete: false,
        source: format!("{}, {}", set.publisher(), file_name(path)),
        rights: Rights::Public,
        notice: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ORDER: &str = "Delete:      1 B880    Short title                                                  Long title\r\n\
        Add:         0 B880    Short title                                                  Long title\r\n\
        Add:         1 B8801   Short title                                                  Long title\r\n\
        Revise from: 1 L02212  Old title                                                    Old title\r\n\
        Revise to:   1 L02212  New title                                                    New title\r\n\
        \r\nHeaders\r\n  10 headers in icd10cm_order_2025.txt\r\n  11 headers in icd10cm_order_2026.txt\r\n\
        \x20   1 additions\r\nof which\r\n    0 revisions to long title only\r\n";

    fn take(path: &str, text: &str) -> Intake {
        let mut intake = Intake::default();
        assert!(recognise(&Sample::of(path, text.as_bytes())));
        read(&File { path, bytes: text.as_bytes() }, &mut intake).unwrap();
        intake
    }

    #[test]
    fn a_code_that_becomes_a_heading_ends_as_a_code_and_begins_as_a_heading() {
        let intake = take("icd10cm-order-addenda-2026.txt", ORDER);
        assert_eq!(
            intake.rows[&Table::Period],
            [
                "B88.0\ticd10cm\t\t2025-09-30\t1\ticd10cm-addenda-2026",
                "B88.0\ticd10cm\t2025-10-01\t\t0\ticd10cm-addenda-2026",
                "B88.01\ticd10cm\t2025-10-01\t\t1\ticd10cm-addenda-2026",
            ]
        );
        assert_eq!((intake.counts[&0], intake.broken_count), (3, 0));
    }

    #[test]
    fn the_counts_tell_the_year_where_the_name_does_not() {
        assert_eq!(take("addenda.txt", ORDER).origins[0].id, "icd10cm-addenda-2026");
        let bytes = ORDER.lines().next().unwrap().as_bytes();
        assert!(read(&File { path: "addenda.txt", bytes }, &mut Intake::default()).is_err());
    }

    #[test]
    fn code_addenda_are_a_release_of_their_own() {
        let intake =
            take("icd10cm-codes-addenda-2026.txt", "Delete:      B880    Title\r\nAdd:         B8801   Title\r\n");
        assert_eq!(intake.rows[&Table::Period][0], "B88.0\ticd10cm\t\t2025-09-30\t1\ticd10cm-codes-addenda-2026");
    }

    #[test]
    fn procedure_headings_are_told_by_their_length() {
        let text = "Add:         X2A     Heading      Heading\r\nDelete:      02A5312 Title    Title\r\n";
        let intake = take("order_addenda_2026.txt", text);
        assert_eq!(
            intake.rows[&Table::Period],
            [
                "X2A\ticd10pcs\t2025-10-01\t\t0\ticd10pcs-addenda-2026",
                "02A5312\ticd10pcs\t\t2025-09-30\t1\ticd10pcs-addenda-2026",
            ]
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..60), cut in 0_usize..600) {
            bytes.splice(0..0, ORDER.bytes().take(cut));
            let _ = recognise(&Sample::of("a", &bytes));
            let _ = read(&File { path: "a2026", bytes: &bytes }, &mut Intake::default());
        }
    }
}
