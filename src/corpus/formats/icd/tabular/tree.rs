//! The codes of a tabular list as a tree that can be asked for ranges and for headings.

use std::collections::BTreeMap;

use super::super::writing::with_dot;
use super::place::{Level, Place};

/// The codes, bare and in order.
pub struct Tree<'a> {
    codes: BTreeMap<String, Code<'a>>,
}

/// What the tree knows of a code.
struct Code<'a> {
    place: &'a Place,
    /// No code is below it.
    leaf: bool,
    /// It may be reported as it stands: no code below it and no 7th character asked for.
    billable: bool,
}

impl<'a> Tree<'a> {
    /// The tree of a list.
    pub fn new(places: &'a [Place]) -> Self {
        let mut parents = vec![false; places.len()];
        for parent in places.iter().filter_map(|place| place.parent) {
            parents[parent] = true;
        }
        // Parents stand before their children.
        let mut seventh: Vec<bool> = Vec::with_capacity(places.len());
        for place in places {
            seventh.push(!place.seventh.is_empty() || place.parent.is_some_and(|parent| seventh[parent]));
        }
        let codes = places.iter().enumerate().filter(|(_, place)| place.level == Level::Code && !place.key.is_empty());
        let codes = codes.map(|(at, place)| {
            let leaf = !parents[at];
            (bare(&place.key), Code { place, leaf, billable: leaf && !seventh[at] })
        });
        Self { codes: codes.collect() }
    }

    /// True for a code of the list, the beginning of one, or one with a 7th character.
    pub fn knows(&self, key: &str) -> bool {
        let begins =
            |key: &str| self.codes.range(key.to_owned()..).next().is_some_and(|(code, _)| code.starts_with(key));
        begins(key) || key.len() == 7 && begins(key[..6].trim_end_matches('X'))
    }

    /// The codes in a range, headings included. Both ends are bare and stand for all codes that begin with them.
    pub fn inside<'b>(&'b self, low: &str, high: &'b str) -> impl Iterator<Item = &'b str> {
        let codes = self.codes.range(low.to_owned()..).map(|(code, _)| code.as_str());
        codes.take_while(move |code| cut(code, high.len()) <= high)
    }

    /// True when no code is below it.
    pub fn is_leaf(&self, key: &str) -> bool {
        self.codes.get(key).is_some_and(|code| code.leaf)
    }

    /// The title of a code; empty where it has none.
    pub fn title(&self, key: &str) -> &str {
        self.codes.get(key).map_or("", |code| &code.place.title)
    }

    /// The 7th characters that a code defines, each with its meaning.
    pub fn seventh(&self, key: &str) -> &[(String, String)] {
        self.codes.get(key).map_or(&[], |code| &code.place.seventh)
    }

    /// The code as notes write it: `E11.9`, `E10.2-`, `E10.-`.
    pub fn written(&self, key: &str) -> String {
        let billable = self.codes.get(key).is_some_and(|code| code.billable);
        let dash = if billable {
            ""
        } else if key.len() > 3 {
            "-"
        } else {
            ".-"
        };
        format!("{}{dash}", with_dot(key))
    }

    /// The largest codes at or below a place whose codes are all within the ranges.
    pub fn largest(&self, place: &str, ranges: &[(String, String)]) -> Vec<String> {
        let within = |key: &str| ranges.iter().any(|(low, high)| covers(low, high, key));
        let mut found: Vec<String> = Vec::new();
        for code in self.inside(place, place) {
            let taken = found.last().is_some_and(|last| code.starts_with(last.as_str()));
            if !taken && self.inside(code, code).all(within) {
                found.push(code.to_owned());
            }
        }
        found
    }
}

/// The code without its dot.
pub fn bare(code: &str) -> String {
    code.replace('.', "")
}

/// Is the bare code in the range? An end stands for all codes that begin with it.
fn covers(low: &str, high: &str, key: &str) -> bool {
    cut(key, low.len()) >= low && cut(key, high.len()) <= high
}

/// At most the first `length` characters of a code, which are all ASCII.
fn cut(key: &str, length: usize) -> &str {
    key.get(..length).unwrap_or(key)
}
