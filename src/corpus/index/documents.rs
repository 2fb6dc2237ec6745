//! What there is to be found in an edition, as documents of its indexes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::{Document, Part};
use crate::corpus::tables::Tables;
use crate::corpus::{Card, ModifierEntry};
use crate::domain::table::Table;

mod sections;

/// The documents of one index, in the order of their ids.
pub fn of(part: Part, tables: &Tables) -> Vec<Document> {
    match part {
        Part::Diagnoses => diagnoses(tables),
        Part::Procedures => codes(tables, &["cpt", "hcpcs"]).into_values().map(Entry::document).collect(),
        Part::Inpatient => codes(tables, &["icd10pcs"]).into_values().map(Entry::document).collect(),
        Part::Rules => rules(tables),
        Part::Passages => passages(tables),
    }
}

fn fields(line: &str) -> Vec<&str> {
    line.split('\t').collect()
}

/// A code with everything it is called.
struct Entry {
    code: String,
    set: String,
    /// The title of the newest release, and the first day of that release.
    title: (Option<Date>, String),
    names: Vec<String>,
    context: Vec<String>,
}

impl Entry {
    fn document(self) -> Document {
        let mut seen = BTreeSet::new();
        let names = std::iter::once(self.title.1.clone()).chain(self.names);
        let names: Vec<String> = names.filter(|name| !name.is_empty() && seen.insert(name.to_lowercase())).collect();
        Document {
            doc: self.code,
            set: self.set,
            title: self.title.1,
            names,
            context: self.context.join(" "),
            cards: String::new(),
        }
    }
}

/// Codes of some sets: official titles, our descriptions and words, terms of indexes and vocabularies.
fn codes(tables: &Tables, sets: &[&str]) -> BTreeMap<String, Entry> {
    let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
    fn entry<'e>(entries: &'e mut BTreeMap<String, Entry>, code: &str, set: &str) -> &'e mut Entry {
        entries.entry(code.to_owned()).or_insert_with(|| Entry {
            code: code.to_owned(),
            set: set.to_owned(),
            title: (None, String::new()),
            names: Vec::new(),
            context: Vec::new(),
        })
    }
    for line in tables.lines(Table::Title) {
        let f = fields(line);
        let [code, set, short, long, _, release] = f[..] else { continue };
        if !sets.contains(&set) || code.contains('-') {
            continue;
        }
        let from = tables.releases.get(release).and_then(|release| release.from);
        let title = if long.is_empty() { short } else { long };
        let entry = entry(&mut entries, code, set);
        entry.names.push(title.to_owned());
        if entry.title.1.is_empty() || from > entry.title.0 {
            entry.title = (from, title.to_owned());
        }
    }
    for line in tables.lines(Table::Code) {
        let f = fields(line);
        let [code, set, family, description, words] = f[..] else { continue };
        if !sets.contains(&set) {
            continue;
        }
        let entry = entry(&mut entries, code, set);
        if entry.title.1.is_empty() {
            entry.title.1 = description.to_owned();
        }
        entry.names.push(description.to_owned());
        entry.names.extend(words.split(';').map(|word| word.trim().to_owned()));
        entry.context.push(family.replace('_', " "));
    }
    for line in tables.lines(Table::Term) {
        let f = fields(line);
        if let [code, _, text, _] = f[..]
            && let Some(entry) = entries.get_mut(code)
        {
            entry.names.push(text.to_owned());
        }
    }
    entries
}

/// Diagnosis codes. What only adds a 7th character to a title is left to its base code, which leads to it.
fn diagnoses(tables: &Tables) -> Vec<Document> {
    let mut entries = codes(tables, &["icd10cm"]);
    let ours: BTreeSet<&str> = tables.lines(Table::Code).iter().filter_map(|line| line.split('\t').next()).collect();
    let titles: HashMap<String, String> =
        entries.iter().map(|(code, entry)| (code.clone(), entry.title.1.clone())).collect();
    entries.retain(|code, entry| ours.contains(code.as_str()) || !is_extension(code, &entry.title.1, &titles));
    let blocks = blocks(tables);
    let own: HashMap<String, String> = entries
        .iter()
        .map(|(code, entry)| (code.clone(), inclusion(tables, code).fold(entry.title.1.clone(), |a, b| a + " " + b)))
        .collect();
    for (code, entry) in &mut entries {
        let above = ancestors(code).filter_map(|parent| own.get(parent)).cloned();
        let context: Vec<String> = own.get(code).cloned().into_iter().chain(above).collect();
        entry.context.extend(context);
        entry.context.extend(blocks.get(&code[..code.len().min(3)]).cloned());
    }
    entries.into_values().map(Entry::document).collect()
}

/// The inclusion terms of a code; the lines of the table are not sorted yet when a shelf is merged, but those of
/// [`Tables::seal`] are.
fn inclusion<'t>(tables: &'t Tables, code: &str) -> impl Iterator<Item = &'t str> + use<'t> {
    let lines = tables.lines(Table::Term);
    let prefix = format!("{code}\tinclusion\t");
    let first = lines.partition_point(|line| line.as_str() < prefix.as_str());
    let of_code = lines[first..].iter().take_while(move |line| line.starts_with(&prefix));
    of_code.filter_map(|line| line.split('\t').nth(2))
}

/// True for a code of seven characters whose title goes on from the title of its base code.
fn is_extension(code: &str, title: &str, titles: &HashMap<String, String>) -> bool {
    if code.len() != 8 {
        return false;
    }
    let base = code[..7].trim_end_matches('X').trim_end_matches('.');
    titles.get(base).is_some_and(|of_base| title.len() > of_base.len() && title.starts_with(of_base.as_str()))
}

/// The codes above a code: each shorter by one character, to the category.
pub fn ancestors(code: &str) -> impl Iterator<Item = &str> {
    (3..code.len()).rev().map(|length| code[..length].trim_end_matches('.')).filter(|parent| parent.len() >= 3)
}

/// The title of the block of each category.
fn blocks(tables: &Tables) -> HashMap<String, String> {
    let lines = tables.lines(Table::Block).iter();
    lines
        .filter_map(|line| {
            let f = fields(line);
            Some(((*f.first()?).to_owned(), (*f.get(2)?).to_owned()))
        })
        .collect()
}

fn rules(tables: &Tables) -> Vec<Document> {
    let mut documents = Vec::new();
    for line in tables.lines(Table::Card) {
        let Some(card) = line.split_once('\t').and_then(|(_, json)| serde_json::from_str::<Card>(json).ok()) else {
            continue;
        };
        let words = [&card.topics, &card.codes, &card.modifiers, &card.conditions, &card.exceptions];
        let words = words.map(|words| words.join(" ")).join(" ");
        let (doc, context) = (format!("card/{}", card.id), format!("{} {words}", card.statement));
        let set = "rules".to_owned();
        let (names, cards) = (vec![card.title.clone()], String::new());
        documents.push(Document { doc, set, names, title: card.title, context, cards });
    }
    for line in tables.lines(Table::Modifier) {
        let entry = line.split_once('\t').and_then(|(_, json)| serde_json::from_str::<ModifierEntry>(json).ok());
        let Some(entry) = entry else { continue };
        let title = format!("Modifier {}: {}", entry.id, entry.name);
        let context = format!("{} {} {} modifier {}", entry.usage, entry.misuse, entry.fact, entry.kind);
        let (doc, set) = (format!("modifier/{}", entry.id), "rules".to_owned());
        documents.push(Document { doc, set, names: vec![title.clone()], title, context, cards: String::new() });
    }
    documents
}

fn passages(tables: &Tables) -> Vec<Document> {
    let columns = Table::Passage.columns();
    let at = |name: &str| columns.iter().position(|column| *column == name).map_or(0, |n| n + 1);
    let (section, title, path, named, text) = (at("section"), at("title"), at("path"), at("codes"), at("text"));
    let cards = sections::cards(tables);
    let known: BTreeSet<&str> = tables.lines(Table::Period).iter().filter_map(|line| line.split('\t').next()).collect();
    let mut documents = Vec::new();
    for line in tables.lines(Table::Passage) {
        let f = fields(line);
        if f.len() != columns.len() + 1 {
            continue;
        }
        // The words of the path without its first step, which every passage of a document shares.
        let path = f[path].split_once(" > ").map_or(f[path], |(_, rest)| rest);
        documents.push(Document {
            doc: format!("passage/{}", f[0]),
            set: "passages".to_owned(),
            title: format!("{}: {}", f[section], f[title]),
            names: vec![f[title].to_owned(), path.to_owned()],
            context: format!("{} {}", f[text].replace("\\n", " "), sections::within(f[named], &known)),
            cards: cards.get(&sections::section(f[0])).cloned().unwrap_or_default(),
        });
    }
    documents
}
