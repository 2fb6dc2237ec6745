//! ICD-9-CM codes in ICD-10-CM, by the general equivalence mappings of CMS (last edition FY2018), carried on to the codes
//! valid on the date by the conversion table. A mapping is a place to begin; the record decides.

use super::rows::{Mapping, mappings, steps_from, titled};
use super::words;
use crate::checks::ask;
use crate::corpus::{Corpus, Release};
use crate::domain::check::{Outcome, Question};
use crate::domain::citation::Source;
use crate::domain::code::Code;
use crate::domain::draft::{Line, Verdict};
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::{Basis, Ruling};
use crate::domain::table::Table;

/// Old codes of one mail that are answered.
const MOST: usize = 3;
/// Targets that are shown of one code.
const SHOWN: usize = 5;
/// Longer titles are left out; where several codes are answered, nearly all.
const TITLE: usize = 9;
const SHORT: usize = 3;

/// A target as it stands on the date.
struct Now {
    /// The valid code; several where the target was split since.
    codes: Vec<String>,
    /// The target, and the day since which it is split.
    split: Option<(String, String)>,
    /// False where the list of the date is not on the shelf.
    checked: bool,
}

/// The ICD-9-CM codes of the question that the mappings hold.
pub fn named(corpus: &Corpus, text: &str) -> Vec<String> {
    let held = |code: &String| corpus.find_row(Table::Gem, &format!("icd9/{code}")).is_some();
    words::nines(text).into_iter().filter(held).take(MOST).collect()
}

/// What the old codes are now.
pub fn settle(corpus: &Corpus, inquiry: &Inquiry, olds: &[String]) -> Option<Ruling> {
    let release = corpus.releases().in_force("gem+icd9", inquiry.scope.as_of)?;
    let conversion = corpus.releases().in_force("conversion", inquiry.scope.as_of);
    let (mut says, mut lines, mut sources, mut doubts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut exact = true;
    let mut all: Vec<String> = Vec::new();
    for old in olds {
        let rows = mappings(corpus, &format!("icd9/{old}"), release);
        let maps: Vec<Mapping> = rows.iter().map(|(mapping, _)| mapping.clone()).collect();
        exact &= maps.iter().all(|mapping| !mapping.approximate) && maps.len() == 1;
        sources.extend(rows.into_iter().take(1).map(|(_, source)| source));
        let mut now: Vec<Now> = Vec::new();
        for mapping in maps.iter().filter(|mapping| !mapping.target.is_empty()) {
            now.push(today(corpus, inquiry, &mapping.target, conversion, &mut sources));
        }
        if now.iter().any(|now| !now.checked) {
            doubts.push(format!("whether the targets of {old} are valid on the date is not checked"));
        }
        let words = if olds.len() > 1 { SHORT } else { TITLE };
        says.push(sentence(corpus, old, &maps, &now, release, words));
        lines.extend(picked(&maps, &now));
        all.extend(now.into_iter().flat_map(|now| now.codes));
    }
    let verdict = proposed(inquiry, &all, exact);
    if verdict == Some(Verdict::No) {
        lines.clear();
    }
    let opening = match verdict {
        Some(Verdict::Yes) => "Yes. ",
        Some(Verdict::No) => "No. ",
        Some(Verdict::Depends) => "It depends on the record. ",
        None => "",
    };
    Some(Ruling {
        basis: Basis::Computed { rule: "crosswalk from ICD-9-CM".to_owned() },
        verdict,
        label: (all.len() == 1).then(|| all[0].clone()),
        lines,
        modifiers: Vec::new(),
        say: format!("{opening}{}", says.join(" ")),
        ask: None,
        sources,
        confirmed: true,
        doubts,
        fit: 9.0,
        whole: true,
    })
}

/// Where the question names what it takes for the new code: whether the mapping says so.
fn proposed(inquiry: &Inquiry, all: &[String], exact: bool) -> Option<Verdict> {
    let new = inquiry.codes().into_iter().filter(|code| code.as_str().contains('.') || all.contains(&code.to_string()));
    let named: Vec<&Code> = new.filter(|code| code.as_str().starts_with(|c: char| c.is_ascii_uppercase())).collect();
    let [only] = named[..] else { return None };
    // A `V` code of the old set has the shape of one of the new set.
    if !words::is_yes_no(&inquiry.text) || words::nines(&inquiry.text).contains(&only.to_string()) {
        return None;
    }
    Some(match (all.contains(&only.to_string()), exact) {
        (true, true) => Verdict::Yes,
        (true, false) => Verdict::Depends,
        (false, _) => Verdict::No,
    })
}

/// The target on the date of service: itself, or what it was split into since.
fn today(
    corpus: &Corpus,
    inquiry: &Inquiry,
    target: &str,
    conversion: Option<&Release>,
    sources: &mut Vec<Source>,
) -> Now {
    let itself = |checked: bool| Now { codes: vec![target.to_owned()], split: None, checked };
    let Ok(code) = Code::parse_icd10cm(target) else { return itself(false) };
    let status = ask(corpus, &Question::CodeStatus { code: code.clone() }, inquiry.scope);
    match status.outcome {
        Outcome::Active => {
            sources.extend(status.sources);
            itself(true)
        }
        Outcome::Header | Outcome::Deleted | Outcome::Unknown => {
            let steps = conversion.map(|release| steps_from(corpus, &code, release)).unwrap_or_default();
            let alive: Vec<_> = steps.into_iter().filter(|step| is_alive(corpus, inquiry, &step.code)).collect();
            let Some(first) = alive.first() else { return itself(false) };
            sources.push(first.source.clone());
            let split = Some((target.to_owned(), first.from.clone()));
            Now { codes: alive.into_iter().map(|step| step.code).collect(), split, checked: true }
        }
        _ => itself(false),
    }
}

fn is_alive(corpus: &Corpus, inquiry: &Inquiry, code: &str) -> bool {
    let Ok(code) = Code::parse_icd10cm(code) else { return false };
    ask(corpus, &Question::CodeStatus { code }, inquiry.scope).outcome == Outcome::Active
}

/// The one valid code, or the parts of the one combination.
fn picked(maps: &[Mapping], now: &[Now]) -> Vec<Line> {
    let single = maps.len() == 1;
    let together = maps.len() > 1 && maps.iter().all(|map| map.combination && map.scenario == maps[0].scenario) && {
        let mut choices: Vec<u8> = maps.iter().map(|map| map.choice).collect();
        choices.sort_unstable();
        choices.windows(2).all(|pair| pair[0] != pair[1])
    };
    if !(single || together) || !now.iter().all(|now| now.checked && now.codes.len() == 1) {
        return Vec::new();
    }
    let codes = now.iter().filter_map(|now| Code::parse_icd10cm(now.codes.first()?).ok());
    codes.map(|code| Line { code, modifiers: Vec::new(), units: 1, role: "bill".to_owned() }).collect()
}

/// One sentence or two on an old code.
fn sentence(corpus: &Corpus, old: &str, maps: &[Mapping], now: &[Now], release: &Release, words: usize) -> String {
    let gem = format!("the {} GEM", release.edition);
    let few = now.iter().map(|now| now.codes.len()).sum::<usize>() <= 3;
    let told = |code: &str| titled(corpus, code, if few { words } else { 0 });
    if now.is_empty() {
        return format!("{gem} gives no ICD-10-CM code for ICD-9-CM {old}: code from the record.")
            .replacen('t', "T", 1);
    }
    if maps.iter().any(|map| map.combination) {
        let codes: Vec<&str> = maps.iter().map(|map| map.target.as_str()).collect();
        return format!(
            "ICD-9-CM {old} takes several ICD-10-CM codes together in {gem}: {}. It is an approximate match; the record decides.",
            list(&codes)
        );
    }
    let closing = "an approximate match, not an equal one: confirm it against the record.";
    match (now, maps) {
        ([Now { split: Some((target, day)), codes, .. }], _) => {
            let codes: Vec<String> = codes.iter().map(|code| told(code)).collect();
            let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
            let (verb, end) =
                if codes.len() == 1 { ("became", "") } else { ("was split into", " The record decides.") };
            format!("ICD-9-CM {old} maps to {target} in {gem}, and {target} {verb} {} on {day}.{end}", list(&codes))
        }
        ([only], [map]) => {
            let code = told(&only.codes[0]);
            if map.approximate {
                format!("ICD-9-CM {old} maps to {code} in {gem}, {closing}")
            } else {
                format!("ICD-9-CM {old} maps to {code} in {gem}, which marks no difference between the two.")
            }
        }
        _ => {
            let codes: Vec<String> = now.iter().flat_map(|now| &now.codes).map(|code| told(code)).collect();
            let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
            format!(
                "{gem} gives {} approximate targets for ICD-9-CM {old}: {}. The record decides.",
                codes.len(),
                list(&codes)
            )
            .replacen('t', "T", 1)
        }
    }
}

/// `a, b and c`, the first few of them.
pub fn list(codes: &[&str]) -> String {
    let more = codes.len().saturating_sub(SHOWN);
    let shown = &codes[..codes.len().min(SHOWN)];
    match (shown, more) {
        ([], _) => String::new(),
        ([only], 0) => (*only).to_owned(),
        ([rest @ .., last], 0) => format!("{} and {last}", rest.join(", ")),
        (shown, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(target: &str, combination: bool, scenario: u8, choice: u8) -> Mapping {
        Mapping { target: target.to_owned(), approximate: true, combination, scenario, choice }
    }

    fn now(codes: &[&str]) -> Now {
        Now { codes: codes.iter().map(|code| (*code).to_owned()).collect(), split: None, checked: true }
    }

    fn codes(maps: &[Mapping], now: &[Now]) -> Vec<String> {
        picked(maps, now).iter().map(|line| line.code.to_string()).collect()
    }

    #[test]
    fn one_target_is_picked_and_several_are_not() {
        assert_eq!(codes(&[map("E11.9", false, 0, 0)], &[now(&["E11.9"])]), ["E11.9"]);
        let two = [map("I10", false, 0, 0), map("I16.9", false, 0, 0)];
        assert!(codes(&two, &[now(&["I10"]), now(&["I16.9"])]).is_empty());
        assert!(codes(&[map("M54.5", false, 0, 0)], &[now(&["M54.50", "M54.51", "M54.59"])]).is_empty());
        let unchecked = Now { checked: false, ..now(&["E11.9"]) };
        assert!(codes(&[map("E11.9", false, 0, 0)], &[unchecked]).is_empty());
    }

    #[test]
    fn one_combination_is_reported_whole_and_a_choice_within_it_is_not_made() {
        let whole = [map("A02.1", true, 1, 1), map("R65.20", true, 1, 2)];
        assert_eq!(codes(&whole, &[now(&["A02.1"]), now(&["R65.20"])]), ["A02.1", "R65.20"]);
        let choice = [map("A02.1", true, 1, 1), map("R65.20", true, 1, 2), map("R65.21", true, 1, 2)];
        assert!(codes(&choice, &[now(&["A02.1"]), now(&["R65.20"]), now(&["R65.21"])]).is_empty());
        let scenarios = [map("A02.1", true, 1, 1), map("R65.20", true, 2, 1)];
        assert!(codes(&scenarios, &[now(&["A02.1"]), now(&["R65.20"])]).is_empty());
    }

    #[test]
    fn lists_are_written_out_and_cut() {
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c", "d", "e", "f", "g"]), "a, b, c, d, e and 2 more");
    }
}
