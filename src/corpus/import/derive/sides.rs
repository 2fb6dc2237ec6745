//! The side that a diagnosis code names, from its official title.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::corpus::tables::Tables;
use crate::domain::table::Table;

static SIDE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(right|left)\b").expect("the pattern is fixed"));
static BOTH: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bbilateral\b|\bboth (eyes|ears)\b").expect("the pattern is fixed"));

/// Adds the side of each code that has none yet. Right, left and unspecified count only when the same category holds
/// the title's counterpart: so not "left ventricular failure".
pub fn sides(tables: &mut Tables) {
    let known: HashSet<&str> =
        tables.lines(Table::Laterality).iter().filter_map(|line| line.split('\t').next()).collect();
    let mut titles: HashMap<&str, String> = HashMap::new();
    for line in tables.lines(Table::Title) {
        let f: Vec<&str> = line.split('\t').collect();
        if let [code, "icd10cm", _, long, ..] = f[..]
            && !code.contains('-')
        {
            titles.insert(code, long.to_lowercase());
        }
    }
    let mut of_category: HashMap<&str, HashSet<&str>> = HashMap::new();
    for (code, title) in &titles {
        of_category.entry(&code[..code.len().min(3)]).or_default().insert(title);
    }
    let sided: HashMap<&str, HashSet<String>> = of_category
        .iter()
        .map(|(category, titles)| {
            let sided = titles.iter().filter(|title| SIDE.is_match(title));
            (*category, sided.map(|title| SIDE.replace_all(title, "unspecified").into_owned()).collect())
        })
        .collect();
    let mut found = Vec::new();
    for (code, title) in titles.iter().filter(|(code, _)| !known.contains(*code)) {
        let category = &code[..code.len().min(3)];
        if let Some(side) = side(title, &of_category[category], &sided[category]) {
            found.push(format!("{code}\t{side}"));
        }
    }
    tables.lines_mut(Table::Laterality).extend(found);
}

fn side(title: &str, others: &HashSet<&str>, sided: &HashSet<String>) -> Option<&'static str> {
    if BOTH.is_match(title) && !title.contains("or bilateral") {
        return Some("bilateral");
    }
    let (right, left) = (has(title, "right"), has(title, "left"));
    let swapped = SIDE.replace_all(title, |found: &regex::Captures<'_>| {
        if &found[0] == "right" { "left" } else { "right" }.to_owned()
    });
    if right != left && others.contains(swapped.as_ref()) {
        return Some(if right { "right" } else { "left" });
    }
    let unspecified = !right && !left && (sided.contains(title) || title.contains("unspecified side"));
    unspecified.then_some("unspecified")
}

fn has(title: &str, side: &str) -> bool {
    SIDE.find_iter(title).any(|found| found.as_str() == side)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_counts_only_when_the_category_has_its_counterpart() {
        let mut tables = Tables::default();
        for (code, title) in [
            ("M25.461", "Effusion, right knee"),
            ("M25.462", "Effusion, left knee"),
            ("M25.469", "Effusion, unspecified knee"),
            ("I50.1", "Left ventricular failure, unspecified"),
            ("H90.0", "Conductive hearing loss, bilateral"),
        ] {
            tables.push(Table::Title, format!("{code}\ticd10cm\t\t{title}\tpublic\tx"));
        }
        sides(&mut tables);
        let mut lines = tables.lines(Table::Laterality).to_vec();
        lines.sort();
        assert_eq!(lines, ["H90.0\tbilateral", "M25.461\tright", "M25.462\tleft", "M25.469\tunspecified"]);
    }
}
