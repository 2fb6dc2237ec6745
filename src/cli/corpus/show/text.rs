//! The page as text for a terminal: what a coder looks for first stands first, and nothing is wider than 80.

use super::sheet::Sheet;
use super::{diagnosis, documents, procedure, schedules};
use crate::checks::page::{Named, Page};
use crate::checks::sentence;
use crate::domain::check::Outcome;
use crate::domain::code::CodeSet;

/// Lines of one list, at most; `--json` has all that the page has.
pub(super) const FEW: usize = 6;
/// The same for entries that take more than a line.
pub(super) const FEWER: usize = 4;

/// The page.
pub fn of(page: &Page) -> String {
    let mut sheet = Sheet::default();
    head(page, &mut sheet);
    place(page, &mut sheet);
    match page.code.set() {
        CodeSet::Icd10cm => diagnosis::notes(page, &mut sheet),
        CodeSet::Icd10pcs => {}
        CodeSet::Cpt | CodeSet::Hcpcs => procedure::all(page, &mut sheet),
    }
    schedules::all(page, &mut sheet);
    diagnosis::crosswalks(page, &mut sheet);
    documents::coverage(page, &mut sheet);
    documents::mentions(page, &mut sheet);
    changes(page, &mut sheet);
    foot(page, &mut sheet);
    sheet.into_text()
}

fn head(page: &Page, sheet: &mut Sheet) {
    sheet.line(&format!("{}  {}", page.code, page.code.set().name()));
    let description = page.description.as_deref().unwrap_or_default();
    if !description.is_empty() {
        sheet.line(description);
    } else if page.title.is_none() && page.code.set() == CodeSet::Cpt {
        sheet.line("No description on this shelf; CPT descriptors need the operator's licence.");
    }
    sheet.gap();
    if let Some(title) = page.title.as_ref().filter(|title| title.text() != description) {
        let standing = if title.in_force { "" } else { ", last known" };
        sheet.entry("Official title", &format!("{} ({}{standing})", title.text(), title.release));
    }
    sheet.entry("Status", &sentence(&page.status.detail));
    let shown = matches!(page.status.outcome, Outcome::Deleted | Outcome::NotChecked);
    for (n, successor) in page.successors.iter().filter(|_| shown).enumerate() {
        let standing = if successor.confirmed { "confirmed" } else { "unconfirmed" };
        let text = format!("{} ({standing})", line(&successor.named));
        sheet.hanging(if n == 0 { "Successor" } else { "" }, &text, 7);
    }
    for (n, previous) in page.previous.iter().take(FEW).enumerate() {
        let label = if n == 0 { "Before" } else { "" };
        sheet.entry(label, &format!("{}, until the change of {}", previous.codes.replace(' ', ", "), previous.from));
    }
    for (n, conflict) in page.conflicts.iter().take(3).enumerate() {
        let text =
            format!("{} says {}; {} says {}", conflict.release, conflict.says, conflict.other, conflict.other_says);
        sheet.entry(if n == 0 { "Disagreement" } else { "" }, &text);
    }
}

fn line(named: &Named) -> String {
    format!("{:<8} {}", named.code, named.title).trim_end().to_owned()
}

fn place(page: &Page, sheet: &mut Sheet) {
    let place = &page.place;
    sheet.gap();
    sheet.entry("Section", place.section.as_deref().unwrap_or_default());
    if let Some(chapter) = &place.chapter {
        sheet.short("Chapter", &line(chapter));
    }
    if let Some(block) = &place.block {
        sheet.short("Block", &line(block));
    }
    list(sheet, "Above", &place.above, place.above.len(), 0);
    for (n, axis) in place.axes.iter().enumerate() {
        let meaning = axis.meaning.as_deref().unwrap_or_default();
        sheet.short(
            if n == 0 { "Characters" } else { "" },
            format!("{} {:<15} {meaning}", axis.value, axis.name).trim_end(),
        );
    }
    list(sheet, "Below", &place.below, place.below_count, 0);
    let label = if page.code.set() == CodeSet::Icd10pcs { "Same body part" } else { "Beside" };
    let at = place.beside.partition_point(|other| other.code.as_str() < page.code.as_str());
    let first = at.saturating_sub(FEW / 2).min(place.beside.len().saturating_sub(FEW));
    list(sheet, label, &place.beside, place.beside_count, first);
    sheet.entry("Side", place.side.as_deref().unwrap_or_default());
}

/// Codes with their names from the one numbered `first`, a few, one a line.
fn list(sheet: &mut Sheet, label: &str, codes: &[Named], count: usize, first: usize) {
    for (n, code) in codes.iter().skip(first).take(FEW).enumerate() {
        sheet.short(if n == 0 { label } else { "" }, &line(code));
    }
    let shown = codes.len().min(FEW);
    if count > shown {
        sheet.entry("", &format!("and {} more", count - shown));
    }
}

/// The days that a table was not asked for are told by its words, `last known`.
pub(super) fn from(title: &str, in_force: bool) -> String {
    if in_force { format!("({title})") } else { format!("(last known: {title})") }
}

fn changes(page: &Page, sheet: &mut Sheet) {
    if page.changes.is_empty() {
        return;
    }
    sheet.gap();
    for (n, change) in page.changes.iter().take(FEW).enumerate() {
        let day = change.from.map(|day| day.to_string()).unwrap_or_default();
        let label = if n == 0 { "Changes" } else { "" };
        sheet.hanging(label, &format!("{day}  {} ({})", change.what, change.release), 12);
    }
    if page.changes.len() > FEW {
        sheet.entry("", &format!("and {} more", page.changes.len() - FEW));
    }
}

fn foot(page: &Page, sheet: &mut Sheet) {
    sheet.gap();
    let mut locators: Vec<String> = page.status.sources.iter().map(|source| source.fact.to_string()).collect();
    locators.extend(page.sources().iter().skip(locators.len()).map(|source| source.fact.to_string()));
    locators.retain(|locator| !locator.starts_with("release/"));
    locators.dedup();
    sheet.entry("Sources", &locators.iter().take(FEWER).cloned().collect::<Vec<_>>().join(", "));
    let stale = page.fees.as_ref().is_some_and(|fees| !fees.in_force)
        || page.units.iter().any(|units| !units.in_force)
        || page.edits.iter().any(|edits| !edits.in_force)
        || page.schedules.iter().any(|schedule| !schedule.in_force)
        || page.title.as_ref().is_some_and(|title| !title.in_force)
        || !page.notes.texts.is_empty() && !page.notes.in_force;
    if stale {
        let words =
            format!("\"Last known\" is not checked for {}: the release in force then is not on this shelf", page.as_of);
        sheet.entry("Note", &words);
    }
}
