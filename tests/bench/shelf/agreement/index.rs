//! The indexes of ICD-10-CM, read line by line: the official files have one element a line.

use caseconsultant::domain::table::Table;

use super::raw::Raw;
use super::{Claim, Reading, Spec};

/// The tables, each with the elements that MANIFEST.md counts: main terms with terms, or with cells.
pub const TABLES: &[Spec] = &[
    Spec {
        name: "index of external causes 2026-04",
        table: Table::Term,
        release: "index-external-cause-2026-04",
        files: &["icd10cm/icd10cm-eindex-April-1-2026-XML.xml.gz"],
        manifest: Some(314 + 7_776),
        read: |raw, files| entries(raw, files, "external_cause", ["<mainTerm>", "<term "]),
    },
    Spec {
        name: "table of drugs 2026-04",
        table: Table::Term,
        release: "index-drug-2026-04",
        files: &["icd10cm/icd10cm-drug-April-1-2026-XML.xml.gz"],
        manifest: Some(5_179 + 43_224),
        read: |raw, files| entries(raw, files, "drug", ["<mainTerm>", "<cell "]),
    },
    Spec {
        name: "table of neoplasms 2026-04",
        table: Table::Term,
        release: "index-neoplasm-2026-04",
        files: &["icd10cm/icd10cm-neoplasm-April-1-2026-XML.xml"],
        manifest: Some(1_939 + 10_922),
        read: |raw, files| entries(raw, files, "neoplasm", ["<term ", "<cell "]),
    },
];

fn content(line: &str) -> String {
    let body = line.split_once('>').and_then(|(_, body)| body.rsplit_once("</")).map_or("", |(body, _)| body);
    body.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

/// Without what a code lacks at its end: dash, point, placeholders.
fn code(text: &str) -> String {
    let text = text.trim().trim_matches(['[', ']']).trim_end_matches('-').trim_end_matches('.');
    if text.len() > 4 { text.trim_end_matches('X').trim_end_matches('.').to_owned() } else { text.to_owned() }
}

/// Every code with the titles that lead to it, and in a table with the head of its column.
fn entries(raw: &Raw, files: &[&str], kind: &str, counted: [&str; 2]) -> Reading {
    let text = raw.text(files[0]);
    let (mut path, mut heads, mut claims): (Vec<String>, Vec<String>, Vec<Claim>) = Default::default();
    let mut take = |path: &[String], text: &str, head: Option<&str>| {
        let titles: Vec<&str> = path.iter().map(String::as_str).chain(head).collect();
        claims.push(Claim::new(code(text), [("kind", kind), ("text", titles.join(", ").as_str())]));
    };
    for line in text.lines().map(str::trim) {
        let tag = line.trim_start_matches(['<', '/']).split(['>', ' ']).next().unwrap_or("");
        match tag {
            "mainTerm" | "term" if line.starts_with("</") => drop(path.pop()),
            "mainTerm" | "term" => path.push(String::new()),
            "title" => {
                if let Some(last) = path.last_mut() {
                    *last = content(line).replace("<nemod>", " ").replace("</nemod>", " ");
                }
            }
            "head" => heads.push(content(line).to_lowercase()),
            "code" => take(&path, &content(line), None),
            "manif" if content(line).contains(|c: char| c.is_ascii_digit()) => take(&path, &content(line), None),
            "cell" if !content(line).trim_matches('-').is_empty() => {
                let column: usize = line["<cell col=\"".len()..].split('"').next().unwrap().parse().unwrap();
                take(&path, &content(line), Some(&heads[column - 1]));
            }
            _ => {}
        }
    }
    let rows = counted.iter().map(|element| text.matches(element).count()).sum();
    Reading::of(rows, claims)
}
