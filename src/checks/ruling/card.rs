//! The rule card of whose cases the question is one.

use super::against;
use super::choice;
use super::rank::{self, Candidate};
use super::wants::Wants;
use crate::checks::ask;
use crate::checks::bypass::is_visit;
use crate::corpus::{Corpus, Match};
use crate::domain::check::{Outcome, Question};
use crate::domain::code::{Code, Modifier};
use crate::domain::draft::{Line, Verdict};
use crate::domain::inquiry::{Inquiry, asked_of};
use crate::domain::ruling::{Basis, Ruling};

/// Below this a case is not the question's: its words are too common, or it gives another kind of answer.
const LEAST: f32 = 1.6;
/// A rival that is this near may be the right one.
const NEAR: f32 = 0.3;

/// The nearest case, and what it says.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let text = rank::asking_part(&inquiry.text);
    let wants = Wants::of(&text);
    let mut found = rank::candidates(corpus, inquiry);
    found.retain(|one| one.fit >= LEAST);
    // A rule of another year bills codes that are not valid on the date: the next one is about this date.
    found.retain(|one| is_of_date(corpus, inquiry, &one.found));
    found.retain(|one| !against::is_refuted(corpus, inquiry, one.found.case, one.verdict));
    let best = found.first()?;
    let mut ruling = of(corpus, best);
    ruling.verdict = ruling.verdict.or_else(|| of_label(ruling.label.as_deref(), &text)).or(best.verdict);
    if wants.verdict {
        ruling.verdict = ruling.verdict.or_else(|| of_lines(&ruling, inquiry));
    }
    complete(corpus, inquiry, wants, &mut ruling);
    if !ruling.lines.iter().all(|line| is_alive(corpus, inquiry, &line.code)) {
        return None;
    }
    let card = best.found.card;
    let rival = found[1..].iter().find(|other| other.score >= best.score - NEAR && !agree(&best.found, &other.found));
    if let Some(rival) = rival {
        ruling.doubts.push(format!("rule {} fits as well and says something else", rival.found.card.id));
    }
    if best.found.close.missing > 0.0 {
        ruling.doubts.push(format!("the question says not all that rule {} turns on", card.id));
    }
    ruling.doubts.extend(card.doubt());
    Some(ruling)
}

/// True where every code that the case bills is valid on the date, or is none that a list could tell.
fn is_of_date(corpus: &Corpus, inquiry: &Inquiry, found: &Match<'_>) -> bool {
    let lines = found.case.bill.iter().filter_map(|line| read_line(line));
    lines.into_iter().all(|line| is_alive(corpus, inquiry, &line.code))
}

/// False for a code that the lists know not to be valid on the date.
fn is_alive(corpus: &Corpus, inquiry: &Inquiry, code: &Code) -> bool {
    let status = ask(corpus, &Question::CodeStatus { code: code.clone() }, inquiry.scope);
    !matches!(status.outcome, Outcome::Deleted | Outcome::Future | Outcome::Header)
}

/// The lines that a rule leaves open: its modifiers go on the code that the question names, or describes where it asks
/// for one; a category that it names (`I50.-`) becomes the code of it that the question describes; what stays billable
/// of a question that is denied stays.
fn complete(corpus: &Corpus, inquiry: &Inquiry, wants: Wants, ruling: &mut Ruling) {
    let procedures: Vec<&Code> = inquiry.codes().into_iter().filter(|code| code.set().is_procedure()).collect();
    let described = wants.code || choice::is_bare(&inquiry.text);
    if ruling.verdict == Some(Verdict::No) {
        if wants.code && !ruling.lines.is_empty() {
            add_categories(corpus, inquiry, ruling);
        }
        // What is asked about is denied; what stands beside it stays. Where nothing is told apart, nothing is billed.
        let asked = inquiry.text_asked();
        let told_apart = procedures.iter().any(|code| asked.contains(code.as_str()));
        if ruling.lines.is_empty() && wants.verdict && told_apart {
            let kept = procedures.iter().copied().filter(|code| !inquiry.text_asked().contains(code.as_str()));
            ruling.lines = kept.map(|code| line(code, Vec::new())).collect();
        }
        if ruling.lines.is_empty() && wants.verdict {
            ruling.lines = columns_one(corpus, inquiry, &procedures);
        }
        return;
    }
    if ruling.lines.is_empty()
        && let Some(code) = leading_code(&ruling.say).filter(|code| described || inquiry.codes().contains(&code))
    {
        let modifiers = std::mem::take(&mut ruling.modifiers);
        ruling.lines.push(line(&code, modifiers));
    }
    if ruling.lines.is_empty() {
        let visits = |modifier: &Modifier| ["24", "25", "57", "FT", "AI", "95", "93"].contains(&modifier.as_str());
        let of_visits = !ruling.modifiers.is_empty() && ruling.modifiers.iter().all(visits);
        let fitting: Vec<&Code> = procedures.iter().copied().filter(|code| !of_visits || is_visit(code)).collect();
        let named = match fitting[..] {
            [only] => Some(only.clone()),
            _ => marked(&inquiry.text, &fitting).cloned(),
        };
        if let Some(code) = named.filter(|_| !ruling.modifiers.is_empty()) {
            let modifiers = std::mem::take(&mut ruling.modifiers);
            ruling.lines.push(line(&code, modifiers));
        } else if described && let Some(found) = choice::find(corpus, inquiry) {
            adopt(ruling, found);
        }
        if ruling.verdict == Some(Verdict::Yes) {
            for code in procedures {
                if !ruling.lines.iter().any(|line| line.code == *code) {
                    ruling.lines.push(line(code, Vec::new()));
                }
            }
        }
    }
    // A rule that wants the side named has it from the question.
    if wants.modifier && (ruling.say.contains("LT") || ruling.say.contains("RT")) && ruling.lines.len() == 1 {
        let only = &mut ruling.lines[0];
        let told = only.modifiers.iter().any(|held| ["LT", "RT", "50"].contains(&held.as_str()));
        if let Some(side) = side(&inquiry.text, &only.code).filter(|_| !told) {
            only.modifiers.push(side);
        }
    }
    if described {
        add_categories(corpus, inquiry, ruling);
    }
}

/// The codes of the categories that the rule names, where the question says which.
fn add_categories(corpus: &Corpus, inquiry: &Inquiry, ruling: &mut Ruling) {
    for code in choice::of_categories(corpus, inquiry, &ruling.say) {
        if !ruling.lines.iter().any(|line| line.code == code) {
            ruling.lines.push(line(&code, Vec::new()));
        }
    }
}

/// The codes of a denied pair that stay: those that no edit makes a part of another; none where no edit joins them.
fn columns_one(corpus: &Corpus, inquiry: &Inquiry, procedures: &[&Code]) -> Vec<Line> {
    let mut parts: Vec<Code> = Vec::new();
    for (n, a) in procedures.iter().enumerate() {
        // Which of two visits it was is no question of their edit.
        for b in procedures[n + 1..].iter().filter(|b| !(is_visit(a) && is_visit(b))) {
            let pair = Question::Ptp { a: (*a).clone(), b: (*b).clone() };
            parts.extend(ask(corpus, &pair, inquiry.scope).figures.column_two);
        }
    }
    if parts.is_empty() {
        return Vec::new();
    }
    procedures.iter().filter(|code| !parts.contains(code)).map(|code| line(code, Vec::new())).collect()
}

/// The code with which an answer begins: `44970 for a laparoscopic one`, and no range of codes.
fn leading_code(say: &str) -> Option<Code> {
    let first = say.split([' ', ':', ',', ';']).next()?;
    // Seven letters are a word, whatever else a procedure of ICD-10-PCS may look like.
    let is_code = first.len() >= 3 && first.contains(|c: char| c.is_ascii_digit());
    Code::parse(first.trim_end_matches('.')).ok().filter(|_| is_code)
}

/// The side that is named nearest before a code, or the only one that is named.
fn side(text: &str, code: &Code) -> Option<Modifier> {
    let lower = text.to_lowercase();
    let before = lower.find(&code.as_str().to_lowercase()).unwrap_or(lower.len());
    let last = |word: &str| lower[..before].rfind(word);
    let side = match (last("right"), last("left")) {
        (Some(right), Some(left)) => {
            if right > left {
                "RT"
            } else {
                "LT"
            }
        }
        (Some(_), None) => "RT",
        (None, Some(_)) => "LT",
        (None, None) => return None,
    };
    Modifier::parse(side).ok()
}

fn line(code: &Code, modifiers: Vec<Modifier>) -> Line {
    Line { code: code.clone(), modifiers, units: 1, role: "bill".to_owned() }
}

/// Yes, where the rule bills the very code that is asked about.
fn of_lines(ruling: &Ruling, inquiry: &Inquiry) -> Option<Verdict> {
    let asked = inquiry.text_asked();
    ruling.lines.iter().any(|line| asked.contains(line.code.as_str())).then_some(Verdict::Yes)
}

/// The code that is described, on a line with the modifiers that were computed.
pub fn complete_from_words(corpus: &Corpus, inquiry: &Inquiry, computed: &mut Ruling) {
    if Wants::of(&rank::asking_part(&inquiry.text)).code
        // A modifier stands on a procedure, and never on a diagnosis.
        && let Some(found) = choice::find(corpus, inquiry)
            .filter(|found| found.lines.iter().all(|line| line.code.set().is_procedure()))
    {
        computed.doubts.push("a person confirms the code that was found from words".to_owned());
        adopt(computed, found);
    }
}

/// Takes the code that the question describes into a rule that has none.
fn adopt(ruling: &mut Ruling, found: Ruling) {
    let Some(mut line) = found.lines.into_iter().next() else { return };
    let backed = ruling.say.contains(line.code.as_str());
    if !backed && !found.doubts.is_empty() {
        return;
    }
    line.modifiers = std::mem::take(&mut ruling.modifiers);
    ruling.say = format!("{} {}", found.say.split(" Near it").next().unwrap_or_default(), ruling.say);
    ruling.sources.extend(found.sources);
    ruling.lines.push(line);
}

/// The verdict of a rule that settles one of two words, where the question asks about one of them.
fn of_label(label: Option<&str>, text: &str) -> Option<Verdict> {
    const PAIRS: [[&str; 2]; 2] = [["new", "established"], ["established", "new"]];
    let label = label?.to_lowercase();
    let [_, other] = PAIRS.into_iter().find(|[one, _]| *one == label)?;
    let asked = asked_of(text).to_lowercase();
    let says = |word: &str| asked.split(|c: char| !c.is_alphanumeric()).any(|held| held == word);
    let new_code = ["99202", "99203", "99204", "99205"].iter().any(|code| asked.contains(code));
    let says_new = says("new") || new_code;
    match (label.as_str(), says_new, says("established")) {
        ("new", true, false) | ("established", false, true) => Some(Verdict::Yes),
        ("established", true, false) | ("new", false, true) if !other.is_empty() => Some(Verdict::No),
        _ => None,
    }
}

/// The code of which the question asks for the modifier: `modifier on 19307`, `which modifier belongs on 25605`.
fn marked<'a>(text: &str, codes: &[&'a Code]) -> Option<&'a Code> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !(c.is_alphanumeric() || c == '.' || c == '?')).collect();
    let named = |word: &str| {
        let word = word.trim_matches(['.', '?']);
        codes.iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(word))
    };
    let asks = words.iter().enumerate().filter(|(_, word)| word.starts_with("modifier"));
    for (at, _) in asks {
        let behind = words[at + 1..].iter().take(MARKED);
        // The sentence ends where its last word does.
        let sentence: Vec<&str> = behind.copied().take_while(|word| !word.ends_with(['.', '?'])).collect();
        let rest = words.get(at + 1 + sentence.len()).copied();
        let sentence: Vec<&str> = sentence.into_iter().chain(rest).collect();
        let joined = sentence.windows(2).find_map(|pair| {
            let joint = ["on", "for", "to", "with", "code", "the", "makes"].contains(&pair[0]);
            named(pair[1]).filter(|_| joint)
        });
        if joined.is_some() {
            return joined;
        }
    }
    None
}

/// So many words behind `modifier` still belong to it.
const MARKED: usize = 14;

/// True when two cases lead to the same answer.
fn agree(a: &Match<'_>, b: &Match<'_>) -> bool {
    a.case.verdict == b.case.verdict && a.case.bill == b.case.bill && a.case.modifiers == b.case.modifiers
}

fn of(corpus: &Corpus, near: &Candidate<'_>) -> Ruling {
    let Match { card, case, number, .. } = near.found;
    Ruling {
        basis: Basis::Rule { card: card.id.clone(), case: number },
        verdict: case.verdict,
        lines: case.bill.iter().filter_map(|line| read_line(line)).collect(),
        modifiers: case.modifiers.iter().filter_map(|text| Modifier::parse(text).ok()).collect(),
        label: case.label.clone(),
        say: case.say.clone(),
        ask: case.ask.clone(),
        sources: corpus.authority(card).into_iter().chain([card.source()]).collect(),
        confirmed: card.confirmed,
        doubts: Vec::new(),
        fit: near.fit,
        whole: near.found.close.missing == 0.0,
    }
}

/// A line as cards write it: `99291`, `99292 x2`, `45385-PT`.
fn read_line(text: &str) -> Option<Line> {
    let (line, units) = text.split_once(" x").map_or((text, 1), |(line, units)| (line, units.parse().unwrap_or(1)));
    let mut parts = line.split('-');
    let code = Code::parse(parts.next()?).ok()?;
    let modifiers = parts.filter_map(|text| Modifier::parse(text).ok()).collect();
    Some(Line { code, modifiers, units, role: "bill".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_card_is_read() {
        let line = read_line("J1745-JW x5").unwrap();
        assert_eq!((line.code.as_str(), line.units, line.modifiers[0].as_str()), ("J1745", 5, "JW"));
        assert_eq!(read_line("Z12.11").map(|line| line.units), Some(1));
        assert_eq!(read_line("nothing"), None);
    }
}
