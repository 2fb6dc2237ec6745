//! Chapters of the CMS Internet-Only Manuals (Publication 100): title, table of contents, then for each section its
//! number and heading, its revision line, its text; at the end the history of transmittals, which is no policy.

mod contents;
mod revision;

use std::collections::HashMap;

use jiff::civil::Date;
use regex::Regex;

use self::contents::{Heading, headings};
use self::revision::Revision;
use super::super::{File, Format, Intake, Origin, OriginId, Refusal, Rights, Sample};
use super::passage::Section;
use super::prose::{Paragraph, Rules, paragraphs};
use crate::domain::table::Table;

/// Chapters of the Internet-Only Manuals as text.
pub const FORMAT: Format = Format { name: "CMS Internet-Only Manual chapter", recognise, read };

/// How much of a text its title may take, in characters.
const TITLE: usize = 900;
/// The part of its table of contents that a whole chapter has sections for; some entries are reserved and have none.
const WHOLE: (usize, usize) = (8, 10);
/// What begins the history at the end, and ends the text.
const HISTORY: [&str; 2] = ["Transmittals Issued for this Chapter", "Rev # Issue Date Subject"];
/// The manuals: how their titles begin, publication, and the names of their files before the number of the chapter.
const MANUALS: [(&str, &str, &str); 9] = [
    ("Medicare General Information, Eligibility, and Entitlement", "100-01", "ge101c"),
    ("General Information, Eligibility, and Entitlement", "100-01", "ge101c"),
    ("Medicare Benefit Policy", "100-02", "bp102c"),
    ("Medicare Claims Processing", "100-04", "clm104c"),
    ("Medicare Secondary Payer", "100-05", "msp105c"),
    ("Medicare Financial Management", "100-06", "fin106c"),
    ("Medicare Program Integrity", "100-08", "pim83c"),
    ("Quality Improvement Organization", "100-10", "qio110c"),
    ("Medicare Managed Care", "100-16", "mc86c"),
];
const RULES: Rules = Rules { furniture: |_| false, starts, ends: |paragraph, _| revision::is_complete(paragraph) };

/// What the first page says.
struct Chapter {
    publication: &'static str,
    key: String,
    manual: String,
    number: u32,
    title: String,
    revision: Revision,
}

impl Chapter {
    fn name(&self) -> String {
        format!("Chapter {} - {}", self.number, self.title)
    }
}

fn recognise(sample: &Sample<'_>) -> bool {
    chapter(&sample.text).is_some()
}

/// The title of a chapter: manual, `Chapter 12 - …`, `Table of Contents`, and its revision.
fn chapter(text: &str) -> Option<Chapter> {
    let head: String = text.chars().take(TITLE * 3).collect();
    let head: String = head.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(TITLE).collect();
    let (title, rest) = head.split_once(" Table of Contents")?;
    let known = |(start, ..): &&(&str, &str, &str)| title.contains(start);
    let (start, publication, file) = MANUALS.iter().find(known).copied()?;
    let pattern = Regex::new(r"^(.*?) Chapter (\d{1,2}) ?[-–—] ?(.+)$").expect("the pattern is written here");
    let found = pattern.captures(&title[title.rfind(start)?..])?;
    let number: u32 = found[2].parse().ok()?;
    let manual = if found[1].ends_with("Manual") { found[1].to_owned() } else { format!("{} Manual", &found[1]) };
    let manual = if manual.starts_with("Medicare") { manual } else { format!("Medicare {manual}") };
    let revision = rest.split_inclusive(')').map_while(Revision::parse).max_by_key(|revision| revision.number);
    Some(Chapter {
        publication,
        key: format!("{file}{number:02}"),
        manual,
        number,
        title: found[3].to_owned(),
        revision: revision.unwrap_or_default(),
    })
}

fn starts(line: &str) -> bool {
    revision::begins(line) || contents::number(line).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let chapter = chapter(&text).ok_or_else(|| Refusal::at(1, "the title of the chapter is missing"))?;
    let paragraphs = paragraphs(&text, &RULES);
    let end = end_of_text(&paragraphs);
    let (contents, headings) = headings(&paragraphs[..end]);
    if headings.is_empty() {
        return Err(Refusal::at(1, "no section with a revision line such as `(Rev. 1, 10-01-03)` was found"));
    }
    let (listed, found) = contents.found(&headings);
    let whole = end < paragraphs.len() && found * WHOLE.1 >= listed * WHOLE.0;
    let origin = intake.origin(origin(file, &chapter, whole));
    let mut before = HashMap::new();
    for (at, heading) in headings.iter().enumerate() {
        let until = headings.get(at + 1).map_or(end, |next| next.start);
        emit(&chapter, heading, &before, &paragraphs[heading.text.min(until)..until], origin, intake);
        before.entry(heading.number.as_str()).or_insert((heading, 0)).1 += 1;
    }
    Ok(())
}

/// Where the history begins, which the table of contents may announce in the same words.
fn end_of_text(paragraphs: &[Paragraph]) -> usize {
    let body = paragraphs.iter().rposition(|paragraph| revision::begins(&paragraph.text)).unwrap_or(0);
    let begins = |text: &str| HISTORY.iter().any(|words| text.starts_with(words));
    let (before, behind) = paragraphs.split_at(body);
    let found = before.iter().rposition(|paragraph| begins(&paragraph.text)).filter(|at| *at > body / 2);
    let behind = behind.iter().position(|paragraph| begins(&paragraph.text)).map(|at| body + at);
    found.or(behind).unwrap_or(paragraphs.len())
}

/// True for the places in the paper manuals that sections came from, such as `A3-3101.1, HO-210.1`.
fn is_reference(text: &str) -> bool {
    text.len() < 120
        && text.contains('-')
        && text.bytes().any(|b| b.is_ascii_digit())
        && !text.bytes().any(|b| b.is_ascii_lowercase())
}

fn emit(
    chapter: &Chapter,
    heading: &Heading,
    before: &HashMap<&str, (&Heading, usize)>,
    text: &[Paragraph],
    origin: OriginId,
    intake: &mut Intake,
) {
    let mut path = format!("{} (Pub. {}) > {}", chapter.manual, chapter.publication, chapter.name());
    for above in contents::above(&heading.number) {
        if let Some((known, _)) = before.get(above) {
            path.push_str(&format!(" > {}", known.name()));
        }
    }
    path.push_str(&format!(" > {}", heading.name()));
    let copies = before.get(heading.number.as_str()).map_or(0, |(_, copies)| *copies);
    let copy = if copies == 0 { String::new() } else { format!("-{}", copies + 1) };
    let lead = Some(heading.lead.as_str()).filter(|lead| !lead.is_empty());
    let texts: Vec<&str> = lead.into_iter().chain(text.iter().map(|paragraph| paragraph.text.as_str())).collect();
    if matches!(texts.as_slice(), [only] if is_reference(only)) {
        return;
    }
    Section {
        key: &format!("{}#{}{copy}", chapter.key, heading.number.replace(' ', "-")),
        section: &heading.number,
        title: &heading.title,
        path: &path,
        revision: &heading.revision.to_string(),
        from: heading.revision.effective,
        to: None,
        categories: false,
    }
    .emit(&texts, origin, intake);
}

fn origin(file: &File<'_>, chapter: &Chapter, complete: bool) -> Origin {
    let id = format!("iom-{}-{:02}", chapter.publication, chapter.number);
    let issued: Option<Date> = chapter.revision.issued;
    Origin {
        id: format!("{id}-r{}", chapter.revision.number),
        table: Table::Passage,
        family: format!("passage+{id}"),
        title: format!("{} (Pub. {}), {}", chapter.manual, chapter.publication, chapter.name()),
        edition: chapter.revision.to_string(),
        from: issued,
        to: None,
        complete: complete && issued.is_some(),
        source: format!(
            "CMS, Pub. {} chapter {}, {}, {}",
            chapter.publication,
            chapter.number,
            file.name(),
            chapter.revision
        ),
        rights: Rights::Public,
        notice: String::new(),
    }
}

#[cfg(test)]
mod tests;
