//! Which global period has a procedure? Medicare physician fee schedule, column GLOB DAYS
//! (Claims Processing Manual, chapter 12, section 40.1, and chapter 23, addendum).

use super::{Finding, status, until};
use crate::corpus::{Corpus, FeeRow, Release};
use crate::domain::check::{Check, Figures, LastKnown, Outcome, Question, Scope};
use crate::domain::code::Code;
use crate::domain::time::AsOf;

/// Looks the code up in the fee schedule.
pub fn check(corpus: &Corpus, code: &Code, scope: Scope) -> Check {
    find(corpus, code, scope.as_of).into_check(Question::GlobalPeriod { code: code.clone() }, scope)
}

fn find(corpus: &Corpus, code: &Code, as_of: AsOf) -> Finding {
    if !code.set().is_procedure() {
        return Finding::new(Outcome::NotChecked, format!("{code} is no procedure code: it has no global period"));
    }
    let rows = corpus.list_fees(code);
    let rows: Vec<&FeeRow> = rows.iter().filter(|row| row.modifier.is_empty()).collect();
    let with = |row: &&FeeRow| corpus.releases().find(&row.release).cloned();
    let in_force = corpus.releases().in_force("fee", as_of);
    let speaking = rows.iter().copied().filter_map(|row| Some((row, with(&row)?))).filter(|(_, release)| match as_of {
        AsOf::Shelf => in_force.is_none_or(|newest| newest.period.from <= release.period.from),
        AsOf::Date(day) => release.period.contains(day),
    });
    if let Some((row, release)) = speaking.max_by_key(|(_, release)| release.period.from) {
        return known(code, row, &release);
    }
    if !status::on_shelf(corpus, code) {
        return Finding::new(Outcome::NotChecked, format!("{code} is on no list of this shelf"));
    }
    if let Some(release) = in_force {
        let detail = format!("{code} is not in {}: no global period is given", release.doc());
        return Finding::new(Outcome::NotChecked, detail).sources(vec![release.as_source()]);
    }
    stale(corpus, code, as_of, &rows)
}

fn known(code: &Code, row: &FeeRow, release: &Release) -> Finding {
    let global = row.field("global");
    let figures = Figures { global_days: Some(global.to_owned()), ..Figures::default() };
    let detail = format!("{code}: {} ({})", meaning(global), release.doc());
    Finding::new(Outcome::Known, detail).figures(figures).release(Some(release)).sources(vec![row.source.clone()])
}

/// The indicator in words.
pub fn meaning(global: &str) -> String {
    match global {
        "000" => "0 days (000): the day of the procedure only".to_owned(),
        "010" => "10 days (010): the day of the procedure and the 10 days after it".to_owned(),
        "090" => "90 days (090): the day before, the day of the procedure and the 90 days after it".to_owned(),
        "MMM" => "MMM: maternity, the usual global period does not apply".to_owned(),
        "XXX" => "XXX: the global concept does not apply".to_owned(),
        "YYY" => "YYY: the contractor decides whether there is a global period, and how long".to_owned(),
        "ZZZ" => "ZZZ: an add-on, always within the global period of another service".to_owned(),
        other => format!("indicator {other}"),
    }
}

fn stale(corpus: &Corpus, code: &Code, as_of: AsOf, rows: &[&FeeRow]) -> Finding {
    let Some(nearest) = corpus.releases().nearest("fee", as_of) else {
        return Finding::new(Outcome::NotChecked, "no fee schedule is on this shelf");
    };
    let row = rows.iter().find(|row| row.release == nearest.id);
    let Some(row) = row else {
        let detail = format!(
            "the fee schedule in force on {as_of} is not on this shelf, and {} does not list {code}",
            nearest.doc()
        );
        return Finding::new(Outcome::NotChecked, detail).sources(vec![nearest.as_source()]);
    };
    let value = meaning(row.field("global"));
    let detail = format!(
        "the fee schedule in force on {as_of} is not on this shelf ({} speaks {}). Last known for {code}: {value}",
        nearest.doc(),
        until(nearest)
    );
    let figures = Figures { global_days: Some(row.field("global").to_owned()), ..Figures::default() };
    let last = LastKnown { outcome: Outcome::Known, release: nearest.id.clone(), title: nearest.doc(), value };
    Finding::new(Outcome::NotChecked, detail).figures(figures).last_known(Some(last)).sources(vec![row.source.clone()])
}
