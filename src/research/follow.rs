//! A follow-up and what was asked before it: one question for the tables, where the later word wins.
//!
//! Rules, no model. A follow-up that names codes of its own and asks is a question by itself, which inherits the date,
//! payer and setting; anything else is read with the earlier question: what it corrects goes from there.

use std::ops::Range;

use jiff::civil::Date;

use super::read::{COMMERCIAL, DOS, HOSPITAL, MEDICAID, MEDICARE, OFFICE};
use super::stated::place;
use super::{dates, tokens};
use crate::corpus::Corpus;
use crate::domain::client::Facts;
use crate::domain::code::Code;
use crate::domain::pattern::pattern;

pattern!(
    NOT,
    r"(?i)(?:\bnot|\binstead of|\brather than|\bno longer|\bnever|n't)\s+(?:on\s+|by\s+|in\s+|for\s+|with\s+|the\s+|a\s+|an\s+)*$"
);
pattern!(
    REFERS,
    r"(?i)\b(?:also|same|instead|either|as well|too|that|it|this|these|those|they|them|then|and if|what if|what about|how about|above|earlier|previous|additionally|in addition|add(?:ed|ing)?|plus|other|both|again)\b|^\s*(?:and|or|but|so)\b"
);
pattern!(
    ASKS,
    r"(?i)\?|\b(?:please (?:advise|check|confirm|tell|explain)|what about|how about|can (?:we|i|you)|should (?:we|i)|may (?:we|i)|let me know|wondering)\b"
);

/// What a follow-up comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Follow {
    /// The question for the tables.
    pub text: String,
    /// What it corrects or adds, in words: `date of service 2026-03-04`.
    pub corrected: Vec<String>,
    /// It names a code that was not there before.
    pub names_codes: bool,
    /// It asks.
    pub asks: bool,
}

impl Follow {
    /// True for what costs nothing: it corrects or adds a fact of the same question, and asks about no other code.
    pub fn is_clarification(&self) -> bool {
        !self.names_codes && (!self.corrected.is_empty() || !self.asks)
    }

    /// True where the same would only be said again: it asks, and neither states nor names anything.
    pub fn only_doubts(&self) -> bool {
        self.asks && !self.names_codes && self.corrected.is_empty()
    }
}

/// Joins a follow-up to the question before it.
pub fn join(corpus: &Corpus, earlier: &str, later: &str, today: Date) -> Follow {
    let codes = |text: &str| -> Vec<Code> {
        let words = dates::blank(text, &dates::find(text, today));
        tokens::read(corpus, &words).mentions.into_iter().map(|mention| mention.code).collect()
    };
    let (before, now) = (codes(earlier), codes(later));
    let fresh = now.iter().filter(|code| !before.contains(code) && !is_denied(later, code.as_str())).count();
    let asks = ASKS.is_match(later);
    let facts = facts(later, today);
    let later_kept = without(later, &denied(later, &facts));
    let mut follow = Follow { asks, names_codes: fresh > 0, ..Follow::default() };
    if fresh > 0 && asks && (fresh > 1 || !REFERS.is_match(later)) {
        follow.text = inherited(earlier, later, today);
        return follow;
    }
    let mut gone: Vec<Range<usize>> = Vec::new();
    for fact in &facts {
        if is_negated(later, fact.range.start) {
            continue;
        }
        if !follow.corrected.contains(&fact.words) {
            follow.corrected.push(fact.words.clone());
        }
        gone.extend(facts_of(earlier, fact.kind, today));
    }
    // A code that was taken back goes from the earlier question too.
    for code in now.iter().filter(|code| is_denied(later, code.as_str())) {
        gone.extend(whole_words(earlier, code.as_str()));
        follow.corrected.push(format!("not {code}"));
    }
    let later_kept = now
        .iter()
        .filter(|code| is_denied(later, code.as_str()))
        .fold(later_kept, |text, code| without(&text, &whole_words(&text, code.as_str())));
    follow.text = format!("{}\n{}", without(earlier, &gone).trim(), later_kept.trim());
    follow
}

/// The question with what is known of the practice where it leaves it unsaid.
pub fn complete(text: &str, facts: &Facts) -> Vec<String> {
    let mut lines = Vec::new();
    let named_payer = [&*MEDICARE, &*MEDICAID, &*COMMERCIAL].iter().any(|pattern| pattern.is_match(text));
    let low = text.to_lowercase();
    if !facts.payer.is_empty() && !named_payer && !low.contains("payer:") {
        lines.push(format!("Payer: {}", facts.payer));
    }
    if !facts.state.is_empty() && place::state(text).is_none() {
        lines.push(format!("State: {}", facts.state));
    }
    if !facts.setting.is_empty() && !HOSPITAL.is_match(text) && !OFFICE.is_match(text) {
        lines.push(format!("Setting: {}", facts.setting));
    }
    if !facts.contractor.is_empty() && !low.contains("contractor") {
        lines.push(format!("Contractor: {}", facts.contractor));
    }
    lines
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Date,
    Payer,
    Setting,
}

struct Fact {
    kind: Kind,
    range: Range<usize>,
    words: String,
}

fn facts(text: &str, today: Date) -> Vec<Fact> {
    let mut all: Vec<Fact> = dates::find(text, today)
        .into_iter()
        .filter(|found| !found.is_birth)
        .map(|found| Fact { kind: Kind::Date, words: format!("date of service {}", found.date), range: found.range })
        .collect();
    for pattern in [&*MEDICARE, &*MEDICAID, &*COMMERCIAL] {
        let found = pattern.find_iter(text);
        all.extend(found.map(|m| Fact { kind: Kind::Payer, range: m.range(), words: format!("payer {}", m.as_str()) }));
    }
    for (pattern, words) in [(&*HOSPITAL, "hospital claim"), (&*OFFICE, "professional claim")] {
        let found = pattern.find_iter(text);
        all.extend(found.map(|m| Fact { kind: Kind::Setting, range: m.range(), words: words.to_owned() }));
    }
    all
}

fn facts_of(text: &str, kind: Kind, today: Date) -> Vec<Range<usize>> {
    facts(text, today).into_iter().filter(|fact| fact.kind == kind).map(|fact| fact.range).collect()
}

fn denied(text: &str, facts: &[Fact]) -> Vec<Range<usize>> {
    let there_is_another = |kind: Kind| facts.iter().any(|f| f.kind == kind && !is_negated(text, f.range.start));
    facts
        .iter()
        .filter(|fact| is_negated(text, fact.range.start) && there_is_another(fact.kind))
        .map(|fact| fact.range.clone())
        .collect()
}

fn is_negated(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| NOT.is_match(before))
}

fn is_denied(text: &str, code: &str) -> bool {
    let places = whole_words(text, code);
    !places.is_empty() && places.iter().all(|range| is_negated(text, range.start))
}

fn whole_words(text: &str, word: &str) -> Vec<Range<usize>> {
    let (low, word) = (text.to_ascii_lowercase(), word.to_ascii_lowercase());
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    low.match_indices(&word)
        .map(|(at, found)| at..at + found.len())
        .filter(|range| edge(low[..range.start].chars().next_back()) && edge(low[range.end..].chars().next()))
        .collect()
}

fn without(text: &str, ranges: &[Range<usize>]) -> String {
    let mut out = text.to_owned();
    let mut ranges = ranges.to_vec();
    ranges.sort_by_key(|range| std::cmp::Reverse(range.start));
    let mut last = usize::MAX;
    for range in ranges {
        if range.end <= last && out.is_char_boundary(range.start) && out.is_char_boundary(range.end) {
            last = range.start;
            out.replace_range(range, " ");
        }
    }
    out
}

/// A new question in an old case: date, payer and setting of the earlier one, where it names none itself.
fn inherited(earlier: &str, later: &str, today: Date) -> String {
    let now = facts(later, today);
    let before = facts(earlier, today);
    let mut lines = vec![later.trim().to_owned()];
    for kind in [Kind::Date, Kind::Payer, Kind::Setting] {
        if now.iter().any(|fact| fact.kind == kind) {
            continue;
        }
        let announced = |fact: &&Fact| kind != Kind::Date || DOS.is_match(&earlier[..fact.range.start]);
        let of_kind = || before.iter().filter(|fact| fact.kind == kind);
        if let Some(fact) = of_kind().find(announced).or_else(|| of_kind().next()) {
            let value = &earlier[fact.range.clone()];
            lines.push(match kind {
                Kind::Date => format!("DOS: {value}"),
                Kind::Payer => format!("Payer: {value}"),
                Kind::Setting => format!("Setting: {value}"),
            });
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::starter_for_tests as corpus;
    use jiff::civil::date;
    use proptest::prelude::*;

    const EARLIER: &str = "45385 and 45380 of another polyp, Medicare, DOS 2024-08-01. Modifier?";

    fn of(later: &str) -> Follow {
        join(corpus(), EARLIER, later, date(2026, 11, 24))
    }

    #[test]
    fn a_correction_wins_over_the_earlier_word_and_costs_nothing() {
        let follow = of("The payer is Aetna.");
        assert_eq!(follow.text, "45385 and 45380 of another polyp,  , DOS 2024-08-01. Modifier?\nThe payer is Aetna.");
        assert!(follow.is_clarification() && follow.corrected == ["payer Aetna"]);
        let follow = of("DOS was 3/4/2026, not 8/1/2024.");
        assert!(follow.text.contains("3/4/2026") && !follow.text.contains("2024"), "{}", follow.text);
        assert_eq!(follow.corrected, ["date of service 2026-03-04"]);
        let follow = of("Medicaid, not Medicare");
        assert!(follow.text.contains("Medicaid") && !follow.text.contains("Medicare"), "{}", follow.text);
        let follow = of("It was the hospital side");
        assert!(follow.is_clarification() && follow.corrected == ["hospital claim"]);
    }

    #[test]
    fn an_answer_to_our_question_is_read_with_the_question() {
        let follow = of("Yes, a separate lesion.");
        assert!(follow.text.starts_with(EARLIER) && follow.text.ends_with("Yes, a separate lesion."));
        assert!(follow.is_clarification() && !follow.only_doubts());
    }

    #[test]
    fn a_code_that_is_taken_back_goes() {
        let follow = of("Sorry, it was 45384, not 45385");
        assert!(follow.text.contains("45384") && !follow.text.contains("45385"), "{}", follow.text);
        assert!(follow.corrected.contains(&"not 45385".to_owned()) && follow.names_codes);
    }

    #[test]
    fn a_new_question_inherits_the_facts_and_not_the_codes() {
        let follow = of("Is 29881 with 29877 allowed on one knee?");
        assert_eq!(follow.text, "Is 29881 with 29877 allowed on one knee?\nDOS: 2024-08-01\nPayer: Medicare");
        assert!(!follow.is_clarification());
        let follow = of("Is 29881 with 29877 allowed for Aetna, DOS 2025-10-01?");
        assert_eq!(follow.text, "Is 29881 with 29877 allowed for Aetna, DOS 2025-10-01?");
        let follow = of("And what about 45378 in addition?");
        assert!(follow.text.contains("45385") && follow.text.contains("45378") && !follow.is_clarification());
    }

    #[test]
    fn a_doubt_alone_is_one() {
        assert!(of("Are you sure?").only_doubts());
        assert!(!of("Are you sure for Aetna?").only_doubts());
        assert!(!of("ok, the polyp was in the cecum").only_doubts());
    }

    #[test]
    fn what_is_known_of_a_practice_stands_for_what_is_unsaid() {
        let facts =
            Facts { state: "OH".into(), payer: "Medicare".into(), setting: "office".into(), ..Facts::default() };
        assert_eq!(complete("45385?", &facts), ["Payer: Medicare", "State: OH", "Setting: office"]);
        assert_eq!(complete("45385 for Aetna in Texas, UB-04", &facts), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn any_two_texts_are_joined(earlier in "\\PC{0,80}", later in "\\PC{0,80}|(not )?(Medicare|8/1/2024|45385)[,é ]{0,3}") {
            let _ = join(corpus(), &earlier, &later, date(2026, 11, 24));
        }
    }
}
