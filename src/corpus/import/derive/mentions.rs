//! Passages by the codes that they name, from the codes of each passage: alone, or within a range.

use std::collections::BTreeSet;

use crate::corpus::tables::Tables;
use crate::domain::table::Table;

/// A range with more codes than this is what a chapter is about, and says nothing of one code.
const WIDEST: usize = 300;

/// Adds the table of mentions. A range means the codes of it that the shelf knows.
pub fn mentions(tables: &mut Tables) {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    known.extend(tables.lines(Table::Period).iter().filter_map(|line| line.split('\t').next()));
    let mut found = BTreeSet::new();
    for line in tables.lines(Table::Passage) {
        let f: Vec<&str> = line.split('\t').collect();
        let [passage, _, _, _, _, _, _, codes, _, release] = f[..] else { continue };
        let (single, ranges): (Vec<&str>, Vec<&str>) =
            codes.split(' ').filter(|code| !code.is_empty()).partition(|code| range(code).is_none());
        found.extend(single.iter().map(|code| {
            // `Z91.12-` is every code that begins so; it is found at the heading itself.
            let code = code.trim_end_matches(['-', '.']);
            format!("{code}\t{passage}\t\t{release}")
        }));
        for written in ranges {
            let Some((first, last)) = range(written) else { continue };
            let within = known.range(first..=last).filter(|code| code.len() == first.len());
            let within: Vec<&&str> = within.take(WIDEST + 1).collect();
            if within.len() <= WIDEST {
                let new = within.iter().filter(|code| !single.contains(**code));
                found.extend(new.map(|code| format!("{code}\t{passage}\t{written}\t{release}")));
            }
        }
    }
    *tables.lines_mut(Table::Mention) = found.into_iter().collect();
}

/// First and last code of a range such as `96360-96379`.
fn range(written: &str) -> Option<(&str, &str)> {
    written.split_once('-').filter(|(first, last)| first.len() == last.len() && first < last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_found_by_each_code_that_it_names_and_by_those_within_a_range() {
        let mut tables = Tables::default();
        for code in ["96360", "96365", "96379", "96380", "E11.9"] {
            tables.push(Table::Period, format!("{code}\tcpt\t\t\t1\tlist"));
        }
        let passage = |codes: &str| format!("m#1\tA\tt\tp\tr\t\t\t{codes}\ttext\tmanual");
        tables.push(Table::Passage, passage("96360 96360-96379 E11.9 Z91.12-"));
        mentions(&mut tables);
        assert_eq!(
            tables.lines(Table::Mention),
            [
                "96360\tm#1\t\tmanual",
                "96365\tm#1\t96360-96379\tmanual",
                "96379\tm#1\t96360-96379\tmanual",
                "E11.9\tm#1\t\tmanual",
                "Z91.12\tm#1\t\tmanual",
            ]
        );
    }

    #[test]
    fn a_range_as_wide_as_a_chapter_names_no_code() {
        let mut tables = Tables::default();
        for code in 10_000..10_400 {
            tables.push(Table::Period, format!("{code}\tcpt\t\t\t1\tlist"));
        }
        tables.push(Table::Passage, "m#1\tA\tt\tp\tr\t\t\t10000-19999\ttext\tmanual".to_owned());
        mentions(&mut tables);
        assert!(tables.lines(Table::Mention).is_empty());
    }
}
