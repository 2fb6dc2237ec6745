//! A question in words, with what else those words may be called.

use std::collections::BTreeMap;

use crate::corpus::index::{Index, strings::Word};
use crate::corpus::{Corpus, token};
use crate::domain::table::Table;

/// Words of a letter that are not of its question.
const POLITE: [&str; 40] = [
    "hello",
    "dear",
    "team",
    "morn",
    "good",
    "afternoon",
    "regard",
    "thank",
    "advanc",
    "cite",
    "rule",
    "quick",
    "question",
    "need",
    "befor",
    "drop",
    "claim",
    "best",
    "folk",
    "hey",
    "urgent",
    "asap",
    "appreci",
    "help",
    "cheer",
    "today",
    "answer",
    "know",
    "let",
    "us",
    "me",
    "ok",
    "okay",
    "evening",
    "even",
    "kind",
    "sincer",
    "greet",
    "wonder",
    "tell",
];
/// What a word of the description of a code in the question counts.
const DESCRIBED: f32 = 0.35;
/// What a word of a concept counts.
const CONCEPT: f32 = 0.7;
/// Words beside its own that are looked for when a name is asked for.
const OTHERS: usize = 12;
/// Words that only join others.
const JOINING: [&str; 12] = ["of", "the", "and", "in", "to", "a", "an", "or", "by", "for", "on", "as"];
/// Words of one phrase that the word lists are asked for.
const LONGEST_PHRASE: usize = 5;
/// Meanings of one phrase that are followed.
const MEANINGS: usize = 3;
/// Words looked at.
const MOST: usize = 40;
/// The share of letters that must stay for a word to be taken for the right spelling of one that no name has.
const MISSPELT: f32 = 0.65;
/// How alike words must be at least before their letters are compared.
const LOOSELY: f32 = 0.18;
/// How alike a word must be to count as another form of it.
const FORM: f32 = 0.5;

/// A word of the question.
pub struct AskedWord {
    /// Its stem.
    pub stem: String,
    /// How rare it is among the names of the index.
    pub rarity: f32,
}

/// What a word of a document is worth to a word of the question.
pub type Credits = Vec<(usize, f32)>;

/// A question, read.
pub struct Asked {
    /// Its words.
    pub words: Vec<AskedWord>,
    /// For each word of the index where its credits stand, from 1; 0 for none. An array, because ranking asks it for
    /// every word of every name.
    places: Vec<u16>,
    /// Which words of the question a word answers, and how well (0 to 1).
    credits: Vec<Credits>,
    /// What was read for what: `heart attack: myocardial infarction`.
    pub read_as: Vec<(String, String)>,
    weights: BTreeMap<String, f32>,
    /// How many words beside its own are looked for.
    others: usize,
}

impl Asked {
    /// Reads words as the name of something.
    pub fn name(corpus: &Corpus, index: &Index, text: &str) -> Self {
        let mut asked = Self::plain(index, text, &JOINING);
        asked.phrases(corpus, index, text, 1.0);
        asked.related(corpus, index);
        asked.forms(index);
        asked
    }

    /// Reads words as a question about a rule: what is polite in it is no subject; what coders say is read as what
    /// manuals call it; a code stands for what it is.
    pub fn question(corpus: &Corpus, index: &Index, text: &str) -> Self {
        let stop: Vec<&str> = super::STOP.iter().chain(&POLITE).copied().collect();
        let mut asked = Self::plain(index, text, &stop);
        asked.others = usize::MAX - MOST;
        asked.phrases(corpus, index, text, 0.65);
        asked.described(corpus, text);
        asked.concepts(corpus, text);
        asked
    }

    /// The words of our descriptions of the codes in the question.
    fn described(&mut self, corpus: &Corpus, text: &str) {
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() == 5).take(MOST) {
            let Some(line) = corpus.facts.find(Table::Code, &word.to_ascii_uppercase()).first().copied() else {
                continue;
            };
            for stem in token::terms(&format!("{} {}", line.get("description"), line.get("words"))) {
                if !super::STOP.contains(&stem.as_str()) {
                    self.look_for(&stem, DESCRIBED);
                }
            }
        }
    }

    /// What manuals call what the question says: a concept counts when all its words are there, in any order.
    fn concepts(&mut self, corpus: &Corpus, text: &str) {
        let words: std::collections::HashSet<String> = token::terms(text).into_iter().collect();
        for (said, called) in corpus.concepts() {
            if said.iter().all(|word| words.contains(word)) {
                called.iter().for_each(|stem| self.look_for(stem, CONCEPT));
            }
        }
    }

    fn plain(index: &Index, text: &str, stop: &[&str]) -> Self {
        let mut asked = Self {
            words: Vec::new(),
            places: vec![0; index.strings.words()],
            credits: Vec::new(),
            read_as: Vec::new(),
            weights: BTreeMap::new(),
            others: OTHERS,
        };
        for stem in token::terms(text) {
            if stop.contains(&stem.as_str()) || stem.len() > 60 || asked.weights.contains_key(&stem) {
                continue;
            }
            let word = index.strings.find(&stem);
            let number = asked.words.len();
            let rarity = word.map_or(UNKNOWN, |word| index.strings.rarity(word));
            asked.words.push(AskedWord { stem: stem.clone(), rarity });
            if let Some(word) = word {
                asked.credit(word, number, 1.0);
            }
            asked.weights.insert(stem, 1.0);
            if asked.words.len() == MOST {
                break;
            }
        }
        asked
    }

    /// True when nothing is left to look for.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Which words of the question a word of a document answers.
    pub fn credits(&self, word: Word) -> &[(usize, f32)] {
        match self.places.get(word as usize) {
            Some(place) if *place > 0 => &self.credits[usize::from(*place) - 1],
            _ => &[],
        }
    }

    /// The words to look for, with their weights: those of the question, and the strongest of the others.
    pub fn weighted(&self) -> Vec<(&str, f32)> {
        let mut words: Vec<(&str, f32)> = self.weights.iter().map(|(word, weight)| (word.as_str(), *weight)).collect();
        words.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        words.truncate(self.words.len() + self.others);
        words
    }

    fn credit(&mut self, word: Word, asked: usize, worth: f32) {
        let Some(place) = self.places.get_mut(word as usize) else { return };
        if *place == 0 {
            let Ok(next) = u16::try_from(self.credits.len() + 1) else { return };
            self.credits.push(Credits::new());
            *place = next;
        }
        let credits = &mut self.credits[usize::from(*place) - 1];
        match credits.iter_mut().find(|(n, _)| *n == asked) {
            Some((_, held)) => *held = held.max(worth),
            None => credits.push((asked, worth)),
        }
    }

    fn look_for(&mut self, stem: &str, weight: f32) {
        let held = self.weights.entry(stem.to_owned()).or_insert(0.0);
        *held = held.max(weight);
    }

    /// What the word lists say for phrases of the question.
    fn phrases(&mut self, corpus: &Corpus, index: &Index, text: &str, scale: f32) {
        let lower = text.to_lowercase();
        let words: Vec<&str> = lower
            .split(|c: char| c.is_whitespace() || ",;:?!()\"".contains(c))
            .map(|word| word.trim_end_matches('.'))
            .filter(|word| !word.is_empty())
            .take(MOST)
            .collect();
        for length in (1..=LONGEST_PHRASE.min(words.len())).rev() {
            for phrase in words.windows(length) {
                let phrase = phrase.join(" ");
                if length == 1 && (super::STOP.contains(&phrase.as_str()) || JOINING.contains(&phrase.as_str())) {
                    continue;
                }
                self.phrase(corpus, index, &phrase, scale);
            }
        }
    }

    fn phrase(&mut self, corpus: &Corpus, index: &Index, phrase: &str, scale: f32) {
        let mut meanings: Vec<(f32, &str)> = corpus
            .facts
            .find(Table::Lexicon, phrase)
            .iter()
            .filter_map(|line| {
                let own = line.get("release") == crate::corpus::OWN_WORDS;
                let weight = match (line.get("kind"), own) {
                    ("synonym" | "abbreviation", true) => 0.9,
                    ("synonym" | "lay", false) => 0.5,
                    ("abbreviation", false) => 0.2,
                    _ => return None,
                };
                Some((weight * scale, line.get("meaning")))
            })
            .collect();
        meanings.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        meanings.truncate(MEANINGS);
        let stems = token::terms(phrase);
        let asked: Vec<usize> = (0..self.words.len()).filter(|n| stems.contains(&self.words[*n].stem)).collect();
        for (weight, meaning) in meanings {
            for stem in token::terms(meaning) {
                if JOINING.contains(&stem.as_str()) {
                    continue;
                }
                self.look_for(&stem, weight);
                if let Some(word) = index.strings.find(&stem) {
                    asked.iter().for_each(|n| self.credit(word, *n, weight));
                }
            }
            self.read_as.push((phrase.to_owned(), meaning.to_owned()));
        }
    }

    /// Words that titles use in place of those of the question.
    fn related(&mut self, corpus: &Corpus, index: &Index) {
        for number in 0..self.words.len() {
            for line in corpus.facts.find(Table::Related, &self.words[number].stem) {
                let (stem, weight) = (line.field(0), line.field(1).parse().unwrap_or(0.0));
                self.look_for(stem, weight);
                if let Some(word) = index.strings.find(stem) {
                    self.credit(word, number, weight);
                }
            }
        }
    }

    /// Words that look alike: the right spelling of a word that no name has, other forms of one that some have.
    fn forms(&mut self, index: &Index) {
        for number in 0..self.words.len() {
            let stem = self.words[number].stem.clone();
            if stem.len() < 4 || stem.bytes().any(|b| b.is_ascii_digit()) {
                continue;
            }
            if index.strings.find(&stem).is_some() {
                for (word, share) in index.strings.alike(&stem, FORM, 6) {
                    self.credit(word, number, share * 0.9);
                }
                continue;
            }
            for (word, share) in spellings(index, &stem) {
                self.credit(word, number, share * 0.9);
                let text = index.strings.text(word).to_owned();
                self.look_for(&text, share * share);
                self.words[number].rarity = self.words[number].rarity.min(index.strings.rarity(word));
                self.read_as.push((stem.clone(), text));
            }
        }
    }
}

/// The words nearest to one that no name has, by the edits between them, with the share of letters that stay.
fn spellings(index: &Index, stem: &str) -> Vec<(Word, f32)> {
    let mut near: Vec<(Word, f32)> = index
        .strings
        .alike(stem, LOOSELY, 60)
        .into_iter()
        .map(|(word, _)| {
            let text = index.strings.text(word);
            let edits = strsim::osa_distance(stem, text) as f32;
            (word, 1.0 - edits / stem.len().max(text.len()) as f32)
        })
        .filter(|(_, share)| *share >= MISSPELT)
        .collect();
    near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    near.truncate(3);
    near
}

/// The rarity of a word that no name has: it can be matched in part only, and should not outweigh the others.
const UNKNOWN: f32 = 6.0;
