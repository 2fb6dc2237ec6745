//! What a reviewer changed in a draft, word by word.

use similar::{ChangeTag, TextDiff};

use super::edit::fields;
use crate::domain::draft::Draft;

pub use crate::domain::difference::{Kind, Run};

/// The runs from one draft to another; empty where they say the same.
pub fn between(before: &Draft, after: &Draft) -> Vec<Run> {
    of_texts(&text(before), &text(after))
}

/// The runs from one text to another; empty where they are the same.
pub fn of_texts(before: &str, after: &str) -> Vec<Run> {
    if before == after {
        return Vec::new();
    }
    let mut runs: Vec<Run> = Vec::new();
    for change in TextDiff::from_words(before, after).iter_all_changes() {
        let kind = match change.tag() {
            ChangeTag::Equal => Kind::Same,
            ChangeTag::Insert => Kind::Added,
            ChangeTag::Delete => Kind::Removed,
        };
        match runs.last_mut().filter(|run| run.kind == kind) {
            Some(run) => run.text.push_str(change.value()),
            None => runs.push(Run { text: change.value().to_owned(), kind }),
        }
    }
    runs
}

/// All that a reader of the reply would notice, a line for each statement.
pub fn text(draft: &Draft) -> String {
    let mut text = String::new();
    for draft in draft.all() {
        let form = fields(draft);
        text.push_str(&form.headline);
        text.push('\n');
        for line in &form.lines {
            text.push_str(&line.join(" "));
            text.push('\n');
        }
        for (heading, items) in &form.sections {
            text.push_str(&format!("{heading}\n{items}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::draft::Action;
    use crate::review::edit::words;

    fn draft(text: &str) -> Draft {
        words(Vec::new(), text, Action::AskBack).unwrap()
    }

    #[test]
    fn words_that_changed_are_told_from_those_that_stay() {
        let runs = between(&draft("Yes, bill both."), &draft("No, bill both."));
        let shown: Vec<(&str, Kind)> = runs.iter().map(|run| (run.text.trim(), run.kind)).collect();
        assert_eq!(shown[0], ("Yes,", Kind::Removed));
        assert_eq!(shown[1], ("No,", Kind::Added));
        assert!(shown[2].0.contains("bill both."));
        assert!(between(&draft("Same."), &draft("Same.")).is_empty());
    }
}
