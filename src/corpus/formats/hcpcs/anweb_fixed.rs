//! The alpha-numeric HCPCS file in fixed columns: `HCPC2019_CONTR_ANWEB.txt`.
//!
//! CMS, "Alpha-Numeric HCPCS File", record layout of the contractor version: 320 characters a line, which may be cut
//! behind the last value. Record types 3 and 7 are the first line of a code and of a modifier, 4 and 8 continue its
//! long description. A modifier stands behind three blanks. Disclaimers may stand above.

use super::super::{File, Format, Intake, Refusal, Sample};
use super::record::{Record, append, is_code, is_modifier, joined, manual, padded, take, units};

/// The HCPCS Level II file in fixed columns.
pub const FORMAT: Format = Format { name: "HCPCS alpha-numeric file, fixed width", recognise, read };

/// How many lines show the format; disclaimers stand above the records.
const SHOWN: usize = 60;

/// A line with its columns, from 1 as in the layout. Characters of Windows-1252 may be longer than a byte here.
struct Line<'a> {
    text: &'a str,
    chars: Vec<char>,
}

impl<'a> Line<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, chars: if text.is_ascii() { Vec::new() } else { text.chars().collect() } }
    }

    /// What stands in columns `from` to `to`, trimmed.
    fn columns(&self, from: usize, to: usize) -> String {
        if self.text.is_ascii() {
            let end = to.min(self.text.len());
            return self.text.get(from - 1..end).unwrap_or("").trim().to_owned();
        }
        let end = to.min(self.chars.len());
        self.chars.get(from - 1..end).unwrap_or(&[]).iter().collect::<String>().trim().to_owned()
    }

    /// `count` values of `width` columns from `from`, a blank between two of them.
    fn repeated(&self, from: usize, width: usize, count: usize) -> String {
        let values: Vec<String> =
            (0..count).map(|number| self.columns(from + number * width, from + (number + 1) * width - 1)).collect();
        joined(values.iter().map(String::as_str))
    }

    /// Record type, if the line is a record.
    fn kind(&self) -> Option<char> {
        let bytes = self.text.as_bytes();
        let head = bytes.get(..11).filter(|head| head[5..10].iter().all(u8::is_ascii_digit))?;
        let code = std::str::from_utf8(&head[..5]).ok()?;
        match char::from(head[10]) {
            kind @ ('3' | '4') if is_code(code) => Some(kind),
            kind @ ('7' | '8') if code.starts_with("   ") && is_modifier(&code[3..]) => Some(kind),
            _ => None,
        }
    }

    fn record(&self, line: usize, kind: char) -> Record {
        Record {
            line,
            modifier: kind == '7',
            code: self.columns(1, 5),
            long: joined(self.columns(12, 91).split_whitespace()),
            short: joined(self.columns(92, 119).split_whitespace()),
            pricing: self.repeated(120, 2, 4),
            multiple: self.columns(128, 128),
            manual: manual(&self.repeated(129, 6, 3), &self.repeated(147, 8, 3)),
            statute: self.columns(171, 180),
            lab: self.repeated(181, 3, 8),
            crossref: self.repeated(205, 5, 5),
            coverage: self.columns(230, 230),
            asc: (self.columns(231, 232), self.columns(233, 240)),
            note: padded(&self.columns(253, 256), 4),
            betos: self.columns(257, 259),
            tos: self.repeated(261, 1, 5),
            anesthesia: units(&self.columns(266, 268)),
            added: self.columns(269, 276),
            effective: self.columns(277, 284),
            terminated: self.columns(285, 292),
            action: self.columns(293, 293),
        }
    }
}

fn recognise(sample: &Sample<'_>) -> bool {
    let long = |line: &&str| line.len() > 91;
    let records = sample.lines().take(SHOWN).filter(long).filter(|line| Line::of(line).kind().is_some()).count();
    let others = sample.lines().take(SHOWN).filter(long).count() - records;
    // Two long lines of disclaimers stand in the file of 2019.
    records > 0 && (others <= 4 || records > 4 * others)
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let mut records: Vec<Record> = Vec::new();
    for (at, text) in text.lines().enumerate() {
        let line = Line::of(text);
        match (line.kind(), records.last_mut()) {
            (Some(kind @ ('3' | '7')), _) => records.push(line.record(at + 1, kind)),
            (Some(_), Some(last)) if last.code == line.columns(1, 5) => {
                append(&mut last.long, &line.columns(12, 91));
            }
            (Some(_), _) => intake.broken(at + 1, "continues a code that does not stand above it"),
            // Disclaimers stand above the first record, and only there.
            (None, Some(_)) if !text.trim().is_empty() => intake.broken(at + 1, "no record of type 3, 4, 7 or 8"),
            (None, _) => {}
        }
    }
    if records.is_empty() {
        return Err(Refusal::at(1, "no record of type 3 or 7: download the file of CMS again"));
    }
    take(&records, true, file.path, intake);
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::table::Table;

    fn put(line: &mut [u8], column: usize, text: &str) {
        line[column - 1..column - 1 + text.len()].copy_from_slice(text.as_bytes());
    }

    fn line(values: &[(usize, &str)]) -> String {
        let mut line = vec![b' '; 320];
        for (column, text) in values {
            put(&mut line, *column, text);
        }
        String::from_utf8(line).unwrap()
    }

    /// The same records as in the workbook among the fixtures.
    pub(in crate::corpus::formats::hcpcs) fn text() -> String {
        let head = "***Disclaimers\t\t\t\r\n\r\n";
        let modifier = line(&[
            (4, "A1001007An invented dressing modifier"),
            (92, "Invented modifier"),
            (230, "C"),
            (269, "2002070120020701"),
            (293, "N"),
        ]);
        let code = line(&[
            (1, "A9901001003An invented supply whose description is so long that the text file splits it"),
            (92, "Invented supply"),
            (120, "0021"),
            (128, "A60-9"),
            (147, "2049"),
            (171, "1833(t)"),
            (181, "310400"),
            (205, "A0425A9902"),
            (230, "DYY20190101"),
            (253, "0088D1A 1P"),
            (266, "  0198601012019010120261231D"),
        ]);
        let rest = line(&[(1, "A9901002004into a second record")]);
        format!("{head}{modifier}\r\n{code}\r\n{}\r\n", rest.trim_end())
    }

    fn intake(text: &str) -> Result<Intake, Refusal> {
        let mut intake = Intake::default();
        read(&File { path: "HCPC2026_OCT_ANWEB.txt", bytes: text.as_bytes() }, &mut intake).map(|()| intake)
    }

    #[test]
    fn each_value_is_read_from_its_columns() {
        assert!(recognise(&Sample::of("a.txt", text().as_bytes())));
        let intake = intake(&text()).unwrap();
        assert_eq!(
            intake.rows[&Table::Hcpcs][1],
            "A9901\tcode\tD\t00 21\tA\tD1A\t1 P\tD\tCIM 60-9; MCM 2049\t1833(t)\t310 400\tA0425 A9902\t\
             YY 2019-01-01\t0088\t0\t1986-01-01\t2019-01-01\t2026-12-31\thcpcs-attributes-2026q4"
        );
        assert_eq!(
            intake.rows[&Table::Title][1],
            "A9901\thcpcs\tInvented supply\tAn invented supply whose description is so long that the text file \
             splits it into a second record\tpublic\thcpcs-titles-2026q4"
        );
    }

    #[test]
    fn a_line_cut_behind_its_last_value_is_read() {
        let text = text();
        let cut: Vec<&str> = text.lines().map(str::trim_end).collect();
        assert_eq!(intake(&cut.join("\n")).unwrap().rows, intake(&text).unwrap().rows);
    }

    #[test]
    fn a_character_beyond_ascii_moves_no_column() {
        let bytes = text().replace("invented supply whose", "invented suppl\u{1} whose");
        let bytes: Vec<u8> = bytes.bytes().map(|b| if b == 1 { 0xe9 } else { b }).collect();
        let mut intake = Intake::default();
        read(&File { path: "HCPC2026_OCT_ANWEB.txt", bytes: &bytes }, &mut intake).unwrap();
        assert!(intake.rows[&Table::Title][1].contains("An invented supplé whose"));
        assert!(intake.rows[&Table::Period][0].contains("\t1986-01-01\t2026-12-31\t"));
    }

    #[test]
    fn a_line_that_is_no_record_is_reported() {
        let text = format!("{}nonsense\r\nA9902001004lost\r\n", text());
        let intake = intake(&text).unwrap();
        assert_eq!(intake.broken.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [6, 7]);
    }

    #[test]
    fn other_fixed_files_are_not_taken_for_hcpcs() {
        let order = format!("00001 A00     0 Cholera{}Cholera\n", " ".repeat(80));
        let fee = format!("992130010 3{}\n", " ".repeat(300));
        for text in [order, fee, "A1\n".to_owned(), String::new()] {
            assert!(!recognise(&Sample::of("a.txt", text.as_bytes())));
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(end in "[A-V0-9 é\r\n]{0,200}", cut in 0usize..1000) {
            let text: String = text().chars().take(cut).chain(end.chars()).collect();
            let _ = (recognise(&Sample::of("a", text.as_bytes())), intake(&text));
        }
    }
}
