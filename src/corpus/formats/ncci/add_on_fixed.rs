//! NCCI add-on code edits as fixed-width text: `AOC_V2026Q2-F-MCR.txt`.
//!
//! 1 type, 2-6 add-on code, 7-13 its last day, 14-18 primary code, 19-25 its last day, 26-32 first day of the edit,
//! 33-39 its last day, from 40 a note. Days are written `YYYYDDD`; an absent one is blank.

use super::super::{File, Format, Intake, Refusal, Sample};
use super::add_on::{Days, Edit, take};

/// NCCI add-on code edits in fixed columns.
pub const FORMAT: Format = Format { name: "NCCI add-on code edits, fixed width", recognise, read };

/// How many lines show the format: a notice may stand above the edits.
const SHOWN: usize = 30;

/// Characters `from` to `to`, from 1; what a short line lacks is empty.
fn field(line: &str, from: usize, to: usize) -> &str {
    let end = to.min(line.len());
    line.get(from - 1..end).unwrap_or("")
}

fn edit(line: &str) -> Result<Edit, &'static str> {
    if !line.as_bytes().iter().take(39).all(u8::is_ascii) {
        return Err("characters that no code has");
    }
    let days = Days { from: field(line, 26, 32), ends: [field(line, 7, 13), field(line, 19, 25), field(line, 33, 39)] };
    Edit::of(field(line, 1, 1), field(line, 2, 6), field(line, 14, 18), &days)
}

fn is_edit(line: &str) -> bool {
    // An edit always has a first day, and nothing else begins like it.
    edit(line).is_ok() && field(line, 26, 32).trim().len() == 7
}

fn recognise(sample: &Sample<'_>) -> bool {
    let lines = sample.text.split_inclusive('\n').filter(|line| line.ends_with('\n') && !line.trim().is_empty());
    let (mut edits, mut others) = (0, 0);
    for line in lines.take(SHOWN) {
        if is_edit(line.trim_end()) { edits += 1 } else { others += 1 }
    }
    edits > 0 && edits >= 2 * others
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let lines: Vec<(usize, &str)> = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim_end())).collect();
    let first = lines.iter().position(|(_, line)| is_edit(line));
    let first = first.ok_or_else(|| Refusal::at(1, "no line is an edit: download the text file of CMS again"))?;
    let edits = lines[first..].iter().filter(|(_, line)| !line.is_empty());
    let edits: Vec<_> = edits.map(|(at, line)| edit(line).map_err(|reason| (*at, reason))).collect();
    take(&edits, file.path, intake);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::table::Table;

    const TEXT: &str = "10071U       0070U       2019001       \r\n\
        10072U20203660070U20203662019001       \r\n\
        20054T       CCCCC       2008001       Contractor Defined Primary Codes\r\n";

    fn intake(text: &str) -> Result<Intake, Refusal> {
        let mut intake = Intake::default();
        read(&File { path: "AOC_V2026Q2-F-MCR.txt", bytes: text.as_bytes() }, &mut intake).map(|()| intake)
    }

    #[test]
    fn each_column_is_read_from_its_place() {
        assert!(recognise(&Sample::of("a.txt", TEXT.as_bytes())));
        let intake = intake(TEXT).unwrap();
        assert_eq!(
            intake.rows[&Table::AddOn],
            [
                "0071U\t0070U\t1\t2019-01-01\t\t1\tncci-aoc-2026q2",
                "0072U\t0070U\t1\t2019-01-01\t2020-12-31\t0\tncci-aoc-2026q2",
                "0054T\tCCCCC\t2\t2008-01-01\t\t0\tncci-aoc-2026q2"
            ]
        );
    }

    #[test]
    fn a_notice_above_the_edits_is_passed_over() {
        let text = format!("A notice of the owner.\r\n{TEXT}");
        assert!(recognise(&Sample::of("a.txt", text.as_bytes())));
        assert_eq!((intake(&text).unwrap().counts[&0], intake(&text).unwrap().broken_count), (3, 0));
    }

    #[test]
    fn a_bad_line_is_reported() {
        let text = format!("{TEXT}90071U       0070U       2019001\r\n");
        assert_eq!(intake(&text).unwrap().broken, [(4, "the type is not 1, 2 or 3".to_owned())]);
        assert!(intake("nothing\n").is_err());
    }

    #[test]
    fn other_fixed_files_are_not_taken_for_edits() {
        for text in ["00001 A00     0 Cholera\n", "A001001003Text\n", "11042\t10030\t\t\t*\t1\tx\n", "1\n", ""] {
            assert!(!recognise(&Sample::of("a.txt", text.as_bytes())), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "[0-9A-UC é\r\n]{0,120}", cut in 0usize..100) {
            let text = format!("{}{text}", &TEXT[..cut]);
            let _ = (recognise(&Sample::of("a", text.as_bytes())), intake(&text));
        }
    }
}
