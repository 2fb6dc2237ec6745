//! The indexes of ICD-10-CM: the alphabetic index, external causes, the table of drugs, the table of neoplasms.
//!
//! Format: `icd10cm_index.xsd` (CDC/NCHS), one for all four. A main term has terms below it, up to nine deep; an entry
//! leads to a code, or in the two tables to one code for each column.
//!
//! A row is a code with the whole path of the entry that leads to it. Nonessential modifiers stay in their
//! parentheses. `see` and `see also` lead to other entries and give no row.

use quick_xml::events::BytesStart;

use super::super::{File, Format, Intake, Origin, OriginId, Refusal, Rights, Sample};
use super::edition::Edition;
use super::writing::{dotted, file_name};
use super::xml::{Node, attribute, is_root, tidy, version, walk};
use crate::domain::table::Table;

/// The format.
pub const FORMAT: Format = Format { name: "ICD-10-CM index", recognise, read };

/// No path of FY2026 has more than 300 bytes. A longer one is a damaged file, whose rows would outgrow it.
const LONGEST: usize = 2_000;

/// Which index it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Index,
    ExternalCause,
    Drug,
    Neoplasm,
}

impl Kind {
    /// As the title or the column heads at the beginning of the file say.
    fn of(head: &str) -> Option<Self> {
        let upper = head.to_ascii_uppercase();
        let columns = upper.split_once("<INDEXHEADING").map_or("", |(_, columns)| columns);
        if upper.contains("EXTERNAL CAUSE") {
            Some(Self::ExternalCause)
        } else if columns.contains(">SUBSTANCE<") {
            Some(Self::Drug)
        } else if columns.contains(">NEOPLASM<") {
            Some(Self::Neoplasm)
        } else {
            (columns.is_empty() && upper.contains("<TITLE")).then_some(Self::Index)
        }
    }

    /// The kind of its terms.
    fn key(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::ExternalCause => "external_cause",
            Self::Drug => "drug",
            Self::Neoplasm => "neoplasm",
        }
    }

    fn id(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::ExternalCause => "index-external-cause",
            Self::Drug => "index-drug",
            Self::Neoplasm => "index-neoplasm",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Index => "ICD-10-CM alphabetic index",
            Self::ExternalCause => "ICD-10-CM index of external causes",
            Self::Drug => "ICD-10-CM table of drugs and chemicals",
            Self::Neoplasm => "ICD-10-CM table of neoplasms",
        }
    }

    /// Fewer rows are an excerpt. FY2026 has about 60,000 (by the size of its file), 6,671, 40,036 and 9,020.
    fn least(self) -> u64 {
        match self {
            Self::Index => 30_000,
            Self::ExternalCause => 5_000,
            Self::Drug => 30_000,
            Self::Neoplasm => 7_000,
        }
    }
}

fn recognise(sample: &Sample<'_>) -> bool {
    is_root(&sample.text, "ICD10CM.index")
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let head = text.split_once("<letter").map_or("", |(head, _)| head);
    let kind = Kind::of(head).ok_or_else(|| {
        Refusal::at(1, "neither a title nor column heads before the first letter say which index it is; fetch it again")
    })?;
    let edition = Edition::of(file.path, version(head));
    let origin = intake.origin(Origin {
        id: format!("{}-{}", kind.id(), edition.as_ref().map_or_else(|| "undated".to_owned(), Edition::id)),
        table: Table::Term,
        family: format!("term+{}", kind.key()),
        title: kind.title().to_owned(),
        edition: edition.as_ref().map(Edition::name).unwrap_or_default(),
        from: edition.as_ref().map(|edition| edition.from),
        to: edition.as_ref().map(|edition| edition.to),
        complete: edition.is_some() && entries(&text) >= kind.least(),
        source: format!("CDC/NCHS and CMS, {}", file_name(file.path)),
        rights: Rights::Public,
        notice: String::new(),
    });
    let mut reader = Reader {
        kind,
        origin,
        intake,
        heads: Vec::new(),
        path: Vec::new(),
        column: String::new(),
        text: String::new(),
    };
    walk(&text, |node, line| match node {
        Node::Open(name, tag) => reader.open(name, tag),
        Node::Text(text) => reader.text.push_str(text),
        Node::Close(name) => reader.close(name, line),
    })
}

/// How many codes the index leads to, without reading it: its elements less the cells that hold only a dash.
fn entries(text: &str) -> u64 {
    let count = |word: &str| memchr::memmem::find_iter(text.as_bytes(), word).count();
    let all = count("</code>") + count("</cell>");
    u64::try_from(all.saturating_sub(count(">-</cell>") + count(">--</cell>"))).unwrap_or(u64::MAX)
}

struct Reader<'a> {
    kind: Kind,
    origin: OriginId,
    intake: &'a mut Intake,
    /// Column number and what stands over it.
    heads: Vec<(String, String)>,
    /// The titles of the terms that are open, the main term first.
    path: Vec<String>,
    column: String,
    text: String,
}

impl Reader<'_> {
    fn open(&mut self, name: &str, tag: &BytesStart<'_>) {
        match name {
            "mainTerm" | "term" => self.path.push(String::new()),
            "head" | "cell" => self.column = attribute(tag, "col"),
            // A modifier stands apart from its word, but for endings such as `(s)`.
            "nemod" => {
                self.text.push_str(" \u{1}");
                return;
            }
            _ => {}
        }
        self.text.clear();
    }

    fn close(&mut self, name: &str, line: usize) {
        match name {
            "title" => {
                if let Some(last) = self.path.last_mut() {
                    *last = modified(&self.text);
                }
            }
            "nemod" => self.text.push('\u{2}'),
            "head" => self.heads.push((self.column.clone(), tidy(&self.text).to_lowercase())),
            "code" => self.entry(line, None),
            // The code of the manifestation, if it is one: one entry of FY2026 holds words there.
            "manif" if written(&self.text).is_some() => self.entry(line, None),
            "cell" => {
                let head = self.heads.iter().find(|(column, _)| *column == self.column).map(|(_, head)| head.clone());
                if !tidy(&self.text).chars().all(|c| c == '-') {
                    self.entry(line, head);
                }
            }
            "mainTerm" | "term" => {
                self.path.pop();
            }
            _ => {}
        }
    }

    /// Takes the code that has been read as one that the open terms lead to.
    fn entry(&mut self, line: usize, head: Option<String>) {
        let Some(code) = written(&self.text) else {
            self.intake.broken(line, format!("{:?} is no ICD-10-CM code", tidy(&self.text)));
            return;
        };
        let parts = self.path.iter().map(String::as_str).chain(head.as_deref()).filter(|part| !part.is_empty());
        let text = parts.collect::<Vec<_>>().join(", ");
        if text.is_empty() || text.len() > LONGEST {
            self.intake.broken(line, "a code without a term that leads to it, or with one of more than 2,000 bytes");
        } else {
            self.intake.row(Table::Term, &code, &[self.kind.key(), &text], self.origin);
        }
    }
}

/// The code of an entry in its usual writing: without the dash of a code that is to be completed, without a
/// placeholder at its end, without the brackets of a manifestation.
fn written(text: &str) -> Option<String> {
    let bare = text.trim().trim_start_matches('[').trim_end_matches(']').trim_end_matches(['-', '.', '\u{2013}']);
    let short = if bare.len() > 4 { bare.trim_end_matches(['X', 'x']).trim_end_matches('.') } else { bare };
    dotted(short)
}

/// A title with its modifiers, which `open` and `close` have marked: `Air contaminant(s), source`, `Abuse (adult) of`.
fn modified(text: &str) -> String {
    let text = text.replace(" \u{1}(s)", "(s)").replace('\u{1}', "");
    let mut parts = text.split('\u{2}');
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if part.chars().next().is_some_and(char::is_alphanumeric) {
            all.push(' ');
        }
        all.push_str(part);
    }
    tidy(&all)
}

#[cfg(test)]
mod tests;
