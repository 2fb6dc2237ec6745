//! Cases as a file of cards writes them: alone, or as a template with a table whose every row makes one, with the
//! groups that stand in braces written out.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::rules::Case;
use crate::domain::draft::Verdict;

/// Texts that repeat, by the name under which `{name}` stands for them.
pub type Groups = BTreeMap<String, String>;

/// Groups that name groups, at most one within the other.
const DEEPEST: usize = 8;

/// A case, or a family of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    when: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    essential: Vec<String>,
    #[serde(default)]
    verdict: Option<String>,
    #[serde(default)]
    bill: Vec<String>,
    #[serde(default)]
    modifiers: Vec<String>,
    #[serde(default)]
    label: Option<String>,
    say: String,
    #[serde(default)]
    ask: Option<String>,
    /// The names of the cells of a row, as `{name}` in the texts asks for them.
    #[serde(default)]
    columns: Vec<String>,
    /// Each makes a case of every template.
    #[serde(default)]
    rows: Vec<Vec<String>>,
    /// Further templates that a row makes a case of, after this one.
    #[serde(default)]
    more: Vec<Self>,
}

/// The cells of one row by their names; those of no row for a case that stands alone.
struct Filler<'a> {
    groups: &'a Groups,
    cells: BTreeMap<&'a str, &'a str>,
}

impl Written {
    /// The cases in the order in which they count: row by row, and in each row template by template.
    ///
    /// # Errors
    /// Says what does not fit together, and what to do.
    pub fn cases(&self, groups: &Groups) -> Result<Vec<Case>, String> {
        let templates: Vec<&Self> = std::iter::once(self).chain(&self.more).collect();
        self.check(&templates, groups)?;
        let mut cases = Vec::new();
        if self.rows.is_empty() {
            cases.push(self.filled(&Filler { groups, cells: BTreeMap::new() })?);
        }
        for (number, row) in self.rows.iter().enumerate() {
            let cells = self.columns.iter().map(String::as_str).zip(row.iter().map(String::as_str)).collect();
            let filler = Filler { groups, cells };
            for template in &templates {
                cases.push(template.filled(&filler).map_err(|reason| format!("row {}: {reason}", number + 1))?);
            }
        }
        Ok(cases)
    }

    /// Whether columns, rows and templates belong together.
    fn check(&self, templates: &[&Self], groups: &Groups) -> Result<(), String> {
        if self.more.iter().any(|more| !(more.columns.is_empty() && more.rows.is_empty() && more.more.is_empty())) {
            return Err("`more` has columns, rows or `more` of its own; it shares those above it, take them out".into());
        }
        if self.rows.is_empty() {
            return match (self.columns.is_empty(), self.more.is_empty()) {
                (true, true) => Ok(()),
                (false, _) => Err("columns without rows; add rows, or take the columns out".into()),
                (true, false) => Err("`more` without rows; write it as a case of its own".into()),
            };
        }
        if self.columns.is_empty() {
            return Err("rows without columns; name the cells of a row in `columns`".into());
        }
        let mut known = BTreeSet::new();
        for column in &self.columns {
            if groups.contains_key(column) {
                return Err(format!("the column {column:?} is also the name of a group; give it another name"));
            }
            if !known.insert(column) {
                return Err(format!("the column {column:?} stands twice; give one of them another name"));
            }
            let place = format!("{{{column}}}");
            if !templates.iter().any(|template| template.texts().any(|text| text.contains(&place))) {
                return Err(format!(
                    "the column {column:?} is not used; write {place} where it belongs, or take it out"
                ));
            }
        }
        let width = self.columns.len();
        match self.rows.iter().position(|row| row.len() != width) {
            None => Ok(()),
            Some(at) => {
                let cells = self.rows[at].len();
                Err(format!("row {} has {cells} cells for {width} columns; write \"\" for an empty cell", at + 1))
            }
        }
    }

    /// Every text that may hold a placeholder.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let lists = [&self.when, &self.unless, &self.essential, &self.bill, &self.modifiers].into_iter().flatten();
        let single = [&self.verdict, &self.label, &self.ask].into_iter().flatten();
        lists.chain(single).map(String::as_str).chain([self.say.as_str()])
    }

    fn filled(&self, filler: &Filler<'_>) -> Result<Case, String> {
        let verdict = filler.word(self.verdict.as_deref())?;
        Ok(Case {
            when: filler.list(&self.when)?,
            unless: filler.list(&self.unless)?,
            essential: filler.list(&self.essential)?,
            verdict: verdict.as_deref().map(read_verdict).transpose()?,
            bill: filler.list(&self.bill)?,
            modifiers: filler.list(&self.modifiers)?,
            label: filler.word(self.label.as_deref())?,
            say: filler.text(&self.say, 0)?,
            ask: filler.word(self.ask.as_deref())?,
        })
    }
}

impl Filler<'_> {
    /// An entry that is nothing but an empty cell falls away.
    fn list(&self, entries: &[String]) -> Result<Vec<String>, String> {
        let mut filled = Vec::with_capacity(entries.len());
        for entry in entries {
            filled.extend(self.word(Some(entry))?);
        }
        Ok(filled)
    }

    fn word(&self, text: Option<&str>) -> Result<Option<String>, String> {
        let Some(text) = text else { return Ok(None) };
        let filled = self.text(text, 0)?;
        Ok(Some(filled).filter(|filled| !filled.is_empty() || text.is_empty()))
    }

    /// A text with what stands in braces written out, within that too.
    fn text(&self, text: &str, depth: usize) -> Result<String, String> {
        if depth > DEEPEST {
            return Err(format!("{text:?} names itself; take it out of its own words"));
        }
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let inner = rest[at..].strip_prefix('{').and_then(|inner| inner.split_once('}'));
            let Some((name, behind)) = inner.filter(|(name, _)| !name.contains('{')) else {
                return Err(format!("a brace in {text:?} has no other; write {{name}}"));
            };
            filled.push_str(&rest[..at]);
            let held = self.cells.get(name).copied().or_else(|| self.groups.get(name).map(String::as_str));
            let held = held.ok_or_else(|| {
                format!("{{{name}}} is neither a column of this case nor a group; add it to `columns`, or to [groups]")
            })?;
            filled.push_str(&self.text(held, depth + 1)?);
            rest = behind;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

fn read_verdict(text: &str) -> Result<Verdict, String> {
    match text {
        "yes" => Ok(Verdict::Yes),
        "no" => Ok(Verdict::No),
        "depends" => Ok(Verdict::Depends),
        _ => Err(format!("the verdict {text:?} is none; write yes, no or depends")),
    }
}

#[cfg(test)]
mod tests;
