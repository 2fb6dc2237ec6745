//! How the shelf stands against what is published.

use jiff::civil::Date;

use super::error::FetchError;
use super::plan::Wanted;
use super::resolve::Available;

/// How the shelf stands in one series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A newer release is published.
    Newer,
    /// The shelf's is the newest that is published.
    Current,
    /// The shelf has none; one is published.
    Absent,
    /// It could not be seen whether there is a newer one.
    Unsure,
}

/// One line of `corpus fetch --check`.
#[derive(Debug)]
pub struct Standing {
    /// The kind.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// First day of the shelf's newest release.
    pub on_shelf: Option<Date>,
    /// The newest release that was found: its label, and its date.
    pub published: Option<(String, Option<Date>)>,
    /// How the two compare.
    pub verdict: Verdict,
    /// What did not answer.
    pub notes: Vec<String>,
    /// Why nothing was found, where that is so.
    pub error: Option<FetchError>,
}

/// Compares what was found with the shelf. `None` for a release that lies ahead and is not out.
pub(super) fn standing(wanted: &Wanted<'_>, found: Result<Option<Available>, FetchError>) -> Option<Standing> {
    let mut standing = Standing {
        kind: wanted.kind.name.clone(),
        title: wanted.kind.title.clone(),
        on_shelf: wanted.on_shelf,
        published: None,
        verdict: Verdict::Unsure,
        notes: Vec::new(),
        error: None,
    };
    match found {
        Ok(None) => return None,
        Ok(Some(found)) => {
            standing.verdict = match (wanted.on_shelf, found.date()) {
                (None, _) => Verdict::Absent,
                (Some(shelf), Some(date)) if date > shelf => Verdict::Newer,
                (Some(_), Some(_)) if !found.unsure => Verdict::Current,
                _ => Verdict::Unsure,
            };
            standing.published = Some((found.period.label.clone(), found.date()));
            standing.notes = found.notes;
        }
        // What lies ahead may be hidden by the fault; the line of the release in force says so too.
        Err(_) if wanted.upcoming => return None,
        Err(error) => standing.error = Some(error),
    }
    Some(standing)
}

#[cfg(test)]
mod tests {
    use super::super::catalog::Catalog;
    use super::super::plan::plan;
    use super::*;
    use jiff::civil::date;

    fn verdict(shelf: Option<Date>, period: usize, unsure: bool) -> Verdict {
        let catalog = Catalog::built_in();
        let shelf: Vec<_> = shelf.map(|from| ("hcpcs".to_owned(), from)).into_iter().collect();
        let wanted = plan(&catalog, &["hcpcs".to_owned()], date(2026, 11, 1), &shelf).unwrap().remove(0);
        let period = wanted.periods[period].clone();
        let found = Available { kind: "hcpcs".to_owned(), period, files: Vec::new(), notes: Vec::new(), unsure };
        standing(&wanted, Ok(Some(found))).unwrap().verdict
    }

    #[test]
    fn the_shelf_is_compared_by_first_days() {
        assert_eq!(verdict(None, 0, false), Verdict::Absent);
        assert_eq!(verdict(Some(date(2026, 7, 1)), 0, false), Verdict::Newer);
        assert_eq!(verdict(Some(date(2026, 10, 1)), 0, false), Verdict::Current);
        assert_eq!(verdict(Some(date(2026, 7, 1)), 1, false), Verdict::Current);
        assert_eq!(verdict(Some(date(2026, 7, 1)), 1, true), Verdict::Unsure, "a newer one may be behind the silence");
    }
}
