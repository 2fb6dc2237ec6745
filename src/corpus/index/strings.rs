//! What the documents of an index are called, as words: the file that ranking reads.
//!
//! `documents.tsv` holds one line a document: id, set, title. `strings.bin` holds, little-endian, four bytes each:
//! the counts of words, documents and grams; for each word where its text begins, and how rare it is (a float);
//! for each document where its names begin; the names, each a length and the numbers of its words; for each gram its
//! hash and where its words begin; the words of the grams; and at the end the text of the words.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use memmap2::Mmap;

use super::Document;
use crate::corpus::{CorpusError, edition, token};

/// Letters of a gram.
const GRAM: usize = 3;
/// Names of one document that are kept: the title and the first others.
const MOST_NAMES: usize = 60;

/// Writes both files.
pub fn write(folder: &Path, documents: &[Document]) -> Result<(), CorpusError> {
    let (mut lines, mut starts) = (String::new(), Vec::new());
    for document in documents {
        push(&mut starts, lines.len());
        lines.push_str(&format!("{}\t{}\t{}\n", document.doc, document.set, document.title.replace('\t', " ")));
    }
    edition::write_durably(&folder.join("documents.tsv"), lines.as_bytes())?;
    edition::write_durably(&folder.join("documents.idx"), &starts)?;
    edition::write_durably(&folder.join("strings.bin"), &encode(documents))
}

fn push(bytes: &mut Vec<u8>, number: usize) {
    bytes.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

fn encode(documents: &[Document]) -> Vec<u8> {
    let names: Vec<Vec<Vec<String>>> = documents
        .iter()
        .map(|document| document.names.iter().take(MOST_NAMES).map(|name| token::terms(name)).collect())
        .collect();
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for names in &names {
        let words: HashSet<&str> = names.iter().flatten().map(String::as_str).collect();
        for word in words {
            *counts.entry(word).or_default() += 1;
        }
    }
    let numbers: HashMap<&str, usize> = counts.keys().enumerate().map(|(n, word)| (*word, n)).collect();
    let mut grams: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (number, word) in counts.keys().enumerate() {
        for gram in grams_of(word) {
            grams.entry(gram).or_default().push(number);
        }
    }
    let (mut head, mut text) = (Vec::new(), Vec::new());
    for count in [counts.len(), documents.len(), grams.len()] {
        push(&mut head, count);
    }
    for (word, count) in &counts {
        push(&mut head, text.len());
        head.extend_from_slice(&rarity(documents.len(), *count).to_bits().to_le_bytes());
        text.extend_from_slice(word.as_bytes());
    }
    push(&mut head, text.len());
    let mut strings = Vec::new();
    for names in &names {
        push(&mut head, strings.len() / 4);
        for name in names {
            push(&mut strings, name.len());
            name.iter().for_each(|word| push(&mut strings, numbers[word.as_str()]));
        }
    }
    push(&mut head, strings.len() / 4);
    let mut words = Vec::new();
    for (gram, of) in &grams {
        push(&mut head, *gram as usize);
        push(&mut head, words.len() / 4);
        of.iter().for_each(|word| push(&mut words, *word));
    }
    push(&mut head, words.len() / 4);
    head.extend(strings);
    head.extend(words);
    head.extend(text);
    head
}

/// How rare a word is that so many of all documents hold: its inverse document frequency as BM25 counts it.
fn rarity(all: usize, with: u32) -> f32 {
    let (all, with) = (all as f32, with as f32);
    (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
}

/// The grams of a word, each as a hash (FNV-1a): the word with a mark at its beginning, cut into overlapping pieces.
fn grams_of(word: &str) -> Vec<u32> {
    let marked: Vec<u8> = std::iter::once(b'^').chain(word.bytes()).collect();
    let hash = |bytes: &[u8]| {
        bytes.iter().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
    };
    let mut grams: Vec<u32> =
        if marked.len() <= GRAM { vec![hash(&marked)] } else { marked.windows(GRAM).map(hash).collect() };
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// The number of a word among the words of an index.
pub type Word = u32;

/// The open files.
pub struct Strings {
    bytes: Mmap,
    lines: Mmap,
    starts: Mmap,
    words: usize,
    documents: usize,
    grams: usize,
}

impl Strings {
    /// Maps the files of an index.
    pub fn open(folder: &Path) -> Result<Self, CorpusError> {
        let map = |name: &str| -> Result<Mmap, CorpusError> {
            let path = folder.join(name);
            let file = std::fs::File::open(&path).map_err(|error| CorpusError::damaged(&path, error.to_string()))?;
            #[expect(unsafe_code, reason = "an edition's files are never written again once it is swapped in")]
            unsafe { Mmap::map(&file) }.map_err(|error| CorpusError::file(&path, &error))
        };
        let bytes = map("strings.bin")?;
        let read = |at: usize| number(&bytes, at).map_or(0, |n| n as usize);
        let (words, documents, grams) = (read(0), read(1), read(2));
        Ok(Self { lines: map("documents.tsv")?, starts: map("documents.idx")?, bytes, words, documents, grams })
    }

    fn at(&self, number_at: usize) -> usize {
        number(&self.bytes, number_at).map_or(0, |n| n as usize)
    }

    fn names_at(&self) -> usize {
        3 + self.words * 2 + 1
    }

    fn grams_at(&self) -> usize {
        self.names_at() + self.documents + 1
    }

    fn strings_at(&self) -> usize {
        self.grams_at() + self.grams * 2 + 1
    }

    /// Id, set and title of a document.
    pub fn document(&self, row: usize) -> Option<(&str, &str, &str)> {
        let start = number(&self.starts, row)? as usize;
        let end = number(&self.starts, row + 1).map_or(self.lines.len(), |end| end as usize);
        let line = std::str::from_utf8(self.lines.get(start..end.checked_sub(1)?)?).ok()?;
        let mut fields = line.split('\t');
        Some((fields.next()?, fields.next()?, fields.next()?))
    }

    /// The text of a word.
    pub fn text(&self, word: Word) -> &str {
        let at = 3 + word as usize * 2;
        let begin = self.strings_at() + self.at(self.names_at() + self.documents) + self.at(self.strings_at() - 1);
        let (from, to) = (begin * 4 + self.at(at), begin * 4 + self.at(at + 2));
        self.bytes.get(from..to).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("")
    }

    /// The number of a word, if any document has it.
    pub fn find(&self, text: &str) -> Option<Word> {
        let (mut low, mut high) = (0, self.words);
        while low < high {
            let middle = low + (high - low) / 2;
            let word = u32::try_from(middle).ok()?;
            match self.text(word).cmp(text) {
                std::cmp::Ordering::Equal => return Some(word),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// How rare a word is: its inverse document frequency as BM25 counts it.
    pub fn rarity(&self, word: Word) -> f32 {
        number(&self.bytes, 3 + word as usize * 2 + 1).map_or(0.0, f32::from_bits)
    }

    /// How many words there are.
    pub fn words(&self) -> usize {
        self.words
    }

    /// The names of a document, each as the numbers of its words.
    pub fn names(&self, row: usize) -> impl Iterator<Item = impl Iterator<Item = Word> + '_> + '_ {
        let base = self.strings_at();
        let (mut at, end) = (base + self.at(self.names_at() + row), base + self.at(self.names_at() + row + 1));
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let (from, length) = (at + 1, self.at(at));
            at = from + length;
            Some((from..at.min(end)).filter_map(|n| number(&self.bytes, n)))
        })
    }

    /// Words that share letters with `text`, with how alike they are (0 to 1, the share of grams they have in
    /// common), the most alike first.
    pub fn alike(&self, text: &str, least: f32, most: usize) -> Vec<(Word, f32)> {
        let grams = grams_of(text);
        // One byte a word: counting is a walk over small arrays, whatever the words.
        let mut shared = vec![0_u8; self.words];
        let base = self.strings_at() + self.at(self.names_at() + self.documents);
        for gram in &grams {
            let Some(n) = self.find_gram(*gram) else { continue };
            let (from, to) = (self.at(self.grams_at() + n * 2 + 1), self.at(self.next_gram(n)));
            let bytes = self.bytes.get((base + from) * 4..(base + to) * 4).unwrap_or_default();
            for word in bytes.as_chunks::<4>().0 {
                if let Some(count) = shared.get_mut(u32::from_le_bytes(*word) as usize) {
                    *count = count.saturating_add(1);
                }
            }
        }
        // Fewer in common than this cannot be alike enough, however short the other word is.
        let fewest = (least * grams.len() as f32 / 2.0).floor().max(1.0) as u8;
        let mut found: Vec<(Word, f32)> = (0..)
            .zip(&shared)
            .filter(|(_, count)| **count >= fewest)
            .map(|(word, count)| {
                let length = self.text(word).len().max(GRAM - 1) + 2 - GRAM;
                (word, 2.0 * f32::from(*count) / (grams.len() + length.max(1)) as f32)
            })
            .filter(|(_, share)| *share >= least)
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(most);
        found
    }

    /// Where the words of the gram behind `n` begin: its own entry, or the end.
    fn next_gram(&self, n: usize) -> usize {
        self.grams_at() + if n + 1 < self.grams { (n + 1) * 2 + 1 } else { self.grams * 2 }
    }

    fn find_gram(&self, gram: u32) -> Option<usize> {
        let (mut low, mut high) = (0, self.grams);
        while low < high {
            let middle = low + (high - low) / 2;
            let held = number(&self.bytes, self.grams_at() + middle * 2)?;
            match held.cmp(&gram) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let from = at.checked_mul(4)?;
    Some(u32::from_le_bytes(bytes.get(from..from.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(names: &[&[&str]]) -> (tempfile::TempDir, Strings) {
        let folder = tempfile::tempdir().unwrap();
        let documents: Vec<Document> = names
            .iter()
            .enumerate()
            .map(|(n, names)| Document {
                doc: format!("D{n}"),
                set: "icd10cm".to_owned(),
                title: names[0].to_owned(),
                names: names.iter().map(|name| (*name).to_owned()).collect(),
                context: String::new(),
                cards: String::new(),
            })
            .collect();
        write(folder.path(), &documents).unwrap();
        let open = Strings::open(folder.path()).unwrap();
        (folder, open)
    }

    #[test]
    fn names_read_back_as_they_were_written() {
        let (_folder, strings) = strings(&[&["Effusion of knee", "Water on knee"], &["Gout"], &[""]]);
        assert_eq!(strings.document(0), Some(("D0", "icd10cm", "Effusion of knee")));
        assert_eq!(strings.document(3), None);
        let names = |row| -> Vec<String> {
            let words = |name: Vec<Word>| name.into_iter().map(|w| strings.text(w)).collect::<Vec<_>>().join(" ");
            strings.names(row).map(|name| words(name.collect())).collect()
        };
        assert_eq!(names(0), ["effus of knee", "water on knee"]);
        assert_eq!(names(1), ["gout"]);
        assert_eq!(strings.find("gout").map(|word| strings.text(word)), Some("gout"));
        assert_eq!(strings.find("gouts"), None);
        assert!(strings.rarity(strings.find("knee").unwrap()) > 0.0);
    }

    #[test]
    fn a_misspelt_word_finds_the_word_it_is_like() {
        let (_folder, strings) = strings(&[&["Pneumonia"], &["Pneumothorax"], &["Diarrhea"]]);
        let alike = strings.alike("pneumonnia", 0.3, 3);
        assert_eq!(strings.text(alike[0].0), "pneumonia");
        assert!(strings.alike("zzzz", 0.3, 3).is_empty());
    }

    #[test]
    fn a_file_cut_short_gives_nothing_and_does_not_panic() {
        let (folder, _) = strings(&[&["Pneumonia"], &["Gout"]]);
        let path = folder.path().join("strings.bin");
        let whole = std::fs::read(&path).unwrap();
        for cut in [1, 12, 20, whole.len() / 2, whole.len() - 1] {
            std::fs::write(&path, &whole[..cut]).unwrap();
            let strings = Strings::open(folder.path()).unwrap();
            let _ = (strings.find("gout"), strings.alike("gout", 0.1, 3), strings.names(1).flatten().count());
        }
    }
}
