//! What the shelf does not say today.

use jiff::civil::Date;

use super::Corpus;
use crate::domain::time::AsOf;

/// Tables whose releases follow each other by date. Vocabularies, texts and documents say of themselves for which days
/// they speak.
const DATED: [&str; 15] = [
    "ptp",
    "mue",
    "add_on",
    "fee",
    "period",
    "relation",
    "opps",
    "clfs",
    "dmepos",
    "gpci",
    "anesthesia",
    "opps_cap",
    "zip",
    "poa",
    "hcc",
];

impl Corpus {
    /// The families of releases of which none speaks for the day, a line for each.
    pub fn gaps(&self, today: Date) -> Vec<String> {
        let day = AsOf::Date(today);
        let mut families: Vec<&str> = self.releases().all().map(|release| release.family.as_str()).collect();
        families.sort_unstable();
        families.dedup();
        families
            .into_iter()
            .filter(|family| DATED.contains(&family.split('+').next().unwrap_or("")))
            .filter(|family| self.releases().in_force(family, day).is_none())
            .map(|family| match self.releases().nearest(family, day) {
                Some(release) => format!(
                    "{family}: {} speaks until {}; {today} is not checked",
                    release.doc(),
                    release.period.to.map_or_else(|| "an unknown day".to_owned(), |to| to.to_string())
                ),
                None => format!("{family}: excerpts only; they prove no absence"),
            })
            .collect()
    }
}
