//! The tabular list of ICD-10-CM, read line by line: the official file has one element a line.

use std::collections::{HashMap, HashSet};

use caseconsultant::corpus::Corpus;
use caseconsultant::domain::table::Table;

use super::raw::Raw;
use super::{Claim, Reading, SHOWN, Spec, lookup};
use crate::table::Row;

const FILE: &str = "icd10cm/icd10c-tabular-April-1-2026.xml.gz";
const RELATIONS: &str = "tabular-2026-04";

/// The tables, each with what MANIFEST.md counts of the file: `diag`, sections, chapters.
pub const TABLES: &[Spec] = &[
    Spec {
        name: "tabular list 2026-04, notes",
        table: Table::Note,
        release: "tabular-2026-04-notes",
        files: &[FILE],
        manifest: Some(46_881),
        read: |raw, _| {
            let list = List::read(raw);
            let claims =
                list.notes.iter().map(|(place, kind, text)| Claim::new(place, [("kind", kind), ("text", text)]));
            Reading::of(list.diagnoses.len(), claims.collect())
        },
    },
    Spec {
        name: "  inclusion terms",
        table: Table::Term,
        release: "tabular-2026-04-terms",
        files: &[FILE],
        manifest: Some(46_881),
        read: |raw, _| {
            let list = List::read(raw);
            let terms = list.notes.iter().filter(|(_, kind, _)| kind == "inclusion");
            let claims = terms.map(|(place, kind, text)| Claim::new(place, [("kind", kind), ("text", text)]));
            Reading::of(list.diagnoses.len(), claims.collect())
        },
    },
    Spec {
        name: "  blocks",
        table: Table::Block,
        release: "tabular-2026-04-blocks",
        files: &[FILE],
        manifest: Some(297),
        read: |raw, _| blocks(&List::read(raw)),
    },
    Spec {
        name: "  titles of blocks and chapters",
        table: Table::Title,
        release: "tabular-2026-04-blocks",
        files: &[FILE],
        manifest: Some(297 + 22),
        read: |raw, _| {
            let list = List::read(raw);
            let sections = list.sections.iter().map(|section| (&section.id, &section.title));
            let named = sections.chain(list.chapters.iter().map(|chapter| (&chapter.range, &chapter.title)));
            // A block of one category has the title of the category.
            let wide = named.clone().filter(|(range, _)| range.contains('-'));
            let claims = wide.map(|(range, title)| {
                Claim::new(range, [("set", "icd10cm"), ("short", ""), ("long", title), ("rights", "public")])
            });
            Reading::of(named.clone().count(), claims.collect())
        },
    },
    Spec {
        name: "  every code and heading, in the order file 2026",
        table: Table::Title,
        release: "icd10cm-2026",
        files: &[FILE],
        manifest: Some(46_881),
        read: |raw, _| {
            let list = List::read(raw);
            let claim = |(code, title): &(String, String)| Claim::new(code, [("long", &plain(title))]);
            let claims: Vec<Claim> = list.diagnoses.iter().map(claim).collect();
            // The order file holds the codes with a 7th character too: its counts are compared elsewhere.
            Reading { rows: claims.len(), expected: claims.len(), distinct: None, claims }
        },
    },
];

struct Chapter {
    number: String,
    title: String,
    range: String,
}

struct Section {
    id: String,
    title: String,
    chapter: usize,
}

#[derive(Default)]
struct List {
    chapters: Vec<Chapter>,
    sections: Vec<Section>,
    /// Code and title of every `diag`.
    diagnoses: Vec<(String, String)>,
    /// Category and its section.
    categories: Vec<(String, usize)>,
    /// Place, kind and text of every note.
    notes: Vec<(String, String, String)>,
}

/// The kinds of notes by their elements.
const KINDS: [(&str, &str); 9] = [
    ("includes", "includes"),
    ("inclusionTerm", "inclusion"),
    ("excludes1", "excludes1"),
    ("excludes2", "excludes2"),
    ("codeFirst", "code_first"),
    ("useAdditionalCode", "use_additional"),
    ("codeAlso", "code_also"),
    ("notes", "note"),
    ("sevenChrNote", "seventh"),
];

/// The content of a line that is one whole element, with its references resolved.
fn inner(line: &str, tag: &str) -> Option<String> {
    let body = line.strip_prefix(&format!("<{tag}"))?.split_once('>')?.1.strip_suffix(&format!("</{tag}>"))?;
    Some(body.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
}

/// `Title (A00-B99)` as title and range.
fn ranged(text: &str) -> (String, String) {
    let (title, range) = text.rsplit_once('(').unwrap();
    (title.trim().to_owned(), range.trim_end_matches(')').to_owned())
}

impl List {
    fn read(raw: &Raw) -> Self {
        let text = raw.text(FILE);
        let body = text.split_once("</introduction>").map_or(text.as_str(), |(_, body)| body);
        let (mut list, mut open, mut place, mut kind) = (Self::default(), Vec::new(), Vec::new(), "");
        let mut character = String::new();
        for line in body.lines().map(str::trim) {
            let tag = line.trim_start_matches(['<', '/']).split(['>', ' ']).next().unwrap_or("");
            if line.starts_with("</") {
                if ["chapter", "section", "diag"].contains(&tag) {
                    open.pop();
                    place.pop();
                } else if KINDS.iter().any(|(element, _)| *element == tag) {
                    kind = "";
                }
            } else if ["chapter", "section", "diag"].contains(&tag) {
                open.push(tag);
                let id = line.split_once("id=\"").and_then(|(_, id)| id.split_once('"')).map_or("", |(id, _)| id);
                place.push(if tag == "section" { id.to_owned() } else { String::new() });
            } else if let Some((_, name)) = KINDS.iter().find(|(element, _)| *element == tag) {
                kind = name;
            } else if let Some(note) = inner(line, "note") {
                // Among the 7th characters, a note is about the one above it.
                let note = if kind.is_empty() { format!("{character} - {}", note.trim()) } else { note };
                list.note(&place, if kind.is_empty() { "seventh" } else { kind }, note);
            } else if let Some(meaning) = inner(line, "extension") {
                line.split('"').nth(1).unwrap().clone_into(&mut character);
                list.note(&place, "seventh", format!("{character} - {meaning}"));
            } else if tag.starts_with("vis") || ["heading", "value"].contains(&tag) {
                list.acuity(&place, line);
            } else if let (Some(text), Some(level)) = (inner(line, "name").or_else(|| inner(line, "desc")), open.last())
            {
                list.named(level, &text, line.starts_with("<name"), &mut place);
            }
        }
        list
    }

    fn note(&mut self, place: &[String], kind: &str, text: String) {
        self.notes.push((place.last().unwrap().clone(), kind.to_owned(), text));
    }

    /// The table of visual acuity at H54.8, which the shelf holds as a note for each of its rows: `1, maximum 6/18`.
    fn acuity(&mut self, place: &[String], line: &str) {
        if line.starts_with("<visCategory>") {
            return self.note(place, "note", String::new());
        }
        for (n, part) in
            line.split("</").enumerate().filter(|(_, part)| part.contains("heading>") || part.contains("value>"))
        {
            let Some((tags, text)) = part.rsplit_once('>').filter(|(_, text)| n == 0 && !text.is_empty()) else {
                continue;
            };
            let bound = match (tags.contains("value"), tags.contains("visMax"), tags.contains("visMin")) {
                (true, true, _) => "maximum ",
                (true, _, true) => "minimum ",
                _ => "",
            };
            let row = &mut self.notes.last_mut().unwrap().2;
            row.push_str(if row.is_empty() { "" } else { ", " });
            row.push_str(&format!("{bound}{text}"));
        }
    }

    /// Takes the name or the title of the element that is open.
    fn named(&mut self, level: &str, text: &str, is_name: bool, place: &mut [String]) {
        let last = place.len() - 1;
        match (level, is_name) {
            ("chapter", true) => {
                self.chapters.push(Chapter { number: text.to_owned(), title: String::new(), range: String::new() })
            }
            ("chapter", false) => {
                let chapter = self.chapters.last_mut().unwrap();
                (chapter.title, chapter.range) = ranged(text);
                place[last].clone_from(&chapter.range);
                // The notes of a chapter stand behind its title.
            }
            ("section", false) => {
                let (title, _) = ranged(text);
                self.sections.push(Section { id: place[last].clone(), title, chapter: self.chapters.len() - 1 });
            }
            ("diag", true) => {
                place[last] = text.to_owned();
                self.diagnoses.push((text.to_owned(), String::new()));
                if place.len() == 3 {
                    self.categories.push((text.to_owned(), self.sections.len() - 1));
                }
            }
            _ => self.diagnoses.last_mut().unwrap().1 = text.to_owned(),
        }
    }
}

/// Each category with its section and chapter, and once more for each wider section around it, which has no
/// categories of its own.
fn blocks(list: &List) -> Reading {
    let own: Vec<usize> = list.categories.iter().map(|(_, section)| *section).collect();
    let claim = |category: &str, section: &Section| {
        let chapter = &list.chapters[section.chapter];
        let values = [
            ("block", section.id.as_str()),
            ("block_title", &section.title),
            ("chapter", &chapter.number),
            ("chapter_range", &chapter.range),
            ("chapter_title", &chapter.title),
        ];
        Claim::new(category, values)
    };
    let mut claims: Vec<Claim> =
        list.categories.iter().map(|(c, section)| claim(c, &list.sections[*section])).collect();
    let counted = claims.len();
    for (n, wide) in list.sections.iter().enumerate().filter(|(n, _)| !own.contains(n)) {
        let Some((low, high)) = wide.id.split_once('-') else { continue };
        let within = list.categories.iter().filter(|(category, section)| {
            *section != n
                && list.sections[*section].chapter == wide.chapter
                && (low..=high).contains(&category.as_str())
        });
        claims.extend(within.map(|(category, _)| claim(category, wide)));
    }
    Reading { expected: counted, ..Reading::of(list.sections.len(), claims) }
}

/// The codes of a text: a letter, a digit, a digit or letter, and up to four more behind a dot.
fn codes(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').map(|word| word.trim_end_matches('.'));
    let shaped = |word: &&str| {
        let (category, rest) = word.split_once('.').unwrap_or((word, "0"));
        let bytes = category.as_bytes();
        bytes.len() == 3
            && bytes[0].is_ascii_uppercase()
            && (bytes[1].is_ascii_digit() || bytes[1].is_ascii_uppercase() && bytes[2].is_ascii_digit())
            && (1..=4).contains(&rest.len())
            && rest.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
    };
    words.filter(shaped).map(str::to_owned).collect()
}

/// Codes, and whether the note names them under a condition.
type Named = (Vec<String>, bool);

/// The codes that a note names, in parentheses where it has codes there, and whether it names them under a condition
/// on further characters.
fn named(text: &str) -> Named {
    let conditional = ["character", " with .", "with ketoacidosis", "for codes"].iter().any(|word| text.contains(word));
    let inside: Vec<String> = text.split('(').skip(1).flat_map(|part| codes(part.split(')').next().unwrap())).collect();
    (if inside.is_empty() { codes(text) } else { inside }, conditional)
}

/// Whether a target is what a note with a condition may mean: a code of one of its categories, or between them.
fn within(target: &str, codes: &[String]) -> bool {
    let category = |code: &str| code[..3].to_owned();
    let (low, high) = (codes.iter().map(|c| category(c)).min(), codes.iter().map(|c| category(c)).max());
    low.zip(high).is_some_and(|(low, high)| (low..=high).contains(&category(target)))
}

/// Relations are read out of notes by rules, so that no count can be foretold. Both ways: every target is named by a
/// note of its kind at its place, and every code that a note names without a condition is a target there.
pub fn relations(corpus: &Corpus, raw: &Raw) -> (Row, bool) {
    if !raw.has(FILE) {
        return (Row::marked("  relations", format!("{FILE} is missing"), "", false), false);
    }
    let list = List::read(raw);
    let known: HashSet<&str> = list.diagnoses.iter().map(|(code, _)| code.as_str()).collect();
    let mut notes: HashMap<(&str, &str), Vec<Named>> = HashMap::new();
    for (place, kind, text) in &list.notes {
        notes.entry((place, kind)).or_default().push(named(text));
    }
    let (mut all, mut good) = (0, 0);
    let mut check = |right: bool, what: String| {
        all += 1;
        good += usize::from(right);
        if !right && all - good <= SHOWN {
            println!("relations: {what}");
        }
    };
    let mut targets: HashSet<(String, String, String)> = HashSet::new();
    let codes_of = list.diagnoses.iter().map(|(code, _)| code);
    let wider = list.sections.iter().map(|section| &section.id).chain(list.chapters.iter().map(|c| &c.range));
    for key in codes_of.chain(wider) {
        for row in lookup::rows(corpus, Table::Relation, RELATIONS, key) {
            let [kind, target, at] = [&row[0], &row[1], &row[2]];
            let here = notes.get(&(at.as_str(), kind.as_str())).map_or(&[][..], Vec::as_slice);
            for code in codes(target).into_iter().filter(|_| kind != "seventh") {
                let right = here.iter().any(|(codes, free)| codes.contains(&code) || *free && within(&code, codes));
                check(right, format!("{key} {kind} {target}: no note at {at} names it"));
                targets.insert((at.clone(), kind.clone(), code));
            }
        }
    }
    for ((place, kind), notes) in notes.iter().filter(|((_, kind), _)| !["inclusion", "note", "seventh"].contains(kind))
    {
        let plain = notes.iter().filter(|(_, conditional)| !conditional).flat_map(|(codes, _)| codes);
        for code in plain.filter(|code| known.contains(code.as_str())) {
            let held = targets.contains(&((*place).to_owned(), (*kind).to_owned(), code.clone()));
            check(held, format!("a note of {place} ({kind}) names {code}, which is no target"));
        }
    }
    let met = all == good && all > 0;
    (Row::marked("  relations, both ways", format!("{good} of {all}"), "all", met), met)
}

/// The order file is ASCII, the tabular list is not.
fn plain(text: &str) -> String {
    const LETTERS: [(&str, &str); 10] = [
        ("áàâäåã", "a"),
        ("ÁÀÂÄÅ", "A"),
        ("éèêë", "e"),
        ("É", "E"),
        ("íìîï", "i"),
        ("óòôöø", "o"),
        ("Ö", "O"),
        ("úùûü", "u"),
        ("ñ", "n"),
        ("ç", "c"),
    ];
    let one = |c: char| {
        LETTERS.iter().find(|(letters, _)| letters.contains(c)).map_or(c, |(_, plain)| plain.chars().next().unwrap())
    };
    text.chars().map(one).collect()
}
