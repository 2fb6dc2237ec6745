//! How many units of a code on one date of service? NCCI medically unlikely edits
//! (NCCI Policy Manual, chapter I, section V: MUE values and adjudication indicators).

use super::{Finding, status, until};
use crate::corpus::{Corpus, MueRow, Release};
use crate::domain::check::{Check, Figures, LastKnown, Outcome, Question, Scope, Setting};
use crate::domain::code::Code;
use crate::domain::time::AsOf;

/// Looks the limit up for the setting.
pub fn check(corpus: &Corpus, code: &Code, asked: Option<u32>, scope: Scope) -> Check {
    find(corpus, code, asked, scope).into_check(Question::Units { code: code.clone(), asked }, scope)
}

fn find(corpus: &Corpus, code: &Code, asked: Option<u32>, scope: Scope) -> Finding {
    if !code.set().is_procedure() {
        return Finding::new(Outcome::NotChecked, format!("{code} is no procedure code: unit limits do not apply"));
    }
    let setting = match scope.setting {
        Setting::Practitioner => "practitioner",
        Setting::Hospital => "hospital",
    };
    let rows = corpus.list_mue(code, setting);
    let family = format!("mue+{setting}");
    let in_force = corpus.releases().in_force(&family, scope.as_of);
    if let Some((row, release)) = speaking(corpus, &rows, scope.as_of, in_force) {
        return limit(code, row, release, asked);
    }
    if !status::on_shelf(corpus, code) {
        return Finding::new(Outcome::NotChecked, format!("{code} is on no list of this shelf"));
    }
    if let Some(release) = in_force {
        let detail = format!("{} holds no limit for {code}: its value is confidential or none is set", release.doc());
        return Finding::new(Outcome::NoLimitInRelease, detail)
            .release(Some(release))
            .sources(vec![release.as_source()]);
    }
    stale(corpus, code, scope.as_of, &rows, &family)
}

/// The row of the release in force, or of an excerpt whose period holds the date.
fn speaking<'a>(
    corpus: &'a Corpus,
    rows: &'a [MueRow],
    as_of: AsOf,
    in_force: Option<&'a Release>,
) -> Option<(&'a MueRow, &'a Release)> {
    let with = rows.iter().filter_map(|row| Some((row, corpus.releases().find(&row.release)?)));
    let holds = |(_, release): &(&MueRow, &Release)| match as_of {
        AsOf::Shelf => in_force.is_none_or(|newest| newest.period.from <= release.period.from),
        AsOf::Date(day) => release.period.contains(day),
    };
    with.filter(holds).max_by_key(|(_, release)| release.period.from)
}

fn limit(code: &Code, row: &MueRow, release: &Release, asked: Option<u32>) -> Finding {
    let over = asked.is_some_and(|asked| asked > row.units);
    let outcome = if over { Outcome::OverLimit } else { Outcome::WithinLimit };
    let detail = format!(
        "{code}: MUE {} on one {}, MAI {} ({}): {}",
        row.units,
        if row.mai == 1 { "claim line" } else { "date of service" },
        row.mai,
        release.doc(),
        meaning(row.mai)
    );
    let figures = Figures { units: Some(row.units), mai: Some(row.mai), ..Figures::default() };
    Finding::new(outcome, detail).figures(figures).release(Some(release)).sources(vec![row.source.clone()])
}

/// What an adjudication indicator means for units above the limit.
pub fn meaning(mai: u8) -> &'static str {
    match mai {
        1 => "a limit of the claim line; medically necessary units above it go on further lines with a modifier",
        2 => "an absolute limit by policy; units above it are not paid on appeal",
        3 => "a limit by clinical likelihood; units above it are denied, and may be paid on appeal with documentation",
        _ => "the adjudication indicator is not one that the manual describes",
    }
}

fn stale(corpus: &Corpus, code: &Code, as_of: AsOf, rows: &[MueRow], family: &str) -> Finding {
    let Some(nearest) = corpus.releases().nearest(family, as_of) else {
        return Finding::new(Outcome::NotChecked, "no table of unit limits for this setting is on this shelf");
    };
    let row = rows.iter().find(|row| row.release == nearest.id).or_else(|| rows.first());
    let (outcome, value, source, figures) = match row {
        Some(row) => {
            let figures = Figures { units: Some(row.units), mai: Some(row.mai), ..Figures::default() };
            (Outcome::WithinLimit, format!("MUE {}, MAI {}", row.units, row.mai), row.source.clone(), figures)
        }
        None => {
            let outcome = Outcome::NoLimitInRelease;
            (outcome, outcome.words().to_owned(), nearest.as_source(), Figures::default())
        }
    };
    let detail = format!(
        "the table of unit limits in force on {as_of} is not on this shelf ({} speaks {}). Last known for {code}: {value}",
        nearest.doc(),
        until(nearest)
    );
    let last = LastKnown { outcome, release: nearest.id.clone(), title: nearest.doc(), value };
    Finding::new(Outcome::NotChecked, detail).figures(figures).last_known(Some(last)).sources(vec![source])
}
