//! A page of the CMS site, saved as text: its first line says `CMS … web page` and the address on cms.gov, then come
//! headings and paragraphs, one a line.

use jiff::civil::Date;

use super::super::{File, Format, Intake, Origin, Refusal, Rights, Sample};
use super::passage::Section;
use crate::domain::table::Table;

/// A page of the CMS site as text.
pub const FORMAT: Format = Format { name: "CMS web page", recognise, read };

/// A heading has no more characters and no end of a sentence.
const HEADING: usize = 110;
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// What the first line says.
struct Page<'a> {
    title: &'a str,
    address: &'a str,
    revised: Option<Date>,
}

fn recognise(sample: &Sample<'_>) -> bool {
    page(sample.first_line()).is_some()
}

/// Reads `CMS Therapy Services web page (cms.gov/medicare/…), body excerpt, last revised February 2026.`
fn page(line: &str) -> Option<Page<'_>> {
    let line = line.trim_start_matches('\u{feff}');
    let (title, rest) = line.split_once(" web page (")?;
    let title = title.strip_prefix("CMS ").filter(|title| !title.is_empty() && title.len() < 100)?;
    let (address, rest) = rest.split_once(')')?;
    let bare = address.trim_start_matches("https://").trim_start_matches("www.");
    let plain = bare.starts_with("cms.gov/") && !bare.contains(char::is_whitespace);
    plain.then(|| Page { title, address: bare, revised: rest.split_once("revised ").and_then(|(_, rest)| month(rest)) })
}

/// The first day of `February 2026`.
fn month(text: &str) -> Option<Date> {
    let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.next()?;
    let month = MONTHS.iter().position(|month| *month == name)?;
    Date::new(words.next()?.parse().ok()?, i8::try_from(month + 1).ok()?, 1).ok()
}

/// The end of an address as a word for keys: `therapy-services`.
fn slug(address: &str) -> String {
    let last = address.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    last.chars()
        .filter_map(|c| match c {
            c if c.is_ascii_alphanumeric() => Some(c.to_ascii_lowercase()),
            '-' | '_' | '.' => Some('-'),
            _ => None,
        })
        .collect()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let mut lines =
        text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())).filter(|(_, line)| !line.is_empty());
    let (_, first) = lines.next().unwrap_or((1, ""));
    let page = page(first).ok_or_else(|| Refusal::at(1, "the first line does not name the page and its address"))?;
    let slug = slug(page.address);
    let edition = page.revised.map_or(String::new(), |date| format!("{}-{:02}", date.year(), date.month()));
    let id = [format!("cms-page-{slug}"), edition.clone()].join("-").trim_end_matches('-').to_owned();
    let origin = intake.origin(Origin {
        id: id.clone(),
        table: Table::Passage,
        family: format!("passage+cms-page-{slug}"),
        title: format!("CMS, {}", page.title),
        edition: edition.clone(),
        from: None,
        to: None,
        complete: false,
        source: format!("CMS, {}, {}", page.address, file.name()),
        rights: Rights::Public,
        notice: String::new(),
    });
    let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
    for (_, line) in lines {
        let heads =
            line.len() <= HEADING && !line.ends_with(['.', ':', ';', ',']) && !line.starts_with(['-', '•', '*']);
        match sections.last_mut() {
            Some((_, paragraphs)) if !heads => paragraphs.push(line),
            _ if heads => sections.push((line, Vec::new())),
            _ => sections.push((page.title, vec![line])),
        }
    }
    for (at, (heading, paragraphs)) in sections.iter().enumerate() {
        Section {
            key: &format!("{id}#{}", at + 1),
            section: heading,
            title: heading,
            path: &format!("CMS > {} ({}) > {heading}", page.title, page.address),
            revision: &page.revised.map_or(String::new(), |_| format!("revised {edition}")),
            from: None,
            to: None,
            categories: false,
        }
        .emit(paragraphs, origin, intake);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PAGE: &str = "CMS Lamp Services web page (cms.gov/medicare/lamp-services), last revised February 2026.\n\n\
        CY 2026 Updates\n- The amount is $10 for code G0463.\n\nOlder Law\nLamps were free.\n";

    fn intake(text: &str) -> Intake {
        let mut intake = Intake::default();
        let _ = read(&File { path: "x.txt", bytes: text.as_bytes() }, &mut intake);
        intake
    }

    #[test]
    fn each_heading_of_a_page_is_a_passage() {
        let intake = intake(PAGE);
        assert_eq!(intake.origins[0].id, "cms-page-lamp-services-2026-02");
        let rows = &intake.rows[&Table::Passage];
        assert_eq!(rows.len(), 2);
        assert_eq!(
            rows[0],
            "cms-page-lamp-services-2026-02#1\tCY 2026 Updates\tCY 2026 Updates\tCMS > Lamp Services \
             (cms.gov/medicare/lamp-services) > CY 2026 Updates\trevised 2026-02\t\t\tG0463\t- The amount is $10 for code \
             G0463.\tcms-page-lamp-services-2026-02"
        );
    }

    #[test]
    fn prose_that_mentions_the_site_is_no_page() {
        assert!(recognise(&Sample::of("x.txt", PAGE.as_bytes())));
        for text in
            ["See the CMS web page (cms.gov/x) for more.", "CMS Lamps web page (example.org/x)", "code,cms.gov/x"]
        {
            assert!(!recognise(&Sample::of("x.txt", text.as_bytes())), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_page_is_read_without_panic(text in "(CMS )?\\PC{0,20}( web page \\(cms.gov/\\PC{0,20}\\))?\\PC{0,80}\n\\PC{0,80}") {
            let _ = intake(&text);
        }
    }
}
