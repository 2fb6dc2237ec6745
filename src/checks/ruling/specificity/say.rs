//! The sentences on a heading: the code that the facts choose, or those that are left.

use super::facts::Facet;
use super::leaves::Leaf;
use super::pick::Choice;
use crate::domain::code::Code;

/// Codes that are shown, at most.
const SHOWN: usize = 8;
/// Words of a list, at most: the whole answer is read on a telephone.
const WORDS: usize = 40;
/// A title of more words is left out.
const TITLE: usize = 16;

/// What to say of a heading.
pub fn heading(code: &Code, choice: &Choice, leaves: &[Leaf], children: &[Code], since: Option<&str>) -> String {
    let since = since.map(|day| format!(" since {day}")).unwrap_or_default();
    let opening = format!("{code} is a heading{since}, not a reportable code");
    if let [only] = &choice.left[..] {
        let words = only.title.split_whitespace().count();
        let title = if words == 0 || words > TITLE { String::new() } else { format!(" ({})", only.title) };
        let lead = if choice.narrowed { "what is stated makes it" } else { "the full code is" };
        return format!("{opening}: {lead} {}{title}.{}", only.code, taken(&choice.defaults));
    }
    let placeholder = placeholder(code, leaves);
    // Too many to read: the next level of headings tells more.
    if choice.left.len() > 40 && (2..=SHOWN).contains(&children.len()) {
        let codes: Vec<String> = children.iter().map(Code::to_string).collect();
        return format!(
            "{opening}. Under it stand {}, some of them headings too: choose by the note.",
            codes.join(", ")
        );
    }
    format!("{opening}. Choose by the note: {}.{placeholder}", list(&typical_first(&choice.left)))
}

/// The codes with what tells them apart, as many as can be read.
fn list(left: &[&Leaf]) -> String {
    let titles: Vec<Vec<&str>> = left.iter().map(|leaf| leaf.title.split_whitespace().collect()).collect();
    let mut shared = titles.first().map_or(0, Vec::len);
    for title in &titles {
        let same = titles[0].iter().zip(title).take_while(|(a, b)| a == b).count();
        shared = shared.min(same).min(title.len().saturating_sub(1));
    }
    let (mut shown, mut words) = (Vec::new(), 0);
    for (leaf, title) in left.iter().zip(&titles).take(SHOWN) {
        let own = title[shared.min(title.len())..].join(" ");
        let own = own.trim_matches([',', ' ']);
        let piece = if own.is_empty() { leaf.code.to_string() } else { format!("{} ({own})", leaf.code) };
        words += piece.split_whitespace().count();
        if words > WORDS && shown.len() > 1 {
            break;
        }
        shown.push(piece);
    }
    let more = left.len() - shown.len();
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { joined(&shown) }
}

fn joined(shown: &[String]) -> String {
    match shown {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

/// The common 7th characters before the rare ones: A, D and S.
fn typical_first(left: &[Leaf]) -> Vec<&Leaf> {
    let mut order: Vec<&Leaf> = left.iter().collect();
    if left.iter().all(|leaf| leaf.code.as_str().len() == 8) {
        order.sort_by_key(|leaf| !leaf.code.as_str().ends_with(['A', 'D', 'S']));
    }
    order
}

/// Where nothing but the 7th character is missing and a place before it is empty.
fn placeholder(code: &Code, leaves: &[Leaf]) -> String {
    let bare = code.as_str().replace('.', "").len();
    let filled = leaves.iter().all(|leaf| {
        let own = leaf.code.as_str().get(code.as_str().len()..).unwrap_or_default();
        let own = own.trim_start_matches('.');
        leaf.code.as_str().len() == 8 && own.len() > 1 && own[..own.len() - 1].bytes().all(|b| b == b'X')
    });
    if filled && bare < 6 {
        " The 7th character stands in the seventh place, with X in the empty ones before it.".to_owned()
    } else {
        String::new()
    }
}

/// What was taken where nothing is said.
fn taken(defaults: &[Facet]) -> String {
    let told = defaults.iter().filter_map(|facet| match facet {
        Facet::Fracture => Some("closed unless the note says open"),
        Facet::Healing => Some("routine healing unless the note says otherwise"),
        Facet::Displacement => Some("displaced unless the note says not"),
        _ => None,
    });
    let told: Vec<&str> = told.collect();
    if told.is_empty() { String::new() } else { format!(" Taken: {}.", told.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(code: &str, title: &str) -> Leaf {
        Leaf { code: Code::parse_icd10cm(code).unwrap(), title: title.to_owned() }
    }

    #[test]
    fn what_is_left_is_listed_by_what_tells_it_apart() {
        let left = [
            leaf("N18.30", "Chronic kidney disease, stage 3 unspecified"),
            leaf("N18.31", "Chronic kidney disease, stage 3a"),
            leaf("N18.32", "Chronic kidney disease, stage 3b"),
        ];
        let choice = Choice { left: left.to_vec(), ..Choice::default() };
        let code = Code::parse_icd10cm("N18.3").unwrap();
        assert_eq!(
            heading(&code, &choice, &left, &[], Some("2020-10-01")),
            "N18.3 is a heading since 2020-10-01, not a reportable code. Choose by the note: N18.30 (3 unspecified), N18.31 (3a) or N18.32 (3b)."
        );
        let choice = Choice { left: left[1..2].to_vec(), narrowed: true, defaults: Vec::new() };
        assert_eq!(
            heading(&code, &choice, &left, &[], None),
            "N18.3 is a heading, not a reportable code: what is stated makes it N18.31 (Chronic kidney disease, stage 3a)."
        );
    }

    #[test]
    fn empty_places_are_filled_with_x() {
        let left = [
            leaf("S01.01XA", "Laceration of scalp, initial encounter"),
            leaf("S01.01XD", "Laceration of scalp, subsequent encounter"),
            leaf("S01.01XS", "Laceration of scalp, sequela"),
        ];
        let choice = Choice { left: left.to_vec(), ..Choice::default() };
        let said = heading(&Code::parse_icd10cm("S01.01").unwrap(), &choice, &left, &[], None);
        assert!(said.contains("S01.01XA (initial encounter)") && said.contains("with X in the empty ones"), "{said}");
    }

    #[test]
    fn a_long_list_is_cut_and_the_common_characters_come_first() {
        let left: Vec<Leaf> = "ABCDEFGHJKMNPQRS"
            .chars()
            .map(|c| {
                leaf(&format!("S72.001{c}"), &format!("Fracture of the neck of right femur, kind of encounter {c}"))
            })
            .collect();
        let choice = Choice { left: left.clone(), ..Choice::default() };
        let said = heading(&Code::parse_icd10cm("S72.001").unwrap(), &choice, &left, &[], None);
        assert!(said.contains("S72.001A (A), S72.001D (D), S72.001S (S)") && said.contains("8 more"), "{said}");
        assert!(said.split_whitespace().count() <= 60, "{said}");
    }
}
