//! The situations of all rule cards as tables of an edition: each distinct condition and group once, each condition with
//! the words without which it cannot hold, so that a question looks only at what its own words may fulfil.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::condition::Condition;
use super::rarity::Rarity;
use crate::corpus::CorpusError;
use crate::corpus::phrases::Words;
use crate::corpus::rules::{Card, Case};

/// The classes of words that cases name as `@class`, with their members.
pub type Classes = BTreeMap<String, Vec<String>>;

/// The lines of the tables.
#[derive(Debug, Default)]
pub struct Tables {
    /// Each situation with its answer, as JSON.
    pub answers: Vec<String>,
    /// Each distinct condition with its words.
    pub conditions: Vec<String>,
    /// Each distinct group: its conditions.
    pub groups: Vec<String>,
    /// Each situation: its groups.
    pub rules: Vec<String>,
}

/// The key of a situation.
pub fn key(card: &str, number: usize) -> String {
    format!("{card}#{number}")
}

/// The distinct words of a card, over all it says.
pub fn words_of(card: &Card) -> String {
    let lists = [&card.conditions, &card.exceptions, &card.documentation];
    let mut text = vec![card.title.as_str(), &card.statement];
    text.extend(lists.into_iter().flatten().map(String::as_str));
    text.extend(card.case.iter().map(|case| case.say.as_str()));
    Words::of(&text.join(". ")).distinct().collect::<Vec<_>>().join(" ")
}

/// Reads the conditions of all cases.
///
/// # Errors
/// Names the condition that cannot be read, or the class that does not exist.
pub fn tables(cards: &[Card], classes: &Classes, rarity: &BTreeMap<String, f32>) -> Result<Tables, CorpusError> {
    let mut builder = Builder {
        classes,
        rarity: Rarity::of(rarity),
        conditions: HashMap::new(),
        groups: HashMap::new(),
        members: Vec::new(),
    };
    let mut made = Tables::default();
    let mut sorted: Vec<&Card> = cards.iter().collect();
    sorted.sort_by(|a, b| a.id.cmp(&b.id));
    for card in sorted {
        let faulty = |reason: String| CorpusError::format("cards", 1, format!("{}: {reason}", card.id));
        let read = card.case.iter().map(|case| builder.case(case, &mut made));
        let read = read.collect::<Result<Vec<_>, _>>().map_err(faulty)?;
        for (number, case) in card.case.iter().enumerate() {
            let rule = &read[number];
            let needed = builder.essential(&read, &card.case, number);
            let groups = [&rule.when, &rule.unless, &needed].map(|groups| list(groups)).join("\t");
            made.rules.push(format!("{:06}\t{}\t{number}\t{groups}", made.rules.len(), card.id));
            let json = serde_json::to_string(case).map_err(|error| faulty(error.to_string()))?;
            made.answers.push(format!("{}\t{json}", key(&card.id, number)));
        }
    }
    made.answers.sort();
    Ok(made)
}

/// Gives each distinct condition and group its number.
struct Builder<'a> {
    classes: &'a Classes,
    rarity: Rarity,
    conditions: HashMap<String, usize>,
    groups: HashMap<String, usize>,
    /// Of each group its conditions.
    members: Vec<Vec<usize>>,
}

/// The groups of a case by their numbers.
struct Rule {
    when: Vec<usize>,
    unless: Vec<usize>,
    essential: Vec<usize>,
}

impl Builder<'_> {
    fn case(&mut self, case: &Case, made: &mut Tables) -> Result<Rule, String> {
        let mut read = |list: &[String]| -> Result<Vec<usize>, String> {
            let mut ids: Vec<usize> = Vec::new();
            for group in list {
                let id = self.group(group, made)?;
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            Ok(ids)
        };
        let (when, unless, essential) = (read(&case.when)?, read(&case.unless)?, read(&case.essential)?);
        if when.is_empty() {
            return Err("a case without a condition".to_owned());
        }
        if let Some(text) = case.essential.iter().find(|text| !case.when.contains(text)) {
            return Err(format!("the essential group {text:?} is none of `when`; write it as it stands there"));
        }
        Ok(Rule { when, unless, essential })
    }

    /// The groups without which a case is not chosen: those that it names, and those that exclude a case of the same
    /// card which answers otherwise to the same words: they tell the two apart. And who pays.
    fn essential(&self, read: &[Rule], cases: &[Case], number: usize) -> Vec<usize> {
        let (own, case) = (&read[number], &cases[number]);
        let twins = read.iter().zip(cases).enumerate().filter(|(at, (rule, other))| {
            let shares = || rule.when.iter().any(|group| own.when.contains(group));
            *at != number && !answers_alike(case, other) && shares()
        });
        let excluding: BTreeSet<usize> =
            twins.flat_map(|(_, (rule, _))| &rule.unless).flat_map(|group| &self.members[*group]).copied().collect();
        let tells = |group: &usize| self.members[*group].iter().any(|condition| excluding.contains(condition));
        // What another payer pays answers no question about this one.
        let of_payer = |group: &usize| {
            case.when.iter().any(|text| text.trim_start().starts_with("payer:") && self.groups.get(text) == Some(group))
        };
        let needed = |group: &&usize| own.essential.contains(group) || tells(group) || of_payer(group);
        own.when.iter().filter(needed).copied().collect()
    }

    fn group(&mut self, text: &str, made: &mut Tables) -> Result<usize, String> {
        if let Some(id) = self.groups.get(text) {
            return Ok(*id);
        }
        let mut ids = Vec::new();
        for one in expand(text, self.classes)? {
            let id = match self.conditions.get(&one) {
                Some(id) => *id,
                None => {
                    let words = Condition::parse(&one)?.words(&self.rarity);
                    let id = made.conditions.len();
                    made.conditions.push(format!("{id:06}\t{}\t{one}", words.join(" ")));
                    self.conditions.insert(one, id);
                    id
                }
            };
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        let id = made.groups.len();
        made.groups.push(format!("{id:06}\t{}", list(&ids)));
        self.groups.insert(text.to_owned(), id);
        self.members.push(ids);
        Ok(id)
    }
}

fn answers_alike(one: &Case, other: &Case) -> bool {
    one.verdict == other.verdict
        && one.bill == other.bill
        && one.modifiers == other.modifiers
        && one.label == other.label
}

fn list(ids: &[usize]) -> String {
    ids.iter().map(usize::to_string).collect::<Vec<_>>().join(" ")
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

#[cfg(test)]
mod tests {
    use super::*;

    fn case(when: &[&str], unless: &[&str], essential: &[&str], say: &str) -> Case {
        let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Case {
            when: list(when),
            unless: list(unless),
            essential: list(essential),
            verdict: None,
            bill: vec![say.to_owned()],
            modifiers: Vec::new(),
            label: None,
            say: say.to_owned(),
            ask: None,
        }
    }

    fn builder(classes: &Classes) -> Builder<'_> {
        Builder {
            classes,
            rarity: Rarity::of(&BTreeMap::new()),
            conditions: HashMap::new(),
            groups: HashMap::new(),
            members: Vec::new(),
        }
    }

    /// The essential groups of each case, by their texts.
    fn essential(cases: &[Case]) -> Vec<Vec<String>> {
        let (classes, mut made) = (Classes::new(), Tables::default());
        let mut builder = builder(&classes);
        let read: Vec<Rule> = cases.iter().map(|case| builder.case(case, &mut made).unwrap()).collect();
        let text = |id: &usize| builder.groups.iter().find(|(_, group)| *group == id).map(|(text, _)| text.clone());
        (0..cases.len()).map(|n| builder.essential(&read, cases, n).iter().filter_map(text).collect()).collect()
    }

    #[test]
    fn what_tells_two_cases_of_a_card_apart_may_not_fail() {
        let open = case(&["hernia", "open | incision"], &["laparoscop*"], &[], "49505");
        let keyhole = case(&["hernia", "laparoscop* | keyhole"], &["open"], &[], "49650");
        assert_eq!(essential(&[open, keyhole]), [vec!["open | incision"], vec!["laparoscop* | keyhole"]]);
    }

    #[test]
    fn a_case_names_what_may_not_fail() {
        let named = case(&["consult*", "transfer"], &[], &["transfer"], "no");
        assert_eq!(essential(&[named]), [vec!["transfer"]]);
        let wrong = case(&["consult*"], &[], &["transfer"], "no");
        let (classes, mut made) = (Classes::new(), Tables::default());
        let mut builder = builder(&classes);
        assert!(builder.case(&wrong, &mut made).is_err_and(|reason| reason.contains("transfer")));
    }
}
