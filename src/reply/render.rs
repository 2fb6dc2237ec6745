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
    /// What became of each file of the message, one line each.
    pub files: Vec<String>,
    /// The name that signs.
    pub service: String,
    /// The year of the CPT notice.
    pub year: i16,
    /// What is said below the answer: of the quota, of a question that was asked before.
    pub notes: Vec<String>,
    /// A link that writes to us.
    pub link: Option<Link>,
    /// Who read it before it left: `Dana Lee, CPC`; empty where nobody did.
    pub reviewer: String,
}

/// A link that opens a mail to us in the reader's program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// `mailto:…`.
    pub address: String,
    /// Its words.
    pub words: String,
}

/// A rendered body, both parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// text/plain.
    pub text: String,
    /// text/html.
    pub html: String,
    /// The lines to bill as CSV (RFC 4180), where there are more than [`MANY_LINES`].
    pub lines: Option<String>,
}

/// More lines than these go along as a table for a spreadsheet.
pub const MANY_LINES: usize = 3;

/// The name of that table.
pub const LINES_FILE: &str = "lines-to-bill.csv";

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

/// The answer to one question in the text part.
struct TextBlock<'a> {
    title: String,
    headline: String,
    standing: &'a str,
    understood: String,
    rows: Vec<String>,
    parts: Vec<String>,
    sources: Vec<String>,
}

/// The same in the HTML part.
struct HtmlBlock<'a> {
    title: String,
    headline: String,
    standing: &'a str,
    understood: String,
    rows: Vec<Row>,
    parts: Vec<Part>,
    sources: Vec<SourceLine>,
}

#[derive(Template)]
#[template(path = "mail/reply.txt")]
struct Text<'a> {
    notes: Vec<String>,
    blocks: Vec<TextBlock<'a>>,
    files: Vec<String>,
    table: bool,
    foot: &'a Footing,
    edition: &'a str,
    fees: bool,
}

#[derive(Template)]
#[template(path = "mail/reply.html")]
struct Html<'a> {
    blocks: Vec<HtmlBlock<'a>>,
    table: bool,
    foot: &'a Footing,
    edition: &'a str,
    fees: bool,
}

/// Renders a draft.
///
/// # Errors
/// A template failed.
pub fn render(draft: &Draft, evidence: &Evidence, foot: &Footing) -> Result<Body, RenderError> {
    let several = draft.also.len() + 1;
    let title = |n: usize| if several > 1 { format!("QUESTION {} OF {several}", n + 1) } else { String::new() };
    // Sources are numbered through the whole reply: one number is one source.
    let mut before = 0;
    let (mut texts, mut blocks) = (Vec::new(), Vec::new());
    for (n, (draft, evidence)) in draft.all().zip(evidence.all()).enumerate() {
        let block = block(draft, evidence, title(n), before);
        before += block.sources.len();
        texts.push(text_of(&block));
        blocks.push(block);
    }
    let lines = lines(draft);
    let of_fees = |evidence: &Evidence| evidence.citations.iter().any(|c| c.source.fact.table.key() == "fee");
    let (table, edition, fees) = (lines.is_some(), evidence.edition.as_str(), evidence.all().any(of_fees));
    let files = files(foot);
    let notes = foot.notes.iter().map(|note| wrap(note, 0)).collect();
    let text = Text { notes, blocks: texts, files, table, foot, edition, fees }.render()?;
    let html = Html { blocks, table, foot, edition, fees }.render()?;
    Ok(Body { text, html, lines })
}

fn block<'a>(draft: &Draft, evidence: &Evidence, title: String, before: usize) -> HtmlBlock<'a> {
    let numbers = Numbers::of(draft, before);
    let parts = draft.sections.iter().map(|section| Part {
        heading: section.heading.clone(),
        items: section.items.iter().map(|item| numbers.cited(item)).collect(),
    });
    let rows = draft.lines.iter().map(|line| Row {
        code: line.code.to_string(),
        modifiers: line.modifiers.iter().map(|m| m.as_str()).collect::<Vec<_>>().join(" "),
        units: line.units,
        role: line.role.clone(),
    });
    HtmlBlock {
        title,
        headline: numbers.cited(&draft.headline),
        standing: standing(draft),
        understood: if is_unanswered(draft) { String::new() } else { understood(draft) },
        rows: rows.collect(),
        parts: parts.collect(),
        sources: numbers.sources(evidence),
    }
}

fn text_of<'a>(block: &HtmlBlock<'a>) -> TextBlock<'a> {
    let understood = &block.understood;
    TextBlock {
        title: block.title.clone(),
        headline: wrap(&block.headline, 0),
        standing: block.standing,
        understood: if understood.is_empty() {
            String::new()
        } else {
            labelled("WHAT I UNDERSTOOD", understood, INDENT)
        },
        rows: block.rows.iter().map(row).collect(),
        parts: block.parts.iter().map(part).collect(),
        sources: block.sources.iter().map(|s| labelled(&format!("[{}]", s.n), &s.text, 5)).collect(),
    }
}

/// The receipt of the files for a text part.
pub fn files(foot: &Footing) -> Vec<String> {
    foot.files.iter().map(|line| wrap(&format!("- {line}"), 2)).collect()
}

/// The lines of all answers as CSV; `None` where they are few.
fn lines(draft: &Draft) -> Option<String> {
    let lines: Vec<_> = draft.all().flat_map(|draft| &draft.lines).collect();
    if lines.len() <= MANY_LINES {
        return None;
    }
    let mut sheet = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    sheet.write_record(["code", "modifiers", "units", "role"]).ok()?;
    for line in lines {
        let modifiers = line.modifiers.iter().map(|m| m.as_str()).collect::<Vec<_>>().join(" ");
        sheet.write_record([line.code.as_str(), &modifiers, &line.units.to_string(), &line.role]).ok()?;
    }
    String::from_utf8(sheet.into_inner().ok()?).ok()
}

/// The citations that a draft uses, numbered as its rendered text numbers them.
pub fn cited(draft: &Draft, evidence: &Evidence) -> Vec<Citation> {
    let mut all: Vec<Citation> = Vec::new();
    for (draft, evidence) in draft.all().zip(evidence.all()) {
        let order = Numbers::of(draft, 0).order;
        for citation in order.iter().filter_map(|n| evidence.citation(*n)) {
            all.push(Citation { n: all.len() + 1, source: citation.source.clone() });
        }
    }
    all
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
    /// Numbers that the answers before it have used.
    before: usize,
}

impl Numbers {
    fn of(draft: &Draft, before: usize) -> Self {
        let mut order = Vec::new();
        for n in draft.assertions().flat_map(|assertion| &assertion.cites) {
            if !order.contains(n) {
                order.push(*n);
            }
        }
        Self { order, before }
    }

    fn cited(&self, assertion: &Assertion) -> String {
        let numbers = assertion.cites.iter().filter_map(|n| self.order.iter().position(|m| m == n));
        let marks: Vec<String> = numbers.map(|n| format!("[{}]", self.before + n + 1)).collect();
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
                Some(SourceLine { n: self.before + n + 1, text: revisions(&text) })
            })
            .collect()
    }
}

/// Revisions as CMS numbers its transmittals, `R13316`: five bare digits would read as a procedure code.
fn revisions(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("Rev. ") {
        let (before, behind) = (&rest[..at], &rest[at + 5..]);
        out.push_str(before);
        let number = behind.bytes().take_while(u8::is_ascii_digit).count() == 5;
        out.push_str(if number { "R" } else { "Rev. " });
        rest = behind;
    }
    out.push_str(rest);
    out
}
