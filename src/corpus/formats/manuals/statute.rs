//! Sections of the United States Code as markdown: `# Title`, `#### § number. heading`, `##### (a) heading`, then one
//! paragraph a line, labelled `(1)`, `(A)`, `(i)`, `(I)`, `(aa)` (drafting style of the Office of the Law Revision
//! Counsel).

use std::collections::HashSet;

use super::super::{File, Format, Intake, Origin, OriginId, Refusal, Rights, Sample};
use super::outline::{Count, Level, Outline};
use super::passage::{LONGEST, Section};
use crate::domain::table::Table;

/// Sections of the United States Code as markdown.
pub const FORMAT: Format = Format { name: "United States Code section", recognise, read };

/// The files in this form come from one conversion of the Code, made after Public Law 117-328; they state no date.
const STATE: &str = "state of law about January 2023";
/// A paragraph of no more than this, with others below it, is their heading.
const HEADING: usize = 90;
const LEVELS: &[Level] = &[
    Level { count: Count::Lower, before: "(", behind: ")" },
    Level { count: Count::Digits, before: "(", behind: ")" },
    Level { count: Count::Upper, before: "(", behind: ")" },
    Level { count: Count::LowerRoman, before: "(", behind: ")" },
    Level { count: Count::UpperRoman, before: "(", behind: ")" },
    Level { count: Count::Double, before: "(", behind: ")" },
];

/// A labelled provision and what stands directly under it.
struct Provision {
    marks: Vec<String>,
    paragraphs: Vec<String>,
}

fn recognise(sample: &Sample<'_>) -> bool {
    title(sample.first_line()).is_some() && sample.lines().take(12).any(|line| section(line).is_some())
}

/// The number of a title: 42 of `# Title 42— THE PUBLIC HEALTH AND WELFARE`.
fn title(line: &str) -> Option<u32> {
    let rest = line.trim_start_matches('\u{feff}').strip_prefix("# Title ")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Number and heading of a section: `1395w-4` and its words of `#### § 1395w–4. Payment…`.
fn section(line: &str) -> Option<(String, &str)> {
    let (number, heading) = line.trim_end().strip_prefix("#### § ")?.split_once(". ")?;
    let number = number.replace(['–', '—'], "-");
    let plain = number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (plain && !number.is_empty()).then(|| (number.to_ascii_lowercase(), heading.trim()))
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    let (_, first) = lines.clone().find(|(_, line)| !line.trim().is_empty()).unwrap_or((1, ""));
    let number =
        title(first).ok_or_else(|| Refusal::at(1, "the number of the title is missing; add `# Title 42— …`"))?;
    let mut at = lines.by_ref().filter_map(|(_, line)| section(line));
    let Some((section, heading)) = at.next() else {
        return Err(Refusal::at(1, "no section is named; add a line such as `#### § 1395y. Exclusions`"));
    };
    let origin = intake.origin(origin(file, number, &section, heading));
    let provisions = provisions(&text);
    let law = Law { number, section: &section, heading };
    law.fold(&provisions, intake, origin);
    Ok(())
}

fn origin(file: &File<'_>, number: u32, section: &str, heading: &str) -> Origin {
    Origin {
        id: format!("usc{number}-{section}"),
        table: Table::Passage,
        family: format!("passage+usc{number}-{section}"),
        title: format!("{number} U.S.C. {section}, {heading}"),
        edition: STATE.to_owned(),
        from: None,
        to: None,
        complete: false,
        source: format!("United States Code, title {number}, {}; {STATE}", file.name()),
        rights: Rights::Public,
        notice: String::new(),
    }
}

/// The provisions of a section in their order. A subsection is announced by a heading, the rest by labels. The files
/// repeat the headings above a provision wherever they were once cut.
fn provisions(text: &str) -> Vec<Provision> {
    let lines = without_repeats(text);
    let mut provisions: Vec<Provision> = vec![Provision { marks: Vec::new(), paragraphs: Vec::new() }];
    let mut outline = Outline::new(LEVELS);
    for (at, line) in lines.iter().enumerate() {
        if let Some(heading) = line.strip_prefix("##### ") {
            outline = Outline::new(LEVELS);
            let mark = heading.split(' ').next().unwrap_or(heading);
            provisions.push(Provision { marks: vec![mark.to_owned()], paragraphs: vec![heading.to_owned()] });
            continue;
        }
        let text = line.trim_start_matches('#').trim_start();
        let subsection: Vec<String> =
            provisions.last().and_then(|last| last.marks.first()).cloned().into_iter().collect();
        let following = || {
            let own = lines[at + 1..].iter().take_while(|line| !line.starts_with("##### "));
            own.map(|line| line.trim_start_matches(['#', ' ']))
        };
        let (mut rest, mut labelled) = (text, false);
        while rest.starts_with('(') {
            // Letters of the first level are headings; in the text they are labels of a lower level.
            let step = outline.choose(rest, following()).filter(|step| step.level > 0 || subsection.is_empty());
            let Some(step) = step else { break };
            outline.go(&step);
            (rest, labelled) = (step.rest, true);
        }
        let marks = subsection.into_iter().chain(outline.marks());
        match provisions.last_mut() {
            Some(last) if !labelled => last.paragraphs.push(text.to_owned()),
            _ => provisions.push(Provision { marks: marks.collect(), paragraphs: vec![text.to_owned()] }),
        }
    }
    provisions.retain(|provision| !provision.paragraphs.is_empty());
    provisions
}

/// The lines of a section: subsection headings and text. Headings above a subsection, and headings that repeat an
/// earlier line, are left out.
fn without_repeats(text: &str) -> Vec<&str> {
    let mut seen = HashSet::new();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .filter(|line| match line.bytes().take_while(|b| *b == b'#').count() {
            0 => true,
            1..=4 => false,
            _ => seen.insert(*line),
        })
        .collect()
}

/// True for the heading of a subsection, and for a first paragraph short enough to be one.
fn is_heading(provision: &Provision, text: &str) -> bool {
    provision.marks.len() == 1 || text.chars().count() <= HEADING
}

struct Law<'a> {
    number: u32,
    section: &'a str,
    heading: &'a str,
}

impl Law<'_> {
    /// Emits provisions, each with those below it as one passage where they are short enough, else one by one.
    fn fold(&self, provisions: &[Provision], intake: &mut Intake, origin: OriginId) {
        let mut headings: Vec<(usize, String)> = Vec::new();
        let mut at = 0;
        while let Some(first) = provisions.get(at) {
            headings.retain(|(depth, _)| *depth < first.marks.len());
            let below = provisions[at + 1..].iter().take_while(|next| next.marks.starts_with(&first.marks)).count();
            let group = &provisions[at..=at + below];
            let length: usize = group.iter().flat_map(|one| &one.paragraphs).map(|text| text.chars().count() + 1).sum();
            let whole = length <= LONGEST && !first.marks.is_empty();
            let emitted = if whole { group } else { &group[..1] };
            let paragraphs: Vec<&str> = emitted.iter().flat_map(|one| &one.paragraphs).map(String::as_str).collect();
            if whole || below == 0 || paragraphs.len() > 1 || !is_heading(first, paragraphs[0]) {
                self.emit(first, &headings, &paragraphs, intake, origin);
            }
            let heading = first.paragraphs.first().filter(|text| is_heading(first, text));
            if let Some(heading) = heading.filter(|heading| **heading != first.marks.concat()) {
                headings.push((first.marks.len(), heading.clone()));
            }
            at += emitted.len();
        }
    }

    fn emit(
        &self,
        provision: &Provision,
        headings: &[(usize, String)],
        paragraphs: &[&str],
        intake: &mut Intake,
        origin: OriginId,
    ) {
        let Self { number, section, heading } = self;
        let marks = provision.marks.concat();
        let mut path = format!("{number} U.S.C. > § {section}. {heading}");
        let own = paragraphs.first().filter(|text| is_heading(provision, text) && text.len() > marks.len()).copied();
        for heading in headings.iter().map(|(_, heading)| heading.as_str()).chain(own) {
            path.push_str(" > ");
            path.push_str(heading);
        }
        Section {
            key: &format!("usc{number}-{section}#{marks}"),
            section: &format!("{number} U.S.C. {section}{marks}"),
            title: own.or(headings.last().map(|(_, heading)| heading.as_str())).unwrap_or(heading),
            path: &path,
            revision: "",
            from: None,
            to: None,
            categories: false,
        }
        .emit(paragraphs, origin, intake);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECTION: &str = "# Title 42— THE PUBLIC HEALTH\n### CHAPTER 7— SECURITY\n#### § 1395w–4. Payment for lamps\n\
        ##### (a) Payment\n\n(1) In general\n\nLamps are paid.\n\n(A) for one, and\n\n(B) for two.\n\n(2) Transition\n\n\
        # Title 42— THE PUBLIC HEALTH\n### CHAPTER 7— SECURITY\n#### § 1395w–4. Payment for lamps\n\
        ##### (a) Payment\n######## (A) A limit\n\n(i) of ten.\n\n##### (b) Other\n\nNothing.\n";

    fn rows(text: &str) -> Vec<Vec<String>> {
        let mut intake = Intake::default();
        let file = File { path: "x.md", bytes: text.as_bytes() };
        let _ = read(&file, &mut intake);
        let rows = intake.rows.into_values().flatten();
        rows.map(|row| row.split('\t').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn a_short_subsection_is_one_passage() {
        let rows = rows(SECTION);
        let keys: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(keys, ["usc42-1395w-4#(a)", "usc42-1395w-4#(b)"]);
        assert_eq!(
            rows[1][1..4],
            ["42 U.S.C. 1395w-4(b)", "(b) Other", "42 U.S.C. > § 1395w-4. Payment for lamps > (b) Other"]
        );
        assert!(rows[0][8].ends_with("(2) Transition\\n(A) A limit\\n(i) of ten."), "{}", rows[0][8]);
    }

    #[test]
    fn a_long_subsection_is_cut_by_its_labels_across_repeated_headings() {
        let long = SECTION
            .replace("Lamps are paid.", &"Lamps are paid. ".repeat(160))
            .replace("of ten.", &"of ten. ".repeat(320));
        let keys: Vec<String> = rows(&long).into_iter().map(|row| row[0].clone()).collect();
        let expected = ["(a)(1)", "(a)(1).p2", "(a)(1)(A)", "(a)(1)(B)", "(a)(2)(A)(i)", "(a)(2)(A)(i).p2", "(b)"];
        assert_eq!(keys, expected.map(|key| format!("usc42-1395w-4#{key}")));
    }

    #[test]
    fn only_a_section_of_the_code_is_recognised() {
        assert!(recognise(&Sample::of("x.md", SECTION.as_bytes())));
        assert!(!recognise(&Sample::of("x.md", b"# Title 42\n\nSome prose about section 1395y.")));
        assert!(!recognise(&Sample::of("x.md", b"Title 42 of the code")));
    }

    proptest! {
        #[test]
        fn damaged_text_is_read_without_panic(cut in 0usize..600, noise in "[()a-zA-Z0-9#\\n \\PC]{0,80}") {
            let mut text: String = SECTION.chars().take(cut).collect();
            text.push_str(&noise);
            let _ = rows(&text);
        }
    }
}
