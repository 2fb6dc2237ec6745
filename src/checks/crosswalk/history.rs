//! What a diagnosis code became and what it was, by the conversion table (CDC/NCHS), and its ICD-9-CM code by the
//! general equivalence mappings.

use super::old::list;
use super::rows::{Step, mappings, steps_from, steps_to, titled};
use super::words::{self, History};
use crate::checks::ask;
use crate::corpus::{Corpus, Release};
use crate::domain::check::{Outcome, Question};
use crate::domain::citation::Source;
use crate::domain::code::{Code, CodeSet};
use crate::domain::draft::{Line, Verdict};
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::{Basis, Ruling};

/// Longer titles are left out.
const TITLE: usize = 9;
/// Codes of one mail that are answered.
const MOST: usize = 3;

/// The answer to what became of, or was before, the diagnoses of the question.
pub fn settle(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let wanted = words::history(&inquiry.text)?;
    let codes: Vec<&Code> = inquiry.codes();
    if codes.iter().any(|code| code.set() != CodeSet::Icd10cm) || codes.is_empty() || codes.len() > MOST {
        return None;
    }
    match wanted {
        History::Back => back(corpus, inquiry, &codes),
        History::After => same(corpus, inquiry, &codes).or_else(|| after(corpus, inquiry, &codes)),
        History::Before => before(corpus, inquiry, &codes),
    }
}

fn ruling(verdict: Option<Verdict>, label: Option<String>, say: String, sources: Vec<Source>) -> Ruling {
    Ruling {
        basis: Basis::Computed { rule: "crosswalk".to_owned() },
        verdict,
        lines: Vec::new(),
        modifiers: Vec::new(),
        label,
        say,
        ask: None,
        sources,
        confirmed: true,
        doubts: Vec::new(),
        fit: 9.0,
        whole: true,
    }
}

fn line(code: &str) -> Option<Line> {
    let code = Code::parse_icd10cm(code).ok()?;
    Some(Line { code, modifiers: Vec::new(), units: 1, role: "bill".to_owned() })
}

/// The new codes that are valid on the date.
fn alive(corpus: &Corpus, inquiry: &Inquiry, steps: Vec<Step>) -> Vec<Step> {
    let valid = |step: &Step| {
        let Ok(code) = Code::parse_icd10cm(&step.code) else { return false };
        ask(corpus, &Question::CodeStatus { code }, inquiry.scope).outcome == Outcome::Active
    };
    steps.into_iter().filter(valid).collect()
}

/// `Is N18.3 now N18.30?`: two codes, of which the second may be what became of the first.
fn same(corpus: &Corpus, inquiry: &Inquiry, codes: &[&Code]) -> Option<Ruling> {
    let [old, new] = codes else { return None };
    if !words::is_yes_no(&inquiry.text) {
        return None;
    }
    let release = corpus.releases().in_force("conversion", inquiry.scope.as_of)?;
    let steps = alive(corpus, inquiry, steps_from(corpus, old, release));
    let first = steps.first()?;
    let told: Vec<String> = steps.iter().map(|step| titled(corpus, &step.code, TITLE)).collect();
    let told: Vec<&str> = told.iter().map(String::as_str).collect();
    let sources = vec![first.source.clone()];
    let among = steps.iter().any(|step| step.code == new.as_str());
    let day = &first.from;
    let (verdict, mut ruled) = if !among {
        let say =
            format!("No. {old} became {} on {day}, by the {}; {new} is none of them.", list(&told), release.title);
        (Verdict::No, ruling(None, None, say, sources))
    } else if steps.len() == 1 {
        (Verdict::Yes, ruling(None, None, format!("Yes. {old} became {} on {day}.", list(&told)), sources))
    } else {
        let say = format!(
            "It depends on the note: {old} was split on {day} into {}. {new} is right only where the note says no more than that.",
            list(&told)
        );
        (Verdict::Depends, ruling(None, None, say, sources))
    };
    if verdict == Verdict::Yes {
        ruled.lines.extend(line(new.as_str()));
    }
    ruled.verdict = Some(verdict);
    Some(ruled)
}

/// What the codes became.
fn after(corpus: &Corpus, inquiry: &Inquiry, codes: &[&Code]) -> Option<Ruling> {
    let release = corpus.releases().in_force("conversion", inquiry.scope.as_of)?;
    let (mut says, mut sources, mut lines, mut label) = (Vec::new(), Vec::new(), Vec::new(), None);
    for code in codes {
        let steps = alive(corpus, inquiry, steps_from(corpus, code, release));
        let Some(first) = steps.first() else { continue };
        let gone = ask(corpus, &Question::CodeStatus { code: (*code).clone() }, inquiry.scope).outcome;
        let told: Vec<String> = steps.iter().map(|step| titled(corpus, &step.code, TITLE)).collect();
        let told: Vec<&str> = told.iter().map(String::as_str).collect();
        let day = &first.from;
        says.push(match (gone, steps.len()) {
            (Outcome::Active, _) => {
                format!("{code} is still valid; {} took part of it over on {day}.", list(&told))
            }
            (_, 1) => format!("{code} became {} on {day}.", list(&told)),
            _ => format!("{code} was replaced on {day} by {}. The note decides which.", list(&told)),
        });
        sources.push(first.source.clone());
        if steps.len() == 1 && gone != Outcome::Active {
            lines.extend(line(&first.code));
            label = Some(first.code.clone());
        }
    }
    if says.is_empty() {
        return None;
    }
    Some(Ruling { lines, ..ruling(None, label, says.join(" "), sources) })
}

/// What was reported before the codes, and since when they are valid.
fn before(corpus: &Corpus, inquiry: &Inquiry, codes: &[&Code]) -> Option<Ruling> {
    let release = corpus.releases().in_force("conversion", inquiry.scope.as_of)?;
    let (mut says, mut sources, mut label) = (Vec::new(), Vec::new(), None);
    for code in codes {
        let Some(step) = steps_to(corpus, code, release).into_iter().next() else { continue };
        let previous: Vec<&str> = step.previous.iter().map(String::as_str).collect();
        says.push(if previous.is_empty() {
            format!("{code} is new since {}; the {} names no code before it.", step.from, release.title)
        } else {
            format!("{code} is new since {}; before that day {} was reported.", step.from, list(&previous))
        });
        label = previous.first().map(|previous| (*previous).to_owned());
        sources.push(step.source);
    }
    (!says.is_empty()).then(|| ruling(None, label.filter(|_| codes.len() == 1), says.join(" "), sources))
}

/// The ICD-9-CM codes of the codes.
fn back(corpus: &Corpus, inquiry: &Inquiry, codes: &[&Code]) -> Option<Ruling> {
    let release = corpus.releases().in_force("gem+icd10", inquiry.scope.as_of)?;
    let (mut says, mut sources, mut label) = (Vec::new(), Vec::new(), None);
    for code in codes {
        let rows = mappings(corpus, code.as_str(), release);
        let Some((first, source)) = rows.first() else {
            let (said, held) = unmapped(corpus, inquiry, code, release);
            says.push(said);
            sources.extend(held);
            continue;
        };
        sources.push(source.clone());
        let targets: Vec<&str> = rows.iter().map(|(map, _)| map.target.as_str()).filter(|t| !t.is_empty()).collect();
        let kind = if rows.iter().any(|(map, _)| map.combination) {
            "together, an approximate match"
        } else if first.approximate {
            "an approximate match, not an equal one"
        } else {
            "with no difference marked"
        };
        says.push(if targets.is_empty() {
            format!("The {} GEM gives no ICD-9-CM code for {code}.", release.edition)
        } else {
            format!("{code} maps back to ICD-9-CM {} in the {} GEM, {kind}.", list(&targets), release.edition)
        });
        label = targets.first().map(|target| (*target).to_owned()).filter(|_| targets.len() == 1);
    }
    (!says.is_empty()).then(|| ruling(None, label.filter(|_| codes.len() == 1), says.join(" "), sources))
}

/// A code that the mappings do not list: mostly one that began after their last edition, with the way back over the code
/// before it.
fn unmapped(corpus: &Corpus, inquiry: &Inquiry, code: &Code, release: &Release) -> (String, Vec<Source>) {
    let mut said = format!("The {} GEM, the last edition, does not list {code}", release.edition);
    let mut sources = vec![release.as_source()];
    let table = corpus.releases().in_force("conversion", inquiry.scope.as_of);
    let step = table.and_then(|table| steps_to(corpus, code, table).into_iter().next());
    if let Some(step) = step {
        said.push_str(&format!(", which is new since {}", step.from));
        if let [before] = &step.previous[..] {
            let maps = mappings(corpus, before, release);
            let targets: Vec<&str> =
                maps.iter().map(|(map, _)| map.target.as_str()).filter(|t| !t.is_empty()).collect();
            if !targets.is_empty() {
                said.push_str(&format!("; {before}, reported before that, maps back to ICD-9-CM {}", list(&targets)));
            }
            sources.extend(maps.into_iter().take(1).map(|(_, source)| source));
        }
        sources.push(step.source);
    }
    (format!("{said}."), sources)
}
