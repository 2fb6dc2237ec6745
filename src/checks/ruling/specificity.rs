//! The full code of a diagnosis from a heading and the facts stated: side, encounter, kind of fracture, trimester, stage
//! (ICD-10-CM Official Guidelines, sections I.A.5, I.B.2, I.B.13, I.C.15.a, I.C.19.a and c).

mod facts;
mod leaves;
mod padded;
mod parts;
mod pick;
mod say;
mod side;
#[cfg(test)]
mod tests;

use super::choice;
use super::wants::{Wants, plain};
use crate::checks::ask;
use crate::checks::instructions::is_yes_no;
use crate::checks::risk::is_version;
use crate::checks::told::tells;
use crate::corpus::Corpus;
use crate::domain::check::{Check, Outcome, Question};
use crate::domain::citation::Source;
use crate::domain::code::{Code, CodeSet};
use crate::domain::draft::{Line, Verdict};
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::{Basis, Ruling};
use crate::domain::table::Table;

pattern!(
    TROUBLE,
    r"(?i)\breject\w*|\bden(?:y|ies|ied|ial|ials)\b|\bin?valid\b|\btruncat\w*|\bincomplete\b|\bspecific\w*|\b(?:un)?billable\b|\breportable\b|\bheader\b|\bheading\b|\b(?:4th|5th|6th|7th|fourth|fifth|sixth|seventh|extra|more|missing|additional|which|last) (?:digits?|characters?)\b|\b7th\b|\bseventh\b|\bfull(?:[\s-]length)? (?:codes?|length)\b|\bcomplete codes?\b|\b(?:kicked|bounced|returned|sent) back\b|\bkicked out\b|\bcode length\b|\bmore digits?\b|\btoo short\b"
);
pattern!(
    WHICH,
    r"(?i)\b(?:which|what)\b|\bhow (?:do|should|would|to)\b|\b(?:right|correct|proper) codes?\b|\bneed\w*\b|\bcode for\b"
);
pattern!(
    VALIDITY,
    r"(?i)\breject\w*|\bden(?:y|ies|ied|ial|ials)\b|\bin?valid\b|\btruncat\w*|\bbillable\b|\breportable\b|\bincomplete\b"
);
pattern!(NAMED, r"(?i)\bicd\b|\bicd-?10|\bcod(?:e|es|ed|ing)\b|\bdx\b|\bdiagnos\w+");

pattern!(
    OFFERED,
    r"(?i)\b[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?-?\s*(?:,\s*)?(?:or|vs\.?|versus)\s+(?:is it\s+)?[A-TV-Z]\d[0-9A-Z]\b"
);

/// Headings of one mail that are answered.
const MOST: usize = 3;

/// What was found for the codes of a mail.
#[derive(Debug, Default)]
pub struct Ruled {
    /// A sentence or two for each.
    pub says: Vec<String>,
    /// The codes to report.
    pub lines: Vec<Code>,
    /// The rows.
    pub sources: Vec<Source>,
    /// Cards of the rules that were used.
    pub rules: Vec<&'static str>,
    /// Why a person looks at it first.
    pub doubts: Vec<String>,
}

/// The answer, where the question states what it takes.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let procedures = inquiry.codes().iter().filter(|code| code.set().is_procedure()).count();
    if procedures > 1 {
        return None;
    }
    let headed = headings(corpus, inquiry, procedures > 0);
    let wrong = side::find(corpus, inquiry);
    let padded = padded::find(corpus, inquiry);
    let found = [headed, padded, wrong].into_iter().flatten().reduce(|mut all, one| {
        all.says.extend(one.says);
        all.lines.extend(one.lines);
        all.sources.extend(one.sources);
        all.rules.extend(one.rules);
        all.doubts.extend(one.doubts);
        all
    })?;
    Some(ruling(corpus, inquiry, found))
}

fn ruling(corpus: &Corpus, inquiry: &Inquiry, found: Ruled) -> Ruling {
    let text = inquiry.text.as_str();
    let asked = WHICH.is_match(text) && !is_yes_no(text) && !VALIDITY.is_match(text);
    let verdict = Some(Verdict::No).filter(|_| !asked);
    let mut sources = found.sources;
    let mut confirmed = true;
    let mut rules = found.rules;
    rules.dedup();
    for card in rules.into_iter().filter_map(|id| corpus.find_card(id)) {
        confirmed &= card.confirmed;
        sources.extend(corpus.authority(&card).into_iter().chain([card.source()]));
    }
    let opening = if verdict.is_some() { "No. " } else { "" };
    let line = |code: &Code| Line { code: code.clone(), modifiers: Vec::new(), units: 1, role: "bill".to_owned() };
    let mut lines: Vec<Line> = Vec::new();
    for code in &found.lines {
        if !lines.iter().any(|held| held.code == *code) {
            lines.push(line(code));
        }
    }
    Ruling {
        basis: Basis::Computed { rule: "full code of a diagnosis".to_owned() },
        verdict,
        label: found.lines.first().map(Code::to_string).filter(|_| lines.len() == 1),
        lines,
        modifiers: Vec::new(),
        say: format!("{opening}{}", found.says.join(" ")),
        ask: None,
        sources,
        confirmed,
        doubts: found.doubts,
        fit: 9.0,
        whole: true,
    }
}

/// The headings that are reported or asked about; where services are named too, only those that made trouble.
fn headings(corpus: &Corpus, inquiry: &Inquiry, services: bool) -> Option<Ruled> {
    let text = inquiry.text.as_str();
    // Which of two codes is meant is no question of their length.
    if OFFERED.is_match(text) && !TROUBLE.is_match(text) {
        return None;
    }
    let bare = text.split_whitespace().count() <= 4;
    if !(inquiry.validity
        || TROUBLE.is_match(text)
        || (!services && (WHICH.is_match(text) || text.contains('?') || bare)))
    {
        return None;
    }
    let named = inquiry.codes().into_iter().filter(|code| code.set() == CodeSet::Icd10cm);
    let codes: Vec<&Code> = named.filter(|code| !is_version(text, code)).collect();
    let mut ruled = Ruled::default();
    for code in codes.iter().take(MOST) {
        let status = ask(corpus, &Question::CodeStatus { code: (*code).clone() }, inquiry.scope);
        // Three characters may be a room, a vertebra, a vitamin.
        let category =
            code.as_str().len() == 3 && !inquiry.validity && !bare && !TROUBLE.is_match(text) && !NAMED.is_match(text);
        let (outcome, is_last_known) = last_known(&status);
        if outcome != Outcome::Header || category {
            continue;
        }
        if is_last_known {
            ruled.doubts.push(format!("{code} was not checked on the date: the newest list makes it a heading"));
        }
        let leaves = leaves::below(corpus, code, inquiry.scope.as_of);
        let children = corpus.list_children(code.as_str(), inquiry.scope.as_of);
        if leaves.is_empty() {
            continue;
        }
        let own = parts::about(text, code, &codes);
        let pregnant = code.as_str().starts_with('O');
        let stated = facts::of_question(&own, pregnant);
        let picked = pick::choose(&leaves, &stated);
        ruled.sources.extend(status.sources);
        let split = split(corpus, code, inquiry).inspect(|(_, source)| ruled.sources.push(source.clone()));
        let since = split.map(|(day, _)| day);
        if let [only] = &picked.left[..] {
            let status = ask(corpus, &Question::CodeStatus { code: only.code.clone() }, inquiry.scope);
            if last_known(&status).0 != Outcome::Active {
                continue;
            }
            ruled.sources.extend(status.sources);
            ruled.lines.push(only.code.clone());
        } else if Wants::of(&plain(text)).code
            && tells(corpus, inquiry)
            && let [only] = &choice::of_categories(corpus, inquiry, &format!("{code}.-"))[..]
        {
            let status = ask(corpus, &Question::CodeStatus { code: only.clone() }, inquiry.scope);
            ruled.doubts.push(format!("{only} below {code} was found from words"));
            ruled.says.push(format!("{only} by what is told: {}.", corpus.title_of(only)));
            ruled.sources.extend(status.sources);
            ruled.lines.push(only.clone());
        }
        ruled.says.push(say::heading(code, &picked, &leaves, &children, since.as_deref()));
        ruled.sources.extend(seventh(corpus, code, inquiry));
        ruled.rules.push("icd-highest-specificity");
    }
    (!ruled.says.is_empty()).then_some(ruled)
}

/// What a check found, or what was last known where no list speaks for the date; true for the latter.
fn last_known(check: &Check) -> (Outcome, bool) {
    match &check.last_known {
        Some(last) if check.outcome == Outcome::NotChecked => (last.outcome, true),
        _ => (check.outcome, false),
    }
}

/// The one code below a heading that what is stated leaves; `None` where several are left or nothing is stated.
pub fn only_below(corpus: &Corpus, inquiry: &Inquiry, heading: &Code) -> Option<Code> {
    let leaves = leaves::below(corpus, heading, inquiry.scope.as_of);
    let stated = facts::of_question(&inquiry.text, heading.as_str().starts_with('O'));
    let picked = pick::choose(&leaves, &stated);
    let only = match &picked.left[..] {
        [only] if picked.narrowed => only.code.clone(),
        _ => return None,
    };
    let status = ask(corpus, &Question::CodeStatus { code: only.clone() }, inquiry.scope);
    (status.outcome == Outcome::Active).then_some(only)
}

/// Since when a code that once was reportable is a heading, by the conversion table in force.
fn split(corpus: &Corpus, code: &Code, inquiry: &Inquiry) -> Option<(String, Source)> {
    let release = corpus.releases().in_force("conversion", inquiry.scope.as_of)?;
    let mut rows = corpus.all_rows(Table::Conversion).filter(|row| {
        row.get("release") == release.id && row.get("previous") == code.as_str() && row.key.starts_with(code.as_str())
    });
    let first = rows.next()?;
    let same = rows.all(|row| row.get("from") == first.get("from"));
    same.then(|| (first.get("from").to_owned(), crate::checks::crosswalk::source(corpus, &first)))
}

/// The note that asks for a 7th character.
fn seventh(corpus: &Corpus, code: &Code, inquiry: &Inquiry) -> Option<Source> {
    let release = corpus.releases().in_force("relation", inquiry.scope.as_of)?;
    let mut rows = corpus.list_relations(code).into_iter();
    rows.find(|row| row.kind == "seventh" && row.release == release.id).map(|row| row.source)
}
