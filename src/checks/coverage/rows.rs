//! Rows and passages as sources.

use crate::corpus::{Corpus, Line, Release};
use crate::domain::citation::{FactKey, Source, Table};
use crate::domain::time::EffectivePeriod;

/// Bytes of a quoted passage, at most.
const LONGEST: usize = 320;
/// Pieces of one section of a document that are looked through.
const PIECES: usize = 60;

/// A row as a source.
pub(in crate::checks) fn source(corpus: &Corpus, line: &Line<'_>) -> Source {
    of(corpus, line, line.text.to_owned(), String::new())
}

/// A passage as a source, with the words of it that say so; the words must stand in it.
pub(in crate::checks) fn passage(corpus: &Corpus, line: &Line<'_>, words: &str) -> Source {
    of(corpus, line, words.to_owned(), line.get("section").to_owned())
}

fn of(corpus: &Corpus, line: &Line<'_>, quote: String, place: String) -> Source {
    let release = corpus.releases().find(line.get("release"));
    let day = |column: &str| line.get(column).parse().ok();
    let period = match line.table {
        Table::Passage => EffectivePeriod { from: day("from"), to: day("to") },
        _ => release.map(|release| release.period).unwrap_or_default(),
    };
    Source {
        doc: release.map_or_else(|| format!("CaseConsultant edition {}", corpus.edition()), Release::doc),
        place,
        fact: FactKey { table: line.table, key: line.key.to_owned(), period, release: line.get("release").to_owned() },
        quote,
        note: String::new(),
    }
}

/// The beginning of a passage: whole sentences where they are short enough.
pub(in crate::checks) fn opening<'a>(line: &Line<'a>) -> &'a str {
    let text = line.get("text");
    // Line ends within a passage are written as two characters.
    let text = text.split("\\n").map(str::trim).find(|part| part.len() > 60).unwrap_or(text);
    if text.len() <= LONGEST {
        return text;
    }
    let mut end = LONGEST;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let cut = &text[..end];
    cut.rfind(". ").map_or_else(|| cut.rsplit_once(' ').map_or(cut, |(whole, _)| whole), |at| &cut[..=at])
}

/// The pieces of a document's section: `KEY`, `KEY.p2`, `KEY.p3`.
pub(in crate::checks) fn pieces<'a>(corpus: &'a Corpus, key: &str) -> Vec<Line<'a>> {
    let mut found = corpus.list_rows(Table::Passage, key);
    for n in 2..PIECES {
        let more = corpus.list_rows(Table::Passage, &format!("{key}.p{n}"));
        if more.is_empty() && n > 3 {
            break;
        }
        found.extend(more);
    }
    found
}

/// The numbered passages of a coverage document: `ID#1`, `ID#2`.
pub(super) fn passages<'a>(corpus: &'a Corpus, document: &str) -> Vec<Line<'a>> {
    let mut found = Vec::new();
    for n in 1..PIECES {
        let more = corpus.list_rows(Table::Passage, &format!("{document}#{n}"));
        if more.is_empty() {
            break;
        }
        found.extend(more);
    }
    found
}
