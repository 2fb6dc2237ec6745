//! Deletions of codes that a manual states in a sentence: "(CPT codes 37225, 37227, and 37229 were deleted January
//! 1, 2026.)"

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use crate::corpus::import::lists::Life;
use crate::corpus::tables::Tables;
use crate::domain::table::Table;

static SENTENCE: LazyLock<Regex> = LazyLock::new(|| {
    let code = r"(?:\d{4}[0-9A-Z]|[A-V]\d{4})";
    let list = format!(r"{code}(?:(?:\s|,|;|-|–|and|or|through|to|&)+{code})*");
    let day = r"(January|February|March|April|May|June|July|August|September|October|November|December)\s+(\d{1,2}),\s+(\d{4})";
    let pattern = format!(r"codes?\s+({list})\s+(?:was|were|is|are)\s+deleted(?:\s+(?:on|effective|as of))*\s+{day}");
    Regex::new(&pattern).expect("the pattern is fixed")
});
static PART: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(\d{4}[0-9A-Z]|[A-V]\d{4})(?:\s*(?:-|–|through|to)\s*(\d{4}[0-9A-Z]|[A-V]\d{4}))?")
        .expect("the pattern is fixed")
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

/// Adds the last day of each code that a passage says was deleted. A range means the codes of it that the shelf knows.
pub fn deletions(tables: &mut Tables) {
    let mut known: BTreeSet<String> = BTreeSet::new();
    known.extend(tables.lines(Table::Period).iter().filter_map(|line| line.split('\t').next()).map(str::to_owned));
    let mut lives = BTreeSet::new();
    for line in tables.lines(Table::Passage) {
        let (text, release) = (line, line.rsplit('\t').next().unwrap_or(""));
        for found in SENTENCE.captures_iter(text) {
            if let Some(last) = date(&found).and_then(|day| day.yesterday().ok()) {
                for code in codes(&found[1], &known) {
                    let set = if code.as_bytes()[0].is_ascii_digit() { "cpt" } else { "hcpcs" };
                    let (set, release) = (set.to_owned(), release.to_owned());
                    let life = Life { code, set, from: None, to: Some(last), billable: true, release };
                    lives.insert(life.line());
                }
            }
        }
    }
    for line in lives {
        tables.push(Table::Period, line);
    }
}

fn date(found: &regex::Captures<'_>) -> Option<Date> {
    let month = MONTHS.iter().position(|month| *month == &found[2])? + 1;
    Date::new(found[4].parse().ok()?, i8::try_from(month).ok()?, found[3].parse().ok()?).ok()
}

fn codes(list: &str, known: &BTreeSet<String>) -> Vec<String> {
    let mut codes = Vec::new();
    for part in PART.captures_iter(list) {
        match part.get(2) {
            Some(last) => {
                let (first, last) = (part[1].to_owned(), last.as_str().to_owned());
                if first <= last {
                    codes.extend(known.range(first..=last).filter(|code| code.len() == 5).cloned());
                }
            }
            None => codes.push(part[1].to_owned()),
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_of_a_manual_ends_the_codes_it_names() {
        let mut tables = Tables::default();
        for code in ["10004", "10005", "10006"] {
            tables.push(Table::Period, format!("{code}\tcpt\t\t\t1\tlist"));
        }
        let text = "x#1\tA\tt\tp\tr\t\t\t\t(CPT codes 10004-10005, and 99199 were deleted January 1, 2026.)\tmanual";
        tables.push(Table::Passage, text.to_owned());
        deletions(&mut tables);
        let added: Vec<&String> = tables.lines(Table::Period).iter().filter(|l| l.ends_with("manual")).collect();
        assert_eq!(
            added,
            [
                "10004\tcpt\t\t2025-12-31\t1\tmanual",
                "10005\tcpt\t\t2025-12-31\t1\tmanual",
                "99199\tcpt\t\t2025-12-31\t1\tmanual"
            ]
        );
    }
}
