//! Is a code an add-on code, and to which primary codes? NCCI add-on code edits, types 1 to 3
//! (NCCI Policy Manual, chapter I, sections R and W).

use super::{Finding, status, until};
use crate::corpus::{AddOnRow, Corpus, FeeRow, Release};
use crate::domain::check::{Check, Figures, LastKnown, Outcome, Question, Scope};
use crate::domain::code::Code;

/// Looks the code up, and among `with` for a primary of it.
pub fn check(corpus: &Corpus, code: &Code, with: &[Code], scope: Scope) -> Check {
    let question = Question::AddOn { code: code.clone(), with: with.to_vec() };
    find(corpus, code, with, scope).into_check(question, scope)
}

fn find(corpus: &Corpus, code: &Code, with: &[Code], scope: Scope) -> Finding {
    let rows = corpus.list_add_on(code);
    let in_force = corpus.releases().in_force("add_on", scope.as_of);
    match (rows.is_empty(), in_force) {
        (false, Some(release)) => listed(code, with, &rows, release),
        (true, Some(release)) if let Some(fee) = zzz(corpus, code) => contradicted(code, release, &fee),
        (true, Some(release)) if status::on_shelf(corpus, code) => {
            let detail = format!("{code} is not listed as an add-on code in {}", release.doc());
            Finding::new(Outcome::NotAddOn, detail).release(Some(release)).sources(vec![release.as_source()])
        }
        (true, _) if !status::on_shelf(corpus, code) => {
            Finding::new(Outcome::NotChecked, format!("{code} is on no list of this shelf"))
        }
        _ => stale(corpus, code, with, &rows, scope),
    }
}

/// The fee schedule's row that marks the code as an add-on, if there is one.
fn zzz(corpus: &Corpus, code: &Code) -> Option<FeeRow> {
    corpus.list_fees(code).into_iter().find(|fee| fee.modifier.is_empty() && fee.field("global") == "ZZZ")
}

/// Two sources that disagree are a finding, never silently resolved.
fn contradicted(code: &Code, release: &Release, fee: &FeeRow) -> Finding {
    let detail = format!(
        "{} does not list {code} as an add-on code, but {} gives it global indicator ZZZ, which marks one",
        release.doc(),
        fee.source.doc
    );
    Finding::new(Outcome::NotChecked, detail).sources(vec![release.as_source(), fee.source.clone()])
}

fn listed(code: &Code, with: &[Code], rows: &[AddOnRow], release: &Release) -> Finding {
    let (figures, sources) = (figures(rows), sources(rows, with));
    let detail = format!("{code} is an add-on code, type {} ({})", figures.add_on_type.unwrap_or(1), release.doc());
    Finding::new(Outcome::AddOn, format!("{detail}: {}", primaries(&figures, with)))
        .figures(figures)
        .release(Some(release))
        .sources(sources)
}

fn figures(rows: &[AddOnRow]) -> Figures {
    Figures {
        primaries: rows.iter().filter(|row| row.primary != "CCCCC").map(|row| row.primary.clone()).collect(),
        primaries_listed: rows.iter().map(|row| row.listed).max(),
        add_on_type: rows.iter().map(|row| row.kind).max(),
        ..Figures::default()
    }
}

/// The rows of the primaries that the question names, or the first row where it names none.
fn sources(rows: &[AddOnRow], with: &[Code]) -> Vec<crate::domain::citation::Source> {
    let named = rows.iter().filter(|row| with.iter().any(|code| code.as_str() == row.primary));
    let named: Vec<_> = named.map(|row| row.source.clone()).take(1).collect();
    if named.is_empty() { rows.first().map(|row| row.source.clone()).into_iter().collect() } else { named }
}

/// Which primaries, in words.
pub fn primaries(figures: &Figures, with: &[Code]) -> String {
    let named = with.iter().find(|code| figures.primaries.iter().any(|p| p == code.as_str()));
    let by_contractor = "its primary codes are left to the contractor";
    match (figures.add_on_type, named) {
        (_, Some(primary)) => format!("{primary}, which the question names, is among its primary codes"),
        (Some(2), None) => by_contractor.to_owned(),
        (kind, None) => {
            let listed = figures.primaries_listed.unwrap_or(0);
            let known = figures.primaries.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
            let tail = if kind == Some(3) { format!("; for others {by_contractor}") } else { String::new() };
            let more = if figures.primaries.len() > 8 { " and others" } else { "" };
            match known.as_str() {
                "" => format!("the file lists {listed} primary codes, none of them on this shelf{tail}"),
                _ => format!("the file lists {listed} primary codes, among them {known}{more}{tail}"),
            }
        }
    }
}

fn stale(corpus: &Corpus, code: &Code, with: &[Code], rows: &[AddOnRow], scope: Scope) -> Finding {
    let Some(nearest) = corpus.releases().nearest("add_on", scope.as_of) else {
        return Finding::new(Outcome::NotChecked, "no table of add-on codes is on this shelf");
    };
    let outcome = if rows.is_empty() { Outcome::NotAddOn } else { Outcome::AddOn };
    let figures = figures(rows);
    let value = if rows.is_empty() {
        outcome.words().to_owned()
    } else {
        format!("{}; {}", outcome.words(), primaries(&figures, with))
    };
    let detail = format!(
        "the table of add-on codes in force on {} is not on this shelf ({} speaks {}). Last known for {code}: {value}",
        scope.as_of,
        nearest.doc(),
        until(nearest)
    );
    let mut sources = sources(rows, with);
    if sources.is_empty() {
        sources.push(nearest.as_source());
    }
    let last = LastKnown { outcome, release: nearest.id.clone(), title: nearest.doc(), value };
    Finding::new(Outcome::NotChecked, detail).figures(figures).last_known(Some(last)).sources(sources)
}
