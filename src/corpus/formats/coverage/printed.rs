//! Local coverage documents as they are printed from the Medicare Coverage Database, converted to text with the layout
//! of the page kept.
//!
//! The headings are those of the database's own view of a document (CMS, *LCD Data Dictionary* and *Article Data
//! Dictionary*, field names). A document has facts (its id, its days), contractors, texts, code lists in groups,
//! related documents, a history of revisions and a list of its versions. The history is used for the number of the
//! revision only. Descriptions of codes are left out.
//!
//! A printed document is a release of its own. It is never complete: it proves what it says of itself, and not that
//! no other document names a code.

mod blocks;
mod lists;
mod page;
mod section;

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::super::{File, Format, Intake, Origin, OriginId, Refusal, Rights, Sample};
use super::quote::{Heading, Passages};
use super::sheet::{CPT_NOTICE, day};
use crate::domain::table::Table;
use page::Line;
use section::{Part, Section};

/// Recognises and reads the documents.
pub(super) const FORMAT: Format = Format { name: "MCD printed document", recognise, read };

/// The line at the head of each page: `LCD - Glucose Monitors (L33822)`.
static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:LCD|Article|\(LCD\))\s*[-–:]\s+(\S.*?)\s*\((D?[LA]\d{4,7})\)").expect("the pattern is constant")
});

/// What the document says of itself.
#[derive(Default)]
struct Facts {
    number: String,
    title: String,
    revision: String,
    began: Option<Date>,
    revised: Option<Date>,
    ended: Option<Date>,
    status: String,
    printed: Option<Date>,
}

impl Facts {
    fn kind(&self) -> &'static str {
        if self.number.trim_start_matches('D').starts_with('L') { "lcd" } else { "article" }
    }
}

fn recognise(sample: &Sample<'_>) -> bool {
    let head: Vec<&str> = sample.lines().filter(|line| !line.trim().is_empty()).take(12).collect();
    let Some(found) = head.iter().take(3).find_map(|line| HEAD.captures(line)) else { return false };
    head.iter().any(|line| line.trim() == &found[2]) && sample.text.contains("Contractor Information")
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let lines = page::lines(&text);
    let sections = section::cut(&lines);
    let facts = facts(&text, &sections);
    if facts.number.is_empty() {
        return Err(Refusal::at(1, "no document number at the head of the page; print the document again"));
    }
    if !sections.iter().any(|section| section.part == Part::Facts) {
        return Err(Refusal::at(1, "no information about the document found; convert the PDF with its layout kept"));
    }
    let origin = intake.origin(origin(file, &facts));
    let related = lists::related(&sections);
    lists::take_related(&facts.number, &facts.revision, &related, origin, intake);
    let contractors = lists::contractors(&sections);
    for (name, number) in &contractors {
        intake.row(Table::Contractor, &facts.number, &["document", name, number, "", "", ""], origin);
    }
    document(&facts, &contractors, &related, origin, intake);
    let mut passages = Passages::default();
    for section in &sections {
        match section.part {
            Part::Text => texts(section, &facts, &mut passages, origin, intake),
            Part::Codes(role) => {
                for (group, text) in lists::codes(section, role, &facts.number, &facts.revision, origin, intake) {
                    let place = format!("{} > Group {group}", section.name);
                    passage(&text, &place, &facts, &mut passages, origin, intake);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The row of the document.
fn document(
    facts: &Facts,
    contractors: &[(String, String)],
    related: &[(String, &str)],
    origin: OriginId,
    intake: &mut Intake,
) {
    let mut names: Vec<&str> = contractors.iter().map(|(name, _)| name.as_str()).collect();
    names.dedup();
    let related: Vec<&str> = related.iter().map(|(number, _)| number.as_str()).collect();
    let fields = [
        facts.kind(),
        &facts.revision,
        &facts.title,
        &names.join("; "),
        &written(facts.began),
        &written(facts.revised),
        &written(facts.ended),
        &facts.status,
        &related.join(" "),
    ];
    intake.row(Table::Lcd, &facts.number, &fields, origin);
}

fn written(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// The passages of a text section: its own, and those of each heading in capitals. A heading directly under another
/// stands below it.
fn texts(section: &Section<'_>, facts: &Facts, passages: &mut Passages, origin: OriginId, intake: &mut Intake) {
    let (mut place, mut open) = (section.name.to_owned(), Vec::new());
    // The heading before, as long as nothing but headings follows it.
    let mut above: Option<String> = None;
    for block in blocks::blocks(&section.lines) {
        if !block.heading {
            above = None;
            open.push(block.text);
            continue;
        }
        passage(&open.join("\n"), &place, facts, passages, origin, intake);
        open.clear();
        let outer = above.as_deref().map(|above| format!(" > {above}")).unwrap_or_default();
        place = format!("{}{outer} > {}", section.name, block.text);
        above = Some(block.text);
    }
    passage(&open.join("\n"), &place, facts, passages, origin, intake);
}

fn passage(text: &str, place: &str, facts: &Facts, passages: &mut Passages, origin: OriginId, intake: &mut Intake) {
    if matches!(text, "" | "N/A") {
        return;
    }
    let (series, cited) = match facts.kind() {
        "lcd" => ("Local Coverage Determinations", "LCD"),
        _ => ("Local Coverage Articles", "Article"),
    };
    let heading = Heading {
        key: &facts.number,
        section: &format!("{cited} {}", facts.number),
        title: &facts.title,
        path: &format!("Medicare Coverage Database > {series} > {} {} > {place}", facts.number, facts.title),
        revision: &facts.revision,
        from: &written(facts.revised.or(facts.began)),
        to: &written(facts.ended),
    };
    passages.add(text, &heading, origin, intake);
}

fn facts(text: &str, sections: &[Section<'_>]) -> Facts {
    let mut facts = Facts::default();
    let mut head = text.lines().filter(|line| !line.trim().is_empty()).take(3);
    if let Some(found) = head.find_map(|line| HEAD.captures(line)) {
        (facts.title, facts.number) = (found[1].to_owned(), found[2].to_owned());
    }
    facts.printed = page::printed(text);
    for section in sections {
        match section.part {
            Part::Facts => {
                for pair in section.lines.windows(2) {
                    fact(pair[0], pair[1], &mut facts);
                }
            }
            Part::History if facts.revision.is_empty() => facts.revision = lists::revision(section),
            Part::Versions if facts.status.is_empty() => facts.status = lists::status(section),
            _ => {}
        }
    }
    facts
}

/// Takes a label and the value under it.
fn fact(label: &Line, value: &Line, facts: &mut Facts) {
    // Some days stand in a sentence: `For services performed on or after 10/01/2024`.
    let found = value.text.split_whitespace().find_map(day);
    match label.text.as_str() {
        "Original Effective Date" => facts.began = facts.began.or(found),
        "Revision Effective Date" => facts.revised = facts.revised.or(found),
        "Revision Ending Date" | "Retirement Date" | "Article Ending Date" | "LCD Ending Date" => {
            facts.ended = match (facts.ended, found) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
        }
        _ => {}
    }
}

fn origin(file: &File<'_>, facts: &Facts) -> Origin {
    let from = facts.revised.or(facts.began);
    let number = facts.number.to_ascii_lowercase();
    let edition = match (facts.revision.as_str(), from) {
        ("", None) => String::new(),
        ("", Some(day)) => day.to_string(),
        (revision, _) => revision.to_owned(),
    };
    let dash = if edition.is_empty() { "" } else { "-" };
    let printed = facts.printed.map(|day| format!(", printed {day}")).unwrap_or_default();
    Origin {
        id: format!("{}-{number}{dash}{}", facts.kind(), edition.to_ascii_lowercase()),
        table: Table::Lcd,
        family: format!("lcd+{number}"),
        title: format!("{} {}", facts.number, facts.title),
        edition,
        from,
        to: facts.ended,
        complete: false,
        source: format!("CMS, Medicare Coverage Database, {}{printed}", file.name()),
        rights: Rights::Public,
        notice: CPT_NOTICE.to_owned(),
    }
}

#[cfg(test)]
mod tests;
