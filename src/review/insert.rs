//! What a reviewer looks up and puts into a draft: what a table says of a code, a rule card, a passage of a document, a
//! paragraph of the office. What comes from the edition becomes a source of the evidence, so that it is verified like any
//! other; a paragraph is the reviewer's own words.

use crate::checks;
use crate::corpus::{Corpus, CorpusError, SearchSet};
use crate::domain::check::Question;
use crate::domain::citation::{Citation, FactKey, Source, Table};
use crate::domain::code::Code;
use crate::domain::draft::{Assertion, Draft, REMARK, Section};
use crate::domain::evidence::{Evidence, Passage};
use crate::domain::time::EffectivePeriod;

/// Rules and passages offered of each kind, at most, and codes that are looked up.
const MOST: usize = 4;
const MOST_CODES: usize = 3;
/// The longest quotation of a passage, in bytes.
const LONGEST: usize = 420;

/// One thing that can be put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What a form sends to take it: `check/code_status/45385`, `card/…`, `passage/…`, `paragraph/…`.
    pub key: String,
    /// Its heading.
    pub title: String,
    /// What would stand in the answer.
    pub text: String,
    /// Where it is from, in a reader's words.
    pub place: String,
}

/// A text of the office, as the store keeps it.
#[derive(Debug, Clone, Copy)]
pub struct Own<'a> {
    /// Its key.
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its statements, one a line.
    pub body: &'a str,
}

/// What can be put in for some words, on the day of the question.
///
/// # Errors
/// The edition's index is damaged.
pub fn offers(corpus: &Corpus, evidence: &Evidence, own: &[Own<'_>], words: &str) -> Result<Vec<Offer>, CorpusError> {
    let mut found = Vec::new();
    if words.trim().is_empty() {
        return Ok(found);
    }
    let codes = words.split(|c: char| c.is_whitespace() || c == ',').filter_map(|word| Code::parse(word).ok());
    for code in codes.take(MOST_CODES) {
        for question in questions(&code) {
            let key = format!("check/{}/{code}", question.kind());
            found.extend(stated(corpus, evidence, &question).map(|passage| offer(key, &passage)));
        }
    }
    for set in [SearchSet::Rules, SearchSet::Passages] {
        for hit in corpus.search(words, Some(set), MOST)? {
            found.extend(passage(corpus, &hit.doc, words).map(|passage| offer(hit.doc.clone(), &passage)));
        }
    }
    let lower = words.to_lowercase();
    let wanted: Vec<&str> = lower.split_whitespace().collect();
    let holds = |own: &&Own<'_>| {
        let text = format!("{} {}", own.title, own.body).to_lowercase();
        wanted.iter().all(|word| text.contains(word))
    };
    found.extend(own.iter().filter(holds).map(|own| Offer {
        key: format!("paragraph/{}", own.id),
        title: own.title.to_owned(),
        text: own.body.to_owned(),
        place: "a paragraph of the office".to_owned(),
    }));
    Ok(found)
}

/// Puts one in: a source more in the evidence of that question, and its statement under the reviewer's own heading.
/// False, and nothing is changed, where there is no such thing.
pub fn put_in(
    corpus: &Corpus,
    (evidence, draft): (&mut Evidence, &mut Draft),
    own: &[Own<'_>],
    (key, words): (&str, &str),
) -> bool {
    if let Some(id) = key.strip_prefix("paragraph/") {
        let Some(own) = own.iter().find(|own| own.id == id) else { return false };
        let lines = own.body.lines().map(str::trim).filter(|line| !line.is_empty());
        say(draft, lines.map(|line| Assertion::new(line, Vec::new())).collect());
        return true;
    }
    let found = match key.strip_prefix("check/").and_then(|rest| rest.split_once('/')) {
        Some((kind, code)) => Code::parse(code).ok().and_then(|code| {
            let question = questions(&code).into_iter().find(|question| question.kind() == kind)?;
            stated(corpus, evidence, &question)
        }),
        None => passage(corpus, key, words),
    };
    let Some(passage) = found else { return false };
    let n = match evidence.number(&passage.source) {
        Some(n) => n,
        None => {
            let n = evidence.citations.len() + 1;
            evidence.citations.push(Citation { n, source: passage.source.clone() });
            n
        }
    };
    say(draft, vec![Assertion::new(statement(&passage), vec![n])]);
    if !evidence.passages.iter().any(|own| own.source.fact == passage.source.fact && own.text == passage.text) {
        evidence.passages.push(passage);
    }
    true
}

fn say(draft: &mut Draft, items: Vec<Assertion>) {
    match draft.sections.iter_mut().find(|section| section.heading == REMARK) {
        Some(section) => section.items.extend(items),
        None => draft.sections.push(Section { heading: REMARK.to_owned(), items }),
    }
}

fn offer(key: String, passage: &Passage) -> Offer {
    let place = [passage.source.doc.as_str(), passage.source.place.as_str()];
    Offer {
        key,
        title: passage.title.clone(),
        text: statement(passage),
        place: place.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("; "),
    }
}

/// How it reads in an answer: what our own texts say in their words, what a document says in quotation marks.
fn statement(passage: &Passage) -> String {
    match passage.source.fact.table {
        Table::Passage => format!("{}: \u{201c}{}\u{201d}", passage.title, passage.source.quote),
        _ => passage.text.clone(),
    }
}

/// What is asked of the tables about a code alone.
fn questions(code: &Code) -> Vec<Question> {
    let code = || code.clone();
    let mut questions = vec![Question::CodeStatus { code: code() }];
    if code().set().is_procedure() {
        questions.push(Question::GlobalPeriod { code: code() });
        questions.push(Question::Units { code: code(), asked: None });
        questions.push(Question::AddOn { code: code(), with: Vec::new() });
        questions.push(Question::Fee { code: code(), modifier: None, locality: None });
    }
    questions
}

/// What the tables say to it, where they have a row.
fn stated(corpus: &Corpus, evidence: &Evidence, question: &Question) -> Option<Passage> {
    let check = checks::ask(corpus, question, evidence.inquiry.scope);
    let source = check.sources.first()?.clone();
    let subjects: Vec<&str> = question.subjects().iter().map(|code| code.as_str()).collect();
    let (kind, names) = (question.kind().replace('_', " "), subjects.join(" and "));
    Some(Passage {
        title: format!("{names}: {kind}"),
        text: format!("{names}, {kind}: {}; {}", check.outcome.words(), checks::sentence(&check.detail)),
        conditions: Vec::new(),
        exceptions: Vec::new(),
        documentation: Vec::new(),
        confirmed: true,
        why: "looked up by the reviewer".to_owned(),
        source,
    })
}

/// A rule card, a modifier's entry, or the part of a document's passage that holds the words.
fn passage(corpus: &Corpus, doc: &str, words: &str) -> Option<Passage> {
    let why = || "looked up by the reviewer".to_owned();
    let (kind, key) = doc.split_once('/')?;
    match kind {
        "card" => corpus.find_card(key).map(|card| card.passage(why())),
        "modifier" => corpus.find_modifier(key).map(|entry| entry.passage(why())),
        "passage" => {
            let row = corpus.find_row(Table::Passage, key)?;
            let release = row.get("release");
            let quote = part(row.get("text"), words)?;
            Some(Passage {
                title: row.get("title").to_owned(),
                text: quote.clone(),
                conditions: Vec::new(),
                exceptions: Vec::new(),
                documentation: Vec::new(),
                confirmed: true,
                why: why(),
                source: Source {
                    doc: corpus.releases().find(release)?.doc(),
                    place: row.get("section").to_owned(),
                    fact: FactKey {
                        table: Table::Passage,
                        key: key.to_owned(),
                        period: EffectivePeriod { from: row.get("from").parse().ok(), to: row.get("to").parse().ok() },
                        release: release.to_owned(),
                    },
                    quote,
                    note: String::new(),
                },
            })
        }
        _ => None,
    }
}

/// The line of a passage that holds the most of the words, verbatim, cut at a space where it is long.
fn part(text: &str, words: &str) -> Option<String> {
    let lower = words.to_lowercase();
    let wanted: Vec<&str> = lower.split_whitespace().collect();
    let held = |line: &&str| {
        let line = line.to_lowercase();
        wanted.iter().filter(|word| line.contains(*word)).count()
    };
    // Of two that hold as many, the first.
    let lines: Vec<&str> = text.split("\\n").collect();
    let line = lines.into_iter().rev().max_by_key(held)?.trim();
    if line.len() <= LONGEST {
        return (!line.is_empty()).then(|| line.to_owned());
    }
    let mut cut = LONGEST;
    while !line.is_char_boundary(cut) {
        cut -= 1;
    }
    let head = &line[..cut];
    let whole = head.rfind(". ").map(|point| &head[..=point]).or_else(|| Some(head.rsplit_once(' ')?.0));
    Some(whole.unwrap_or(head).to_owned())
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn the_part_with_the_words_is_quoted_verbatim_and_not_for_ever() {
        let text = "First line.\\nThe second names a POLYP. And more.\\nLast";
        assert_eq!(part(text, "polyp second").as_deref(), Some("The second names a POLYP. And more."));
        assert_eq!(part(text, "nothing").as_deref(), Some("First line."));
        let long = format!("{} end. {}", "word ".repeat(60), "more ".repeat(60));
        let quote = part(&long, "word").unwrap();
        assert!(long.starts_with(&quote) && quote.ends_with("end."), "{quote}");
        assert_eq!(part("", "x"), None);
    }
}
