//! Reason statements of the Medicare medical review contractors, as the text of the published PDF documents.
//!
//! After CMS, *Medical Review Reason Codes and Statements* (one document each for Part A, Part B, DME and others).
//! A document is a table of two columns in groups: a code, and its statement of one or more lines with the code
//! beside their middle. See [`layout`] for the lines and [`rows`] for which line belongs to which code.

mod layout;
mod rows;

use jiff::civil::Date;

use super::super::{File, Format, Intake, Origin, OriginId, Refusal, Rights, Sample};
use super::quote::named;
use crate::domain::table::Table;

/// Recognises and reads the statements.
pub(super) const FORMAT: Format = Format { name: "Medical review reason statements", recognise, read };

/// The smallest of the documents has 59 codes.
const FLOOR: usize = 50;

fn recognise(sample: &Sample<'_>) -> bool {
    let head: Vec<&str> = sample.lines().map(str::trim).filter(|line| !line.is_empty()).take(12).collect();
    // The title may be broken over two lines.
    head.iter().take(3).copied().collect::<Vec<_>>().join(" ").contains("Reason Codes and Statements")
        && head.iter().any(|line| *line == "Reason" || line.starts_with("Reason ") && !line.contains("Codes"))
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let document = layout::document(&text);
    let statements = rows::statements(&document.lines, intake);
    if statements.is_empty() {
        return Err(Refusal::at(1, "no reason code found; convert the PDF again with its layout kept"));
    }
    let origin = intake.origin(origin(file, &document.title, document.day, statements.len()));
    for statement in &statements {
        take(statement, &document, origin, intake);
    }
    Ok(())
}

fn take(statement: &rows::Statement, document: &layout::Document, origin: OriginId, intake: &mut Intake) {
    let rows::Statement { code, group, text } = statement;
    intake.row(Table::Reason, code, &[group, text], origin);
    let day = document.day.map(|day| day.to_string()).unwrap_or_default();
    let path = format!("Medicare medical review > {} > {group}", document.title);
    let fields = [code.as_str(), group, &path, &day, &day, "", &named(text), &Intake::lines(text)];
    intake.extra(Table::Passage, &format!("reason-{code}"), &fields, origin);
}

fn origin(file: &File<'_>, title: &str, day: Option<Date>, size: usize) -> Origin {
    let name = title.split(" Reason Codes").next().unwrap_or(title);
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let subject = words.join("-");
    let day_text = day.map(|day| day.to_string()).unwrap_or_default();
    let dash = if day.is_some() { "-" } else { "" };
    Origin {
        id: format!("reason-{subject}{dash}{day_text}"),
        table: Table::Reason,
        family: format!("reason+{subject}"),
        title: title.to_owned(),
        edition: day_text.clone(),
        from: day,
        to: None,
        complete: day.is_some() && size >= FLOOR,
        source: match day {
            Some(day) => format!("CMS, {}, of {day}", file.name()),
            None => format!("CMS, {}", file.name()),
        },
        rights: Rights::Public,
        notice: String::new(),
    }
}

#[cfg(test)]
mod tests;
