//! What a sentence claims of a check is held against that check, and not against any number that stands somewhere:
//! indicators, unit limits, global days, which code is part of which, sides, years, amounts of money, quotations.

use super::relevant::{Grounds, grounds};
use crate::corpus::Corpus;
use crate::domain::check::{Check, Outcome, Question};
use crate::domain::code::Code;
use crate::domain::draft::{Assertion, Draft, Verdict};
use crate::domain::evidence::Evidence;
use crate::domain::finding::Finding;
use crate::domain::pattern::pattern;

pattern!(INDICATOR, r"(?i)\bindicator (?:is |of |was )?(\d)\b");
pattern!(MUE, r"(?i)\bMUE (?:is |of |value )?(\d+)\b");
pattern!(MAI, r"(?i)\bMAI (?:is |of )?(\d)\b");
pattern!(LIMIT, r"(?i)\b(?:limit (?:is |of )|at most |no more than |up to )(\d+)(?: units?| on one)?\b");
pattern!(DAYS, r"(?i)\b(\d+)[\s-]days?\b");
pattern!(COLUMN, r"(?i)\bcolumn (one|two|1|2)(?: code)?:? ([0-9A-Z]{5})\b");
pattern!(
    PART,
    r"\b([0-9A-Z]{5})(?: (?:is|are|was))? (?:part of|included in|bundled (?:in)?to|a component of|integral to) ([0-9A-Z]{5})\b"
);
pattern!(MONEY, r"\$ ?([\d,]+(?:\.\d+)?)");
pattern!(YEAR, r"\b(?:FY ?|CY ?)?((?:19|20)\d\d)(?:Q[1-4])?\b");
pattern!(QUOTED, r#"["“]([^"”]{12,})["”]"#);
pattern!(
    ALIVE,
    r"(?i)^[\s:,]*(?:\([^)]*\)\s*)?(?:is |are |was |still )*(?:still )?(?:valid|active|a valid code|current)\b"
);
pattern!(
    DEAD,
    r"(?i)^[\s:,]*(?:is |are |was |has been )*(?:no longer valid|not valid|deleted|retired|terminated|invalid)\b"
);
pattern!(YES, r"(?i)^\W*yes\b");
pattern!(NO, r"^\W*No\b[.,:;]?");
pattern!(CODE, r"\b(?:\d{4}[0-9AFMTU]|[A-V]\d{4}|[A-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4})\b");
pattern!(SIDE, r"(?i)\b(left|right|bilateral)\b");

/// Every sentence of the draft.
pub fn check(corpus: &Corpus, evidence: &Evidence, draft: &Draft) -> Vec<Finding> {
    let mut findings: Vec<Finding> = opening(draft).into_iter().collect();
    for assertion in draft.assertions() {
        let ground = grounds(evidence, assertion);
        findings.extend(edits(assertion, &ground));
        findings.extend(limits(assertion, &ground));
        findings.extend(days(assertion, &ground));
        findings.extend(status(evidence, assertion));
        findings.extend(sides(corpus, evidence, assertion));
        findings.extend(written(assertion, &ground));
    }
    findings
}

/// The first word of the headline does not belie the verdict.
fn opening(draft: &Draft) -> Option<Finding> {
    let text = &draft.headline.text;
    let belied = match draft.verdict {
        Some(Verdict::Yes) => NO.is_match(text),
        Some(Verdict::No) => YES.is_match(text),
        Some(Verdict::Depends) | None => false,
    };
    belied.then(|| wrong("verdict", "the first word is not that of the verdict", text))
}

fn wrong(kind: &str, what: &str, text: &str) -> Finding {
    let start: String = text.chars().take(60).collect();
    Finding::blocking(kind, format!("{what}: {start}"))
}

/// Indicators and columns as the edit has them.
fn edits(assertion: &Assertion, ground: &Grounds<'_>) -> Vec<Finding> {
    let text = &assertion.text;
    let pairs: Vec<&&Check> = ground.checks.iter().filter(|c| matches!(c.question, Question::Ptp { .. })).collect();
    let mut findings = Vec::new();
    for found in INDICATOR.captures_iter(text) {
        let said: Option<u8> = found[1].parse().ok();
        let by_pair = pairs.iter().any(|check| check.figures.indicator == said);
        let told = || ground.text.to_lowercase().contains(&found[0].to_lowercase());
        let by_other =
            || pairs.is_empty() && ground.checks.iter().any(|c| c.figures.values.values().any(|v| *v == found[1]));
        if !(by_pair || by_other() || (pairs.is_empty() && told())) {
            findings.push(wrong("edit", "the indicator is not that of the edit", text));
        }
    }
    let is = |code: Option<&Code>, named: &str| code.is_some_and(|code| code.as_str() == named);
    for found in COLUMN.captures_iter(text).filter(|_| !pairs.is_empty()) {
        let one = found[1].eq_ignore_ascii_case("one") || &found[1] == "1";
        let holds = pairs.iter().any(|check| {
            let figures = &check.figures;
            is(if one { figures.column_one.as_ref() } else { figures.column_two.as_ref() }, &found[2])
        });
        if !holds {
            findings.push(wrong("edit", "the columns are not those of the edit", text));
        }
    }
    for found in PART.captures_iter(text) {
        let joins = |check: &Check| {
            let figures = &check.figures;
            let both = [&found[1], &found[2]]
                .map(|code| [&figures.column_one, &figures.column_two].map(|c| is(c.as_ref(), code)));
            both[0].contains(&true) && both[1].contains(&true)
        };
        let swapped =
            pairs.iter().filter(|check| joins(check)).any(|check| !is(check.figures.column_two.as_ref(), &found[1]));
        if swapped {
            findings.push(wrong("edit", "the component is said to include the other code", text));
        }
    }
    findings
}

/// Unit limits as the table has them.
fn limits(assertion: &Assertion, ground: &Grounds<'_>) -> Vec<Finding> {
    let text = &assertion.text;
    let limits: Vec<&&Check> = ground.checks.iter().filter(|c| matches!(c.question, Question::Units { .. })).collect();
    if limits.is_empty() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let told = |phrase: &str| ground.text.to_lowercase().contains(&phrase.to_lowercase());
    for found in MUE.captures_iter(text).chain(LIMIT.captures_iter(text)) {
        let said: Option<u32> = found[1].parse().ok();
        if !limits.iter().any(|check| check.figures.units == said) && !told(&found[0]) {
            findings.push(wrong("units", "the limit is not that of the table", text));
        }
    }
    for found in MAI.captures_iter(text) {
        let said: Option<u8> = found[1].parse().ok();
        if !limits.iter().any(|check| check.figures.mai == said) && !told(&found[0]) {
            findings.push(wrong("units", "the adjudication indicator is not that of the table", text));
        }
    }
    findings
}

/// Global days as the fee schedule has them; other days as a source or the question has them.
fn days(assertion: &Assertion, ground: &Grounds<'_>) -> Vec<Finding> {
    let text = &assertion.text;
    let mut findings = Vec::new();
    for found in DAYS.captures_iter(text) {
        let Ok(said) = found[1].parse::<u32>() else { continue };
        let of_global = ground.checks.iter().any(|check| {
            let days = check.figures.global_days.as_deref().and_then(|days| days.parse::<u32>().ok());
            days == Some(said) || (days == Some(90) && said == 92)
        });
        let spoken = |joint: &str| ground.text.contains(&format!("{said}{joint}day"));
        if !(of_global || spoken(" ") || spoken("-")) {
            findings.push(wrong("number", "a count of days that no source of the sentence holds", text));
        }
    }
    findings
}

/// A code is not called valid where it had ended, nor ended where it is valid.
fn status(evidence: &Evidence, assertion: &Assertion) -> Vec<Finding> {
    let text = &assertion.text;
    let mut findings = Vec::new();
    for found in CODE.find_iter(text) {
        // "99490 / 99495 was deleted" is said of the edit that joins the two.
        if text[..found.start()].trim_end().ends_with('/') {
            continue;
        }
        let behind = &text[found.end()..];
        let known = evidence
            .checks
            .iter()
            .find(|check| matches!(&check.question, Question::CodeStatus { code } if code.as_str() == found.as_str()));
        let Some(outcome) = known.map(|check| check.outcome) else { continue };
        let gone = matches!(outcome, Outcome::Deleted | Outcome::Future | Outcome::Header);
        if (gone && ALIVE.is_match(behind)) || (outcome == Outcome::Active && DEAD.is_match(behind)) {
            findings.push(wrong("code", "the state of a code is not that of the tables", text));
        }
    }
    findings
}

/// A diagnosis of one side is not said to be of the other.
fn sides(corpus: &Corpus, evidence: &Evidence, assertion: &Assertion) -> Vec<Finding> {
    let text = &assertion.text;
    let codes: Vec<Code> = CODE.find_iter(text).filter_map(|found| Code::parse(found.as_str()).ok()).collect();
    let sided: Vec<String> =
        codes.iter().filter_map(|code| corpus.find_side(code)).filter(|side| side != "unspecified").collect();
    let said: Vec<String> = SIDE.find_iter(text).map(|found| found.as_str().to_lowercase()).collect();
    // A sentence about both sides, or about one that the asker named wrongly, is told from its checks.
    let (Some(side), [only]) = (sided.first(), &said[..]) else { return Vec::new() };
    let one_sided = sided.iter().all(|other| other == side) && codes.len() == sided.len();
    let of_question = evidence.inquiry.text.to_lowercase().contains(only.as_str()) && text.contains("side");
    if one_sided && side != only && !of_question {
        return vec![wrong("code", "the side is not that of the code", text)];
    }
    Vec::new()
}

/// Years, amounts and quotations stand in a source of the sentence.
fn written(assertion: &Assertion, ground: &Grounds<'_>) -> Vec<Finding> {
    let text = &assertion.text;
    let mut findings = Vec::new();
    for found in YEAR.captures_iter(text) {
        if !ground.text.contains(&found[1]) {
            findings.push(wrong("number", "a year that no source of the sentence holds", text));
        }
    }
    let plain = |amount: &str| amount.replace(',', "").trim_end_matches('.').to_owned();
    let amounts: Vec<String> = MONEY.captures_iter(&ground.text).map(|found| plain(&found[1])).collect();
    let figures = || ground.checks.iter().flat_map(|check| check.figures.values.values());
    for found in MONEY.captures_iter(text) {
        let said = plain(&found[1]);
        if !amounts.contains(&said) && !figures().any(|figure| *figure == said) {
            findings.push(wrong("number", "an amount of money that no source of the sentence holds", text));
        }
    }
    let flat = |text: &str| text.replace("\\n", " ").split_whitespace().collect::<Vec<_>>().join(" ");
    for found in QUOTED.captures_iter(text) {
        if !flat(&ground.text).contains(&flat(&found[1])) {
            findings.push(wrong("citation", "a quotation is not in its source word for word", text));
        }
    }
    findings
}
