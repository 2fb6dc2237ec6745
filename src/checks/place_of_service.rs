//! What a place of service code is, and at which rate Medicare pays a practitioner there: Claims Processing Manual
//! (Pub. 100-04), chapter 26, sections 10.5 and 10.6, and chapter 12, section 20.4.2.

use super::Finding;
use super::coverage::rows;
use crate::corpus::{Corpus, Line, Release};
use crate::domain::check::{Check, Figures, LastKnown, Outcome, Question, Scope};
use crate::domain::citation::Source;
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::Ruling;
use crate::domain::table::Table;
use crate::domain::time::AsOf;
use places::{Place, Rate};

mod answer;
mod asking;
mod places;
mod situation;

/// The section of the manual that lists the codes.
const SECTION: &str = "clm104c26#10.5";

/// Looks the code up.
pub fn check(corpus: &Corpus, code: &str, scope: Scope) -> Check {
    find(corpus, code, scope.as_of).into_check(Question::PlaceOfService { code: code.to_owned() }, scope)
}

/// The checks of this kind that the question calls for.
pub fn asked(_corpus: &Corpus, inquiry: &Inquiry) -> Vec<Question> {
    let codes = asking::codes(inquiry);
    codes.into_iter().map(|code| Question::PlaceOfService { code }).collect()
}

/// The answer, where this is what is asked.
pub fn settle(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    answer::settle(corpus, inquiry)
}

fn find(corpus: &Corpus, code: &str, as_of: AsOf) -> Finding {
    let Some(place) = places::find(code) else {
        return unassigned(corpus, code, as_of);
    };
    let figures = figures(place);
    let (manual, row) = (manual(corpus, place), listed(corpus, code));
    let speaking =
        manual.as_ref().filter(|(line, ..)| holds(line, as_of)).map(|(_, release, source)| (*release, source.clone()));
    let by_table = row.as_ref().filter(|(_, release)| speaks(release, as_of));
    let by_table = by_table.map(|(line, release)| (*release, rows::source(corpus, line)));
    let mut sources: Vec<Source> = speaking.iter().chain(&by_table).map(|(_, source)| source.clone()).collect();
    if let Some((release, _)) = speaking.or(by_table) {
        return Finding::new(Outcome::Known, place.sentence()).figures(figures).release(Some(release)).sources(sources);
    }
    let last = manual.map(|(_, release, source)| (release, source));
    let last = last.or_else(|| row.map(|(line, release)| (release, rows::source(corpus, &line))));
    if let Some((release, source)) = last {
        let detail =
            format!("the list of places in force on {as_of} is not on this shelf. Last known: {}", place.sentence());
        let last = LastKnown {
            outcome: Outcome::Known,
            release: release.id.clone(),
            title: release.doc(),
            value: place.sentence(),
        };
        return Finding::new(Outcome::NotChecked, detail).figures(figures).last_known(Some(last)).sources(vec![source]);
    }
    sources.extend(card(corpus));
    let detail = format!("{} (in our words; the official list is not on this shelf)", place.sentence());
    Finding::new(Outcome::NotChecked, detail).figures(figures).sources(sources)
}

/// A number that names no place.
fn unassigned(corpus: &Corpus, code: &str, as_of: AsOf) -> Finding {
    let row = listed(corpus, code)
        .filter(|(line, release)| speaks(release, as_of) && line.get("name").eq_ignore_ascii_case("unassigned"));
    match row {
        Some((line, release)) => Finding::new(Outcome::NotListed, format!("POS {code} is not assigned to any place"))
            .release(Some(release))
            .sources(vec![rows::source(corpus, &line)]),
        None => Finding::new(Outcome::NotChecked, format!("POS {code} is no place of service that this program knows")),
    }
}

fn figures(place: &Place) -> Figures {
    let mut figures = Figures::default();
    figures.values.insert("place".to_owned(), place.code.to_owned());
    figures.values.insert("name".to_owned(), place.name.to_owned());
    figures.values.insert("rate".to_owned(), place.rate.words().to_owned());
    figures
}

/// The row of the code set that gives the rate, the newest release first.
fn listed<'a>(corpus: &'a Corpus, code: &str) -> Option<(Line<'a>, &'a Release)> {
    let rows = corpus.list_rows(Table::PlaceOfService, code).into_iter();
    let with = rows.filter_map(|line| Some((line, corpus.releases().find(line.get("release"))?)));
    with.max_by_key(|(line, release)| (release.period.from, !line.get("facility").is_empty()))
}

fn speaks(release: &Release, as_of: AsOf) -> bool {
    match as_of {
        AsOf::Shelf => release.period.from.is_some(),
        AsOf::Date(day) => release.period.from.is_some() && release.period.contains(day),
    }
}

/// The line of the manual that names the place and its rate.
fn manual<'a>(corpus: &'a Corpus, place: &Place) -> Option<(Line<'a>, &'a Release, Source)> {
    rows::pieces(corpus, SECTION).into_iter().find_map(|line| {
        let release = corpus.releases().find(line.get("release"))?;
        let words = line.get("text").split("\\n").find(|text| names(text, place))?;
        Some((line, release, rows::passage(corpus, &line, words)))
    })
}

/// True for the line of the list that begins with the number and the name: `24 Ambulatory Surgical Center F`.
fn names(text: &str, place: &Place) -> bool {
    let rest = text.strip_prefix(place.code).and_then(|rest| rest.strip_prefix(' '));
    let word = place.name.split(|c: char| !c.is_alphanumeric()).find(|word| word.len() > 1).unwrap_or_default();
    let official = if place.official.is_empty() { word } else { place.official };
    rest.is_some_and(|rest| rest.to_lowercase().starts_with(&official.to_lowercase()))
}

/// True where the section speaks for the date.
fn holds(line: &Line<'_>, as_of: AsOf) -> bool {
    match as_of {
        AsOf::Shelf => true,
        AsOf::Date(day) => {
            let day = day.to_string();
            let (from, to) = (line.get("from"), line.get("to"));
            !from.is_empty() && from <= day.as_str() && (to.is_empty() || day.as_str() <= to)
        }
    }
}

/// The rule that the place follows the patient, with its passage where the shelf has it.
fn card(corpus: &Corpus) -> Option<Source> {
    let card = corpus.find_card("modifier-pos-facility-rate")?;
    Some(corpus.authority(&card).unwrap_or_else(|| card.source()))
}

/// True where Medicare pays by the rate of a facility there.
fn is_facility(place: &Place) -> bool {
    place.rate == Rate::Facility
}

#[cfg(test)]
mod tests;
