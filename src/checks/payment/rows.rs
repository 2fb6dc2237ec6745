//! The rows of a code in the fee schedule that speaks for a date, and what is said where none does
//! (record layout: Claims Processing Manual, chapter 23, section 50.6).

use crate::checks::{Finding, status, until};
use crate::corpus::{Corpus, FeeRow, Release};
use crate::domain::check::{LastKnown, Outcome};
use crate::domain::code::Code;
use crate::domain::time::AsOf;

/// What one release of the fee schedule holds of a code.
pub struct Speaking {
    /// Every row of the code: as a whole, and for 26, TC and 53 where these are priced.
    pub rows: Vec<FeeRow>,
    /// The row without a modifier; where there is none, the first.
    pub whole: FeeRow,
    /// The release.
    pub release: Release,
}

impl Speaking {
    fn of(rows: &[FeeRow], release: &Release) -> Option<Self> {
        let rows: Vec<FeeRow> = rows.iter().filter(|row| row.release == release.id).cloned().collect();
        let whole = rows.iter().find(|row| row.modifier.is_empty()).or(rows.first())?.clone();
        Some(Self { rows, whole, release: release.clone() })
    }

    /// The row that is priced for a modifier.
    pub fn with(&self, modifier: &str) -> Option<&FeeRow> {
        self.rows.iter().find(|row| row.modifier == modifier)
    }
}

/// The rows of the release in force, or of an excerpt whose period holds the date; `None` where no row speaks.
pub fn speaking(corpus: &Corpus, code: &Code, as_of: AsOf) -> Option<Speaking> {
    let rows = corpus.list_fees(code);
    let in_force = corpus.releases().in_force("fee", as_of);
    let holds = |release: &&Release| match as_of {
        AsOf::Shelf => in_force.is_none_or(|newest| newest.period.from <= release.period.from),
        AsOf::Date(day) => release.period.contains(day),
    };
    let releases = rows.iter().filter_map(|row| corpus.releases().find(&row.release));
    let release = releases.filter(holds).max_by_key(|release| release.period.from)?;
    Speaking::of(&rows, release)
}

/// What is said where no row speaks for the date: nothing, with what was last known.
pub fn silent(corpus: &Corpus, code: &Code, as_of: AsOf, value: impl Fn(&Speaking) -> LastKnown) -> Finding {
    if !status::on_shelf(corpus, code) {
        return Finding::new(Outcome::NotChecked, format!("{code} is on no list of this shelf"));
    }
    if let Some(release) = corpus.releases().in_force("fee", as_of) {
        let detail = format!("{code} is not in {}: it gives no indicator for it", release.doc());
        return Finding::new(Outcome::NotChecked, detail).sources(vec![release.as_source()]);
    }
    let Some(nearest) = corpus.releases().nearest("fee", as_of) else {
        return Finding::new(Outcome::NotChecked, "no fee schedule is on this shelf");
    };
    let Some(held) = Speaking::of(&corpus.list_fees(code), nearest) else {
        let detail = format!(
            "the fee schedule in force on {as_of} is not on this shelf, and {} does not list {code}",
            nearest.doc()
        );
        return Finding::new(Outcome::NotChecked, detail).sources(vec![nearest.as_source()]);
    };
    let last = value(&held);
    let detail = format!(
        "the fee schedule in force on {as_of} is not on this shelf ({} speaks {}). Last known for {code}: {}",
        nearest.doc(),
        until(nearest),
        last.value
    );
    let last = (last.outcome != Outcome::NotChecked).then_some(last);
    Finding::new(Outcome::NotChecked, detail).last_known(last).sources(vec![held.whole.source])
}
