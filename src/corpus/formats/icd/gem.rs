//! The general equivalence mappings of diagnoses between ICD-9-CM and ICD-10-CM, in both directions.
//!
//! Layout: `Dxgem_guide_2018.pdf` and `GemsTechDoc_2018.pdf` (CMS). Each line has a source code and a target code
//! without their dots, `NoDx` for no target, and five digits: approximate, no map, combination, scenario, choice list.
//!
//! FY2018 is the last year that CMS published, and ICD-9-CM changes no more. So these mappings speak from
//! 2017-10-01 on without an end; those of earlier years until the end of their fiscal year. The two directions are two
//! releases, so that each is complete by itself. An ICD-9-CM code is looked up as `icd9/250.00`, because its writing
//! may be that of another set.
//!
//! The mappings of inpatient procedures have the same layout and are not read.

use super::super::{File, Format, Intake, Origin, Refusal, Rights, Sample};
use super::edition::Edition;
use super::writing::{dotted, file_name};
use crate::domain::table::Table;

/// The format.
pub const FORMAT: Format = Format { name: "diagnosis GEM", recognise, read };

/// The last fiscal year with mappings.
const LAST: i16 = 2018;

/// Fewer rows are an excerpt: FY2018 has 24,860 from ICD-9-CM and 81,593 from ICD-10-CM.
const LEAST_ICD9: usize = 20_000;
const LEAST_ICD10: usize = 70_000;

/// A line: source, target, and five flags of 0 to 9.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    source: &'a str,
    target: &'a str,
    flags: &'a str,
}

/// Reads a line; `None` where it has another shape.
pub fn parse(line: &str) -> Option<Row<'_>> {
    let mut words = line.split_whitespace();
    let row = Row { source: words.next()?, target: words.next()?, flags: words.next()? };
    let code = |text: &str| (3..=7).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    let shaped = code(row.source)
        && (code(row.target) || row.target.eq_ignore_ascii_case("NoDx"))
        && row.flags.len() == 5
        && row.flags.bytes().all(|b| b.is_ascii_digit());
    (shaped && words.next().is_none()).then_some(row)
}

/// Which way the mappings go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    FromIcd9,
    FromIcd10,
}

impl Direction {
    /// The direction in which every row makes sense, and some row only in this one; `V` and `E` codes exist in both
    /// classifications.
    fn of<'a>(rows: impl Iterator<Item = Row<'a>>) -> Option<Self> {
        let (mut from9, mut from10) = (true, true);
        let no_map = |row: &Row<'_>| row.target.eq_ignore_ascii_case("NoDx");
        for row in rows {
            from9 &= icd9(row.source).is_some() && (no_map(&row) || icd10(row.target).is_some());
            from10 &= icd10(row.source).is_some() && (no_map(&row) || icd9(row.target).is_some());
        }
        match (from9, from10) {
            (true, false) => Some(Self::FromIcd9),
            (false, true) => Some(Self::FromIcd10),
            _ => None,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::FromIcd9 => "icd9_to_icd10",
            Self::FromIcd10 => "icd10_to_icd9",
        }
    }

    fn keyed(self, source: &str) -> Option<String> {
        match self {
            Self::FromIcd9 => Some(format!("icd9/{}", icd9(source)?)),
            Self::FromIcd10 => icd10(source),
        }
    }

    fn target(self, target: &str) -> Option<String> {
        match self {
            _ if target.eq_ignore_ascii_case("NoDx") => Some(String::new()),
            Self::FromIcd9 => icd10(target),
            Self::FromIcd10 => icd9(target),
        }
    }
}

/// An ICD-9-CM diagnosis with its dot: behind three characters, behind four of an `E` code.
fn icd9(text: &str) -> Option<String> {
    // One row of FY2018 has a small letter.
    let text = text.to_ascii_uppercase();
    let (first, rest) = text.split_at_checked(1)?;
    let before = if first == "E" { 4 } else { 3 };
    let shaped = (first.as_bytes()[0].is_ascii_digit() || first == "V" || first == "E")
        && rest.bytes().all(|b| b.is_ascii_digit())
        && (before..=5).contains(&text.len());
    let (category, rest) = text.split_at_checked(before).filter(|_| shaped)?;
    Some(if rest.is_empty() { category.to_owned() } else { format!("{category}.{rest}") })
}

/// An ICD-10-CM code with its dot; no procedure code passes, since these begin with a digit or have a letter second.
fn icd10(text: &str) -> Option<String> {
    dotted(text).filter(|_| text.as_bytes().get(1).is_some_and(u8::is_ascii_digit))
}

fn recognise(sample: &Sample<'_>) -> bool {
    let lines: Vec<&str> = sample.lines().filter(|line| !line.trim().is_empty()).collect();
    // The last line of a sample may be cut.
    let whole = if sample.bytes.len() == Sample::LENGTH { lines.len().saturating_sub(1) } else { lines.len() };
    let rows: Vec<Row<'_>> = lines[..whole].iter().filter_map(|line| parse(line)).collect();
    rows.len() * 10 > whole * 9 && Direction::of(rows.iter().take(1000).copied()).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let lines = || text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let first = lines().filter_map(|(_, line)| parse(line)).take(1000);
    let direction = Direction::of(first)
        .ok_or_else(|| Refusal::at(1, "its rows do not tell which side is ICD-9-CM; import the whole file"))?;
    let edition = Edition::of(file.path, None);
    let origin = intake.origin(origin(direction, edition.as_ref(), lines().count(), file.path));
    for (at, line) in lines() {
        let row =
            parse(line).and_then(|row| Some((direction.keyed(row.source)?, direction.target(row.target)?, row.flags)));
        let Some((key, target, flags)) = row else {
            intake.broken(at + 1, "not a row of a diagnosis GEM (source, target or NoDx, five flags)");
            continue;
        };
        let flags: Vec<&str> = flags.split("").filter(|flag| !flag.is_empty()).collect();
        let mut fields = vec![direction.key(), target.as_str()];
        fields.extend(flags);
        intake.row(Table::Gem, &key, &fields, origin);
    }
    Ok(())
}

fn origin(direction: Direction, edition: Option<&Edition>, rows: usize, path: &str) -> Origin {
    let (behind, title, least) = match direction {
        Direction::FromIcd9 => ("icd9", "GEM, ICD-9-CM to ICD-10-CM diagnoses", LEAST_ICD9),
        Direction::FromIcd10 => ("icd10", "GEM, ICD-10-CM to ICD-9-CM diagnoses", LEAST_ICD10),
    };
    Origin {
        id: format!("gem-{behind}-{}", edition.map_or_else(|| "undated".to_owned(), Edition::id)),
        table: Table::Gem,
        family: format!("gem+{behind}"),
        title: title.to_owned(),
        edition: edition.map(Edition::name).unwrap_or_default(),
        from: edition.map(|edition| edition.from),
        to: edition.filter(|edition| edition.year < LAST).map(|edition| edition.to),
        complete: edition.is_some() && rows >= least,
        source: format!("CMS, {}", file_name(path)),
        rights: Rights::Public,
        notice: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NINE: &str = "0010  A000    00000\r\n25000 E119    10000\r\nE8000 V8109XA 10111\r\nV9192 O30829  10000\r\n0020  NoDx    11000\r\n";
    const TEN: &str = "A000    0010  00000\r\nE119    25000 10000\r\nR29700  NoDx  11000\r\nV8109XA E8000 10000\r\nT8853XD v5889 10000\r\n";

    fn take(path: &str, text: &str) -> Intake {
        let mut intake = Intake::default();
        assert!(recognise(&Sample::of(path, text.as_bytes())));
        read(&File { path, bytes: text.as_bytes() }, &mut intake).unwrap();
        intake
    }

    #[test]
    fn old_codes_are_looked_up_behind_a_prefix_and_have_their_dots() {
        let rows = &take("2018_I9gem.txt", NINE).rows[&Table::Gem];
        let release = "gem-icd9-2018";
        assert_eq!(rows[1], format!("icd9/250.00\ticd9_to_icd10\tE11.9\t1\t0\t0\t0\t0\t{release}"));
        assert_eq!(rows[2], format!("icd9/E800.0\ticd9_to_icd10\tV81.09XA\t1\t0\t1\t1\t1\t{release}"));
        assert_eq!(rows[3], format!("icd9/V91.92\ticd9_to_icd10\tO30.829\t1\t0\t0\t0\t0\t{release}"));
        assert_eq!(rows[4], format!("icd9/002.0\ticd9_to_icd10\t\t1\t1\t0\t0\t0\t{release}"));
    }

    #[test]
    fn the_other_direction_is_another_release() {
        let intake = take("2018_I10gem.txt", TEN);
        assert_eq!(intake.rows[&Table::Gem][1], "E11.9\ticd10_to_icd9\t250.00\t1\t0\t0\t0\t0\tgem-icd10-2018");
        assert_eq!(intake.rows[&Table::Gem][2], "R29.700\ticd10_to_icd9\t\t1\t1\t0\t0\t0\tgem-icd10-2018");
        assert!(intake.rows[&Table::Gem][4].contains("\tV58.89\t"));
        assert_eq!(intake.origins[0].family, "gem+icd10");
    }

    #[test]
    fn the_last_mappings_speak_on_and_earlier_ones_do_not() {
        let origin = |name: &str| take(name, NINE).origins.remove(0);
        let last = origin("2018_I9gem.txt");
        assert_eq!((last.from.map(|day| day.to_string()).as_deref(), last.to), (Some("2017-10-01"), None));
        assert_eq!(origin("2017_I9gem.txt").to.map(|day| day.to_string()).as_deref(), Some("2017-09-30"));
        assert_eq!(origin("gem.txt").from, None);
    }

    #[test]
    fn procedure_mappings_and_other_lists_are_not_taken_for_it() {
        for text in [
            "0001  6A750Z4 10000\r\n0002  6A750Z5 10000\r\n",
            "0016070 0234  10000\r\n",
            "A000    Cholera, some 10000\r\n",
            "99213 99214 00000 x\r\n",
            "12345 67890 12345\r\n",
            "V9192 E8000  10000\r\n",
            "",
        ] {
            assert!(!recognise(&Sample::of("2018_I9gem.txt", text.as_bytes())), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..60), cut in 0_usize..120) {
            bytes.splice(0..0, NINE.bytes().take(cut));
            let _ = recognise(&Sample::of("a", &bytes));
            let _ = read(&File { path: "a", bytes: &bytes }, &mut Intake::default());
        }

        #[test]
        fn any_line_is_read_without_panic(text in "\\PC{0,20}") {
            let _ = (parse(&text), icd9(&text), icd10(&text));
        }
    }
}
