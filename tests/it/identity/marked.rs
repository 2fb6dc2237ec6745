//! Mails whose identifiers are marked: `{{name:Jane Doe}}`. All people in them are invented.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use caseconsultant::identity::deidentify;
use regex::Regex;

/// A mail with its planted identifiers.
pub struct Marked {
    /// The mail as its reader sees it.
    pub text: String,
    /// Kind and value of what was planted.
    pub planted: Vec<(String, String)>,
    /// The mail without what was planted.
    pub rest: String,
}

/// How many were planted and found, by kind; what was missed; codes that were masked.
#[derive(Default)]
pub struct Score {
    /// Planted and found, by kind.
    pub kinds: BTreeMap<String, (usize, usize)>,
    /// `kind value: the masked text` of each that was missed.
    pub missed: Vec<String>,
    /// Codes in the mails.
    pub codes: usize,
    /// Codes that are not in the masked mail.
    pub eaten: Vec<String>,
}

static MARK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\{\{(\w+):([^}]*)\}\}").unwrap());
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:\d{5}|\d{4}[FTU]|[A-V]\d{4}|[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}|[0-9BCDFGHX](?:[0-9A-HJ-NP-Z]{5}[A-HJ-NP-Z]|[A-HJ-NP-Z][0-9A-HJ-NP-Z]{5})|\d{5}-\d{4}-\d{2})\b").unwrap()
});

impl Marked {
    /// Reads a mail with marks.
    pub fn read(text: &str) -> Self {
        let planted = MARK.captures_iter(text).map(|found| (found[1].to_owned(), found[2].to_owned())).collect();
        Self {
            text: MARK.replace_all(text, "$2").into_owned(),
            planted,
            rest: MARK.replace_all(text, " ").into_owned(),
        }
    }

    /// Masks it and counts.
    pub fn score(&self, score: &mut Score) {
        let masked = deidentify(&self.text);
        let left = words(masked.as_str());
        let rest = words(&self.rest);
        for (kind, value) in &self.planted {
            // A piece of it stands in the open where the rest of the mail does not hold it anyway.
            let open = words(value).into_iter().any(|piece| {
                piece.chars().count() >= 2 && left.contains(&piece) && !rest.contains(&piece) && !particle(&piece)
            });
            let counts = score.kinds.entry(kind.clone()).or_default();
            counts.0 += 1;
            counts.1 += usize::from(!open);
            if open {
                score.missed.push(format!("{kind} {value:?}: {}", masked.as_str()));
            }
        }
        for code in CODE.find_iter(&self.rest) {
            score.codes += 1;
            if !masked.as_str().contains(code.as_str()) {
                score.eaten.push(format!("{}: {}", code.as_str(), masked.as_str()));
            }
        }
    }
}

fn particle(piece: &str) -> bool {
    ["de", "la", "van", "der", "del", "ext"].contains(&piece)
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

impl Score {
    /// Planted, found.
    pub fn total(&self) -> (usize, usize) {
        self.kinds.values().fold((0, 0), |all, kind| (all.0 + kind.0, all.1 + kind.1))
    }

    /// The share that was found.
    pub fn recall(&self) -> f64 {
        let (planted, found) = self.total();
        found as f64 / planted.max(1) as f64
    }
}
