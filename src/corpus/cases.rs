//! The cases of rule cards: which of them a question is. A case holds when every one of its groups holds and none of
//! those that exclude it. Thousands of cases share a few thousand conditions: each is looked at once for a question.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use super::facts::Facts;
use super::phrases::Words;
use super::rules::{Card, Case};
use super::{Corpus, CorpusError};
use crate::domain::code::Code;
use crate::domain::stated::Stated;
use crate::domain::table::Table;
use condition::Condition;
use rarity::Rarity;

mod condition;
mod rarity;

pub(super) use rarity::count;

/// The classes of words that cases name as `@class`, with their members.
pub(super) type Classes = BTreeMap<String, Vec<String>>;

/// All cases, ready to be matched.
#[derive(Debug)]
pub(super) struct Cases {
    rarity: Rarity,
    /// Each distinct condition with what it is worth.
    conditions: Vec<(Condition, f32)>,
    /// Each distinct group: its conditions.
    groups: Vec<Vec<usize>>,
    cases: Vec<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    /// The card's place among the cards, and the case's in the card.
    card: usize,
    case: usize,
    /// Groups, each once.
    when: Vec<usize>,
    unless: Vec<usize>,
    words: OnceLock<HashSet<String>>,
}

/// A question, as cases are matched against it.
#[derive(Debug)]
pub struct Asked<'a> {
    /// Its words.
    pub words: Words,
    /// The codes it names.
    pub codes: Vec<&'a Code>,
    /// What else it states.
    pub stated: &'a Stated,
}

/// A case that holds.
#[derive(Debug, Clone, Copy)]
pub struct Match<'a> {
    /// Its card.
    pub card: &'a Card,
    /// Which of its cases.
    pub number: usize,
    /// The case.
    pub case: &'a Case,
    /// How specific it is: what its groups are worth, and how much of the question the rule says too.
    pub weight: f32,
}

/// What a case is worth whose rule says every word of the question.
const ALIKE: f32 = 2.0;

impl Corpus {
    /// The cases that hold, the most specific first; confirmed rules before recalled ones.
    pub fn match_cases(&self, asked: &Asked<'_>) -> Vec<Match<'_>> {
        let cards = self.cards();
        let all = self.cases.get_or_init(|| Cases::of(cards, &self.facts));
        let seen = Seen::of(all, asked);
        let mut found: Vec<Match<'_>> = all
            .cases
            .iter()
            .filter_map(|compiled| {
                let weight = seen.weight(compiled)?;
                let card = cards.get(compiled.card)?;
                let case = card.case.get(compiled.case)?;
                let words = compiled.words.get_or_init(|| rarity::words_of(card, case));
                let weight = weight + ALIKE * all.rarity.likeness(&asked.words, words);
                Some(Match { card, number: compiled.case, case, weight })
            })
            .collect();
        found.sort_by(|a, b| {
            let order = b.weight.total_cmp(&a.weight).then(b.card.confirmed.cmp(&a.card.confirmed));
            order.then_with(|| (&a.card.id, a.number).cmp(&(&b.card.id, b.number)))
        });
        found
    }
}

impl Cases {
    /// Of what was checked when the edition was built.
    fn of(cards: &[Card], facts: &Facts) -> Self {
        let rarity = Rarity::read(facts.all(Table::RuleWord).map(|line| (line.key, line.rest)));
        let classes = facts.all(Table::WordClass);
        let classes =
            classes.map(|line| (line.key.to_owned(), line.rest.split('|').map(str::to_owned).collect())).collect();
        let mut builder = Builder { classes: &classes, conditions: HashMap::new(), groups: HashMap::new() };
        let mut made = Self { rarity, conditions: Vec::new(), groups: Vec::new(), cases: Vec::new() };
        for (card, one) in cards.iter().enumerate() {
            for (case, held) in one.case.iter().enumerate() {
                made.cases.extend(builder.case(card, case, held, &mut made.conditions, &mut made.groups).ok());
            }
        }
        for (condition, worth) in &mut made.conditions {
            *worth = condition.weight(&made.rarity);
        }
        made
    }
}

/// Checks the conditions of a card's cases.
///
/// # Errors
/// Names the condition that cannot be read, or the class that does not exist.
pub(super) fn check(card: &Card, classes: &Classes) -> Result<(), CorpusError> {
    let mut builder = Builder { classes, conditions: HashMap::new(), groups: HashMap::new() };
    let (mut conditions, mut groups) = (Vec::new(), Vec::new());
    for (n, case) in card.case.iter().enumerate() {
        builder
            .case(0, n, case, &mut conditions, &mut groups)
            .map_err(|reason| CorpusError::format("cards", 1, format!("{}: {reason}", card.id)))?;
    }
    Ok(())
}

/// Gives each distinct condition and group its number.
struct Builder<'a> {
    classes: &'a Classes,
    conditions: HashMap<String, usize>,
    groups: HashMap<String, usize>,
}

impl Builder<'_> {
    fn case(
        &mut self,
        card: usize,
        number: usize,
        case: &Case,
        conditions: &mut Vec<(Condition, f32)>,
        groups: &mut Vec<Vec<usize>>,
    ) -> Result<Compiled, String> {
        let mut read = |list: &[String]| -> Result<Vec<usize>, String> {
            let mut ids: Vec<usize> = Vec::new();
            for group in list {
                let id = self.group(group, conditions, groups)?;
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            Ok(ids)
        };
        let (when, unless) = (read(&case.when)?, read(&case.unless)?);
        if when.is_empty() {
            return Err("a case without a condition".to_owned());
        }
        Ok(Compiled { card, case: number, when, unless, words: OnceLock::new() })
    }

    fn group(
        &mut self,
        text: &str,
        conditions: &mut Vec<(Condition, f32)>,
        groups: &mut Vec<Vec<usize>>,
    ) -> Result<usize, String> {
        if let Some(id) = self.groups.get(text) {
            return Ok(*id);
        }
        let mut ids = Vec::new();
        for one in expand(text, self.classes)? {
            let id = match self.conditions.get(&one) {
                Some(id) => *id,
                None => {
                    conditions.push((Condition::parse(&one)?, 0.0));
                    self.conditions.insert(one, conditions.len() - 1);
                    conditions.len() - 1
                }
            };
            ids.push(id);
        }
        groups.push(ids);
        self.groups.insert(text.to_owned(), groups.len() - 1);
        Ok(groups.len() - 1)
    }
}

/// The alternatives of a group with its classes written out: `@np` alone becomes all of its members, within a phrase
/// one of its single words.
fn expand(group: &str, classes: &Classes) -> Result<Vec<String>, String> {
    let class = |name: &str| classes.get(name).ok_or_else(|| format!("no class @{name}"));
    let mut alternatives = Vec::new();
    for one in group.split('|').map(str::trim) {
        if let Some(name) = one.strip_prefix('@').filter(|name| !name.contains(' ')) {
            for member in class(name)? {
                alternatives.extend(expand(member, classes)?);
            }
            continue;
        }
        let mut phrase = Vec::new();
        for word in one.split(' ') {
            match word.strip_prefix('@') {
                Some(name) => {
                    let single = class(name)?.iter().filter(|w| !w.contains([' ', ':', '@', ',']));
                    phrase.push(format!("{{{}}}", single.map(String::as_str).collect::<Vec<_>>().join(",")));
                }
                None => phrase.push(word.to_owned()),
            }
        }
        alternatives.push(phrase.join(" "));
    }
    Ok(alternatives)
}

/// What was found out about one question so far.
struct Seen<'a> {
    all: &'a Cases,
    asked: &'a Asked<'a>,
    conditions: Vec<Cell<Option<bool>>>,
    groups: Vec<Cell<Option<Option<f32>>>>,
}

impl<'a> Seen<'a> {
    fn of(all: &'a Cases, asked: &'a Asked<'a>) -> Self {
        let (conditions, groups) =
            (vec![Cell::new(None); all.conditions.len()], vec![Cell::new(None); all.groups.len()]);
        Self { all, asked, conditions, groups }
    }

    /// What the groups of a case are worth together; `None` where the case does not hold.
    fn weight(&self, case: &Compiled) -> Option<f32> {
        let mut weight = 0.0;
        for group in &case.when {
            weight += self.group(*group)?;
        }
        if case.unless.iter().any(|group| self.group(*group).is_some()) {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let guarded = 0.05 * case.unless.len() as f32;
        Some(weight + guarded)
    }

    /// The most that a condition of the group is worth which holds.
    fn group(&self, id: usize) -> Option<f32> {
        if let Some(known) = self.groups[id].get() {
            return known;
        }
        let worth = self.all.groups[id].iter().filter(|condition| self.condition(**condition));
        let worth = worth.map(|condition| self.all.conditions[*condition].1).reduce(f32::max);
        self.groups[id].set(Some(worth));
        worth
    }

    fn condition(&self, id: usize) -> bool {
        if let Some(known) = self.conditions[id].get() {
            return known;
        }
        let holds = self.all.conditions[id].0.holds(self.asked);
        self.conditions[id].set(Some(holds));
        holds
    }
}
