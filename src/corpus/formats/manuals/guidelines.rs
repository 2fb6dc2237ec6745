//! The ICD-10-CM Official Guidelines for Coding and Reporting (CMS and NCHS, yearly with an April update): sections
//! I to IV, lettered and numbered down to `Section I.C.1.a.2.(d)`, and Appendix I.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::super::{File, Format, Intake, Origin, OriginId, Refusal, Rights, Sample};
use super::dates::long_date;
use super::outline::{Count, Level, Outline};
use super::passage::Section;
use super::prose::{Paragraph, Rules, paragraphs, same_words};
use crate::domain::table::Table;

/// The ICD-10-CM guidelines as text.
pub const FORMAT: Format = Format { name: "ICD-10-CM Official Guidelines", recognise, read };

const TITLE: &str = "ICD-10-CM Official Guidelines for Coding and Reporting";
/// Leaders of the table of contents.
const LEADERS: &str = "....";
/// A heading has no more characters; a longer first paragraph is text.
const HEADING: usize = 190;
/// The guidelines of a year have about 500 labelled rules; an excerpt has far fewer.
const WHOLE: usize = 350;
const LEVELS: &[Level] = &[
    Level { count: Count::UpperRoman, before: "Section ", behind: "." },
    Level { count: Count::Upper, before: "", behind: "." },
    Level { count: Count::Digits, before: "", behind: "." },
    Level { count: Count::Lower, before: "", behind: "." },
    Level { count: Count::Digits, before: "", behind: ")" },
    Level { count: Count::Lower, before: "(", behind: ")" },
    Level { count: Count::LowerRoman, before: "(", behind: ")" },
];
/// A heading that ends with one of these words goes on.
const OPEN: [&str; 14] =
    ["and", "or", "of", "the", "for", "with", "to", "in", "by", "a", "as", "from", "category", "Chapter"];
/// Levels that the table of contents lists.
const LISTED: usize = 4;
const RULES: Rules = Rules { furniture: is_furniture, starts, ends };

/// An edition, by its title page.
struct Edition {
    year: i16,
    from: Date,
    to: Option<Date>,
}

impl Edition {
    /// `icd10cm-guidelines-2026`; an update within the year has its month behind.
    fn id(&self) -> String {
        match self.from.month() {
            10 => format!("icd10cm-guidelines-{}", self.year),
            month => format!("icd10cm-guidelines-{}-{month:02}", self.year),
        }
    }
}

/// A labelled rule.
struct Rule<'a> {
    /// `["I", "C", "4", "a", "3"]`; empty for the introduction.
    place: Vec<String>,
    title: String,
    paragraphs: Vec<Cow<'a, str>>,
}

/// The table of contents.
#[derive(Default)]
struct Listed {
    words: HashMap<Vec<String>, String>,
    parents: HashSet<Vec<String>>,
}

fn recognise(sample: &Sample<'_>) -> bool {
    sample.first_line().trim_start_matches('\u{feff}').trim() == TITLE && edition(&sample.text).is_some()
}

/// `FY 2026`, `(October 1, 2025 - September 30, 2026)` of the title page.
fn edition(text: &str) -> Option<Edition> {
    let head: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(8).collect();
    let year = head.iter().find_map(|line| {
        let rest = line.strip_prefix("FY")?.trim_start();
        rest.get(..4)?.parse().ok()
    })?;
    let period = head.iter().find(|line| line.starts_with('(') && long_date(line).is_some())?;
    let (from, to) = period.split_once(['-', '–']).unwrap_or((period, ""));
    Some(Edition { year, from: long_date(from)?, to: long_date(to) })
}

fn is_furniture(line: &str) -> bool {
    let numbered = |rest: &str| rest.bytes().all(|b| b.is_ascii_digit() || b == b' ') && !rest.is_empty();
    line == TITLE
        || line.strip_prefix("FY ").is_some_and(numbered)
        || line
            .strip_prefix("Page ")
            .and_then(|rest| rest.split_once(" of "))
            .is_some_and(|(a, b)| numbered(a) && numbered(b))
}

/// Labels begin a paragraph, and so do the two forms of heading above them.
fn starts(line: &str) -> bool {
    let mark = line.split(' ').next().unwrap_or("");
    let labelled = mark.len() < line.len() && mark.len() <= 6 && mark.ends_with(['.', ')']);
    let bare = mark.trim_matches(['(', ')', '.']);
    let counts =
        bare.len() <= 2 && bare.bytes().all(|b| b.is_ascii_alphanumeric()) || bare.bytes().all(|b| b"ivx".contains(&b));
    labelled && counts && !bare.is_empty() || is_section(line) || line == "Appendix I"
}

/// An entry of the table of contents is complete; a heading is so before a line that begins a sentence.
fn ends(paragraph: &str, line: &str) -> bool {
    let begins = line.starts_with(|c: char| c.is_uppercase() || c == '“' || c == '"');
    let last = paragraph.rsplit(' ').next().unwrap_or("");
    let open = last.ends_with([',', '-', '/', '(']) || OPEN.contains(&last);
    paragraph.contains(LEADERS) || starts(paragraph) && begins && !open && paragraph.chars().count() < HEADING
}

fn is_section(line: &str) -> bool {
    let number = line.strip_prefix("Section ").and_then(|rest| rest.split_once(". "));
    number.is_some_and(|(number, _)| super::outline::roman_value(number).is_some())
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let edition = edition(&text).ok_or_else(|| Refusal::at(1, "the title page does not say from when to when"))?;
    let paragraphs = paragraphs(&text, &RULES);
    let end = paragraphs.iter().rposition(|paragraph| paragraph.text.contains(LEADERS)).map_or(0, |at| at + 1);
    let (contents, body) = paragraphs.split_at(end);
    let listed = listed(contents);
    let begin = contents.iter().position(|paragraph| paragraph.text.contains(LEADERS)).unwrap_or(0);
    let preface = contents[..begin].iter().map(|paragraph| Cow::from(paragraph.text.as_str())).collect();
    let mut rules = vec![Rule { place: Vec::new(), title: "Introduction".to_owned(), paragraphs: preface }];
    rules.extend(self::rules(body, &listed));
    if rules.len() < 2 {
        return Err(Refusal::at(1, "no section of the guidelines was found; import them as CMS publishes them"));
    }
    let origin = intake.origin(origin(file, &edition, rules.len() >= WHOLE));
    let mut titles = HashMap::new();
    for at in 0..rules.len() {
        // A rule may be one sentence, which stands where others have their heading.
        let above = rules.get(at + 1).is_some_and(|next| next.place.starts_with(&rules[at].place));
        if rules[at].paragraphs.is_empty() && !above {
            let title = std::mem::take(&mut rules[at].title);
            rules[at].paragraphs.push(Cow::Owned(title));
        }
        titles.insert(rules[at].place.clone(), rules[at].title.clone());
        emit(&edition, &rules[at], &titles, origin, intake);
    }
    Ok(())
}

/// The places that the table of contents lists, each with its words; and each above them, without.
fn listed(contents: &[Paragraph]) -> Listed {
    let mut outline = Outline::new(&LEVELS[..LISTED]);
    let mut listed = Listed::default();
    for (at, paragraph) in contents.iter().enumerate() {
        let following = contents[at + 1..].iter().map(|paragraph| paragraph.text.as_str());
        if let Some(step) = outline.choose(&paragraph.text, following) {
            outline.go(&step);
            let title = step.rest.split(LEADERS).next().unwrap_or("").trim_end();
            let place = outline.labels();
            listed.parents.insert(place[..place.len() - 1].to_vec());
            listed.words.insert(place, title.to_owned());
        }
    }
    listed
}

/// The rules of the text in their order.
fn rules<'a>(body: &'a [Paragraph], listed: &Listed) -> Vec<Rule<'a>> {
    let mut rules: Vec<Rule<'a>> = Vec::new();
    let mut outline = Outline::new(LEVELS);
    let mut at = 0;
    while let Some(paragraph) = body.get(at) {
        let text = paragraph.text.as_str();
        let following = body[at + 1..].iter().map(|paragraph| paragraph.text.as_str());
        let step = outline.choose(text, following).filter(|step| !step.rest.is_empty());
        let step = step.filter(|step| {
            let mut next = outline.clone();
            next.go(step);
            step.level >= LISTED || is_listed(&next.labels(), step.rest, listed)
        });
        at += 1;
        if let Some(step) = step {
            outline.go(&step);
            let place = outline.labels();
            let heading = listed.words.get(&place);
            let heading = heading.and_then(|words| listed_heading(words, step.rest, &body[at..]));
            let (title, lead, more) = heading.unwrap_or_else(|| match text.chars().count() <= HEADING {
                true => (step.rest.to_owned(), "", 0),
                false => (String::new(), text, 0),
            });
            at += more;
            rules.push(Rule {
                place,
                title,
                paragraphs: Some(Cow::from(lead)).filter(|lead| !lead.is_empty()).into_iter().collect(),
            });
        } else if text == "Appendix I" && !outline.is_closed() {
            outline = Outline::new(&[]);
            rules.push(Rule { place: vec![text.to_owned()], title: String::new(), paragraphs: Vec::new() });
        } else if let Some(rule) = rules.last_mut() {
            rule.paragraphs.push(Cow::from(text));
        }
    }
    rules
}

/// The heading that a text begins with, in the words that the table of contents announces: the heading, the text
/// behind it in its last paragraph, and how many paragraphs more it takes.
fn listed_heading<'a>(words: &str, text: &'a str, next: &'a [Paragraph]) -> Option<(String, &'a str, usize)> {
    if let Some(end) = same_words(words, text) {
        let lead = text[end..].trim_start();
        // Words in small letters still belong to the heading, which the table of contents shortens.
        return (!lead.starts_with(|c: char| c.is_lowercase() || c == '(')).then(|| (text[..end].to_owned(), lead, 0));
    }
    let second = next.first()?.text.as_str();
    let joined = format!("{text} {second}");
    let end = same_words(words, &joined)?;
    let lead = second.get(end.checked_sub(text.len() + 1)?..)?.trim_start();
    Some((joined[..end].to_owned(), lead, 1))
}

/// True where the table of contents has the place, in words that begin alike, or has no such level there.
fn is_listed(place: &[String], title: &str, listed: &Listed) -> bool {
    let letters = |text: &str| {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(6).collect::<String>()
    };
    !listed.parents.contains(&place[..place.len() - 1])
        || listed.words.get(place).is_some_and(|words| letters(words) == letters(title))
}

type Titles = HashMap<Vec<String>, String>;

fn emit(edition: &Edition, rule: &Rule<'_>, titles: &Titles, origin: OriginId, intake: &mut Intake) {
    let mut path = format!("{TITLE} FY {}", edition.year);
    let mut title = rule.title.as_str();
    for depth in 1..=rule.place.len() {
        let above = &rule.place[..depth];
        let Some(known) = titles.get(above).filter(|title| !title.is_empty()) else { continue };
        let label = if depth == 1 { cited(above) } else { format!("{}.", rule.place[depth - 1]) };
        path.push_str(&format!(" > {label} {known}"));
        title = known;
    }
    let place = if rule.place.is_empty() { "introduction".to_owned() } else { rule.place.join(".") };
    Section {
        key: &format!("{}#{}", edition.id(), place.replace(' ', "-")),
        section: &cited(&rule.place),
        title: if title.is_empty() { "Present on Admission Reporting Guidelines" } else { title },
        path: &path,
        revision: &format!("FY {}, from {}", edition.year, edition.from),
        from: Some(edition.from),
        to: edition.to,
        categories: true,
    }
    .emit(&rule.paragraphs.iter().map(Cow::as_ref).collect::<Vec<_>>(), origin, intake);
}

/// `Section I.C.4.a.3`.
fn cited(place: &[String]) -> String {
    match place.first().map(String::as_str) {
        None => "Introduction".to_owned(),
        Some("Appendix I") => "Appendix I".to_owned(),
        Some(_) => format!("Section {}", place.join(".")),
    }
}

fn origin(file: &File<'_>, edition: &Edition, complete: bool) -> Origin {
    Origin {
        id: edition.id(),
        table: Table::Passage,
        family: "passage+icd10cm-guidelines".to_owned(),
        title: TITLE.to_owned(),
        edition: match edition.from.month() {
            10 => format!("FY{}", edition.year),
            _ => format!("FY{}, update of {}", edition.year, edition.from),
        },
        from: Some(edition.from),
        to: edition.to,
        complete,
        source: format!("CMS and NCHS, {TITLE}, FY {}, {}", edition.year, file.name()),
        rights: Rights::Public,
        notice: String::new(),
    }
}

#[cfg(test)]
mod tests;
