//! A figure or letter of an official table with what it means.

use serde::Serialize;

use crate::checks::indicator;
use crate::corpus::Line;

/// One value of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Value {
    /// The column, or what the value is of.
    pub name: &'static str,
    /// As it stands in the table.
    pub value: String,
    /// What it means, in our words.
    pub meaning: Option<String>,
}

impl Value {
    /// A value that speaks for itself.
    pub(super) fn plain(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: value.into(), meaning: None }
    }

    /// The value of a column with its meaning; `None` where the row has none.
    pub(super) fn of(row: &Line<'_>, column: &'static str) -> Option<Self> {
        let value = row.get(column);
        let meaning = indicator::meaning(row.table, column, value).map(str::to_owned);
        (!value.is_empty()).then(|| Self { name: column, value: value.to_owned(), meaning })
    }
}
