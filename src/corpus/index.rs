//! The full-text index of an edition.

use std::path::Path;

use tantivy::schema::{
    Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, document::TantivyDocument,
};

use super::token;
use super::tables::Tables;
use super::{Card, CorpusError, ModifierEntry};
use crate::domain::citation::Table;

/// The fields of a document.
#[derive(Clone, Copy)]
pub struct Fields {
    /// `cpt`, `hcpcs`, `icd10cm`, `icd10pcs`, `rules` or `passages`.
    pub set: Field,
    /// The code, or the id of the card: `card/…`, `modifier/…`.
    pub doc: Field,
    /// Heading.
    pub title: Field,
    /// Other words: synonyms, conditions, codes named.
    pub body: Field,
}

/// An open index with its reader.
pub struct Index {
    /// The searcher.
    pub reader: tantivy::IndexReader,
    /// The fields.
    pub fields: Fields,
}

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let indexing =
        TextFieldIndexing::default().set_tokenizer(token::NAME).set_index_option(IndexRecordOption::WithFreqs);
    let text = TextOptions::default().set_indexing_options(indexing);
    let fields = Fields {
        set: builder.add_text_field("set", STRING | STORED),
        doc: builder.add_text_field("doc", STRING | STORED),
        title: builder.add_text_field("title", text.clone().set_stored()),
        body: builder.add_text_field("body", text),
    };
    (builder.build(), fields)
}

/// Writes the index of an edition's texts; returns the number of documents.
pub fn build(folder: &Path, tables: &Tables) -> Result<u64, CorpusError> {
    std::fs::create_dir_all(folder).map_err(|error| CorpusError::file(folder, &error))?;
    let (schema, fields) = schema();
    let write = || -> tantivy::Result<u64> {
        let index = tantivy::Index::create_in_dir(folder, schema)?;
        index.tokenizers().register(token::NAME, token::analyzer());
        let mut writer = index.writer_with_num_threads(1, 20_000_000)?;
        let mut documents = 0;
        for document in documents_of(tables, fields) {
            writer.add_document(document)?;
            documents += 1;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        Ok(documents)
    };
    write().map_err(|error| CorpusError::Index(error.to_string()))
}

fn documents_of(tables: &Tables, fields: Fields) -> Vec<TantivyDocument> {
    let add = |set: &str, doc: &str, title: &str, body: &str| {
        let mut document = TantivyDocument::default();
        document.add_text(fields.set, set);
        document.add_text(fields.doc, doc);
        document.add_text(fields.title, title);
        document.add_text(fields.body, body);
        document
    };
    let rows = |table: Table| tables.lines(table).iter();
    let mut documents = Vec::new();
    for line in rows(Table::Code) {
        let f: Vec<&str> = line.split('\t').collect();
        if let [code, set, family, description, words] = f[..] {
            documents.push(add(set, code, description, &format!("{code} {words} {}", family.replace('_', " "))));
        }
    }
    for card in rows(Table::Card).filter_map(|line| serde_json::from_str::<Card>(line.split_once('\t')?.1).ok()) {
        let body = [
            card.statement.as_str(),
            &card.topics.join(" "),
            &card.codes.join(" "),
            &card.modifiers.join(" "),
            &card.conditions.join(" "),
            &card.exceptions.join(" "),
        ]
        .join(" ");
        documents.push(add("rules", &format!("card/{}", card.id), &card.title, &body));
    }
    let modifiers = rows(Table::Modifier);
    for entry in modifiers.filter_map(|line| serde_json::from_str::<ModifierEntry>(line.split_once('\t')?.1).ok()) {
        let title = format!("Modifier {}: {}", entry.id, entry.name);
        let body = format!("{} {} {} modifier {}", entry.usage, entry.misuse, entry.fact, entry.kind);
        documents.push(add("rules", &format!("modifier/{}", entry.id), &title, &body));
    }
    documents
}

/// Opens the index of an edition.
pub fn open(folder: &Path) -> Result<Index, CorpusError> {
    let (_, fields) = schema();
    let open = || -> tantivy::Result<tantivy::IndexReader> {
        let index = tantivy::Index::open_in_dir(folder)?;
        index.tokenizers().register(token::NAME, token::analyzer());
        // An edition never changes: no thread that watches for commits.
        index.reader_builder().reload_policy(tantivy::ReloadPolicy::Manual).try_into()
    };
    let reader = open().map_err(|error| CorpusError::Index(error.to_string()))?;
    Ok(Index { reader, fields })
}
