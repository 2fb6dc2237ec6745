//! The answer to a question about one code and one rule: "can 45378 be billed with modifier 50?", "is an assistant
//! surgeon payable for 27447?". Claims Processing Manual, chapter 12, sections 20.4.3, 40.6, 40.7, 40.8, and chapter
//! 23, section 50.6.

use super::rules;
use super::wording::{self, Asked};
use crate::checks::ask;
use crate::corpus::Corpus;
use crate::domain::check::{Check, Outcome, PaymentRule, Question};
use crate::domain::citation::Source;
use crate::domain::code::Modifier;
use crate::domain::draft::{Line, Verdict};
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::{Basis, Ruling};

mod bilateral;

pattern!(
    NONPHYSICIAN,
    r"\b(?:PAs?|NPs?|CNS|PA-C|FNP|CRNFA)\b|(?i:physician assistant|nurse practitioner|clinical nurse)"
);
pattern!(
    OTHER_HELP,
    r"(?i)\b(?:resident|teaching|fellow|intern|rnfa|tech\w*|nurse first|certified first|csfa|minimal\w*)\b"
);
pattern!(
    SURGEONS,
    r"(?i)\b(?:same specialty|same group|partners?|both (?:ortho\w*|general|neuro\w*|vascular)|own (?:codes?|procedures?)|different (?:codes?|procedures?)|assist\w*)\b"
);
pattern!(
    WHOSE,
    r"(?i)\b(?:own|owns|owned|equipment|office|practice|clinic|outside|radiolog\w*|reads?|reading|interpret\w*|over-?read|rent\w*|lease\w*|contract\w*|mobile)\b"
);
pattern!(EXEMPT, r"(?i)\bexempt\b");
pattern!(BASE, r"(?i)\bbase\b|\bfamily\b");

/// What is said, before it is put together.
struct Answer {
    verdict: Option<Verdict>,
    lines: Vec<Line>,
    label: String,
    say: String,
}

impl Answer {
    fn new(verdict: Option<Verdict>, label: &str, say: String) -> Self {
        Self { verdict, lines: Vec::new(), label: label.to_owned(), say }
    }

    fn line(mut self, asked: &Asked<'_>, modifiers: &[&str], role: &str) -> Self {
        let modifiers = modifiers.iter().filter_map(|text| Modifier::parse(text).ok()).collect();
        self.lines.push(Line { code: asked.code.clone(), modifiers, units: 1, role: role.to_owned() });
        self
    }
}

/// An indicator as a check found it.
struct Found<'a> {
    rule: PaymentRule,
    outcome: Outcome,
    indicator: &'a str,
    words: &'static str,
    check: &'a Check,
}

impl Found<'_> {
    /// `27447 has assistant at surgery indicator 2: …`
    fn sentence(&self, asked: &Asked<'_>) -> String {
        format!("{} has {} {}: {}.", asked.code, rules::name(self.rule), self.indicator, self.words)
    }

    /// The sentence behind the word of a verdict.
    fn answer(&self, asked: &Asked<'_>, verdict: Verdict) -> Answer {
        let word = match verdict {
            Verdict::Yes => "Yes.",
            Verdict::No => "No.",
            Verdict::Depends => "Only with proof.",
        };
        Answer::new(Some(verdict), self.indicator, format!("{word} {}", self.sentence(asked)))
    }

    /// Yes where it is allowed, no where it is not or does not apply, and neither where proof is asked for.
    fn verdict(&self) -> Verdict {
        match self.outcome {
            Outcome::Allowed => Verdict::Yes,
            Outcome::WithProof => Verdict::Depends,
            _ => Verdict::No,
        }
    }
}

/// The answer; `None` where more is asked than the indicator tells.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let asked = Asked::of(corpus, inquiry)?;
    let [rule] = wording::rules(&asked.text, &asked.modifiers)[..] else { return None };
    let side = |m: &Modifier| rule == PaymentRule::Bilateral && matches!(m.as_str(), "LT" | "RT");
    if !asked.modifiers.iter().all(|m| wording::rule_of(m) == Some(rule) || side(m)) {
        return None;
    }
    let check = ask(corpus, &Question::PaymentRule { code: asked.code.clone(), rule }, inquiry.scope);
    let value = |name: &str| check.figures.values.get(name).map_or("", String::as_str);
    let (outcome, words) = rules::meaning(rule, value("indicator")).filter(|(outcome, _)| *outcome == check.outcome)?;
    let found = Found { rule, outcome, indicator: value("indicator"), words, check: &check };
    let denied = matches!(outcome, Outcome::NotAllowed | Outcome::NotApplicable);
    // A test that does not split does not split anywhere.
    let whole = denied && rule == PaymentRule::Component;
    if !whole && (!rules::is_paid(value("status")) || asked.elsewhere()) {
        return None;
    }
    let answer = if asked.indicator() {
        (!asked.whether()).then(|| Answer::new(None, found.indicator, found.sentence(&asked)))
    } else {
        match rule {
            PaymentRule::Bilateral => bilateral::answer(&asked, &found),
            PaymentRule::Multiple => multiple(&asked, &found),
            PaymentRule::CoSurgeons | PaymentRule::Team => surgeons(&asked, &found),
            PaymentRule::Assistant => assistant(&asked, &found),
            PaymentRule::Component => component(&asked, &found),
        }
    };
    answer.map(|answer| ruling(corpus, answer, &found))
}

/// Modifier 51 and the reductions by families.
fn multiple(asked: &Asked<'_>, found: &Found<'_>) -> Option<Answer> {
    let value = |name: &str| found.check.figures.values.get(name).map_or("", String::as_str);
    if BASE.is_match(&asked.text) {
        let base = Some(value("base")).filter(|base| !base.is_empty())?;
        let say = format!(
            "The base endoscopy of {} is {base} (multiple procedure indicator 3): beside another code of that family the highest is paid in full, each further one by its difference to {base}.",
            asked.code
        );
        return Some(Answer::new(None, base, say));
    }
    if !asked.whether() {
        return None;
    }
    let add_on = value("global") == "ZZZ";
    let why = if add_on { " It is an add-on (global ZZZ)." } else { "" };
    if EXEMPT.is_match(&asked.text) {
        // The list of exempt codes is CPT's and not on the shelf; add-ons are exempt by what they are.
        let exempt = add_on && found.outcome == Outcome::NotApplicable;
        return exempt
            .then(|| Answer::new(Some(Verdict::Yes), found.indicator, format!("Yes. {}{why}", found.sentence(asked))));
    }
    match (found.outcome, asked.names("51"), found.indicator) {
        (Outcome::NotApplicable, ..) => {
            let answer = found.answer(asked, Verdict::No);
            Some(Answer { say: format!("{}{why}", answer.say), ..answer })
        }
        (_, true, "4" | "5" | "6" | "7") => Some(found.answer(asked, Verdict::No)),
        _ if asked.needs() => None,
        _ => Some(found.answer(asked, Verdict::Yes)),
    }
}

/// Co-surgeons and teams.
fn surgeons(asked: &Asked<'_>, found: &Found<'_>) -> Option<Answer> {
    if !asked.whether() || SURGEONS.is_match(&asked.text) {
        return None;
    }
    let verdict = found.verdict();
    if verdict != Verdict::No && asked.needs() {
        return None;
    }
    let answer = found.answer(asked, verdict);
    let modifier = if found.rule == PaymentRule::Team { "66" } else { "62" };
    Some(if verdict == Verdict::Yes { answer.line(asked, &[modifier], "bill, each surgeon") } else { answer })
}

/// Assistants at surgery.
fn assistant(asked: &Asked<'_>, found: &Found<'_>) -> Option<Answer> {
    let verdict = found.verdict();
    if !asked.whether() || (verdict != Verdict::No && asked.needs()) {
        return None;
    }
    let nonphysician = NONPHYSICIAN.is_match(&asked.text);
    let named: Vec<&str> = asked.modifiers.iter().map(Modifier::as_str).collect();
    if verdict != Verdict::No {
        let mixed = named.len() > 1 || (nonphysician && named.iter().any(|modifier| *modifier != "AS"));
        if mixed || named.contains(&"82") || OTHER_HELP.is_match(&asked.text) {
            return None;
        }
    }
    let answer = found.answer(asked, verdict);
    let modifier = if nonphysician { Some("AS") } else { named.first().copied() };
    Some(match modifier {
        Some(modifier) if verdict == Verdict::Yes => answer.line(asked, &[modifier], "bill"),
        _ => answer,
    })
}

/// Professional and technical component.
fn component(asked: &Asked<'_>, found: &Found<'_>) -> Option<Answer> {
    let (reading, technical) = (asked.names("26"), asked.names("TC"));
    if !asked.whether() || !(reading || technical) {
        return None;
    }
    if found.outcome != Outcome::Allowed {
        return Some(found.answer(asked, Verdict::No));
    }
    if reading == technical || asked.needs() || WHOSE.is_match(&asked.text) {
        return None;
    }
    if technical && found.indicator == "6" {
        return Some(found.answer(asked, Verdict::No));
    }
    let (modifier, role) = if reading {
        ("26", "bill for the professional part alone")
    } else {
        ("TC", "bill for the technical part alone")
    };
    Some(found.answer(asked, Verdict::Yes).line(asked, &[modifier], role))
}

fn ruling(corpus: &Corpus, answer: Answer, found: &Found<'_>) -> Ruling {
    let card = card(found).and_then(|id| corpus.find_card(id));
    let mut sources: Vec<Source> = found.check.sources.clone();
    sources.extend(card.iter().flat_map(|card| corpus.authority(card).into_iter().chain([card.source()])));
    Ruling {
        basis: Basis::Computed { rule: format!("{} of the fee schedule", rules::name(found.rule)) },
        verdict: answer.verdict,
        lines: answer.lines,
        modifiers: Vec::new(),
        label: Some(answer.label),
        say: answer.say,
        ask: None,
        sources,
        confirmed: card.is_none_or(|card| card.confirmed),
        doubts: Vec::new(),
        fit: 9.0,
        whole: true,
    }
}

/// The card of the rule; none where the indicator alone says it.
fn card(found: &Found<'_>) -> Option<&'static str> {
    Some(match (found.rule, found.indicator) {
        (PaymentRule::Bilateral, _) => "bilateral-50",
        (PaymentRule::Multiple, "1" | "2" | "3") => "multiple-surgery-51",
        (PaymentRule::Multiple, _) => return None,
        (PaymentRule::CoSurgeons, _) => "co-surgeons-62",
        (PaymentRule::Team, _) => "team-surgery-66",
        (PaymentRule::Assistant, _) => "assistant-at-surgery",
        (PaymentRule::Component, _) => "modifier-26-tc-split",
    })
}
