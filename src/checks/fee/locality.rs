//! Fee schedule localities: their geographic practice cost indices, and which one a question means. Source: Claims
//! Processing Manual, chapter 12, section 20.1; Addendum E of the fee schedule; files LOCCO and ZIP5.

use super::money::{ONE, figure};
use super::spoken;
use crate::corpus::{Corpus, Line};
use crate::domain::citation::Source;
use crate::domain::inquiry::Inquiry;
use crate::domain::table::Table;
use crate::domain::time::AsOf;

/// A locality with its indices, or the nation.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Contractor and locality, `09102+04`; empty for the nation.
    pub key: String,
    /// Two letters; empty for the nation.
    pub state: String,
    /// Its name, `Miami`.
    pub name: String,
    /// Indices of work, practice expense and malpractice in ten-thousandths.
    pub indices: [i64; 3],
    /// The row of the indices.
    pub source: Option<Source>,
}

impl Place {
    /// The nation: every index is one.
    pub fn national() -> Self {
        Self { key: String::new(), state: String::new(), name: String::new(), indices: [ONE; 3], source: None }
    }

    /// True for the nation.
    pub fn is_national(&self) -> bool {
        self.key.is_empty()
    }

    fn of(corpus: &Corpus, row: &Line<'_>) -> Option<Self> {
        let index = |column: &str| figure(row.get(column));
        Some(Self {
            key: row.key.to_owned(),
            state: row.get("state").to_owned(),
            name: written(row.get("name")),
            indices: [index("work")?, index("practice_expense")?, index("malpractice")?],
            source: Some(spoken::source(corpus, row)),
        })
    }

    /// `Miami, FL`.
    pub fn words(&self) -> String {
        // The name of a locality that is a whole state says it already.
        if self.name.len() > 2 { format!("{}, {}", self.name, self.state) } else { self.state.clone() }
    }
}

/// The localities of a key, of a state, or the nation, with the indices in force on the day. Empty where the shelf has
/// none for the day.
pub fn places(corpus: &Corpus, locality: Option<&str>, day: AsOf) -> Vec<Place> {
    let Some(locality) = locality else { return vec![Place::national()] };
    let rows: Vec<Line<'_>> = if locality.contains('+') {
        corpus.list_rows(Table::Gpci, locality)
    } else {
        corpus.all_rows(Table::Gpci).filter(|row| is_of(row, locality)).collect()
    };
    let Some((rows, _)) = spoken::in_force(corpus, "gpci", rows, day) else { return Vec::new() };
    rows.iter().filter_map(|row| Place::of(corpus, row)).collect()
}

/// The state of a locality, or the state itself.
pub fn state_of(corpus: &Corpus, locality: Option<&str>) -> Option<String> {
    let locality = locality?;
    if !locality.contains('+') {
        return Some(locality.to_owned());
    }
    corpus.find_row(Table::Gpci, locality).map(|row| row.get("state").to_owned())
}

/// True for a locality of the state. One reaches into its neighbours and names them: `DC + MD/VA SUBURBS`.
fn is_of(row: &Line<'_>, state: &str) -> bool {
    let state = if state == "GU" { "HI" } else { state };
    let names = || row.get("name").split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == state);
    row.get("state") == state || names()
}

/// Which locality a question means: a key, a state, or none (the nation).
///
/// # Errors
/// It names a ZIP code that the shelf does not place: no amount would be the asker's.
pub fn meant(corpus: &Corpus, inquiry: &Inquiry) -> Result<Option<String>, ()> {
    if let Some(zip) = zip(inquiry) {
        return of_zip(corpus, zip, inquiry.scope.as_of).map(Some).ok_or(());
    }
    let text = inquiry.text.to_lowercase();
    let named = named(corpus, &text, inquiry.stated.state.as_deref());
    Ok(named.or_else(|| inquiry.stated.state.clone()))
}

/// The ZIP code that the question names; five digits that it names as a code are none.
pub fn zip(inquiry: &Inquiry) -> Option<&str> {
    let zip = inquiry.stated.zip.as_deref()?;
    inquiry.mentions.iter().all(|mention| mention.code.as_str() != zip).then_some(zip)
}

/// The locality of a ZIP code; the state where the nine digits of the ZIP code decide.
pub fn of_zip(corpus: &Corpus, zip: &str, as_of: AsOf) -> Option<String> {
    let row = zip_row(corpus, zip, as_of)?;
    let split = row.get("plus_four") == "1";
    Some(if split { row.get("state").to_owned() } else { format!("{}+{}", row.get("contractor"), row.get("locality")) })
}

/// The row of a ZIP code in the file in force.
pub fn zip_row<'a>(corpus: &'a Corpus, zip: &str, as_of: AsOf) -> Option<Line<'a>> {
    let (rows, _) = spoken::in_force(corpus, "zip", corpus.list_rows(Table::Zip, zip), as_of)?;
    rows.into_iter().next()
}

/// A name that belongs to localities of several states, or to towns of others.
const SHARED: [&str; 3] = ["portland", "kansas city", "columbia"];

/// The locality whose name or county the text has. Without a state only a name behind `in` counts.
fn named(corpus: &Corpus, text: &str, state: Option<&str>) -> Option<String> {
    let rows = corpus.all_rows(Table::Gpci).filter(|row| state.is_none_or(|state| is_of(row, state)));
    let mut found: Vec<(usize, bool, String)> = Vec::new();
    for row in rows {
        let full = row.get("name").to_lowercase();
        let (before, detail) = full.split_once('(').unwrap_or((&full, ""));
        let longest = names(before)
            .into_iter()
            .filter(|name| match state {
                Some(_) => holds(text, name),
                None => name.len() > 4 && !SHARED.contains(&name.as_str()) && holds(text, &format!("in {name}")),
            })
            .max_by_key(String::len);
        if let Some(name) = longest {
            found.push((name.len(), detail.contains(&name), row.key.to_owned()));
        } else if state.is_some() && in_county(corpus, text, row.key) {
            found.push((100, true, row.key.to_owned()));
        }
    }
    found.sort();
    found.dedup();
    let (best, rest) = found.split_last()?;
    // Two localities of one name, such as the halves of the San Francisco area, are told apart by their county.
    let rival = rest.last().is_some_and(|other| (other.0, other.1) == (best.0, best.1));
    (!rival).then(|| best.2.clone())
}

/// The names within the name of a locality: the whole, and the towns it is put together from.
fn names(locality: &str) -> Vec<String> {
    let whole = locality.trim();
    if whole.len() < 3 {
        return Vec::new();
    }
    let parts = whole.split(['-', '/', ',']).map(|part| part.trim().trim_start_matches("metropolitan ").to_owned());
    let parts = parts.filter(|part| part.len() > 3 && !part.starts_with("rest of") && !part.contains("cntys"));
    std::iter::once(whole.to_owned()).chain(parts).collect()
}

/// True where the text names a county of the locality as a county.
fn in_county(corpus: &Corpus, text: &str, key: &str) -> bool {
    let rows = corpus.list_rows(Table::County, key);
    let lists = rows.iter().map(|row| row.get("counties").to_lowercase());
    let mut counties = lists.flat_map(|list| {
        let list = list.replace(" and ", ",").replace(" cnty", "");
        list.split([',', '/', ';']).map(|county| county.trim().to_owned()).collect::<Vec<_>>()
    });
    counties.any(|county| {
        let after = ["county", "parish", "cnty"].iter().any(|word| holds(text, &format!("{county} {word}")));
        county.len() > 2 && !county.starts_with("all ") && (after || holds(text, &format!("county of {county}")))
    })
}

/// True where the words stand in the text as words.
fn holds(text: &str, words: &str) -> bool {
    let open = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(words)
        .any(|(at, found)| open(text[..at].chars().next_back()) && open(text[at + found.len()..].chars().next()))
}

/// A name in capitals as a reader writes it; two and three letters are abbreviations and stay.
fn written(name: &str) -> String {
    const SMALL: [&str; 2] = ["OF", "AND"];
    const SHORT: [&str; 6] = ["SAN", "EL", "ST", "LOS", "NEW", "FORT"];
    let mut out = String::new();
    for word in name.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        if SMALL.contains(&bare) {
            out.push_str(&word.to_lowercase());
        } else if bare.len() > 3 || SHORT.contains(&bare) {
            let mut chars = word.chars();
            out.extend(chars.next());
            out.push_str(&chars.as_str().to_lowercase());
        } else {
            out.push_str(word);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_and_taken_apart() {
        assert_eq!(written("REST OF FLORIDA"), "Rest of Florida");
        assert_eq!(written("DC + MD/VA SUBURBS"), "DC + MD/VA Suburbs");
        assert_eq!(written("EAST ST. LOUIS"), "East St. Louis");
        assert!(names("metropolitan boston").contains(&"boston".to_owned()));
        assert!(names("baltimore/surr. cntys").contains(&"baltimore".to_owned()));
        assert!(holds("in miami, fl", "miami") && !holds("in miamisburg", "miami"));
    }
}
