//! Which codes a search wants: reportable ones, ones that are valid on a day.

use super::{Hit, Search};
use crate::corpus::Corpus;
use crate::domain::code::Code;
use crate::domain::table::Table;

/// Codes that stand in for one heading.
const MOST_BELOW: usize = 40;

impl Corpus {
    /// The hit, or for a heading the reportable codes below it; nothing when the search does not want it.
    pub(super) fn filtered(&self, hit: Hit, search: &Search<'_>) -> Vec<Hit> {
        if !search.billable && search.on.is_none() || self.passes(&hit.doc, search) {
            return vec![hit];
        }
        if !search.billable || hit.set != "icd10cm" {
            return Vec::new();
        }
        // `D1206` begins like D12 and is a service.
        let start = if hit.doc.len() == 3 { format!("{}.", hit.doc) } else { hit.doc.clone() };
        let below = self.facts.from(Table::Period, &start).take_while(|line| line.key.starts_with(&start));
        let mut codes: Vec<&str> = below.map(|line| line.key).collect();
        codes.dedup();
        codes
            .into_iter()
            .filter(|code| self.passes(code, search))
            .take(MOST_BELOW)
            .enumerate()
            .map(|(n, code)| Hit {
                doc: code.to_owned(),
                title: Code::parse_icd10cm(code).map_or_else(|_| String::new(), |code| self.title_of(&code)),
                // In their own order, behind the heading's neighbours of the same score.
                score: hit.score - n as f32 * 1e-5,
                ..hit.clone()
            })
            .collect()
    }

    /// True when the code is as the search wants it.
    pub(super) fn passes(&self, code: &str, search: &Search<'_>) -> bool {
        if !search.billable && search.on.is_none() {
            return true;
        }
        // `J1745` could be a diagnosis without its point; what the lists hold decides.
        let read = [Code::parse(code), Code::parse_icd10cm(code)].into_iter().flatten();
        let rows = read.map(|code| self.list_periods(&code)).find(|rows| !rows.is_empty()).unwrap_or_default();
        rows.iter().any(|row| {
            let on = search.on.is_none_or(|day| {
                let release = self.releases().find(&row.release).map(|release| release.period);
                row.period.contains(day)
                    && release.is_none_or(|release| {
                        release.contains(day)
                            || row.period.from.is_some_and(|from| from <= day && release.to.is_none_or(|to| day <= to))
                    })
            });
            on && (row.billable || !search.billable)
        })
    }

    /// The official title of a code in its newest release, else our description, else nothing.
    pub fn title_of(&self, code: &Code) -> String {
        let official = self.find_title(code).map(|title| title.long);
        official.or_else(|| self.find_text(code).map(|text| text.description)).unwrap_or_default()
    }
}
