//! The answer to "what does this denial mean, and what now?": never a modifier because of the denial, never a code
//! that pays.

use super::meanings::{self, Meaning};
use super::named::{Named, spoken};
use super::{check, filing, follow, joined, listed, with_appeal};
use crate::checks::bypass::is_visit;
use crate::checks::coverage::asking::{is_yes_or_no, wants_code};
use crate::corpus::Corpus;
use crate::domain::check::{Check, Outcome, Question};
use crate::domain::citation::{Source, Table};
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::{Basis, Ruling};

/// The name of the computation.
pub const RULE: &str = "denial code";

pattern!(
    ASKS,
    r"(?i)\b(?:what|why|mean\w*|explain|decode|stand for|how (?:do|should|can|to)|fix|correct\w*|resubmit\w*|appeal\w*|next|handle|resolve|respond|work|options|help|write[- ]?off|right|valid|legit\w*|deni\w+)\b|\?"
);
pattern!(
    PATIENT,
    r"(?i)\b(?:bill|charge|balance[- ]?bill|collect|invoice|pass|owe|owes|statement|liab\w*|responsib\w*)\b[^.?!]{0,40}\b(?:patient|beneficiary|member|him|her|them)\b|\b(?:patient|beneficiary|member)\b[^.?!]{0,30}\b(?:owe|owes|pay|pays|liable|responsible|billed|charged)\b|\bbalance[- ]?bill\w*|\bbilled to (?:the )?(?:patient|beneficiary|member)"
);
pattern!(
    ADD,
    r"(?i)\b(?:add|adding|append\w*|put|putting|use|using|try|slap|tack|stick|throw)\b[^.?!]{0,24}\b(?:59|25|x[esup]|91|76|77|kx)\b|\b(?:modifier|mod) (?:59|25|x[esup])\b[^.?!]{0,30}\b(?:help|fix|work|solve|get)"
);
pattern!(
    OF_DENIAL,
    r"(?i)\b(?:den(?:y|ies|ied|ials?)|reject\w*|co-?\d+|pr-?\d+|oa-?\d+|remarks?|remit\w*|eob|appeal\w*|redetermin\w*|resubmit\w*|writ(?:e|ten|ing)[- ]?(?:it )?off|adjust\w*|patient|beneficiary|edits?)\b"
);
pattern!(VISIT_MODIFIER, r"(?i)\b(?:modifier|mod)?\s*-?25\b");
pattern!(
    NEW_WORK,
    r"(?i)\b(?:new|worsen\w*|separate\w*|different|unrelated|significant\w*|beyond|also (?:evaluated|managed|treated|addressed))\b"
);
pattern!(APPEAL, r"(?i)\b(?:appeal\w*|redetermin\w*|reconsider\w*)\b");
pattern!(RECODE, r"(?i)\b(?:change|swap|switch|different|another|other)\b[^.?!]{0,24}\b(?:code|diagnosis|dx|icd\w*)\b");
pattern!(
    ELSE,
    r"(?i)\b(?:how long|deadline|time ?(?:limit|frame)|how many days|by when|levels? of appeal|late)\b|\babn\b|\b(?:which|what) modifiers?\b"
);

/// The answer; `None` where the question wants something else of the denial.
pub(super) fn settle(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let text = inquiry.text.as_str();
    let named = spoken(corpus, inquiry);
    let main = main(&named)?;
    let meaning = meanings::find(&main.reason)?;
    if ELSE.is_match(text) || wants_code(text) || !ASKS.is_match(text) || asks_of_services(inquiry) {
        return None;
    }
    let checks: Vec<Check> = named.iter().map(|named| check(corpus, &named.text(), inquiry.scope)).collect();
    let follow = follow::decisive(corpus, inquiry, &named);
    let of_visit = follow.as_ref().and_then(|(_, check)| bundled_visit(inquiry, check));
    // What was done beyond the procedure is told: whether 25 is right turns on that, and not on the denial.
    if of_visit.is_some() && NEW_WORK.is_match(text) && !ADD.is_match(text) {
        return None;
    }
    let late = filing::told(inquiry, &named, follow::speaks_of_medicare(inquiry));
    let is_late = late.is_some();
    let of_late = late.map(|(verdict, parts)| (Some(verdict), parts));
    let of_visit = of_visit.map(|parts| (Some(Verdict::Depends), parts));
    let (verdict, mut parts) =
        of_late.or(of_visit).unwrap_or_else(|| told(inquiry, &named, main, &meaning, follow.as_ref()));
    let lead = if verdict.is_some() {
        String::new()
    } else {
        format!("{} says that {}", listed(&named), says(&named, &meaning))
    };
    parts.insert(usize::from(verdict.is_some()), lead);
    let mut sources: Vec<Source> = checks.iter().flat_map(|check| check.sources.clone()).collect();
    sources.extend(follow.iter().flat_map(|(_, check)| check.sources.clone()));
    sources.extend(is_late.then(|| corpus.find_card(filing::CARD)).flatten().map(|card| card.source()));
    let recode = ADD.is_match(text) || RECODE.is_match(text);
    sources.extend(recode.then(|| corpus.find_card("do-not-code-from-denial")).flatten().map(|card| card.source()));
    let mut seen = Vec::new();
    sources.retain(|source| {
        !seen.contains(&source.fact) && {
            seen.push(source.fact.clone());
            true
        }
    });
    let confirmed = checks.iter().all(|check| check.sources.iter().any(|s| s.fact.table == Table::Denial));
    let doubts = if confirmed {
        Vec::new()
    } else {
        vec!["the list of denial codes is not on this shelf: the meaning is recalled".to_owned()]
    };
    Some(Ruling {
        basis: Basis::Computed { rule: RULE.to_owned() },
        verdict,
        lines: follow.as_ref().and_then(|(_, check)| follow::paid(check)).into_iter().collect(),
        modifiers: Vec::new(),
        label: Some(main.text()),
        say: joined(&parts),
        ask: None,
        sources,
        confirmed,
        doubts,
        fit: 9.0,
        whole: true,
    })
}

/// The answer on modifier 25, where a visit was bundled into a procedure and the question names 25.
fn bundled_visit(inquiry: &Inquiry, check: &Check) -> Option<Vec<String>> {
    let (one, two) = (check.figures.column_one.as_ref()?, check.figures.column_two.as_ref()?);
    let [visit, procedure] = if is_visit(two) { [two, one] } else { [one, two] };
    let asks = is_yes_or_no(&inquiry.text) && VISIT_MODIFIER.is_match(&inquiry.text);
    (asks && is_visit(visit) && !is_visit(procedure) && check.outcome == Outcome::EditModifierAllowed).then(|| {
        vec![
            "Not because of the denial; only if it is true".to_owned(),
            format!("NCCI bundles {visit} into {procedure} (indicator 1): 25 goes on {visit} where the note shows a significant, separately identifiable visit beyond the work of {procedure}"),
            format!("For a planned {procedure} there is none, and {procedure} alone is billed"),
        ]
    })
}

/// True where the first question is whether services may be billed: the denial is told, and not asked about.
fn asks_of_services(inquiry: &Inquiry) -> bool {
    let asked = inquiry.text_asked();
    let first = asked.split_inclusive('?').next().unwrap_or_default();
    let named = inquiry.codes().into_iter().any(|code| first.contains(code.as_str()));
    named && is_yes_or_no(first) && !OF_DENIAL.is_match(first) && !ADD.is_match(first) && !RECODE.is_match(first)
}

/// The code that the answer turns on: a remark tells more than a general reason.
fn main(named: &[Named]) -> Option<&Named> {
    let first = named.iter().find(|named| !named.is_remark()).or_else(|| named.first())?;
    let remark = named.iter().find(|named| named.is_remark() && meanings::find(&named.reason).is_some());
    match remark {
        Some(remark) if meanings::is_general(&first.reason) || meanings::find(&first.reason).is_none() => Some(remark),
        _ => Some(first),
    }
}

/// What the reason says; a general one is followed by what its remark says.
fn says(named: &[Named], main: &Meaning) -> String {
    let general = named.iter().find(|named| meanings::is_general(&named.reason) && named.reason != main.code);
    match general.and_then(|named| meanings::find(&named.reason)) {
        Some(general) => format!("{}: {}", general.says.split(';').next().unwrap_or_default(), main.says),
        None => main.says.to_owned(),
    }
}

/// The verdict where yes or no is asked, and the sentences behind it.
fn told(
    inquiry: &Inquiry,
    named: &[Named],
    main: &Named,
    meaning: &Meaning,
    follow: Option<&(String, Check)>,
) -> (Option<Verdict>, Vec<String>) {
    let text = inquiry.text.as_str();
    let yes_or_no = is_yes_or_no(text);
    let group = named.iter().find_map(|named| named.group.as_deref());
    let found = follow.map(|(words, _)| words.clone()).unwrap_or_default();
    let next = with_appeal(meaning.next, follow::speaks_of_medicare(inquiry));
    if yes_or_no
        && PATIENT.is_match(text)
        && let Some(group) = group
    {
        let liable = meanings::liability(group).unwrap_or_default().to_owned();
        let (verdict, opening) = match group {
            "CO" | "PI" => (Verdict::No, format!("No. {liable}")),
            // Excluded by statute: no notice was needed.
            "PR" if named.iter().any(|named| named.reason == "N425") => (Verdict::Yes, format!("Yes. {liable}")),
            _ => (Verdict::Depends, format!("It depends on the reason. {liable}")),
        };
        return (
            Some(verdict),
            vec![opening, format!("{} says that {}", main.text(), meaning.says), format!("Next: {next}")],
        );
    }
    // Returned as unprocessable: no initial determination was made that could be appealed (chapter 1, section 80.3).
    if yes_or_no && named.iter().any(|named| named.reason == "MA130") && APPEAL.is_match(&inquiry.text_asked()) {
        let opening = "No. The claim was returned as unprocessable: there is nothing to appeal".to_owned();
        let next = format!("Next: {}", meaning.next);
        return (Some(Verdict::No), vec![opening, format!("{} says that {}", main.text(), meaning.says), next]);
    }
    if yes_or_no && (ADD.is_match(text) || RECODE.is_match(text)) {
        let never = follow.is_some_and(|(_, check)| check.outcome == Outcome::EditNever);
        let may = follow.is_some_and(|(_, check)| {
            check.outcome == Outcome::EditModifierAllowed && matches!(check.question, Question::Ptp { .. })
        });
        let (verdict, opening) = if may && !RECODE.is_match(text) && !never {
            (Verdict::Depends, "Not because of the denial; only if it is true")
        } else {
            (Verdict::No, "No. A denial is no reason for a modifier or another code")
        };
        let rest = if found.is_empty() { format!("Next: {next}") } else { found };
        return (Some(verdict), vec![opening.to_owned(), format!("{} says that {}", main.text(), meaning.says), rest]);
    }
    let liable = group.and_then(meanings::liability).unwrap_or_default().to_owned();
    (None, vec![liable, found, format!("Next: {next}")])
}
