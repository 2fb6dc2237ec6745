//! The full-text indexes of an edition: one for each kind of thing that is looked for, so that a word counts as rare
//! or common among its own kind, and so that only what is asked for is opened.

use std::path::Path;

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions, document::TantivyDocument,
};

use super::tables::Tables;
use super::{CorpusError, token};

mod documents;
pub mod strings;

/// A kind of thing that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Diagnosis codes.
    Diagnoses,
    /// CPT and HCPCS codes.
    Procedures,
    /// Inpatient procedure codes.
    Inpatient,
    /// Rule cards and modifiers.
    Rules,
    /// Passages of manuals, guidelines, coverage documents and statutes.
    Passages,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 5] = [Self::Diagnoses, Self::Procedures, Self::Inpatient, Self::Rules, Self::Passages];

    /// Its folder within `index/`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Diagnoses => "diagnoses",
            Self::Procedures => "procedures",
            Self::Inpatient => "inpatient",
            Self::Rules => "rules",
            Self::Passages => "passages",
        }
    }
}

/// A thing to be found.
pub struct Document {
    /// The code, or the id of a card, modifier or passage: `card/…`, `modifier/…`, `passage/…`.
    pub doc: String,
    /// `cpt`, `hcpcs`, `icd10cm`, `icd10pcs`, `rules` or `passages`.
    pub set: String,
    /// What a reader is shown.
    pub title: String,
    /// Each name it has, the title among them.
    pub names: Vec<String>,
    /// Other words that lead to it: what stands above a code, the text of a card or passage.
    pub context: String,
    /// What our rule cards say of the section that a passage is of.
    pub cards: String,
}

/// The fields of a document.
#[derive(Clone, Copy)]
pub struct Fields {
    /// Its number in the file of strings.
    pub row: Field,
    /// Its names.
    pub names: Field,
    /// Other words.
    pub context: Field,
    /// Words of rule cards.
    pub cards: Field,
}

/// An open index with its reader.
pub struct Index {
    /// The searcher.
    pub reader: tantivy::IndexReader,
    /// The fields.
    pub fields: Fields,
    /// What the documents are, and their names as words.
    pub strings: strings::Strings,
}

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let indexing =
        TextFieldIndexing::default().set_tokenizer(token::NAME).set_index_option(IndexRecordOption::WithFreqs);
    let text = TextOptions::default().set_indexing_options(indexing);
    let fields = Fields {
        row: builder.add_u64_field("row", FAST | INDEXED),
        names: builder.add_text_field("names", text.clone()),
        context: builder.add_text_field("context", text.clone()),
        cards: builder.add_text_field("cards", text),
    };
    (builder.build(), fields)
}

/// Writes the indexes of an edition's texts; returns the number of documents.
pub fn build(folder: &Path, tables: &Tables) -> Result<u64, CorpusError> {
    let mut documents = 0;
    for part in Part::ALL {
        let all = documents::of(part, tables);
        documents += all.len() as u64;
        build_part(&folder.join(part.key()), part, all)?;
    }
    Ok(documents)
}

fn build_part(folder: &Path, part: Part, documents: Vec<Document>) -> Result<(), CorpusError> {
    std::fs::create_dir_all(folder).map_err(|error| CorpusError::file(folder, &error))?;
    strings::write(folder, &documents)?;
    let (schema, fields) = schema();
    let write = || -> tantivy::Result<()> {
        let index = tantivy::Index::create_in_dir(folder, schema)?;
        index.tokenizers().register(token::NAME, token::analyzer());
        let mut writer = index.writer_with_num_threads(1, HEAP)?;
        for (row, document) in (0_u64..).zip(&documents) {
            let mut fields_of = TantivyDocument::default();
            fields_of.add_u64(fields.row, row);
            for name in &document.names {
                fields_of.add_text(fields.names, name);
            }
            fields_of.add_text(fields.context, &document.context);
            if !document.cards.is_empty() {
                fields_of.add_text(fields.cards, &document.cards);
            }
            writer.add_document(fields_of)?;
        }
        writer.commit()?;
        // One segment: a search asks one, and the same texts always score the same.
        let segments = index.searchable_segment_ids()?;
        if segments.len() > 1 {
            writer.merge(&segments).wait()?;
        }
        writer.wait_merging_threads()
    };
    write().map_err(|error| CorpusError::Index(format!("{}: {error}", part.key())))
}

/// Memory of an index writer, in bytes: enough that most parts are one segment at once.
const HEAP: usize = 120_000_000;

/// Opens one index of an edition.
pub fn open(folder: &Path, part: Part) -> Result<Index, CorpusError> {
    let (_, fields) = schema();
    let folder = folder.join(part.key());
    let open = || -> tantivy::Result<tantivy::IndexReader> {
        let index = tantivy::Index::open_in_dir(&folder)?;
        index.tokenizers().register(token::NAME, token::analyzer());
        // An edition never changes: no thread that watches for commits.
        index.reader_builder().reload_policy(tantivy::ReloadPolicy::Manual).try_into()
    };
    let reader = open().map_err(|error| CorpusError::Index(format!("{}: {error}", part.key())))?;
    Ok(Index { reader, fields, strings: strings::Strings::open(&folder)? })
}
