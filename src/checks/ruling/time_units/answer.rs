//! From what was computed to a ruling: lines that are valid on the date, the rule cards they rest on, and the verdict
//! where the question has one.

use super::super::wants::{Wants, plain};
use crate::checks::ask;
use crate::corpus::Corpus;
use crate::domain::check::{Outcome, Question};
use crate::domain::citation::Source;
use crate::domain::code::Code;
use crate::domain::draft::{Line, Verdict};
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::{Basis, Ruling};
use crate::domain::stated::Payer;

pattern!(
    CHOOSES,
    r"(?i)\bhow (?:many|much|do|would|should|is|to)\b|\bwhich\b|\bwhat\b|\bor\b[^.?!]*\?|\bvs\.?\b|\bversus\b|^(?:cpt )?(?:codes?|units?|levels?)\b|[,;:.]\s*(?:cpt )?(?:codes?|units|level)\s*\?$"
);
// What the wider reading of yes-or-no questions leaves out: `Supported?`, `Round up?`, and bare codes with a question
// mark, alone or behind what was done.
pattern!(
    YES_NO_TOO,
    r"(?ix)\b(?:supported|justified|appropriate|enough|met|reached|sufficient|defensible|overcoded|upcoded|round(?:ed|ing)?\sup)\s*\?$
      | (?:^|[:;,.]\s*)(?:so\s|and\s|maybe\s)?(?:[A-Z]\d{4}|\d{5})(?:\s?x\s?\d)?(?:\s*(?:and|with|plus|\+|,|&)\s*(?:[A-Z]\d{4}|\d{5})(?:\s?x\s?\d)?)*(?:\s(?:too|then|alone|only))?\s*\?$
      | ^(?:[A-Z]\d{4}|\d{5})\s(?:for|with)\b[^?]*\?$
      | ^(?:so\s|and\s|is\sthere\s)?any\s(?:billable\s|timed\s)?units?\b[^?]*\?$"
);
pattern!(ALONE, r"(?i)\b(?:alone|only|just|by itself|nothing else)\b");
pattern!(MEDICARE, r"(?i)\bmedicare\b");

/// A code with its units.
pub type Units = (&'static str, u32);

/// What was computed, before it is a ruling.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// Which computation.
    pub rule: &'static str,
    /// The rule cards that it rests on.
    pub cards: Vec<&'static str>,
    /// True where a figure stands in no statement of these cards.
    pub recalled: bool,
    /// The verdict, where the question has one.
    pub verdict: Option<Verdict>,
    /// Codes and units to bill.
    pub lines: Vec<(String, u32)>,
    /// The word the answer turns on.
    pub label: Option<String>,
    /// The answer without its verdict.
    pub say: String,
    /// The question back.
    pub ask: Option<String>,
}

impl Answer {
    /// The ruling; `None` where a code to bill is not valid on the date.
    pub fn ruling(self, corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
        let mut sources = Vec::new();
        let mut lines = Vec::new();
        for (text, units) in self.lines {
            let code = Code::parse(&text).ok()?;
            let status = ask(corpus, &Question::CodeStatus { code: code.clone() }, inquiry.scope);
            if matches!(status.outcome, Outcome::Deleted | Outcome::Future) {
                return None;
            }
            add(&mut sources, status.sources);
            lines.push(Line { code, modifiers: Vec::new(), units, role: "bill".to_owned() });
        }
        let mut doubts = Vec::new();
        for id in self.cards {
            let Some(card) = corpus.find_card(id) else { continue };
            doubts.extend(card.doubt());
            add(&mut sources, corpus.authority(&card).into_iter().chain([card.source()]));
        }
        if self.recalled && doubts.is_empty() {
            doubts.push("the minutes are recalled: no document on this shelf states them".to_owned());
        }
        let opening = match self.verdict {
            Some(Verdict::Yes) => "Yes. ",
            Some(Verdict::No) => "No. ",
            Some(Verdict::Depends) => "It depends. ",
            None => "",
        };
        Some(Ruling {
            basis: Basis::Computed { rule: self.rule.to_owned() },
            verdict: self.verdict,
            lines,
            modifiers: Vec::new(),
            label: self.label,
            say: format!("{opening}{}", self.say),
            ask: self.ask,
            sources,
            confirmed: doubts.is_empty(),
            doubts,
            fit: 9.0,
            whole: true,
        })
    }
}

fn add(sources: &mut Vec<Source>, more: impl IntoIterator<Item = Source>) {
    for source in more {
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
}

/// Lines as they are kept.
pub fn lines(units: &[Units]) -> Vec<(String, u32)> {
    units.iter().filter(|(_, units)| *units > 0).map(|(code, units)| ((*code).to_owned(), *units)).collect()
}

/// `99291 with 99292 x2`, `99497`.
pub fn written(lines: &[(String, u32)]) -> String {
    let one = |(code, units): &(String, u32)| if *units > 1 { format!("{code} x{units}") } else { code.clone() };
    lines.iter().map(one).collect::<Vec<_>>().join(" with ")
}

/// True where the question asks for yes or no, and does not choose between codes or numbers.
pub fn is_yes_no(inquiry: &Inquiry) -> bool {
    yes_no(inquiry).is_some()
}

/// The sentence that asks for yes or no; the whole question where no question mark stands.
fn yes_no(inquiry: &Inquiry) -> Option<String> {
    let text = plain(&inquiry.text_asked());
    let whole = plain(&inquiry.text);
    let sentences = if text.is_empty() { vec![whole.as_str()] } else { text.split_inclusive('?').collect() };
    let mut asking = sentences.into_iter().map(str::trim);
    asking.find(|one| (Wants::of(one).verdict || YES_NO_TOO.is_match(one)) && !CHOOSES.is_match(one)).map(str::to_owned)
}

/// Yes, where every code of the kind that is asked about is among the lines, with its units; no, where one is not.
pub fn verdict(inquiry: &Inquiry, of_kind: impl Fn(&str) -> bool, lines: &[(String, u32)]) -> Option<Verdict> {
    let asked = yes_no(inquiry)?;
    let named: Vec<_> = inquiry.mentions.iter().filter(|mention| of_kind(mention.code.as_str())).collect();
    let in_question: Vec<_> = named.iter().filter(|mention| asked.contains(mention.code.as_str())).collect();
    let named: Vec<_> = if in_question.is_empty() { named.iter().collect() } else { in_question };
    let units = |code: &str| lines.iter().find(|(line, _)| line == code).map_or(0, |(_, units)| *units);
    let met = named.iter().all(|mention| {
        let found = units(mention.code.as_str());
        found > 0 && mention.units.is_none_or(|asked| asked == found)
    });
    let alone = !named.is_empty() && ALONE.is_match(&asked) && named.len() < lines.len();
    Some(if met && !alone && !lines.is_empty() { Verdict::Yes } else { Verdict::No })
}

/// Who pays: Medicare, another, or nobody named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// Medicare is named.
    Medicare,
    /// Another payer is named.
    Other,
    /// None is named: Medicare is taken, and the other rule said.
    Unnamed,
}

/// Whose rules count the minutes.
pub fn rules(inquiry: &Inquiry) -> Rules {
    if MEDICARE.is_match(&inquiry.text) && inquiry.stated.payer == Payer::Medicare {
        Rules::Medicare
    } else if inquiry.stated.payer == Payer::Medicare && inquiry.other_payer.is_none() {
        Rules::Unnamed
    } else {
        Rules::Other
    }
}
