//! From checks to a conclusion: the verdict, the lines to bill, and whether the machine may say so by itself.
//!
//! One set of rules, asked by the plain composer, handed to a model as settled, and asked again by verification:
//! a draft that says anything else is held.

mod figures;

use std::sync::LazyLock;

use regex::Regex;

use super::bypass::{bypass, condition, is_visit};
use super::denial::DENIAL;
use super::fee::is_anesthesia;
use super::modifier_fit::{PLACED, is_placed};
use super::ruling::wants::{Wants, plain};
use super::ruling::{time_units, unit_of};
use super::separation::{Separation, separation};
use super::told::tells;
use crate::corpus::Corpus;
use crate::domain::check::{Check, Outcome, Question};
use crate::domain::code::{Code, Modifier};
use crate::domain::draft::{Action, Line, Standing, Verdict};
use crate::domain::inquiry::{Inquiry, Intent};
use crate::domain::pattern::constant;
use crate::domain::ruling::{Basis, Ruling};

/// What follows from the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conclusion {
    /// Answer, or abstain when the leading question could not be checked.
    pub action: Action,
    /// The verdict, where the leading question has one.
    pub verdict: Option<Verdict>,
    /// The short word the answer turns on.
    pub label: Option<String>,
    /// What may be billed.
    pub lines: Vec<Line>,
    /// Modifiers for a code that the asker knows.
    pub modifiers: Vec<Modifier>,
    /// Whether every leading check was computed for the date.
    pub standing: Standing,
    /// True where a ruling says so, and not the checks alone.
    pub ruled: bool,
}

/// Draws the conclusion: what the tables settle for the leading intent, else what a ruling says.
pub fn conclude(corpus: &Corpus, inquiry: &Inquiry, checks: &[Check], ruling: Option<&Ruling>) -> Conclusion {
    if let Some(action) = unanswered(inquiry) {
        return Conclusion { action, ..abstain() };
    }
    let computed = computed(corpus, inquiry, checks);
    match ruling {
        Some(ruling) if !is_settled(corpus, inquiry, checks, &computed, ruling) => Conclusion {
            action: if ruling.ask.is_some() { Action::AskBack } else { Action::Answer },
            verdict: ruling.verdict,
            label: ruling.label.clone(),
            lines: ruling.lines.clone(),
            modifiers: ruling.modifiers.clone(),
            standing: if matches!(ruling.basis, Basis::Computed { .. }) && ruling.confirmed {
                Standing::Checked
            } else {
                Standing::Reasoned
            },
            ruled: true,
        },
        _ => computed,
    }
}

/// What is done with a message that asks nothing, or nothing that may be answered.
fn unanswered(inquiry: &Inquiry) -> Option<Action> {
    match inquiry.decline {
        Some(decline) if decline.is_out_of_scope() => Some(Action::RefuseOutOfScope),
        Some(_) => Some(Action::Refuse),
        None => inquiry.blank.then_some(Action::AskBack),
    }
}

/// True where no rule could change what the checks say, so that none need be looked for.
pub fn needs_no_rule(corpus: &Corpus, inquiry: &Inquiry, checks: &[Check]) -> bool {
    if unanswered(inquiry).is_some() {
        return true;
    }
    // How many units a dose or a time makes is no question of the limit.
    let amounts = ["mg", "minutes"].iter().any(|kind| inquiry.stated.amounts.contains_key(*kind));
    if inquiry.intents.first() == Some(&Intent::Units) && amounts {
        return false;
    }
    if !inquiry.beyond.is_empty() || asks_more(inquiry, checks) {
        return false;
    }
    if time_units::is_beside_visit(inquiry)
        || is_placed(inquiry)
        || (inquiry.intents.first() == Some(&Intent::Units) && unit_of::governs(inquiry))
    {
        return false;
    }
    let answered = computed(corpus, inquiry, checks).action == Action::Answer;
    (answered || is_unchecked(corpus, inquiry, checks)) && (inquiry.validity || !tells(corpus, inquiry))
}

/// True where the words ask for more than the validity of a code, or than whether two diagnoses may stand together:
/// `is 59 ok on 99213?`, `may R65.20 be listed first?`. A code that cannot be billed on the date answers everything else.
fn asks_more(inquiry: &Inquiry, checks: &[Check]) -> bool {
    let heading =
        |check: &Check| matches!(check.question, Question::CodeStatus { .. }) && check.outcome == Outcome::Header;
    asks_otherwise(inquiry, checks)
        || (is_of_codes(inquiry) && checks.iter().any(heading) && !checks.iter().any(is_dead))
}

/// True where a check of another kind is called for.
fn asks_otherwise(inquiry: &Inquiry, checks: &[Check]) -> bool {
    let other = |check: &Check| {
        matches!(
            check.question,
            Question::PaymentRule { .. }
                | Question::ModifierFit { .. }
                | Question::Fee { .. }
                | Question::Opps { .. }
                | Question::Instructions { .. }
                | Question::RiskCategory { .. }
                | Question::Crosswalk { .. }
                | Question::Coverage { .. }
                | Question::Denial { .. }
                | Question::PlaceOfService { .. }
        )
    };
    is_of_codes(inquiry) && checks.iter().any(other) && !checks.iter().any(is_dead)
}

fn is_of_codes(inquiry: &Inquiry) -> bool {
    matches!(inquiry.intents.first(), Some(Intent::CodeStatus | Intent::DiagnosisPair))
}

/// True where nothing is asked but what the tables hold, and they do not speak for the date.
fn is_unchecked(corpus: &Corpus, inquiry: &Inquiry, checks: &[Check]) -> bool {
    let leading = inquiry.intents.first().copied().unwrap_or(Intent::Other);
    (inquiry.validity || !tells(corpus, inquiry))
        && of_intent(checks, leading).any(|check| check.outcome == Outcome::NotChecked)
}

/// True where the tables settle the question, whatever a rule says: an edit that nothing bypasses, a code that is not
/// valid, and any figure where the question turns on nothing else.
///
/// An edit that a modifier may bypass, and no edit at all, leave open what the rules of the manuals say of the very
/// situation: there a rule that fits closely and says otherwise goes before them.
fn is_settled(corpus: &Corpus, inquiry: &Inquiry, checks: &[Check], computed: &Conclusion, ruling: &Ruling) -> bool {
    let by_computation = matches!(ruling.basis, Basis::Computed { .. });
    // A choice between two codes bills one of them: that they are never billed together is no answer to it.
    let lower = inquiry.text.to_lowercase();
    let offered = [" or ", " vs", " versus "].iter().any(|word| lower.contains(word));
    let one_of_two = by_computation && offered && ruling.lines.len() == 1 && !checks.iter().any(is_dead);
    // The same no, with what is billed instead: the computation knows more than the edit.
    let refines = by_computation && ruling.verdict == computed.verdict && !ruling.lines.is_empty();
    let refines = refines && computed.verdict == Some(Verdict::No) && !checks.iter().any(is_dead);
    // Where a modifier may not stand, the edits of the pair say nothing; and what a denial means they do not say either.
    let elsewhere = matches!(&ruling.basis, Basis::Computed { rule } if rule == PLACED || rule == DENIAL);
    if one_of_two || refines || elsewhere || (by_computation && inquiry.intents.first() == Some(&Intent::Units)) {
        return false;
    }
    if asks_otherwise(inquiry, checks) || (by_computation && asks_more(inquiry, checks)) {
        return false;
    }
    // What is billed in the place of a code that has ended, a rule knows better than the list.
    let replaces = checks.iter().any(is_dead)
        && !ruling.lines.is_empty()
        && ruling.fit >= CLOSE
        && (Wants::of(&plain(&inquiry.text)).code || REPLACED.is_match(&inquiry.text));
    if replaces {
        return false;
    }
    let never = || checks.iter().any(|check| is_dead(check) || check.outcome == Outcome::EditNever);
    let bundling = inquiry.intents.first() == Some(&Intent::Bundling);
    let told = !inquiry.validity && tells(corpus, inquiry);
    let otherwise = ruling.verdict.is_some() && ruling.verdict != computed.verdict;
    // What the tables could not be asked for the date is not answered by a rule instead where nothing else is asked;
    // where more is told, its draft waits for a person.
    let open = told && ruling.fit >= CLOSE && (!bundling || otherwise);
    (computed.action == Action::Answer && (never() || (inquiry.beyond.is_empty() && !open)))
        || (inquiry.beyond.is_empty() && is_unchecked(corpus, inquiry, checks))
}

/// From here on a rule fits closely.
const CLOSE: f32 = 4.0;

/// What the checks alone say.
fn computed(corpus: &Corpus, inquiry: &Inquiry, checks: &[Check]) -> Conclusion {
    let leading = inquiry.intents.first().copied().unwrap_or(Intent::Other);
    let dead = checks.iter().any(is_dead);
    let conclusion = match leading {
        _ if !inquiry.malformed.is_empty() && inquiry.mentions.is_empty() => answer(Some(Verdict::No)),
        Intent::Bundling if dead => answer(Some(Verdict::No)),
        Intent::Bundling => bundling(corpus, inquiry, checks),
        Intent::CodeStatus if asks_otherwise(inquiry, checks) => abstain(),
        Intent::CodeStatus => status(checks),
        Intent::Units if dead => answer(Some(Verdict::No)),
        Intent::Units => figures::units(checks),
        Intent::AddOn | Intent::GlobalPeriod if all_dead(inquiry, checks) => answer(Some(Verdict::No)),
        Intent::AddOn => figures::add_on(checks),
        Intent::GlobalPeriod => figures::global(checks),
        Intent::DiagnosisPair => figures::diagnoses(inquiry, checks),
        Intent::Modifier | Intent::Other if all_dead(inquiry, checks) => answer(Some(Verdict::No)),
        Intent::Modifier | Intent::Other => abstain(),
    };
    let unchecked = of_intent(checks, leading).any(|check| check.outcome == Outcome::NotChecked);
    let standing =
        if unchecked || conclusion.action != Action::Answer { Standing::Reasoned } else { Standing::Checked };
    Conclusion { standing, ..conclusion }
}

static REPLACED: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)\b(?:replac\w+|instead|successors?|supersed\w+|(?:what|which) (?:now|code|do|should|is (?:it|the)))\b|\bnew code\b|\bcode now\b",
    )
});

fn answer(verdict: Option<Verdict>) -> Conclusion {
    Conclusion {
        action: Action::Answer,
        verdict,
        label: None,
        lines: Vec::new(),
        modifiers: Vec::new(),
        standing: Standing::Checked,
        ruled: false,
    }
}

fn abstain() -> Conclusion {
    Conclusion { action: Action::Abstain, standing: Standing::Reasoned, ..answer(None) }
}

/// The checks that the leading intent turns on.
pub fn of_intent(checks: &[Check], intent: Intent) -> impl Iterator<Item = &Check> {
    checks.iter().filter(move |check| {
        matches!(
            (intent, &check.question),
            (Intent::Bundling, Question::Ptp { .. })
                | (Intent::CodeStatus, Question::CodeStatus { .. })
                | (Intent::Units, Question::Units { .. })
                | (Intent::AddOn, Question::AddOn { .. })
                | (Intent::GlobalPeriod, Question::GlobalPeriod { .. })
                | (Intent::DiagnosisPair, Question::Excludes { .. })
        )
    })
}

/// True for a code that cannot be billed on the date, whatever else holds.
fn is_dead(check: &Check) -> bool {
    matches!(check.question, Question::CodeStatus { .. }) && matches!(check.outcome, Outcome::Deleted | Outcome::Future)
}

/// True where every procedure that the question names had ended, or has not begun, on the date: whatever else is asked
/// of it, that is the answer.
fn all_dead(inquiry: &Inquiry, checks: &[Check]) -> bool {
    let named = inquiry.codes();
    // `Which Z79 code?` asks for one below the heading, and not whether the heading may be reported.
    let lower = inquiry.text.to_lowercase();
    let chooses = ["which", "what"].iter().any(|word| lower.split_whitespace().any(|held| held == *word));
    let headed = checks.iter().any(|check| check.outcome == Outcome::Header);
    if chooses && headed {
        return false;
    }
    let gone = |code: &&Code| {
        checks.iter().any(|check| {
            matches!(&check.question, Question::CodeStatus { code: asked } if asked == *code)
                && (is_dead(check) || check.outcome == Outcome::Header)
        })
    };
    !named.is_empty() && named.iter().all(gone)
}

fn status(checks: &[Check]) -> Conclusion {
    let mut found: Vec<Outcome> = of_intent(checks, Intent::CodeStatus).map(|check| check.outcome).collect();
    found.dedup();
    let all = |set: &[Outcome]| !found.is_empty() && found.iter().all(|outcome| set.contains(outcome));
    if all(&[Outcome::Active]) {
        answer(Some(Verdict::Yes))
    } else if all(&[Outcome::Deleted, Outcome::Future, Outcome::Header]) {
        answer(Some(Verdict::No))
    } else if found.iter().any(|outcome| matches!(outcome, Outcome::NotChecked | Outcome::Unknown)) || found.is_empty()
    {
        abstain()
    } else {
        answer(Some(Verdict::Depends))
    }
}

fn bundling(corpus: &Corpus, inquiry: &Inquiry, checks: &[Check]) -> Conclusion {
    let pairs: Vec<&Check> = of_intent(checks, Intent::Bundling).collect();
    if pairs.iter().any(|check| check.outcome == Outcome::EditNever) {
        let lines = lines(corpus, inquiry, checks);
        return Conclusion { lines, ..answer(Some(Verdict::No)) };
    }
    if pairs.is_empty() || pairs.iter().any(|check| check.outcome == Outcome::NotChecked) {
        return abstain();
    }
    if pairs.iter().any(|check| says_too_little(check)) || lacks_primary(checks) {
        return abstain();
    }
    let lines = lines(corpus, inquiry, checks);
    if pairs.iter().any(|check| check.question.subjects().into_iter().any(|code| is_never_paid_beside(corpus, code))) {
        return abstain();
    }
    if pairs.iter().all(|check| check.outcome == Outcome::NoEditInRelease) {
        return Conclusion { lines, ..answer(Some(Verdict::Yes)) };
    }
    let verdict = match separation(&inquiry.text) {
        Separation::Separate => Verdict::Yes,
        Separation::Same => Verdict::No,
        Separation::Unsaid => Verdict::Depends,
    };
    Conclusion { lines, ..answer(Some(verdict)) }
}

/// True where the edit table alone settles nothing: visits and services by time are bound by rules that are no
/// edits, so the absence of one is no permission, and an edit between two visits is not met by modifier 25.
fn says_too_little(check: &Check) -> bool {
    let visits = check.question.subjects().into_iter().filter(|code| is_visit(code)).count();
    let anesthesia = check.question.subjects().into_iter().filter(|code| is_anesthesia(code)).count();
    match check.outcome {
        // One anesthesia is reported by one code.
        Outcome::NoEditInRelease => visits > 0 || anesthesia > 1,
        Outcome::EditModifierAllowed => visits > 1,
        _ => false,
    }
}

/// True for a service that the fee schedule never pays by itself (status B, P or T: bundled, or paid only where nothing
/// else is): that no edit joins it to another is no permission.
fn is_never_paid_beside(corpus: &Corpus, code: &Code) -> bool {
    corpus.list_fees(code).iter().any(|row| ["B", "P", "T"].contains(&row.field("status")))
}

/// True where one of the codes is, or may be, an add-on code whose primary the question does not name.
fn lacks_primary(checks: &[Check]) -> bool {
    checks.iter().any(|check| {
        let Question::AddOn { with, .. } = &check.question else { return false };
        let named = with.iter().any(|code| check.figures.primaries.iter().any(|primary| primary == code.as_str()));
        let disputed = check.outcome == Outcome::NotChecked && check.sources.len() > 1;
        disputed || (check.outcome == Outcome::AddOn && !named)
    })
}

/// Every code of the question, in column-one-first order: a code that an edit forbids is left out, one that an edit
/// joins carries the modifier and its condition.
fn lines(corpus: &Corpus, inquiry: &Inquiry, checks: &[Check]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let same = separation(&inquiry.text) == Separation::Same;
    for mention in inquiry.mentions.iter().filter(|mention| mention.code.set().is_procedure()) {
        let code = &mention.code;
        let component_of = |outcome: Outcome| {
            of_intent(checks, Intent::Bundling)
                .find(|check| check.outcome == outcome && check.figures.column_two.as_ref() == Some(code))
        };
        if component_of(Outcome::EditNever).is_some() || lines.iter().any(|line| &line.code == code) {
            continue;
        }
        let mut line = Line {
            code: code.clone(),
            modifiers: Vec::new(),
            units: mention.units.unwrap_or(1),
            role: "bill".to_owned(),
        };
        if let Some(check) = component_of(Outcome::EditModifierAllowed) {
            if same {
                continue;
            }
            let modifier = bypass(corpus, inquiry, check);
            let fact = condition(&modifier);
            line.role = if separation(&inquiry.text) == Separation::Separate {
                format!("bill, with {fact} documented")
            } else {
                format!("bill only with {fact} documented")
            };
            line.modifiers.push(modifier);
        }
        lines.push(line);
    }
    lines.sort_by_key(|line| !line.modifiers.is_empty());
    lines
}
