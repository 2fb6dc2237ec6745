//! All NCCI edits of one code, in both columns, a line of the edition at a time: counting them never reads the codes.

use jiff::civil::Date;

use super::Corpus;
use super::facts::Line;
use crate::domain::check::{Program, Setting};
use crate::domain::code::Code;
use crate::domain::table::Table;
use crate::domain::time::EffectivePeriod;

/// Codes that have the same edit with one code: same column, dates, indicator and release.
#[derive(Debug, Clone, Copy)]
pub struct Partners<'a> {
    /// True where the code itself is column one.
    pub column_one: bool,
    /// First and last day, as far as known.
    pub period: EffectivePeriod,
    /// 0, 1 or 9.
    pub indicator: u8,
    /// The release.
    pub release: &'a str,
    /// The other codes, sorted, with blanks between.
    pub codes: &'a str,
}

impl<'a> Partners<'a> {
    fn of(line: &Line<'a>, column_one: bool, column: &str) -> Self {
        let day = |column: &str| line.get(column).parse::<Date>().ok();
        Self {
            column_one,
            period: EffectivePeriod { from: day("from"), to: day("to") },
            indicator: line.get("indicator").parse().unwrap_or(9),
            release: line.get("release"),
            codes: line.get(column),
        }
    }

    /// How many codes.
    pub fn count(&self) -> usize {
        // Five characters and a blank each.
        (self.codes.len() + 1) / 6
    }

    /// The other codes.
    pub fn codes(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.codes.split(' ').filter(|code| !code.is_empty())
    }

    /// The codes next to a code in the list: at most `reach` before and after it.
    pub fn around(&self, code: &str, reach: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        let all = self.count();
        let codes = self.codes;
        let at = |n: usize| codes.get(n * 6..n * 6 + 5).unwrap_or("");
        let (mut low, mut high) = (0, all);
        while low < high {
            let middle = low + (high - low) / 2;
            if at(middle) < code { low = middle + 1 } else { high = middle }
        }
        (low.saturating_sub(reach)..(low + reach).min(all)).map(at)
    }
}

impl Corpus {
    /// The edits of a code in both columns.
    pub fn list_partners(&self, code: &Code, setting: Setting, program: Program) -> Vec<Partners<'_>> {
        let key = format!("{code}+{}+{}", setting.key(), program.key());
        let one = self.facts.find(Table::Ptp, &key);
        let two = self.facts.find(Table::PtpTwo, &key);
        let one = one.iter().map(|line| Partners::of(line, true, "columns_two"));
        one.chain(two.iter().map(|line| Partners::of(line, false, "columns_one"))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::starter_for_tests;

    #[test]
    fn an_edit_is_found_from_either_of_its_codes() {
        let corpus = starter_for_tests();
        let of =
            |code: &str| corpus.list_partners(&Code::parse(code).unwrap(), Setting::Practitioner, Program::Medicare);
        let holds = |code: &str, other: &str, column_one: bool| {
            of(code).iter().any(|p| p.column_one == column_one && p.codes().any(|code| code == other))
        };
        assert!(holds("45385", "45380", true) && holds("45380", "45385", false));
        assert!(!holds("45380", "45385", true));
        for partners in of("45385") {
            assert_eq!(partners.count(), partners.codes().count());
        }
    }

    #[test]
    fn the_codes_around_a_code_are_those_next_to_it() {
        let all = Partners {
            column_one: true,
            period: EffectivePeriod::default(),
            indicator: 1,
            release: "x",
            codes: "11111 22222 44444 55555",
        };
        assert_eq!(all.around("33333", 1).collect::<Vec<_>>(), ["22222", "44444"]);
        assert_eq!(all.around("00000", 2).collect::<Vec<_>>(), ["11111", "22222"]);
        assert_eq!(all.around("99999", 9).count(), 4);
        assert_eq!(Partners { codes: "", ..all }.around("1", 3).count(), 0);
    }
}
