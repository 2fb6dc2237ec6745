//! What should be on the shelf on a day: pure arithmetic, no network.

use jiff::civil::Date;

use super::catalog::{Catalog, Kind};
use super::error::FetchError;
use super::period::Period;

/// A release that is looked for.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// Its series.
    pub kind: &'a Kind,
    /// The periods to try, the newest first; the first that is there is taken. None is older than the shelf's.
    pub periods: Vec<Period>,
    /// True when the period lies ahead: that it is not out yet is no fault.
    pub upcoming: bool,
    /// First day of the newest release of the series on the shelf.
    pub on_shelf: Option<Date>,
}

/// What to look for on `today`: of each kind the release in force, or the newest before it that is not older than
/// the shelf's, and the next one as soon as it may be out.
///
/// `shelf` names what is there by family, kind or release id, with its first day.
///
/// # Errors
/// A name in `kinds` is of no kind.
pub fn plan<'a>(
    catalog: &'a Catalog,
    kinds: &[String],
    today: Date,
    shelf: &[(String, Date)],
) -> Result<Vec<Wanted<'a>>, FetchError> {
    let mut wanted = Vec::new();
    for kind in catalog.select(kinds)? {
        let on_shelf = shelf.iter().filter(|(key, _)| kind.is_on_shelf_as(key)).map(|(_, from)| *from).max();
        let news = |period: &Period| match (period.from, on_shelf) {
            (Some(from), Some(shelf)) => from >= shelf,
            _ => true,
        };
        let ahead = today.checked_add(jiff::Span::new().days(i64::from(kind.ahead))).unwrap_or(today);
        if let Some(next) = kind.cadence.after(today)
            && next.from.is_some_and(|from| from <= ahead && on_shelf.is_none_or(|shelf| shelf < from))
        {
            wanted.push(Wanted { kind, periods: vec![next], upcoming: true, on_shelf });
        }
        let periods: Vec<Period> = kind.cadence.until(today, kind.back).into_iter().filter(news).collect();
        if !periods.is_empty() {
            wanted.push(Wanted { kind, periods, upcoming: false, on_shelf });
        }
    }
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn planned(kind: &str, today: Date, shelf: &[(&str, Date)]) -> Vec<(bool, String)> {
        let catalog = Catalog::built_in();
        let shelf: Vec<(String, Date)> = shelf.iter().map(|(key, from)| ((*key).to_owned(), *from)).collect();
        let wanted = plan(&catalog, &[kind.to_owned()], today, &shelf).unwrap();
        let labels =
            |periods: &[Period]| periods.iter().map(|period| period.label.clone()).collect::<Vec<_>>().join(" ");
        wanted.iter().map(|wanted| (wanted.upcoming, labels(&wanted.periods))).collect()
    }

    #[test]
    fn an_empty_shelf_wants_the_release_in_force_and_falls_back() {
        let day = date(2026, 11, 1);
        assert_eq!(planned("ncci-mue", day, &[]), [(false, "2026Q4 2026Q3 2026Q2 2026Q1".to_owned())]);
        assert_eq!(planned("mcd-lcd", day, &[]), [(false, "current".to_owned())]);
    }

    #[test]
    fn the_next_release_is_wanted_as_soon_as_it_may_be_out() {
        let wanted = planned("ncci-mue", date(2026, 11, 24), &[]);
        assert_eq!(wanted[0], (true, "2027Q1".to_owned()));
        assert_eq!(wanted.len(), 2, "and the one in force");
        let summer = planned("icd10cm-codes", date(2026, 7, 1), &[]);
        assert_eq!(summer[0], (true, "FY2027".to_owned()), "the files of October come in June");
    }

    #[test]
    fn nothing_older_than_the_shelf_is_wanted() {
        let shelf = [("ncci-mue-practitioner-2026q2", date(2026, 4, 1)), ("mue+practitioner", date(2026, 7, 1))];
        assert_eq!(planned("ncci-mue", date(2026, 11, 1), &shelf), [(false, "2026Q4 2026Q3".to_owned())]);
        let next = [("ncci-mue", date(2027, 1, 1))];
        assert_eq!(planned("ncci-mue", date(2026, 11, 24), &next), [], "the shelf is ahead of the day");
        let other = [("ptp+practitioner+medicare", date(2026, 10, 1))];
        assert_eq!(planned("ncci-mue", date(2026, 11, 1), &other)[0].1, "2026Q4 2026Q3 2026Q2 2026Q1");
    }

    #[test]
    fn an_unknown_kind_is_refused() {
        let error = plan(&Catalog::built_in(), &["cpt".to_owned()], date(2026, 11, 1), &[]).unwrap_err();
        assert!(matches!(error, FetchError::UnknownKind { .. }));
    }
}
