//! The reportable codes under a heading.

use crate::corpus::Corpus;
use crate::domain::code::{Code, CodeSet};
use crate::domain::time::AsOf;

/// A reportable code with what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The code.
    pub code: Code,
    /// Its title, or our description where the shelf has none.
    pub title: String,
}

/// So few codes of one beginning cannot have been cut off by the bound of the look-up.
const SURE: usize = 40;
/// A heading with more codes is too wide to choose from.
const MOST: usize = 3_000;
/// What a code goes on with.
const CHARACTERS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The reportable codes under a heading on the date, in their order; empty where there are too many.
pub fn below(corpus: &Corpus, heading: &Code, as_of: AsOf) -> Vec<Leaf> {
    let mut codes = Vec::new();
    let start = if heading.as_str().len() == 3 { format!("{heading}.") } else { heading.as_str().to_owned() };
    collect(corpus, &start, as_of, &mut codes);
    let own = heading.as_str().len();
    let reportable = |code: &Code| corpus.list_periods(code).iter().any(|row| row.billable);
    codes.retain(|code| code.as_str().len() > own && reportable(code));
    if codes.len() > MOST {
        return Vec::new();
    }
    let titled = |code: Code| Leaf { title: crate::checks::crosswalk::title(corpus, &code).unwrap_or_default(), code };
    codes.into_iter().map(titled).collect()
}

fn collect(corpus: &Corpus, prefix: &str, as_of: AsOf, codes: &mut Vec<Code>) {
    let held = corpus.list_beginning(prefix, CodeSet::Icd10cm, as_of);
    if held.len() < SURE || prefix.len() >= 8 {
        codes.extend(held);
        return;
    }
    for next in CHARACTERS.chars() {
        if codes.len() > MOST * 2 {
            return;
        }
        collect(corpus, &format!("{prefix}{next}"), as_of, codes);
    }
}
