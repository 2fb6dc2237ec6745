//! The alphabetic index of HCPCS Level II: `2019-HCPCS-Index.txt`, the text of a document of CMS.
//!
//! A line is a term and the codes for it, `Crutches, E0110-E0118`; terms that belong under another are indented.
//! Lines with `see` refer to another term. Each page begins with the title; letters stand alone.

use std::sync::LazyLock;

use regex::Regex;

use super::super::{File, Format, Intake, Refusal, Sample};
use super::codes;
use super::release::{Release, file_name};
use crate::domain::table::Table;

/// The alphabetic index of HCPCS Level II.
pub const FORMAT: Format = Format { name: "HCPCS index", recognise, read };

/// The index of 2019 has 1,900 terms with codes: with fewer than this, it is an excerpt.
const FULL: usize = 1_000;
/// No line is longer, in bytes; a term stands before each of its codes, so that a longer one would multiply.
const LONGEST_LINE: usize = 400;
/// How many terms show the format.
const SHOWN: usize = 10;

static TITLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:\b(20\d\d) HCPCS|\bHCPCS (20\d\d))(?: Level II)?(?: Alpha-?Numeric| Alphabetic(?:al)?)? Index\b")
        .expect("a constant that the tests compile")
});

fn recognise(sample: &Sample<'_>) -> bool {
    let titled = sample.lines().filter(|line| !line.trim().is_empty()).take(10).any(|line| TITLE.is_match(line));
    titled && terms(&sample.text).len() >= SHOWN
}

/// A term with its codes.
struct Term {
    path: String,
    codes: Vec<(String, Option<String>)>,
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let terms = terms(&text);
    if terms.is_empty() {
        return Err(Refusal::at(1, "no term with a code: take the text of the index as it is, with its indentation"));
    }
    let year = TITLE.captures(&text).and_then(|found| found.get(1).or(found.get(2))?.as_str().parse().ok());
    let release = year.map_or_else(|| Release::of_year(file.path), Release::year);
    let source = format!("CMS, HCPCS index, {}", file_name(file.path));
    let mut origin = release.origin("hcpcs-index", Table::Term, "term+hcpcs_index", "HCPCS Level II index", source);
    origin.complete = origin.from.is_some() && terms.len() >= FULL;
    let origin = intake.origin(origin);
    for term in terms {
        for (code, range) in term.codes {
            let text = range.map_or_else(|| term.path.clone(), |range| format!("{} ({range})", term.path));
            intake.row(Table::Term, &code, &["hcpcs_index", &text], origin);
        }
    }
    Ok(())
}

/// The lines between the first letter and the end, without titles, letters and blanks; lines of codes alone, which
/// continue the line above them, are joined to it.
fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let body = text.lines().map(|line| line.trim_start_matches('\u{c}').trim_end());
    for line in body.skip_while(|line| line.trim() != "A") {
        let words = line.trim();
        if words.len() > LONGEST_LINE
            || words.chars().nth(1).is_none()
            || TITLE.is_match(words)
            || words.starts_with("Last Updated")
        {
            continue;
        }
        match lines.last_mut() {
            Some(above)
                if codes::first(words) == Some(0) && above.ends_with([',', '-']) && above.len() < 4 * LONGEST_LINE =>
            {
                above.push_str(if above.ends_with('-') { "" } else { " " });
                above.push_str(words);
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

fn terms(text: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    // The term at the margin, and an indented one without codes under which deeper ones stand. The indentation of
    // terms on one level varies, so that nothing else can be told from it.
    let (mut main, mut below): (String, Option<(usize, String)>) = (String::new(), None);
    for line in lines(text) {
        let indent = line.len() - line.trim_start().len();
        let line = line.trim();
        let codes = codes::of(line);
        let words = match codes::first(line) {
            Some(at) => format!("{} {}", tidy(&line[..at]), parenthesis(codes::rest(line))).trim_end().to_owned(),
            None => tidy(line).to_owned(),
        };
        let path = if indent == 0 {
            (main, below) = (words.clone(), None);
            words
        } else {
            below = below.filter(|(outer, _)| indent > *outer);
            let over = below.as_ref().map_or(main.clone(), |(_, term)| format!("{main}, {term}"));
            if codes.is_empty() && below.is_none() && !line.contains("see ") {
                below = Some((indent, words.clone()));
            }
            if over.is_empty() { words } else { format!("{over}, {words}") }
        };
        if !codes.is_empty() && !path.is_empty() {
            terms.push(Term { path, codes });
        }
    }
    terms
}

/// Words without what joins them to their codes.
fn tidy(words: &str) -> &str {
    words.trim().trim_end_matches([',', ' '])
}

/// A remark in parentheses behind the codes; anything else there is no part of the term.
fn parenthesis(rest: &str) -> &str {
    let rest = rest.trim();
    if rest.starts_with('(') && rest.ends_with(')') { rest } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "2019 HCPCS Alpha-Numeric Index      1\n\n    HCPCS 2019 Index\nA preface, A9999.\n\nA\n\
        Aerosol\n\u{c}2019 HCPCS Alpha-Numeric Index    2\n\n compressor, K0501, K0503-K0505\n  mask, K0180\n\
        Alarm, see Device\nAll, A9000-A9999\nArm\n inner\n   left, L0001\n outer, L0002\n\nB\n\
        Bath (see also Tub), E0240,\nE0241\n bench, E0245 (hospital only)\nCap, V5221-\nV5222\nLast Updated October 26, 2018\n";

    fn intake(text: &str) -> Result<Intake, Refusal> {
        let mut intake = Intake::default();
        read(&File { path: "index.txt", bytes: text.as_bytes() }, &mut intake).map(|()| intake)
    }

    #[test]
    fn each_code_gets_the_path_of_its_term() {
        let intake = intake(TEXT).unwrap();
        let rows: Vec<&str> =
            intake.rows[&Table::Term].iter().map(|row| row.trim_end_matches("\thcpcs-index-2019")).collect();
        assert_eq!(
            rows,
            [
                "K0501\thcpcs_index\tAerosol, compressor",
                "K0503\thcpcs_index\tAerosol, compressor",
                "K0504\thcpcs_index\tAerosol, compressor",
                "K0505\thcpcs_index\tAerosol, compressor",
                "K0180\thcpcs_index\tAerosol, mask",
                "A9000\thcpcs_index\tAll (A9000-A9999)",
                "A9999\thcpcs_index\tAll (A9000-A9999)",
                "L0001\thcpcs_index\tArm, inner, left",
                "L0002\thcpcs_index\tArm, outer",
                "E0240\thcpcs_index\tBath (see also Tub)",
                "E0241\thcpcs_index\tBath (see also Tub)",
                "E0245\thcpcs_index\tBath (see also Tub), bench (hospital only)",
                "V5221\thcpcs_index\tCap",
                "V5222\thcpcs_index\tCap",
            ]
        );
        assert_eq!(intake.origins[0].to, jiff::civil::Date::new(2019, 12, 31).ok());
    }

    #[test]
    fn only_an_index_is_taken_for_one() {
        let long = format!("{TEXT}{}", "Crutch, E0110\n".repeat(10));
        assert!(recognise(&Sample::of("a.txt", long.as_bytes())));
        assert!(!recognise(&Sample::of("a.txt", long.replace("Index", "List").as_bytes())));
        assert!(!recognise(&Sample::of("a.txt", b"2019 HCPCS Alpha-Numeric Index\nprose about A9999\n")));
        assert!(intake("2019 HCPCS Index\n").is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "[A-Z0-9a-c,\n é()-]{0,300}") {
            let _ = (recognise(&Sample::of("a", text.as_bytes())), intake(&text), intake(&format!("{TEXT}{text}")));
        }
    }
}
