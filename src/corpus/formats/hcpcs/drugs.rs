//! The table of drugs of HCPCS Level II: `2019-Table-of-Drugs.txt`, the text of a document of CMS.
//!
//! A line is the name of a drug, its unit, the route of administration and its codes, two or more blanks apart. A
//! line without a name is another unit of the drug above; an indented name belongs under the one above that has no
//! code. Lines with `see` refer to another name.

use std::sync::LazyLock;

use regex::Regex;

use super::super::{File, Format, Intake, Refusal, Sample};
use super::codes;
use super::release::{Release, file_name};
use crate::domain::table::Table;

/// The table of drugs of HCPCS Level II.
pub const FORMAT: Format = Format { name: "HCPCS table of drugs", recognise, read };

/// The table of 2019 has more than 700 lines with codes: with fewer than this, it is an excerpt.
const FULL: usize = 400;
/// No line is longer, in bytes; a name stands before each of its codes, so that a longer one would multiply.
const LONGEST_LINE: usize = 400;
/// How many lines show the format.
const SHOWN: usize = 10;
/// From this column on, a line has no name of its own. Names under another are indented by at most six.
const UNIT: usize = 10;

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant that the tests compile")
}

static TITLE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:\b(20\d\d) )?(?:HCPCS )?Table of Drugs\b"));
static GAP: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s{2,}"));
/// What a unit begins with, when the route stands behind it after a single blank.
static UNIT_AND_ROUTE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^((?:[\d.<>]|per |up to |unit ).*?)\s((?:IV|IM|IT|IA|SC|SQ|INH|VAR|OTH|ORAL)(?:, (?:IV|IM|IT|IA|SC|SQ|INH|VAR|OTH|ORAL))*)$",
    )
});
static ROUTE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:IV|IM|IT|IA|SC|SQ|INH|VAR|OTH|ORAL|epidural|intraocular|op[h]?thalmic)(?:, ?(?:IV|IM|IT|IA|SC|SQ|INH|VAR|OTH|ORAL))*$",
    )
});

fn recognise(sample: &Sample<'_>) -> bool {
    let titled = sample.lines().filter(|line| !line.trim().is_empty()).take(10).any(|line| TITLE.is_match(line));
    titled && entries(&sample.text).len() >= SHOWN
}

/// A line of the table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Entry {
    name: String,
    unit: String,
    route: String,
    codes: Vec<(String, Option<String>)>,
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let entries = entries(&text);
    if entries.is_empty() {
        return Err(Refusal::at(1, "no drug with a code: take the text of the table as it is, with its columns"));
    }
    let year = TITLE.captures(&text).and_then(|found| found.get(1)?.as_str().parse().ok());
    let release = year.map_or_else(|| Release::of_year(file.path), Release::year);
    let source = format!("CMS, HCPCS table of drugs, {}", file_name(file.path));
    let title = "HCPCS Level II table of drugs";
    let mut origin = release.origin("hcpcs-drugs", Table::Term, "term+drug_table", title, source);
    origin.complete = origin.from.is_some() && entries.len() >= FULL;
    let origin = intake.origin(origin);
    for entry in entries {
        let parts = [entry.name.as_str(), &entry.unit, &entry.route];
        let text = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
        for (code, range) in entry.codes {
            let text = range.map_or_else(|| text.clone(), |range| format!("{text} ({range})"));
            intake.row(Table::Term, &code, &["drug_table", &text], origin);
        }
    }
    Ok(())
}

/// What the lines so far tell about the next.
#[derive(Default)]
struct Above {
    /// The name of the last line that had one.
    name: String,
    /// A name without codes, under which indented ones stand.
    heading: Option<String>,
    /// A word behind the codes, which belongs in front of the next line: the text of a page may break a cell there.
    word: String,
    /// The codes of the last line go on in the next.
    open: bool,
}

fn entries(text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut above = Above::default();
    let body = text.lines().map(|line| line.trim_start_matches('\u{c}').trim_end());
    for line in body.skip_while(|line| line.trim() != "A") {
        let words = line.trim();
        if words.len() > LONGEST_LINE
            || words.chars().nth(1).is_none()
            || words.bytes().all(|b| b.is_ascii_digit())
            || words.starts_with("Last updated")
        {
            continue;
        }
        if words.starts_with("see ") || words.contains(" see ") && !words.contains("(see ") {
            above = Above::default();
            continue;
        }
        if above.open && codes::first(words) == Some(0) {
            if let Some(last) = entries.last_mut() {
                last.codes.extend(codes::of(words));
            }
            above.open = words.ends_with(',');
            continue;
        }
        entries.extend(entry(line, &mut above));
    }
    entries
}

fn entry(line: &str, above: &mut Above) -> Option<Entry> {
    let indent = line.len() - line.trim_start().len();
    let word = std::mem::take(&mut above.word);
    let line = if word.is_empty() { line.trim().to_owned() } else { format!("{word} {}", line.trim()) };
    let Some(at) = codes::first(&line) else {
        // A name of its own is a heading for indented ones; an indented line goes on with a name that is complete.
        if indent == 0 && !GAP.is_match(&line) {
            above.heading = Some(line.trim().trim_end_matches(',').to_owned());
            above.name.clone_from(&line);
        }
        return None;
    };
    let rest = codes::rest(&line).trim();
    above.open = rest == ",";
    above.word = rest.trim_start_matches(',').trim().to_owned();
    let mut cells: Vec<&str> = GAP.split(line[..at].trim()).filter(|cell| !cell.is_empty()).collect();
    let name = if indent >= UNIT { above.name.clone() } else { own_name(&mut cells, indent, above) };
    let (unit, route) = unit_and_route(&cells);
    (!name.is_empty()).then(|| Entry { name, unit, route, codes: codes::of(&line) })
}

/// The name in the first cell, with that of the heading in front where it is indented.
fn own_name(cells: &mut Vec<&str>, indent: usize, above: &mut Above) -> String {
    let own = if cells.is_empty() { String::new() } else { cells.remove(0).to_owned() };
    // `& betamethasone` and `(Kovaltry)` go on with the name on the line above, although they are not indented.
    let goes_on = above.heading.is_some() && own.starts_with(['&', '(']);
    let name = match above.heading.as_ref().filter(|_| indent > 0 || goes_on) {
        Some(heading) if goes_on => format!("{heading} {own}"),
        Some(heading) => format!("{heading}, {own}"),
        None if indent > 0 && !above.name.is_empty() => format!("{}, {own}", above.name),
        None => own,
    };
    if goes_on {
        above.name.clone_from(&name);
        return name;
    }
    // Indented names share the one above them.
    if indent == 0 {
        above.heading = None;
        above.name.clone_from(&name);
    }
    name
}

/// The cells between name and codes.
fn unit_and_route(cells: &[&str]) -> (String, String) {
    match cells.split_last() {
        None => (String::new(), String::new()),
        Some((last, units)) if ROUTE.is_match(last) => (units.join(" "), (*last).to_owned()),
        Some((last, units)) => match UNIT_AND_ROUTE.captures(last) {
            Some(found) if units.is_empty() => (found[1].to_owned(), found[2].to_owned()),
            _ => (cells.join(" "), String::new()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A blank at the beginning of a line is written `_`.
    const LINES: [&str; 27] = [
        "__2019 Table of Drugs",
        "IV - Intravenous administration, J0000",
        "A",
        "Abinvent                           10 mg              IV          J0129",
        "Abbrand, see Abinvent",
        "Acinvent                           per gram           INH         J7604, J7605",
        "\u{c}       7",
        "_______________________            5 mg               IM, IV      J7606",
        "Alinvent                                                          J7186",
        "Aminvent, oral                                        OTH         J0275",
        "Amphinvent                         10 mg              IV          J0287-J0289",
        "B",
        "Globulin",
        "___Bivinvent             500 mg             IV          J1556",
        "____Cinvent          SC     J1557",
        "Factor (recombinant)               per IU             IV J7182, J7185,",
        "_______________________                                           J7188",
        "Nusinvent          0.1 mg IV J2326",
        "Octinvent                          1 mg               IM          J2353 25",
        "_______________________            mcg                IV, SQ      J2354",
        "Not classified drugs               other than INH                 J7799",
        "Fluoinvent,",
        "(Brandinvent)                    1 mg               IM            J1300",
        "___two                           2 mg               IM            J1301",
        " ",
        "Sodinvent                        10 mg                            J2916",
        "Last updated October 26, 2018",
    ];

    fn text() -> String {
        LINES.join("\n").replace('_', " ")
    }

    fn intake(text: &str) -> Result<Intake, Refusal> {
        let mut intake = Intake::default();
        read(&File { path: "drugs.txt", bytes: text.as_bytes() }, &mut intake).map(|()| intake)
    }

    #[test]
    fn each_code_gets_name_unit_and_route() {
        let intake = intake(&text()).unwrap();
        let rows: Vec<String> = intake.rows[&Table::Term]
            .iter()
            .map(|row| row.replace("\tdrug_table\t", " ").replace("\thcpcs-drugs-2019", ""))
            .collect();
        assert_eq!(
            rows,
            [
                "J0129 Abinvent; 10 mg; IV",
                "J7604 Acinvent; per gram; INH",
                "J7605 Acinvent; per gram; INH",
                "J7606 Acinvent; 5 mg; IM, IV",
                "J7186 Alinvent",
                "J0275 Aminvent, oral; OTH",
                "J0287 Amphinvent; 10 mg; IV",
                "J0288 Amphinvent; 10 mg; IV",
                "J0289 Amphinvent; 10 mg; IV",
                "J1556 Globulin, Bivinvent; 500 mg; IV",
                "J1557 Globulin, Cinvent; SC",
                "J7182 Factor (recombinant); per IU; IV",
                "J7185 Factor (recombinant); per IU; IV",
                "J7188 Factor (recombinant); per IU; IV",
                "J2326 Nusinvent; 0.1 mg; IV",
                "J2353 Octinvent; 1 mg; IM",
                "J2354 Octinvent; 25 mcg; IV, SQ",
                "J7799 Not classified drugs; other than INH",
                "J1300 Fluoinvent (Brandinvent); 1 mg; IM",
                "J1301 Fluoinvent, two; 2 mg; IM",
                "J2916 Sodinvent; 10 mg",
            ]
        );
    }

    #[test]
    fn only_a_table_of_drugs_is_taken_for_one() {
        assert!(recognise(&Sample::of("a.txt", text().as_bytes())));
        assert!(!recognise(&Sample::of("a.txt", text().replace("Drugs", "Things").as_bytes())));
        assert!(!recognise(&Sample::of("a.txt", b"2019 Table of Drugs\n\nA\nprose J0129\n")));
        assert!(intake("Table of Drugs\n").is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(end in "[A-Z0-9a-c,\n é()-]{0,300}") {
            let _ = (recognise(&Sample::of("a", end.as_bytes())), intake(&end), intake(&(text() + &end)));
        }
    }
}
