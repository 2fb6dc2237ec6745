//! The NCCI Policy Manuals, Medicare and Medicaid (CMS, National Correct Coding Initiative Policy Manual, yearly): an
//! introduction and chapters I to XIII, each with its own cover and table of contents, lettered sections, and numbered
//! paragraphs that are cited as `Chapter I, Section C, 3`.

mod chapter;

use jiff::civil::Date;

use self::chapter::Reading;
use super::super::{File, Format, Intake, Origin, OriginId, Refusal, Rights, Sample, american_date};
use super::passage::Section;
use super::prose::{Paragraph, Rules, paragraphs};
use crate::domain::table::Table;

/// The NCCI Policy Manuals as text.
pub const FORMAT: Format = Format { name: "NCCI Policy Manual", recognise, read };

/// A whole manual has an introduction and 13 chapters.
const CHAPTERS: usize = 14;
/// How many lines of a text may stand before its title.
const TITLE_LINES: usize = 40;
const RULES: Rules = Rules { furniture: is_furniture, starts, ends: |paragraph, _| chapter::is_heading(paragraph) };

/// A manual, by its own words.
struct Manual {
    program: &'static str,
    year: i16,
}

impl Manual {
    /// The start of its keys: `ncci-manual-2026`, `ncci-manual-medicaid-2025`.
    fn key(&self) -> String {
        match self.program {
            "Medicare" => format!("ncci-manual-{}", self.year),
            _ => format!("ncci-manual-medicaid-{}", self.year),
        }
    }

    fn name(&self) -> String {
        format!("NCCI Policy Manual for {} Services", self.program)
    }
}

fn recognise(sample: &Sample<'_>) -> bool {
    program(&sample.text).is_some()
}

/// `Medicare` or `Medicaid`, where the first lines are the title of a manual, or of one of its chapters.
fn program(text: &str) -> Option<&'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).take(TITLE_LINES).find_map(|line| match line {
        "Medicare NCCI Coding Policy Manual" | "MEDICARE NATIONAL CORRECT CODING INITIATIVE POLICY MANUAL" => {
            Some("Medicare")
        }
        "Medicaid NCCI Coding Policy Manual" | "MEDICAID NATIONAL CORRECT CODING INITIATIVE POLICY MANUAL" => {
            Some("Medicaid")
        }
        _ => None,
    })
}

/// Page numbers such as `I-3`, the revision line, and the footer of the common table of contents.
fn is_furniture(line: &str) -> bool {
    is_page_number(line) || revision(line).is_some() || is_contents_footer(line)
}

fn is_page_number(line: &str) -> bool {
    line.split_once('-').is_some_and(|(chapter, page)| {
        let named = chapter == "Intro" || super::outline::roman_value(chapter).is_some();
        named && !page.is_empty() && page.len() <= 3 && page.bytes().all(|b| b.is_ascii_digit())
    })
}

/// `January 1, 2026          Page 1`.
fn is_contents_footer(line: &str) -> bool {
    let page = line.rsplit_once("Page ").is_some_and(|(_, page)| page.parse::<u16>().is_ok());
    page && line.len() < 160 && super::dates::long_date(line).is_some()
}

/// The date of `Revision Date (Medicare): 1/1/2026`.
fn revision(line: &str) -> Option<Date> {
    let rest = line.trim().strip_prefix("Revision Date")?;
    american_date(rest.rsplit([' ', ':', ')']).next()?)
}

fn starts(line: &str) -> bool {
    chapter::is_heading(line) || chapter::letter(line).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let program = program(&text).ok_or_else(|| Refusal::at(1, "the title of the manual is missing"))?;
    let dates: Vec<(usize, Date)> = text
        .lines()
        .enumerate()
        .filter_map(|(at, line)| Some((at + 1, revision(line.trim_start_matches('\u{c}'))?)))
        .collect();
    let Some(year) = dates.iter().map(|(_, date)| date.year()).max() else {
        return Err(Refusal::at(1, "no line `Revision Date` tells the year; import the manual with its page footers"));
    };
    let manual = Manual { program, year };
    let paragraphs = paragraphs(&text, &RULES);
    let chapters = chapter::split(&paragraphs);
    if chapters.is_empty() {
        return Err(Refusal::at(
            1,
            "no chapter of the manual begins with its cover page; import it as CMS publishes it",
        ));
    }
    let origin = intake.origin(origin(file, &manual, &dates, chapters.len() >= CHAPTERS));
    for chapter in &chapters {
        let own = dates.iter().filter(|(line, _)| chapter.lines.contains(line)).map(|(_, date)| *date);
        let revised = own.max();
        chapter.read(|reading| emit(&manual, revised, reading, origin, intake));
    }
    Ok(())
}

fn emit(manual: &Manual, revised: Option<Date>, reading: &Reading<'_>, origin: OriginId, intake: &mut Intake) {
    let revision =
        revised.map_or(String::new(), |date| format!("Revision date {}/{}/{}", date.month(), date.day(), date.year()));
    let texts: Vec<&str> = reading.paragraphs.iter().map(|paragraph: &&Paragraph| paragraph.text.as_str()).collect();
    Section {
        key: &format!("{}#{}", manual.key(), reading.place),
        section: &reading.section,
        title: &reading.title,
        path: &format!("{} > {}", manual.name(), reading.path),
        revision: &revision,
        from: revised,
        to: Date::new(manual.year, 12, 31).ok(),
        categories: false,
    }
    .emit(&texts, origin, intake);
}

fn origin(file: &File<'_>, manual: &Manual, dates: &[(usize, Date)], complete: bool) -> Origin {
    let program = manual.program.to_ascii_lowercase();
    let latest = dates.iter().map(|(_, date)| *date).max();
    Origin {
        id: format!("ncci-manual-{program}-{}", manual.year),
        table: Table::Passage,
        family: format!("passage+ncci-manual-{program}"),
        title: manual.name(),
        edition: manual.year.to_string(),
        from: dates.iter().map(|(_, date)| *date).min(),
        to: Date::new(manual.year, 12, 31).ok(),
        complete,
        source: format!(
            "CMS, {}, {}, revised {}",
            manual.name(),
            file.name(),
            latest.map_or(String::new(), |date| date.to_string())
        ),
        rights: Rights::Public,
        notice: String::new(),
    }
}

#[cfg(test)]
mod tests;
