//! Lines of a computed answer: each code is asked of the tables for the date, and cited with its row; each rule with
//! its card and the passage that the card rests on.

use std::sync::LazyLock;

use regex::Regex;

use crate::checks::ask;
use crate::checks::ruling::wants::{Wants, plain};
use crate::corpus::Corpus;
use crate::domain::check::{Outcome, Question};
use crate::domain::citation::Source;
use crate::domain::code::{Code, Modifier};
use crate::domain::draft::{Line, Verdict};
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::{Basis, Ruling};

/// Words of a headline, at most.
const LONGEST: usize = 60;

/// What is to be billed, and what says so.
pub(in crate::checks::ruling) struct Bill<'a> {
    corpus: &'a Corpus,
    inquiry: &'a Inquiry,
    /// The lines.
    pub lines: Vec<Line>,
    sources: Vec<Source>,
    unchecked: Vec<Code>,
    confirmed: bool,
}

impl<'a> Bill<'a> {
    /// Nothing yet.
    pub fn new(corpus: &'a Corpus, inquiry: &'a Inquiry) -> Self {
        Self { corpus, inquiry, lines: Vec::new(), sources: Vec::new(), unchecked: Vec::new(), confirmed: true }
    }

    /// Adds a line; `None` where the code is not valid on the date, or a modifier is not on the shelf.
    pub fn add(&mut self, code: &str, modifiers: &[&str], units: u32) -> Option<()> {
        let code = self.name(code)?;
        let known = modifiers.iter().filter(|modifier| self.corpus.find_modifier(modifier).is_some());
        let modifiers: Vec<Modifier> = known.filter_map(|text| Modifier::parse(text).ok()).collect();
        self.lines.push(Line { code, modifiers, units, role: "bill".to_owned() });
        Some(())
    }

    /// Cites a code that the answer names; `None` where it is not valid on the date. One that no list speaks for on
    /// the date, but was valid when last known, is named with that doubt.
    pub fn name(&mut self, code: &str) -> Option<Code> {
        let code = Code::parse(code).ok()?;
        let status = ask(self.corpus, &Question::CodeStatus { code: code.clone() }, self.inquiry.scope);
        match (status.outcome, status.last_known.as_ref().map(|last| last.outcome)) {
            (Outcome::Active, _) => {}
            (Outcome::NotChecked, Some(Outcome::Active)) => self.unchecked.push(code.clone()),
            _ => return None,
        }
        let text = self.corpus.find_text(&code).map(|text| text.source);
        self.cite_all(text.into_iter().chain(status.sources));
        Some(code)
    }

    /// Cites a rule card, and the passage behind it.
    pub fn rule(&mut self, card: &str) {
        let Some(card) = self.corpus.find_card(card) else {
            self.confirmed = false;
            return;
        };
        self.confirmed &= card.confirmed;
        self.cite_all(self.corpus.authority(&card).into_iter().chain([card.source()]));
    }

    /// Cites rows.
    pub fn cite_all(&mut self, sources: impl IntoIterator<Item = Source>) {
        for source in sources {
            if !self.sources.contains(&source) {
                self.sources.push(source);
            }
        }
    }

    /// The ruling: `say` without its verdict, which goes before it, and with further sentences as far as there is room.
    pub fn into_ruling(self, rule: &str, verdict: Option<Verdict>, say: &str, more: &[&str]) -> Ruling {
        let verdict = verdict.filter(|_| self.unchecked.is_empty());
        let mut text = match verdict {
            Some(Verdict::Yes) => format!("Yes. {say}"),
            Some(Verdict::No) => format!("No. {say}"),
            Some(Verdict::Depends) | None => say.to_owned(),
        };
        let mut missing: Vec<&str> = self.unchecked.iter().map(Code::as_str).collect();
        missing.dedup();
        if !missing.is_empty() {
            text.push_str(&format!(" Not checked for the date: {}.", missing.join(", ")));
        }
        for sentence in more.iter().filter(|sentence| !sentence.is_empty()) {
            if text.split_whitespace().count() + sentence.split_whitespace().count() <= LONGEST {
                text.push(' ');
                text.push_str(sentence);
            }
        }
        let doubt = format!("the lists in force on the date are not on this shelf for {}", missing.join(", "));
        Ruling {
            basis: Basis::Computed { rule: rule.to_owned() },
            verdict,
            modifiers: Vec::new(),
            label: None,
            say: text,
            ask: None,
            sources: self.sources,
            confirmed: self.confirmed && missing.is_empty(),
            doubts: if missing.is_empty() { Vec::new() } else { vec![doubt] },
            lines: self.lines,
            fit: 9.0,
            whole: true,
        }
    }
}

/// What kind of answer a question wants; a decimal point ends no sentence.
pub(in crate::checks::ruling) fn wanted(text: &str) -> Wants {
    static DECIMAL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(\d)\.(\d)").expect("the pattern is a constant"));
    Wants::of(&DECIMAL.replace_all(&plain(text), "$1,$2"))
}

/// Work relative value units, by which lines are put in order: the newest row of the shelf; 0 where it has none.
pub(in crate::checks::ruling) fn work(corpus: &Corpus, code: &str) -> f64 {
    let Ok(code) = Code::parse(code) else { return 0.0 };
    let rows = corpus.list_fees(&code);
    let begins = |release: &str| corpus.releases().find(release).and_then(|release| release.period.from);
    let plain = rows.iter().filter(|row| row.modifier.is_empty());
    plain.max_by_key(|row| begins(&row.release)).and_then(|row| row.field("work").parse().ok()).unwrap_or(0.0)
}
