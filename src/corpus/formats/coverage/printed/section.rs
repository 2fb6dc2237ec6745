//! Cuts a printed document at the headings of the database.

use super::page::{Gap, Line};

/// What stands under a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The table of contractors.
    Contractors,
    /// Labels with values.
    Facts,
    /// Prose.
    Text,
    /// Code groups, with the role of their codes.
    Codes(&'static str),
    /// Local documents.
    Related,
    /// National determinations.
    National,
    /// The history of revisions.
    History,
    /// The list of versions.
    Versions,
    /// Nothing of use.
    Nothing,
}

/// A heading with what stands under it.
pub(super) struct Section<'a> {
    /// The heading.
    pub(super) name: &'a str,
    /// What stands under it.
    pub(super) part: Part,
    /// Its lines.
    pub(super) lines: Vec<&'a Line>,
}

const HEADINGS: [(&str, Part); 50] = [
    ("Contractor Information", Part::Contractors),
    ("LCD Information", Part::Facts),
    ("Article Information", Part::Facts),
    ("Document Information", Part::Facts),
    ("Issue", Part::Text),
    ("Issue Description", Part::Text),
    ("Issue - Explanation of Change Between Proposed LCD and Final LCD", Part::Text),
    ("CMS National Coverage Policy", Part::Text),
    ("Coverage Guidance", Part::Text),
    ("Coverage Indications, Limitations, and/or Medical Necessity", Part::Text),
    ("Summary of Evidence", Part::Text),
    ("Analysis of Evidence (Rationale for Determination)", Part::Text),
    ("Article Guidance", Part::Text),
    ("Article Text", Part::Text),
    ("Response To Comments", Part::Text),
    ("General Information", Part::Text),
    ("Associated Information", Part::Text),
    ("Utilization Guidelines", Part::Text),
    ("Appendices", Part::Text),
    ("Sources of Information", Part::Text),
    ("Bibliography", Part::Text),
    ("Additional ICD-10 Information", Part::Text),
    ("Other Coding Information", Part::Text),
    ("Coding Information", Part::Nothing),
    ("CPT/HCPCS Codes", Part::Codes("hcpcs")),
    ("CPT/HCPCS Modifiers", Part::Codes("modifier")),
    ("ICD-10-CM Codes that Support Medical Necessity", Part::Codes("covered")),
    ("ICD-10 Codes that Support Medical Necessity", Part::Codes("covered")),
    ("ICD-10-CM Codes that DO NOT Support Medical Necessity", Part::Codes("noncovered")),
    ("ICD-10 Codes that DO NOT Support Medical Necessity", Part::Codes("noncovered")),
    ("ICD-10-PCS Codes", Part::Codes("pcs")),
    ("Bill Type Codes", Part::Nothing),
    ("Revenue Codes", Part::Nothing),
    ("Revision History Information", Part::History),
    ("Associated Documents", Part::Nothing),
    ("Attachments", Part::Nothing),
    ("Related Local Coverage Documents", Part::Related),
    ("Related National Coverage Documents", Part::National),
    ("Statutory Requirements URLs", Part::Nothing),
    ("Rules and Regulations URLs", Part::Nothing),
    ("CMS Manual Explanations URLs", Part::Nothing),
    ("Other URLs", Part::Nothing),
    ("Public Versions", Part::Versions),
    ("Public Version(s)", Part::Versions),
    ("Keywords", Part::Nothing),
    ("Proposed Process Information", Part::Nothing),
    ("Synopsis of Changes", Part::Nothing),
    ("MAC Meeting Information URLs", Part::Nothing),
    ("Proposed LCD Posting Date", Part::Nothing),
    ("Reasons for Proposed LCD", Part::Nothing),
];

/// The sections of a document. A heading stands behind a gap or directly under another heading.
pub(super) fn cut(lines: &[Line]) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for line in lines {
        let part = HEADINGS.iter().find(|(name, _)| *name == line.text).map(|(_, part)| *part);
        let stands = line.gap != Gap::None || sections.last().is_some_and(|section| section.lines.is_empty());
        match (part, sections.last_mut()) {
            (Some(part), last) if stands && !is_label(last.as_deref(), &line.text) => {
                sections.push(Section { name: &line.text, part, lines: Vec::new() });
            }
            (_, Some(section)) => section.lines.push(line),
            _ => {}
        }
    }
    sections
}

/// Among the facts of an article, these words are a label and begin no section.
fn is_label(section: Option<&Section<'_>>, text: &str) -> bool {
    text == "General Information"
        && section.is_some_and(|section| section.part == Part::Facts && section.lines.is_empty())
}
