//! Search over codes and rules: every word of the question counts a little, a code counts a lot.

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{IndexRecordOption, Value as _, document::TantivyDocument};
use tantivy::{Score, Term};

use super::{Corpus, CorpusError, index, token};

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
}

/// One thing found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Where it is from: `cpt`, `rules` …
    pub set: String,
    /// The code, or the id of a rule: `card/…`, `modifier/…`.
    pub doc: String,
    /// Its description or heading.
    pub title: String,
    /// Higher is better; comparable within one search only.
    pub score: f32,
    /// The words of the search that it holds.
    pub why: Vec<String>,
}

/// Words that say nothing about the subject of a coding question.
const STOP: [&str; 61] = [
    "a", "an", "and", "any", "are", "as", "at", "be", "bill", "by", "can", "code", "could", "did", "do", "doe", "for",
    "from", "had", "has", "have", "he", "hi", "how", "i", "if", "in", "is", "it", "may", "my", "no", "not", "of", "on",
    "or", "our", "pleas", "report", "same", "she", "should", "so", "that", "thank", "the", "their", "there", "they",
    "this", "to", "use", "was", "we", "were", "what", "when", "which", "with", "would", "you",
];

impl Corpus {
    /// The best hits for some words, best first.
    ///
    /// # Errors
    /// The index is missing or damaged.
    pub fn search(&self, words: &str, set: Option<SearchSet>, limit: usize) -> Result<Vec<Hit>, CorpusError> {
        let index = self.index()?;
        let mut terms = token::terms(words);
        terms.sort();
        terms.dedup();
        terms.retain(|term| !STOP.contains(&term.as_str()) && term.len() < 60);
        terms.truncate(64);
        if terms.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let query = query(index.fields, &terms, set);
        let run = || -> tantivy::Result<Vec<Hit>> {
            let searcher = index.reader.searcher();
            let found: Vec<(Score, tantivy::DocAddress)> =
                searcher.search(&query, &TopDocs::with_limit(limit).order_by_score())?;
            found
                .into_iter()
                .map(|(score, address)| {
                    let document: TantivyDocument = searcher.doc(address)?;
                    let text = |field| document.get_first(field).and_then(|v| v.as_str()).unwrap_or("").to_owned();
                    let (doc, title) = (text(index.fields.doc), text(index.fields.title));
                    let held = token::terms(&format!("{title} {doc}"));
                    let why = terms.iter().filter(|term| held.contains(term)).cloned().collect();
                    Ok(Hit { set: text(index.fields.set), doc, title, score, why })
                })
                .collect()
        };
        run().map_err(|error| CorpusError::Index(error.to_string()))
    }

    fn index(&self) -> Result<&index::Index, CorpusError> {
        if let Some(index) = self.index.get() {
            return Ok(index);
        }
        let opened = index::open(&self.folder.join("index"))?;
        Ok(self.index.get_or_init(|| opened))
    }
}

fn query(fields: index::Fields, terms: &[String], set: Option<SearchSet>) -> BooleanQuery {
    let word = |field, term: &str, boost: f32| -> (Occur, Box<dyn Query>) {
        let query = TermQuery::new(Term::from_field_text(field, term), IndexRecordOption::WithFreqs);
        (Occur::Should, Box::new(BoostQuery::new(Box::new(query), boost)))
    };
    let words = terms.iter().flat_map(|term| [word(fields.title, term, 1.6), word(fields.body, term, 1.0)]).collect();
    let mut parts: Vec<(Occur, Box<dyn Query>)> = vec![(Occur::Must, Box::new(BooleanQuery::new(words)))];
    if let Some(set) = set {
        let term = Term::from_field_text(fields.set, set.key());
        parts.push((Occur::Must, Box::new(TermQuery::new(term, IndexRecordOption::Basic))));
    }
    BooleanQuery::new(parts)
}
