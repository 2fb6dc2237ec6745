//! The cases of rule cards: which of them a question is. A case holds when every one of its groups holds and none of
//! those that exclude it. Thousands of cases share their conditions: a question looks only at those of which its own
//! words, codes and amounts may fulfil one, and at each once.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::Corpus;
use super::facts::Facts;
use super::phrases::Words;
use super::rules::{Card, Case};
use crate::domain::code::Code;
use crate::domain::stated::Stated;
use crate::domain::table::Table;
use closeness::{CaseWords, Hashes, Question};
use condition::Condition;
use rarity::Rarity;

mod build;
mod closeness;
mod condition;
mod memo;
mod rarity;

pub(super) use build::{Classes, Tables, key, tables, words_of};
pub use closeness::Closeness;
pub(super) use memo::Memo;
pub(super) use rarity::count;

/// All cases, ready to be matched; what a question does not touch stays unread.
#[derive(Debug)]
pub(super) struct Cases {
    rarity: Rarity,
    conditions: Vec<Lazy>,
    /// Conditions by a word without which they cannot hold: a stem, or a beginning with `*` behind it.
    by_word: HashMap<String, Vec<usize>>,
    /// Conditions that no word tells: codes, amounts, payers, negations.
    others: Vec<usize>,
    /// Each group: its conditions.
    groups: Vec<Vec<usize>>,
    /// For each condition the groups that have it.
    groups_of: Vec<Vec<usize>>,
    /// For each group the cases that need it.
    cases_of: Vec<Vec<usize>>,
    cases: Vec<Compiled>,
    cards: Vec<LazyCard>,
}

/// A condition that is read when a question may fulfil it.
#[derive(Debug)]
struct Lazy {
    text: String,
    read: OnceLock<Option<(Condition, f32)>>,
}

/// A card that is read when one of its cases is near.
#[derive(Debug)]
struct LazyCard {
    id: String,
    read: OnceLock<Option<Card>>,
    words: OnceLock<Hashes>,
}

#[derive(Debug)]
struct Compiled {
    /// The card's place among the cards, and the case's in the card.
    card: usize,
    case: usize,
    /// Groups, each once.
    when: Vec<usize>,
    unless: Vec<usize>,
    /// Those of `when` that may not fail.
    essential: Vec<usize>,
    read: OnceLock<Option<Case>>,
    words: OnceLock<CaseWords>,
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

/// A case that holds, or most of whose groups do.
#[derive(Debug, Clone, Copy)]
pub struct Match<'a> {
    /// Its card.
    pub card: &'a Card,
    /// Which of its cases.
    pub number: usize,
    /// The case.
    pub case: &'a Case,
    /// How close it is to the question.
    pub close: Closeness,
}

/// Cases whose words are compared: those of which most holds.
const COMPARED: usize = 80;

impl Corpus {
    /// The cases that are nearest to the question, those of which most holds first.
    pub fn match_cases(&self, asked: &Asked<'_>) -> Vec<Match<'_>> {
        let all = self.cases.get_or_init(|| Cases::of(&self.facts));
        let near = self.compared.get(asked, || self.compare(all, asked));
        let found = near.into_iter().filter_map(|(id, close)| {
            let compiled = all.cases.get(id)?;
            let (card, case) = self.read(all, compiled)?;
            Some(Match { card, number: compiled.case, case, close })
        });
        found.collect()
    }

    /// The cases by their numbers, each with how close it is.
    fn compare(&self, all: &Cases, asked: &Asked<'_>) -> Vec<memo::Near> {
        let seen = Seen::of(all, asked);
        let mut held: Vec<memo::Near> =
            seen.touched.iter().filter_map(|id| Some((*id, seen.groups_of(&all.cases[*id])?))).collect();
        // A group that does not hold takes away what one that holds gives.
        let worth = |close: &Closeness| close.held - close.missing;
        held.sort_by(|(a, x), (b, y)| worth(y).total_cmp(&worth(x)).then_with(|| a.cmp(b)));
        held.truncate(COMPARED);
        let question = Question::of(all, asked);
        let found = held.into_iter().filter_map(|(id, mut close)| {
            let compiled = &all.cases[id];
            let (card, case) = self.read(all, compiled)?;
            let lazy = all.cards.get(compiled.card)?;
            let words = lazy.words.get_or_init(|| self.card_words(&lazy.id));
            seen.words_of(&question, compiled, (card, words), case, &mut close);
            Some((id, close))
        });
        found.collect()
    }

    /// The card and the case.
    fn read<'a>(&self, all: &'a Cases, compiled: &'a Compiled) -> Option<(&'a Card, &'a Case)> {
        let lazy = all.cards.get(compiled.card)?;
        let card = lazy.read.get_or_init(|| self.find_card(&lazy.id)).as_ref()?;
        Some((card, compiled.read.get_or_init(|| self.find_case(&lazy.id, compiled.case)).as_ref()?))
    }

    fn card_words(&self, id: &str) -> Hashes {
        let line = self.facts.first(Table::CardWords, id);
        Hashes::of(line.map_or("", |line| line.rest).split(' '))
    }
}

impl Cases {
    /// Of what was read when the edition was built.
    fn of(facts: &Facts) -> Self {
        let rarity = Rarity::read(facts.all(Table::RuleWord).map(|line| (line.key, line.rest)));
        let ids = |text: &str| -> Vec<usize> { text.split(' ').filter_map(|id| id.parse().ok()).collect() };
        let mut made = Self {
            rarity,
            conditions: Vec::new(),
            by_word: HashMap::new(),
            others: Vec::new(),
            groups: facts.all(Table::CaseGroup).map(|line| ids(line.rest)).collect(),
            groups_of: Vec::new(),
            cases_of: Vec::new(),
            cases: Vec::new(),
            cards: Vec::new(),
        };
        for (id, line) in facts.all(Table::CaseCondition).enumerate() {
            let (words, text) = (line.field(0), line.field(1));
            for word in words.split(' ').filter(|word| !word.is_empty()) {
                match made.by_word.get_mut(word) {
                    Some(held) => held.push(id),
                    None => drop(made.by_word.insert(word.to_owned(), vec![id])),
                }
            }
            if words.is_empty() {
                made.others.push(id);
            }
            made.conditions.push(Lazy { text: text.to_owned(), read: OnceLock::new() });
        }
        made.groups_of = turned(&made.groups, made.conditions.len());
        for line in facts.all(Table::CaseRule) {
            let id = line.field(0);
            if made.cards.last().is_none_or(|last| last.id != id) {
                made.cards.push(LazyCard { id: id.to_owned(), read: OnceLock::new(), words: OnceLock::new() });
            }
            made.cases.push(Compiled {
                card: made.cards.len() - 1,
                case: line.field(1).parse().unwrap_or_default(),
                when: ids(line.field(2)),
                unless: ids(line.field(3)),
                essential: ids(line.field(4)),
                read: OnceLock::new(),
                words: OnceLock::new(),
            });
        }
        let whens: Vec<Vec<usize>> = made.cases.iter().map(|case| case.when.clone()).collect();
        made.cases_of = turned(&whens, made.groups.len());
        made
    }

    fn condition(&self, id: usize) -> Option<&(Condition, f32)> {
        let lazy = self.conditions.get(id)?;
        let read = || {
            let condition = Condition::parse(&lazy.text).ok()?;
            let worth = condition.weight(&self.rarity);
            Some((condition, worth))
        };
        lazy.read.get_or_init(read).as_ref()
    }

    /// The words of a case's conditions.
    fn phrases<'a>(&'a self, compiled: &'a Compiled) -> impl Iterator<Item = &'a super::phrases::Phrase> {
        let ids = compiled.when.iter().flat_map(|group| &self.groups[*group]);
        ids.filter_map(|id| self.condition(*id)?.0.phrase())
    }
}

/// From "which has what" to "what is had by which".
fn turned(lists: &[Vec<usize>], members: usize) -> Vec<Vec<usize>> {
    let mut turned = vec![Vec::new(); members];
    for (id, list) in lists.iter().enumerate() {
        for member in list {
            if let Some(held) = turned.get_mut(*member) {
                held.push(id);
            }
        }
    }
    turned
}

/// What was found out about one question.
struct Seen<'c, 'q> {
    all: &'c Cases,
    asked: &'q Asked<'q>,
    /// The conditions that hold.
    conditions: Vec<bool>,
    /// What each group that holds is worth: the most that a condition of it is worth which holds.
    groups: Vec<Option<f32>>,
    /// True for each group that holds by something which the question does not deny (`no X`).
    undenied: Vec<bool>,
    /// The cases of which at most one group does not hold.
    touched: Vec<usize>,
}

impl<'c, 'q> Seen<'c, 'q> {
    fn of(all: &'c Cases, asked: &'q Asked<'q>) -> Self {
        let mut seen = Self {
            all,
            asked,
            conditions: vec![false; all.conditions.len()],
            groups: vec![None; all.groups.len()],
            undenied: vec![false; all.groups.len()],
            touched: Vec::new(),
        };
        let stems = asked.words.distinct().filter_map(|stem| all.by_word.get(stem));
        let begins = asked.words.beginnings().into_iter().filter_map(|start| all.by_word.get(&start));
        let mut perhaps: Vec<usize> = stems.chain(begins).flatten().chain(&all.others).copied().collect();
        perhaps.sort_unstable();
        perhaps.dedup();
        let mut held: Vec<usize> = Vec::new();
        for id in perhaps {
            let holding = all.condition(id).filter(|(condition, _)| condition.holds(asked));
            let Some((condition, worth)) = holding else { continue };
            let undenied = condition.phrase().is_none_or(|phrase| phrase.stands_undenied(&asked.words));
            seen.conditions[id] = true;
            for group in &all.groups_of[id] {
                let known = &mut seen.groups[*group];
                if known.is_none() {
                    held.push(*group);
                }
                *known = Some(known.map_or(*worth, |known| known.max(*worth)));
                seen.undenied[*group] |= undenied;
            }
        }
        let mut holding = vec![0_usize; all.cases.len()];
        for case in held.iter().flat_map(|group| &all.cases_of[*group]) {
            if holding[*case] == 0 {
                seen.touched.push(*case);
            }
            holding[*case] += 1;
        }
        seen.touched.retain(|case| holding[*case] + 1 >= all.cases[*case].when.len());
        seen.touched.sort_unstable();
        seen
    }

    fn group(&self, id: usize) -> Option<f32> {
        self.groups[id]
    }

    fn condition(&self, id: usize) -> bool {
        self.conditions[id]
    }
}
