//! How does a hospital outpatient claim pay a service? OPPS Addendum B (status, APC, rate, copayment) and Addendum D1
//! (meaning of the status); 42 CFR 419. Beside it the schedules of laboratories and of equipment.

mod answer;
mod asks;
mod elsewhere;

pub(in crate::checks) use elsewhere::{Elsewhere, elsewhere};

use super::fee::money::Cents;
use super::fee::spoken::{self, Spoken};
use super::{Finding, indicator, status, until};
use crate::corpus::{Corpus, Line};
use crate::domain::check::{Check, Figures, LastKnown, Outcome, Program, Question, Scope};
use crate::domain::code::Code;
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::Ruling;
use crate::domain::table::Table;

/// Builds the patterns of such questions.
pub(super) fn get_ready(inquiry: &Inquiry) {
    asks::of(inquiry);
}

/// Looks it up.
pub fn check(corpus: &Corpus, code: &Code, scope: Scope) -> Check {
    find(corpus, code, scope).into_check(Question::Opps { code: code.clone() }, scope)
}

fn find(corpus: &Corpus, code: &Code, scope: Scope) -> Finding {
    let unchecked = |detail: String| Finding::new(Outcome::NotChecked, detail);
    if !code.set().is_procedure() {
        return unchecked(format!("{code} is no procedure code: Addendum B does not list it"));
    }
    if scope.program == Program::Medicaid {
        return unchecked("Addendum B speaks for Medicare, not for Medicaid".to_owned());
    }
    if let Some((row, release)) = row(corpus, code, scope) {
        let figures = Figures { values: values(&row), ..Figures::default() };
        let detail = format!("{code}: {} ({}).{}", words(&row), release.doc(), missing(&row));
        let finding = Finding::new(Outcome::Known, detail).figures(figures);
        return finding.release(Some(release)).sources(vec![spoken::source(corpus, &row)]);
    }
    if !status::on_shelf(corpus, code) {
        return unchecked(format!("{code} is on no list of this shelf"));
    }
    if let Some(release) = corpus.releases().in_force("opps", scope.as_of) {
        let detail = format!("{code} is not in {}", release.doc());
        return unchecked(detail).sources(vec![release.as_source()]);
    }
    stale(corpus, code, scope)
}

/// The row in force, with its release.
fn row<'a>(corpus: &'a Corpus, code: &Code, scope: Scope) -> Option<(Line<'a>, &'a crate::corpus::Release)> {
    let rows = corpus.list_rows(Table::Opps, code.as_str());
    let (rows, release) = spoken::in_force(corpus, "opps", rows, scope.as_of)?;
    Some((rows.into_iter().next()?, release))
}

fn stale(corpus: &Corpus, code: &Code, scope: Scope) -> Finding {
    let rows = corpus.list_rows(Table::Opps, code.as_str());
    let Some(Spoken { release, .. }) =
        spoken::speaking(corpus, "opps", rows.iter().map(|row| row.get("release")), scope.as_of)
    else {
        return Finding::new(Outcome::NotChecked, format!("no OPPS Addendum B on this shelf lists {code}"));
    };
    let Some(row) = rows.iter().find(|row| row.get("release") == release.id) else {
        return Finding::new(Outcome::NotChecked, format!("no OPPS Addendum B on this shelf lists {code}"));
    };
    let value = format!("{code} {}", words(row));
    let detail = format!(
        "the OPPS Addendum B in force on {} is not on this shelf ({} speaks {}). Last known: {value}",
        scope.as_of,
        release.doc(),
        until(release)
    );
    let figures = Figures { values: values(row), ..Figures::default() };
    let last = LastKnown { outcome: Outcome::Known, release: release.id.clone(), title: release.doc(), value };
    let finding = Finding::new(Outcome::NotChecked, detail).figures(figures);
    finding.last_known(Some(last)).sources(vec![spoken::source(corpus, row)])
}

/// The columns that hold a value, by their names.
fn values(row: &Line<'_>) -> std::collections::BTreeMap<String, String> {
    let columns = ["status", "apc", "weight", "rate", "national_copayment", "minimum_copayment"];
    let held = columns.into_iter().filter(|column| !row.get(column).is_empty());
    held.map(|column| (column.to_owned(), row.get(column).to_owned())).collect()
}

/// An amount of a column, where it has one.
fn amount(row: &Line<'_>, column: &str) -> Option<Cents> {
    Cents::parse(row.get(column)).filter(|amount| amount.0 > 0)
}

/// What the status means; the bare letters where no list knows them.
fn meaning(row: &Line<'_>) -> String {
    let status = row.get("status");
    let words = indicator::meaning(Table::Opps, "status", status);
    words.map_or_else(|| format!("status {status}"), |words| format!("status {status} ({words})"))
}

/// `status T (…), APC 5312, relative weight 13.45, national rate $1,222.56, copayment …`.
fn words(row: &Line<'_>) -> String {
    let mut said = vec![meaning(row)];
    let plain = |name: &str, column: &str| {
        let value = row.get(column);
        (!value.is_empty()).then(|| format!("{name} {value}"))
    };
    said.extend(plain("APC", "apc"));
    said.extend(plain("relative weight", "weight"));
    said.push(match amount(row, "rate") {
        Some(rate) => format!("national rate {rate} before the wage index"),
        None => "no rate of its own".to_owned(),
    });
    said.extend(amount(row, "national_copayment").map(|amount| format!("national copayment {amount}")));
    said.extend(amount(row, "minimum_copayment").map(|amount| format!("minimum copayment {amount}")));
    said.join(", ")
}

/// What the file on the shelf leaves out, where the code has a rate.
fn missing(row: &Line<'_>) -> &'static str {
    let bare = row.get("apc").is_empty() && row.get("weight").is_empty();
    if bare && amount(row, "rate").is_some() {
        " The file on this shelf gives no APC, weight or copayment."
    } else {
        ""
    }
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
mod tests;
