//! NCCI procedure-to-procedure edits, stored by column one code: one line holds all column two codes that share
//! setting, program, dates, indicator, rationale and release. Millions of pairs stay a few bytes each, and the
//! file can still be read with `grep`.

use super::Corpus;
use super::facts::{Facts, Line};
use crate::domain::check::{Program, Setting};
use crate::domain::citation::{FactKey, Source, Table};
use crate::domain::code::Code;
use crate::domain::time::EffectivePeriod;

/// An NCCI procedure-to-procedure edit.
#[derive(Debug, Clone)]
pub struct PtpRow {
    /// The comprehensive code.
    pub column_one: Code,
    /// The component code.
    pub column_two: Code,
    /// First and last day, as far as known.
    pub period: EffectivePeriod,
    /// 0, 1 or 9.
    pub indicator: u8,
    /// The rationale in the table's words.
    pub rationale: String,
    /// The release.
    pub release: String,
    /// The row as a source.
    pub source: Source,
}

impl Corpus {
    /// The edits that join two codes, in either order.
    pub fn list_ptp(&self, a: &Code, b: &Code, setting: Setting, program: Program) -> Vec<PtpRow> {
        let mut rows = Vec::new();
        for (one, two) in [(a, b), (b, a)] {
            let finder = memchr::memmem::Finder::new(two.as_str());
            let key = format!("{one}+{}+{}", setting.key(), program.key());
            let block = self.facts.block(Table::Ptp, key.as_bytes());
            // A code of five characters hardly ever stands in the lines of another: the block is looked through as
            // text, and only a line that has it is read.
            let mut from = 0;
            while let Some(found) = block.get(from..).and_then(|rest| finder.find(rest)) {
                let start = memchr::memrchr(b'\n', &block[..from + found]).map_or(0, |end| end + 1);
                let end = memchr::memchr(b'\n', &block[start..]).map_or(block.len(), |end| start + end);
                if let Some(line) = Facts::line_of(Table::Ptp, &block[start..end])
                    && holds(line.rest.rsplit('\t').next().unwrap_or_default().as_bytes(), two.as_str().as_bytes())
                {
                    rows.push(self.row(one, two, setting, program, &line));
                }
                from = end;
            }
        }
        rows
    }

    fn row(&self, one: &Code, two: &Code, setting: Setting, program: Program, line: &Line<'_>) -> PtpRow {
        let given = EffectivePeriod { from: line.field(0).parse().ok(), to: line.field(1).parse().ok() };
        let release = line.field(4);
        let held = self.releases().find(release);
        let period = match held {
            Some(held) if given == EffectivePeriod::default() => held.period,
            _ => given,
        };
        let key = format!("{one}+{two}+{}+{}", setting.key(), program.key());
        let quote = format!("{key}\t{}", line.rest.rsplit_once('\t').map_or(line.rest, |(rest, _)| rest));
        PtpRow {
            column_one: one.clone(),
            column_two: two.clone(),
            period: given,
            indicator: line.field(2).parse().unwrap_or(9),
            rationale: line.field(3).to_owned(),
            release: release.to_owned(),
            source: Source {
                doc: held.map(super::Release::doc).unwrap_or_default(),
                place: String::new(),
                fact: FactKey { table: Table::Ptp, key, period, release: release.to_owned() },
                quote,
                note: String::new(),
            },
        }
    }

    /// The rows of a pair's key (`45385+45380+practitioner+medicare`), as they are quoted.
    pub(super) fn resolve_ptp(&self, key: &str) -> Vec<PtpRow> {
        let parts: Vec<&str> = key.split('+').collect();
        let [one, two, setting, program] = parts[..] else { return Vec::new() };
        let (Ok(one), Ok(two)) = (Code::parse(one), Code::parse(two)) else { return Vec::new() };
        let (Some(setting), Some(program)) = (Setting::parse(setting), Program::parse(program)) else {
            return Vec::new();
        };
        let rows = self.list_ptp(&one, &two, setting, program).into_iter();
        rows.filter(|row| row.column_one == one).collect()
    }
}

/// True when a sorted list of five-character codes with a space between them holds one of them.
fn holds(list: &[u8], code: &[u8]) -> bool {
    if code.len() != 5 {
        return false;
    }
    let (mut low, mut high) = (0, (list.len() + 1) / 6);
    while low < high {
        let middle = (low + high) / 2;
        match list.get(middle * 6..middle * 6 + 5).map(|entry| entry.cmp(code)) {
            Some(std::cmp::Ordering::Equal) => return true,
            Some(std::cmp::Ordering::Less) => low = middle + 1,
            Some(std::cmp::Ordering::Greater) => high = middle,
            None => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_list_of_codes_is_searched_as_by_scan(codes in proptest::collection::btree_set("[0-9A-C]{5}", 0..40), wanted in "[0-9A-C]{5}") {
            let list = codes.iter().cloned().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(holds(list.as_bytes(), wanted.as_bytes()), codes.contains(&wanted));
            for code in &codes {
                prop_assert!(holds(list.as_bytes(), code.as_bytes()));
            }
        }
    }
}
