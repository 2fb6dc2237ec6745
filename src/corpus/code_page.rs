//! Rows of any table by key, and a code's neighbours: what the page of a code is put together from.

use super::Corpus;
use super::facts::Line;
use crate::domain::code::{Code, CodeSet};
use crate::domain::table::Table;
use crate::domain::time::AsOf;

/// Lines of one prefix that are looked at, at most: a table of ICD-10-PCS has a few hundred.
const LOOKED_AT: usize = 400;
/// Steps to either side in search of neighbours: ended codes and those of other sets are passed over.
const STEPS: usize = 24;

impl Corpus {
    /// The rows of a key, in the order of the table.
    pub fn list_rows(&self, table: Table, key: &str) -> Vec<Line<'_>> {
        self.facts.find(table, key)
    }

    /// The first row of a key.
    pub fn find_row(&self, table: Table, key: &str) -> Option<Line<'_>> {
        self.facts.first(table, key)
    }

    /// The rows of a table, by key.
    pub fn all_rows(&self, table: Table) -> impl Iterator<Item = Line<'_>> {
        self.facts.all(table)
    }

    /// The codes of the same set that stand before and after a code, the nearest last and first: at most `count` on
    /// either side, and none that had ended or not begun on the date.
    pub fn list_neighbours(&self, code: &Code, count: usize, as_of: AsOf) -> (Vec<Code>, Vec<Code>) {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        let mut key = code.as_str().to_owned();
        for _ in 0..STEPS {
            let Some(line) = self.facts.before(Table::Period, &key).filter(|_| before.len() < count) else { break };
            if self.is_neighbour(code, line.key, line.get("set"), as_of) {
                before.extend(written(line.key, code.set()));
            }
            key = foreign(code, line.key).map_or_else(|| line.key.to_owned(), |group| format!("{group}!"));
        }
        let mut key = next_key(code.as_str());
        for _ in 0..STEPS {
            let Some(line) = self.facts.from(Table::Period, &key).next().filter(|_| after.len() < count) else { break };
            if self.is_neighbour(code, line.key, line.get("set"), as_of) {
                after.extend(written(line.key, code.set()));
            }
            key = foreign(code, line.key).map_or_else(|| next_key(line.key), |group| format!("{group}.~"));
        }
        before.reverse();
        (before, after)
    }

    fn is_neighbour(&self, code: &Code, key: &str, set: &str, as_of: AsOf) -> bool {
        let kind = |text: &str| text.bytes().last().map(|b| b.is_ascii_digit());
        set == code.set().key() && kind(key) == kind(code.as_str()) && self.is_alive(key, as_of)
    }

    /// The diagnosis codes that are one character longer than this one, those that had ended left out.
    pub fn list_children(&self, code: &str, as_of: AsOf) -> Vec<Code> {
        let start = if code.len() == 3 { format!("{code}.") } else { code.to_owned() };
        let mut children = Vec::new();
        let mut key = format!("{start}0");
        loop {
            let Some(line) = self.facts.from(Table::Period, &key).next() else { break };
            let Some(child) = line.key.get(..=start.len()).filter(|child| child.starts_with(&start)) else { break };
            if self.is_alive(child, as_of) {
                children.extend(written(child, CodeSet::Icd10cm));
            }
            // Behind everything that begins with the child.
            key = format!("{child}~");
        }
        children
    }

    /// The codes of a set that begin with the same characters, those that had ended left out.
    pub fn list_beginning(&self, prefix: &str, set: CodeSet, as_of: AsOf) -> Vec<Code> {
        let lines = self.facts.from(Table::Period, prefix).take_while(|line| line.key.starts_with(prefix));
        let mut keys: Vec<&str> =
            lines.take(LOOKED_AT).filter(|line| line.get("set") == set.key()).map(|line| line.key).collect();
        keys.dedup();
        keys.into_iter().filter(|key| self.is_alive(key, as_of)).filter_map(|key| written(key, set)).collect()
    }

    /// False for a code that no list holds, and for one of which every list that holds it gives an end before the
    /// date, or a beginning after it.
    pub fn is_alive(&self, key: &str, as_of: AsOf) -> bool {
        let holds = |line: &Line<'_>| match as_of {
            AsOf::Shelf => line.get("to").is_empty(),
            AsOf::Date(day) => {
                let day = day.to_string();
                let (from, to) = (line.get("from"), line.get("to"));
                (from.is_empty() || *from <= *day) && (to.is_empty() || *day <= *to)
            }
        };
        self.facts.find(Table::Period, key).iter().any(holds)
    }
}

/// The beginning that a key of another set shares with many others, which stand between the codes of this set and are
/// passed over at once: the category of a diagnosis, five characters of an inpatient procedure.
fn foreign<'a>(code: &Code, key: &'a str) -> Option<&'a str> {
    if key.len() == code.as_str().len() && !key.contains('.') {
        return None;
    }
    // A category itself has nothing before it to be passed over.
    let length = if key.len() == 7 && !key.contains('.') { 5 } else { 3 };
    key.get(..length).filter(|group| group.len() < key.len())
}

/// The code that a key is, when it is of this set.
fn written(key: &str, set: CodeSet) -> Option<Code> {
    let code = if set == CodeSet::Icd10cm { Code::parse_icd10cm(key) } else { Code::parse(key) };
    code.ok().filter(|code| code.set() == set)
}

/// The smallest key behind this one.
fn next_key(key: &str) -> String {
    format!("{key}!")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::corpus::starter_for_tests;

    #[test]
    fn a_category_knows_its_codes_and_a_code_its_neighbours() {
        let corpus = starter_for_tests();
        let on = AsOf::Date(date(2026, 5, 1));
        let children = corpus.list_children("E11", on);
        assert!(children.iter().any(|code| code.as_str() == "E11.9"), "{children:?}");
        assert!(children.iter().all(|code| code.as_str().len() == 5), "{children:?}");
        let code = Code::parse("45385").unwrap();
        let (before, after) = corpus.list_neighbours(&code, 2, AsOf::Date(date(2025, 10, 20)));
        assert_eq!(before.last().map(Code::as_str), Some("45384"));
        assert!(after.first().is_some_and(|code| code.as_str() > "45385"), "{after:?}");
        assert!(before.len() <= 2 && after.len() <= 2);
        let code = Code::parse("J1100").unwrap();
        let (before, after) = corpus.list_neighbours(&code, 1, AsOf::Date(date(2025, 10, 20)));
        assert!(before.iter().chain(&after).all(|code| code.as_str().starts_with('J')), "{before:?} {after:?}");
        assert_eq!((before.len(), after.len()), (1, 1));
    }

    #[test]
    fn a_code_that_ended_is_not_alive_afterwards() {
        let corpus = starter_for_tests();
        assert!(!corpus.is_alive("37250", AsOf::Date(date(2026, 1, 12))));
        assert!(corpus.is_alive("45385", AsOf::Date(date(2025, 10, 20))));
        assert!(!corpus.is_alive("99999", AsOf::Shelf));
    }
}
