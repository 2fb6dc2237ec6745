//! The tables of a printed document: contractors, code groups, related documents, revisions, versions.

use std::sync::LazyLock;

use regex::Regex;

use super::super::super::{Intake, OriginId};
use super::blocks::blocks;
use super::page::{Gap, Line};
use super::section::{Part, Section};
use crate::domain::code::{Code, Modifier};
use crate::domain::table::Table;

static GROUP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^Group (\d{1,3})(?: \(([\d,]{1,7}) Codes?\))?( Paragraph| Codes)?:?$")
        .expect("the pattern is constant")
});
static RELATED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(D?[LA]\d{4,7}) [-–] ").expect("the pattern is constant"));
static NATIONAL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(\d{1,3}(?:\.\d{1,3})+) [-–] ").expect("the pattern is constant"));
static REVISION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\d{2}/\d{2}/\d{4}\s+(R\d{1,4})(?:\s|$)").expect("the pattern is constant"));
static CONTRACT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\s(\d{5})(?:\s|$)").expect("the pattern is constant"));

/// How far a code may stand right of the heading of its column.
const CODE_SLACK: usize = 2;

/// Contractors with their contract numbers. A row of the table begins with the line that has the number; the name
/// goes on below it.
pub(super) fn contractors(sections: &[Section<'_>]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut indent = None;
    for line in sections.iter().filter(|section| section.part == Part::Contractors).flat_map(|section| &section.lines) {
        let cell = line.text.split("  ").next().unwrap_or("");
        if let Some(number) = CONTRACT.captures(&line.text) {
            found.push((cell.to_owned(), number[1].to_owned()));
            indent = Some(line.indent);
        } else if let (true, Some((name, _))) = (indent == Some(line.indent) && line.gap == Gap::None, found.last_mut())
        {
            name.push(' ');
            name.push_str(cell);
        } else if line.gap != Gap::None {
            indent = None;
        }
    }
    found
}

/// The first revision of the history, which is the newest.
pub(super) fn revision(section: &Section<'_>) -> String {
    let mut found = section.lines.iter().filter_map(|line| REVISION.captures(&line.text));
    found.next().map(|found| found[1].to_owned()).unwrap_or_default()
}

/// The status of the version that was printed.
pub(super) fn status(section: &Section<'_>) -> String {
    let Some(line) = section.lines.iter().find(|line| line.text.ends_with("You are here")) else {
        return String::new();
    };
    let cells: Vec<&str> = line.text.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    cells.len().checked_sub(2).map(|at| cells[at].to_owned()).unwrap_or_default()
}

/// The documents it is related to, and as what.
pub(super) fn related(sections: &[Section<'_>]) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for section in sections {
        let (pattern, role) = match section.part {
            Part::Related => (&RELATED, "related"),
            Part::National => (&NATIONAL, "ncd"),
            _ => continue,
        };
        found.extend(section.lines.iter().filter_map(|line| Some((pattern.captures(&line.text)?[1].to_owned(), role))));
    }
    found
}

/// Takes the related documents. A national determination is named by its section of the manual.
pub(super) fn take_related(
    number: &str,
    revision: &str,
    related: &[(String, &str)],
    origin: OriginId,
    intake: &mut Intake,
) {
    for (other, role) in related {
        intake.row(Table::Coverage, number, &[other, revision, "", role, ""], origin);
    }
}

/// The state of a walk through code groups.
#[derive(Default)]
struct Walk<'a> {
    group: String,
    announced: Option<(usize, usize)>,
    found: usize,
    in_codes: bool,
    column: usize,
    paragraph: Vec<&'a Line>,
}

/// Takes the codes of a section and gives the texts of its groups.
pub(super) fn codes(
    section: &Section<'_>,
    role: &str,
    number: &str,
    revision: &str,
    origin: OriginId,
    intake: &mut Intake,
) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    let mut walk = Walk::default();
    for line in &section.lines {
        if let Some(found) = GROUP.captures(&line.text) {
            if walk.group != found[1] {
                close(&walk, intake);
                walk = Walk { group: found[1].to_owned(), ..Walk::default() };
            }
            if let Some(count) = found.get(2).and_then(|count| count.as_str().replace(',', "").parse().ok()) {
                walk.announced = Some((count, line.number));
            }
            let codes = found.get(3).is_some_and(|what| what.as_str() == " Codes");
            if codes && !walk.in_codes {
                paragraph(&mut walk, role, number, revision, origin, intake, &mut texts);
            }
            walk.in_codes = codes;
        } else if walk.in_codes {
            if let Some(key) = code(line, role, &mut walk) {
                walk.found += 1;
                intake.row(Table::Coverage, &key, &[number, revision, &walk.group, role, ""], origin);
            }
        } else if !walk.group.is_empty() {
            walk.paragraph.push(line);
        }
    }
    paragraph(&mut walk, role, number, revision, origin, intake, &mut texts);
    close(&walk, intake);
    texts
}

/// Takes the text of a group.
fn paragraph(
    walk: &mut Walk<'_>,
    role: &str,
    number: &str,
    revision: &str,
    origin: OriginId,
    intake: &mut Intake,
    texts: &mut Vec<(String, String)>,
) {
    let lines: Vec<String> = blocks(&walk.paragraph).into_iter().map(|block| block.text).collect();
    walk.paragraph.clear();
    let text = lines.join("\n");
    if !matches!(text.as_str(), "" | "N/A") {
        let fields = [number, revision, &format!("{role} {}", walk.group), "group", &text];
        intake.row(Table::Coverage, number, &fields, origin);
        texts.push((walk.group.clone(), text));
    }
}

/// A group that announces another number of codes was cut short or is not understood.
fn close(walk: &Walk<'_>, intake: &mut Intake) {
    if let Some((count, line)) = walk.announced.filter(|(count, _)| *count != walk.found) {
        intake.broken(line, format!("group {} announces {count} codes and {} were found", walk.group, walk.found));
    }
}

/// The code at the beginning of a line of a code table.
fn code(line: &Line, role: &str, walk: &mut Walk<'_>) -> Option<String> {
    let (word, rest) = line.text.split_once("  ").unwrap_or((&line.text, ""));
    if word == "Code" && rest.trim_start().starts_with("Description") {
        walk.column = line.indent;
        return None;
    }
    if line.indent > walk.column + CODE_SLACK {
        return None;
    }
    // An asterisk marks codes that the group's text explains.
    let word = word.trim_end_matches('*');
    match role {
        "covered" | "noncovered" => Code::parse_icd10cm(word).ok().map(|code| code.as_str().to_owned()),
        "modifier" => Modifier::parse(word).ok().map(|modifier| modifier.as_str().to_owned()),
        "pcs" => (word.len() == 7 && word.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()))
            .then(|| word.to_owned()),
        _ => Code::parse(word).ok().filter(|code| code.set().is_procedure()).map(|code| code.as_str().to_owned()),
    }
}
