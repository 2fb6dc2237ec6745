//! Is a code valid on the date, since when not, and what follows it?

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{Finding, until};
use crate::corpus::{ConflictRow, Corpus, PeriodRow, Release};
use crate::domain::check::{Check, Figures, LastKnown, Outcome, Question, Scope};
use crate::domain::code::Code;
use crate::domain::table::Table;
use crate::domain::time::AsOf;

/// Looks the code up in every list of the shelf.
pub fn check(corpus: &Corpus, code: &Code, scope: Scope) -> Check {
    find(corpus, code, scope.as_of).into_check(Question::CodeStatus { code: code.clone() }, scope)
}

/// True when some list of the shelf names the code.
pub fn on_shelf(corpus: &Corpus, code: &Code) -> bool {
    !corpus.list_periods(code).is_empty()
}

fn find(corpus: &Corpus, code: &Code, as_of: AsOf) -> Finding {
    let rows = corpus.list_periods(code);
    let figures = Figures { description: corpus.find_text(code).map(|text| text.description), ..Figures::default() };
    if rows.is_empty() {
        let detail = format!("{code} is on no {} list of this shelf", code.set().name());
        return Finding::new(Outcome::Unknown, detail).figures(figures);
    }
    let lives: Vec<Life> = rows.iter().filter_map(|row| Life::of(corpus, row)).collect();
    match as_of {
        AsOf::Date(day) => on_date(corpus, code, &lives, day, figures),
        AsOf::Shelf => {
            let day = lives.iter().filter_map(|life| life.release.period.to).max().unwrap_or_default();
            let ended = lives.iter().filter_map(|life| life.row.period.to).max();
            let listed_on =
                |end: Date| lives.iter().any(|life| life.row.period.to.is_none() && life.from() > Some(end));
            let day = match ended.filter(|end| *end <= day && !listed_on(*end)) {
                // Its last day is known, and no list names it since: on the newest shelf it has ended.
                Some(end) if newest(corpus) > end => end.tomorrow().unwrap_or(end),
                _ => day,
            };
            // A code that no list has named for so long may have gone unnoticed.
            let stale = newest(corpus).checked_sub(STALE.months()).is_ok_and(|limit| day < limit && ended.is_none());
            let day = if stale { newest(corpus) } else { day };
            on_date(corpus, code, &lives, day, figures)
        }
    }
}

/// Lists of codes come every quarter: a code whose newest list is so many months older than the newest of all has left
/// them, or may have.
const STALE: i32 = 21;

/// The day on which the newest list of codes begins.
fn newest(corpus: &Corpus) -> Date {
    let lists = corpus.releases().all().filter(|release| release.table == Table::Period.key());
    lists.filter_map(|release| release.period.from).max().unwrap_or_default()
}

/// One release's word on the code, with the release.
struct Life<'a> {
    row: &'a PeriodRow,
    release: &'a Release,
}

impl<'a> Life<'a> {
    fn of(corpus: &'a Corpus, row: &'a PeriodRow) -> Option<Self> {
        corpus.releases().find(&row.release).map(|release| Self { row, release })
    }

    /// The first day this release vouches for.
    fn from(&self) -> Option<Date> {
        self.row.period.from.or(self.release.period.from)
    }

    /// The last day this release vouches for the code to be valid.
    fn to(&self) -> Option<Date> {
        match (self.row.period.to, self.release.period.to) {
            (Some(row), Some(release)) => Some(row.min(release)),
            (row, release) => row.or(release),
        }
    }

    fn vouches(&self, day: Date) -> bool {
        self.is_last_version(day) || self.from().is_some_and(|from| from <= day) && self.to().is_none_or(|to| day <= to)
    }
}

impl Life<'_> {
    /// A last day that is known is a valid day, and with it the days since the version that was then in force began:
    /// diagnoses change on 1 April and 1 October and on no day between.
    fn is_last_version(&self, day: Date) -> bool {
        let Some(to) = self.row.period.to.filter(|_| self.row.period.from.is_none()) else { return false };
        let month = match to.month() {
            10.. => 10,
            4.. => 4,
            _ => 1,
        };
        let begin = if self.row.set == "icd10cm" { Date::new(to.year(), month, 1).unwrap_or(to) } else { to };
        begin <= day && day <= to
    }
}

fn on_date(corpus: &Corpus, code: &Code, lives: &[Life<'_>], day: Date, figures: Figures) -> Finding {
    let newest_vouching = lives
        .iter()
        .filter(|life| life.vouches(day))
        .max_by_key(|life| (life.release.period.contains(day), life.release.period.from));
    if let Some(life) = newest_vouching {
        // Two sources that cannot both be right: none wins.
        if let Some(conflict) = corpus.list_conflicts(code.as_str()).into_iter().find(|row| row.contradicts_on(day)) {
            return contradicted(corpus, code, &conflict, day, figures);
        }
        return valid(code, life, day, figures);
    }
    let ended = lives.iter().filter(|life| life.row.period.to.is_some_and(|to| to < day));
    if let Some(life) = ended.max_by_key(|life| life.row.period.to) {
        let end = life.row.period.to;
        let listed_later = lives.iter().any(|other| other.row.period.to.is_none() && other.from() > end);
        if !listed_later {
            return deleted(corpus, code, life, figures);
        }
    }
    let starts = lives.iter().filter(|life| life.row.period.from.is_some_and(|from| from > day));
    if let Some(life) = starts.min_by_key(|life| life.row.period.from) {
        let lived_before =
            |other: &Life<'_>| other.row.period.to.is_some() && other.row.period.to < life.row.period.from;
        let none_before = lives.iter().all(|other| other.from() >= life.row.period.from && !lived_before(other));
        if none_before {
            return future(code, life, figures);
        }
    }
    between_or_stale(code, lives, day, figures)
}

fn valid(code: &Code, life: &Life<'_>, day: Date, mut figures: Figures) -> Finding {
    figures.effective = life.row.period.from;
    let since = life.row.period.from.map(|from| format!(", since {from}")).unwrap_or_default();
    let (outcome, detail) = if life.row.billable {
        (Outcome::Active, format!("{code} is valid on {day} ({}{since})", life.release.doc()))
    } else {
        let detail = format!(
            "{code} is a heading on {day}, not a reportable code: a longer code is needed ({})",
            life.release.doc()
        );
        (Outcome::Header, detail)
    };
    Finding::new(outcome, detail).figures(figures).release(Some(life.release)).sources(vec![life.row.source.clone()])
}

/// Sources on the shelf disagree about the code on that day.
fn contradicted(corpus: &Corpus, code: &Code, conflict: &ConflictRow, day: Date, figures: Figures) -> Finding {
    let doc = |id: &str| corpus.releases().find(id).map_or_else(|| id.to_owned(), Release::doc);
    let detail = format!(
        "sources on this shelf disagree about {code} on {day}: {} says {}, {} says {}",
        doc(&conflict.release),
        conflict.says,
        doc(&conflict.other),
        conflict.other_says
    );
    let sources = [&conflict.release, &conflict.other].map(|id| corpus.releases().find(id).map(Release::as_source));
    Finding::new(Outcome::NotChecked, detail).figures(figures).sources(sources.into_iter().flatten().collect())
}

fn deleted(corpus: &Corpus, code: &Code, life: &Life<'_>, mut figures: Figures) -> Finding {
    let end = life.row.period.to;
    figures.deletion = end;
    let successors = corpus.list_successors(code);
    figures.successors = successors.iter().map(|s| (s.successor.clone(), s.confirmed)).collect();
    let mut sources = vec![life.row.source.clone()];
    sources.extend(successors.first().map(|s| s.source.clone()));
    let detail = format!(
        "{code} was deleted; its last valid day was {} ({})",
        end.map(|end| end.to_string()).unwrap_or_default(),
        life.release.doc()
    );
    Finding::new(Outcome::Deleted, detail).figures(figures).release(Some(life.release)).sources(sources)
}

fn future(code: &Code, life: &Life<'_>, mut figures: Figures) -> Finding {
    figures.effective = life.row.period.from;
    let from = life.row.period.from.map(|from| from.to_string()).unwrap_or_default();
    let detail = format!("{code} is not yet valid: it begins on {from} ({})", life.release.doc());
    Finding::new(Outcome::Future, detail)
        .figures(figures)
        .release(Some(life.release))
        .sources(vec![life.row.source.clone()])
}

/// Listed before and again after the date, alike: the code was alive in between. Listed on one side only: nothing
/// on the shelf speaks for the date.
fn between_or_stale(code: &Code, lives: &[Life<'_>], day: Date, figures: Figures) -> Finding {
    let before = lives.iter().filter(|l| l.to().is_some_and(|to| to < day)).max_by_key(|l| l.to());
    let after = lives.iter().filter(|l| l.from().is_some_and(|from| from > day)).min_by_key(|l| l.from());
    if let (Some(before), Some(after)) = (before, after)
        && before.row.billable
        && after.row.billable
        && before.row.period.to.is_none()
    {
        let detail = format!("{code} is listed in {} and again in {}", before.release.doc(), after.release.doc());
        return Finding::new(Outcome::Active, detail)
            .figures(figures)
            .release(Some(after.release))
            .sources(vec![before.row.source.clone(), after.row.source.clone()]);
    }
    let Some(life) = before.or(after) else {
        return Finding::new(Outcome::NotChecked, format!("no list on this shelf speaks for {code} on {day}"))
            .figures(figures);
    };
    let outcome = if life.row.billable { Outcome::Active } else { Outcome::Header };
    let detail = format!(
        "no list in force on {day} is on this shelf. Last known for {code}: {} ({}, which speaks {})",
        outcome.words(),
        life.release.doc(),
        until(life.release)
    );
    let last = LastKnown {
        outcome,
        release: life.release.id.clone(),
        title: life.release.doc(),
        value: outcome.words().to_owned(),
    };
    Finding::new(Outcome::NotChecked, detail)
        .figures(figures)
        .last_known(Some(last))
        .sources(vec![life.row.source.clone()])
}
