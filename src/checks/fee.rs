//! What does the Medicare physician fee schedule allow for a service? Claims Processing Manual, chapter 12, section 20
//! (formula, site of service, differentials) and chapter 23, section 30.2.2 (status indicators).
//!
//! The money is told where it is asked for. It is never a reason to choose a code.

mod amount;
mod answer;
mod asks;
mod claim;
mod lines;
pub(in crate::checks) mod locality;
pub(in crate::checks) mod money;
mod official;
mod reductions;
mod schedule;
pub(in crate::checks) mod spoken;
mod words;

pub use asks::is_anesthesia;

use super::{Finding, opps, status, until};
use crate::corpus::Corpus;
use crate::domain::check::{Check, Figures, LastKnown, Outcome, Program, Question, Scope};
use crate::domain::code::{Code, Modifier};
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::Ruling;
use crate::domain::time::AsOf;

use super::opps::Elsewhere;
use amount::Priced;
use schedule::Schedule;

/// Builds the patterns of such questions.
pub(super) fn get_ready(inquiry: &Inquiry) {
    asks::of(inquiry);
    asks::is_of_other_schedule(&inquiry.text);
}

/// Looks it up.
pub fn check(corpus: &Corpus, code: &Code, modifier: Option<&Modifier>, locality: Option<&str>, scope: Scope) -> Check {
    let question =
        Question::Fee { code: code.clone(), modifier: modifier.cloned(), locality: locality.map(str::to_owned) };
    find(corpus, code, modifier.map_or("", Modifier::as_str), locality, scope).into_check(question, scope)
}

fn find(corpus: &Corpus, code: &Code, modifier: &str, locality: Option<&str>, scope: Scope) -> Finding {
    let unchecked = |detail: String| Finding::new(Outcome::NotChecked, detail);
    if !code.set().is_procedure() {
        return unchecked(format!("{code} is no procedure code: no fee schedule lists it"));
    }
    if scope.program == Program::Medicaid {
        return unchecked("Medicaid programs have their own fee schedules, which are not on this shelf".to_owned());
    }
    let written = if modifier.is_empty() { code.to_string() } else { format!("{code}-{modifier}") };
    let schedule = schedule::of(corpus, code, modifier, scope.as_of);
    if let Some(schedule) = schedule.as_ref().filter(|schedule| schedule.spoken.in_force) {
        return known(corpus, code, &written, schedule, locality, scope.as_of);
    }
    if schedule.is_none()
        && let Some(other) = other_schedule(corpus, code, locality, scope.as_of)
    {
        let figures = Figures { values: other.values, ..Figures::default() };
        let finding = Finding::new(Outcome::Known, other.text).figures(figures);
        return finding.release(Some(&other.release)).sources(other.sources);
    }
    if let Some(release) = corpus.releases().in_force("fee", scope.as_of).filter(|_| status::on_shelf(corpus, code)) {
        let detail = format!("{written} is not in {}: it gives no amount", release.doc());
        return unchecked(detail).sources(vec![release.as_source()]);
    }
    match schedule {
        Some(schedule) => stale(corpus, code, &written, &schedule, locality, scope.as_of),
        None if status::on_shelf(corpus, code) => unchecked(format!("no fee schedule on this shelf lists {written}")),
        None => unchecked(format!("{code} is on no list of this shelf")),
    }
}

/// Every line of the schedule in every place.
fn priced(corpus: &Corpus, code: &Code, schedule: &Schedule<'_>, locality: Option<&str>) -> Vec<Priced> {
    let places = locality::places(corpus, locality, schedule.day);
    let each = |row| places.iter().map(move |place| amount::price(corpus, code, row, place, schedule.day));
    schedule.rows.iter().flat_map(each).collect()
}

fn known(
    corpus: &Corpus,
    code: &Code,
    written: &str,
    schedule: &Schedule<'_>,
    locality: Option<&str>,
    as_of: AsOf,
) -> Finding {
    let release = schedule.spoken.release;
    let priced = priced(corpus, code, schedule, locality);
    if priced.is_empty() {
        let place = locality.unwrap_or_default();
        let detail =
            format!("the geographic indices of {place} for the date are not on this shelf: no amount is given");
        return Finding::new(Outcome::NotChecked, detail);
    }
    let mut sources: Vec<_> = schedule.rows.iter().map(|row| row.source.clone()).collect();
    for source in words::cited(&priced).into_iter().flat_map(|one| &one.sources) {
        if !sources.contains(source) {
            sources.push(source.clone());
        }
    }
    let mut values = words::figures(schedule, &priced);
    let mut details = Vec::new();
    for row in &schedule.rows {
        let participation = row.field("participation");
        let here: Vec<&Priced> = priced.iter().filter(|one| one.participation == participation).collect();
        let payable = here.iter().any(|one| one.outside.is_some() || one.inside.is_some());
        let name = match participation {
            "" => written.to_owned(),
            _ => format!("{written} for {}", words::who(participation)),
        };
        details.push(match payable {
            true => words::told(&name, row, &here, &release.doc()),
            false => format!("{name}: no amount, {} ({}).", words::unpaid(row), release.doc()),
        });
    }
    let unpaid = priced.iter().all(|one| one.outside.is_none() && one.inside.is_none());
    if unpaid && let Some(other) = other_schedule(corpus, code, locality, as_of) {
        details.push(other.text);
        values.extend(other.values);
        sources.extend(other.sources);
    }
    let figures = Figures { values, ..Figures::default() };
    Finding::new(Outcome::Known, details.join(" ")).figures(figures).release(Some(release)).sources(sources)
}

/// What the schedule of laboratories or equipment pays, for the state of the locality.
fn other_schedule(corpus: &Corpus, code: &Code, locality: Option<&str>, as_of: AsOf) -> Option<Elsewhere> {
    opps::elsewhere(corpus, code, &[], locality::state_of(corpus, locality).as_deref(), as_of)
}

fn stale(
    corpus: &Corpus,
    code: &Code,
    written: &str,
    schedule: &Schedule<'_>,
    locality: Option<&str>,
    as_of: AsOf,
) -> Finding {
    let nearest = schedule.spoken.release;
    let priced = priced(corpus, code, schedule, locality);
    let row = &schedule.rows[0];
    let here: Vec<&Priced> = priced.iter().filter(|one| one.participation == row.field("participation")).collect();
    let value = match here[..] {
        [one] if one.outside.is_some() || one.inside.is_some() => {
            format!("{written} {} ({})", words::both(one.outside, one.inside), words::place(one))
        }
        [_, _, ..] => format!("{written} {}", words::range(&here)),
        _ => format!("{written} has no amount, {}", words::unpaid(row)),
    };
    let detail = format!(
        "the fee schedule in force on {as_of} is not on this shelf ({} speaks {}). Last known: {value}",
        nearest.doc(),
        until(nearest)
    );
    let figures = Figures { values: words::figures(schedule, &priced), ..Figures::default() };
    let last = LastKnown { outcome: Outcome::Known, release: nearest.id.clone(), title: nearest.doc(), value };
    Finding::new(Outcome::NotChecked, detail).figures(figures).last_known(Some(last)).sources(vec![row.source.clone()])
}

/// The checks of this kind that the question calls for.
pub fn asked(corpus: &Corpus, inquiry: &Inquiry) -> Vec<Question> {
    asks::asked(corpus, inquiry)
}

/// The answer, where this is what is asked.
pub fn settle(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    answer::settle(corpus, inquiry)
}

#[cfg(test)]
pub(in crate::checks) mod tests;
