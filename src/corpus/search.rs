//! Search over codes, rules and passages, in the words that coders and laypeople use.
//!
//! A question is read three ways: its own words; what the vocabularies and our own lists say for them ("heart attack",
//! "COPD", "s/p"); and words that the shelf itself uses in their place. The index gives candidates, and their names are
//! then compared with the question one by one: what counts most is a name that says the whole question and no more.

use jiff::civil::Date;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Score, Term};

use super::index::{self, Part};
use super::{Asked as AskedCase, Card, Corpus, CorpusError, Words, token};
use crate::domain::code::Code;
use crate::domain::table::Table;
use expand::Asked;

mod expand;
mod filter;
mod passages;
mod rank;

/// What to search in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchSet {
    /// CPT codes.
    Cpt,
    /// HCPCS Level II codes.
    Hcpcs,
    /// Diagnosis codes.
    Icd10cm,
    /// Inpatient procedure codes.
    Icd10pcs,
    /// Rule cards and modifiers.
    Rules,
    /// Passages of manuals.
    Passages,
}

impl SearchSet {
    /// The name used in options and in the index.
    pub fn key(self) -> &'static str {
        match self {
            Self::Cpt => "cpt",
            Self::Hcpcs => "hcpcs",
            Self::Icd10cm => "icd10cm",
            Self::Icd10pcs => "icd10pcs",
            Self::Rules => "rules",
            Self::Passages => "passages",
        }
    }

    fn part(self) -> Part {
        match self {
            Self::Cpt | Self::Hcpcs => Part::Procedures,
            Self::Icd10cm => Part::Diagnoses,
            Self::Icd10pcs => Part::Inpatient,
            Self::Rules => Part::Rules,
            Self::Passages => Part::Passages,
        }
    }
}

/// A search.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// The words.
    pub words: &'a str,
    /// Where; everywhere without one.
    pub set: Option<SearchSet>,
    /// How many hits.
    pub limit: usize,
    /// Only codes that may be reported: a heading gives way to the codes below it.
    pub billable: bool,
    /// Only codes that are listed as valid on that day.
    pub on: Option<Date>,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Where it is from: `cpt`, `rules` …
    pub set: String,
    /// The code, or the id of a rule or passage: `card/…`, `modifier/…`, `passage/…`.
    pub doc: String,
    /// Its description or heading.
    pub title: String,
    /// Higher is better; comparable within one search only.
    pub score: f32,
    /// Why it was found: the words of the search that it holds, and what was read for others.
    pub why: Vec<String>,
}

/// Words that say nothing about the subject of a coding question.
const STOP: [&str; 61] = [
    "a", "an", "and", "any", "are", "as", "at", "be", "bill", "by", "can", "code", "could", "did", "do", "doe", "for",
    "from", "had", "has", "have", "he", "hi", "how", "i", "if", "in", "is", "it", "may", "my", "no", "not", "of", "on",
    "or", "our", "pleas", "report", "same", "she", "should", "so", "that", "thank", "the", "their", "there", "they",
    "this", "to", "use", "was", "we", "were", "what", "when", "which", "with", "would", "you",
];
/// Below this weight a word is looked for among names only.
const FAINT: f32 = 0.3;
/// Rules whose passages are taken into a search of passages.
const RULES: usize = 4;
/// Words of a question that are looked at.
const MOST_WORDS: usize = 64;

impl Corpus {
    /// The best hits for some words, best first.
    ///
    /// # Errors
    /// The index is missing or damaged.
    pub fn search(&self, words: &str, set: Option<SearchSet>, limit: usize) -> Result<Vec<Hit>, CorpusError> {
        self.find_by(&Search { words, set, limit, billable: false, on: None })
    }

    /// The best hits of a search, best first.
    ///
    /// # Errors
    /// The index is missing or damaged.
    pub fn find_by(&self, search: &Search<'_>) -> Result<Vec<Hit>, CorpusError> {
        if search.limit == 0 {
            return Ok(Vec::new());
        }
        let mut hits = self.named(search);
        let parts = match search.set {
            Some(set) => vec![set.part()],
            None => Part::ALL.to_vec(),
        };
        for found in self.each(&parts, search) {
            hits.extend(found?);
        }
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.doc.cmp(&b.doc)));
        let mut seen = std::collections::HashSet::new();
        hits.retain(|hit| seen.insert(hit.doc.clone()));
        hits.truncate(search.limit);
        Ok(hits)
    }

    /// The hits of each part, two at a time.
    fn each(&self, parts: &[Part], search: &Search<'_>) -> Vec<Result<Vec<Hit>, CorpusError>> {
        let one = |part: &Part| match part {
            Part::Rules => self.texts(search, *part, (1.6, 1.0, 0.0)),
            Part::Passages => self.passages(search),
            _ => self.codes(search, *part),
        };
        if parts.len() == 1 {
            return parts.iter().map(one).collect();
        }
        // Two halves that take about the same time.
        let (here, there): (Vec<Part>, Vec<Part>) =
            parts.iter().partition(|part| matches!(part, Part::Diagnoses | Part::Passages));
        std::thread::scope(|scope| {
            let beside = scope.spawn(|| there.iter().map(one).collect::<Vec<_>>());
            let mut found: Vec<_> = here.iter().map(one).collect();
            match beside.join() {
                Ok(others) => found.extend(others),
                Err(_) => found.push(Err(CorpusError::Index("a search failed".to_owned()))),
            }
            found
        })
    }

    /// Codes that the words name as such.
    fn named(&self, search: &Search<'_>) -> Vec<Hit> {
        let mut hits = Vec::new();
        for word in search.words.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).take(MOST_WORDS) {
            if !word.bytes().any(|b| b.is_ascii_digit()) || word.len() < 3 {
                continue;
            }
            for code in [Code::parse(word), Code::parse_icd10cm(word)].into_iter().flatten() {
                let set = code.set().key();
                let wanted = search.set.is_none_or(|wanted| wanted.key() == set);
                if wanted && !self.list_periods(&code).is_empty() && self.passes(code.as_str(), search) {
                    let title = self.title_of(&code);
                    let (doc, set) = (code.to_string(), set.to_owned());
                    hits.push(Hit { set, doc, title, score: f32::MAX, why: vec!["the code itself".to_owned()] });
                }
            }
        }
        hits
    }

    /// Rules, by title and text.
    fn texts(&self, search: &Search<'_>, part: Part, boosts: (f32, f32, f32)) -> Result<Vec<Hit>, CorpusError> {
        let index = self.index(part)?;
        let mut terms = token::terms(search.words);
        terms.sort();
        terms.dedup();
        terms.retain(|term| !STOP.contains(&term.as_str()) && term.len() < 60);
        terms.truncate(MOST_WORDS);
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        let weighted: Vec<(&str, f32)> = terms.iter().map(|term| (term.as_str(), 1.0)).collect();
        let found = candidates(index, &weighted, boosts, search.limit)?;
        let all = search.set.is_none();
        let hits = found.into_iter().filter_map(|(score, row)| {
            let (doc, set, title) = index.strings.document(row)?;
            let held = token::terms(&format!("{title} {doc}"));
            let why: Vec<String> = terms.iter().filter(|term| held.contains(term)).cloned().collect();
            // Among codes a rule counts by the share of the words that its heading holds.
            let score = if all { 0.7 * why.len() as f32 / terms.len() as f32 } else { score };
            Some(Hit { set: set.to_owned(), doc: doc.to_owned(), title: title.to_owned(), score, why })
        });
        Ok(hits.collect())
    }

    /// The passages on which the rules rest whose situation the words describe, the likeliest first.
    fn ruled(&self, words: &str) -> Vec<Hit> {
        let stated = crate::domain::stated::Stated::default();
        let named = words.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').filter(|word| word.len() > 3);
        let codes: Vec<Code> = named.filter_map(|word| Code::parse(word.trim_end_matches('.')).ok()).collect();
        let asked = AskedCase { words: Words::of(words), codes: codes.iter().collect(), stated: &stated };
        let mut cards: Vec<&Card> = Vec::new();
        for found in self.match_cases(&asked).into_iter().filter(|found| found.card.confirmed) {
            if !cards.iter().any(|card| card.id == found.card.id) {
                cards.push(found.card);
            }
        }
        let rows = cards.into_iter().take(RULES).filter_map(|card| {
            let row = self.find_row(Table::Authority, &card.id)?;
            let passage = self.find_row(Table::Passage, row.get("passage"))?;
            Some(Hit {
                set: SearchSet::Passages.key().to_owned(),
                doc: format!("passage/{}", passage.key),
                title: passage.get("title").to_owned(),
                score: 0.0,
                why: vec![format!("rule {}", card.id)],
            })
        });
        rows.collect()
    }

    fn passages(&self, search: &Search<'_>) -> Result<Vec<Hit>, CorpusError> {
        let index = self.index(Part::Passages)?;
        let asked = Asked::question(self, index, search.words);
        let found = candidates(index, &asked.weighted(), rank::PASSAGES, search.limit.max(rank::CANDIDATES))?;
        let hits = passages::rank(index, &asked, &found, search);
        Ok(if search.set.is_some() { passages::fuse(hits, self.ruled(search.words)) } else { hits })
    }

    /// Codes, by their names.
    fn codes(&self, search: &Search<'_>, part: Part) -> Result<Vec<Hit>, CorpusError> {
        let index = self.index(part)?;
        let asked = Asked::name(self, index, search.words);
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        // What stands above an inpatient code is within its title; among everything a few of each kind are enough.
        let boosts = if part == Part::Inpatient { (1.0, 0.0, 0.0) } else { rank::CODES };
        let depth = if search.set.is_some() { rank::CANDIDATES } else { rank::CANDIDATES / 3 };
        let found = candidates(index, &asked.weighted(), boosts, search.limit.max(depth))?;
        let hits = rank::codes(index, &asked, &found);
        let hits = hits.into_iter().filter(|hit| search.set.is_none_or(|set| set.key() == hit.set));
        Ok(hits.flat_map(|hit| self.filtered(hit, search)).collect())
    }

    pub(super) fn index(&self, part: Part) -> Result<&index::Index, CorpusError> {
        let held = &self.indexes[part as usize];
        if let Some(index) = held.get() {
            return Ok(index);
        }
        let opened = index::open(&self.folder.join("index"), part)?;
        Ok(held.get_or_init(|| opened))
    }
}

/// The documents that hold some of the words, by score, with their rows.
fn candidates(
    index: &index::Index,
    words: &[(&str, f32)],
    (names, context, cards): (f32, f32, f32),
    limit: usize,
) -> Result<Vec<(Score, usize)>, CorpusError> {
    let word = |field, term: &str, boost: f32| -> (Occur, Box<dyn Query>) {
        let query = TermQuery::new(Term::from_field_text(field, term), IndexRecordOption::WithFreqs);
        (Occur::Should, Box::new(BoostQuery::new(Box::new(query), boost)))
    };
    let fields = index.fields;
    let mut parts = Vec::with_capacity(words.len() * 2);
    for (term, weight) in words {
        parts.push(word(fields.names, term, names * weight));
        // A faint word among what only surrounds a thing says nothing, and costs as much as a strong one.
        if context > 0.0 && *weight >= FAINT {
            parts.push(word(fields.context, term, context * weight));
        }
        if cards > 0.0 {
            parts.push(word(fields.cards, term, cards * weight));
        }
    }
    let run = || -> tantivy::Result<Vec<(Score, usize)>> {
        let searcher = index.reader.searcher();
        let found = searcher.search(&BooleanQuery::new(parts), &TopDocs::with_limit(limit).order_by_score())?;
        let mut rows = Vec::with_capacity(found.len());
        for (score, address) in found {
            let column = searcher.segment_reader(address.segment_ord).fast_fields().u64("row")?;
            if let Some(row) = column.first(address.doc_id) {
                rows.push((score, usize::try_from(row).unwrap_or(usize::MAX)));
            }
        }
        Ok(rows)
    };
    run().map_err(|error| CorpusError::Index(error.to_string()))
}
