//! May two diagnoses stand on one claim? Excludes1 and Excludes2 notes of the ICD-10-CM tabular list
//! (Official Guidelines, section I.A.12).

mod titles;

use super::{Finding, status, until};
use crate::corpus::{Corpus, RelationRow, Release, ReleaseScope};
use crate::domain::check::{Check, LastKnown, Outcome, Question, Scope};
use crate::domain::code::{Code, CodeSet};

/// Looks for a note on either code that names the other.
pub fn check(corpus: &Corpus, a: &Code, b: &Code, scope: Scope) -> Check {
    let question = Question::Excludes { a: a.clone(), b: b.clone() };
    find(corpus, a, b, scope).into_check(question, scope)
}

fn find(corpus: &Corpus, a: &Code, b: &Code, scope: Scope) -> Finding {
    if a.set() != CodeSet::Icd10cm || b.set() != CodeSet::Icd10cm {
        return Finding::new(Outcome::NotChecked, "Excludes notes join diagnosis codes only");
    }
    for code in [a, b] {
        if !status::on_shelf(corpus, code) {
            return Finding::new(Outcome::NotChecked, format!("{code} is on no list of this shelf"));
        }
    }
    let in_force = corpus.releases().in_force("relation", scope.as_of);
    let note = note(corpus, a, b, in_force.or_else(|| corpus.releases().nearest("relation", scope.as_of)));
    if note.is_none()
        && let Some(found) = titles::find(corpus, a, b)
    {
        return contradiction(corpus, &found, in_force);
    }
    let (outcome, words, sources) = match &note {
        Some(row) if row.kind == "excludes1" => (
            Outcome::Excludes1,
            format!("an Excludes1 note at {} names {}", row.at, row.target),
            vec![row.source.clone()],
        ),
        Some(row) => (
            Outcome::Excludes2,
            format!("an Excludes2 note at {} names {}", row.at, row.target),
            vec![row.source.clone()],
        ),
        None => (Outcome::NoNoteInRelease, format!("no Excludes note joins {a} and {b}"), Vec::new()),
    };
    match in_force {
        Some(release) => {
            let sources = if sources.is_empty() { vec![release.as_source()] } else { sources };
            Finding::new(outcome, format!("{words} ({})", release.doc())).release(Some(release)).sources(sources)
        }
        None => {
            let Some(nearest) = corpus.releases().nearest("relation", scope.as_of) else {
                return Finding::new(Outcome::NotChecked, "no tabular list is on this shelf");
            };
            let detail = format!(
                "the tabular list in force on {} is not on this shelf ({} speaks {}). Last known: {words}",
                scope.as_of,
                nearest.doc(),
                until(nearest)
            );
            let last = LastKnown { outcome, release: nearest.id.clone(), title: nearest.doc(), value: words };
            let sources = if sources.is_empty() { vec![nearest.as_source()] } else { sources };
            Finding::new(Outcome::NotChecked, detail).last_known(Some(last)).sources(sources)
        }
    }
}

/// Two codes of one category of which one says that there is not what the other says that there is.
fn contradiction(corpus: &Corpus, found: &titles::Contradiction, in_force: Option<&Release>) -> Finding {
    let titles::Contradiction { less, more, says } = found;
    let detail = format!(
        "{less} says {says:?} and {more} says more of the same condition: one claim does not say both, so the one goes that the note supports, {more} where what it names is documented"
    );
    let rule = corpus
        .find_card("icd-highest-specificity")
        .map(|card| corpus.authority(&card).unwrap_or_else(|| card.source()));
    let title = [less, more].into_iter().filter_map(|code| corpus.find_title(code)).map(|title| title.source);
    let sources = rule.into_iter().chain(title).collect();
    Finding::new(Outcome::Contradict, detail).release(in_force).sources(sources)
}

/// The strictest note of either code that names the other, in the list that speaks or in an excerpt, which adds to it.
fn note(corpus: &Corpus, a: &Code, b: &Code, speaks: Option<&Release>) -> Option<RelationRow> {
    let counts = |row: &RelationRow| {
        let held = corpus.releases().find(&row.release);
        speaks.is_none_or(|release| release.id == row.release) || held.is_some_and(|r| r.scope == ReleaseScope::Excerpt)
    };
    let of = |one: &Code, two: &Code| {
        let rows = corpus.list_relations(one).into_iter().filter(counts);
        rows.filter(|row| row.kind.starts_with("excludes") && names(&row.target, two)).collect::<Vec<_>>()
    };
    let mut notes = of(a, b);
    notes.extend(of(b, a));
    notes.sort_by(|x, y| x.kind.cmp(&y.kind));
    notes.into_iter().next()
}

/// True when a target as it stands in a note (`E10`, `E10.-`, `A00-A09`), with the condition that may follow it
/// (`T36-T50:6=5`, the 6th character is a 5), covers the code.
pub fn names(target: &str, code: &Code) -> bool {
    match target.split_once(':') {
        Some((target, condition)) => covers(target, code) && fits(condition, code),
        None => covers(target, code),
    }
}

/// A condition `place=characters`: one of the characters stands at that place, counted from 1 without the dot. Where
/// no 6th character is used, the 5th is meant. At place 4, each of the endings separated by commas.
fn fits(condition: &str, code: &Code) -> bool {
    let bare = code.as_str().replace('.', "");
    let Some((place, characters)) = condition.split_once('=') else { return false };
    let Ok(place) = place.parse::<usize>() else { return false };
    if place == 4 {
        return characters.split(',').any(|ending| bare.get(3..) == Some(ending));
    }
    let at = if place == 6 && bare.len() == 5 { 5 } else { place };
    at.checked_sub(1).and_then(|n| bare.chars().nth(n)).is_some_and(|c| characters.contains(c))
}

fn covers(target: &str, code: &Code) -> bool {
    let bare = |text: &str| text.trim_end_matches(['-', '.']).to_owned();
    let code = code.as_str();
    match target.split_once('-').filter(|(_, last)| !last.is_empty()) {
        Some((first, last)) => {
            let (first, last) = (bare(first), bare(last));
            let cut = |length: usize| code.get(..length.min(code.len())).unwrap_or(code);
            cut(first.len()) >= first.as_str() && cut(last.len()) <= last.as_str()
        }
        None => {
            let prefix = bare(target);
            code.starts_with(&prefix)
                && code[prefix.len()..].chars().next().is_none_or(|c| c == '.' || prefix.len() > 3)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_covers_what_its_writing_says() {
        for (target, code, covered) in [
            ("E10.-", "E10.9", true),
            ("E10", "E11.9", false),
            ("A00-A09", "A04.72", true),
            ("T36-T50:6=5", "T36.0X5A", true),
            ("T36-T50:6=5", "T36.0X1A", false),
            ("S62.-:7=B", "S62.001B", true),
            ("S62.-:7=B", "S62.001A", false),
            ("E08-E13:4=42,43", "E11.42", true),
            ("E08-E13:4=42,43", "E11.4", false),
        ] {
            assert_eq!(names(target, &Code::parse_icd10cm(code).unwrap()), covered, "{target} {code}");
        }
    }
}
