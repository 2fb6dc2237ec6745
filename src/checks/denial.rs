//! What a denial code says, who bears the amount, and what to do: group, reason and remark codes of the remittance
//! advice (X12 transaction 835; Medicare Claims Processing Manual, chapter 22, sections 40 and 60; appeals: 42 U.S.C.
//! 1395ff and chapter 29).
//!
//! The official texts are the operator's, and only quoted. The meaning in plain words is ours.

use super::coverage::rows;
use super::{Finding, sentence};
use crate::corpus::{Card, Corpus, Line, Release};
use crate::domain::check::{Check, Figures, LastKnown, Outcome, Question, Scope};
use crate::domain::citation::Source;
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::Ruling;
use crate::domain::table::Table;
use crate::domain::time::AsOf;
use named::Named;

mod answer;
mod filing;
mod follow;
mod meanings;
mod named;

pub use answer::RULE as DENIAL;

/// Looks the code up.
pub fn check(corpus: &Corpus, code: &str, scope: Scope) -> Check {
    find(corpus, code, scope.as_of).into_check(Question::Denial { code: code.to_owned() }, scope)
}

/// The checks of this kind that the question calls for, with those that the denial itself points to.
pub fn asked(corpus: &Corpus, inquiry: &Inquiry) -> Vec<Question> {
    let named = named::spoken(corpus, inquiry);
    let denials = named.iter().map(|named| Question::Denial { code: named.text() });
    let mut questions: Vec<Question> = denials.collect();
    for question in follow::questions(inquiry, &named) {
        if !questions.contains(&question) {
            questions.push(question);
        }
    }
    questions
}

/// What the denial means and what to do, where this is what is asked.
pub fn settle(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    answer::settle(corpus, inquiry)
}

fn find(corpus: &Corpus, code: &str, as_of: AsOf) -> Finding {
    let Some(named) = Named::parse(code) else {
        return Finding::new(Outcome::NotChecked, format!("{code} has the shape of no denial code"));
    };
    let plain = plain(&named);
    let held: Vec<(Line<'_>, &Release)> = held(corpus, &named);
    let mut sources = sources(corpus, &named, &held);
    let figures = figures(&named);
    let known = plain.clone().unwrap_or_else(|| {
        format!("{} is on the list of denial codes; what it says stands in the source cited", named.text())
    });
    if let Some((line, release)) = held.iter().find(|(line, _)| is_of_the_code(line, &named))
        && let Some(end) = ended(line, as_of)
    {
        let detail = format!("{} was retired on {end}: a remittance of a later date does not carry it", named.text());
        return Finding::new(Outcome::Deleted, detail).figures(figures).release(Some(release)).sources(sources);
    }
    let speaking = held.iter().find(|(line, release)| is_of_the_code(line, &named) && speaks(release, as_of));
    if let Some((_, release)) = speaking {
        return Finding::new(Outcome::Known, known).figures(figures).release(Some(release)).sources(sources);
    }
    if let Some((_, release)) = held.iter().find(|(line, _)| is_of_the_code(line, &named)) {
        let last = LastKnown {
            outcome: Outcome::Known,
            release: release.id.clone(),
            title: release.doc(),
            value: known.clone(),
        };
        let detail = format!("the list of denial codes in force on {as_of} is not on this shelf. Last known: {known}");
        return Finding::new(Outcome::NotChecked, detail).figures(figures).last_known(Some(last)).sources(sources);
    }
    sources.dedup_by(|a, b| a.fact == b.fact);
    let detail = match plain {
        Some(plain) => format!("{plain} (in our words; the official list is not on this shelf)"),
        None => format!("{} is on no list of this shelf", named.text()),
    };
    Finding::new(Outcome::NotChecked, detail).figures(figures).sources(sources)
}

/// What it says, its usual cause and the next step, in our words.
fn plain(named: &Named) -> Option<String> {
    let meaning = meanings::find(&named.reason)?;
    let liable = named.group.as_deref().and_then(meanings::liability).map(|text| format!(" {text}."));
    Some(format!(
        "{}: the payer says that {}.{} Usual cause: {}. Next: {}",
        named.text(),
        meaning.says,
        liable.unwrap_or_default(),
        meaning.cause,
        with_appeal(meaning.next, true)
    ))
}

/// The order with the way and time of an appeal put in.
fn with_appeal(next: &str, medicare: bool) -> String {
    let way = if medicare { "within 120 days (redetermination)" } else { "within the plan's time limit" };
    next.replace("{appeal}", way)
}

fn figures(named: &Named) -> Figures {
    let mut figures = Figures::default();
    let mut put = |name: &str, value: &str| figures.values.insert(name.to_owned(), value.to_owned());
    if let Some(group) = &named.group {
        put("group", group);
        put("group_meaning", meanings::group(group).unwrap_or_default());
    }
    put(if named.is_remark() { "remark" } else { "reason" }, &named.reason);
    if let Some(meaning) = meanings::find(&named.reason) {
        put("meaning", meaning.says);
        if meaning.next.contains("{appeal}") {
            put("appeal_days", "120");
        }
    }
    figures
}

/// The rows of the code and of its group on the operator's shelf, the newest release first.
fn held<'a>(corpus: &'a Corpus, named: &Named) -> Vec<(Line<'a>, &'a Release)> {
    let group = named.group.as_ref().map(|group| format!("group/{group}"));
    let keys = std::iter::once(named.key()).chain(group);
    let lines = keys.flat_map(|key| corpus.list_rows(Table::Denial, &key));
    let mut held: Vec<_> =
        lines.filter_map(|line| Some((line, corpus.releases().find(line.get("release"))?))).collect();
    held.sort_by_key(|(_, release)| std::cmp::Reverse(release.period.from));
    held
}

fn is_of_the_code(line: &Line<'_>, named: &Named) -> bool {
    line.key == named.key()
}

fn speaks(release: &Release, as_of: AsOf) -> bool {
    match as_of {
        AsOf::Shelf => true,
        AsOf::Date(day) => release.period.from.is_some() && release.period.contains(day),
    }
}

/// The day on which the code was retired, where that was before the date.
fn ended(line: &Line<'_>, as_of: AsOf) -> Option<String> {
    let end = Some(line.get("to")).filter(|end| !end.is_empty())?;
    match as_of {
        AsOf::Shelf => Some(end.to_owned()),
        AsOf::Date(day) => (end < day.to_string().as_str()).then(|| end.to_owned()),
    }
}

/// The rows, the card that tells of such codes where no row does, and the rule on the time for an appeal.
fn sources(corpus: &Corpus, named: &Named, held: &[(Line<'_>, &Release)]) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for (line, _) in held {
        if !sources.iter().any(|known| known.fact.key == line.key) {
            sources.push(rows::source(corpus, line));
        }
    }
    if !held.iter().any(|(line, _)| is_of_the_code(line, named)) {
        sources.extend(card_of(corpus, named));
    }
    let appeals = meanings::find(&named.reason).is_some_and(|meaning| meaning.next.contains("{appeal}"));
    if let Some(card) = appeals.then(|| corpus.find_card("appeal-five-levels")).flatten() {
        sources.push(statute(corpus).unwrap_or_else(|| card.source()));
    }
    sources
}

/// The clause on the time for a redetermination, where the shelf has it.
fn statute(corpus: &Corpus) -> Option<Source> {
    let line = corpus.find_row(Table::Passage, "usc42-1395ff#(a)(3)")?;
    let clause = line.get("text").split("\\n").find(|part| part.contains("120"))?;
    Some(rows::passage(corpus, &line, clause))
}

/// The rule card that tells of the code; where none does, the rule on what a denial is.
fn card_of(corpus: &Corpus, named: &Named) -> Option<Source> {
    const CARDS: [&str; 4] = ["carc-coding", "carc-coverage", "carc-eligibility", "rarc-remarks"];
    let reason = named.reason.to_lowercase();
    let word = if named.is_remark() { reason.clone() } else { format!("carc {reason}") };
    let is_told = |card: &Card| {
        let listed = card.section.split(|c: char| !c.is_ascii_alphanumeric()).any(|one| one == named.reason);
        let groups: Vec<String> = corpus.list_cases(&card.id).into_iter().flat_map(|case| case.when).collect();
        listed || groups.iter().flat_map(|group| group.split('|')).any(|alternative| alternative.trim() == word)
    };
    let told = CARDS.iter().filter_map(|id| corpus.find_card(id)).find(is_told);
    let card = told.or_else(|| corpus.find_card("unprocessable-vs-denied"))?;
    Some(corpus.authority(&card).unwrap_or_else(|| card.source()))
}

/// The denial codes of a question as a reader would list them.
fn listed(named: &[Named]) -> String {
    let texts: Vec<String> = named.iter().map(Named::text).collect();
    match texts.as_slice() {
        [first, middle @ .., last] if !middle.is_empty() => format!("{first} with {} and {last}", middle.join(", ")),
        all => all.join(" with "),
    }
}

/// Words of a headline, at most.
const WORDS: usize = 60;

/// A headline from parts, each a sentence of its own, the most important first: one that makes it too long is left to
/// the check below it.
fn joined(parts: &[String]) -> String {
    let mut said = String::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        let longer = format!("{said} {}", sentence(part));
        if longer.split_whitespace().count() <= WORDS {
            said = longer.trim().to_owned();
        }
    }
    said
}

#[cfg(test)]
mod tests;
