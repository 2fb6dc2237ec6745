//! Documents on the page: coverage determinations, articles, and sections of policy.

use super::sheet::Sheet;
use super::text::FEWER;
use crate::checks::page::{Document, Page, Section};

/// Characters of a heading.
const HEADING: usize = 48;

/// Coverage documents that name the code.
pub fn coverage(page: &Page, sheet: &mut Sheet) {
    if page.coverage.count == 0 {
        return;
    }
    sheet.gap();
    for (n, document) in page.coverage.documents.iter().take(FEWER).enumerate() {
        sheet.hanging(if n == 0 { "Coverage" } else { "" }, &told(document), 8);
    }
    if page.coverage.count > FEWER {
        sheet.entry("", &format!("and {} more; all: corpus show coverage/{}", page.coverage.count - FEWER, page.code));
    }
    for national in page.coverage.national.iter().take(3) {
        sheet.hanging("", &format!("NCD {} {}", national.code, national.title), 8);
    }
}

fn told(document: &Document) -> String {
    let kind = match document.kind.as_str() {
        "lcd" => "LCD ",
        "article" => "article ",
        _ => "",
    };
    let who = document.contractor.split(['(', ';']).next().unwrap_or_default().trim().trim_end_matches(',');
    let ended = if document.ended.is_empty() { String::new() } else { format!(", ended {}", document.ended) };
    let status = match document.status.as_str() {
        "" | "Currently in Effect" => String::new(),
        status => format!(", {}", status.to_lowercase()),
    };
    let who = if who.is_empty() { String::new() } else { format!(" ({who}{ended}{status})") };
    format!("{kind}{} {}{who}: {}", document.id, document.title, document.roles.join("; "))
}

/// Sections of policy that mention the code.
pub fn mentions(page: &Page, sheet: &mut Sheet) {
    if page.mentions.count == 0 {
        return;
    }
    sheet.gap();
    for (n, section) in page.mentions.sections.iter().take(FEWER).enumerate() {
        sheet.hanging(if n == 0 { "Policy" } else { "" }, &cited(section), 3);
    }
    let more = page.mentions.count.saturating_sub(FEWER);
    let all = if more > 0 { format!("and {more} more; ") } else { String::new() };
    sheet.entry("", &format!("{all}a section in full: corpus show passage/KEY"));
}

/// Document, section, heading, and the key that shows it.
fn cited(section: &Section) -> String {
    let parts: Vec<&str> = section.path.split(" > ").collect();
    let document = parts.first().map(|part| part.split(" (Pub.").next().unwrap_or(part)).unwrap_or_default();
    let chapter = parts.get(1).filter(|part| part.starts_with("Chapter") && !section.section.starts_with("Chapter"));
    let chapter = chapter.and_then(|part| part.split(" - ").next()).unwrap_or_default();
    let named = [document, chapter, &section.section];
    let named: Vec<&str> = named.into_iter().filter(|part| !part.is_empty()).collect();
    let last = parts.last().copied().unwrap_or_default();
    let heading = last.strip_prefix(&section.section).map_or(last, |rest| rest.trim_start_matches([' ', '-', '.']));
    let heading = if heading.is_empty() { section.title.as_str() } else { heading };
    // A heading of a manual may be a sentence long.
    let heading = match heading.char_indices().nth(HEADING) {
        Some((end, _)) => format!("{}…", heading[..end].trim_end()),
        None => heading.to_owned(),
    };
    let range = section.range.as_ref().map(|range| format!(", as part of {range}")).unwrap_or_default();
    let stale = if section.in_force { "" } else { ", last known" };
    format!("{}: {heading} (passage/{}{range}{stale})", named.join(", "), section.passage)
}
