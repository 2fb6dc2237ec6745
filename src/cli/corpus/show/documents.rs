//! Documents on the page: coverage determinations, articles, and sections of policy.

use super::sheet::Sheet;
use super::text::FEW;
use crate::checks::page::{Document, Page, Section};

/// Coverage documents that name the code.
pub fn coverage(page: &Page, sheet: &mut Sheet) {
    if page.coverage.count == 0 {
        return;
    }
    sheet.gap();
    for (n, document) in page.coverage.documents.iter().take(FEW).enumerate() {
        sheet.hanging(if n == 0 { "Coverage" } else { "" }, &told(document), 8);
    }
    if page.coverage.count > FEW {
        sheet.entry("", &format!("and {} more; all: corpus show coverage/{}", page.coverage.count - FEW, page.code));
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
    for (n, section) in page.mentions.sections.iter().take(FEW).enumerate() {
        sheet.hanging(if n == 0 { "Policy" } else { "" }, &cited(section), 3);
    }
    let more = page.mentions.count.saturating_sub(FEW);
    let all = if more > 0 { format!("and {more} more; ") } else { String::new() };
    sheet.entry("", &format!("{all}a section in full: corpus show passage/KEY"));
}

fn cited(section: &Section) -> String {
    let range = section.range.as_ref().map(|range| format!(", as part of {range}")).unwrap_or_default();
    let stale = if section.in_force { "" } else { ", last known" };
    // The last part of the path tells the pieces of a document apart.
    let last = section.path.rsplit(" > ").next().unwrap_or_default();
    let title = if last.is_empty() || section.section.contains(last) { &section.title } else { last };
    format!("{}, \"{title}\" (passage/{}{range}{stale})", section.section, section.passage)
}
