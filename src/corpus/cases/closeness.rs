//! How close a case is to a question: which of its groups hold, how much of the question its words account for, and
//! how much of the case the question says.

use std::collections::HashSet;

use super::condition::Condition;
use super::{Asked, Cases, Compiled, Seen};
use crate::corpus::phrases::{Phrase, Words};
use crate::corpus::rules::{Card, Case};

/// Groups that may fail, at most, in a case that is looked at.
const MISSING: f32 = 1.0;

/// A case against a question. All shares are from 0 to 1, each word weighed by its rarity.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Closeness {
    /// What the groups that hold are worth.
    pub held: f32,
    /// What the most worth one of them is.
    pub held_most: f32,
    /// How many hold.
    pub groups: f32,
    /// How many do not: one at most.
    pub missing: f32,
    /// What those that do not hold would be worth.
    pub missing_worth: f32,
    /// The share of words of one of those that stand in the question: the best.
    pub partly: f32,
    /// The share of the question's words that rules use which this rule says.
    pub likeness: f32,
    /// The share of all the question's words that the case accounts for.
    pub explained: f32,
    /// What the other words of the question are worth together.
    pub unexplained: f32,
    /// The share of the question's words that the conditions of the case name.
    pub by_conditions: f32,
    /// The share that the whole card says.
    pub by_card: f32,
    /// Pairs of neighboring words that both have.
    pub pairs: f32,
}

/// Words by their hash: sets of small numbers in the place of sets of texts.
#[derive(Debug, Default)]
pub(super) struct Hashes(Vec<u64>);

impl Hashes {
    pub fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        Self::sorted(words.map(hash).collect())
    }

    fn sorted(mut all: Vec<u64>) -> Self {
        all.sort_unstable();
        all.dedup();
        Self(all)
    }

    fn has(&self, word: u64) -> bool {
        self.0.binary_search(&word).is_ok()
    }
}

/// FNV-1a, the same on every machine.
fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn pair(one: u64, other: u64) -> u64 {
    one.rotate_left(17) ^ other
}

fn pairs_of(words: &Words) -> impl Iterator<Item = u64> {
    words.runs().flat_map(|run| {
        let run: Vec<u64> = run.map(hash).collect();
        run.windows(2).map(|two| pair(two[0], two[1])).collect::<Vec<_>>()
    })
}

/// The words of one case, made when it is first looked at.
#[derive(Debug)]
pub(super) struct CaseWords {
    /// Of its title, statement, conditions and answer.
    own: Hashes,
    /// Of its conditions with all their alternatives.
    conditions: Hashes,
    pairs: Hashes,
}

impl Cases {
    fn case_words(&self, compiled: &Compiled, card: &Card, case: &Case) -> CaseWords {
        let own = format!("{}. {}. {}. {}", card.title, card.statement, case.say, case.when.join(". "));
        let said = Words::of(&case.say);
        let mut pairs: Vec<u64> = pairs_of(&said).collect();
        for phrase in self.phrases(compiled) {
            let words: Vec<u64> = phrase.said_with().map(hash).collect();
            pairs.extend(words.windows(2).map(|two| pair(two[0], two[1])));
        }
        CaseWords {
            own: Hashes::of(Words::of(&own).distinct()),
            conditions: Hashes::of(self.phrases(compiled).flat_map(|phrase| phrase.said_with())),
            pairs: Hashes::sorted(pairs),
        }
    }
}

/// The question's words with their rarity, made once for all cases.
pub(super) struct Question {
    words: Vec<(u64, String, f32)>,
    /// Those that rules use.
    known: Vec<bool>,
    pairs: HashSet<u64>,
}

impl Question {
    pub fn of(all: &Cases, asked: &Asked<'_>) -> Self {
        let distinct: Vec<&str> = asked.words.distinct().collect();
        Self {
            words: distinct.iter().map(|word| (hash(word), (*word).to_owned(), all.rarity.word(word))).collect(),
            known: distinct.iter().map(|word| all.rarity.is_known(word)).collect(),
            pairs: pairs_of(&asked.words).collect(),
        }
    }

    /// The share of the question's words that have a property.
    fn share(&self, has: impl Fn(u64) -> bool) -> f32 {
        let (mut all, mut held) = (0.0, 0.0);
        for (hash, _, rare) in &self.words {
            all += rare;
            held += if has(*hash) { *rare } else { 0.0 };
        }
        if all > 0.0 { held / all } else { 0.0 }
    }
}

impl Seen<'_, '_> {
    /// How close a case is; `None` where it is excluded, or too little of it holds.
    pub fn groups_of(&self, case: &Compiled) -> Option<Closeness> {
        let mut close = Closeness::default();
        let says_denied = self.asked.words.has_denials() && self.says_what_is_denied(case);
        for group in &case.when {
            match self.group(*group).filter(|_| says_denied || self.undenied[*group]) {
                Some(worth) => {
                    close.held += worth;
                    close.held_most = close.held_most.max(worth);
                    close.groups += 1.0;
                }
                None if close.missing < MISSING && !case.essential.contains(group) => {
                    close.missing += 1.0;
                    let all = self.all.groups[*group].iter().filter_map(|id| Some(self.all.condition(*id)?.1));
                    close.missing_worth += all.fold(0.0, f32::max);
                }
                None => return None,
            }
        }
        // What is rarest among its words is what the case turns on: where that fails, it is another situation.
        if close.missing > 0.0 && close.missing_worth >= close.held_most {
            return None;
        }
        let holds = close.groups > 0.0 && close.groups >= close.missing;
        let excluded = || case.unless.iter().any(|group| self.group(*group).is_some() && self.undenied[*group]);
        (holds && !excluded() && !self.is_of_other_side(case)).then_some(close)
    }

    /// True for a case one of whose groups holds by a negation: what is denied is a part of its situation.
    fn says_what_is_denied(&self, case: &Compiled) -> bool {
        let ids = case.when.iter().flat_map(|group| &self.all.groups[*group]).filter(|id| self.condition(**id));
        ids.filter_map(|id| self.all.condition(*id)?.0.phrase()).any(Phrase::denies)
    }

    /// True where the case is about one side, and something that it turns on is said of the other side alone.
    fn is_of_other_side(&self, case: &Compiled) -> bool {
        let words = &self.asked.words;
        if !words.has_two_sides() {
            return false;
        }
        let held = |group: &usize| -> Vec<&Condition> {
            let ids = self.all.groups[*group].iter().filter(|id| self.condition(**id));
            ids.filter_map(|id| Some(&self.all.condition(*id)?.0)).collect()
        };
        let groups: Vec<Vec<&Condition>> = case.when.iter().map(held).filter(|held| !held.is_empty()).collect();
        let lone = |condition: &&Condition| condition.phrase().and_then(Phrase::lone_side);
        let Some(side) = groups.iter().find_map(|held| {
            let first = lone(held.first()?)?;
            held.iter().all(|condition| lone(condition) == Some(first)).then_some(first)
        }) else {
            return false;
        };
        groups.iter().any(|held| {
            !held.iter().any(|condition| {
                condition.phrase().is_none_or(|phrase| phrase.lone_side().is_some() || phrase.stands_on(words, side))
            })
        })
    }

    /// The rest of the closeness, which looks at words.
    pub fn words_of(
        &self,
        question: &Question,
        compiled: &Compiled,
        (card, card_words): (&Card, &Hashes),
        case: &Case,
        close: &mut Closeness,
    ) {
        let words = compiled.words.get_or_init(|| self.all.case_words(compiled, card, case));
        let holding = self.words_that_hold(compiled);
        let (mut known, mut like) = (0.0, 0.0);
        let (mut all, mut explained) = (0.0, 0.0);
        for ((hash, word, rare), is_known) in question.words.iter().zip(&question.known) {
            let own = words.own.has(*hash);
            if *is_known {
                known += rare;
                like += if own { *rare } else { 0.0 };
            }
            all += rare;
            explained += if own || holding.contains(word.as_str()) { *rare } else { 0.0 };
        }
        let ratio = |part: f32, whole: f32| if whole > 0.0 { part / whole } else { 0.0 };
        close.likeness = ratio(like, known);
        close.explained = ratio(explained, all);
        close.unexplained = all - explained;
        close.by_conditions = question.share(|word| words.conditions.has(word));
        close.by_card = question.share(|word| card_words.has(word));
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let pairs = question.pairs.iter().filter(|pair| words.pairs.has(**pair)).count() as f32;
        close.pairs = pairs;
        close.partly = self.partly(compiled);
    }

    /// The words of the question by which the conditions hold.
    fn words_that_hold(&self, compiled: &Compiled) -> HashSet<&str> {
        let ids = compiled.when.iter().flat_map(|group| &self.all.groups[*group]);
        let phrases = ids.filter(|id| self.condition(**id)).filter_map(|id| self.all.condition(*id)?.0.phrase());
        phrases.flat_map(|phrase| phrase.words_in(&self.asked.words)).collect()
    }

    /// The share of words of a group that does not hold which stand in the question: of its best alternative.
    fn partly(&self, compiled: &Compiled) -> f32 {
        let missing = compiled.when.iter().filter(|group| self.group(**group).is_none());
        let ids = missing.flat_map(|group| &self.all.groups[*group]);
        let phrases = ids.filter_map(|id| self.all.condition(*id)?.0.phrase());
        phrases.map(|phrase| phrase.share_in(&self.asked.words)).fold(0.0, f32::max)
    }
}
