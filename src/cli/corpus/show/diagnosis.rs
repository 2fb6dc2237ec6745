//! The part of the page that diagnoses have: the notes of the tabular list, and ICD-9-CM.

use super::sheet::Sheet;
use super::text::FEW;
use crate::checks::page::{Note, Page};

/// Notes of one kind at one place that are written out.
const ITEMS: usize = 4;
/// The kinds in the order in which a coder needs them, and what they are called.
const KINDS: [(&str, &str); 9] = [
    ("excludes1", "Excludes1"),
    ("excludes2", "Excludes2"),
    ("code_first", "Code first"),
    ("use_additional", "Use additional"),
    ("code_also", "Code also"),
    ("seventh", "7th character"),
    ("inclusion", "Also called"),
    ("includes", "Includes"),
    ("note", "Note"),
];

/// The notes, each kind by the places where they stand.
pub fn notes(page: &Page, sheet: &mut Sheet) {
    sheet.gap();
    for (kind, label) in KINDS {
        if kind == "seventh" {
            seventh(page, label, sheet);
            continue;
        }
        for (n, (at, words)) in by_place(page, kind).iter().enumerate() {
            let place = if at == page.code.as_str() { String::new() } else { format!("at {at}: ") };
            let text = format!("{place}{}", written(page, at, words));
            sheet.hanging(if n == 0 { label } else { "" }, &text, 3);
        }
    }
    let any = !page.notes.texts.is_empty() || !page.notes.relations.is_empty();
    if any {
        let standing = if page.notes.in_force { "" } else { "last known: " };
        sheet.entry("", &format!("({standing}{})", page.notes.title));
    }
}

/// The words of one kind at one place, about three lines of them.
fn written(page: &Page, at: &str, words: &[String]) -> String {
    const LONGEST: usize = 150;
    let all = if page.notes.texts.is_empty() { format!("relation/{}", page.code) } else { format!("note/{at}") };
    // What introduces the others, such as "code to identify:", stands before them.
    let (heads, items): (Vec<&String>, Vec<&String>) = words.iter().partition(|text| text.ends_with(':'));
    let mut text = heads.iter().map(|head| format!("{head} ")).collect::<String>();
    let mut shown = 0;
    for item in items.iter().take(ITEMS) {
        if shown > 0 && text.chars().count() + item.chars().count() > LONGEST {
            break;
        }
        text.push_str(if shown > 0 { "; " } else { "" });
        text.push_str(item);
        shown += 1;
    }
    if text.chars().count() > 2 * LONGEST {
        let cut: String = text.chars().take(LONGEST).collect();
        return format!("{}… (corpus show {all})", cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head));
    }
    match items.len() - shown {
        0 => text.trim_end().to_owned(),
        more => format!("{text}; {more} more (corpus show {all})"),
    }
}

/// The words of a kind by place, the nearest first. Where the shelf has no words, the codes that the notes name.
fn by_place(page: &Page, kind: &str) -> Vec<(String, Vec<String>)> {
    let texts = page.notes.texts.iter().filter(|note| note.kind == kind);
    let mut found = grouped(texts.map(|note| (note.at.as_str(), note.text.as_str())));
    if found.is_empty() && page.notes.texts.is_empty() {
        let relations = page.notes.relations.iter().filter(|relation| relation.kind == kind);
        found = grouped(relations.map(|relation| (relation.at.as_str(), relation.target.as_str())));
    }
    let code = page.code.as_str();
    found.sort_by_key(|(at, _)| (!code.starts_with(at.as_str()), std::cmp::Reverse(at.len())));
    found
}

fn grouped<'a>(notes: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, Vec<String>)> {
    let mut places: Vec<(String, Vec<String>)> = Vec::new();
    for (at, text) in notes {
        match places.iter_mut().find(|(place, _)| place == at) {
            Some((_, words)) => words.push(text.to_owned()),
            None => places.push((at.to_owned(), vec![text.to_owned()])),
        }
    }
    places
}

/// What the 7th character of the code means, or which ones there are.
fn seventh(page: &Page, label: &str, sheet: &mut Sheet) {
    let notes: Vec<&Note> = page.notes.texts.iter().filter(|note| note.kind == "seventh").collect();
    let Some(nearest) = notes.first().map(|note| note.at.as_str()) else {
        if let Some(relation) = page.notes.relations.iter().find(|relation| relation.kind == "seventh") {
            sheet.entry(label, &format!("{} ({})", relation.target, relation.at));
        }
        return;
    };
    let values: Vec<(&str, &str)> =
        notes.iter().filter(|note| note.at == nearest).filter_map(|note| note.text.split_once(" - ")).collect();
    // Seven characters and the dot.
    let own = (page.code.as_str().len() == 8).then(|| &page.code.as_str()[7..]);
    match own {
        Some(own) => {
            let meanings: Vec<&str> = values.iter().filter(|(value, _)| value.trim() == own).map(|(_, m)| *m).collect();
            sheet.entry(label, &format!("{own}: {} (at {nearest})", meanings.join("; or ")));
        }
        None => {
            let mut characters: Vec<&str> = values.iter().map(|(value, _)| value.trim()).collect();
            characters.dedup();
            sheet.entry(label, &format!("needed: {} (corpus show note/{nearest})", characters.join(", ")));
        }
    }
}

/// Mappings to ICD-9-CM.
pub fn crosswalks(page: &Page, sheet: &mut Sheet) {
    for (n, map) in page.crosswalks.iter().take(FEW).enumerate() {
        let target = if map.target.is_empty() { "no code" } else { &map.target };
        let how = match (map.combination, map.approximate) {
            (true, _) => format!("part of a combination, {}", map.scenario),
            (_, true) => "approximate".to_owned(),
            _ => "exact".to_owned(),
        };
        let how = if map.target.is_empty() { String::new() } else { format!(", {how}") };
        sheet.entry(if n == 0 { "ICD-9-CM" } else { "" }, &format!("{target}{how} ({})", map.title));
    }
}
