//! The answer to questions of order and of further codes, by the notes in force (ICD-10-CM Official Guidelines, sections
//! I.A.13, I.A.17, I.C.20 and IV.G).

use super::notes::{self, Instruction, Kind, is_manifestation};
use super::order::{Entry, Pair, pair, sorted};
use super::say::{self, listed, targets};
use super::words::{self, Asks};
use crate::checks::ask;
use crate::checks::crosswalk::title;
use crate::corpus::Corpus;
use crate::domain::check::{Outcome, Question};
use crate::domain::citation::Source;
use crate::domain::code::Code;
use crate::domain::draft::{Line, Verdict};
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::{Basis, Ruling};

/// What is found, before it is a ruling.
pub struct Answer {
    /// Yes, no or it depends; `None` where another kind of answer is wanted.
    pub verdict: Option<Verdict>,
    /// The codes in the order in which they are listed; empty where none is given.
    pub order: Vec<Code>,
    /// The sentences behind the verdict.
    pub text: String,
    /// Cards of the rules that were used.
    pub rules: Vec<&'static str>,
    /// The rows.
    pub sources: Vec<Source>,
}

impl Answer {
    fn new(verdict: Verdict, text: String, sources: Vec<Source>) -> Self {
        Self { verdict: Some(verdict), order: Vec::new(), text, rules: Vec::new(), sources }
    }

    fn order(mut self, order: &[&Code]) -> Self {
        self.order = order.iter().map(|code| (*code).clone()).collect();
        self
    }

    fn rule(mut self, card: &'static str) -> Self {
        self.rules.push(card);
        self
    }
}

/// The ruling; `None` where the list of the date is not on the shelf, or nothing on it settles the question.
pub fn settle(corpus: &Corpus, inquiry: &Inquiry, asks: &Asks, codes: &[&Code]) -> Option<Ruling> {
    let entries = entries(corpus, inquiry, codes)?;
    let answer = match asks {
        Asks::Which => which(&entries),
        Asks::InOrder => in_order(&entries),
        Asks::First(code) => first(corpus, &entries, code, words::asks_leave(&inquiry.text)),
        Asks::Before(a, b) => before(&entries, a, b),
        Asks::Needs(code) => say::kind_asked(&inquiry.text)
            .and_then(|kind| has_note(&entries, code, kind))
            .or_else(|| needs(&entries, code, false)),
        Asks::Alone(code) => needs(&entries, code, true),
    }?;
    Some(ruling(corpus, answer))
}

/// The diagnoses with what the list in force holds of them; `None` where one is not valid, or two exclude each other.
fn entries<'a>(corpus: &'a Corpus, inquiry: &Inquiry, codes: &[&'a Code]) -> Option<Vec<Entry<'a>>> {
    let mut entries = Vec::new();
    for (n, code) in codes.iter().enumerate() {
        let status = ask(corpus, &Question::CodeStatus { code: (*code).clone() }, inquiry.scope);
        let held = notes::of(corpus, code, inquiry.scope.as_of).filter(|held| held.in_force)?;
        if status.outcome != Outcome::Active {
            return None;
        }
        for other in &codes[n + 1..] {
            let question = Question::Excludes { a: (*code).clone(), b: (*other).clone() };
            let found = ask(corpus, &question, inquiry.scope).outcome;
            if matches!(found, Outcome::Excludes1 | Outcome::Contradict) {
                return None;
            }
        }
        entries.push(Entry { code, held });
    }
    Some(entries)
}

fn ruling(corpus: &Corpus, answer: Answer) -> Ruling {
    let mut sources = answer.sources;
    let mut confirmed = true;
    for card in answer.rules.iter().filter_map(|id| corpus.find_card(id)) {
        confirmed &= card.confirmed;
        sources.extend(corpus.authority(&card).into_iter().chain([card.source()]));
    }
    let opening = match answer.verdict {
        Some(Verdict::Yes) => "Yes. ",
        Some(Verdict::No) => "No. ",
        Some(Verdict::Depends) => "It depends. ",
        None => "",
    };
    let line = |code: &Code| Line { code: code.clone(), modifiers: Vec::new(), units: 1, role: "bill".to_owned() };
    let label = answer.order.first().map(Code::to_string).filter(|_| answer.verdict.is_none());
    Ruling {
        basis: Basis::Computed { rule: "instructions of the tabular list".to_owned() },
        verdict: answer.verdict,
        lines: answer.order.iter().map(line).collect(),
        modifiers: Vec::new(),
        label,
        say: format!("{opening}{}", answer.text),
        ask: None,
        sources,
        confirmed,
        doubts: Vec::new(),
        fit: 9.0,
        whole: true,
    }
}

fn sources(notes: &[Instruction]) -> Vec<Source> {
    notes.iter().map(|note| note.source.clone()).collect()
}

/// The notes that put the first of an order before the others.
fn reasons(entries: &[Entry<'_>], first: &Code) -> Vec<(Instruction, Code)> {
    let Some(leading) = entries.iter().find(|entry| entry.code == first) else { return Vec::new() };
    let others = entries.iter().filter(|entry| entry.code != first);
    let mut found = Vec::new();
    for other in others {
        if let Pair::Before(notes) = pair(leading, other) {
            found.extend(notes.into_iter().map(|note| {
                let named = if note.kind == Kind::CodeFirst { leading.code } else { other.code };
                (note, named.clone())
            }));
        }
    }
    found
}

/// Which goes first.
fn which(entries: &[Entry<'_>]) -> Option<Answer> {
    let (order, free) = sorted(entries)?;
    if let [only] = free[..] {
        let reasons = reasons(entries, only);
        let notes: Vec<Instruction> = reasons.iter().map(|(note, _)| note.clone()).collect();
        let rest: Vec<&str> = order[1..].iter().map(|code| code.as_str()).collect();
        let text = format!("{only} goes first, then {}. {}", listed(&rest), say::reasons(&reasons));
        let answer = Answer::new(Verdict::Yes, text, sources(&notes)).order(&order).rule("icd-code-first");
        return Some(Answer { verdict: None, ..answer });
    }
    let [a, b] = entries else { return None };
    undirected(a, b)
}

/// Two diagnoses of which no note puts one first.
fn undirected(a: &Entry<'_>, b: &Entry<'_>) -> Option<Answer> {
    match pair(a, b) {
        Pair::Free(note) => {
            let text = format!(
                "The code also note at {} joins {} and {} without an order: the reason for the encounter goes first.",
                note.at, a.code, b.code
            );
            Some(Answer::new(Verdict::Depends, text, vec![note.source]).rule("icd-code-also-no-sequence"))
        }
        Pair::None if say::is_ordinary(a.code) && say::is_ordinary(b.code) && !say::presumed(a.code, b.code) => {
            let text = format!(
                "No note of the tabular list puts {} or {} first: list the one chiefly responsible for the visit first.",
                a.code, b.code
            );
            let answer = Answer::new(Verdict::Depends, text, vec![a.held.release.as_source()]);
            Some(answer.rule("icd-first-listed-outpatient"))
        }
        _ => None,
    }
}

/// Whether the order in which they are named is right.
fn in_order(entries: &[Entry<'_>]) -> Option<Answer> {
    let (order, free) = sorted(entries)?;
    let [first] = free[..] else {
        let [a, b] = entries else { return None };
        return undirected(a, b);
    };
    let named: Vec<&Code> = entries.iter().map(|entry| entry.code).collect();
    let verdict = if order == named { Verdict::Yes } else { Verdict::No };
    let reasons = reasons(entries, first);
    let notes: Vec<Instruction> = reasons.iter().map(|(note, _)| note.clone()).collect();
    let all: Vec<&str> = order.iter().map(|code| code.as_str()).collect();
    let text = format!("The order is {}. {}", listed(&all), say::reasons(&reasons));
    Some(Answer::new(verdict, text, sources(&notes)).order(&order).rule("icd-code-first"))
}

/// Whether one goes before the other.
fn before(entries: &[Entry<'_>], a: &Code, b: &Code) -> Option<Answer> {
    let find = |code: &Code| entries.iter().find(|entry| entry.code == code);
    let (one, two) = (find(a)?, find(b)?);
    let (verdict, notes, order) = match pair(one, two) {
        Pair::Before(notes) => (Verdict::Yes, notes, [one.code, two.code]),
        Pair::After(notes) => (Verdict::No, notes, [two.code, one.code]),
        _ => return undirected(one, two),
    };
    let named = |note: &Instruction| if note.kind == Kind::CodeFirst { order[0] } else { order[1] };
    let reasons: Vec<(Instruction, Code)> = notes.iter().map(|note| (note.clone(), named(note).clone())).collect();
    let text = format!("{} goes first, then {}. {}", order[0], order[1], say::reasons(&reasons));
    Some(Answer::new(verdict, text, sources(&notes)).order(&order).rule("icd-code-first"))
}

/// Whether the code may be listed first.
fn first(corpus: &Corpus, entries: &[Entry<'_>], code: &Code, leave: bool) -> Option<Answer> {
    let own = entries.iter().find(|entry| entry.code == code)?;
    let others: Vec<&Entry<'_>> = entries.iter().filter(|entry| entry.code != code).collect();
    if let Some((why, card)) = say::supplementary(code) {
        let text = format!("{code} is {why}: it is never listed first.");
        let answer = Answer::new(Verdict::No, text, vec![own.held.release.as_source()]);
        return Some(Answer { rules: card.into_iter().collect(), ..answer });
    }
    let mut preceding = Vec::new();
    for other in &others {
        if let Pair::After(notes) = pair(own, other) {
            preceding.extend(notes.into_iter().map(|note| {
                let named = if note.kind == Kind::CodeFirst { other.code } else { own.code };
                (note, named.clone())
            }));
        }
    }
    let manifestation = title(corpus, code).is_some_and(|title| is_manifestation(&title));
    if !preceding.is_empty() {
        let (order, _) = sorted(entries)?;
        let notes: Vec<Instruction> = preceding.iter().map(|(note, _)| note.clone()).collect();
        let all: Vec<&str> = order.iter().map(|code| code.as_str()).collect();
        let kind = if manifestation { format!("{code} is a manifestation code. ") } else { String::new() };
        let text = format!("{kind}The order is {}. {}", listed(&all), say::reasons(&preceding));
        return Some(Answer::new(Verdict::No, text, sources(&notes)).order(&order).rule("icd-code-first"));
    }
    let asked: Vec<&Instruction> = own.held.of(Kind::CodeFirst).collect();
    if manifestation || asked.iter().any(|note| note.definite) {
        let what = if manifestation { "is a manifestation code" } else { "has a code first note" };
        let named = targets(&asked);
        let which = if named.is_empty() { String::new() } else { format!(", such as one of {named}") };
        let text = format!("{code} {what}: the underlying disease{which}, is listed before it.");
        let mut sources: Vec<Source> = asked.iter().map(|note| note.source.clone()).collect();
        sources.extend(corpus.find_title(code).map(|row| row.source).filter(|_| manifestation));
        return Some(Answer::new(Verdict::No, text, sources).rule("icd-code-first"));
    }
    allowed(entries, own, &others, &asked).filter(|answer| leave || answer.verdict != Some(Verdict::Yes))
}

/// No note that holds for every patient stands against it.
fn allowed(entries: &[Entry<'_>], own: &Entry<'_>, others: &[&Entry<'_>], asked: &[&Instruction]) -> Option<Answer> {
    let code = own.code;
    let (order, free) = sorted(entries)?;
    if !others.is_empty() && free == [code] {
        let reasons = reasons(entries, code);
        let notes: Vec<Instruction> = reasons.iter().map(|(note, _)| note.clone()).collect();
        let rest: Vec<&str> = order[1..].iter().map(|code| code.as_str()).collect();
        let text = format!("{code} goes first, then {}. {}", listed(&rest), say::reasons(&reasons));
        return Some(Answer::new(Verdict::Yes, text, sources(&notes)).order(&order).rule("icd-code-first"));
    }
    if !asked.is_empty() {
        let text = format!(
            "A code first note at {} names {}: where the patient has one of these, it goes first. Otherwise {code} may be listed first.",
            asked[0].at,
            targets(asked)
        );
        let sources = asked.iter().map(|note| note.source.clone()).collect();
        return Some(Answer::new(Verdict::Depends, text, sources).rule("icd-code-first"));
    }
    if code.as_str().starts_with('R') && others.is_empty() {
        let text = format!(
            "{code} is a symptom or finding: it may be listed first when no definitive diagnosis is established by the end of the encounter."
        );
        let answer = Answer::new(Verdict::Yes, text, vec![own.held.release.as_source()]);
        return Some(answer.rule("icd-symptom-without-diagnosis").order(&[code]));
    }
    let ordinary = say::is_ordinary(code) && others.iter().all(|other| say::is_ordinary(other.code));
    if !ordinary || others.iter().any(|other| say::presumed(code, other.code)) {
        return None;
    }
    let text = format!(
        "No note of the tabular list puts another code before {code}: it is listed first when it is chiefly responsible for the visit."
    );
    let (verdict, order) = (Verdict::Yes, [&[code][..], &others.iter().map(|o| o.code).collect::<Vec<_>>()].concat());
    let answer = Answer::new(verdict, text, vec![own.held.release.as_source()]).rule("icd-first-listed-outpatient");
    Some(answer.order(&order))
}

/// Whether a note of that kind reaches the code.
fn has_note(entries: &[Entry<'_>], code: &Code, kind: Kind) -> Option<Answer> {
    let own = entries.iter().find(|entry| entry.code == code)?;
    let notes: Vec<&Instruction> = own.held.of(kind).collect();
    let Some(nearest) = notes.first() else {
        let text = format!("No {} note of the tabular list reaches {code}.", kind.words());
        return Some(Answer::new(Verdict::No, text, vec![own.held.release.as_source()]));
    };
    let named = targets(&notes);
    let names = if named.is_empty() { String::new() } else { format!(" It names {named}.") };
    let text = format!("A {} note at {} reaches {code}.{names}", kind.words(), nearest.at);
    Some(Answer::new(Verdict::Yes, text, notes.iter().map(|note| note.source.clone()).collect()))
}

/// Whether the code needs another one; turned round where it is asked whether it may stand alone.
fn needs(entries: &[Entry<'_>], code: &Code, alone: bool) -> Option<Answer> {
    let own = entries.iter().find(|entry| entry.code == code)?;
    let turn = |needed: Verdict| match needed {
        Verdict::Yes if alone => Verdict::No,
        Verdict::No if alone => Verdict::Yes,
        other => other,
    };
    let all: Vec<&Instruction> = own.held.instructions.iter().collect();
    let must: Vec<&Instruction> = all.iter().copied().filter(|note| note.definite).collect();
    // That no note asks for another code is no permission to report this one alone: the guidelines may ask.
    if must.is_empty() && all.is_empty() {
        return None;
    }
    if must.is_empty()
        && !alone
        && let Some(answer) = named(entries, own, &all)
    {
        return Some(answer);
    }
    let meets = entries.iter().filter(|other| other.code != code);
    let met: Vec<&Code> =
        meets.map(|other| other.code).filter(|other| must.iter().any(|note| note.names(other))).collect();
    let shown: &[&Instruction] = if must.is_empty() { &all } else { &must };
    let told = say::instructions(shown);
    let sources: Vec<Source> = shown.iter().map(|note| note.source.clone()).collect();
    if must.is_empty() {
        let text = format!(
            "The notes that reach {code} ask for another code only where the patient has what they name: {told}."
        );
        return Some(Answer::new(Verdict::Depends, text, sources));
    }
    let mut text = format!("The tabular list asks for another code with {code}: {told}.");
    let mut answer = Answer::new(turn(Verdict::Yes), String::new(), sources).rule("icd-code-first");
    if let Some(first) = met.first() {
        text.push_str(&format!(" {first} meets it."));
        if let Some((order, _)) = sorted(entries) {
            answer = answer.order(&order);
        }
    }
    Some(Answer { text, ..answer })
}

/// Where no note holds for every patient, but one names another code of the question.
fn named(entries: &[Entry<'_>], own: &Entry<'_>, notes: &[&Instruction]) -> Option<Answer> {
    let mut others = entries.iter().filter(|other| other.code != own.code);
    let (other, note) = others.find_map(|other| Some((other, *notes.iter().find(|note| note.names(other.code))?)))?;
    let text = format!(
        "The {} note at {} names {}, so both are reported where the patient has both.",
        note.kind.words(),
        note.at,
        other.code
    );
    let (order, _) = sorted(entries)?;
    Some(Answer::new(Verdict::Yes, text, vec![note.source.clone()]).order(&order).rule("icd-code-first"))
}
