//! What the letters and figures of official tables mean, in our words.
//!
//! Each column has its list of values; a value that no list knows has no words, and is shown as it stands.

use crate::domain::table::Table;

mod coverage;
mod fee;
mod hcpcs;
mod opps;

/// Values of one column and what they mean.
type Meanings = &'static [(&'static str, &'static str)];

/// What a value of a table's column means; `None` for a column of plain figures and for an unknown value.
pub fn meaning(table: Table, column: &str, value: &str) -> Option<&'static str> {
    let list = match table {
        Table::Fee => fee::list(column)?,
        Table::Opps if column == "status" => opps::STATUS,
        Table::Hcpcs => hcpcs::list(column)?,
        Table::Ncd if column == "level" => coverage::LEVEL,
        Table::Coverage if column == "role" => coverage::ROLE,
        Table::Clfs if column == "indicator" => coverage::LABORATORY,
        Table::Dmepos if column == "category" => coverage::EQUIPMENT,
        Table::Severity if column == "level" => coverage::SEVERITY,
        Table::Ptp if column == "indicator" => coverage::PAIR,
        _ => return None,
    };
    list.iter().find(|(known, _)| known.eq_ignore_ascii_case(value)).map(|(_, words)| *words)
}

/// True when the fee schedule's status says that Medicare pays by relative values.
pub fn is_paid_by_values(status: &str) -> bool {
    matches!(status, "A" | "R" | "T")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_means_something_in_its_own_column_only() {
        assert!(meaning(Table::Fee, "bilat", "1").is_some_and(|words| words.contains("150%")));
        assert!(meaning(Table::Fee, "asst", "1").is_some_and(|words| words.contains("not paid")));
        assert!(meaning(Table::Opps, "status", "j1").is_some_and(|words| words.contains("comprehensive")));
        assert_eq!(meaning(Table::Fee, "work", "1"), None);
        assert_eq!(meaning(Table::Fee, "status", "?"), None);
        assert_eq!(meaning(Table::Zip, "state", "A"), None);
    }

    #[test]
    fn every_list_names_each_value_once() {
        let columns = ["status", "pctc", "mult", "bilat", "asst", "cosurg", "team", "supervision", "imaging_family"];
        let of_hcpcs = ["coverage", "pricing", "tos", "action", "multiple"];
        let lists = columns.iter().filter_map(|c| fee::list(c)).chain(of_hcpcs.iter().filter_map(|c| hcpcs::list(c)));
        for list in lists.chain([opps::STATUS, coverage::LEVEL, coverage::ROLE]) {
            for (n, (value, words)) in list.iter().enumerate() {
                assert!(!words.is_empty() && !words.ends_with('.'), "{value}");
                assert!(list[..n].iter().all(|(other, _)| other != value), "{value} twice");
            }
        }
    }
}
