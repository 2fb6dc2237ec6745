//! Draft to mail text: the anatomy of the reply, plain text first and an equal HTML part without remote content.

use askama::Template;

use super::wrap::{labelled, wrap};
use crate::domain::citation::Citation;
use crate::domain::draft::{Action, Assertion, Draft};
use crate::domain::evidence::Evidence;
use crate::domain::inquiry::Assumption;

/// What the service knows about the case and the account, for the foot of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Footing {
    /// The case's number; empty for a question asked on the command line.
    pub case: String,
    /// `3 of 5 answers left until 2026-12-01`; empty where no quota is involved.
    pub quota: String,
    /// The name that signs.
    pub service: String,
    /// The year of the CPT notice.
    pub year: i16,
}

/// A rendered body, both parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// text/plain.
    pub text: String,
    /// text/html.
    pub html: String,
}

/// The templates failed, which a test rules out for every kind of draft.
#[derive(Debug, thiserror::Error)]
#[error("the reply could not be rendered: {0}")]
pub struct RenderError(#[from] askama::Error);

struct Part {
    heading: String,
    items: Vec<String>,
}

struct Row {
    code: String,
    modifiers: String,
    units: u32,
    role: String,
}

struct SourceLine {
    n: usize,
    text: String,
}

#[derive(Template)]
#[template(path = "mail/reply.txt")]
struct Text<'a> {
    headline: String,
    standing: &'a str,
    understood: String,
    rows: Vec<String>,
    parts: Vec<String>,
    sources: Vec<String>,
    foot: &'a Footing,
    edition: &'a str,
    fees: bool,
}

#[derive(Template)]
#[template(path = "mail/reply.html")]
struct Html<'a> {
    headline: String,
    standing: &'a str,
    understood: String,
    rows: Vec<Row>,
    parts: Vec<Part>,
    sources: Vec<SourceLine>,
    foot: &'a Footing,
    edition: &'a str,
    fees: bool,
}

/// Renders a draft.
///
/// # Errors
/// A template failed.
pub fn render(draft: &Draft, evidence: &Evidence, foot: &Footing) -> Result<Body, RenderError> {
    let numbers = Numbers::of(draft);
    let standing = standing(draft);
    let understood = if is_unanswered(draft) { String::new() } else { understood(draft) };
    let parts: Vec<Part> = draft
        .sections
        .iter()
        .map(|section| Part {
            heading: section.heading.clone(),
            items: section.items.iter().map(|item| numbers.cited(item)).collect(),
        })
        .collect();
    let rows: Vec<Row> = draft
        .lines
        .iter()
        .map(|line| Row {
            code: line.code.to_string(),
            modifiers: line.modifiers.iter().map(|m| m.as_str()).collect::<Vec<_>>().join(" "),
            units: line.units,
            role: line.role.clone(),
        })
        .collect();
    let sources = numbers.sources(evidence);
    let headline = numbers.cited(&draft.headline);
    let fees = evidence.citations.iter().any(|citation| citation.source.fact.table.key() == "fee");
    let text = Text {
        headline: wrap(&headline, 0),
        standing,
        understood: if understood.is_empty() {
            String::new()
        } else {
            labelled("WHAT I UNDERSTOOD", &understood, INDENT)
        },
        rows: rows.iter().map(row).collect(),
        parts: parts.iter().map(part).collect(),
        sources: sources.iter().map(|source| labelled(&format!("[{}]", source.n), &source.text, 5)).collect(),
        foot,
        edition: &evidence.edition,
        fees,
    };
    let text = text.render()?;
    let html = Html { headline, standing, understood, rows, parts, sources, foot, edition: &evidence.edition, fees }
        .render()?;
    Ok(Body { text, html })
}

/// The citations that a draft uses, numbered as its rendered text numbers them.
pub fn cited(draft: &Draft, evidence: &Evidence) -> Vec<Citation> {
    let order = Numbers::of(draft).order;
    let sources = order.iter().filter_map(|n| evidence.citation(*n)).enumerate();
    sources.map(|(n, citation)| Citation { n: n + 1, source: citation.source.clone() }).collect()
}

/// The column at which the text of a section begins.
const INDENT: usize = 20;

fn part(part: &Part) -> String {
    let mut text = String::new();
    for (n, item) in part.items.iter().enumerate() {
        if n > 0 {
            text.push('\n');
        }
        text.push_str(&labelled(if n == 0 { &part.heading } else { "" }, item, INDENT));
    }
    text
}

fn row(row: &Row) -> String {
    let columns = format!("{:<7} {:<5} x{:<3} ", row.code, row.modifiers, row.units);
    labelled(&format!("  {columns}"), &row.role, 2 + columns.len())
}

/// The label under the verdict; none where nothing is answered.
fn standing(draft: &Draft) -> &'static str {
    if is_unanswered(draft) { "" } else { draft.standing.words() }
}

/// True for a polite no, and for the question back to a message that asks nothing.
fn is_unanswered(draft: &Draft) -> bool {
    let declined = matches!(draft.action, Action::Refuse | Action::RefuseOutOfScope);
    declined || (draft.action == Action::AskBack && draft.headline.cites.is_empty())
}

/// What was taken from the question, assumed values marked, so that one reply can correct them.
fn understood(draft: &Draft) -> String {
    let list = |assumed: bool| {
        let chosen = draft.assumptions.iter().filter(|a| a.assumed == assumed);
        chosen.map(shown).collect::<Vec<_>>().join(" · ")
    };
    let (said, assumed) = (list(false), list(true));
    let mut text = String::new();
    if !said.is_empty() {
        text.push_str(&format!("{said}. "));
    }
    if !assumed.is_empty() {
        text.push_str(&format!("Assumed: {assumed}. "));
    }
    text.push_str("Reply to correct anything; it costs nothing.");
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", chars.as_str())
}

/// An assumption in words; some values say by themselves what they are.
fn shown(assumption: &Assumption) -> String {
    match assumption.what.as_str() {
        "payer" | "claim" | "encounter" => assumption.value.clone(),
        what => format!("{what} {}", assumption.value),
    }
}

/// The citations a draft uses, numbered in the order in which the reader meets them.
struct Numbers {
    order: Vec<usize>,
}

impl Numbers {
    fn of(draft: &Draft) -> Self {
        let mut order = Vec::new();
        for n in draft.assertions().flat_map(|assertion| &assertion.cites) {
            if !order.contains(n) {
                order.push(*n);
            }
        }
        Self { order }
    }

    fn cited(&self, assertion: &Assertion) -> String {
        let numbers = assertion.cites.iter().filter_map(|n| self.order.iter().position(|m| m == n));
        let marks: Vec<String> = numbers.map(|n| format!("[{}]", n + 1)).collect();
        if marks.is_empty() { assertion.text.clone() } else { format!("{} {}", assertion.text, marks.join(" ")) }
    }

    fn sources(&self, evidence: &Evidence) -> Vec<SourceLine> {
        let cited = self.order.iter().enumerate();
        cited
            .filter_map(|(n, number)| {
                let source = &evidence.citation(*number)?.source;
                let mut text = source.doc.clone();
                for more in [&source.place, &source.note] {
                    if !more.is_empty() {
                        text.push_str(&format!("; {more}"));
                    }
                }
                text.push_str(&format!(" ({})", source.fact));
                Some(SourceLine { n: n + 1, text })
            })
            .collect()
    }
}
