//! May two procedure codes be billed together? NCCI procedure-to-procedure edits
//! (NCCI Policy Manual, chapter I, section E: modifier indicators 0, 1 and 9).

use jiff::civil::Date;

use super::{Finding, status, until};
use crate::corpus::{Corpus, PtpRow, Release, ReleaseScope};
use crate::domain::check::{Check, Figures, LastKnown, Outcome, Question, Scope};
use crate::domain::code::Code;
use crate::domain::time::AsOf;

/// Looks the pair up in both orders.
pub fn check(corpus: &Corpus, a: &Code, b: &Code, scope: Scope) -> Check {
    let question = Question::Ptp { a: a.clone(), b: b.clone() };
    find(corpus, a, b, scope).into_check(question, scope)
}

fn find(corpus: &Corpus, a: &Code, b: &Code, scope: Scope) -> Finding {
    if !(a.set().is_procedure() && b.set().is_procedure()) {
        return Finding::new(Outcome::NotChecked, "NCCI procedure edits join procedure codes only");
    }
    if a == b {
        return Finding::new(Outcome::NotChecked, format!("{a} with itself is a question of units, not of an edit"));
    }
    let family = format!("ptp+{}+{}", scope.setting.key(), scope.program.key());
    let mut rows = corpus.list_ptp(a, b, scope.setting, scope.program);
    // Both orders may have had an edit once: which of them is told does not hang on the order of the question.
    rows.sort_by(|one, other| one.column_one.as_str().cmp(other.column_one.as_str()));
    let in_force = corpus.releases().in_force(&family, scope.as_of);
    if let Some(row) = best_in_force(corpus, &rows, &family, scope.as_of, in_force) {
        return edit(corpus, row);
    }
    // A row without an end says that the edit goes on: what another row says of its past, or that it was once entered
    // by mistake, is then no answer for a day of which no table on the shelf speaks.
    let since = |row: &PtpRow| corpus.releases().find(&row.release).and_then(|release| release.period.from);
    let last_ended = rows.iter().filter(|row| ended(row, scope.as_of)).map(since).max().flatten();
    // An older table did not yet know of an end that a later one tells.
    let goes_on = rows.iter().any(|row| row.indicator != 9 && row.period.to.is_none() && since(row) >= last_ended);
    if let Some(row) = begins_later(corpus, &rows, scope.as_of) {
        return not_yet(corpus, row);
    }
    if !goes_on || in_force.is_some() {
        if let Some(row) = rows.iter().filter(|row| ended(row, scope.as_of)).max_by_key(|row| row.period.to) {
            return gone(corpus, row);
        }
        if let Some(row) = rows.iter().find(|row| row.indicator == 9) {
            return never(corpus, row);
        }
    }
    absent(corpus, a, b, scope, &family, in_force, &rows)
}

/// The row that is in force on the date: within the release that speaks for it, or between its own known dates.
/// Where several are, the strictest speaks.
fn best_in_force<'a>(
    corpus: &Corpus,
    rows: &'a [PtpRow],
    family: &str,
    as_of: AsOf,
    in_force: Option<&Release>,
) -> Option<&'a PtpRow> {
    let holds = |row: &&PtpRow| {
        let Some(release) = corpus.releases().find(&row.release) else { return false };
        match as_of {
            AsOf::Shelf => {
                let newest = corpus.releases().in_force(family, AsOf::Shelf);
                row.period.to.is_none() && newest.is_none_or(|newest| newest.period.from <= release.period.from)
            }
            AsOf::Date(day) => {
                let spoken_for = in_force.is_some_and(|release| release.id == row.release)
                    || release.period.contains(day)
                    || reaches(row, release, day);
                spoken_for && row.period.contains(day)
            }
        }
    };
    rows.iter().filter(|row| row.indicator != 9).filter(holds).min_by_key(|row| row.indicator)
}

/// True when the day lies between the row's known start and what the release can vouch for: its own end, or the
/// row's deletion. An unknown start reaches back no further than the release.
fn reaches(row: &PtpRow, release: &Release, day: Date) -> bool {
    let from = row.period.from.or(release.period.from);
    let to = row.period.to.or(release.period.to);
    from.is_some_and(|from| from <= day) && to.is_none_or(|to| day <= to)
}

/// True when the row is known to have ended before the date. An end that is known holds for every later date.
fn ended(row: &PtpRow, as_of: AsOf) -> bool {
    row.indicator != 9
        && match (row.period.to, as_of) {
            (Some(to), AsOf::Date(day)) => to < day,
            (Some(_), AsOf::Shelf) => true,
            (None, _) => false,
        }
}

fn edit(corpus: &Corpus, row: &PtpRow) -> Finding {
    let release = corpus.releases().find(&row.release);
    let (one, two) = (&row.column_one, &row.column_two);
    let (outcome, consequence) = if row.indicator == 0 {
        (Outcome::EditNever, "no modifier bypasses it")
    } else {
        (Outcome::EditModifierAllowed, "a modifier may bypass it when the facts allow")
    };
    let start = row
        .period
        .from
        .map_or_else(|| "Its start date is not given in the file loaded".to_owned(), |d| format!("In force since {d}"));
    let detail = format!(
        "column one {one}, column two {two}, indicator {}: {consequence}. Rationale: \"{}\". {start}",
        row.indicator, row.rationale,
    );
    Finding::new(outcome, detail).figures(figures(row)).release(release).sources(vec![row.source.clone()])
}

/// The first row of a pair whose edits all begin after the date, by tables that are complete: the deleted edits of the
/// past stand in them too, so there was none before.
fn begins_later<'a>(corpus: &Corpus, rows: &'a [PtpRow], as_of: AsOf) -> Option<&'a PtpRow> {
    let AsOf::Date(day) = as_of else { return None };
    let complete =
        |row: &PtpRow| corpus.releases().find(&row.release).is_some_and(|r| r.scope == ReleaseScope::Complete);
    let later = |row: &PtpRow| row.period.from.is_some_and(|from| from > day);
    if !rows.iter().all(|row| later(row) && complete(row)) {
        return None;
    }
    rows.iter().min_by_key(|row| row.period.from)
}

fn not_yet(corpus: &Corpus, row: &PtpRow) -> Finding {
    let from = row.period.from.map(|from| from.to_string()).unwrap_or_default();
    let detail =
        format!("the edit {} / {} began only on {from}, and none is known before", row.column_one, row.column_two);
    Finding::new(Outcome::NoEditInRelease, detail)
        .figures(figures(row))
        .release(corpus.releases().find(&row.release))
        .sources(vec![row.source.clone()])
}

fn gone(corpus: &Corpus, row: &PtpRow) -> Finding {
    let release = corpus.releases().find(&row.release);
    let to = row.period.to.map(|to| to.to_string()).unwrap_or_default();
    let detail = format!("the edit {} / {} was deleted; its last day was {to}", row.column_one, row.column_two);
    Finding::new(Outcome::NoEditInRelease, detail)
        .figures(figures(row))
        .release(release)
        .sources(vec![row.source.clone()])
}

fn never(corpus: &Corpus, row: &PtpRow) -> Finding {
    let detail = format!(
        "the edit {} / {} has indicator 9: it was deleted on the day it began and was never in force",
        row.column_one, row.column_two
    );
    Finding::new(Outcome::NoEditInRelease, detail)
        .figures(figures(row))
        .release(corpus.releases().find(&row.release))
        .sources(vec![row.source.clone()])
}

fn figures(row: &PtpRow) -> Figures {
    Figures {
        column_one: Some(row.column_one.clone()),
        column_two: Some(row.column_two.clone()),
        indicator: Some(row.indicator),
        rationale: Some(row.rationale.clone()),
        effective: row.period.from,
        deletion: row.period.to,
        ..Figures::default()
    }
}

/// No row speaks for the date. That is a fact only where a complete release speaks for it and both codes are on
/// its lists; otherwise nothing was checked.
fn absent(
    corpus: &Corpus,
    a: &Code,
    b: &Code,
    scope: Scope,
    family: &str,
    in_force: Option<&Release>,
    rows: &[PtpRow],
) -> Finding {
    for code in [a, b] {
        if !status::on_shelf(corpus, code) {
            return Finding::new(Outcome::NotChecked, format!("{code} is on no list of this shelf"));
        }
    }
    if let Some(release) = in_force {
        let unknown_then = rows.iter().find(|row| row.period.to.is_some() && row.period.from.is_none());
        if unknown_then.is_none() {
            let detail = format!("{} holds no edit for {a} and {b}", release.doc());
            return Finding::new(Outcome::NoEditInRelease, detail).release(in_force).sources(vec![release.as_source()]);
        }
    }
    stale(corpus, a, b, scope, family, rows)
}

fn stale(corpus: &Corpus, a: &Code, b: &Code, scope: Scope, family: &str, rows: &[PtpRow]) -> Finding {
    let Some(nearest) = corpus.releases().nearest(family, scope.as_of) else {
        let detail = format!("no {} {} edit table is on this shelf", scope.program.key(), scope.setting.key());
        return Finding::new(Outcome::NotChecked, detail);
    };
    // Of two rows of one edit the one that tells its start tells more.
    let order = |r: &&PtpRow| (r.indicator, r.period.from.is_none());
    let row = rows.iter().filter(|r| r.indicator != 9 && r.period.to.is_none()).min_by_key(order);
    let row = row.or_else(|| rows.iter().find(|r| r.indicator != 9));
    let (outcome, value, source, figures) = match row {
        Some(row) => {
            let outcome = if row.indicator == 0 { Outcome::EditNever } else { Outcome::EditModifierAllowed };
            let (one, two, indicator) = (&row.column_one, &row.column_two, row.indicator);
            let since = row.period.from.map(|from| format!(", in force since {from}")).unwrap_or_default();
            let value =
                format!("{}: column one {one}, column two {two}, indicator {indicator}{since}", outcome.words());
            (outcome, value, row.source.clone(), figures(row))
        }
        None => {
            let outcome = Outcome::NoEditInRelease;
            (outcome, outcome.words().to_owned(), nearest.as_source(), Figures::default())
        }
    };
    let release = row.and_then(|row| corpus.releases().find(&row.release)).unwrap_or(nearest);
    let detail = format!(
        "the edit table in force on {} is not on this shelf ({} speaks {}). Last known for {a} and {b}: {value}",
        scope.as_of,
        release.doc(),
        until(release),
    );
    let last = LastKnown { outcome, release: release.id.clone(), title: release.doc(), value };
    Finding::new(Outcome::NotChecked, detail).figures(figures).last_known(Some(last)).sources(vec![source])
}
